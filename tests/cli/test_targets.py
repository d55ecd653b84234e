"""Where certificates are installed, with the real program."""

from __future__ import annotations

import csv
import json
from typing import Any

import pytest

from tests.cli.desk import pair
from tests.cli.program import Program
from tests.cli.shapes import DUE
from tests.cli.test_pairs import add, german
from tests.support.vaults import new_watch_key

TARGET = {"id", "holder", "profile", "name", "added", "dropped", "installed"}
INSTALLED = {"id", "lineage", "provider", "pair", "wanted", "state", "at", "by"}


def targets(program: Program, *arguments: str) -> list[dict[str, Any]]:
    """What an answer says of places."""
    found: list[dict[str, Any]] = program.run("targets", *arguments, "--json").document["targets"]
    return found


def states(program: Program, *arguments: str) -> list[tuple[str, str]]:
    """Which places have what."""
    return [(one["profile"], each["state"]) for one in targets(program, *arguments) for each in one["installed"]]


@pytest.fixture
def renewed(program: Program) -> Program:
    """Schäffer has con:center and, on two PCs, VIAS; Weber has VIAS. All have the old one, and a new one is here."""
    for name in ("Schäffer GmbH", "Weber"):
        add(program, name, "Pin1", days=30, since=335)
        program.run("targets", "add", name, "--for", "vias", "--installed")
    program.run("targets", "add", "schäffer", "--for", "Con:Center", "--installed")
    for name in ("Schäffer GmbH", "Weber"):
        add(program, name, "Pin2")
    return program


def test_a_place_is_told_listed_and_shown(program: Program) -> None:
    """With a watch key; in the agreed form for scripts, in German for people, of its holder and its certificate."""
    pair = add(program, "Schäffer GmbH", "Pin1", days=30)
    new_watch_key(program.vault, program.folder / "watch.key")
    program.environment |= {"CERTVAULT_PASSPHRASE_FILE": "", "CERTVAULT_WATCH_KEY_FILE": "watch.key"}
    assert "targets add NAME" in program.run("targets", "list").out
    (one,) = targets(program, "add", "schäffer", "--for", "con:center", "--name", "Büro-PC")
    (there,) = one["installed"]
    assert one.keys() == TARGET
    assert there.keys() == INSTALLED
    assert (one["holder"], one["profile"], one["name"], one["dropped"]) == (
        "Schäffer GmbH",
        "con-center",
        "Büro-PC",
        None,
    )
    assert (there["pair"], there["wanted"], there["state"], there["at"]) == (None, pair, "missing", None)
    told = german(program, "targets", "list").out
    assert "con:center, Büro-PC" in told
    assert "hat noch keins" in told
    assert targets(program, "list") == [one]
    assert program.run("holders", "show", "schäffer", "--json").document["targets"] == [one]
    assert "Installationsort" in german(program, "show", pair).out
    assert "Installationsort" in german(program, "holders", "show", "schäffer").out
    again = program.run("targets", "add", "schäffer", "--for", "con-center", "--name", "buero pc").out
    assert "Known already" in again


def test_the_one_place_that_lacks_the_new_one_is_confirmed(renewed: Program) -> None:
    """By the holder's name alone; a second time there is nothing new; taken back it is open again."""
    assert states(renewed, "list", "--open") == [("con-center", "old"), ("vias", "old"), ("vias", "old")]
    assert "Installed: ARAG" in renewed.run("targets", "confirm", "weber").out
    assert "Nothing is new: Weber" in renewed.run("targets", "confirm", "weber").out
    assert "Zurückgenommen" in german(renewed, "targets", "confirm", "weber", "--undo").out
    (back,) = targets(renewed, "confirm", "weber")
    assert [(one["state"], one["by"] != "") for one in back["installed"]] == [("current", True)]
    renewed.run("targets", "confirm", "schäffer", "vias")
    assert states(renewed, "confirm", "schäffer") == [("con-center", "current")]
    assert targets(renewed, "list", "--open") == []
    assert "installed where it belongs" in renewed.run("targets", "list", "--open").out


