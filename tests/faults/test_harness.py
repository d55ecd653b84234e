"""The harness itself: it would see what it looks for. The trials are run by ``scripts/faults``."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.attacks.attacker import plain_sql, register_key_of
from tests.faults import kills, supply
from tests.faults.power import WAYS, Disk, put
from tests.faults.supply import Supply
from tests.faults.trace import Step, steps, traced, worker
from tests.faults.truth import Wrong, check
from tests.faults.work import THINGS, Done, seeded


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Supply]:
    """A folder with certificates and a vault that was worked on."""
    place = tmp_path_factory.mktemp("faults")
    supply.make(place / "supply", 2, 30)
    kills.template(place / "ground", papers := supply.load(place / "supply"))
    return place, papers


def test_what_is_lost_is_seen(ready: tuple[Path, Supply]) -> None:
    """A pair, a link or a file that was acknowledged and is not there."""
    place, papers = ready
    folder = place / "ground" / "template"
    pair = check(folder, papers, [])[0]
    assert check(folder, papers, [Done("pair", pair.id, papers.known[pair.fingerprint].digest)])
    lost = (
        Done("pair", pair.id, "0" * 64),
        Done("pair", "0" * 16, "0" * 64),
        Done("link", "0" * 16),
        Done("export", str(place / "gone.p12"), "0" * 64),
    )
    for one in lost:
        with pytest.raises(Wrong, match="acknowledged and lost"):
            check(folder, papers, [one])


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM event WHERE number >= (SELECT max(number) FROM event WHERE what = 'pair-added')",
        "UPDATE event SET what = 'nothing' WHERE number = 2",
        "UPDATE pair SET superseded_by = NULL, state = 'retired' WHERE state = 'current'",
    ],
)
def test_what_is_half_is_seen(statement: str, ready: tuple[Path, Supply], tmp_path: Path) -> None:
    """A pair without its event, an event that was changed, a lineage without its current pair."""
    place, papers = ready
    folder = tmp_path / "vault"
    shutil.copytree(place / "ground" / "template", folder)
    with plain_sql(folder, register_key_of(folder)) as sql:
        sql.execute(statement)
    with pytest.raises(Wrong):
        check(folder, papers, [])


def test_every_thing_is_traced_with_its_syncs(ready: tuple[Path, Supply], tmp_path: Path) -> None:
    """What strace saw ends in the very bytes that are on the disk, and each thing is told after its last sync."""
    place, _papers = ready
    for number, thing in enumerate(THINGS):
        root = tmp_path / f"{number}"
        shutil.copytree(place / "ground" / "template", root / "vault")
        (root / "vault out").mkdir()
        there = sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
        numbers = {path: file for file, path in enumerate(there, 1)}
        disk = Disk(root, numbers)
        done = traced(worker(root / "vault", place / "supply", 1, thing), tmp_path / "trace")
        assert done.returncode == 0, done.stderr.decode()
        seen = list(steps(tmp_path / "trace", root, numbers))
        for step in seen:
            disk.take(step)
        now = {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        assert disk.after(WAYS[0], seeded(1)) == now
        told = [step.data for step in seen if step.what == "told"]
        assert Done.of(b"".join(told)) == Done.of(done.stdout) != []


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
