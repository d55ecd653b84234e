"""Deleting for good what was superseded long enough ago."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta

from tests.cli.desk import Desk
from tests.cli.program import Program
from tests.cli.shapes import PAIR
from tests.cli.test_pairs import add
from tests.support.pages import pages, remains
from tests.support.vaults import NOW, custody
from vault.keys.derive import register_key
from vault.ledger.events import record
from vault.model.texts import said
from vault.operations.purge import plan

FULL = """
from vault.errors import NoRoom
from vault.store.store import SqlStore
def wipe(self): raise NoRoom(path="vault.db", why="full")
SqlStore.wipe = wipe
from cli.main import main
main()
"""
"""The program on a disk that becomes full when the store is to be written anew."""


def two(program: Program) -> tuple[str, str]:
    """A superseded pair and the one in its place."""
    return add(program, "Müller GmbH", "Pin1", days=20, since=300), add(program, "Müller GmbH", "Pin2")


def ids(program: Program) -> list[str]:
    """Every pair that is there."""
    return [one["id"] for one in program.run("list", "--all", "--json").document["pairs"]]


def test_what_is_old_enough_is_shown_and_then_deleted(program: Program) -> None:
    """A dry run changes nothing; with --yes it is gone, its event stays, and a receipt says what and when."""
    old, new = two(program)
    assert program.run("purge", "--json").document == {"purged": [], "kept": 1}
    with custody(program.vault) as opened, opened.writing() as writer:
        record(opened, writer, "backup-made", at=NOW, path="/mnt/stick/one")
    shown = program.run("purge", "--older-than", "0", "--dry-run", "--json").document
    assert shown.keys() == {"purgeable", "kept"}
    assert ids(program) == [new, old]
    done = program.run("purge", "--older-than", "0", "--yes", "--receipt", "receipt.json", "--json").document
    assert done.keys() == {"purged", "kept"}
    assert [one["id"] for one in done["purged"]] == [old]
    assert done["purged"][0].keys() == PAIR | {"since", "backups"}
    at = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert done["purged"][0]["backups"] == [{"path": "/mnt/stick/one", "at": at, "there": False}]
    assert (done["purged"], done["kept"]) == (shown["purgeable"], 0)
    assert ids(program) == [new]
    receipt = program.folder / "receipt.json"
    assert stat.S_IMODE(receipt.stat().st_mode) == 0o600
    written = json.loads(receipt.read_text("utf-8"))
    with custody(program.vault) as opened, opened.reading() as reader:
        head, event = reader.head(), reader.events_of_pairs([old])[-1]
    assert (written["purged"], written["head"]) == (done["purged"], f"{head.number}:{head.hash.hex()}")
    assert event.event.what == "purge"
    assert said(event).keys() == {"fingerprint", "sealed"}


def test_nothing_of_it_is_left_in_the_file(program: Program) -> None:
    """No piece of the sealed value stands in any page afterwards, and no journal is left."""
    old, _new = two(program)
    with custody(program.vault) as opened:
        key = register_key(opened.root, opened.vault_id, opened.slots.generation).reveal()
        path = program.vault / opened.slots.database
        with opened.reading() as reader:
            sealed = reader.sealed(old)
    assert sealed is not None
    assert remains(b"".join(pages(path, key)), sealed)
    assert program.run("purge", old, "--older-than", "0", "--yes").code == 0
    assert not remains(b"".join(pages(path, key)), sealed)
    assert sorted(file.name for file in program.vault.iterdir()) == sorted(["keyslots.json", path.name, "vault.lock"])


def test_a_person_is_asked(program: Program) -> None:
    """On a terminal yes or no; without one --yes is needed, and nothing happens until then."""
    old, new = two(program)
    error = program.run("purge", "--older-than", "0", "--json").error
    assert (error["code"], error["type"]) == (2, "confirmation-needed")
    question = "Delete this 1 certificate for good?"
    no = program.type("purge", "--older-than", "0", answers=[(question, "n\n")])
    assert (no.code, old[:6] in no.out, "Nothing was deleted." in no.out) == (0, True, True)
    assert ids(program) == [new, old]
    yes = program.type("purge", "--older-than", "0", answers=[(question, "y\n")])
    assert yes.code == 0
    assert ids(program) == [new]


def test_what_is_needed_or_too_young_stays(program: Program) -> None:
    """A current pair, one within the retention time, and one that took the place of another that stays: each said."""
    first = add(program, "Müller GmbH", "Pin1", days=20, since=300)
    second, third = add(program, "Müller GmbH", "Pin2", days=200), add(program, "Müller GmbH", "Pin3", days=300)
    for arguments, kind in (
        ((third, "--older-than", "0"), "not-put-away"),
        ((first,), "put-away-too-lately"),
        ((second, "--older-than", "0"), "successor-of"),
    ):
        assert program.run("purge", *arguments, "--yes", "--json").error["type"] == kind
    assert program.run("purge", first, second, "--older-than", "0", "--yes").code == 0
    assert ids(program) == [third]


def test_the_retention_time_is_a_setting(program: Program) -> None:
    """In days; 0 is at once."""
    old, _new = two(program)
    program.run("config", "set", "retention", "0")
    assert [one["id"] for one in program.run("purge", "--yes", "--json").document["purged"]] == [old]


def test_where_the_receipt_is_is_told(program: Program) -> None:
    """Whoever is to file it sees its name."""
    old = add(program, "Müller GmbH", "Pin1", days=20, since=300)
    add(program, "Müller GmbH", "Pin2")
    answer = program.run("purge", old, "--older-than", "0", "--yes", "--receipt", "receipt.json")
    assert "The receipt: receipt.json" in answer.out


def test_a_receipt_overwrites_nothing(program: Program) -> None:
    """Code 15 before anything is deleted; and it means nothing in a dry run."""
    old, new = two(program)
    (program.folder / "mine").write_text("mine")
    assert program.run("purge", old, "--older-than", "0", "--yes", "--receipt", "mine").code == 15
    assert program.run("purge", "--dry-run", "--receipt", "other").code == 2
    assert ids(program) == [new, old]


def test_copies_are_named_by_where_they_are(program: Program) -> None:
    """A backup that was named without its folder, and the vault from before a restore; a deleted one is counted."""
    two(program)
    for name in ("one", "two"):
        assert program.run("backup", name).code == 0
    assert program.run("restore", "one").code == 0
    (program.folder / "two").unlink()
    (aside,) = program.vault.glob("replaced-*")
    with custody(program.vault) as opened, opened.writing() as writer:
        record(opened, writer, "backup-made", at=NOW, path=str(program.folder / "two"))
    done = program.run("purge", "--older-than", "0", "--yes")
    lines = [line.removeprefix("A copy that still holds it: ") for line in done.out.splitlines() if "copy" in line]
    assert lines == sorted([str(program.folder / "one"), str(aside)])
    assert "1 backup that held it is not in its place" in done.out


def test_the_receipt_is_written_also_where_wiping_fails(program: Program) -> None:
    """Code 17: it is deleted, the receipt is there, and the next call wipes."""
    old, new = two(program)
    arguments = ["purge", old, "--older-than", "0", "--yes", "--receipt", "r.json", "--json"]
    done = subprocess.run(
        [sys.executable, "-c", FULL, *arguments],
        capture_output=True,
        env=program.environment,
        cwd=program.folder,
        check=False,
    )
    assert (done.returncode, json.loads(done.stderr)["error"]["type"]) == (17, "not-wiped")
    assert [one["id"] for one in json.loads((program.folder / "r.json").read_bytes())["purged"]] == [old]
    assert ids(program) == [new]
    assert program.run("purge").code == 0
    with custody(program.vault) as opened:
        assert not opened.unwiped()


def test_a_link_whose_pair_was_deleted_says_so(desk: Desk) -> None:
    """The link stays, leads nowhere, and is not fetched again."""
    program = desk.program
    link = desk.link("Müller GmbH", "Pin1")
    program.run("fetch", link, "--pin-stdin", stdin=b"Pin1")
    add(program, "Müller GmbH", "Pin2", days=500)
    assert program.run("purge", "--older-than", "0", "--yes").code == 0
    error = program.run("fetch", link, "--pin-stdin", "--json", stdin=b"Pin1").error
    assert (error["code"], error["type"]) == (11, "link-pair-purged")


def test_nothing_is_deleted_where_the_log_contradicts_the_register(program: Program) -> None:
    """Code 5: a current pair that was marked as retired past the program is not deleted by it."""
    _old, new = two(program)
    with custody(program.vault) as opened, opened.writing() as writer:
        writer.set_state(new, "retired")
    assert program.run("purge", "--older-than", "0", "--yes", "--json").error["type"] == "log-contradicts"
    assert new in ids(program)


def test_what_a_killed_purge_left_is_wiped_by_the_next(program: Program) -> None:
    """Deleted and not yet wiped: the next call wipes, though it has nothing to delete."""
    two(program)
    with custody(program.vault) as opened:
        (doomed,) = plan(opened, older_than=timedelta(0), at=datetime.now(UTC)).doomed
        with opened.writing() as writer:
            record(opened, writer, "purge", at=NOW, pair=doomed.pair.id, sealed="")
            writer.delete_pair(doomed.pair.id)
        assert opened.unwiped()
    assert program.run("purge", "--json").document == {"purged": [], "kept": 0}
    with custody(program.vault) as opened:
        assert not opened.unwiped()
