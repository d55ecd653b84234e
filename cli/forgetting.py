"""A holder is forgotten: shown first, asked, done, with a receipt that has no name."""

from __future__ import annotations

from pathlib import Path

from cli import choose, purging
from cli.render import forgotten as render
from cli.session import Session
from vault.operations import forget


def run(session: Session, name: str, receipt: Path | None, *, dry_run: bool, yes: bool) -> None:
    """Forget the holder whom ``name`` means. Raises what the operations and :mod:`cli.purging` raise."""
    with session.custody(exclusive=not dry_run) as custody:
        plan = forget.plan(custody, choose.holder(session, custody, name))
        render.planned(session, plan, session.zone(custody), dry_run=dry_run)
        if dry_run or not purging.confirmed(session, render.question(plan), yes=yes):
            return
        done = forget.forget(custody, plan, at=session.now(), random=session.random)
        purging.finish(custody, receipt, render.receipt(custody.vault_id, done))
    render.answer(session, done)
    purging.tell(session, receipt)
