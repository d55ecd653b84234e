"""``certvault fetch``: from a link and its PIN to a stored pair."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import choose, desk, halves, prompt
from cli.about import About
from cli.fetching import Order, fetched
from cli.options import Holder, New, PinExact, PinStdin, Purpose, Separate, ShowPin, Supersedes
from cli.pins import PinSource
from cli.placing import Wish
from cli.render import stored
from cli.session import Session
from cli.texts import _
from vault.errors import N_, Usage

ABOUT = About(
    _("Fetch a certificate with its PIN and store both."),
    detail=_(
        "The PIN is asked for and never an argument. Nothing is opened before it is there. The certificate takes the"
        " place of the one before it. Without LINK, on a terminal, one certificate after the other: name, PIN, result."
    )
    + "\n\n"
    + _(
        "With --all and --pins, all links that a table names, one after the other: certvault links --xlsx writes it, "
        "and you fill in its column PIN. Each PIN goes to the link of its row and is never tried elsewhere. A provider "
        "that refuses three in a row is asked no more."
    ),
    examples=(
        ("certvault fetch", _("one after the other, while the brokers read out their PINs")),
        ("certvault fetch müller", _("the open link of this holder")),
        ("certvault fetch K7M2QX --pin-stdin < PIN", _("in a script")),
        ("certvault fetch --waiting", _("every file that is here with the PIN that waits for it")),
        ("certvault fetch --all --pins open.xlsx --failed rest.csv", _("all links of a list of PINs")),
    ),
    exits=(6, 7, 8, 9, 10, 11, 12, 13, 14, 17),
    opens="pairs",
)

Link = Annotated[
    list[str] | None,
    typer.Argument(metavar=_("[LINK]"), help=_("Id, did, or words of holder and provider."), show_default=False),
]
TryAgain = Annotated[
    bool,
    typer.Option("--try-again", help=_("Send the PIN although the portal refused others."), show_default=False),
]
DownloadAgain = Annotated[
    bool,
    typer.Option("--download-again", help=_("Ask the portal although the file is here already."), show_default=False),
]
WaitingPin = Annotated[
    bool, typer.Option("--waiting-pin", help=_("Take the PIN that waits for its holder."), show_default=False)
]
Waiting = Annotated[
    bool,
    typer.Option(
        "--waiting", help=_("Try every PIN that waits on every file that is here; nothing is sent."), show_default=False
    ),
]
All = Annotated[bool, typer.Option("--all", help=_("All links that the table of --pins names."), show_default=False)]
Pins = Annotated[
    Path | None,
    typer.Option("--pins", metavar=_("FILE"), help=_("With --all: table with the PINs (CSV); - for standard input.")),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help=_("With --all: say which row is for which link."), show_default=False)
]
Failed = Annotated[
    Path | None,
    typer.Option("--failed", metavar=_("FILE"), help=_("With --all: what failed and why, as CSV into this new file.")),
]

Trust = Annotated[
    bool,
    typer.Option("--trust", help=_("Send the PIN although the mail's sender is in doubt."), show_default=False),
]


def command(
    ctx: typer.Context,
    link: Link = None,
    holder: Holder = None,
    pin_stdin: PinStdin = False,
    show_pin: ShowPin = False,
    pin_exact: PinExact = False,
    purpose: Purpose = None,
    separate: Separate = False,
    supersedes: Supersedes = None,
    try_again: TryAgain = False,
    download_again: DownloadAgain = False,
    waiting_pin: WaitingPin = False,
    waiting: Waiting = False,
    every: All = False,
    pins: Pins = None,
    dry_run: DryRun = False,
    failed: Failed = None,
    trust: Trust = False,
    new: New = False,
) -> None:
    """Fetch a certificate and store it with its PIN."""
    session: Session = ctx.obj
    pin = PinSource(stdin=pin_stdin, show=show_pin, exact=pin_exact)
    wish = Wish(purpose, separate, supersedes)
    order = Order(pin, wish, holder, insist=try_again, again=download_again, trust=trust, waiting_pin=waiting_pin)
    if every or pins is not None or dry_run or failed is not None:
        if pins is None or not every or link or waiting or new or order != Order():
            raise Usage(what=N_("--all goes with --pins, --dry-run and --failed, and with no other option or LINK."))
        _all(session, pins, dry_run, failed)
        return
    choose.check_new(holder, new=new)
    if waiting and (link or holder or pin_stdin or waiting_pin or download_again or wish != Wish()):
        raise Usage(what=N_("--waiting takes all that waits here: it goes with no LINK, PIN, holder or place."))
    if waiting_pin and pin_stdin:
        raise Usage(what=N_("The PIN either waits or is given: --waiting-pin or --pin-stdin."))
    if not waiting and not link and (session.json or pin_stdin or not prompt.possible()):
        raise Usage(what=N_("LINK is missing."), hint=N_("See what is open with: certvault links"))
    with session.custody() as custody, session.opener() as opener:
        if waiting:
            stored.met(session, custody, halves.meet(session, custody, opener, order))
            return
        order = order._replace(holder=choose.said(session, custody, holder, new=new))
        if not link:
            desk.serve(session, custody, opener, order)
            return
        result = fetched(session, custody, opener, choose.link(session, custody, link), order)
        stored.answer(session, custody, result)


def _all(session: Session, pins: Path, dry: bool, failed: Path | None) -> None:
    from cli import bulk, fetching_all
    from cli.render import fetched as render

    order = fetching_all.Order(pins, dry, failed)
    table = bulk.pin_list(pins)
    bulk.check_new(failed)
    with session.custody() as custody, session.opener() as opener:
        render.answer(session, custody, fetching_all.run(session, custody, opener, table, order), order)
