"""What must hold of a vault whatever befell it: nothing that was acknowledged is lost, nothing is half or wrong."""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.faults import upkeep
from tests.faults.supply import Inside, Supply
from tests.faults.world import World
from tests.support import vaults
from vault import opening, packing
from vault.custody import Custody, compare
from vault.errors import CertvaultError, NewerVersion
from vault.keys.unlocking import unlock_root
from vault.model.chain import head_of
from vault.model.event import Wanted
from vault.model.pair import Pair
from vault.operations.verify import verify
from vault.secret import Passphrase
from vault.store.migrations import BEFORE
from vault.store.store import open_store


class Wrong(Exception):
    """Something that must never be. ``what`` says it."""


def check(folder: Path, papers: Supply, world: World) -> World:
    """Open the vault in ``folder`` and all that is in it; gives the world that it is in, of those that may be.

    Raises Wrong, and what opening raises.
    """
    with opening.custody(folder, vaults.PASSPHRASE, user="checker", at=vaults.NOW) as custody:
        pairs = whole(custody, papers)
        told = {one: list(_lost(custody, one, pairs, papers)) for one in world.worlds()}
    lost = min(told.values(), key=len)
    if lost:
        raise Wrong("; ".join(lost))
    found = next(one for one in told if not told[one])
    _files(folder, found)
    _keys_open(folder, found)
    return found


def proven(folder: Path, papers: Supply, world: World, place: Path, *, since: World) -> None:
    """Every backup that was acknowledged after ``since`` restores in ``place``, and what was put aside opens."""
    out = outside(folder)
    for name in world.backups.keys() - since.backups.keys():
        upkeep.restored(out / name, place / "vault")
        shutil.copytree(out, place / "vault out")
        check(place / "vault", papers, world.backups[name][1])
        shutil.rmtree(place)
    for name in world.aside.keys() - since.aside.keys():
        with vaults.custody(folder, exclusive=True):
            pass  # what could not be moved there is moved now
        shutil.copytree(folder / name, place / "vault")
        shutil.copytree(out, place / "vault out")
        check(place / "vault", papers, world.aside[name])
        shutil.rmtree(place)


def outside(folder: Path) -> Path:
    """Where the files lie that come out of the vault in ``folder``."""
    return folder.with_name(f"{folder.name} out")


def copied(template: Path, folder: Path) -> None:
    """A copy of a vault and its files, in the place of whatever is there."""
    for old in (folder, outside(folder)):
        shutil.rmtree(old, ignore_errors=True)
    shutil.copytree(template, folder)
    shutil.copytree(outside(template), outside(folder))


def nothing_half(folder: Path, papers: Supply) -> None:
    """Every file that came out is whole, or is not there."""
    files = {paper.pkcs12 for known in papers.of.values() for paper in known}
    half = [path.name for path in outside(folder).glob("*.p12") if path.read_bytes() not in files]
    for path in outside(folder).glob(f"*{upkeep.ENDING}"):
        try:
            packing.read(path)
        except CertvaultError as error:
            half.append(f"{path.name}: {error}")
    if half:
        raise Wrong(f"half a file was left: {half}")


def older_is_kept(folder: Path) -> None:
    """Where the database is of a later form, the one from before stays beside it, and opens."""
    slots = opening.slots(folder)
    key = opening.register_of(slots, unlock_root(slots, vaults.PASSPHRASE)[0])
    try:
        open_store(folder / slots.database, key, vault_id=slots.vault).close()
    except NewerVersion:
        with closing(open_store(folder / BEFORE, key, vault_id=slots.vault)) as store:
            store.check()


def whole(custody: Custody, papers: Supply) -> list[Pair]:
    """Every pair with its own PIN and file, one current in each lineage, and the log as it is verified by an audit."""
    custody.check_store()
    with custody.reading() as reader:
        pairs = list(reader.pairs(every=True))
    for pair in pairs:
        contents, paper = custody.unsealed(pair), papers.known[pair.fingerprint]
        if (contents.pkcs12, contents.pin.reveal()) != (paper.pkcs12, paper.pin):
            raise Wrong(f"pair {pair.id} opens with another PIN or file than it was stored with")
        compare(pair, Inside().open(contents.pkcs12, contents.pin).certificate)
    current = Counter(pair.lineage for pair in pairs if pair.state == "current")
    if current != Counter({pair.lineage for pair in pairs}):
        raise Wrong(f"not one current pair a lineage: {current}")
    holders = {pair.lineage: pair.holder for pair in pairs}
    if len(set(holders.values())) != len(holders):
        raise Wrong("a lineage was torn in two")
    _told(custody, pairs)
    return pairs


def _told(custody: Custody, pairs: list[Pair]) -> None:
    """The log tells how each pair came to be what it is."""
    with custody.reading() as reader:
        log = reader.events(Wanted(), after=0, limit=1_000_000)
    told = Counter((event.event.what, event.event.pair) for event in log)
    for pair in pairs:
        expected = 1, int(pair.state == "superseded"), 0
        found = tuple(told[what, pair.id] for what in ("pair-added", "pair-superseded", "purge"))
        if found != expected:
            raise Wrong(f"the log does not tell how pair {pair.id} came to be {pair.state}")
    gone = {pair for what, pair in told if what == "purge"}
    if {pair for what, pair in told if what == "pair-added"} - gone != {pair.id for pair in pairs}:
        raise Wrong("the log tells of pairs that are not there")


def _lost(custody: Custody, world: World, pairs: list[Pair], papers: Supply) -> Iterator[str]:
    """What is not as ``world`` says."""
    there = {pair.id: papers.known[pair.fingerprint].digest for pair in pairs}
    for pair, digest in world.pairs.items():
        if there.get(pair) != digest and not (pair in world.going and pair not in there):
            yield f"pair {pair} was acknowledged and is lost"
    for pair in world.gone & there.keys():
        yield f"pair {pair} was purged and is there"
    with custody.reading() as reader:
        for link in world.links:
            if reader.link(link) is None:
                yield f"link {link} was acknowledged and is lost"
    against = head_of(world.head) if world.head else None
    for one in verify(custody, against=against).contradictions:
        yield str(one.text)
    here = {slot.id for slot in custody.slots.slots}
    for slot in world.removed & here:
        yield f"the key {slot} was removed and is there"
    for slot in world.keys.keys() - world.leaving - here:
        yield f"the key {slot} was acknowledged and is lost"


def _files(folder: Path, world: World) -> None:
    known = world.exports | {name: digest for name, (digest, _world) in world.backups.items()}
    for name, digest in known.items():
        path = outside(folder) / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise Wrong(f"the file {name} was acknowledged and is not as it was")
    if world.made:
        opening.slots(folder)


def _keys_open(folder: Path, world: World) -> None:
    """Keys that were acknowledged open the vault."""
    for slot, (kind, name) in world.keys.items():
        if slot in world.leaving:
            continue
        if kind == "watch":
            with vaults.watch(folder, outside(folder) / name) as watch, watch.reading() as reader:
                reader.head()
        else:
            with opening.custody(folder, Passphrase(name), user="checker", at=vaults.NOW):
                pass
