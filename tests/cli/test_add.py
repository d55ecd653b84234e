"""Storing files that are here."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.cli.desk import pair
from tests.cli.program import Program
from tests.cli.shapes import PAIR, stored

VECTORS = Path(__file__).parents[1] / "vectors" / "pkcs12"


def test_a_file_and_its_pin_become_a_pair(program: Program) -> None:
    """The answer is that of ``fetch``; the file stays where it is; the holder is the certificate's, if nobody says."""
    file = program.folder / "a.p12"
    file.write_bytes(pair("Müller GmbH", "Ab3xMARKED"))
    answer = program.run("add", file, "--pin-stdin", "--json", stdin=b"Ab3xMARKED\n")
    found = stored(answer.document)
    assert (found["holder"], found["proof"]) == ("Müller GmbH", "file")
    assert file.exists()
    assert "MARKED" not in answer.out + answer.err


def test_a_wrong_pin_stores_nothing(program: Program) -> None:
    """Code 9, with a hint, and the vault as it was."""
    (program.folder / "a.p12").write_bytes(pair("Müller GmbH", "Right1"))
    error = program.run("add", "a.p12", "--pin-stdin", "--json", stdin=b"right1\n").error
    assert (error["code"], error["type"]) == (9, "wrong-pin")
    assert program.run("list", "--json").document == {"pairs": []}


def test_what_is_no_pkcs12_is_named(program: Program) -> None:
    """Code 10 says what it is instead."""
    (program.folder / "a.p12").write_bytes(b"%PDF-1.7\n")
    answer = program.run("add", "a.p12", "--pin-stdin", stdin=b"x\n")
    assert answer.code == 10
    assert "PDF" in answer.err


def test_an_expired_certificate_is_stored_and_said(program: Program) -> None:
    """So is one that is not yet valid: on the terminal with the day, and in JSON."""
    (program.folder / "old.p12").write_bytes(pair("Müller GmbH", "Old1", days=-3, since=90))
    (program.folder / "new.p12").write_bytes(pair("Maier KG", "New1", since=-3))
    (program.folder / "now.p12").write_bytes(pair("Huber OHG", "Now1"))
    answer = program.run("add", "old.p12", "--pin-stdin", "--json", stdin=b"Old1\n").document
    (remark,) = answer["remarks"]
    assert remark["type"] == "expired"
    until = datetime.fromisoformat(answer["pair"]["not_after"]).astimezone(ZoneInfo("Europe/Berlin"))
    assert f"{until:%Y-%m-%d}" in remark["message"]
    told = program.run("add", "old.p12", "new.p12", "now.p12", "--pin-stdin", stdin=b"Old1\nNew1\nNow1\n").out
    assert told.count("Mind: ") == 2
    assert remark["message"] in " ".join(told.split())
    assert "not valid before" in told
    german = program.run("--lang", "de", "add", "old.p12", "--pin-stdin", stdin=b"Old1\n").out
    assert "Achtung" in german
    assert f"{until:%d.%m.%Y}" in german


def test_a_pin_in_an_unusual_encoding_is_stored_and_said(program: Program) -> None:
    """A file that openssl made when it took the bytes of a terminal for characters opens with the PIN as typed."""
    (program.folder / "a.p12").write_bytes((VECTORS / "mac-as-old-openssl.p12").read_bytes())
    answer = program.run("add", "a.p12", "--pin-stdin", "--json", stdin="Größe\n".encode()).document
    assert [remark["type"] for remark in answer["remarks"]] == ["pin-otherwise-encoded"]
    found = program.run("pin", answer["pair"]["id"], "--json").document
    assert found == {"pin": "Größe"}


def test_a_file_with_several_pairs_names_them(program: Program) -> None:
    """Code 10, whose they are, and how to make one file of each, in German too."""
    (program.folder / "a.p12").write_bytes((VECTORS / "two-pairs.p12").read_bytes())
    error = program.run("add", "a.p12", "--pin-stdin", "--json", stdin=b"Test-1234\n").error
    assert (error["code"], error["type"], error["names"]) == (10, "several-certificates", "Makler EC; Makler Zwei")
    assert "one file per certificate" in error["hint"]
    german = program.run("--lang", "de", "add", "a.p12", "--pin-stdin", stdin=b"Test-1234\n").err
    assert "Makler EC; Makler Zwei" in german
    assert "private Schlüssel" in german


def test_a_missing_file_is_told_before_anybody_is_asked(program: Program) -> None:
    """A typing error in the path: code 6, no passphrase, no PIN."""
    answer = program.type("add", "nowhere.p12", answers=[], env={"CERTVAULT_PASSPHRASE_FILE": ""})
    assert answer.code == 6
    assert "nowhere.p12" in answer.out
    assert "Passphrase" not in answer.out


def test_several_files_take_a_line_each_and_one_that_fails_stops_none(program: Program) -> None:
    """``results`` in the files' order: PAIR, or the error; code 8 says that not all is done."""
    for number in range(3):
        (program.folder / f"{number}.p12").write_bytes(pair(f"Makler {number}", f"Pin{number}"))
    answer = program.run("add", "0.p12", "1.p12", "2.p12", "--pin-stdin", "--json", stdin=b"Pin0\nwrong\nPin2\n")
    assert answer.code == 8
    assert answer.error["failed"] == 1
    results = json.loads(answer.out)["results"]
    assert [one["file"] for one in results] == ["0.p12", "1.p12", "2.p12"]
    assert [one["ok"] for one in results] == [True, False, True]
    assert results[0]["pair"].keys() == PAIR
    assert results[1]["error"]["type"] == "wrong-pin"
    people = program.run("add", "0.p12", "1.p12", "--pin-stdin", stdin=b"Pin0\nPin1\n")
    assert people.code == 0
    assert "In the vault already" in people.out


def test_the_pin_of_a_file_is_asked_on_a_terminal(program: Program) -> None:
    """Unseen, with the file's name in the question."""
    (program.folder / "a.p12").write_bytes(pair("Müller GmbH", "Ab3xMARKED"))
    answer = program.type("add", "a.p12", answers=[("PIN for a.p12: ", "Ab3xMARKED\n")])
    assert answer.code == 0
    assert "MARKED" not in answer.out


def test_supersedes_and_separate_say_where_it_goes(program: Program) -> None:
    """The options place a certificate with another subject; one that names nothing is not found."""
    for number, name in enumerate(("Müller alt", "Müller neu", "Müller zweite")):
        (program.folder / f"{number}.p12").write_bytes(pair(name, "Pin", days=100 + number))
    add = ("--holder", "Müller GmbH", "--pin-stdin", "--json")
    first = stored(program.run("add", "0.p12", *add, stdin=b"Pin").document)
    assert program.run("add", "1.p12", *add, stdin=b"Pin").error["type"] == "lineage-unclear"
    second = program.run("add", "1.p12", *add, "--supersedes", first["id"][:6], stdin=b"Pin").document
    assert second["supersedes"] == first["id"]
    third = program.run("add", "2.p12", *add, "--separate", "--purpose", "Vollmacht", stdin=b"Pin").document
    assert stored(third)["purpose"] == "Vollmacht"
    assert program.run("add", "2.p12", *add, "--supersedes", "nobody", stdin=b"Pin").error["code"] == 6
