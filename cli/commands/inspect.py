"""``certvault inspect``: what a certificate file is, who reads it, and whether it is one of ours."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import inspecting
from cli.about import About
from cli.options import PinExact, PinStdin, ShowPin
from cli.pins import PinSource
from cli.render import inspected as render
from cli.session import Session
from cli.texts import _
from vault.errors import N_, Usage

ABOUT = About(
    _("Say what a certificate file is, and why a program might call its password wrong."),
    detail=_(
        "Without its PIN: how the file is protected, which programs read it, and how quickly its PIN is guessed by "
        "somebody who has it. With --pin also what is inside: certificate, key, chain. No vault is needed. Where one "
        "is there and a key is at hand, it says whether the file is one of yours, and which certificate is current; "
        "nobody is asked for a passphrase without --unlock. With several files and --pin-stdin, one line for each."
    ),
    examples=(
        ("certvault inspect Schaeffer.p12", _("how it is protected, and who reads it")),
        ("certvault inspect Schaeffer.p12 --pin", _("what is inside; the PIN is asked for")),
        ("certvault inspect USB/*.p12 --unlock", _("which of these files are yours, and which are old")),
    ),
    exits=(3, 6, 8, 9, 10),
    opens="register",
)

Files = Annotated[
    list[Path], typer.Argument(metavar=_("FILE..."), help=_("The files, of whatever kind."), show_default=False)
]
AskPin = Annotated[bool, typer.Option("--pin", help=_("Ask for the PIN, and look inside."), show_default=False)]
Unlock = Annotated[
    bool,
    typer.Option("--unlock", help=_("Ask for the passphrase of the vault, to compare with it."), show_default=False),
]


def command(
    ctx: typer.Context,
    file: Files,
    pin: AskPin = False,
    pin_stdin: PinStdin = False,
    show_pin: ShowPin = False,
    pin_exact: PinExact = False,
    unlock: Unlock = False,
) -> None:
    """Say what files are."""
    session: Session = ctx.obj
    source = PinSource(stdin=pin_stdin, show=show_pin, exact=pin_exact)
    asked = pin or pin_stdin
    if not asked and source != PinSource():
        raise Usage(what=N_("--show-pin and --pin-exact go with --pin or --pin-stdin."))
    with inspecting.vault(session, ask=unlock) as found:
        render.answer(session, found, inspecting.each(session, found, file, source if asked else None), len(file))
