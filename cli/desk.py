"""The desk loop: unlock once, then one certificate after the other while a broker is on the telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli import choose, prompt
from cli.fetching import Order, fetched
from cli.session import Session
from cli.texts import _
from vault.errors import CertvaultError

if TYPE_CHECKING:
    from vault.custody import Custody
    from vault.ports.opener import Opener


def serve(session: Session, custody: Custody, opener: Opener, order: Order) -> None:
    """Ask whose PIN, then the PIN, say what came of it, and begin again; an empty line ends."""
    from cli.render import errors, links, stored

    links.waiting(session, custody)
    while name := _next():
        try:
            link = choose.link(session, custody, [name])
            stored.told(session, custody, fetched(session, custody, opener, link, order))
        except CertvaultError as error:
            errors.report(error, json=False)
        except EOFError:
            return
        prompt.tell("")


def _next() -> str:
    try:
        return prompt.visible(_("Whose PIN? (name, id or did; empty to end) ")).strip()
    except EOFError:
        return ""
