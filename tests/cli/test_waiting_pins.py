"""PINs that came before their link or file."""

from __future__ import annotations

import json

import pytest

from tests.cli.desk import Desk, pair
from tests.cli.program import Answer, Program
from tests.cli.shapes import stored
from tests.cli.test_ingest import LINK
from tests.support.vaults import PASSPHRASE, new_watch_key

LOCKED = {"CERTVAULT_PASSPHRASE_FILE": ""}


def note(program: Program, text: str, holder: str, *more: str) -> Answer:
    """Let a PIN wait."""
    return program.run("ingest", "--pin-stdin", "--holder", holder, "--json", *more, stdin=text.encode())


def file(program: Program, name: str, pin: str, holder: str = "", provider: str = "") -> str:
    """A waiting file; gives the id of its link."""
    said = [*(["--holder", holder] if holder else []), *(["--provider", provider] if provider else [])]
    path = program.folder / f"{name}-{pin}.p12"
    path.write_bytes(pair(name, pin))
    found = program.run("ingest", path, "--json", *said).document["links"]
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
    for pins in ((), ("Right-1", "Wrong-2")):
        for pin in pins:
            note(desk.program, pin, "Müller GmbH")
        error = desk.program.run("fetch", did, "--waiting-pin", "--json").error
        assert (error["code"], error["type"], error["count"]) == (6, "no-pin-waits", len(pins))
    assert desk.service.of(did) == []


def watching(program: Program) -> dict[str, str]:
    """The environment of who has a watch key and no more."""
    return {**LOCKED, "CERTVAULT_WATCH_KEY_FILE": str(new_watch_key(program.vault, program.folder / "watch.key"))}


def test_the_same_pin_twice_waits_once(program: Program) -> None:
    """With the passphrase: told as here already, and no event. For another holder or provider it is another PIN."""
    (first,) = note(program, "Kaya-1", "Kaya").document["links"]
    (again,) = note(program, "Kaya-1", "Kaya", "--provider", "vhv").document["links"]
    assert (again["id"], first["duplicate"], again["duplicate"]) == (first["id"], False, True)
    told = program.run("ingest", "--pin-stdin", "--holder", "Kaya", stdin=b"Kaya-1\n").out
    assert "1 was here already." in told
    assert "sealed" not in told
    others = [("Kaya-2", "Kaya", "vhv"), ("Kaya-2", "Kaya", "tgic"), ("Kaya-1", "Schmidt", "vhv")]
    for pin, holder, provider in others:
        assert note(program, pin, holder, "--provider", provider).document["links"][0]["duplicate"] is False
    events = program.run("audit", "--secrets", "--json").document["events"]
    assert [event["what"] for event in events].count("pin-waiting") == 1 + len(others)


def test_copies_are_used_up_together(program: Program) -> None:
    """What a watch key could not see to be the same: once the pair is stored none waits, by whatever way it came."""
    locked = watching(program)
    for pin in ("Kaya-1", "Kaya-1", "Kaya-2"):
        program.run("ingest", "--pin-stdin", "--holder", "Kaya", stdin=pin.encode(), env=locked)
    assert len(program.run("links", "--json").document["links"]) == 3
    path = program.folder / "kaya.p12"
    path.write_bytes(pair("Deniz Kaya", "Kaya-1"))
    one = stored(program.run("add", path, "--holder", "Kaya", "--pin-stdin", "--json", stdin=b"Kaya-1\n").document)
    (left,) = program.run("links", "--json").document["links"]
    used = [event for event in program.run("audit", "--json").document["events"] if event["what"] == "pin-matched"]
    assert [event["pair"] for event in used] == [one["id"], one["id"]]
    assert left["id"] not in {event["link"] for event in used}
    assert program.run("audit", "--verify").code == 0


def test_two_files_with_one_self_chosen_pin_take_it_twice(program: Program) -> None:
    """Noted once it serves one of them; the other is told as waiting, and the same PIN, noted again, opens it."""
    both = {file(program, "Deniz Kaya", "Chosen-1", "Kaya"), file(program, "Kaya", "Chosen-1", "Kaya", "vhv")}
    results = []
    for left in (1, 0):
        assert note(program, "Chosen-1", "Kaya").document["links"][0]["duplicate"] is False
        results += program.run("fetch", "--waiting", "--json").document["results"]
        assert len(program.run("links", "--json").document["links"]) == left
    assert ({one["link"] for one in results}, [one["ok"] for one in results]) == (both, [True, True])
    assert len(program.run("list", "--json").document["pairs"]) == 2


def test_a_file_that_meets_takes_all_copies(program: Program) -> None:
    """``fetch --waiting``: one pair, nothing left, nobody too late."""
    locked = watching(program)
    for _ in range(2):
        program.run("ingest", "--pin-stdin", "--holder", "Kaya", stdin=b"Kaya-1", env=locked)
    file(program, "Deniz Kaya", "Kaya-1", "Kaya")
    (result,) = program.run("fetch", "--waiting", "--json").document["results"]
    assert result["ok"] is True
    assert program.run("links", "--json").document["links"] == []


@pytest.mark.parametrize("text", ["{passphrase}", "{passphrase} 2026pin"])
@pytest.mark.parametrize("locked", [False, True])
def test_the_passphrase_never_waits(text: str, locked: bool, program: Program) -> None:
    """Refused at once, with a watch key too; nothing is kept, and no word of it is taken for a PIN."""
    passphrase = PASSPHRASE.reveal()
    if "2026" in text:
        more = program.folder / "more"
        more.write_text(text.format(passphrase=passphrase) + "\n", "utf-8")
        assert program.run("keys", "add", "passphrase", "--name", "x", "--new-passphrase-file", more).code == 0
    environment = watching(program) if locked else {}
    given = text.format(passphrase=passphrase).encode()
    answer = program.run("ingest", "--pin-stdin", "--holder", "Kaya", "--json", stdin=given, env=environment)
    assert (answer.error["code"], answer.error["type"]) == (9, "passphrase-as-pin")
    assert "not kept" in answer.error["message"]
    assert program.run("links", "--all", "--json").document["links"] == []
    assert program.run("holders", "list", "--json").document["holders"] == []


def test_show_tells_what_waits(program: Program) -> None:
    """Of a file its PIN, of a PIN its file, of a holder and of his certificate both; in German too."""
    waiting = file(program, "Deniz Kaya", "Kaya-1", "Kaya")
    (pin,) = note(program, "Kaya-9", "Kaya").document["links"]
    shown_file, shown_pin = program.run("show", waiting).out, program.run("show", pin["id"]).out
    assert (pin["id"][:6] in shown_file, waiting[:6] in shown_pin) == (True, True)
    assert program.run("show", waiting, "--json").document["link"].keys() >= LINK
    card = program.run("show", "kaya", "--lang", "de").out
    assert "PIN ist da, Link oder Datei fehlt" in card or pin["id"][:6] in card
    path = program.folder / "kaya.p12"
    path.write_bytes(pair("Deniz Kaya", "Kaya-2"))
    program.run("add", path, "--holder", "Kaya", "--provider", "generic", "--pin-stdin", stdin=b"Kaya-2\n")
    told = program.run("show", "kaya").out
    assert pin["id"][:6] in told
    assert "Fingerprint" in told
    assert program.run("show", "kaya", "--json").document.keys() == {"pair"}
    assert program.run("show", "nobody", "--json").error["type"] == "not-found"


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
