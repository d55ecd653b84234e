"""New keys: what was removed, and every old copy, opens nothing of what comes after.

Both ways write a new database beside the old one, read it back, and then replace the slot file, which names it: that
rename is the moment at which the new keys count. Until then nothing of the old vault is changed, and who dies before
or after leaves a whole vault. Both ask for a ``custody`` that was opened exclusively.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from vault import moving
from vault.crypto.hashing import sha256
from vault.crypto.hpke import public_of
from vault.custody import Custody, compare
from vault.errors import N_, CertvaultError, LogContradicts, PairNotOpened, ParkedDamaged, Phrase
from vault.files.writing import replace
from vault.keys import rotating
from vault.keys.authenticate import same, setting_auth
from vault.keys.derive import events_key, inbox_key, pairs_key
from vault.keys.slots import FILE_NAME, KeySlots
from vault.ledger.events import record
from vault.model.ids import Random
from vault.model.link import WAITS_AS
from vault.model.pair import Contents, Pair
from vault.model.replay import SealedDigest
from vault.operations.verify import verify
from vault.ports.opener import Opener
from vault.ports.store import Reader
from vault.sealing import Inbox, Letterbox, Sealer
from vault.secret import RootKey

Progress = Callable[[int, int], None]
"""Called with the steps that are done and the steps that there are."""

_PAGE = 500


class Rotation(NamedTuple):
    """The slots that count now, how many of them were sealed anew, and how many pairs the vault has."""

    slots: KeySlots
    resealed: int
    pairs: int


def rotate(
    custody: Custody, *, opener: Opener, workers: int, progress: Progress, at: datetime, random: Random
) -> Rotation:
    """Make a new root key: every pair is sealed anew, and opened as it stands in the new database.

    ``workers`` files are opened at once. Raises PairDamaged, PairDiffers and PairNotOpened for a pair that is not what
    was proven, LogContradicts, SlotsDamaged, UnknownKey, Damaged, NoRoom; then nothing was changed.
    """
    slots, root = rotating.rotated(custody.slots, custody.root, moving.database_name(random), random)
    steps = _Steps(progress, 2 * _count(custody))
    renewal = _Resealed(custody, slots, root, random, steps)
    moving.begin(custody.folder, custody.slots.database, slots.database)
    with custody.successor(slots, root, renewal) as new:
        _open_every(new, opener, workers, steps)
        _check_log(custody)
        with new.writing() as writer:
            told = {"pairs": str(writer.count_pairs()), "digest": _digest(writer)}
            record(new, writer, "rotated", at=at, generation=str(slots.generation), **told)
    replace(custody.folder / FILE_NAME, slots.to_bytes())
    return Rotation(slots, len(slots.slots), _count(custody))


def rotate_watch(custody: Custody, *, at: datetime, random: Random) -> Rotation:
    """Make a new register key: a watch that was removed opens the register no more. Pairs stay as they are.

    Raises as :func:`rotate`, except that no pair is opened.
    """
    slots = rotating.watch_rotated(custody.slots, custody.root, moving.database_name(random), random)
    moving.begin(custody.folder, custody.slots.database, slots.database)
    with custody.successor(slots, custody.root) as new:
        _check_log(custody)
        with new.writing() as writer:
            record(new, writer, "watch-rotated", at=at, generation=str(slots.register_generation))
    replace(custody.folder / FILE_NAME, slots.to_bytes())
    return Rotation(slots, sum(slot.kind == "watch" for slot in slots.slots), _count(custody))


class _Steps:
    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def step(self) -> None:
        self._done += 1
        self._progress(self._done, self._total)


class _Resealed:
    """Under the keys of a new root.

    Whoever has the watch key can plant a parked file or a setting that does not hold. That must not keep anybody from
    rotating, so it goes along as it is, and holds no more than before.
    """

    def __init__(self, custody: Custody, slots: KeySlots, root: RootKey, random: Random, steps: _Steps) -> None:
        vault, old = custody.vault_id, (custody.root, custody.vault_id, custody.slots.generation)
        new = root, vault, slots.generation
        self._steps = steps
        self._random = random
        self._old_sealer, self._sealer = Sealer(pairs_key(*old), vault), Sealer(pairs_key(*new), vault)
        self._inbox = Inbox(inbox_key(*old), vault)
        self._letterbox = Letterbox(public_of(inbox_key(*new).reveal()), vault)
        self._old_setting_auth, self._events, self._vault = custody.setting_auth, events_key(*new), vault

    def pair(self, pair: Pair, sealed: bytes) -> bytes:
        anew = self._sealer.seal(pair, self._old_sealer.open(pair, sealed), self._random)
        self._steps.step()
        return anew

    def parked(self, link: str, sealed: bytes) -> bytes:
        for kind in WAITS_AS.values():
            with suppress(ParkedDamaged):
                return self._letterbox.seal(kind, link, self._inbox.open(kind, link, sealed))
        return sealed

    def setting(self, name: str, value: str, auth: bytes) -> bytes:
        if not same(self._old_setting_auth(name, value), auth):
            return auth
        return setting_auth(self._events, self._vault, name, value)


def _count(custody: Custody) -> int:
    with custody.reading() as reader:
        return reader.count_pairs()


def _digest(reader: Reader) -> str:
    """Of all sealed values as they stand in the new database."""
    digest = SealedDigest()
    for pair, sealed in reader.sealed_pairs():
        digest.add(pair.id, sha256(sealed))
    return digest.hex()


def _check_log(custody: Custody) -> None:
    """One new event will answer for all that there are: they must hold now. The lock keeps everybody else away."""
    found = verify(custody).total
    if found:
        raise LogContradicts(
            count=found, hint=N_("Nothing was changed. What contradicts what: certvault audit --verify")
        )


def _open_every(new: Custody, opener: Opener, workers: int, steps: _Steps) -> None:
    """Open every pair, so many at a time that the memory that it takes does not grow with their number."""
    waiting: deque[Future[None]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for pair in _every(new):
            waiting.append(pool.submit(_open, opener, pair, new.unsealed(pair)))
            if len(waiting) > 2 * workers:
                waiting.popleft().result()
                steps.step()
        for one in waiting:
            one.result()
            steps.step()


def _every(custody: Custody) -> Iterator[Pair]:
    after: Pair | None = None
    while True:
        with custody.reading() as reader:
            page = list(reader.pairs(every=True, after=after, limit=_PAGE))
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1]


def _open(opener: Opener, pair: Pair, contents: Contents) -> None:
    try:
        opened = opener.open(contents.pkcs12, contents.pin)
    except CertvaultError as error:
        raise PairNotOpened(pair=pair.id, why=Phrase(error.sentence, **error.fields)) from None
    compare(pair, opened.certificate)
