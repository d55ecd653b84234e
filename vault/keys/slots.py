"""``keyslots.json``: who can open the vault, and which file is the database.

The frame of a slot is the same for every kind, so a program carries and lists slots of kinds that it does not know
yet; it cannot open them. The file is hostile until :func:`vault.keys.unlocking.unlock_root` has checked its MAC.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple, Self

from vault.crypto.hpke import PublicKey
from vault.errors import N_, NewerVersion, SlotsDamaged
from vault.keys import strict
from vault.keys.strict import Fields, Malformed
from vault.keys.wrapping import METHODS, Wrap, checked_wrap, work
from vault.model import times
from vault.model.canonical import Tree, canonical

FILE_NAME = "keyslots.json"
LONGEST = 256 * 1024
"""Octets of the file; whoever reads it need not read more."""
MOST_SLOTS = 64
LONGEST_TEXT = 200
"""Characters of a slot's name, person and place."""
MOST_WORK = 16 * 1024 * 1024
"""KiB times passes that all passphrase slots together may cost: some twenty seconds for one wrong passphrase."""

_FORMAT, _VERSION = "certvault-keyslots", 1
_LARGEST = 2**53 - 1
_SEALED = {"passphrase": 80, "recovery": 80, "keyring": 80, "watch": 112}
_LETTERS, _DIGITS = "abcdefghijklmnopqrstuvwxyz", "0123456789"
_IN_A_KIND = frozenset(_LETTERS + _DIGITS + "-")
_IN_A_NAME = frozenset(_LETTERS + _LETTERS.upper() + _DIGITS + "._-")


class Slot(NamedTuple):
    """One way to open the vault.

    ``private`` is an X25519 private half, wrapped by what the owner has (``wrap`` says how); ``sealed`` is what the
    slot opens, sealed to the ``public`` half: the root key, or for kind ``watch`` the register key and the inbox's
    public half. ``voucher`` proves to the owner that somebody with the root key sealed it, and ``voucher_key`` keeps
    the key of that proof for the next who does. ``name``, ``person`` and ``place`` are free texts.
    """

    id: str
    kind: str
    name: str
    person: str
    place: str
    created: datetime
    public: PublicKey
    wrap: Wrap
    private: bytes
    sealed: bytes
    voucher: bytes
    voucher_key: bytes

    def usable(self) -> bool:
        """Whether this version of the program knows how to open it."""
        return METHODS.get(self.kind) == self.wrap.get("method")


