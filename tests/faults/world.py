"""What was acknowledged, and so what must be there afterwards: what workers tell, and what it adds up to."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import NamedTuple


class Done(NamedTuple):
    """Something that was acknowledged, or begun: its kind, its id or file, and what proves it.

    Files are named as they lie beside the vault, below the folder for what comes out of it. Kinds: ``pair`` (proof: the
    file's digest), ``link``, ``export`` (the same), ``watch`` key (proof: its slot), ``passphrase`` (the same),
    ``leaving`` and ``removed`` (a slot), ``purging`` and ``purged`` (a pair), ``backing`` and ``backup`` (proof: the
    file's digest), ``restoring`` and ``restored`` (a backup; proof: whose keys count, and where the vault is that was
    there), ``head`` (the witness after it), ``made`` (a vault), ``rotated``, ``migrated``.
    """

    kind: str
    name: str = ""
    proof: str = ""

    def line(self) -> bytes:
        """How a process tells it."""
        return "\t".join(("done", *self)).encode() + b"\n"

    @classmethod
    def of(cls, lines: bytes) -> list[Done]:
        """What stands in the lines that a process told; the last may be cut."""
        whole = lines.decode(errors="replace").split("\n")[:-1]
        return [cls(*line.split("\t")[1:]) for line in whole if line.startswith("done\t")]


class World:
    """A vault as it must be. ``going`` and ``leaving`` are pairs and slots that may be there or not.

    ``backups`` holds the digest of each acknowledged backup and the world that comes alive from it, ``aside`` the
    worlds that a restore put aside, by their folders. ``restoring`` is a backup whose restoring was begun and not
    acknowledged.
    """

    def __init__(self) -> None:
        self.made = False
        self.pairs: dict[str, str] = {}
        self.going: set[str] = set()
        self.gone: set[str] = set()
        self.links: set[str] = set()
        self.exports: dict[str, str] = {}
        self.keys: dict[str, tuple[str, str]] = {}
        self.leaving: set[str] = set()
        self.removed: set[str] = set()
        self.head = ""
        self.backups: dict[str, tuple[str, World]] = {}
        self.aside: dict[str, World] = {}
        self.restoring = ""
        self._begun: dict[str, World] = {}

    def after(self, done: Iterable[Done]) -> World:
        """The world when this is done as well."""
        world = copy.deepcopy(self)
        for one in done:
            world.take(one)
        return world

    def take(self, done: Done) -> None:
        """One more thing."""
        kind, name, proof = done
        takes: dict[str, Callable[[], object]] = {
            "made": lambda: setattr(self, "made", True),
            "pair": lambda: self.pairs.update({name: proof}),
            "link": lambda: self.links.add(name),
            "export": lambda: self.exports.update({name: proof}),
            "watch": lambda: self.keys.update({proof: (kind, name)}),
            "passphrase": lambda: self.keys.update({proof: (kind, name)}),
            "leaving": lambda: self.leaving.add(name),
            "removed": lambda: self._removed(name),
            "purging": lambda: self.going.add(name),
            "purged": lambda: self._purged(name),
            "backing": lambda: self._begun.update({name: self._register()}),
            "backup": lambda: self.backups.update({name: (proof, self._begun[name])}),
            "restoring": lambda: setattr(self, "restoring", name),
            "restored": lambda: self._restored(name, *proof.split(" ")),
            "head": lambda: setattr(self, "head", name),
        }
        takes.get(kind, lambda: None)()

    def worlds(self) -> list[World]:
        """What there may be: this, or where a restoring was begun, what comes of it with either keys."""
        found = [copy.copy(self)]
        for whose in ("living", "backup") if self.restoring else ():
            found.append(copy.deepcopy(self))
            found[-1]._restored(self.restoring, whose)
        for one in found:
            one.restoring = ""
        return found

    def _removed(self, slot: str) -> None:
        self.removed.add(slot)
        self.keys.pop(slot, None)

    def _purged(self, pair: str) -> None:
        self.gone.add(pair)
        self.pairs.pop(pair, None)

    def _register(self) -> World:
        """What a backup has of it."""
        one = copy.copy(self)
        one.exports, one.backups, one.aside, one._begun, one.restoring = {}, {}, {}, {}, ""
        return copy.deepcopy(one)

    def _restored(self, name: str, whose: str, aside: str = "") -> None:
        if aside:
            self.aside[aside] = self._register()
        back = copy.deepcopy(self._begun[name])
        self.pairs, self.going, self.gone, self.links, self.head = (
            back.pairs,
            back.going,
            back.gone,
            back.links,
            back.head,
        )
        if whose == "backup":
            self.keys, self.leaving, self.removed = back.keys, back.leaving, back.removed
        self.restoring = ""
