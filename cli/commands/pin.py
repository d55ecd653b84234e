"""``certvault pin``: the one command that shows a PIN."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import choose
from cli.about import About
from cli.minding import mind
from cli.options import PairWords
from cli.render import pin as render
from cli.session import Session
from cli.texts import _
from vault.errors import N_, Phrase, Usage
from vault.operations.pin import reveal
from vault.operations.register import pair_row

ABOUT = About(
    _("Show the PIN of a certificate."),
    detail=_(
        "Who asked for it is on record before it is shown; after it, that it was shown. With --letter it is not shown "
        "but goes into a letter to print, in the language that the setting language names, or --lang: large, and "
        "spelled. The letter never goes the same way as the file that it opens, so it is not written into a folder "
        "where that lies."
    ),
    examples=(
        ('certvault pin müller --recipient "Frau Kaya" --spell', _("to read it out on the telephone")),
        ("certvault pin K7M2QX --copy", _("to paste it, without showing it")),
        ("certvault pin müller --letter Post", _("a letter to print, in the folder Post")),
    ),
    exits=(6, 7, 15, 17),
    opens="pairs",
)

To = Annotated[
    str | None,
    typer.Option("--recipient", "--to", metavar=_("NAME"), help=_("Who gets it, for the record."), show_default=False),
]
Spell = Annotated[bool, typer.Option("--spell", help=_("Spell it, character by character."), show_default=False)]
Copy = Annotated[
    bool, typer.Option("--copy", help=_("Put it on the clipboard and do not show it."), show_default=False)
]
Letter = Annotated[
    Path | None,
    typer.Option(
        "--letter",
        metavar=_("FILE"),
        help=_("Write it into a letter, this new PDF or one in this folder, and do not show it."),
        show_default=False,
    ),
]
SameFolder = Annotated[
    bool,
    typer.Option(
        "--same-folder", help=_("Write the letter also where the certificate's file lies."), show_default=False
    ),
]


def command(
    ctx: typer.Context,
    pair: PairWords,
    to: To = None,
    spell: Spell = False,
    copy: Copy = False,
    letter: Letter = None,
    same_folder: SameFolder = False,
) -> None:
    """Show the PIN of a pair."""
    session: Session = ctx.obj
    _check(letter, shown=spell or copy, same_folder=same_folder)
    _check_person(to)
    with session.custody() as custody:
        found = pair_row(custody, choose.pair(session, custody, pair))
        mind(custody, found)
        if letter is not None:
            from cli import handing  # documents take their time to be loaded

            written = handing.letter(session, custody, found, to, letter, same_folder=same_folder)
            render.written(session, found, written)
            return
        with reveal(custody, found.pair, to=to, copied=copy, at=session.now(), random=session.random) as pin:
            render.answer(session, found, pin, spell=spell, copied=copy)


def _check(letter: Path | None, *, shown: bool, same_folder: bool) -> None:
    """Raise Usage for what means nothing together."""
    if letter is not None and shown:
        raise Usage(what=N_("A letter has the PIN spelled, and shows it nowhere else: neither --spell nor --copy."))
    if letter is None and same_folder:
        raise Usage(what=N_("--same-folder goes with --letter."))


def _check_person(to: str | None) -> None:
    """Raise Usage for a folder, as other commands take one with ``--to``, before any PIN is seen."""
    if to and Path(to).is_dir():
        what = Phrase(N_("{name} is a folder, and --to says who gets the PIN."), name=to)
        raise Usage(what=what, hint=Phrase(N_("For a letter in this folder: --letter {name}"), name=to))
