"""What needs somebody, soonest first."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, NamedTuple

from vault.custody import Watch
from vault.model.backup import LATEST, Latest, missing_since
from vault.model.due import Due, of_backup, of_certificate, of_link, settled, soonest_first, successors, with_pins
from vault.model.holder import Holder
from vault.model.link import Link
from vault.operations.settings import zone

if TYPE_CHECKING:
    from vault.ports.store import Reader


class DueRow(NamedTuple):
    """One entry with its holder."""

    due: Due
    holder: Holder | None


def due(watch: Watch, *, at: datetime, within: timedelta) -> list[DueRow]:
    """Certificates that run out, and links whose file is about to be deleted, ``within`` this time; soonest first.

    A certificate whose successor's link is here is one entry with it. So is a fresh backup that is missing.
    The cost follows the answer, not the vault.
    """
    with watch.reading() as reader:
        there = zone(watch, reader)
        until = at + within + timedelta(days=1)  # calendar days: a whole one more, cut off below
        pairs = reader.expiring(until)
        links = reader.unsettled_links(until)
        mailed = [link for holder in {pair.holder for pair in pairs} for link in reader.open_links_of(holder)]
        successor = successors(pairs, mailed, at)
        spoken_for = {link.id for link in successor.values()}
        found = [of_certificate(pair, at, there, successor.get(pair.id)) for pair in pairs]
        found += [of_link(link, at, there) for link in _needing(reader, links, at) if link.id not in spoken_for]
        pins = [link for link in links if link.kind == "pin"]
        theirs = [
            link for holder in {pin.holder for pin in pins if pin.holder} for link in reader.open_links_of(holder)
        ]
        found = with_pins(found, pins, theirs)
        found += _backup(watch, reader, at, there)
        shown = [one for one in found if one.days_left <= within.days]
        holders = reader.holders(list({one.holder for one in shown if one.holder}))
    return [DueRow(one, holders.get(one.holder or "")) for one in soonest_first(shown)]


def _backup(watch: Watch, reader: Reader, at: datetime, zone: tzinfo) -> list[Due]:
    latest = Latest.of(watch.setting(reader, LATEST))
    since = missing_since(latest, reader.first_added(), at)
    return [] if since is None else [of_backup(watch.vault_id, since, at, zone)]


def _needing(reader: Reader, links: list[Link], at: datetime) -> list[Link]:
    return [
        link
        for link in links
        if not (link.holder and settled(link, reader.pairs_of_holder(link.holder, every=True), at))
    ]
