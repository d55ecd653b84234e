"""``certvault ingest``: from mails to links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

import typer

from cli import progress, sources
from cli.about import About
from cli.options import Holder, Provider
from cli.render import ingested as render
from cli.session import Session
from cli.texts import _, ngettext
from vault.operations.ingest import ingest
from vault.operations.register import link_row
from vault.operations.sources import Source

ABOUT = About(
    _("Take in mails with download links."),
    detail=_(
        "Mails as files (.eml, Outlook's .msg), mailboxes (mbox, Maildir), folders of all these, text, or a bare "
        "link. Nothing is opened or downloaded. A mail that was taken in before changes nothing, so whatever was "
        "interrupted can be done again. A watch key is enough."
    ),
    examples=(
        ("certvault ingest Posteingang/", _("all mails in a folder and below it")),
        ("certvault ingest Archiv.mbox", _("a whole mailbox, as Thunderbird or a mail server keeps it")),
        ('certvault ingest mail.eml --holder "Müller GmbH"', _("one mail, and whose certificate it is")),
        ("certvault ingest --clipboard", _("the text that was copied from the mail program")),
        ("certvault ingest - < mail.eml", _("from standard input")),
    ),
    exits=(8,),
    opens="register",
)

Sources = Annotated[
    list[str] | None,
    typer.Argument(
        metavar=_("SOURCE..."), help=_("Mail, mailbox, folder, link, or - for standard input."), show_default=False
    ),
]
Clipboard = Annotated[bool, typer.Option("--clipboard", help=_("Take what is on the clipboard."), show_default=False)]


def command(
    ctx: typer.Context,
    source: Sources = None,
    holder: Holder = None,
    provider: Provider = None,
    clipboard: Clipboard = False,
) -> None:
    """Take in mails with download links."""
    session: Session = ctx.obj
    named = sources.named(source or [], clipboard=clipboard)
    with session.watch() as watch:
        taken = ingest(
            watch,
            _shown(named),
            session.profiles,
            holder=holder,
            provider=provider,
            at=session.now(),
            random=session.random,
        )
        rows = [link_row(watch, link) for link in taken.links]
        zone = session.zone(watch)
    render.answer(session, taken, rows, zone, at=session.now())


def _shown(sources: Iterable[Source]) -> Iterator[Source]:
    """``sources``, and on the terminal how far they are."""
    with progress.portion() as show:
        for number, source in enumerate(sources, 1):
            show(ngettext("{n} mail", "{n} mails", number), source.done)
            yield source
