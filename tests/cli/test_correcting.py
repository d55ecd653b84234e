"""Putting right, with the real program: assign, retire, reinstate, discard."""

from __future__ import annotations

import pytest

from tests.cli.desk import Desk
from tests.cli.program import Program
from tests.cli.shapes import PAIR
from tests.cli.test_pairs import add, german
from tests.support.vaults import new_watch_key


def test_a_wrong_supersede_is_undone(program: Program) -> None:
    """The whole way of a Monday: stored under another's name, undone, given to its holder, in use there."""
    old = add(program, "Müller GmbH", "Pin1", days=200)
    file = program.folder / "kaya.p12"
    add(program, "Kaya", "Pin2")
    (program.folder / "Kaya-365.p12").rename(file)
    wrong = program.run("list", "kaya", "--json").document["pairs"][0]["id"]
    moved = program.run("assign", wrong, "--holder", "müller", "--purpose", "x", "--json").document
    assert (moved.keys(), moved["pair"].keys()) == ({"pair", "moved"}, PAIR)
    assert (moved["pair"]["holder"], moved["pair"]["purpose"]) == ("Müller GmbH", "x")
    back = program.run("assign", wrong, "--holder", "Kaya")
    assert "Moved and sealed anew" in back.out
    away = program.run("retire", old, "--reason", "left the agency", "--json").document["pair"]
    assert (away["id"], away["state"]) == (old, "retired")
    assert program.run("retire", old, "--reason", "again", "--json").error["type"] == "put-away-already"
    again = program.run("reinstate", old, "--json").document
    assert (again.keys(), again["pair"]["state"], again["put_away"]) == ({"pair", "put_away"}, "current", None)
    log = german(program, "audit").out
    for told in ("stillgelegt, Grund: left the agency", "anderem Zertifikatsinhaber zugeordnet"):
        assert told in log
    assert program.run("audit", "--verify").code == 0
    assert program.run("pin", "kaya").out == "Pin2\n"


def test_a_superseded_pair_is_current_again(program: Program) -> None:
    """And the one that took its place is put away; both are told, in both languages."""
    old = add(program, "Müller GmbH", "Pin1", days=200, since=300)
    new = add(program, "Müller GmbH", "Pin2")
    told = program.run("reinstate", old).out
    assert f"Current again: {old[:6]}, Müller GmbH" in told
    assert f"Retired, and kept: {new[:6]}" in told
    assert f"Abgelöst: {old[:6]}" in german(program, "reinstate", new).out
    assert {one["id"]: one["state"] for one in program.run("list", "--all", "--json").document["pairs"]} == {
        old: "superseded",
        new: "current",
    }
    assert program.run("reinstate", new, "--json").error["type"] == "current-already"


def test_a_link_goes_to_its_holder_and_out_of_the_way(desk: Desk) -> None:
    """A watch key is enough; discarded, it is due no more and the same mail does not bring it back."""
    program = desk.program
    did = desk.link("Müller GmbH", "Pin1")
    key = ("--watch-key-file", new_watch_key(program.vault, program.folder / "watch.key"))
    assigned = program.run("assign", did, "--holder", "Kaya & Söhne", *key, "--json").document["link"]
    assert ({"id", "state", "needs", "duplicate"} <= assigned.keys(), assigned["holder"]) == (True, "Kaya & Söhne")
    put_aside = program.run("discard", "kaya", *key, "--json").document["link"]
    assert (put_aside["state"], put_aside["needs"]) == ("discarded", None)
    assert program.run("due", "--json").document["due"] == []
    assert program.run("links", "--json").document["links"] == []
    again = program.run("reinstate", did, *key)
    assert "is open" in again.out
    assert len(program.run("due", "--json").document["due"]) == 1
    assert "verworfen" in german(program, "discard", did, *key).out


def test_a_watch_key_moves_no_pair(program: Program) -> None:
    """Neither assign nor reinstate: code 3."""
    pair = add(program, "Müller GmbH", "Pin1")
    key = ("--watch-key-file", new_watch_key(program.vault, program.folder / "watch.key"))
    for command in (("assign", pair, "--holder", "Kaya"), ("reinstate", pair)):
        assert program.run(*command, *key, "--json").error["type"] == "watch-key-opens-no-pair"


def test_a_close_name_is_asked_about(program: Program) -> None:
    """Without a terminal it is ambiguous, with the candidates; ``--new`` says that it is another one."""
    add(program, "Müller GmbH", "Pin1")
    pair = add(program, "Kaya", "Pin2")
    error = program.run("assign", pair, "--holder", "Möller", "--json").error
    assert (error["code"], error["type"]) == (7, "same-holder")
    assert [one["holder"] for one in error["candidates"]] == ["Müller GmbH"]
    program.type("assign", pair, "--holder", "Möller", "--purpose", "x", answers=[("if it is another:", "1\n")])
    assert program.run("show", pair, "--json").document["pair"]["holder"] == "Müller GmbH"
    assert program.run("assign", pair, "--holder", "Möller", "--new").code == 0
    assert program.run("show", pair, "--json").document["pair"]["holder"] == "Möller"


@pytest.mark.parametrize(
    "command",
    [("assign", "x", "--holder", "y"), ("retire", "x", "--reason", "y"), ("discard", "x"), ("reinstate", "x")],
)
def test_what_is_not_there_is_not_found(program: Program, command: tuple[str, ...]) -> None:
    """Code 6."""
    assert program.run(*command, "--json").error["code"] == 6
