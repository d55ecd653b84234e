"""``doctor``: look at everything in a vault's folder and say what is wrong, also where every other command refuses.

It looks as far as the key at hand allows: without one at the files' form, with a watch key at the whole register, with
the root key into every pair. Nothing is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from vault import opening, places, rights, sharing
from vault.custody import compare, reckoned
from vault.errors import N_, CannotUnlock, CertvaultError, Damaged, Fault, ParkedDamaged, Phrase, SlotsDamaged
from vault.files.lock import Lock
from vault.keys.authenticate import event_auth, same, setting_auth
from vault.keys.derive import events_key, inbox_key, pairs_key
from vault.keys.slots import FILE_NAME, KeySlots
from vault.keys.unlocking import RootOwner, check_mac, root_of, unlock_watch
from vault.model.certificate import Certificate
from vault.model.chain import BEFORE_THE_FIRST, event_hash
from vault.model.event import Recorded
from vault.model.finding import Count, Finding
from vault.model.pair import Pair
from vault.model.texts import LOST, lost_text, misfits
from vault.sealing import Inbox, Sealer
from vault.secret import RegisterKey, RootKey, WatchKey
from vault.store.connection import look
from vault.store.examine import examined
from vault.store.salvage import Salvaged, salvage, salvaged_pairs
from vault.store.store import open_store

Key = RootOwner | WatchKey
Progress = Callable[[int, int], None]

RESCUE = N_("Go back to the last backup, or bring out what still opens: certvault doctor --rescue DIR")


_MOST = 20
"""Pages that are named."""


class Report(NamedTuple):
    """What was found. ``refused`` says why a key that was given opens nothing."""

    findings: tuple[Finding, ...]
    pairs: Count | None = None
    refused: CannotUnlock | None = None

    @property
    def healthy(self) -> bool:
        """Whether nothing is damaged."""
        return self.refused is None and not any(finding.severity == "damage" for finding in self.findings)


def examine(folder: Path, key: Key | None, *, key_path: str = "", progress: Progress) -> Report:
    """Look at the vault in ``folder`` with ``key``, or without one; a watch key was read from ``key_path``.

    Raises NoVault, Busy, NoRoom, and TooLittleMemory where a passphrase cannot be tried.
    """
    found = [*_place(folder)]
    try:
        slots = opening.slots(folder)
    except Damaged as error:
        works = N_("no key can be tried, so nothing in the vault can be read")
        hint = N_(
            "Put back keyslots.json from a backup of this vault; any that was made since the last new keys will do."
        )
        return Report((*found, _of(error, FILE_NAME, works, hint)))
    found += [*_closed(folder, slots), *_left(folder, slots.database)]
    with Lock(folder / opening.LOCK_NAME):
        if key is None:
            note = N_("no key was given, so neither the register nor a pair was looked at")
            return Report((*found, *_outside(folder / slots.database), Finding("note", note, "")))
        try:
            return _unlocked(folder, slots, key, key_path, found, progress)
        except CannotUnlock as error:
            return Report((*found, *_outside(folder / slots.database), _wrong_key()), refused=error)


def _unlocked(
    folder: Path, slots: KeySlots, key: Key, key_path: str, found: list[Finding], progress: Progress
) -> Report:
    path = folder / slots.database
    if isinstance(key, WatchKey):
        keys, _slot = unlock_watch(slots, key, key_path)
        found += _register(path, slots, keys.register)
        note = N_("a watch key opens no pair: the pairs and the key file's authentication were not looked at")
        return Report((*found, Finding("note", note, "")))
    root, _slot = root_of(slots, key)
    found += _authentic(slots, root)
    register = opening.register_of(slots, root)
    found += _register(path, slots, register, root)
    inside, count = _pairs(path, slots, register, root, progress)
    return Report((*found, *inside), count)


class Seals:
    """What the root key opens, for rows that lie in no store."""

    def __init__(self, slots: KeySlots, root: RootKey) -> None:
        place = slots.vault, slots.generation
        self._sealer = Sealer(pairs_key(root, *place), slots.vault)
        self._inbox = Inbox(inbox_key(root, *place), slots.vault)
        self._events = events_key(root, *place)
        self._vault = slots.vault

    def certificate(self, pair: Pair, sealed: bytes) -> Certificate:
        """The certificate of a pair that opens and is what its row says. Raises PairDamaged, PairDiffers."""
        certificate = reckoned(self._sealer.open(pair, sealed))
        compare(pair, certificate)
        return certificate

    def opens_parked(self, link: str, sealed: bytes) -> bool:
        """Whether the file that waits with ``link`` opens."""
        try:
            self._inbox.open("file", link, sealed)
        except ParkedDamaged:
            return False
        return True

    def wrote_setting(self, name: str, value: str, auth: bytes) -> bool:
        """Whether the setting was put with the root key."""
        return same(setting_auth(self._events, self._vault, name, value), auth)

    def wrote_event(self, recorded: Recorded) -> bool:
        """Whether the event bears the authentication that only this root key gives."""
        return same(event_auth(self._events, recorded.hash, recorded.number), recorded.auth or b"")


def first_gap(events: Mapping[int, Recorded], seals: Seals | None) -> int | None:
    """The number of the first event that is missing or not what was written, up to the last one; None for none.

    Events from before the last rotation bear authentications under keys that nobody has any more; the first one under
    the present key holds them by its hash.
    """
    previous, begun = BEFORE_THE_FIRST, seals is None
    for number in range(1, max(events, default=0) + 1):
        recorded = events.get(number)
        if recorded is None or event_hash(previous, number, recorded.event) != recorded.hash:
            return number
        right = seals is not None and seals.wrote_event(recorded)
        if begun and seals is not None and recorded.auth is not None and not right:
            return number
        begun, previous = begun or right, recorded.hash
    return None if begun or not events else 1


def forgotten_in(events: Mapping[int, Recorded]) -> dict[str | None, int]:
    """The holders of whom an event says that they were forgotten, each with its number."""
    return {one.event.holder: number for number, one in sorted(events.items()) if one.event.what == "pseudonymised"}


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


def _outside(path: Path) -> Iterator[Finding]:
    """What can be told of a database without a key."""
    try:
        look(path)
    except Damaged as error:
        yield _of(error, path.name, hint=RESCUE)


def _authentic(slots: KeySlots, root: RootKey) -> Iterator[Finding]:
    try:
        check_mac(slots, root)
    except SlotsDamaged as error:
        works = N_("the key that you gave opens the vault's root key, so the pairs can be brought out")
        hint = N_("Put back keyslots.json from a backup, or bring all out: certvault doctor --rescue DIR")
        yield _of(error, FILE_NAME, works, hint)


def _register(path: Path, slots: KeySlots, register: RegisterKey, root: RootKey | None = None) -> Iterator[Finding]:
    whole = True
    for error in examined(path, register, slots.vault):
        whole = False
        yield _of(error, path.name, N_("what lies on other pages can be read"), RESCUE)
    try:
        rows = salvage(path, register)
    except OSError:
        return  # told by what examined it
    seals = None if root is None else Seals(slots, root)
    yield from _rows(rows, seals)
    if whole:
        yield from _counter(path, slots, register)


def _rows(rows: Salvaged, seals: Seals | None) -> Iterator[Finding]:
    if rows.damaged:
        numbers = ", ".join(map(str, rows.damaged[:_MOST])) + (" ..." if len(rows.damaged) > _MOST else "")
        pages = Phrase(N_("{count} of {total} pages are damaged"), count=len(rows.damaged), total=rows.pages)
        yield Finding("damage", pages, numbers, hint=RESCUE)
    gap = first_gap(rows.events, seals)
    if gap is not None:
        what = N_("this event is missing, or is not what was written; the log proves nothing from there on")
        yield Finding("damage", what, str(gap), N_("certificates and PINs are not touched by that"), RESCUE)
    yield from _texts(rows)
    if seals is None:
        return
    for link, sealed in rows.parked.items():
        if not seals.opens_parked(link, sealed):
            hint = N_("Fetch it again, or ask the provider for a new link.")
            yield Finding("damage", N_("the file that waits with this link does not open"), link, hint=hint)
    for name, (value, auth) in rows.settings.items():
        if not seals.wrote_setting(name, value, auth):
            hint = Phrase(N_("Set it again: certvault settings set {name} VALUE"), name=name)
            yield Finding("damage", N_("this setting was changed past certvault"), name, hint=hint)


def _texts(rows: Salvaged) -> Iterator[Finding]:
    forgotten = forgotten_in(rows.events)
    told = [dict(one.event.details) for one in rows.events.values() if one.event.what == LOST]
    for number, one in sorted(rows.events.items()):
        for kind, name, what in misfits(one, forgotten=forgotten.get(one.event.holder, 0) > number):
            if kind == "text-missing" and (rows.damaged or lost_text(number, name) in told):
                continue  # it may lie on one of those pages
            yield Finding("damage", what, str(number), N_("certificates and PINs are not touched by that"))


def _counter(path: Path, slots: KeySlots, register: RegisterKey) -> Iterator[Finding]:
    """An older slot file than the database knows was put back: a key that was removed might be in it."""
    try:
        store = open_store(path, register, vault_id=slots.vault)
    except Fault:
        return  # of an older format, which the next command brings to the present one
    with closing(store), store.reading() as reader:
        if slots.counter < reader.slots_counter():
            what = N_("it is older than the database; somebody put back an old copy")
            yield Finding("damage", what, FILE_NAME, hint=N_("Put back the newest keyslots.json from a backup."))


def _pairs(
    path: Path, slots: KeySlots, register: RegisterKey, root: RootKey, progress: Progress
) -> tuple[list[Finding], Count]:
    """Open every pair whose row can be read, and compare it with the row."""
    found: list[Finding] = []
    try:
        known = salvage(path, register).known
    except OSError:
        return found, Count()
    seals, good, bad = Seals(slots, root), set[str](), set[str]()
    for pair, sealed in salvaged_pairs(path, register):
        try:
            seals.certificate(pair, sealed)
            good.add(pair.id)
        except CertvaultError as error:
            bad.add(pair.id)
            found.append(_of(error, pair.id, N_("the other pairs are not touched by that"), error.hint))
        progress(len(good | bad), len(known))
    for lost in sorted(known.keys() - good - bad):
        what = N_("the row of this pair lies on a damaged page")
        found.append(Finding("damage", what, lost, N_("the other pairs are not touched by that"), RESCUE))
    return found, Count(len(known), len(good), len(known) - len(good))


def _of(error: CertvaultError, subject: str, works: str = "", hint: str = "") -> Finding:
    said = error.fields.get("what")
    what: str = said if isinstance(said, str) else Phrase(error.sentence, **error.fields)
    return Finding("damage", what, subject, works, hint)


def _wrong_key() -> Finding:
    hint = N_("The recovery code is taken as well. If that fails too, compare keyslots.json with the one in a backup.")
    what = N_("the key that was given opens no slot: it is another one, or its slot is damaged")
    return Finding(
        "note", what, FILE_NAME, N_("form and size of the files are as they should be, unless told above"), hint
    )
