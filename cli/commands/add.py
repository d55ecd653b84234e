"""``certvault add``: certificate files that are here, each with its PIN."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import adding, choose
from cli.about import About
from cli.options import Holder, New, PinExact, PinStdin, Provider, Purpose, Separate, ShowPin, Supersedes
from cli.pins import PinSource
from cli.placing import Wish
from cli.render import stored
from cli.session import Session
from cli.texts import _
from vault.errors import N_, Usage

ABOUT = About(
    _("Store certificate files that are here, with their PINs."),
    detail=_(
        "PKCS#12 files (.p12, .pfx). The PIN must open the file, and the private key must belong to the "
        "certificate; else nothing is stored. The file itself stays where it is. With several files and --pin-"
        "stdin, one line for each."
    )
    + "\n\n"
    + _(
        "With --pins, hundreds at once: a table as a spreadsheet saves it has the PINs, and the file names or "
        "the holders where you have them. Titles may be German or English, or missing. A file that the table does not "
        "name is tried with all PINs that are left; that happens here and never at a portal, and takes a minute or two "
        "for 1,000 files and PINs. What was stored stays if you interrupt it, and can be done again."
    ),
    examples=(
        ('certvault add mueller.p12 --holder "Müller GmbH"', _("one file; the PIN is asked for")),
        ("certvault add *.p12 --provider arag --pin-stdin < PINS", _("many files, one PIN a line in their order")),
        ("certvault add Zertifikate/ --pins PINs.csv --dry-run", _("which PIN of a table fits which file of a folder")),
        ("certvault add Zertifikate/ --pins PINs.csv --failed Rest.csv", _("store them; what failed, into a table")),
    ),
    exits=(7, 8, 9, 10, 15, 17),
    opens="pairs",
)

Files = Annotated[
    list[Path],
    typer.Argument(metavar=_("FILE..."), help=_("PKCS#12 files; with --pins, folders too."), show_default=False),
]
Pins = Annotated[
    Path | None,
    typer.Option("--pins", metavar=_("FILE"), help=_("Table with the PINs (CSV or Excel); - for standard input.")),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help=_("With --pins: say what fits, change nothing."), show_default=False)
]
Failed = Annotated[
    Path | None,
    typer.Option("--failed", metavar=_("FILE"), help=_("With --pins: what failed and why, as CSV into this new file.")),
]
DeleteSource = Annotated[
    bool,
    typer.Option("--delete-source", help=_("Delete each file once its pair was read back."), show_default=False),
]


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
    pins: Pins = None,
    dry_run: DryRun = False,
    failed: Failed = None,
    delete_source: DeleteSource = False,
    new: New = False,
) -> None:
    """Store certificate files with their PINs."""
    session: Session = ctx.obj
    pin, wish = PinSource(stdin=pin_stdin, show=show_pin, exact=pin_exact), Wish(purpose, separate, supersedes)
    if pins is not None:
        _check(
            alone=holder is not None or new or pin != PinSource() or wish != Wish(), dry=dry_run, delete=delete_source
        )
        _in_bulk(session, file, pins, provider, dry_run, failed, delete_source)
        return
    if dry_run or failed is not None:
        raise Usage(what=N_("--dry-run and --failed go with --pins."))
    choose.check_new(holder, new=new)
    contents = adding.contents(file)
    with session.custody() as custody, session.opener() as opener:
        whose = choose.said(session, custody, holder, new=new)
        order = adding.Order(pin, wish, whose, provider, delete_source)
        if len(file) == 1:
            stored.answer(session, custody, *adding.added_and_deleted(session, custody, opener, contents[0], order))
        else:
            stored.answers(session, custody, adding.each(session, custody, opener, contents, order))


def _check(*, alone: bool, dry: bool, delete: bool) -> None:
    """Raise Usage for options that mean nothing together."""
    if alone:
        raise Usage(
            what=N_("With --pins the table says whose certificate it is and which PIN it has."),
            hint=N_("Leave out --holder, --new, --purpose, --separate, --supersedes and the options on a single PIN."),
        )
    if dry and delete:
        raise Usage(what=N_("--dry-run changes nothing, so it deletes nothing."))


def _in_bulk(
    session: Session,
    named: list[Path],
    pins: Path,
    provider: str | None,
    dry: bool,
    failed: Path | None,
    delete: bool,
) -> None:
    from cli import bulk
    from cli.render import bulk as render
    from vault.operations.find import profile_named

    order = bulk.Order(pins, provider and profile_named(provider, session.profiles).name, dry, failed, delete)
    paths, table = bulk.files(named), bulk.pin_list(pins)
    bulk.check_new(failed)
    with session.custody() as custody, session.opener() as opener:
        report = bulk.run(session, custody, opener, paths, table, order)
        render.answer(session, custody, report, order)
