"""What an opened vault can do, as types: ``Watch`` warns and takes in, ``Custody`` reads pairs too.

An operation that needs a PIN or a private key asks for a :class:`Custody`, so mypy refuses to hand it a vault that was
opened with the watch key alone; and at run time such a vault has no key that would open a pair.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Self

from vault.errors import Busy, PairDamaged, PairDiffers, SettingChanged
from vault.keys.authenticate import backup_auth, backup_register_auth, event_auth, same, setting_auth
from vault.keys.derive import WatchKeys, events_key, inbox_key, pairs_key, register_key, watch_keys
from vault.keys.slots import KeySlots
from vault.model.actor import Actor
from vault.model.ids import Random
from vault.model.link import WAITS_AS, Kind
from vault.model.pair import Contents, Pair
from vault.secret import Pin, RootKey

if TYPE_CHECKING:
    from vault.model.certificate import Certificate
    from vault.model.event import Recorded
    from vault.ports.store import Reader, Renewal, Store, Writer

CERTIFICATE_COLUMNS = ("subject", "issuer", "serial", "fingerprint", "not_before", "not_after")
"""What a pair's row says of its certificate, and the certificate itself says too."""


class Watch:
    """The register, and the inbox to put in. Opens no pair."""

    def __init__(self, folder: Path, slots: KeySlots, store: Store, actor: Actor, keys: WatchKeys) -> None:
        self.folder = folder
        self.slots = slots
        self.actor = actor
        self._store = store
        self._keys = keys

    @property
    def vault_id(self) -> str:
        """The id of the vault."""
        return self.slots.vault

    def reading(self) -> AbstractContextManager[Reader]:
        """One consistent view of the register."""
        return self._store.reading()

    def writing(self) -> AbstractContextManager[Writer]:
        """One transaction: all of it counts, or nothing."""
        return self._store.writing()

    def snapshot(self, path: Path) -> None:
        """A copy of the store in the new file ``path``. See :meth:`vault.ports.store.Store.snapshot`."""
        self._store.snapshot(path, self._keys.register)

    @contextmanager
    def in_file(self, path: Path) -> Iterator[Self]:
        """This very vault as it stands in the file ``path``, a copy of its store. Raises Damaged."""
        with closing(self._store.another(path, self._keys.register, self.vault_id)) as other:
            twin = copy(self)
            twin._store = other  # noqa: SLF001 - it is one of us
            yield twin

    def check_store(self) -> None:
        """Read every page, index and reference of the store. Raises Damaged."""
        self._store.check()

    def backup_auth(self, signed: bytes) -> tuple[bytes, bytes]:
        """The two authentication codes of a backup; without the root key the second is 32 zero octets."""
        return backup_register_auth(self._keys.register, self.vault_id, signed), bytes(32)

    def wipe(self) -> None:
        """Leave no byte of what was deleted in the store's files. See :meth:`vault.ports.store.Store.wipe`."""
        self._store.wipe()

    def unwiped(self) -> bool:
        """Whether something was deleted for good and :meth:`wipe` did not end since."""
        return self._store.unwiped()

    def setting(self, reader: Reader, name: str) -> str | None:
        """The value of a setting, or None. Without the root key, nobody can say who wrote it."""
        return reader.setting(name)

    def put_in(self, link: str, data: bytes, kind: Kind = "link") -> bytes:
        """``data`` sealed to the inbox, as what waits with this link of this kind: only the root key takes it out."""
        from vault.sealing import Letterbox  # what warns never needs it

        return Letterbox(self._keys.inbox_public, self.vault_id).seal(WAITS_AS[kind], link, data)

    def authenticated(self, hash_: bytes, number: int) -> bytes | None:  # noqa: ARG002 - no key to do it with
        """The authentication of an event, or None where the root key is not at hand."""
        return None

    def authentic(self, recorded: Recorded) -> bool | None:  # noqa: ARG002 - no key to do it with
        """Whether an event bears the authentication that only the root key gives; None where nobody here can say."""
        return None


