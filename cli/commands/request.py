"""``certvault request``: ask for a new certificate or link, or for a PIN, with a mail that a person sends."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import asking, choose
from cli.about import About
from cli.options import Provider, whole_number
from cli.render import requested as render
from cli.session import Session
from cli.texts import _
from vault.errors import N_, Usage
from vault.operations.request import withdraw as withdraw_request

ABOUT = About(
    _("Draft the mail that asks for a new certificate or link."),
    detail=_(
        "To the provider's contact: for a certificate that runs out, for a link whose file was deleted or whose PIN is "
        "lost. It names holder, agency number and old certificate, and never a download link or a PIN. The draft is "
        "a file (.eml) that your mail program opens; certvault sends nothing. It is noted as asked for, and the link "
        "that comes after it is told as its answer. In the language of the setting language, unless --lang is said. A "
        "watch key is enough."
    )
    + "\n\n"
    + _(
        "With --broker it goes to the holder himself: his PIN came to him, he shall call and tell it on the telephone, "
        "and not mail it."
    ),
    examples=(
        ("certvault request müller", _("a new certificate, or a new link")),
        ("certvault request K7M2QX 9YM8YV --to Anfragen", _("two at once; one mail for each provider")),
        ("certvault request --due", _("all that is due and was not asked for yet")),
        ("certvault request müller --broker", _("his PIN is missing: he shall call")),
        ("certvault request müller --withdraw", _("the mail was not sent after all")),
    ),
    exits=(6, 7, 15, 17),
    opens="register",
)

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar=_("LINK|PAIR"), help=_("Id, did, or words of holder and provider."), show_default=False),
]
To = Annotated[
    Path | None,
    typer.Option("--to", metavar=_("DIR"), help=_("Folder to write into. Else the current one."), show_default=False),
]
AllDue = Annotated[
    bool, typer.Option("--due", help=_("All that is due and was not asked for yet."), show_default=False)
]
Within = Annotated[
    int | None,
    typer.Option(
        "--within",
        metavar=_("DAYS"),
        help=_("With --due: how far to look ahead; else 60."),
        parser=whole_number("--within", 0, 36500),
        show_default=False,
    ),
]
Broker = Annotated[bool, typer.Option("--broker", help=_("To the holder: his PIN is missing."), show_default=False)]
Withdraw = Annotated[
    bool, typer.Option("--withdraw", help=_("Let it count as not asked for; no file is touched."), show_default=False)
]


def command(
    ctx: typer.Context,
    names: Names = None,
    to: To = None,
    every: AllDue = False,
    within: Within = None,
    provider: Provider = None,
    broker: Broker = False,
    withdraw: Withdraw = False,
) -> None:
    """Draft the mail that asks for a new certificate or link."""
    session: Session = ctx.obj
    wanted = asking.Wanted(names or [], every, within, provider)
    wanted.check()
    if withdraw and (broker or every or to is not None):
        raise Usage(what=N_("--withdraw goes with the names of certificates or links alone."))
    with session.watch() as watch:
        if withdraw:
            found = choose.each(session, watch, wanted.names, choose.either)
            withdraw_request(watch, found, at=session.now())
            render.withdrawn(session, found)
            return
        drafts, contacts = (asking.holders if broker else asking.providers)(session, watch, wanted, to or Path())
        zone = session.zone(watch)
    if drafts or wanted.every:
        render.answer(session, drafts, contacts, zone, broker=broker)
