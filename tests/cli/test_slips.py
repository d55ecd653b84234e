"""Slips of whoever hands out certificates: each is told, with what helps, before anything leaves."""

from __future__ import annotations

import pytest

from tests.cli.program import Program
from tests.cli.test_install import database
from tests.cli.test_pairs import add, german

PIN = "Ab3xMARKED"


def happened(program: Program) -> list[str]:
    """What the audit log says, newest last."""
    return [one["what"] for one in program.run("audit", "--json").document["events"]]


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "müller", "keasy", "--to", "out"),
        ("export", "con:center", "müller", "--to", "out"),
        ("handover", "müller", "Keasy", "--to", "out"),
        ("install", "müller", "thunderbird", "--for", "firefox", "--to", "db"),
    ],
)
def test_software_among_the_names(program: Program, arguments: tuple[str, ...]) -> None:
    """It is said that this goes with --for; nothing is asked, written or on record."""
    add(program, "Müller GmbH", PIN)
    database(program.folder / "db")
    before = happened(program)
    error = program.run(*arguments, "--json").error
    assert error["code"] == 2
    assert "--for" in error["hint"]
    assert happened(program) == before
    assert not (program.folder / "out").exists()


@pytest.mark.parametrize("command", [("targets", "add"), ("install",)])
def test_software_without_its_option(program: Program, command: tuple[str, ...]) -> None:
    """Whoever left --for away is told how it is said, and where the names stand."""
    error = program.run(*command, "müller", "keasy", "--json").error
    assert (error["code"], "--for SOFTWARE" in error["hint"], "targets profiles" in error["hint"]) == (2, True, True)


def test_a_holder_who_is_called_as_a_software(program: Program) -> None:
    """He is found by his name all the same."""
    ids = {add(program, "Atlas GmbH", PIN), add(program, "Müller GmbH", "Pin2")}
    files = program.run("export", "atlas", "müller", "--to", "out", "--json").document["files"]
    assert {one["pair"] for one in files} == ids


@pytest.mark.parametrize(
    "arguments", [("pin", "müller", "--letter", "--to", "x"), ("export", "müller", "--to", "--due")]
)
def test_a_forgotten_value(program: Program, arguments: tuple[str, ...]) -> None:
    """The option that follows is not taken for it, unless it is said so."""
    add(program, "Müller GmbH", PIN)
    answer = program.run(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert f"{arguments[2]} needs a value" in answer.err
    assert program.run("export", "müller", "--to=--due").code == 0
    assert (program.folder / "--due").is_dir()


def test_a_folder_in_the_place_of_a_person(program: Program) -> None:
    """``pin --to FOLDER`` shows nothing and tells how a letter is made; somebody of any other name gets it."""
    add(program, "Müller GmbH", PIN)
    (program.folder / "Post").mkdir()
    before = happened(program)
    answer = program.run("pin", "müller", "--to", "Post")
    assert (answer.code, answer.out) == (2, "")
    assert "--letter Post" in answer.err
    assert happened(program) == before
    for option in ("--to", "--recipient"):
        assert program.run("pin", "müller", option, "Frau Kaya").out == PIN + "\n"
    shown = [one for one in program.run("audit", "--json").document["events"] if one["what"] == "pin-shown"]
    assert [one["details"]["to"] for one in shown] == ["Frau Kaya"] * 2


@pytest.mark.parametrize(
    "arguments", [("export", "müller", "--to"), ("handover", "müller", "--to"), ("pin", "müller", "--letter")]
)
@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_file_in_the_place_of_a_folder(program: Program, arguments: tuple[str, ...], place: str) -> None:
    """It stays as it is, and is named; no disk is blamed."""
    add(program, "Müller GmbH", PIN)
    (program.folder / "file").write_text("mine")
    error = program.run(*arguments, place, "--json").error
    assert (error["code"], error["type"], error["path"]) == (2, "not-a-folder", "file")
    assert (program.folder / "file").read_text() == "mine"


def test_an_old_one_is_told(program: Program) -> None:
    """Whoever hands out, installs or reads out what was superseded or put away learns of it, in his language too."""
    old = add(program, "Müller GmbH", PIN, days=20, since=300)
    new = add(program, "Müller GmbH", "Pin2")
    database(program.folder / "db")
    for arguments in (
        ("export", old, "--to", "out"),
        ("handover", old, "--to", "out"),
        ("pin", old),
        ("install", old, "--for", "firefox", "--to", "db"),
    ):
        answer = program.run(*arguments)
        assert answer.code == 0
        assert f"{old[:6]} is an old one; the current one is {new[:6]}" in answer.err
    assert "Mind" not in program.run("export", new, "--to", "out").err
    assert program.run("retire", new, "--reason", "left").code == 0
    assert "wurde stillgelegt" in german(program, "export", new, "--to", "out").err


def test_a_store_by_the_names_that_people_give_it(program: Program) -> None:
    """``install`` takes titles and aliases as other commands do; for other software it names ``export``."""
    add(program, "Müller GmbH", PIN)
    database(program.folder / "db")
    document = program.run("install", "müller", "--for", "Thunderbird", "--to", "db", "--json").document
    assert document["installed"]["target"] == "firefox"
    error = program.run("install", "müller", "--for", "Keasy", "--json").error
    assert (error["code"], "export --for keasy" in error["hint"]) == (2, True)


def test_what_leads_on(program: Program) -> None:
    """``export`` names the sheet for the same software and folder, and that line works as it stands."""
    identity = add(program, "Müller GmbH", PIN)
    said = program.run("export", "müller", "--for", "keasy", "--to", "USB Stick").out
    line = f'certvault handover {identity[:6]} --for keasy --to "USB Stick"'
    assert line in said
    assert program.run("handover", identity[:6], "--for", "keasy", "--to", "USB Stick").code == 0


def test_the_way_of_a_pin_is_told_in_german(program: Program) -> None:
    """No word of the program's own stands in the audit log of somebody who reads German."""
    add(program, "Müller GmbH", PIN)
    assert program.run("pin", "müller", "--letter", "Post").code == 0
    assert "Weg: Brief" in german(program, "audit").out


def test_whoever_left_is_not_deleted_at_once(program: Program) -> None:
    """The line that ``offboard`` shows at its end deletes only what was kept for long enough, and then it works."""
    old, new = add(program, "Müller GmbH", "Pin1", days=20, since=300), add(program, "Müller GmbH", PIN)
    said = program.run("offboard", "müller", "--to", "out", "--yes").out
    line = next(one for one in said.splitlines() if "certvault purge" in one)
    arguments = line.partition("certvault ")[2].split()
    assert program.run(*arguments, "--yes").code == 0
    states = {one["id"]: one["state"] for one in program.run("list", "--all", "--json").document["pairs"]}
    assert states == {old: "superseded", new: "retired"}
    assert program.run(*arguments, "--yes", "--older-than", "0").code == 0
    assert program.run("list", "--all", "--json").document["pairs"] == []
    assert all(one in (program.folder / "receipt.json").read_text("utf-8") for one in (old, new))
