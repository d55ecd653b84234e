"""The harness itself: it would see what it looks for. The trials are run by ``scripts/faults``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks.attacker import plain_sql, register_key_of
from tests.faults import child, kills, supply
from tests.faults.child import say
from tests.faults.kills import Ground, begin_again
from tests.faults.power import WAYS, Disk, numbered, put, record
from tests.faults.trace import Step
from tests.faults.truth import Wrong, check, copied, nothing_half, outside, proven
from tests.faults.work import THINGS, Work, seeded
from tests.faults.world import Done, World
from vault.errors import Damaged


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """A vault that was worked on."""
    place = tmp_path_factory.mktemp("faults")
    supply.make(place / "supply", 2, 40)
    return kills.ground(place / "ground", supply.load(place / "supply"))


def test_what_is_lost_is_seen(ready: Ground, tmp_path: Path) -> None:
    """A pair, a link, a key or a file that was acknowledged and is not there; a log that was cut off."""
    copied(ready.folder, folder := tmp_path / "vault")
    world = ready.world
    assert check(folder, ready.papers, world).pairs == world.pairs
    lost = (
        Done("pair", next(iter(world.pairs)), "0" * 64),
        Done("pair", "0" * 16, "0" * 64),
        Done("link", "0" * 16),
        Done("export", "gone.p12", "0" * 64),
        Done("passphrase", "name", "0" * 16),
        Done("removed", next(iter(world.keys.keys() - world.leaving))),
        Done("purged", next(iter(world.pairs))),
        Done("head", f"1000:{'0' * 64}"),
        Done("head", f"3:{'0' * 64}"),
    )
    for one in lost:
        with pytest.raises(Wrong):
            check(folder, ready.papers, world.after([one]))


def test_what_a_restore_brings_is_known(ready: Ground, tmp_path: Path) -> None:
    """The world of the backup when it was acknowledged, that one or the living one when it was only begun."""
    copied(ready.folder, folder := tmp_path / "vault")
    told: list[Done] = []
    work = ready.work(folder, 3)(told.append)
    for name in ("backup", "add", "purge", "restore"):
        work.only(name)
    begun = ready.world.after(one for one in told if one.kind != "restored")
    world = check(folder, ready.papers, begun)
    assert world.pairs == check(folder, ready.papers, ready.world.after(told)).pairs
    proven(folder, ready.papers, ready.world.after(told), tmp_path / "proof", since=ready.world)
    with pytest.raises(Wrong):
        check(folder, ready.papers, ready.world.after(one for one in told if not one.kind.startswith("restor")))


def test_a_backup_that_is_half_or_not_the_acknowledged_one_is_seen(ready: Ground, tmp_path: Path) -> None:
    """It is named as half; and what comes out of it is held against what was acknowledged before it was begun."""
    copied(ready.folder, folder := tmp_path / "vault")
    told: list[Done] = []
    ready.work(folder, 3)(told.append).only("backup")
    (made,) = (one for one in told if one.kind == "backup")
    world = ready.world.after([Done("pair", "0" * 16, "0" * 64), *told])
    with pytest.raises(Wrong, match="lost"):
        proven(folder, ready.papers, world, tmp_path / "proof", since=ready.world)
    path = outside(folder) / made.name
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Wrong, match="half a file"):
        nothing_half(folder, ready.papers)
    with pytest.raises(Wrong, match="not as it was"):
        check(folder, ready.papers, ready.world.after(told))


def test_a_worker_is_killed_at_the_very_call(ready: Ground, tmp_path: Path) -> None:
    """Before the rename that makes the new keys count, and before what is last: that the note about it is deleted."""
    folder = tmp_path / "vault"
    calls = dict(kills.changes(tmp_path, ready, folder, "keys rotate"))
    assert calls["rename"] == 2
    before = (ready.folder / "keyslots.json").read_bytes()
    for call, changed in (("rename", False), ("unlink", True)):
        begin_again(ready, folder, "keys rotate")
        strace = ("-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={calls[call]}")
        end = child.run(lambda tell: ready.work(folder, 0)(tell).only("keys rotate"), strace=strace)
        assert end.code == kills.KILLED
        assert ((folder / "keyslots.json").read_bytes() != before) is changed


def test_a_worker_tells_what_it_has_done_and_how_it_ended(ready: Ground, tmp_path: Path) -> None:
    """Also where each write of a file fails: that is told by another call."""
    assert child.run(lambda tell: tell(Done("made"))).done == [Done("made")]
    assert child.run(lambda _tell: 1 // 0).code == 1
    assert child.run(lambda _tell: say(b"begin\tsomething\n")).doing == "something"
    copied(ready.folder, folder := tmp_path / "vault")
    strace = ("-e", "trace=pwrite64", "-e", "inject=pwrite64:error=ENOSPC:when=1+")
    end = child.run(lambda tell: ready.work(folder, 0)(tell).only("add"), strace=strace)
    assert (end.code, end.done) == (17, [])
    assert "no-room" in end.told


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM event WHERE number >= (SELECT max(number) FROM event WHERE what = 'pair-added')",
        "UPDATE event SET what = 'nothing' WHERE number = 2",
        "UPDATE pair SET superseded_by = NULL, state = 'retired' WHERE state = 'current'",
    ],
)
def test_what_is_half_is_seen(statement: str, ready: Ground, tmp_path: Path) -> None:
    """A pair without its event, an event that was changed, a lineage without its current pair."""
    copied(ready.folder, folder := tmp_path / "vault")
    with plain_sql(folder, register_key_of(folder)) as sql:
        sql.execute(statement)
    with pytest.raises((Wrong, Damaged)):
        check(folder, ready.papers, World())


@pytest.mark.parametrize("thing", THINGS)
def test_every_thing_is_traced_with_its_syncs(thing: str, ready: Ground, tmp_path: Path) -> None:
    """What strace saw ends in the very files that are on the disk, and each thing is told after its last sync."""
    place = tmp_path / "place"
    disk, seen = record(place, ready, thing, lambda work: Work.only(work, thing))
    for step in seen:
        disk.take(step)
    disk.moves.clear()  # names that were taken away and not synced
    root = place / "recorded"
    now = {path: None if not file else (root / path).read_bytes() for path, file in numbered(root).items()}
    told = disk.after(WAYS[0], seeded(1))
    assert {path: told[path] for path in now} == now
    assert Done.of(b"".join(step.data for step in seen if step.what == "told")) != []


def test_a_disk_loses_what_was_not_synced(tmp_path: Path) -> None:
    """Before its sync a write may be there or not; after it, always; and a name is there with its folder's sync."""
    (tmp_path / "a").write_bytes(b"old!")
    disk, dice = Disk(tmp_path, {"a": 1}), seeded(3)
    disk.take(Step("write", 1, offset=2, data=b"new"))
    disk.take(Step("name", 2, "b"))
    assert disk.after(WAYS[0], dice) == {"a": b"old!"}
    seen = {tuple(sorted(disk.after(WAYS[1], dice).items())) for _ in range(100)}
    assert seen == {(("a", a), *b) for a in (b"old!", b"olnew") for b in ((), (("b", b""),))}
    disk.take(Step("sync", 1))
    disk.take(Step("sync-names", path="."))
    assert disk.after(WAYS[0], dice) == {"a": b"olnew", "b": b""}
    assert put(bytearray(b"abc"), [Step("truncate", 1, offset=1), Step("write", 1, offset=3, data=b"d")]) == b"a\0\0d"