class Custody(Watch):
    """A vault opened with the root key: it seals, opens and hands out pairs."""

    def __init__(self, folder: Path, slots: KeySlots, store: Store, actor: Actor, root: RootKey) -> None:
        from vault.sealing import Inbox, Sealer

        place = slots.vault, slots.generation
        super().__init__(folder, slots, store, actor, watch_keys(root, *place, slots.register_generation))
        self.root = root
        self._sealer = Sealer(pairs_key(root, *place), slots.vault)
        self._inbox = Inbox(inbox_key(root, *place), slots.vault)
        self._events = events_key(root, *place)

    def authenticated(self, hash_: bytes, number: int) -> bytes | None:
        """The authentication of an event under the events key."""
        return event_auth(self._events, hash_, number)

    def authentic(self, recorded: Recorded) -> bool | None:
        """Whether an event bears the authentication that only the root key gives."""
        return same(event_auth(self._events, recorded.hash, recorded.number), recorded.auth or b"")

    def setting(self, reader: Reader, name: str) -> str | None:
        """The value of a setting, or None. Raises SettingChanged where it was not set with the root key."""
        value = reader.setting(name)
        if value is not None and not same(self.setting_auth(name, value), reader.setting_auth(name) or b""):
            raise SettingChanged(name=name)
        return value

    def backup_auth(self, signed: bytes) -> tuple[bytes, bytes]:
        """The two authentication codes of a backup, the second under the events key."""
        return super().backup_auth(signed)[0], backup_auth(self._events, signed)

    def setting_auth(self, name: str, value: str) -> bytes:
        """The authentication of a setting under the events key."""
        return setting_auth(self._events, self.vault_id, name, value)

    def take_out(self, link: str, sealed: bytes, kind: Kind = "link") -> bytes:
        """What was put in for this link of this kind, by anybody. Raises ParkedDamaged."""
        return self._inbox.open(WAITS_AS[kind], link, sealed)

    def seal(self, pair: Pair, contents: Contents, random: Random) -> bytes:
        """``contents`` sealed as the record of ``pair``."""
        return self._sealer.seal(pair, contents, random)

    def contents(self, pair: Pair) -> Contents:
        """The PKCS#12 and PIN of a stored pair, after all that the register says of it was compared with the seal.

        The certificate's facts are reckoned again from the PKCS#12. Raises PairDamaged and PairDiffers.
        """
        contents = self.unsealed(pair)
        compare(pair, reckoned(contents))
        return contents

    def has_pin(self, pair: Pair, pin: Pin) -> bool:
        """Whether ``pin`` is the PIN of ``pair``. Raises PairDamaged and PairDiffers."""
        return self.unsealed(pair).pin == pin

    def check(self, reader: Reader, pair: Pair) -> Contents:
        """The contents of ``pair``. Raises PairDamaged or PairDiffers unless it is what was sealed.

        Within the caller's transaction, because the PKCS#12 is not opened: its facts were bound when it was sealed.
        """
        return self._opened(reader, pair)

    @contextmanager
    def successor(self, slots: KeySlots, root: RootKey, renewal: Renewal | None = None) -> Iterator[Custody]:
        """The vault as it will be under ``slots`` and ``root``, in a new database that was read whole.

        Without ``renewal`` its rows are those that there are. It becomes the vault where ``slots`` take the place of
        the slot file. What is left of one that failed is the caller's to delete. Raises what ``renewal`` does,
        Damaged, NoRoom.
        """
        path, key = self.folder / slots.database, register_key(root, slots.vault, slots.register_generation)
        if renewal is None:
            self._store.snapshot(path, key)
        else:
            self._store.renewed(path, key, renewal)
        with closing(self._store.another(path, key, self.vault_id)) as store:
            store.check()
            new = Custody(self.folder, slots, store, self.actor, root)
            with new.writing() as writer:
                writer.set_slots_counter(slots.counter)
            yield new

    def unsealed(self, pair: Pair) -> Contents:
        """The contents of a stored pair, compared with its row and not opened. Raises PairDamaged and PairDiffers."""
        with self.reading() as reader:
            return self._opened(reader, pair)

    def _opened(self, reader: Reader, pair: Pair) -> Contents:
        sealed = reader.sealed(pair.id)
        if sealed is None:  # an index that knows what its table does not: a page of an older database
            raise PairDamaged(pair=pair.id)
        try:
            return self._sealer.open(pair, sealed)
        except PairDiffers:
            if reader.pair(pair.id) != pair:  # moved to another holder since it was read
                raise Busy from None
            raise


def reckoned(contents: Contents) -> Certificate:
    """The facts of the certificate inside ``contents``. The file was proven before it was sealed."""
    from vault.pkcs12.inside import opened  # X.509 code, which a watch never needs

    return opened(contents.pkcs12, contents.pin).certificate


def compare(pair: Pair, certificate: Certificate) -> None:
    """Raise PairDiffers where the row of ``pair`` says anything else than ``certificate``."""
    for field in CERTIFICATE_COLUMNS:
        row, sealed = getattr(pair, field), getattr(certificate, field)
        if row != sealed:
            raise PairDiffers(pair=pair.id, field=field, row=str(row), sealed=str(sealed))
