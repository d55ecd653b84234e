"""The desk loop: unlock once, then one certificate after the other while a broker is on the telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli import choose, halves, prompt
from cli.fetching import Order, fetched
from cli.session import Session
from cli.texts import _
from vault.errors import CertvaultError

if TYPE_CHECKING:
    from vault.custody import Custody
    from vault.ports.opener import Matcher


SAME = "+"
"""What a person types instead of a name for another try with the same link."""


def serve(session: Session, custody: Custody, opener: Matcher, order: Order) -> None:
    """Bring together what waits here; then: whose PIN, the PIN, what came of it, the next; an empty line ends."""
    from cli.render import errors, links, stored

    for met in halves.meet(session, custody, opener, order):
        stored.tell_met(session, custody, met)
    links.waiting(session, custody)
    failed: str | None = None
    while name := _next(failed):
        try:
            link = choose.link(session, custody, [failed if failed and name == SAME else name])
            failed = link.id
            stored.told(session, custody, fetched(session, custody, opener, link, order))
            failed = None
        except CertvaultError as error:
            errors.report(error, json=False)
        except EOFError:
            return
        prompt.tell("")


def _next(failed: str | None) -> str:
    again = _("Whose PIN? (+ for the same once more; empty to end) ")
    try:
        return prompt.visible(again if failed else _("Whose PIN? (name, id or did; empty to end) ")).strip()
    except EOFError:
        return ""
