"""A name said with --holder that is close to one that is known, with the real program."""

from __future__ import annotations

import pytest

from tests.cli.desk import Desk, pair
from tests.cli.mails import forwarded
from tests.cli.program import Program
from tests.cli.shapes import stored


@pytest.fixture
def known(program: Program) -> str:
    """The id of a holder who is known."""
    return str(program.run("holders", "add", "Müller GmbH", "--number", "0042", "--json").document["holder"]["id"])


def names(program: Program) -> list[str]:
    """The names of all holders."""
    return sorted(one["name"] for one in program.run("holders", "list", "--json").document["holders"])


@pytest.mark.parametrize("close", ["Mueller", "Möller", "Müll"])
def test_a_close_name_makes_no_holder_unasked(program: Program, known: str, close: str) -> None:
    """ingest, ingest --pin and add end with code 7 and the candidates, without a word of a PIN; nobody is added."""
    mail, file = program.folder / "mail.eml", program.folder / "file.p12"
    mail.write_bytes(forwarded("Somebody", "3f2a91c07d5e8b64"))
    file.write_bytes(pair("Jörg", "Pin1"))
    for arguments in (("ingest", mail), ("ingest", "--pin-stdin"), ("add", file, "--provider", "arag", "--pin-stdin")):
        error = program.run(*arguments, "--holder", close, "--json", stdin=b"Pin1\n").error
        assert (error["code"], error["type"]) == (7, "same-holder")
        assert error["candidates"] == [{"id": known, "holder": "Müller GmbH"}]
    assert names(program) == ["Müller GmbH"]
    assert program.run("links", "--json").document["links"] == []


def test_the_same_by_id_and_another_with_new(program: Program, known: str) -> None:
    """What the hint of the refusal says is what can be done: the short id, or ``--new``; his number will do too."""
    for number, (arguments, whose) in enumerate(
        [
            ((known[:6],), "Müller GmbH"),
            (("0042",), "Müller GmbH"),
            (("müller gmbh",), "Müller GmbH"),
            (("Mueller", "--new"), "Mueller"),
        ]
    ):
        mail = program.folder / f"{number}.eml"
        mail.write_bytes(forwarded("Somebody", f"3f2a91c07d5e8b6{number}"))
        (link,) = program.run("ingest", mail, "--holder", *arguments, "--json").document["links"]
        assert link["holder"] == whose


def test_a_person_is_asked_before_the_pin(program: Program, known: str) -> None:
    """On a terminal: which one it is, and then the PIN for the name that is meant."""
    file = program.folder / "file.p12"
    file.write_bytes(pair("Jörg", "Pin1"))
    program.type(
        "ingest", "--pin", "--holder", "Mueller", answers=[("if it is another:", "1\n"), ("PIN for Müller GmbH", "x\n")]
    )
    asked = [("if it is another:", "\n"), ("PIN for", "Pin1\n")]
    assert program.type("add", file, "--provider", "arag", "--holder", "Möller", answers=asked).code == 0
    assert names(program) == ["Möller", "Müller GmbH"]
    assert program.run("links", "--json").document["links"][0]["holder"] == "Müller GmbH"


def test_fetch_asks_too(desk: Desk) -> None:
    """Nothing is sent before it is clear; asked once, and the PIN is asked for by his name."""
    did = desk.link("Somebody", "Right-1")
    desk.program.run("holders", "add", "Müller GmbH")
    error = desk.program.run("fetch", did, "--holder", "Möller", "--pin-stdin", "--json", stdin=b"Right-1\n").error
    assert (error["type"], desk.service.of(did)) == ("same-holder", [])
    asked = [("if it is another:", "1\n"), ("PIN for Müller GmbH", "Right-1\n")]
    desk.program.type("fetch", did, "--holder", "Möller", answers=asked)
    assert [one["holder"] for one in desk.program.run("list", "--json").document["pairs"]] == ["Müller GmbH"]


@pytest.mark.parametrize("command", [("ingest", "mail.eml"), ("fetch", "x"), ("add", "file.p12")])
def test_new_says_nothing_alone(program: Program, command: tuple[str, str]) -> None:
    """``--new`` without ``--holder``: code 2, before anything is read or asked."""
    assert program.run(*command, "--new", env={"CERTVAULT_PASSPHRASE_FILE": ""}).code == 2


def test_who_is_known_is_not_asked_about(program: Program, known: str) -> None:
    """The very name, though another one is close to it."""
    program.run("holders", "add", "Muller KG", "--new")
    file = program.folder / "file.p12"
    file.write_bytes(pair("Jörg", "Pin1"))
    arguments = ("add", file, "--provider", "arag", "--holder", "Müller GmbH", "--pin-stdin", "--json")
    assert stored(program.run(*arguments, stdin=b"Pin1\n").document)["holder"] == "Müller GmbH"
