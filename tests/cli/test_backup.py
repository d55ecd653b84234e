"""``backup`` and ``restore`` as people and scripts have them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.program import Program
from tests.stand_in.certificates import make_pair
from tests.support import vaults

KEYS = {"path", "grade", "pairs", "sha256", "head"}


@pytest.fixture
def full(program: Program) -> Program:
    """The program with a pair in its vault."""
    file = make_pair("Müller", "PIN-1", not_after=datetime.now(UTC) + timedelta(days=300))
    (program.folder / "a.p12").write_bytes(file)
    assert program.run("add", "a.p12", "--pin-stdin", stdin=b"PIN-1").code == 0
    return program


def test_a_backup_is_made_and_restored(full: Program) -> None:
    """The answers have the keys that are promised, and the restored vault gives the PIN."""
    made = full.run("backup", "b.backup", "--json").document
    assert made.keys() == KEYS
    assert (made["path"], made["grade"], made["pairs"]) == ("b.backup", "opened", 1)
    done = full.run("restore", "b.backup", "--vault", "new", "--accept-keys", "--json").document
    restored = {"vault", "made", "pairs", "head", "made_with", "keys", "rotated_since", "kept_aside", "kept_pairs"}
    assert done.keys() == restored
    assert (done["head"], done["keys"], done["kept_aside"]) == (made["head"], "from-backup", None)
    assert (done["rotated_since"], done["kept_pairs"]) == (False, None)
    assert full.run("pin", "müller", "--vault", "new", "--json").document["pin"] == "PIN-1"


def test_a_watch_key_makes_an_intact_backup_and_restores_none(full: Program) -> None:
    """For a timer: no passphrase is there."""
    key = vaults.new_watch_key(full.vault, full.folder / "watch.key")
    env = {"CERTVAULT_PASSPHRASE_FILE": ""}
    made = full.run("backup", "b.backup", "--watch-key-file", key, "--json", env=env).document
    assert made["grade"] == "intact"
    error = full.run("restore", "b.backup", "--json", env={**env, "CERTVAULT_WATCH_KEY_FILE": str(key)}).error
    assert error["type"] == "watch-key-opens-no-pair"


def test_a_taken_name_and_a_folder_are_refused(full: Program) -> None:
    """15 for a file that is there, 2 for a folder without --keep and for --keep without a folder."""
    (full.folder / "there").write_text("mine")
    assert full.run("backup", "there", "--json").error["code"] == 15
    assert full.run("backup", ".", "--json").error["code"] == 2
    assert full.run("backup", "--keep", "3", "nowhere", "--json").error["code"] == 2
    assert full.run("backup", "--keep", "0", ".", "--json").error["code"] == 2
    assert full.run("backup", "nowhere/b.backup", "--json").error["code"] == 17
    assert (full.folder / "there").read_text() == "mine"


def test_keep_names_and_deletes(full: Program) -> None:
    """With --keep 1 the older one goes and is told."""
    (full.folder / "kept").mkdir()
    first = full.run("backup", "--keep", "1", "kept", "--json").document
    older = Path(full.folder / first["path"])
    older = older.rename(older.with_name(older.name.replace("T", "T", 1).replace("-20", "-19", 1)))
    answer = full.run("backup", "--keep", "1", "kept")
    assert answer.code == 0
    assert f"Deleted: kept/{older.name}" in answer.out
    assert len(list((full.folder / "kept").iterdir())) == 1


def test_what_is_told_to_people(full: Program) -> None:
    """Where it lies, how it was proven, that the disk is the same; and in German."""
    out = full.run("backup", "b.backup").out
    assert "Backed up: b.backup\nOpened: 1 certificate, with its PIN\nAudit log up to: " in out
    assert "same disk" in out
    german = full.run("backup", "c.backup", "--lang", "de").out
    assert "Gesichert: c.backup\nGeöffnet: 1 Zertifikat mit seiner PIN" in german
    out = full.run("restore", "b.backup").out
    assert "The keys are those that the vault had." in out
    assert "What was there is kept: " in out


def test_a_person_is_asked_about_the_keys(full: Program) -> None:
    """No is no, yes is yes; without a terminal it is an error that lists them."""
    assert full.run("backup", "b.backup").code == 0
    restore = ["restore", "b.backup", "--vault", "new"]
    error = full.run(*restore, "--json").error
    assert (error["code"], error["type"], len(error["keys"])) == (2, "keys-would-come-alive", 2)
    seen = full.type(*restore, answers=[("May they open it?", "n\n")])
    assert seen.code == 2
    assert "passphrase, -, passphrase, since " in seen.out
    assert not (full.folder / "new").exists()
    assert full.type(*restore, answers=[("May they open it?", "y\n")]).code == 0
    assert full.run("list", "--vault", "new", "--json").document["pairs"]


def test_that_keys_were_renewed_since_is_told(full: Program) -> None:
    """In the question, in the error of who cannot be asked, and at the end."""
    assert full.run("backup", "b.backup").code == 0
    assert full.run("keys", "rotate").code == 0
    assert full.run("restore", "b.backup", "--json").error["renewed_since"] is True
    seen = full.type("restore", "b.backup", answers=[("had new keys since this backup", ""), ("open it?", "y\n")])
    assert seen.code == 0
    assert seen.out.count("had new keys since this backup") == 2
    assert "It held 1 certificate." in seen.out


def test_a_damaged_backup_is_told_before_the_passphrase_is_asked(full: Program) -> None:
    """Exit 5, on a terminal too, where nothing is asked."""
    assert full.run("backup", "b.backup").code == 0
    file = full.folder / "b.backup"
    file.write_bytes(file.read_bytes()[:-1])
    env = {"CERTVAULT_PASSPHRASE_FILE": ""}
    assert full.run("restore", "b.backup", "--json", env=env).error["type"] == "backup-damaged"
    seen = full.type("restore", "b.backup", answers=[], env=env)
    assert seen.code == 5
    assert "it is cut short" in seen.out
    (full.folder / "text").write_text("hello")
    assert full.run("restore", "text", "--json").error["type"] == "not-a-backup"
    assert full.run("restore", "nothing", "--json").error["code"] == 6


def test_an_old_vault_without_a_backup_is_told_in_due(bare: Program) -> None:
    """One entry, with the keys of every other; on the terminal why, and the command that mends it."""
    long_ago = datetime.now(UTC) - timedelta(days=40)
    vaults.new_vault(bare.vault, at=long_ago)
    assert bare.run("due", "--json").document["due"] == []
    file = make_pair("Müller", "PIN-1", not_after=datetime.now(UTC) + timedelta(days=300))
    (bare.folder / "a.p12").write_bytes(file)
    assert bare.run("add", "a.p12", "--pin-stdin", stdin=b"PIN-1").code == 0
    assert bare.run("due", "--json").document["due"] == []
    assert bare.run("backup", "b.backup").code == 0
    (entry,) = bare.run("due", "--json").document["due"]
    assert entry.keys() == {"kind", "id", "holder", "provider", "date", "days_left", "severity", "next"}
    assert (entry["kind"], entry["holder"], entry["provider"], entry["days_left"]) == ("backup", None, "", 0)
    out = bare.run("due").out
    assert "the vault" in out
    assert "the last backup was written to the vault's own disk" in out
    assert "make one on another disk: certvault backup FILE" in out
    assert "make one on another disk: certvault backup FILE" in bare.run().out
    assert "auf einem anderen Datenträger machen: certvault backup DATEI" in bare.run("due", "--lang", "de").out