def test_several_are_asked_about_or_named(renewed: Program) -> None:
    """On a terminal by number; without one it is ambiguous, with candidates; by ids or --all several at once."""
    error = renewed.run("targets", "confirm", "schäffer", "--json").error
    assert (error["code"], error["type"], len(error["candidates"])) == (7, "places-unclear", 2)
    typed = renewed.type("targets", "confirm", "schäffer", answers=[("Which of them? Numbers:", "1\n")])
    assert (typed.code, "Installed: ARAG" in typed.out) == (0, True)
    assert len(targets(renewed, "list", "--open")) == 2
    ids = [one["installed"][0]["id"] for one in targets(renewed, "list", "--open")]
    assert len(targets(renewed, "confirm", *(one[:8] for one in ids))) == 2
    assert targets(renewed, "list", "--open") == []
    assert "installed where it belongs" in renewed.run("targets", "confirm", "--all").out


def test_a_whole_kind_is_confirmed_at_once(renewed: Program) -> None:
    """And what is of another kind stays open."""
    assert states(renewed, "confirm", "--all", "--for", "vias", "--provider", "interlloyd") == [("vias", "current")] * 2
    assert states(renewed, "list", "--open") == [("con-center", "old")]


def test_an_old_one_can_be_there(renewed: Program) -> None:
    """Said of a place that has the new one: it is open again."""
    old = next(
        one["id"] for one in renewed.run("list", "weber", "--all", "--json").document["pairs"] if one["superseded_by"]
    )
    renewed.run("targets", "confirm", "weber")
    assert states(renewed, "confirm", "weber", "--pair", old) == [("vias", "old")]
    wrong = renewed.run("targets", "confirm", "schäffer", "vias", "--pair", old, "--json").error
    assert (wrong["code"], wrong["type"]) == (2, "not-of-holder")


def test_what_is_dropped_is_open_no_more(renewed: Program) -> None:
    """Listed with --all alone; --undo takes it back; both are on record."""
    (gone,) = targets(renewed, "drop", "weber")
    assert gone["dropped"] is not None
    assert len(targets(renewed, "list")) == 2
    assert "dropped on" in renewed.run("targets", "list", "weber", "--all").out
    assert renewed.run("targets", "drop", "weber", "--json").error["code"] == 6
    (back,) = targets(renewed, "drop", "weber", "--undo")
    assert (back["dropped"], states(renewed, "list", "weber")) == (None, [("vias", "old")])
    log = german(renewed, "audit", "--holder", "weber").out
    for told in (
        "Installationsort angelegt, Software: vias",
        "als installiert vermerkt, Software: vias",
        "nicht mehr gebraucht",
    ):
        assert told in log
    assert renewed.run("audit", "--verify").code == 0


def test_all_with_a_tag_have_a_software(program: Program) -> None:
    """Said once for all of them; nobody with the tag is not found."""
    for name in ("Weber", "Kaya"):
        add(program, name, "Pin1")
        program.run("holders", "edit", name, "--tag", "vias")
    assert states(program, "add", "--tag", "VIAS", "--for", "vias", "--installed") == [("vias", "current")] * 2
    assert program.run("targets", "add", "--tag", "nobody", "--for", "vias", "--json").error["code"] == 6


def test_what_does_not_fit_together_is_refused(renewed: Program) -> None:
    """Code 2 or 6, and nothing is changed."""
    before = targets(renewed, "list", "--all")
    for call, code in (
        (("add", "weber", "--tag", "x", "--for", "vias"), 2),
        (("add", "--for", "vias"), 2),
        (("add", "weber", "--for", "kesy"), 6),
        (("add", "weber", "--for", "vias", "--name", "=1+1"), 2),
        (("add", "weber", "--for", "vias", "--provider", "nobody"), 6),
        (("confirm",), 2),
        (("confirm", "weber", "--undo", "--all"), 2),
        (("confirm", "nobody"), 6),
        (("drop",), 2),
        (("drop", "schäffer"), 7),
    ):
        assert renewed.run("targets", *call, "--json").error["code"] == code, call
    assert targets(renewed, "list", "--all") == before


def test_what_is_to_be_installed_is_due(renewed: Program) -> None:
    """For scripts in the agreed form; for people with the command to copy, here, in the morning and in monitoring."""
    rows = renewed.run("due", "--json").document["due"]
    assert {row["kind"] for row in rows} == {"install"}
    assert sorted(row["holder"] for row in rows) == ["Schäffer GmbH", "Schäffer GmbH", "Weber"]
    (weber,) = (row for row in rows if row["holder"] == "Weber")
    new = renewed.run("list", "weber", "--json").document["pairs"][0]["id"]
    assert (weber.keys(), weber["next"]) == (DUE, {"do": "install", "ref": new})
    assert weber["days_left"] in {29, 30}
    command = f"certvault targets confirm {weber['id'][:6]}"
    for answer in (renewed.run("due"), renewed.run()):
        assert f"install it, then: {command}" in answer.out
    assert "altes noch installiert: vias" in german(renewed, "due").out
    nagios = renewed.run("due", "--nagios", "--no-names")
    assert (nagios.code, "old one still installed" in nagios.out) == (1, True)
    assert renewed.run(*command.split()[1:]).code == 0
    assert "Weber" not in renewed.run("due").out