class KeySlots(NamedTuple):
    """The slot file; ``path`` is for messages.

    ``generation`` counts root keys, ``register_generation`` register keys (each new root key brings a new one, and it
    can be renewed alone), ``counter`` changes of the file. ``group`` says that the users of a group share the vault.
    """

    vault: str
    generation: int
    register_generation: int
    counter: int
    database: str
    slots: tuple[Slot, ...]
    mac: bytes = b""
    path: str = FILE_NAME
    group: bool = False

    def generation_of(self, kind: str) -> int:
        """The generation of what a slot of ``kind`` opens: a watch has the register key, every other the root key."""
        return self.register_generation if kind == "watch" else self.generation

    def body(self) -> bytes:
        """What the MAC covers: the canonical JSON of everything but the MAC."""
        return canonical(self._tree())

    def to_bytes(self) -> bytes:
        """The contents of the file."""
        tree = {**self._tree(), "mac": strict.base64(self.mac)}
        return json.dumps(tree, indent=1, ensure_ascii=True).encode() + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes, path: str) -> Self:
        """The slots in ``data``, which were read from ``path``.

        Strict about form, sizes and costs; nothing is computed. Raises SlotsDamaged, or NewerVersion where a later
        program wrote the file.
        """
        try:
            return cls._read(strict.parsed(data, LONGEST), path)
        except Malformed as wrong:
            raise SlotsDamaged(path=path, what=wrong.what) from None

    @classmethod
    def _read(cls, value: object, path: str) -> Self:
        _check_version(value)
        group = strict.mark(strict.any_fields(value), "group")
        found = strict.fields(value, _FILE_FIELDS | {"group"} if group else _FILE_FIELDS)
        database = strict.text(found, "database", 64)
        if not _is_plain_name(database):
            raise Malformed(N_("its field database is not a plain file name"))
        listed = found["slots"]
        if not isinstance(listed, list) or not 0 < len(listed) <= MOST_SLOTS:
            raise Malformed(N_("it has no slots, or too many"))
        slots = tuple(_slot(one) for one in listed)
        if len({slot.id for slot in slots}) != len(slots):
            raise Malformed(N_("two slots have the same id"))
        if sum(work(slot.wrap) for slot in slots if slot.usable()) > MOST_WORK:
            raise Malformed(N_("its passphrase slots ask for more work than allowed"))
        return cls(
            vault=strict.record_id(found, "vault"),
            generation=strict.whole(found, "generation", 1, _LARGEST),
            register_generation=strict.whole(found, "register_generation", 1, _LARGEST),
            counter=strict.whole(found, "counter", 1, _LARGEST),
            database=database,
            slots=slots,
            mac=strict.octets(found, "mac", 32, 32),
            path=path,
            group=group,
        )

    def _tree(self) -> dict[str, Tree]:
        return {
            "format": _FORMAT,
            "version": _VERSION,
            "vault": self.vault,
            "generation": self.generation,
            "register_generation": self.register_generation,
            "counter": self.counter,
            "database": self.database,
            "slots": [_written(slot) for slot in self.slots],
            **({"group": True} if self.group else {}),
        }


_FILE_FIELDS = frozenset(
    {"format", "version", "vault", "generation", "register_generation", "counter", "database", "slots", "mac"}
)
_SLOT_FIELDS = frozenset(Slot._fields)


def _is_plain_name(name: str) -> bool:
    """Whether it names a file in this very folder, on every system: no separator, drive, hidden or parent folder."""
    return name != "" and _IN_A_NAME.issuperset(name) and not {name[0], name[-1]} & set("._-")


def _check_version(value: object) -> None:
    found: Fields = value if isinstance(value, dict) else {}
    if found.get("format") != _FORMAT:
        raise Malformed(N_("it is not a key file of certvault"))
    version = strict.whole(found, "version", 1, _LARGEST)
    if version > _VERSION:
        raise NewerVersion(found=version, known=_VERSION)


def _slot(value: object) -> Slot:
    found = strict.fields(value, _SLOT_FIELDS)
    kind = strict.text(found, "kind", 32)
    if not kind or not _IN_A_KIND.issuperset(kind):
        raise Malformed(N_("a slot has an impossible kind"))
    wrap = checked_wrap(kind, found["wrap"])
    size = _SEALED.get(kind)
    return Slot(
        id=strict.record_id(found, "id"),
        kind=kind,
        name=strict.text(found, "name", LONGEST_TEXT),
        person=strict.text(found, "person", LONGEST_TEXT),
        place=strict.text(found, "place", LONGEST_TEXT),
        created=strict.moment(found, "created"),
        public=PublicKey(strict.octets(found, "public", 32, 32)),
        wrap=wrap,
        private=strict.octets(found, "private", 48, 48),
        sealed=strict.octets(found, "sealed", size or 48, size or 1024),
        voucher=strict.octets(found, "voucher", 32, 32),
        voucher_key=strict.octets(found, "voucher_key", 80, 80),
    )


def _written(slot: Slot) -> Mapping[str, Tree]:
    return {name: _plain(value) for name, value in slot._asdict().items()}


def _plain(value: str | datetime | bytes | Wrap) -> Tree:
    if isinstance(value, bytes):
        return strict.base64(value)
    if isinstance(value, datetime):
        return times.text(value)
    return value if isinstance(value, str) else dict(value)
