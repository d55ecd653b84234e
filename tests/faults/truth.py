"""What must hold of a vault whatever befell it: nothing that was acknowledged is lost, nothing is half or wrong."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tests.faults.supply import Supply
from tests.faults.work import Done
from tests.support import vaults
from vault import opening
from vault.custody import Custody
from vault.keys.authenticate import same
from vault.model.chain import BEFORE_THE_FIRST, event_hash
from vault.model.event import Recorded
from vault.model.pair import Pair
from vault.secret import Passphrase


class Wrong(Exception):
    """Something that must never be. ``what`` says it."""


def check(folder: Path, papers: Supply, done: Iterable[Done]) -> list[Pair]:
    """Open the vault in ``folder`` and all that is in it; gives its pairs. Raises Wrong, and what opening raises."""
    done = list(done)
    with opening.custody(folder, vaults.PASSPHRASE, user="checker", at=vaults.NOW) as custody:
        pairs = whole(custody, papers)
        there = {pair.id: papers.known[pair.fingerprint].digest for pair in pairs}
        with custody.reading() as reader:
            lost = [one for one in done if one.kind == "pair" and there.get(one.name) != one.proof]
            lost += [one for one in done if one.kind == "link" and reader.link(one.name) is None]
    lost += [one for one in done if one.kind == "export" and not _is_file(Path(one.name), one.proof)]
    if lost:
        raise Wrong(f"acknowledged and lost: {lost}")
    _keys_open(folder, done)
    return pairs


def _keys_open(folder: Path, done: list[Done]) -> None:
    """Keys that were acknowledged open the vault, and no slot that was removed is there."""
    leaving = {one.name for one in done if one.kind == "leaving"}
    here = {slot.id for slot in opening.slots(folder).slots}
    for one in done:
        if one.kind == "removed" and one.name in here:
            raise Wrong(f"the key {one.name} was removed and is there")
        if one.proof in leaving:
            continue
        if one.kind == "watch":
            with vaults.watch(folder, Path(one.name)) as watch, watch.reading() as reader:
                reader.head()
        elif one.kind == "passphrase":
            with opening.custody(folder, Passphrase(one.name), user="checker", at=vaults.NOW):
                pass


def whole(custody: Custody, papers: Supply) -> list[Pair]:
    """Every pair with its own PIN and file, one current in each lineage, and the log without a gap."""
    with custody.reading() as reader:
        pairs = list(reader.pairs(every=True))
    for pair in pairs:
        contents, paper = custody.contents(pair), papers.known[pair.fingerprint]
        if (contents.pkcs12, contents.pin.reveal()) != (paper.pkcs12, paper.pin):
            raise Wrong(f"pair {pair.id} opens with another PIN or file than it was stored with")
    current = Counter(pair.lineage for pair in pairs if pair.state == "current")
    if current != Counter({pair.lineage for pair in pairs}):
        raise Wrong(f"not one current pair a lineage: {current}")
    holders = {pair.lineage: pair.holder for pair in pairs}
    if len(set(holders.values())) != len(holders):
        raise Wrong("a lineage was torn in two")
    log = events(custody)
    _unbroken(custody, log)
    told = Counter((event.event.what, event.event.pair) for event in log)
    for pair in pairs:
        expected = 1, int(pair.state == "superseded")
        if (told["pair-added", pair.id], told["pair-superseded", pair.id]) != expected:
            raise Wrong(f"the log does not tell how pair {pair.id} came to be {pair.state}")
    if sum(what == "pair-added" for what, _ in told) != len(pairs):
        raise Wrong("the log tells of pairs that are not there")
    return pairs


def events(custody: Custody) -> list[Recorded]:
    """The whole log."""
    from vault.store.rows import EVENT, to_recorded

    with custody.reading() as reader:
        return reader._transaction.all(to_recorded, f"SELECT {EVENT} FROM event ORDER BY number")  # type: ignore[attr-defined,no-any-return]  # noqa: S608


def _unbroken(custody: Custody, log: list[Recorded]) -> None:
    before = BEFORE_THE_FIRST
    for number, one in enumerate(log, 1):
        before = event_hash(before, number, one.event)
        auth = custody.authenticated(before, number) or b""
        if (one.number, one.hash) != (number, before) or not same(auth, one.auth or b""):
            raise Wrong(f"the log is broken at event {number}")


def _is_file(path: Path, digest: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest
