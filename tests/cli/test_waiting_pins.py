"""PINs that came before their link or file."""

from __future__ import annotations

import json

import pytest

from tests.cli.desk import Desk, pair
from tests.cli.program import Answer, Program
from tests.cli.shapes import stored
from tests.cli.test_ingest import LINK
from tests.support.vaults import new_watch_key

LOCKED = {"CERTVAULT_PASSPHRASE_FILE": ""}


def note(program: Program, text: str, holder: str, *more: str) -> Answer:
    """Let a PIN wait."""
    return program.run("ingest", "--pin-stdin", "--holder", holder, "--json", *more, stdin=text.encode())


def file(program: Program, name: str, pin: str, holder: str = "") -> str:
    """A waiting file; gives the id of its link."""
    path = program.folder / f"{name}-{pin}.p12"
    path.write_bytes(pair(name, pin))
    found = program.run("ingest", path, "--json", *(["--holder", holder] if holder else [])).document["links"]
    return str(found[0]["id"])


def test_a_pin_waits_under_the_watch_key_and_is_nowhere(program: Program) -> None:
    """LINK of the kind ``pin``; neither it nor anything about it is in an answer, the log or the files."""
    key = new_watch_key(program.vault, program.folder / "watch.key")
    environment = {**LOCKED, "CERTVAULT_WATCH_KEY_FILE": str(key)}
    sms = "ARAG: Ihre PIN lautet: MARKED7pin\n"
    answer = program.run("ingest", "--pin-stdin", "--holder", "Kaya", "--json", stdin=sms.encode(), env=environment)
    (link,) = answer.document["links"]
    assert link.keys() >= LINK
    assert (link["kind"], link["needs"], link["state"], link["holder"]) == ("pin", "file", "open", "Kaya")
    assert (link["url"], link["reference"], link["deadline"]) == (None, None, None)
    seen = answer.out + program.run("links", "--json").out + program.run("audit", "--json").out
    assert "MARKED7pin" not in seen
    assert all(b"MARKED7pin" not in path.read_bytes() for path in program.vault.iterdir())
    events = program.run("audit", "--secrets", "--json").document["events"]
    assert "pin-waiting" in {event["what"] for event in events}


def test_files_and_pins_meet_without_being_asked(program: Program) -> None:
    """``fetch --waiting``: each file with the PIN that opens it; one that waited for somebody else is told."""
    mine, hers = file(program, "Deniz Kaya", "Kaya-1", "Kaya"), file(program, "Anna Schmidt", "Schmidt-2", "Schmidt")
    left = file(program, "Jan Vogel", "Vogel-3", "Vogel")
    for holder, pin in (("Kaya", "Kaya-1"), ("Vogel", "Schmidt-2"), ("Kaya", "Nobody-9")):
        assert note(program, pin, holder).code == 0
    results = program.run("fetch", "--waiting", "--json").document["results"]
    told = {one["link"]: (one["ok"], one["pair"]["holder"], [r["type"] for r in one["remarks"]]) for one in results}
    assert told == {mine: (True, "Kaya", []), hers: (True, "Schmidt", ["pin-of-other-holder"])}
    open_ = program.run("links", "--json").document["links"]
    assert {(one["kind"], one["holder"]) for one in open_} == {("file", "Vogel"), ("pin", "Kaya")}
    assert left in {one["id"] for one in open_}
    assert program.run("fetch", "--waiting", "--json").document == {"results": []}
    events = program.run("audit", "--secrets", "--json").document["events"]
    assert [event["what"] for event in events].count("pin-matched") == 2
    assert program.run("audit", "--verify").code == 0


def test_what_met_takes_no_place_unasked(program: Program) -> None:
    """Nobody looked at either half: the certificate that is there stays until somebody says so."""
    old = program.folder / "old.p12"
    old.write_bytes(pair("Deniz Kaya", "Old-1", days=20))
    arguments = ("add", old, "--holder", "Kaya", "--provider", "vhv", "--pin-stdin", "--json")
    first = stored(program.run(*arguments, stdin=b"Old-1\n").document)
    waiting = file(program, "Deniz Kaya", "New-2")
    note(program, "New-2", "Kaya")
    answer = program.run("fetch", "--waiting", "--json")
    assert answer.code == 8
    (result,) = json.loads(answer.out)["results"]
    assert (result["ok"], result["error"]["type"]) == (False, "unasked-successor")
    done = program.run("fetch", waiting, "--waiting-pin", "--supersedes", first["id"], "--json").document
    assert done["supersedes"] == first["id"]
    assert program.run("links", "--json").document == {"links": []}