def test_who_stores_a_new_one_is_told_where_it_belongs(program: Program) -> None:
    """With the command that confirms it."""
    add(program, "Weber", "Pin1", days=30, since=335)
    (one,) = targets(program, "add", "weber", "--for", "vias", "--installed")
    (program.folder / "new.p12").write_bytes(pair("Weber", "Pin2"))
    told = program.run("add", "new.p12", "--pin-stdin", "--provider", "arag", stdin=b"Pin2").out
    assert "It is to be installed at: VIAS" in told
    assert f"certvault targets confirm {one['installed'][0]['id'][:6]}" in told


def test_it_can_be_noted_by_its_id(renewed: Program) -> None:
    """And told again; a name of a place that is a link is none in what leaves."""
    identity = next(row["id"] for row in renewed.run("due", "--json").document["due"] if row["holder"] == "Weber")
    assert "Weber, VIAS" in renewed.run("ack", identity[:7]).out
    assert len(renewed.run("due", "--json").document["due"]) == 2
    assert renewed.run("ack", identity, "--undo", "--json").document == {"id": identity, "until": None}
    assert renewed.run("ack", identity, "--activated", "--json").error["code"] == 2
    renewed.run("targets", "add", "weber", "--for", "vias", "--name", "evil.example")
    assert "evil[.]example" in renewed.run("due").out


def test_reports_tell_where_it_is(renewed: Program) -> None:
    """The page and the list name the places, the metrics count those that are open, JSON has them all."""
    for ending in ("html", "csv", "json", "prom"):
        assert renewed.run("report", f"a.{ending}").code == 0
    page = (renewed.folder / "a.html").read_text("utf-8")
    assert "old one still installed: con-center" in page
    lines = list(csv.reader((renewed.folder / "a.csv").read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert lines[0][-1] == "Installed at"
    assert sorted(line[-1] for line in lines if "superseded" in line) == ["con-center; vias", "vias"]
    document = json.loads((renewed.folder / "a.json").read_text("utf-8"))
    assert [one["profile"] for one in document["targets"]] == ["con-center", "vias", "vias"]
    assert all(one.keys() == {*TARGET, "holder_id"} for one in document["targets"])
    metrics = (renewed.folder / "a.prom").read_text("utf-8")
    assert 'certvault_installs{profile="vias",provider="arag"} 2.0' in metrics


def test_all_that_is_open_is_ticked_off_by_numbers(renewed: Program) -> None:
    """Without a name, on a terminal; a wrong number is asked again, none confirms nothing."""
    question = "Where is it installed now? Numbers:"
    nothing = renewed.type("targets", "confirm", answers=[(question, "\n")])
    assert (nothing.code, len(targets(renewed, "list", "--open"))) == (0, 3)
    typed = renewed.type("targets", "confirm", answers=[(question, "7\n"), ("such as 1 3-5", "1,2-3\n")])
    assert (typed.code, typed.out.count("Installed: ARAG")) == (0, 3)
    assert targets(renewed, "list", "--open") == []
    assert "installed where it belongs" in renewed.type("targets", "confirm", answers=[]).out


def test_the_matrix_says_where_something_is_to_be_installed(renewed: Program) -> None:
    """For people and for scripts; installed, it is a date alone again."""
    cells = {row["holder"]: row["cells"]["arag"]["install"] for row in _matrix(renewed)}
    assert cells == {"Schäffer GmbH": 2, "Weber": 1}
    assert "an 2 Orten zu installieren" in german(renewed, "list", "--matrix").out
    renewed.run("targets", "confirm", "--all")
    assert {row["cells"]["arag"]["install"] for row in _matrix(renewed)} == {0}
    assert "install" not in renewed.run("list", "--matrix").out


def _matrix(program: Program) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = program.run("list", "--matrix", "--json").document["holders"]
    return found
