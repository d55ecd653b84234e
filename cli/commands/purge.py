"""``certvault purge``: delete for good what is no longer needed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from cli import choose, forgetting, purging
from cli.about import About
from cli.options import whole_number
from cli.render import purged as render
from cli.session import Session
from cli.texts import _
from vault.errors import N_, Usage
from vault.operations import purge
from vault.operations.values import LONGEST_RETENTION

ABOUT = About(
    _("Delete old certificates for good, with their PINs."),
    detail=_(
        "Only those that were superseded or retired long enough ago: 365 days, or what the setting retention says. "
        "What would be deleted is shown first, and you are asked. The audit log keeps that they were there; of the "
        "certificates and PINs nothing stays in the vault's file. Backups that were made before still hold them. With "
        "--forget a holder goes with all that names him, and the audit log still verifies."
    ),
    examples=(
        ("certvault purge --dry-run", _("what is old enough")),
        ("certvault purge --receipt receipt.json", _("and a record for the files")),
        ("certvault purge K7M2QX --older-than 0", _("one of them, at once")),
        ("certvault purge --forget müller --dry-run", _("what would be deleted of a holder who asks for it")),
    ),
    exits=(5, 6, 7, 15, 17),
    opens="pairs",
)

Pairs = Annotated[
    list[str] | None,
    typer.Argument(metavar=_("[PAIR...]"), help=_("Only these, each by its id."), show_default=False),
]
Forget = Annotated[
    str | None,
    typer.Option(
        "--forget",
        metavar=_("HOLDER"),
        help=_("Forget this holder: all his certificates, links and names, also in the audit log."),
        show_default=False,
    ),
]
OlderThan = Annotated[
    int | None,
    typer.Option(
        "--older-than",
        metavar=_("DAYS"),
        help=_("Superseded or retired for as many days, in place of what the vault's settings say."),
        parser=whole_number("--older-than", 0, LONGEST_RETENTION),
        show_default=False,
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Show what would be deleted, and stop."), show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", help=_("Delete without asking."), show_default=False)]
Receipt = Annotated[
    Path | None,
    typer.Option(
        "--receipt", metavar=_("FILE"), help=_("Write what was deleted into this new file."), show_default=False
    ),
]


def command(
    ctx: typer.Context,
    pair: Pairs = None,
    forget: Forget = None,
    older_than: OlderThan = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    receipt: Receipt = None,
) -> None:
    """Delete what is put away for long enough, or a holder with all that names him."""
    session: Session = ctx.obj
    purging.check(receipt, dry_run=dry_run, yes=yes)
    if forget is not None:
        if pair or older_than is not None:
            raise Usage(what=N_("--forget takes all that there is of a holder: neither PAIR nor --older-than"))
        forgetting.run(session, forget, receipt, dry_run=dry_run, yes=yes)
        return
    with session.custody(exclusive=not dry_run) as custody:
        named = [choose.pair(session, custody, [one]) for one in pair or ()]
        age = None if older_than is None else timedelta(days=older_than)
        plan = purge.plan(custody, named, older_than=age, at=session.now())
        render.planned(session, plan, session.zone(custody), dry_run=dry_run)
        if dry_run:
            return
        if not plan.doomed:
            purge.wipe(custody)
        if not plan.doomed or not purging.confirmed(session, render.question(plan), yes=yes):
            return
        done = purge.purge(custody, plan, at=session.now(), random=session.random)
        purging.finish(custody, receipt, render.receipt(custody.vault_id, done))
    render.answer(session, done)
    purging.tell(session, receipt)
