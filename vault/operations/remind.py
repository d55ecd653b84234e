"""Tell people what is due: thresholds that were crossed and not told yet, one digest for each recipient.

Nothing that is sent is kept as text: each run makes its digests anew of the register, so what could not be sent
yesterday is told with what holds today. A message is sent, and then what it told is noted: a process that is killed in
between repeats it, and loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from vault.custody import Watch
from vault.errors import CertvaultError, NobodyToTell, NoChannel
from vault.ledger.events import record
from vault.model.reminder import MAIL, Reminder
from vault.model.watcher import Run
from vault.operations.people import people
from vault.operations.planning import Digest, planned, test_of
from vault.operations.watching import count
from vault.ports.channel import Channel, Message

PATIENCE = 3
"""Failures to tell somebody by a channel, after which the rest that he is to be told is left to the next run."""


class Failed(NamedTuple):
    """What could not be sent, and why."""

    digest: Digest
    why: CertvaultError


class Done(NamedTuple):
    """What a run did. ``nobody`` counts the entries for which nobody is named who could get a mail."""

    sent: Sequence[Digest]
    failed: Sequence[Failed]
    nobody: int
    next: datetime


Compose = Callable[[Digest, bool], Message]
"""What makes a message of a digest, with the names of holders or without."""


def remind(
    watch: Watch, channels: Sequence[Channel], compose: Compose, *, windows: Mapping[str, int], at: datetime
) -> Done:
    """Send what is to be told by these channels, and note it. Raises NoChannel, SettingChanged.

    What a channel cannot send is told again at the next run, and stands in ``due`` until then.
    """
    if not channels:
        raise NoChannel
    run = count(watch, at=at)
    plan = planned(watch, [one.name for one in channels], windows=windows, at=at)
    sent: list[Digest] = []
    failed: list[Failed] = []
    for digest, error in _sending(channels, compose, plan.digests):
        if error is None:
            sent.append(digest)
            _note_sent(watch, digest, at)
        else:
            failed.append(Failed(digest, error))
            _note_failure(watch, digest, at)
    good = not failed and not plan.nobody
    _note_run(watch, run._replace(at=at, events=run.events + len(sent), next=plan.next if good else at), failed)
    return Done(sent, failed, plan.nobody, plan.next)


def test(watch: Watch, channels: Sequence[Channel], compose: Compose, *, at: datetime) -> Done:
    """Send a message by every channel, which says that it works; nothing is noted. Raises NoChannel, NobodyToTell."""
    if not channels:
        raise NoChannel
    with watch.reading() as reader:
        office = people(watch, reader).office
    if not office and any(one.name == MAIL for one in channels):
        raise NobodyToTell
    digests = [test_of(watch, to, one.name, at) for one in channels for to in (office if one.name == MAIL else ("",))]
    done = list(_sending(channels, compose, digests))
    failed = [Failed(digest, error) for digest, error in done if error is not None]
    return Done([digest for digest, error in done if error is None], failed, 0, at)


def _sending(
    channels: Sequence[Channel], compose: Compose, digests: Iterable[Digest]
) -> Iterator[tuple[Digest, CertvaultError | None]]:
    """Send each; gives what went wrong with it.

    Who could not be told three messages one after another is not sent the rest. It is never left for what happened to
    others: several addresses that are refused stop nobody else, and that a whole server is dead its channel knows.
    """
    by_name = {one.name: one for one in channels}
    failures: dict[tuple[str, str], list[CertvaultError]] = {}
    for digest in digests:
        channel, failed = by_name[digest.channel], failures.setdefault((digest.channel, digest.to), [])
        if len(failed) >= PATIENCE:
            yield digest, failed[-1]
            continue
        try:
            channel.send(compose(digest, channel.names))
        except CertvaultError as error:
            failed.append(error)
            yield digest, error
        else:
            failed.clear()
            yield digest, None


def _note_sent(watch: Watch, digest: Digest, at: datetime) -> None:
    with watch.writing() as writer:
        writer.add_reminders((Reminder(one, digest.to, digest.channel) for one in digest.crossings), at)
        record(watch, writer, "reminded", at=at, channel=digest.channel, entries=str(len(digest.entries)))


def _note_failure(watch: Watch, digest: Digest, at: datetime) -> None:
    with watch.writing() as writer:
        writer.put_outage(digest.channel, digest.to, at)


def _note_run(watch: Watch, run: Run, failed: Sequence[Failed]) -> None:
    """Of what failed before, what was sent now, or what nobody needs to be told of any more, fails no longer."""
    failing = {(one.digest.channel, one.digest.to) for one in failed}
    with watch.writing() as writer:
        for channel, recipient in writer.outages().keys() - failing:
            writer.end_outage(channel, recipient)
        writer.put_run(run)
