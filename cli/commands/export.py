"""``certvault export``: certificates as files, ready to install."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from cli import exporting
from cli import software as making
from cli.about import About
from cli.options import one_of
from cli.render import exported as render
from cli.session import Session
from cli.texts import _
from vault.files.writing import private_folder
from vault.operations.export import Order

ENDINGS = ("p12", "pfx")

ABOUT = About(
    _("Write certificates as files, ready to install."),
    detail=_(
        "The file holds the very bytes that the issuer sent. The PIN is not written beside it; show it with "
        "certvault pin. The same file there already is no error."
    )
    + "\n\n"
    + _(
        "With --for it is what that software takes: the issuer's own bytes where it reads them, else the same key and "
        "certificates written anew and opened again, under the same PIN or a new one; and you are told what to do "
        "there. A new PIN is the copy's alone: the vault keeps the issuer's, and nobody can show the new one again."
    )
    + "\n\n"
    + _(
        "Several at once lie in a folder for each holder and provider, with a list of them as CSV. One that cannot be "
        "written stops none of the others. If you interrupt it, what is written stays, and the same command goes on "
        "from there."
    ),
    examples=(
        ('certvault export müller --to USB --recipient "Frau Kaya"', _("and the record tells who got it")),
        ("certvault export müller --for keasy --to C:\\Zertifikate", _("what Keasy takes, and the steps there")),
        ("certvault export müller --for pem --to /etc/makler", _("key and certificate for curl, nginx, Python")),
        ("certvault export --holder müller --to USB", _("all that he has, in folders, with a list")),
        ("certvault export --due --for keasy --to USB", _("what every Keasy still waits for")),
        ("certvault export --provider arag --to Zertifikate", _("those of all holders at one provider")),
    ),
    exits=(6, 7, 8, 15, 17),
    opens="pairs",
)

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar=_("[PAIR...]"), help=_("Id, or words of holder and provider."), show_default=False),
]
To = Annotated[
    Path,
    typer.Option("--to", metavar=_("DIR"), help=_("Folder to write into."), readable=False, show_default=False),
]
Holder = Annotated[
    str | None,
    typer.Option("--holder", metavar=_("NAME"), help=_("All that this holder has."), show_default=False),
]
Provider = Annotated[
    str | None,
    typer.Option("--provider", metavar=_("NAME"), help=_("All that this provider issued."), show_default=False),
]
AllDue = Annotated[
    bool,
    typer.Option(
        "--due",
        help=_("What is to be installed somewhere, as certvault due tells; with --for in that software alone."),
        show_default=False,
    ),
]
Ending = Annotated[
    str | None,
    typer.Option(
        "--ending",
        metavar="p12|pfx",
        help=_("Ending of the file. Else what suits the software, or its provider."),
        parser=one_of("--ending", ENDINGS),
        show_default=False,
    ),
]
Software = Annotated[
    str | None,
    typer.Option(
        "--for",
        metavar=_("SOFTWARE"),
        help=_("What takes it: a target profile. certvault targets profiles lists them."),
        show_default=False,
    ),
]
NewPin = Annotated[
    bool, typer.Option("--new-pin", help=_("With --for: give the copy a new PIN; it is asked for."), show_default=False)
]
NewPinStdin = Annotated[
    bool,
    typer.Option("--new-pin-stdin", help=_("The same, read from standard input, one line."), show_default=False),
]
PlainKey = Annotated[
    bool,
    typer.Option(
        "--insecure-plain-key",
        help=_("With --for pem: leave the private key unencrypted. Whoever has the file can log in with it."),
        show_default=False,
    ),
]
Recipient = Annotated[
    str | None,
    typer.Option("--recipient", metavar=_("NAME"), help=_("Who gets it, for the record."), show_default=False),
]


def command(
    ctx: typer.Context,
    to: To,
    pair: Names = None,
    holder: Holder = None,
    provider: Provider = None,
    due: AllDue = False,
    software: Software = None,
    recipient: Recipient = None,
    ending: Ending = None,
    new_pin: NewPin = False,
    new_pin_stdin: NewPinStdin = False,
    insecure_plain_key: PlainKey = False,
) -> None:
    """Write certificates as files."""
    session: Session = ctx.obj
    options = making.Options(software, ending, new_pin, new_pin_stdin, insecure_plain_key)
    fit = options.fit(session)
    wanted = exporting.Wanted(pair or [], holder, provider, due, fit.target.id if fit.target else None)
    wanted.check()
    with session.custody() as custody:
        ids = exporting.ids(session, custody, wanted)
        fit = options.renewed(fit, custody, ids)
        if ids:
            private_folder(to)
        order = Order(to, partial(exporting.usual_ending, session), ending, fit, recipient)
        if pair and len(ids) == 1:
            render.answer(session, exporting.alone(session, custody, ids[0], order), fit, session.zone(custody))
        else:
            render.answers(session, exporting.Run(session, custody, ids, order, wanted.confirm))
