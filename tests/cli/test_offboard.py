"""A holder leaves: all handed out, PINs apart, and only then put away."""

from __future__ import annotations

import csv
import hashlib
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.desk import Desk, pair
from tests.cli.program import Program
from tests.cli.shapes import FILE, stored
from tests.cli.test_pairs import add, german
from tests.support import pdf as read

PINS = ("M4rked-one", "M4rked-two")
KILLED = """
import os, signal
import cli.handing as handing
real, seen = handing.{function}, []
def killed(*arguments, **named):
    seen.append(1)
    if len(seen) > 1:
        os.kill(os.getpid(), signal.{name})
    return real(*arguments, **named)
handing.{function} = killed
from cli.main import main
main()
"""
"""The program, struck when a second document is made."""


def second(program: Program, pin: str = PINS[1]) -> str:
    """Another certificate of the same holder, for something else."""
    file = program.folder / "second.p12"
    file.write_bytes(pair("Müller Filiale", pin, days=300))
    more = ("--holder", "Müller GmbH", "--separate", "--purpose", "Filiale", "--pin-stdin", "--json")
    return str(stored(program.run("add", file, *more, stdin=pin.encode()).document)["id"])


def two(program: Program) -> tuple[str, str]:
    """Two current certificates of one holder."""
    return add(program, "Müller GmbH", PINS[0]), second(program)


def states(program: Program) -> dict[str, str]:
    """Every pair with its state."""
    return {one["id"]: one["state"] for one in program.run("list", "--all", "--json").document["pairs"]}


def events(program: Program) -> list[str]:
    """What happened, in its order."""
    return [str(one["what"]) for one in program.run("audit", "--json").document["events"]]


def offboard(program: Program, *arguments: object) -> dict[str, Any]:
    """What ``offboard`` answers."""
    found: dict[str, Any] = program.run(
        "offboard", "müller", "--to", "out", "--pins-to", "post", "--yes", "--json", *arguments
    ).document
    return found