def test_a_waiting_pin_goes_to_the_portal_only_when_somebody_says_so(desk: Desk) -> None:
    """Asked on a terminal with the host; ``--waiting-pin`` without one; a refusal is counted and the PIN waits on."""
    desk.link("Müller GmbH", "Right-1")
    note(desk.program, "Right-1", "Müller GmbH")
    link = next(one for one in desk.program.run("links", "--json").document["links"] if one["kind"] == "link")
    heard = len(desk.service.of(link["reference"]))
    typed = desk.program.type("fetch", "müller", answers=[("www.arag.de", "n\n"), ("PIN for", "\x04")])
    assert "send the PIN that waits since" in typed.out
    assert len(desk.service.of(link["reference"])) == heard
    answer = desk.program.run("fetch", "müller", "--waiting-pin", "--json").document
    assert stored(answer)["holder"] == "Müller GmbH"
    assert desk.program.run("links", "--json").document == {"links": []}


def test_without_exactly_one_pin_none_is_taken(desk: Desk) -> None:
    """No PIN, or two: code 6, and nothing is sent."""
    did = desk.link("Müller GmbH", "Right-1")
    note(desk.program, "Other-9", "Schmidt")
    for number in (0, 2):
        for _ in range(number):
            note(desk.program, "Right-1", "Müller GmbH")
        error = desk.program.run("fetch", did, "--waiting-pin", "--json").error
        assert (error["code"], error["type"], error["count"]) == (6, "no-pin-waits", number)
    assert desk.service.of(did) == []


def test_a_waiting_pin_is_due(program: Program) -> None:
    """Alone it asks for its mail; with its file here, one entry says to fetch."""
    note(program, "Kaya-1", "Kaya")
    (due,) = program.run("due", "--json").document["due"]
    assert (due["kind"], due["next"]["do"]) == ("half-waiting", "look")
    assert "certvault ingest MAIL" in program.run("due").out
    waiting = file(program, "Deniz Kaya", "Kaya-1", "Kaya")
    (due,) = program.run("due", "--json").document["due"]
    assert (due["kind"], due["next"]) == ("half-waiting", {"do": "fetch", "ref": waiting})


@pytest.mark.parametrize("text", ["Ihre PIN kommt morgen um 1234 oder 5678", "ab\0cd", ""])
def test_what_is_no_pin_is_refused_and_not_repeated(text: str, program: Program) -> None:
    """Code 2, with no word of it."""
    error = note(program, text, "Kaya").error
    assert (error["code"], error["type"]) == (2, "bad-pin")
    assert "5678" not in json.dumps(error)


def test_a_text_message_is_pasted_on_the_terminal(program: Program) -> None:
    """Several lines at once, unseen; what it is for is asked nowhere else."""
    answer = program.type(
        "ingest", "--pin", "--holder", "Kaya", answers=[("text message: ", "Guten Tag,\nIhre PIN: MARKED7pin\nARAG\n")]
    )
    assert answer.code == 0
    assert "MARKED7pin" not in answer.out
    file(program, "Deniz Kaya", "MARKED7pin", "Kaya")
    assert program.run("fetch", "--waiting").code == 0


def test_a_pin_is_nothing_to_fetch(program: Program) -> None:
    """Named by its id, it says what it is; without a holder it is not taken."""
    (link,) = note(program, "Kaya-1", "Kaya").document["links"]
    assert program.run("fetch", link["id"], "--pin-stdin", "--json", stdin=b"x\n").error["type"] == "pin-without-file"
    assert program.run("ingest", "--pin-stdin", stdin=b"Kaya-1\n").code == 2
    assert program.run("ingest", "--pin-stdin", "--holder", "Kaya", "mail.eml", stdin=b"Kaya-1\n").code == 2


def test_what_waits_outlives_a_rotation(program: Program) -> None:
    """Sealed anew for the new root key, each as what it is."""
    file(program, "Deniz Kaya", "Kaya-1", "Kaya")
    note(program, "Kaya-1", "Kaya")
    assert program.run("keys", "rotate").code == 0
    assert program.run("doctor").code == 0
    assert len(program.run("fetch", "--waiting", "--json").document["results"]) == 1
