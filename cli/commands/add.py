"""``certvault add``: certificate files that are here, each with its PIN."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import adding
from cli.about import About
from cli.options import Holder, PinExact, PinStdin, Provider, Purpose, Separate, ShowPin, Supersedes
from cli.pins import PinSource
from cli.placing import Wish
from cli.render import stored
from cli.session import Session
from cli.texts import _

ABOUT = About(
    _("Store certificate files that are here, with their PINs."),
    detail=_(
        "PKCS#12 files (.p12, .pfx). The PIN must open the file, and the private key must belong to the "
        "certificate; else nothing is stored. The file itself stays where it is. With several files and --pin-"
        "stdin, one line for each."
    ),
    examples=(
        ('certvault add mueller.p12 --holder "Müller GmbH"', _("one file; the PIN is asked for")),
        ("certvault add *.p12 --provider arag --pin-stdin < PINS", _("many files, one PIN a line in their order")),
    ),
    exits=(7, 8, 9, 10, 17),
    opens="pairs",
)

Files = Annotated[list[Path], typer.Argument(metavar=_("FILE..."), help=_("PKCS#12 files."), show_default=False)]


def command(
    ctx: typer.Context,
    file: Files,
    holder: Holder = None,
    provider: Provider = None,
    pin_stdin: PinStdin = False,
    show_pin: ShowPin = False,
    pin_exact: PinExact = False,
    purpose: Purpose = None,
    separate: Separate = False,
    supersedes: Supersedes = None,
) -> None:
    """Store certificate files with their PINs."""
    session: Session = ctx.obj
    pin = PinSource(stdin=pin_stdin, show=show_pin, exact=pin_exact)
    order = adding.Order(pin, Wish(purpose, separate, supersedes), holder, provider)
    contents = adding.contents(file)
    with session.custody() as custody, session.opener() as opener:
        if len(file) == 1:
            stored.answer(session, custody, adding.added(session, custody, opener, contents[0], order))
        else:
            stored.answers(session, custody, adding.each(session, custody, opener, contents, order))
