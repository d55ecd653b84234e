"""Many files and one list of PINs."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.desk import pair
from tests.cli.program import Program
from tests.cli.shapes import PAIR


@pytest.fixture
def files(program: Program) -> Path:
    """A folder with four certificates, one of them deeper and with its ending in capitals."""
    folder = program.folder / "certs"
    (folder / "deeper").mkdir(parents=True)
    for number, name in enumerate(("a.p12", "b.pfx", "c.p12", "deeper/D.P12")):
        (folder / name).write_bytes(pair(f"Makler {number}", f"MARKED{number}x"))
    (folder / "notes.txt").write_text("no certificate")
    return folder


def _list(program: Program, text: str, encoding: str = "utf-8-sig") -> Path:
    path = program.folder / "pins.csv"
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    path.chmod(0o600)
    return path


INTERRUPTIBLE = (
    "import os, signal, sys;"
    "signal.signal(signal.SIGINT, signal.SIG_DFL);"  # whoever runs the tests may ignore it
    "os.execv(sys.executable, [sys.executable, '-m', 'cli', *sys.argv[1:]])"
)
ALL = "Datei;Inhaber;PIN\na.p12;Müller GmbH;MARKED0x\nb.pfx;Maier KG;MARKED1x\nc.p12;;MARKED2x\n"
ALL += "d.p12;Huber OHG;MARKED3x\n"


def _by_file(document: dict[str, list[dict[str, object]]]) -> dict[str, dict[str, object]]:
    return {Path(str(one["file"])).name: one for one in document["results"]}


def test_an_agency_number_says_whose_a_certificate_is(program: Program, files: Path) -> None:
    """Where a holder here has it; a name that is another holder's contradicts it, and nothing is stored of that row."""
    assert program.run("holders", "add", "Müller GmbH", "--number", "0042").code == 0
    assert program.run("holders", "add", "Maier KG", "--number", "0043").code == 0
    text = "Datei;Inhaber;Agenturnummer;PIN\na.p12;;0042;MARKED0x\nb.pfx;Maier KG;0042;MARKED1x\n"
    text += "c.p12;Neu AG;77;MARKED2x\n"
    answer = program.run("add", files, "--pins", _list(program, text), "--provider", "arag", "--json")
    found = _by_file(json.loads(answer.out))
    assert found["b.pfx"]["error"]["type"] == "holder-unclear"  # type: ignore[index]
    holders = {name: found[name]["pair"]["holder"] for name in ("a.p12", "c.p12")}  # type: ignore[index]
    assert holders == {"a.p12": "Müller GmbH", "c.p12": "Neu AG"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_a_folder_and_a_list_become_pairs(program: Program, files: Path, encoding: str) -> None:
    """Each file with the PIN beside its name, whatever Excel wrote the list in; its holder is the row's."""
    answer = program.run("add", files, "--pins", _list(program, ALL, encoding), "--json")
    found = _by_file(answer.document)
    assert list(found) == ["a.p12", "b.pfx", "c.p12", "D.P12"]
    assert {name: one["line"] for name, one in found.items()} == {"a.p12": 2, "b.pfx": 3, "c.p12": 4, "D.P12": 5}
    pairs = {name: one["pair"] for name, one in found.items()}
    assert all(isinstance(one, dict) and one.keys() == PAIR for one in pairs.values())
    holders = {one["holder"] for one in program.run("list", "--json").document["pairs"]}
    assert holders == {"Müller GmbH", "Maier KG", "Makler 2", "Huber OHG"}
    assert "MARKED" not in answer.out + answer.err
    assert program.run("pin", "Müller", "--json").document == {"pin": "MARKED0x"}
    again = program.run("add", files, "--pins", _list(program, ALL), "--json").document
    assert all(one["ok"] and one["known"] for one in again["results"])
    assert len(program.run("list", "--json").document["pairs"]) == 4


def test_a_list_of_pins_and_nothing_else_will_do(program: Program, files: Path) -> None:
    """No titles, no names, any order: every PIN that is left is tried on every file."""
    answer = program.run(
        "add", files, "--pins", _list(program, "MARKED3x\nMARKED1x\nMARKED0x\nMARKED2x\nother9x\n"), "--json"
    )
    assert {one["line"] for one in answer.document["results"]} == {1, 2, 3, 4}
    assert answer.document["unused"] == [5]


def test_one_that_fails_stops_none_and_is_written_down(program: Program, files: Path) -> None:
    """Code 8; the table of what failed has file or line and the reason, and no PIN."""
    (files / "e.p12").write_bytes(b"%PDF-1.7\n")
    text = ALL.replace("MARKED1x", "MARKEDwrong").replace("MARKED3x", "3,7E+05")
    answer = program.run("add", files, "--pins", _list(program, text), "--failed", "=failed.csv", "--json")
    assert answer.code == 8
    document = json.loads(answer.out)
    found = _by_file(document)
    assert [name for name, one in found.items() if one["ok"]] == ["a.p12", "c.p12"]
    assert [one["line"] for one in document["refused"]] == [5]
    written = (program.folder / "=failed.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(written.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert table[0] == ["file", "line", "type", "reason", "hint"]
    assert {(Path(row[0]).name, row[1], row[2]) for row in table[1:]} == {
        ("", "5", "damaged-pin"),
        ("b.pfx", "3", "no-pin-fits"),
        ("D.P12", "", "no-pin-fits"),
        ("e.p12", "", "not-pkcs12"),
    }
    assert not any(secret in answer.out + answer.err + written.decode() for secret in ("MARKED", "3,7"))


def test_a_dry_run_says_what_fits_and_changes_nothing(program: Program, files: Path) -> None:
    """The register, the log and the files are as they were."""
    before = program.run("audit", "--json").document["head"]
    document = program.run("add", files, "--pins", _list(program, ALL), "--dry-run", "--json").document
    assert [one["subject"].split(",")[0] for one in document["results"]] == [f"CN=Makler {n}" for n in range(4)]
    assert document["dry_run"]
    assert not any(one["known"] for one in document["results"])
    assert program.run("audit", "--json").document["head"] == before


def test_a_new_certificate_takes_the_place_of_the_old_one(program: Program) -> None:
    """As with a single file; an older one of the same run or of the vault does not, and says so."""
    for name, days in (("old.p12", 30), ("new.p12", 400)):
        (program.folder / name).write_bytes(pair("Müller GmbH", f"Pin-{name}", days=days, since=400 - days))
    pins = _list(program, "Datei;PIN\nold.p12;Pin-old.p12\n")
    first = program.run("add", "old.p12", "--pins", pins, "--json").document["results"][0]
    pins = _list(program, "Datei;PIN\nold.p12;Pin-old.p12\nnew.p12;Pin-new.p12\n")
    results = program.run("add", "old.p12", "new.p12", "--pins", pins, "--json").document["results"]
    assert [one["known"] for one in results] == [True, False]
    assert results[1]["supersedes"] == first["pair"]["id"]
    assert len(program.run("list", "--json").document["pairs"]) == 1


def test_the_same_file_twice_is_stored_once(program: Program, files: Path) -> None:
    """Two copies in one run: the second is known."""
    (files / "copy of a.p12").write_bytes((files / "a.p12").read_bytes())
    document = program.run(
        "add", files, "--pins", _list(program, "PIN\nMARKED0x\nMARKED1x\nMARKED2x\nMARKED3x\n"), "--json"
    )
    results = _by_file(document.document)
    assert {bool(results[name]["known"]) for name in ("a.p12", "copy of a.p12")} == {False, True}


def test_sources_are_deleted_only_after_their_pair_was_read_back(program: Program, files: Path) -> None:
    """What failed stays, and so does the list, of which it is said that it should go."""
    text = ALL.replace("MARKED1x", "wrong")
    pins = _list(program, text)
    answer = program.run("add", files, "--pins", pins, "--delete-source", "--lang", "de")
    assert answer.code == 8
    assert sorted(path.name for path in files.rglob("*.p*")) == ["b.pfx"]
    assert not (files / "deeper" / "D.P12").exists()
    assert pins.exists()
    assert "Sicherungen" in answer.out
    single = program.folder / "one.p12"
    single.write_bytes(pair("Eva", "Ab3xQ"))
    assert program.run("add", single, "--pin-stdin", "--delete-source", "--json", stdin=b"Ab3xQ\n").document["deleted"]
    assert not single.exists()


def test_a_source_that_is_not_what_is_stored_stays(program: Program) -> None:
    """The certificate is known, but this file has other bytes around it."""
    file = program.folder / "a.p12"
    file.write_bytes(pair("Müller GmbH", "Ab3xQ"))
    assert program.run("add", file, "--pin-stdin", stdin=b"Ab3xQ\n").code == 0
    file.write_bytes(file.read_bytes() + b"\0")
    answer = program.run("add", file, "--pin-stdin", "--delete-source", "--json", stdin=b"Ab3xQ\n")
    assert not answer.document["deleted"]
    assert file.exists()


def test_a_list_that_others_may_read_is_told(program: Program, files: Path) -> None:
    """So is one in a folder that is copied to other machines; and at the end that it should be deleted."""
    pins = _list(program, ALL)
    pins.chmod(0o644)
    assert "others on this machine may read" in program.run("add", files, "--pins", pins).err
    shared = program.folder / "Dropbox"
    shared.mkdir()
    moved = pins.rename(shared / "pins.csv")
    answer = program.run("add", files, "--pins", moved)
    assert "Dropbox copies" in answer.err
    assert "delete it when all is done" in " ".join(answer.out.split())


@pytest.mark.parametrize(
    "more",
    [("--holder", "x"), ("--pin-stdin",), ("--separate",), ("--dry-run", "--delete-source")],
)
def test_what_means_nothing_together_is_refused(program: Program, files: Path, more: tuple[str, ...]) -> None:
    """Code 2, before anything is read."""
    assert program.run("add", files, "--pins", _list(program, ALL), *more, "--json").error["code"] == 2
    assert program.run("add", files / "a.p12", "--dry-run", "--json").error["code"] == 2


def test_a_folder_without_certificates_and_a_missing_list_are_told(program: Program, files: Path) -> None:
    """Before anybody is asked for a passphrase."""
    empty = program.folder / "empty"
    empty.mkdir()
    pins = _list(program, ALL)
    assert program.run("add", empty, "--pins", pins, "--json").error["type"] == "nothing-to-add"
    assert program.run("add", files, "--pins", "nowhere.csv", "--json").error["type"] == "no-such-file"
    (program.folder / "there.csv").write_text("x")
    error = program.run("add", files, "--pins", pins, "--failed", "there.csv", "--json").error
    assert error["code"] == 15


def test_whoever_interrupts_it_keeps_what_was_told(program: Program) -> None:
    """Ctrl-C ends it at once, says how far it was, and the same command goes on from there."""
    folder = program.folder / "many"
    folder.mkdir()
    made = pair("Makler", "right1x")
    for number in range(400):
        (folder / f"{number:03}.p12").write_bytes(made)
    pins = _list(program, "PIN\n" + "".join(f"wrong{number}x\n" for number in range(2000)))
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, "add", str(folder), "--pins", str(pins)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=program.environment,
        cwd=program.folder,
        start_new_session=True,
    )
    time.sleep(3)
    os.killpg(process.pid, signal.SIGINT)
    out, _err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Interrupted: " in out.decode()
    assert "of 400" in out.decode()
    assert program.run("audit", "--verify", "--json").code == 0
