"""Pairs, for people and for scripts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import chain, islice
from typing import TypeGuard

from cli.prompt import tell
from cli.render import cells, document, links, shapes, targets, when
from cli.render.paper import Cell, Column, Paper
from cli.session import Session
from cli.texts import _
from vault.errors import N_
from vault.model.fold import akin
from vault.model.holder import Holder
from vault.model.link import Link
from vault.model.pair import Pair
from vault.model.shown import shown
from vault.model.times import days_between
from vault.operations.places import Place
from vault.operations.register import PairRow

STATES = {"current": N_("current"), "superseded": N_("superseded"), "retired": N_("retired")}
PROOFS = {
    "file": N_("the file opens with this PIN and no other"),
    "portal": N_("the portal released the file for this very PIN"),
}


def listing(session: Session, rows: Iterator[PairRow], zone: tzinfo, *, every: bool) -> None:
    """The answer of ``list``, row by row."""
    if session.json:
        document.put_list("pairs", (shapes.pair(row.pair, row.holder) for row in rows))
        return
    paper = Paper()
    first = list(islice(rows, 1))
    if not first:
        paper.write(_("There is no such certificate here."))
        paper.write(_("What can be fetched: {command}").format(command="certvault links"))
        return
    table(paper, chain(first, rows), session.titles(), zone, session.now(), states=every)


def table(
    paper: Paper,
    rows: Iterable[PairRow],
    titles: Mapping[str, str],
    zone: tzinfo,
    at: datetime,
    *,
    states: bool,
) -> None:
    """A table of pairs, with their states where they differ."""
    columns = [
        Column(_("Id")),
        Column(_("Holder"), flexible=True),
        Column(_("Provider"), flexible=True),
        Column(_("Purpose"), flexible=True),
        Column(_("Valid until")),
        *([Column(_("State"))] if states else []),
    ]
    paper.table(columns, (_row(row, titles, zone, at, states=states) for row in rows))


def one(session: Session, row: PairRow, waiting: Sequence[Link], installed: Sequence[Place], zone: tzinfo) -> None:
    """The answer of ``show`` for a pair, with what waits for its holder there, and where it is ``installed``."""
    if session.json:
        document.put({"pair": shapes.pair(row.pair, row.holder)})
        return
    facts = [
        *_facts(session, row, zone),
        *targets.facts_of_pair(session, installed, row.pair.id, zone),
        *links.waiting_facts(waiting, zone, session.now()),
    ]
    Paper().facts([(name, shown(value)) for name, value in facts])


def tell_other_name(row: PairRow) -> None:
    """Say so where a certificate is filed under a name that it does not know: names are not sealed with the pair."""
    if is_misnamed(row.holder, row.pair):
        tell(other_name(row.holder, row.pair))


def is_misnamed(holder: Holder | None, pair: Pair) -> TypeGuard[Holder]:
    """Whether a certificate is filed under a name that it does not know."""
    return holder is not None and bool(pair.subject) and not akin(holder.name, pair.subject)


def other_name(holder: Holder, pair: Pair) -> str:
    """That a certificate is filed under a name that it does not know."""
    told = _("Mind: it is filed under {holder}; the certificate itself says {subject}.")
    return told.format(holder=shown(holder.name), subject=shown(pair.subject))


def until(pair: Pair, zone: tzinfo, at: datetime) -> str:
    """The last day of a certificate, and how far away it is."""
    return f"{when.day(pair.not_after, zone)}, {when.days(days_between(at, pair.not_after, zone))}"


def _row(row: PairRow, titles: Mapping[str, str], zone: tzinfo, at: datetime, *, states: bool) -> list[Cell]:
    pair = row.pair
    left = days_between(at, pair.not_after, zone)
    style = "" if pair.state != "current" or left > 60 else "red" if left <= 14 else "yellow"
    return [
        cells.ident(pair.id),
        cells.holder(row.holder),
        cells.plain(titles.get(pair.provider, pair.provider)),
        cells.plain(pair.purpose),
        Cell(until(pair, zone, at), style),
        *([Cell(_(STATES[pair.state]))] if states else []),
    ]


def _facts(session: Session, row: PairRow, zone: tzinfo) -> Iterator[tuple[str, str]]:
    pair = row.pair
    yield _("Id"), pair.id
    yield _("Holder"), row.holder.name if row.holder else "?"
    yield _("Provider"), session.titles().get(pair.provider, pair.provider)
    if pair.purpose:
        yield _("Purpose"), pair.purpose
    yield _("State"), _(STATES[pair.state])
    if pair.superseded_by:
        yield _("Superseded by"), pair.superseded_by
    yield _("Valid from"), when.day(pair.not_before, zone)
    yield _("Valid until"), until(pair, zone, session.now())
    profile = session.readable.get(pair.provider)
    if profile and profile.renew_days:
        yield _("New one from"), when.day(pair.not_after - timedelta(days=profile.renew_days), zone)
    if profile and profile.renewal:
        yield _("New one from whom"), profile.renewal
    yield _("Subject"), pair.subject
    yield _("Issuer"), pair.issuer
    yield _("Serial number"), pair.serial
    yield _("Fingerprint"), pair.fingerprint
    yield _("Lineage"), pair.lineage
    yield _("Stored on"), when.minute(pair.added, zone)
    yield _("Proof"), _(PROOFS[pair.proof])
