"""Rows of the database and the nouns of the model, one made from the other."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, get_args

from vault.model import link as link_model
from vault.model import pair as pair_model
from vault.model.canonical import canonical
from vault.model.holder import Holder
from vault.model.ids import ALPHABET, LENGTH
from vault.model.link import Link
from vault.model.pair import Pair
from vault.model.times import utc
from vault.store.connection import Row

if TYPE_CHECKING:
    from vault.model.ack import Ack
    from vault.model.event import Recorded, Text
    from vault.model.reminder import Reminder
    from vault.model.request import Activation, Request
    from vault.model.target import Installation, Target
    from vault.model.watcher import Run

# Pairs, links and holders are everywhere; what has few rows or few askers is loaded with the first such row.

PAIR = (
    "id, provider, holder, lineage, purpose, subject, issuer, serial, fingerprint,"
    " not_before, not_after, state, proof, added, superseded_by"
)
LINK = (
    "id, kind, provider, holder, url, reference, received, deadline, state, refusals, last_attempt,"
    " EXISTS (SELECT 1 FROM parked WHERE parked.link = link.id), pair, subject, sender, recorded, trust"
)
HOLDER = "id, name, mobile, responsible, tags"
EVENT = "number, at, slot, user, what, pair, link, holder, details, commitments, hash, auth"
TEXT = "event, name, salt, text"
TARGET = "id, holder, profile, name, added, dropped"
INSTALLATION = "id, target, lineage, provider, since, pair, until, at, by, wanted, dropped"

_IN_IDS = frozenset(ALPHABET)
_PAIR_STATES, _PROOFS = get_args(pair_model.State), get_args(pair_model.Proof)
_LINK_STATES, _KINDS = get_args(link_model.State), get_args(link_model.Kind)
_TRUSTS = get_args(link_model.Trust)

_START = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


def seconds(moment: datetime) -> int:
    """Whole seconds since 1970, negative before. Raises ValueError for a naive moment."""
    return (utc(moment) - _START) // _SECOND


def moment(number: int) -> datetime:
    """The inverse of :func:`seconds`, for all years from 1 to 9999 on every system."""
    return _START + timedelta(0, number)


def _check(record: str, texts: set[object], texts_or_none: set[object]) -> None:
    """Refuse what the CHECKs of the tables refuse: somebody who has the register key can go round them.

    A record's id above all, because people are shown commands with it to copy.
    """
    _check_texts(texts, texts_or_none)
    if len(record) != LENGTH or not _IN_IDS.issuperset(record):
        raise ValueError("not the id of a record")


def _check_texts(texts: set[object], texts_or_none: set[object]) -> None:
    if {*map(type, texts)} - {str} or {*map(type, texts_or_none)} - {str, type(None)}:
        raise ValueError("not a text")


def _seconds_or_none(at: datetime | None) -> int | None:
    return None if at is None else seconds(at)


def _moment_or_none(number: int | None) -> datetime | None:
    return None if number is None else moment(number)


def to_holder(row: Row) -> Holder:
    """A holder, without addresses and numbers, from the columns of :data:`HOLDER`. Raises ValueError."""
    _check(row[0], {*row[:4]}, set())
    tags = json.loads(row[4])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise ValueError("not tags")
    return Holder(row[0], row[1], mobile=row[2], responsible=row[3], tags=tuple(tags))


def from_holder(holder: Holder) -> Row:
    """The columns of :data:`HOLDER`."""
    return holder.id, holder.name, holder.mobile, holder.responsible, canonical([*holder.tags]).decode()


def to_pair(row: Row) -> Pair:
    """A pair from the columns of :data:`PAIR`. Raises ValueError for what no program wrote."""
    _check(row[0], {*row[:9]}, {row[14]})
    if row[11] not in _PAIR_STATES or row[12] not in _PROOFS:
        raise ValueError("neither a state nor a proof")
    return Pair._make((*row[:9], moment(row[9]), moment(row[10]), row[11], row[12], moment(row[13]), row[14]))


def from_pair(pair: Pair) -> Row:
    """The columns of :data:`PAIR`."""
    return (*pair[:9], seconds(pair.not_before), seconds(pair.not_after), *pair[11:13], seconds(pair.added), pair[14])


def to_link(row: Row) -> Link:
    """A link from the columns of :data:`LINK`. Raises ValueError for what no program wrote."""
    _check(row[0], {*row[:3], *row[13:15], row[16]}, {*row[3:6], row[12]})
    if row[16] not in _TRUSTS:
        raise ValueError("not a grade of trust")
    if row[1] not in _KINDS or row[8] not in _LINK_STATES or type(row[9]) is not int or row[9] < 0:
        raise ValueError("neither a kind, nor a state, nor a number of refusals")
    received, deadline, last_attempt = moment(row[6]), _moment_or_none(row[7]), _moment_or_none(row[10])
    recorded = _moment_or_none(row[15])
    values = (*row[:6], received, deadline, *row[8:10], last_attempt, bool(row[11]), *row[12:15], recorded, row[16])
    return Link._make(values)


def from_link(link: Link) -> Row:
    """The columns of a new link, in the order of its table: those of :data:`LINK` without ``parked``."""
    received, deadline, last_attempt = map(_seconds_or_none, (link.received, link.deadline, link.last_attempt))
    recorded = _seconds_or_none(link.recorded)
    return (*link[:6], received, deadline, *link[8:10], last_attempt, *link[12:15], recorded, link.trust)


def to_recorded(row: Row) -> Recorded:
    """A recorded event from the columns of :data:`EVENT`. Raises ValueError for what no program wrote."""
    from vault.model.actor import Actor
    from vault.model.event import Event, Recorded

    _check_texts({*row[2:5]}, {*row[5:8]})
    if {type(row[10]), type(row[11])} - {bytes, type(None)} or row[10] is None:
        raise ValueError("neither a hash nor an authentication")
    details, commitments = (tuple((str(name), str(value)) for name, value in json.loads(one)) for one in row[8:10])
    event = Event._make((moment(row[1]), Actor(row[2], row[3]), *row[4:8], details, commitments))
    return Recorded(row[0], event, row[10], row[11])


def from_recorded(recorded: Recorded) -> Row:
    """The columns of :data:`EVENT`."""
    event = recorded.event
    listed = (canonical([list(one) for one in each]).decode() for each in (event.details, event.commitments))
    told = (event.what, event.pair, event.link, event.holder, *listed)
    return (recorded.number, seconds(event.at), *event.actor, *told, recorded.hash, recorded.auth)


def to_text(row: Row) -> tuple[int, Text]:
    """The number of an event and a text of it, from the columns of :data:`TEXT`. Raises ValueError."""
    text = json.loads(row[3])
    if type(row[0]) is not int or type(row[2]) is not bytes or not isinstance(text, str):
        raise ValueError("not the text of an event")
    return row[0], (str(row[1]), row[2], text)


def from_text(event: int, text: Text) -> Row:
    """The columns of :data:`TEXT`. Its JSON holds what is no Unicode as well: paths may be any octets."""
    return event, *text[:2], canonical(text[2]).decode()


def to_request(row: Row) -> Request:
    """A request, with the provider and holder of its pair or link. Raises ValueError for what no program wrote."""
    from vault.model.request import Request

    pair, link, at, provider, holder = row
    _check(pair or link, {provider}, {pair, link, holder})
    return Request(pair, link, moment(at), provider, holder)


def to_activation(row: Row) -> Activation:
    """An activation, with the provider and holder of its pair. Raises ValueError for what no program wrote."""
    from vault.model.request import Activation

    pair, since, provider, holder = row
    _check(pair, {pair, provider, holder}, set())
    return Activation(pair, moment(since), provider, holder)


def to_ack(row: Row) -> Ack:
    """What was noted. Raises ValueError for what no program wrote."""
    from vault.model.ack import Ack
    from vault.model.due import Kind

    kind, id_, until, at, by = row
    _check(id_, {kind, by}, set())
    if kind not in get_args(Kind):
        raise ValueError("not a kind of what is due")
    return Ack(kind, id_, moment(until), moment(at), by)


def to_reminder(row: Row) -> Reminder:
    """A reminder that was sent. Raises ValueError for what no program wrote."""
    from vault.model import reminder

    id_, kind, date, threshold, recipient, channel = row
    _check_texts({id_, kind, recipient, channel}, set())
    if type(threshold) is not int:
        raise ValueError("not a threshold")
    return reminder.Reminder(reminder.Crossing(kind, id_, moment(date), threshold), recipient, channel)


def to_run(row: Row) -> Run:
    """A run. Raises ValueError for what no program wrote."""
    from vault.model.watcher import Run

    slot, at, events, next_, pairs, fewer = row
    _check_texts({slot}, set())
    if type(events) is not int or type(pairs) is not int:
        raise ValueError("not numbers")
    return Run(slot, moment(at), events, moment(next_), pairs, _moment_or_none(fewer))


def to_target(row: Row) -> Target:
    """A target from the columns of :data:`TARGET`. Raises ValueError for what no program wrote."""
    from vault.model import target  # most commands ask for none

    _check(row[0], {*row[:4]}, set())
    return target.Target._make((*row[:4], moment(row[4]), _moment_or_none(row[5])))


def from_target(found: Target) -> Row:
    """The columns of :data:`TARGET`."""
    return (*found[:4], seconds(found.added), _seconds_or_none(found.dropped))


def to_installation(row: Row) -> Installation:
    """An installation from the columns of :data:`INSTALLATION`. Raises ValueError for what no program wrote."""
    from vault.model import target  # most commands ask for none

    _check(row[0], {*row[:4]}, {row[5], row[8], row[9]})
    until, at, dropped = map(_moment_or_none, (row[6], row[7], row[10]))
    return target.Installation._make((*row[:4], moment(row[4]), row[5], until, at, *row[8:10], dropped))


def from_installation(found: Installation) -> Row:
    """The columns of :data:`INSTALLATION`."""
    until, at, dropped = map(_seconds_or_none, (found.until, found.at, found.dropped))
    return (*found[:4], seconds(found.since), found.pair, until, at, found.by, found.wanted, dropped)
