"""``certvault ingest``: from mails to links."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import choose, halves, sources, taking
from cli.about import About
from cli.options import Holder, New, PinExact, PinStdin, Provider, ShowPin
from cli.pins import PinSource
from cli.render import ingested as render
from cli.session import Session
from cli.texts import _
from vault.errors import N_, Usage
from vault.operations.ingest import Ingested, Intake
from vault.operations.register import link_row
from vault.operations.request import answers

ABOUT = About(
    _("Take in mails with download links or certificate files."),
    detail=_(
        "Mails as files (.eml, Outlook's .msg), mailboxes (mbox, Maildir), folders of all these, text, or a bare "
        "link. A certificate file (.p12, .pfx) that is attached, or lies there by itself, is sealed and waits for its"
        " PIN. Nothing is opened or downloaded. A mail that was taken in before changes nothing, so whatever was "
        "interrupted can be done again. A watch key is enough."
    )
    + "\n\n"
    + _(
        "A PIN that came before its link is sealed as well and waits for it (--pin): nobody reads it without the "
        "passphrase, and it is sent to nobody before a person says so."
    )
    + "\n\n"
    + _(
        "A mailbox on a server (IMAP) is only read, and the next time from where it was left. imaps:// speaks TLS, "
        "imap:// after STARTTLS; nothing is ever told to a server without. The password is asked for, or kept in the "
        "register with --remember-password, where whoever has a watch key can read it. For a token (XOAUTH2), name the "
        "command that prints one in config.toml of your own configuration folder."
    ),
    examples=(
        ("certvault ingest Posteingang/", _("all mails in a folder and below it")),
        ("certvault ingest Archiv.mbox", _("a whole mailbox, as Thunderbird or a mail server keeps it")),
        ("certvault ingest imaps://petra@mail.example/INBOX", _("the new mails of a mailbox on a server")),
        ('certvault ingest mail.eml --holder "Müller GmbH"', _("one mail, and whose certificate it is")),
        ("certvault ingest mueller.p12 --provider arag", _("a certificate file whose PIN is still to come")),
        ("certvault ingest --clipboard", _("the text that was copied from the mail program")),
        ('certvault ingest --pin --holder "Müller GmbH"', _("a PIN that came before its link or file")),
        ("certvault ingest - < mail.eml", _("from standard input")),
    ),
    exits=(6, 7, 8, 13),
    opens="register",
)

Sources = Annotated[
    list[str] | None,
    typer.Argument(
        metavar=_("SOURCE..."),
        help=_("Mail, mailbox, folder, link, imaps://user@host/Folder, or - for standard input."),
        show_default=False,
    ),
]
Clipboard = Annotated[bool, typer.Option("--clipboard", help=_("Take what is on the clipboard."), show_default=False)]
MoveTo = Annotated[
    str, typer.Option("--move-to", metavar=_("FOLDER"), help=_("IMAP: move the mails with a link."), show_default=False)
]
Flag = Annotated[
    str,
    typer.Option(
        "--flag", metavar=_("FLAG"), help=_("IMAP: flag them: seen, flagged, or a word of yours."), show_default=False
    ),
]
Again = Annotated[bool, typer.Option("--again", help=_("IMAP: read all mails, not the new ones."), show_default=False)]
Remember = Annotated[
    bool,
    typer.Option(
        "--remember-password", help=_("IMAP: ask for the password and keep it in the register."), show_default=False
    ),
]
Forget = Annotated[
    bool,
    typer.Option("--forget-password", help=_("IMAP: forget the kept password, and ask."), show_default=False),
]
PinWaits = Annotated[
    bool,
    typer.Option("--pin", help=_("Ask for a PIN that came first; a whole text message will do."), show_default=False),
]

Trust = Annotated[
    bool,
    typer.Option("--trust", help=_("Vouch for mails whose sender is in doubt."), show_default=False),
]


def command(
    ctx: typer.Context,
    source: Sources = None,
    holder: Holder = None,
    provider: Provider = None,
    clipboard: Clipboard = False,
    move_to: MoveTo = "",
    flag: Flag = "",
    again: Again = False,
    remember_password: Remember = False,
    forget_password: Forget = False,
    pin: PinWaits = False,
    pin_stdin: PinStdin = False,
    show_pin: ShowPin = False,
    pin_exact: PinExact = False,
    trust: Trust = False,
    new: New = False,
) -> None:
    """Take in mails with download links or certificate files."""
    session: Session = ctx.obj
    named = source or []
    choose.check_new(holder, new=new)
    way = taking.Way(move_to, flag, again, remember_password, forget_password)
    given = PinSource(stdin=pin_stdin, show=show_pin, exact=pin_exact)
    if pin or given != PinSource():
        if named or clipboard or way != taking.Way():
            raise Usage(what=N_("A PIN is taken in by itself, without mails."))
        _note(session, given, holder, provider, new=new)
        return
    taking.check(named, way, clipboard=clipboard)
    with session.watch() as watch:
        intake = Intake(
            watch,
            session.profiles,
            holder=choose.said(session, watch, holder, new=new),
            provider=provider,
            trust=trust,
            at=session.now(),
            random=session.random,
        )
        if clipboard:
            intake.take(sources.in_clipboard())
        taking.take(session, watch, intake, named, way, noted=provider is None)
        taken = intake.ingested()
        rows = [link_row(watch, link) for link in taken.links]
        asked = answers(watch, [link for link in taken.links if link.id not in taken.known])
        zone = session.zone(watch)
    render.answer(session, taken, rows, zone, asked, at=session.now())


def _note(session: Session, given: PinSource, holder: str | None, provider: str | None, *, new: bool) -> None:
    """Let a PIN wait for its link or file."""
    with session.watch() as watch:
        noted = halves.note(session, watch, given, holder, provider, new=new)
        row, zone = link_row(watch, noted.link), session.zone(watch)
    known = {noted.link.id} if noted.known else set()
    render.answer(session, Ingested([noted.link], known, [], 0), [row], zone, {}, at=session.now())
