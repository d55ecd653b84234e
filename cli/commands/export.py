"""``certvault export``: a pair as a file, ready to install."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import choose
from cli.about import About
from cli.options import PairWords, one_of
from cli.render import exported as render
from cli.render.pairs import tell_other_name
from cli.session import Session
from cli.texts import _
from vault.files.writing import private_folder
from vault.operations.export import export
from vault.operations.register import pair_row

ENDINGS = ("p12", "pfx")

ABOUT = About(
    _("Write a certificate as a file, ready to install."),
    detail=_(
        "The file holds the very bytes that the issuer sent. The PIN is not written beside it; show it with "
        "certvault pin. The same file there already is no error."
    ),
    examples=(
        ("certvault export müller --to USB --for 'Frau Kaya'", _("and the record tells who got it")),
        ("certvault export müller --to C:\\Zertifikate --ending pfx", _("for software that wants .pfx")),
    ),
    exits=(6, 7, 15, 17),
    opens="pairs",
)

To = Annotated[Path, typer.Option("--to", metavar=_("DIR"), help=_("Folder to write into."), show_default=False)]
Ending = Annotated[
    str | None,
    typer.Option(
        "--ending",
        metavar="p12|pfx",
        help=_("Ending of the file. Else what suits its provider."),
        parser=one_of("--ending", ENDINGS),
        show_default=False,
    ),
]

Recipient = Annotated[
    str | None, typer.Option("--for", metavar=_("NAME"), help=_("Who gets it, for the record."), show_default=False)
]


def command(ctx: typer.Context, pair: PairWords, to: To, recipient: Recipient = None, ending: Ending = None) -> None:
    """Write a pair as a file."""
    session: Session = ctx.obj
    with session.custody() as custody:
        found = pair_row(custody, choose.pair(session, custody, pair))
        private_folder(to)
        profile = session.readable.get(found.pair.provider)
        ending = ending or (profile.ending if profile else "p12")
        written = export(custody, found.pair, to, ending=ending, at=session.now(), random=session.random, to=recipient)
    tell_other_name(found)
    render.answer(session, [written])
