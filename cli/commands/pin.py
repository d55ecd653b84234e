"""``certvault pin``: the one command that shows a PIN."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import choose
from cli.about import About
from cli.options import PairWords
from cli.render import pin as render
from cli.session import Session
from cli.texts import _
from vault.operations.pin import reveal
from vault.operations.register import pair_row

ABOUT = About(
    _("Show the PIN of a certificate."),
    detail=_("Who asked for it is on record before it is shown; after it, that it was shown."),
    examples=(
        ('certvault pin müller --to "Frau Kaya" --spell', _("to read it out on the telephone")),
        ("certvault pin K7M2QX --copy", _("to paste it, without showing it")),
    ),
    exits=(6, 7, 17),
    opens="pairs",
)

To = Annotated[
    str | None, typer.Option("--to", metavar=_("NAME"), help=_("Who gets it, for the record."), show_default=False)
]
Spell = Annotated[bool, typer.Option("--spell", help=_("Spell it, character by character."), show_default=False)]
Copy = Annotated[
    bool, typer.Option("--copy", help=_("Put it on the clipboard and do not show it."), show_default=False)
]


def command(ctx: typer.Context, pair: PairWords, to: To = None, spell: Spell = False, copy: Copy = False) -> None:
    """Show the PIN of a pair."""
    session: Session = ctx.obj
    with session.custody() as custody:
        found = pair_row(custody, choose.pair(session, custody, pair))
        with reveal(custody, found.pair, to=to, copied=copy, at=session.now(), random=session.random) as pin:
            render.answer(session, found, pin, spell=spell, copied=copy)
