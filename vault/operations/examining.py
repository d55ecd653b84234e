"""What is wrong inside a vault whose store opens: the log, the settings, the waiting files, every pair, the backups."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

from vault import packing
from vault.custody import Custody, Watch
from vault.errors import N_, CertvaultError, Fault, FileUnusable, NoSuchFile, ParkedDamaged, Phrase, SettingChanged
from vault.model.backup import LATEST, Latest, missing
from vault.model.event import Recorded, Wanted
from vault.model.finding import Count, Finding, damage
from vault.model.link import Kind, Link
from vault.operations.audit import PAGE
from vault.operations.proving import MOST, Progress, open_every
from vault.operations.settings import SETTINGS, scoped
from vault.operations.verify import verify

OTHERS = N_("the other pairs are not touched by that")
LOG = N_("what the log says is no proof; whether a certificate opens is told by itself")
BACK = N_("Compare with a backup and with a head that was noted elsewhere: certvault audit --verify --head COUNT:HASH")
BACKUP_ANEW = N_("Make a new one: certvault backup FILE")
MADE = "backup-made"
HALF_LOST: dict[Kind, str] = {
    "link": N_("the file that waits with this link does not open"),
    "file": N_("the file that waits for its PIN does not open"),
    "pin": N_("the PIN that waits for its link does not open"),
}
_AGAIN: dict[Kind, str] = {
    "link": N_("Fetch it again, or ask the provider for a new link."),
    "file": N_("Take its mail in again: certvault ingest MAIL"),
    "pin": N_("Type it again: certvault ingest --pin"),
}


State = Literal["whole", "missing", "unreadable", "damaged"]
"""``whole``: the very file that was proven. ``damaged``: another one. ``missing``: not where it was written."""


class Backup(NamedTuple):
    """A backup that the vault knows of."""

    path: str
    grade: str
    at: datetime
    state: State


def log(watch: Watch) -> Iterator[Finding]:
    """What :func:`vault.operations.verify.verify` says."""
    found = verify(watch)
    for one in found.contradictions:
        subject = one.pair or (str(one.event) if one.event else "")
        yield damage(one.text, subject, LOG, BACK)
    if found.total > len(found.contradictions):
        more = Phrase(N_("there are {count} more contradictions"), count=found.total - len(found.contradictions))
        yield damage(more, "", LOG, BACK)


def settings(custody: Custody) -> Iterator[Finding]:
    """Those that were not set with the root key."""
    with custody.reading() as reader:
        special = scoped(reader)
    for name in (*SETTINGS, *special, LATEST):
        try:
            with custody.reading() as reader:
                custody.setting(reader, name)
        except SettingChanged:
            hint = Phrase(N_("Set it again: certvault config set {name} VALUE"), name=name)
            if name in special:
                of, scope = special[name]
                again = N_("Set it again: certvault config set {name} VALUE --{kind} {id}")
                hint = Phrase(again, name=of, kind=scope.kind, id=scope.id)
            changed = N_("this setting was changed past certvault")
            yield damage(changed, name, hint=BACKUP_ANEW if name == LATEST else hint)


def waiting(custody: Custody) -> Iterator[Finding]:
    """The files and PINs that wait and do not open."""
    with custody.reading() as reader:
        links = [link for link in reader.links(every=True) if link.parked]
    for link in links:
        with custody.reading() as reader:
            sealed = reader.parked(link.id)
        try:
            if sealed is not None:
                custody.take_out(link.id, sealed, link.kind)
        except ParkedDamaged:
            yield half_lost(link)


def half_lost(link: Link) -> Finding:
    """That what waits with ``link`` does not open."""
    return damage(HALF_LOST[link.kind], link.id, hint=_AGAIN[link.kind])


def pairs(custody: Custody, database: Path, progress: Progress) -> tuple[list[Finding], Count]:
    """Open every pair, and compare it with its row."""
    with custody.reading() as reader:
        total = reader.count_pairs()
    opened = open_every(custody, database, total, progress)
    found = [finding for id_ in opened.failing for finding in _failing(custody, id_)]
    if opened.failed > MOST:
        found.append(damage(Phrase(N_("{count} more do not open"), count=opened.failed - MOST), ""))
    return found, Count(opened.opened + opened.failed, opened.opened, opened.failed)


def _failing(custody: Custody, id_: str) -> Iterator[Finding]:
    try:
        with custody.reading() as reader:
            pair = reader.pair(id_)
        if pair is not None:
            custody.contents(pair)
    except CertvaultError as error:
        yield damage(Phrase(error.sentence, **error.fields), id_, OTHERS, error.hint)
    else:
        raise Fault(what=N_("a pair did not open, and opened when it was tried again"))


def missing_backup(custody: Custody, at: datetime) -> Iterator[Finding]:
    """Whether a fresh backup on another disk is missing, as ``due`` says it."""
    with custody.reading() as reader:
        latest, first = Latest.of(reader.setting(LATEST)), reader.first_added()
    lacking = missing(latest, first, at)
    if lacking is None:
        return
    text = {
        "never": N_("there is no backup that was opened"),
        "old": Phrase(N_("the newest backup that was opened is {days} days old"), days=(at - lacking.since).days),
        "same-disk": N_("the newest backup that was opened was written to the disk on which the vault lies"),
    }
    yield Finding("warning", text[lacking.why], "", hint=N_("Write one to another disk: certvault backup FILE"))


def made_backups(custody: Custody) -> Iterator[Recorded]:
    """Every event of a backup, oldest first."""
    after = 0
    while True:
        with custody.reading() as reader:
            page = reader.events(Wanted(what=(MADE,)), after=after, limit=PAGE)
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].number


def newest_backup(events: Iterable[Recorded], authentic: Callable[[Recorded], bool | None]) -> Backup | None:
    """The newest of the backups that ``events`` tell of, read whole where it lies. What lies elsewhere, nobody sees.

    Only an event counts that bears the authentication which the root key gives: nobody else names a file to read.
    """
    made = [one for one in events if one.event.what == MADE and one.auth is not None and authentic(one)]
    if not made:
        return None
    told = dict(made[-1].event.details)
    path, digest = told.get("path", ""), told.get("sha256", "")
    return Backup(path, told.get("grade", ""), made[-1].event.at, _state(Path(path), digest))


def told_of(backup: Backup | None) -> Iterator[Finding]:
    """What is wrong with it."""
    if backup is not None and backup.state != "whole":
        what = {
            "missing": N_("this backup is not where it was written"),
            "unreadable": N_("this backup cannot be read"),
            "damaged": N_("this backup is not the file that was proven"),
        }[backup.state]
        hint = N_("If it was moved, name it: certvault doctor FILE. Else make a new one: certvault backup FILE")
        yield Finding("warning", what, backup.path, hint=hint)


def _state(path: Path, digest: str) -> State:
    try:
        return "whole" if packing.read(path).digest == digest else "damaged"
    except NoSuchFile:
        return "missing"
    except FileUnusable:
        return "unreadable"
    except CertvaultError:
        return "damaged"
