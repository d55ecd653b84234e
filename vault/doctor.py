"""``doctor``: look at everything in a vault's folder and say what is wrong, also where every other command refuses.

It looks as far as the key at hand allows: without one at the files' form, with a watch key at the whole register, with
the root key into every pair. Nothing is changed. A database that SQL reads whole is looked at as the program sees it
(:mod:`vault.operations.examining`), any other page by page (:mod:`vault.pagewise`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from vault import opening, packing, pagewise, places, rights, sharing
from vault.custody import Custody, Watch
from vault.errors import N_, CannotUnlock, CertvaultError, Damaged, Fault, Phrase, SlotsDamaged
from vault.files.lock import Lock
from vault.files.writing import write_new
from vault.keys.derive import WatchKeys
from vault.keys.slots import FILE_NAME, KeySlots
from vault.keys.unlocking import RootOwner, check_mac, root_of, unlock_watch
from vault.model.actor import Actor
from vault.model.finding import Count, Finding, damage
from vault.model.ids import Random
from vault.operations import examining, trust
from vault.operations.examining import Backup
from vault.operations.proving import Progress
from vault.operations.workshop import workshop
from vault.pagewise import RESCUE, Seals
from vault.secret import RegisterKey, RootKey, WatchKey
from vault.store.connection import PAGE, look
from vault.store.examine import examined
from vault.store.store import open_store

Key = RootOwner | WatchKey


class Report(NamedTuple):
    """What was found. ``refused`` says why a key that was given opens nothing."""

    findings: tuple[Finding, ...]
    pairs: Count | None = None
    backup: Backup | None = None
    refused: CannotUnlock | None = None

    @property
    def healthy(self) -> bool:
        """Whether nothing is damaged."""
        return self.refused is None and not any(finding.severity == "damage" for finding in self.findings)


class _Inside(NamedTuple):
    findings: list[Finding]
    pairs: Count | None = None
    backup: Backup | None = None


def examine(folder: Path, key: Key | None, *, key_path: str = "", at: datetime, progress: Progress) -> Report:
    """Look at the vault in ``folder`` with ``key``, or without one; a watch key was read from ``key_path``.

    Raises NoVault, Busy, NoRoom, and TooLittleMemory where a passphrase cannot be tried.
    """
    found = [*_place(folder)]
    try:
        slots = opening.slots(folder)
    except Damaged as error:
        works = N_("no key can be tried, so nothing in the vault can be read")
        hint = N_("Go back to the last backup, which holds the keys too: certvault restore BACKUP")
        return Report((*found, _of(error, FILE_NAME, works, hint)))
    found += [*_closed(folder, slots), *_left(folder, slots.database)]
    with Lock(folder / opening.LOCK_NAME):
        return _opened(_Look(folder, slots, at, progress), key, key_path, found)


def examine_backup(
    path: Path, key: Key | None, *, key_path: str = "", at: datetime, random: Random, progress: Progress
) -> Report:
    """Look at the backup in the file ``path`` as :func:`examine` looks at a vault, without restoring it.

    It is unpacked into a private folder beside it, which is gone afterwards. Raises NoSuchFile, FileUnusable,
    NotABackup, NewerVersion, BackupDamaged, NoRoom, TooLittleMemory.
    """
    backup = packing.read(path)
    slots = trust.slots_in(backup)
    with workshop(path.parent, random) as bench:
        write_new(bench / FILE_NAME, backup.slots)
        packing.unpack(backup, bench / slots.database)
        return _opened(_Look(bench, slots, at, progress, backup), key, key_path, [])


def _opened(looking: _Look, key: Key | None, key_path: str, found: list[Finding]) -> Report:
    """What the key lets one see, after what was ``found`` without it."""
    outside = list(_outside(looking.path))
    if key is None:
        note = N_("no key was given, so neither the register nor a pair was looked at")
        return Report((*found, *outside, Finding("note", note, "")))
    try:
        if isinstance(key, WatchKey):
            keys, _slot = unlock_watch(looking.slots, key, key_path)
            inside = looking.inside(keys.register, None, keys)
            note = N_(
                "a watch key opens no pair: the pairs, the files that wait, the settings, the backups and the "
                "authentication of keys and log were not looked at"
            )
            inside.findings.append(Finding("note", note, ""))
        else:
            root, _slot = root_of(looking.slots, key)
            found += _authentic(looking.slots, root)
            inside = looking.inside(opening.register_of(looking.slots, root), root)
    except CannotUnlock as error:
        return Report((*found, *outside, _wrong_key()), refused=error)
    except SlotsDamaged as error:
        return Report((*found, *outside, _of(error, FILE_NAME, hint=N_("Go back to the last backup."))))
    return Report((*found, *inside.findings), inside.pairs, inside.backup)


class _Look:
    """One look into a vault; into a ``backup`` where it was unpacked from one."""

    def __init__(
        self, folder: Path, slots: KeySlots, at: datetime, progress: Progress, backup: packing.Backup | None = None
    ) -> None:
        self.slots = slots
        self.path = folder / slots.database
        self._folder, self._at, self._progress, self._backup = folder, at, progress, backup

    def inside(self, register: RegisterKey, root: RootKey | None, keys: WatchKeys | None = None) -> _Inside:
        """What is found with the register key, and more with the root key."""
        forged = self._forged(register, root)
        if not self._readable():
            return _Inside(forged + list(_outside(self.path)))
        wrong = list({str(error.fields.get("what", error)): error for error in self._examined(register)}.values())
        if not wrong:
            try:
                store = open_store(self.path, register, vault_id=self.slots.vault)
            except Fault:
                pass  # of an older format, which the next command brings to the present one
            else:
                with closing(store):
                    actor = Actor("", "")
                    if root is not None:
                        return self._whole(Custody(self._folder, self.slots, store, actor, root), forged)
                    if keys is not None:
                        watch = Watch(self._folder, self.slots, store, actor, keys)
                        return _Inside([*forged, *self._counter(watch), *examining.log(watch)])
        looked = pagewise.look(self.path, self.slots, register, root, self._progress)
        told = [] if looked.nothing else [_of(error, self.path.name, hint=RESCUE) for error in wrong]
        newest = None
        if root is not None and self._backup is None:
            newest = examining.newest_backup(looked.events, Seals(self.slots, root).wrote_event)
        return _Inside([*forged, *told, *looked.findings, *examining.told_of(newest)], looked.pairs, newest)

    def _whole(self, custody: Custody, found: list[Finding]) -> _Inside:
        """Of a database that SQL reads whole, with the root key."""
        found += [*self._counter(custody), *examining.log(custody), *examining.settings(custody)]
        found += examining.waiting(custody)
        newest = None
        if self._backup is None:
            newest = examining.newest_backup(examining.made_backups(custody), custody.authentic)
            found += [*examining.told_of(newest), *examining.missing_backup(custody, self._at)]
        inside, count = examining.pairs(custody, self.path, self._progress)
        return _Inside(found + inside, count, newest)

    def _examined(self, register: RegisterKey) -> Iterator[Damaged]:
        yield from examined(self.path, register, self.slots.vault)

    def _readable(self) -> bool:
        """Whether there is a file of at least one page."""
        return self.path.is_file() and self.path.stat().st_size >= PAGE

    def _counter(self, watch: Watch) -> Iterator[Finding]:
        """An older slot file than the database knows was put back: a key that was removed might be in it."""
        with watch.reading() as reader:
            known = reader.slots_counter()
        if self.slots.counter < known:
            what = N_("it is older than the database; somebody put back an old copy")
            hint = N_("Put back the newest keyslots.json, or bring all out: certvault doctor --rescue DIR")
            yield damage(what, FILE_NAME, hint=hint)

    def _forged(self, register: RegisterKey, root: RootKey | None) -> list[Finding]:
        """Whether a backup is what somebody with the keys wrote."""
        if self._backup is None or trust.authentic(self._backup, self.slots, register, root):
            return []
        return [damage(N_("its authentication code does not fit"), self._backup.path.name)]


def _place(folder: Path) -> Iterator[Finding]:
    if kind := places.network(folder):
        what = Phrase(N_("the folder lies on a network drive ({kind})"), kind=kind)
        yield Finding("warning", what, str(folder), hint=N_("Move it to a disk of this machine."))
    if program := places.synchronised(folder):
        what = Phrase(N_("{program} copies the folder to other machines"), program=program)
        yield Finding("warning", what, str(folder), hint=N_("Move it out of there; a copy may be half a change."))


def _closed(folder: Path, slots: KeySlots) -> Iterator[Finding]:
    names = FILE_NAME, slots.database
    if slots.group and (command := sharing.narrowed(folder, *names)):
        what = N_("a group shares the vault, and its files are closed to the group")
        yield Finding("warning", what, str(folder), hint=Phrase(N_("Open it: {command}"), command=command))
    for path in (folder, *(folder / name for name in names)):
        if opened := rights.exposed(path, shared=slots.group):
            what = Phrase(N_("others may read or change it: its mode is {mode}"), mode=opened.mode)
            hint = Phrase(N_("Close it: {command}"), command=opened.command)
            works = N_("certvault refuses to open the vault until it is closed")
            yield Finding("warning", what, str(path), works, hint)


def _left(folder: Path, database: str) -> Iterator[Finding]:
    """What a process that was killed left behind, or somebody put there."""
    ours = {FILE_NAME, opening.LOCK_NAME, database, f"{database}-journal"}
    for path in sorted(folder.iterdir()):
        if path.name not in ours and path.name.endswith((".new", ".db", "-journal", "-wal", "-shm")):
            what = N_("it does not belong to the vault as it is: a half-made or an older file")
            yield Finding("warning", what, path.name, hint=N_("If the vault opens, move it away."))


def _authentic(slots: KeySlots, root: RootKey) -> Iterator[Finding]:
    try:
        check_mac(slots, root)
    except SlotsDamaged as error:
        works = N_("the key that you gave opens the vault's root key, so the pairs can be brought out")
        hint = N_("Bring all out, with the key that you gave: certvault doctor --rescue DIR")
        yield _of(error, FILE_NAME, works, hint)


def _outside(path: Path) -> Iterator[Finding]:
    """What can be told of a database without a key."""
    try:
        look(path)
    except Damaged as error:
        yield _of(error, path.name, hint=RESCUE)


def _of(error: CertvaultError, subject: str, works: str = "", hint: str = "") -> Finding:
    said = error.fields.get("what")
    what: str = said if isinstance(said, str) else Phrase(error.sentence, **error.fields)
    return damage(what, subject, works, hint)


def _wrong_key() -> Finding:
    hint = N_("The recovery code is taken as well. If that fails too, compare keyslots.json with the one in a backup.")
    what = N_("the key that was given opens no slot: it is another one, or its slot is damaged")
    return Finding(
        "note", what, FILE_NAME, N_("form and size of the files are as they should be, unless told above"), hint
    )