def test_all_of_him_is_handed_out_and_put_away(program: Program) -> None:
    """Original bytes, a list, a sheet beside each, the PINs elsewhere; then the pairs are retired and he is quiet."""
    first, other = two(program)
    stays = add(program, "Kaya", "Pin3")
    document = offboard(program, "--reason", "Ruhestand", "--recipient", "Frau Kaya")
    assert {one["pair"] for one in document["files"]} == {first, other} == set(document["retired"])
    for one in document["files"]:
        assert one.keys() == FILE
        data = (program.folder / one["path"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == one["sha256"]
        beside = [file.suffix for file in (program.folder / one["path"]).parent.iterdir()]
        assert {".p12", ".pdf"} <= set(beside)
    with (program.folder / document["list"]).open(encoding="utf-8-sig") as file:
        assert len(list(csv.reader(file, delimiter=";"))) == 3
    assert len(document["sheets"]) == len(document["letters"]) == 2
    assert states(program) == {first: "retired", other: "retired", stays: "current"}
    assert program.run("due", "--within", "4000", "--json").document["due"] != []
    assert all(
        "Müller" not in one["holder"] for one in program.run("due", "--within", "4000", "--json").document["due"]
    )
    retired = [one for one in program.run("audit", "--json").document["events"] if one["what"] == "pair-retired"]
    assert {one["details"]["reason"] for one in retired} == {"Ruhestand"}
    assert events(program)[-1] == "offboarded"
    assert program.run("audit", "--verify").code == 0


def test_pins_are_in_their_folder_alone(program: Program) -> None:
    """No file, sheet or list beside the certificates has one; each letter has its own."""
    two(program)
    document = offboard(program)
    for file in (one for one in (program.folder / "out").rglob("*") if one.is_file()):
        data = file.read_bytes()
        assert b"M4rked" not in (read.raw(data) if file.suffix == ".pdf" else data)
        assert file.suffix != ".pdf" or "M4rked" not in read.text(data)
    said = [read.text((program.folder / path).read_bytes()) for path in document["letters"]]
    assert all(any(pin in text for text in said) for pin in PINS)
    assert all(Path(path).parent == Path("post") for path in document["letters"])


@pytest.mark.parametrize(
    ("files", "pins"), [("out", "out"), ("out", "out/pins"), ("out/files", "out"), ("out", "way"), (".", "post")]
)
def test_files_and_pins_are_not_in_one_place(program: Program, files: str, pins: str) -> None:
    """The same folder, one within the other, or a symlink to it: refused before anything is written or asked."""
    two(program)
    (program.folder / "out").mkdir()
    (program.folder / "way").symlink_to("out")
    before = events(program)
    assert program.run("offboard", "müller", "--to", files, "--pins-to", pins, "--yes").code == 2
    assert list((program.folder / "out").iterdir()) == []
    assert events(program) == before


def test_a_folder_that_leads_in_a_circle(program: Program) -> None:
    """A symlink to itself is said to be no folder, and nothing is put away."""
    first, other = two(program)
    (program.folder / "way").symlink_to("way")
    answer = program.run("offboard", "müller", "--to", "out", "--pins-to", "way", "--yes")
    assert answer.code == 2
    assert states(program) == {first: "current", other: "current"}


def test_without_a_folder_for_pins_there_is_no_letter(program: Program) -> None:
    """And a person is told how to get at them."""
    two(program)
    answer = german(program, "offboard", "müller", "--to", "out", "--yes")
    assert answer.code == 0
    assert "certvault pin" in answer.out
    assert "pin-attempt" not in events(program)


def test_what_was_put_away_before_goes_along_if_wanted(program: Program) -> None:
    """With ``--all``; without it, it is counted."""
    old = add(program, "Müller GmbH", "Pin1", days=20, since=300)
    add(program, "Müller GmbH", PINS[0])
    assert "left here: 1 (--all)" in program.run("offboard", "müller", "--to", "out", "--dry-run").out
    assert not (program.folder / "out").exists()
    document = offboard(program, "--all")
    assert old in {one["pair"] for one in document["files"]}
    assert old not in document["retired"]
    assert states(program)[old] == "superseded"


def test_links_halves_and_requests_are_settled(desk: Desk) -> None:
    """What is open of him is discarded, what was asked for withdrawn, each with its event; others keep theirs."""
    program = desk.program
    identity = add(program, "Müller GmbH", PINS[0], days=20, since=300)
    mine, others = desk.link("Müller GmbH", "Pin1"), desk.link("Kaya", "Pin2")
    assert program.run("ingest", "--pin", "--holder", "Müller GmbH", "--pin-stdin", stdin=b"Pin4").code == 0
    assert program.run("request", identity, "--to", "drafts").code == 0
    document = offboard(program)
    assert len(document["discarded"]) == 2
    assert document["withdrawn"] == [identity]
    open_ = program.run("links", "--json").document["links"]
    assert [one["reference"] for one in open_] == [others]
    assert mine not in str(open_)
    assert program.run("audit", "--verify").code == 0


def test_a_person_is_asked(program: Program) -> None:
    """What it would be is shown, and no is no; without a terminal ``--yes`` is needed."""
    first, other = two(program)
    assert program.run("offboard", "müller", "--to", "out", "--json").error["type"] == "confirmation-needed"
    no = program.type("offboard", "müller", "--to", "out", answers=[("put away what is in use?", "n\n")])
    assert (no.code, first[:6] in no.out, other[:6] in no.out) == (0, True, True)
    assert not (program.folder / "out").exists()
    yes = program.type("offboard", "müller", "--to", "out", answers=[("put away what is in use?", "y\n")])
    assert yes.code == 0
    assert set(states(program).values()) == {"retired"}


@pytest.mark.parametrize("function", ["pdf", "write_new"])
@pytest.mark.parametrize("name", ["SIGKILL", "SIGINT"])
def test_interrupted_it_puts_nothing_away_and_goes_on(program: Program, function: str, name: str) -> None:
    """Killed or stopped between documents: all is current still; the same command writes what is missing."""
    first, other = two(program)
    arguments = ["offboard", "müller", "--to", "out", "--pins-to", "post", "--yes"]
    struck = subprocess.run(
        [sys.executable, "-c", KILLED.format(function=function, name=name), *arguments],
        capture_output=True,
        env=program.environment,
        cwd=program.folder,
        check=False,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert struck.returncode in {-signal.SIGKILL, 130}
    assert set(states(program).values()) == {"current"}
    document = offboard(program)
    assert all(one["unchanged"] for one in document["files"])
    assert set(document["retired"]) == {first, other}
    assert len(list((program.folder / "post").iterdir())) == 2
    assert len(list((program.folder / "out").rglob("*.pdf"))) == 2
    assert program.run("audit", "--verify").code == 0


def test_done_it_says_so(program: Program) -> None:
    """Once more: nothing is in use any more, and nothing is changed."""
    two(program)
    offboard(program)
    before = events(program)
    assert "Nothing of him is in use" in program.run("offboard", "müller", "--to", "out", "--yes").out
    assert offboard(program)["pairs"] == []
    assert events(program) == before


def test_where_a_file_fails_nothing_is_put_away(program: Program) -> None:
    """Other bytes in the place of one: code 8, the other file is there, and both pairs are current."""
    two(program)
    document = program.run("export", "--holder", "müller", "--to", "out", "--json").document
    (program.folder / document["files"][0]["path"]).write_bytes(b"mine")
    answer = program.run("offboard", "müller", "--to", "out", "--pins-to", "post", "--yes")
    assert answer.code == 8
    assert "Nothing was put away yet" in answer.out
    assert set(states(program).values()) == {"current"}
    assert not (program.folder / "post").exists()


def test_a_pin_that_cannot_be_printed_is_told(program: Program) -> None:
    """It hinders nothing else: how to see it is said."""
    first, other = add(program, "Müller GmbH", PINS[0]), second(program, "Pin-\U0001f600")
    document = offboard(program)
    assert document["unprinted"] == [other]
    assert len(document["letters"]) == 1
    assert set(document["retired"]) == {first, other}


def test_it_is_taken_back(program: Program) -> None:
    """``reinstate`` makes a certificate current again, and ``purge`` deletes the other with a receipt."""
    first, other = two(program)
    offboard(program)
    assert program.run("reinstate", first).code == 0
    assert program.run("purge", other, "--older-than", "0", "--yes", "--receipt", "receipt.json").code == 0
    assert states(program) == {first: "current"}
    assert other in (program.folder / "receipt.json").read_text("utf-8")


def test_places_are_dropped(program: Program) -> None:
    """Where his certificates were installed is of no interest any more, and that is on record."""
    two(program)
    add(program, "Kaya", "Pin3")
    for name in ("müller", "kaya"):
        assert program.run("targets", "add", name, "--for", "keasy").code == 0
    document = offboard(program)
    assert len(document["dropped"]) == 1
    left = program.run("targets", "list", "--json").document["targets"]
    assert [one["holder"] for one in left] == ["Kaya"]
    assert "target-dropped" in events(program)
    assert program.run("audit", "--verify").code == 0


def test_the_sheet_names_the_very_file_beside_it(program: Program) -> None:
    """Its name as it lies there, and the issuer's bytes, whatever software comes next."""
    two(program)
    document = offboard(program)
    for one in document["files"]:
        file = program.folder / one["path"]
        assert file.name in read.flowing(file.with_suffix(".pdf").read_bytes())
