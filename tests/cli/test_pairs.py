"""What is there, what is due, and handing out."""

from __future__ import annotations

import hashlib
import stat
from datetime import UTC, datetime

import pytest

from tests.cli.desk import Desk, pair
from tests.cli.program import Answer, Program
from tests.cli.shapes import DUE, FILE, PAIR, stored
from tests.support.vaults import new_watch_key


def add(program: Program, name: str, pin: str, *, days: int = 365, since: int = 1, holder: str = "") -> str:
    """Store a certificate; gives the pair's id."""
    file = program.folder / f"{name}-{days}.p12"
    file.write_bytes(pair(name, pin, days=days, since=since))
    answer = program.run("add", file, "--holder", holder or name, "--pin-stdin", "--json", stdin=pin.encode())
    return str(stored(answer.document)["id"])


def german(program: Program, *arguments: object) -> Answer:
    """The same in German."""
    return program.run(*arguments, env={"CERTVAULT_LANG": "de"})


def test_list_shows_what_runs_out_first(program: Program) -> None:
    """Current pairs by their last day; ``--all`` has the superseded ones too; words narrow it."""
    late, soon = add(program, "Kaya & Söhne", "Pin1"), add(program, "Müller GmbH", "Pin2", days=20, since=300)
    document = program.run("list", "--json").document
    assert document.keys() == {"pairs"}
    assert [one["id"] for one in document["pairs"]] == [soon, late]
    assert all(one.keys() == PAIR for one in document["pairs"])
    newer = add(program, "Müller GmbH", "Pin3")
    assert soon not in program.run("list", "--json").out
    every = program.run("list", "--all", "--json", "mueller").document["pairs"]
    assert {one["id"]: one["superseded_by"] for one in every} == {soon: newer, newer: None}


def test_list_for_people(program: Program) -> None:
    """One line a pair where it is piped, with short id, name and day; a narrow terminal is kept to."""
    identity = add(program, "Kaya & Söhne Versicherungsmakler Partnerschaft mbB", "Pin1", days=20)
    lines = german(program, "list").out.splitlines()
    assert len(lines) == 2
    assert lines[1].startswith(identity[:6])
    assert "in 20 Tagen" in lines[1]
    narrow = program.type("list", answers=[], columns=60)
    assert max(map(len, narrow.out.splitlines())) <= 60
    assert "Partnerschaft" in narrow.out


def test_an_empty_list_says_what_to_do(program: Program) -> None:
    """Nothing there is an answer, not an error."""
    assert "certvault links" in program.run("list").out


def test_show_has_all_but_the_pin(program: Program) -> None:
    """PAIR for scripts, all facts for people; the PIN in neither."""
    identity = add(program, "Müller GmbH", "Ab3xMARKED")
    document = program.run("show", "müller", "--json").document
    assert document.keys() == {"pair"}
    assert document["pair"].keys() == PAIR
    people = german(program, "show", identity)
    assert document["pair"]["fingerprint"] in people.out
    assert "Zertifikatsinhaber" in people.out
    assert "MARKED" not in people.out


@pytest.mark.parametrize("command", ["show", "history", "pin"])
def test_an_unknown_pair_is_not_found(program: Program, command: str) -> None:
    """Code 6, with the name that was asked for."""
    error = program.run(command, "nobody", "--json").error
    assert (error["code"], error["type"], error["name"]) == (6, "not-found", "nobody")


def test_history_tells_who_had_it(program: Program) -> None:
    """The pairs of the lineage and the events on them, with who did it and for whom."""
    old = add(program, "Müller GmbH", "Pin1", days=20, since=300)
    new = add(program, "Müller GmbH", "Pin2")
    program.run("pin", "müller", "--to", "Frau Kaya")
    document = program.run("history", old, "--json").document
    assert document.keys() == {"lineage", "pairs", "events"}
    assert [one["id"] for one in document["pairs"]] == [new, old]
    shown = next(one for one in document["events"] if one["what"] == "pin-shown")
    assert (shown["pair"], shown["details"]["to"], shown["slot"]) == (new, "Frau Kaya", "passphrase")
    assert "Frau Kaya" in program.run("history", new).out
    assert "PIN gezeigt" in german(program, "history", new).out


def test_due_has_its_keys_and_the_soonest_first(desk: Desk) -> None:
    """Certificates and links in one list: what, when, how urgent, and what to do with which record."""
    program = desk.program
    certificate = add(program, "Kaya & Söhne", "Pin1", days=10)
    add(program, "Late GmbH", "Pin2", days=300)
    desk.link("Müller GmbH", "Pin3")
    document = program.run("due", "--json").document
    assert document.keys() == {"at", "due"}
    assert abs(datetime.fromisoformat(document["at"]) - datetime.now(UTC)).total_seconds() < 60
    first, second = document["due"]
    assert first.keys() == second.keys() == DUE
    assert (first["kind"], first["id"], first["days_left"]) == ("certificate-expiry", certificate, 10)
    assert (first["holder"], first["severity"]) == ("Kaya & Söhne", "critical")
    assert first["next"] == {"do": "request", "ref": certificate}
    assert (second["kind"], second["days_left"]) == ("link-deletion", 17)
    assert second["next"] == {"do": "ask-pin", "ref": second["id"]}
    assert first["date"].endswith("Z")
    assert len(program.run("due", "--within", "10", "--json").document["due"]) == 1
    assert len(program.run("due", "--within", "300", "--json").document["due"]) == 3


def test_due_for_people_says_it_in_words(desk: Desk) -> None:
    """Urgency stands in a word, the next step is a command to copy, in table and narrow lines alike."""
    desk.link("Müller GmbH", "Pin1")
    key = new_watch_key(desk.program.vault, desk.program.folder / "watch.key")
    table = german(desk.program, "due", "--watch-key-file", key).out
    assert "bald" in table
    assert "in 17 Tagen" in table
    assert "certvault fetch " in table
    lines = desk.program.type("due", answers=[], columns=70).out
    assert "soon" in lines
    assert max(map(len, lines.splitlines())) <= 70


def test_nothing_due_is_an_answer(program: Program) -> None:
    """An empty list is said, code 0."""
    answer = program.run("due", "--within", "1")
    assert (answer.code, answer.out) == (0, "Nothing is due within 1 day.\n")


def test_the_morning_page_names_the_command(desk: Desk) -> None:
    """What needs somebody today, each with its command; nothing is an answer too."""
    program = desk.program
    assert "Nichts wartet auf Sie" in german(program).out
    desk.link("Müller GmbH", "Pin1")
    page = german(program).out
    assert "1 Sache wartet auf Sie" in page
    assert "certvault fetch " in page


def test_no_colour_where_nobody_looks_or_wants_it(desk: Desk) -> None:
    """Piped or with NO_COLOR there is no escape sequence."""
    desk.link("Müller GmbH", "Pin1")
    assert "\x1b" not in desk.program.run("due").out
    assert "\x1b" not in desk.program.type("due", answers=[], env={"NO_COLOR": "1"}).out


def test_export_writes_the_issuers_bytes(program: Program) -> None:
    """The very file, for its owner alone, in a folder that is made; again it is unchanged; the PIN is not beside it."""
    identity = add(program, "Müller GmbH", "Ab3xMARKED")
    original = (program.folder / "Müller GmbH-365.p12").read_bytes()
    document = program.run("export", "müller", "--to", "out/here", "--ending", "pfx", "--json").document
    (file,) = document["files"]
    assert document["head"] == program.run("audit").out.split()[-1]
    assert file.keys() == FILE
    assert (file["target"], file["flavour"]) == (None, "original")
    assert (file["pair"], file["unchanged"]) == (identity, False)
    assert file["sha256"] == hashlib.sha256(original).hexdigest()
    path = program.folder / file["path"]
    assert path.suffix == ".pfx"
    assert path.read_bytes() == original
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = program.run("export", identity, "--to", "out/here", "--ending", "pfx", "--json").document
    assert again["files"][0]["unchanged"] is True
    assert list(path.parent.iterdir()) == [path]


def test_export_overwrites_nothing(program: Program) -> None:
    """Another file of that name stays: code 15."""
    add(program, "Müller GmbH", "Pin1")
    path = program.folder / program.run("export", "müller", "--to", ".", "--json").document["files"][0]["path"]
    path.write_bytes(b"something else")
    assert program.run("export", "müller", "--to", ".", "--json").error["code"] == 15
    assert path.read_bytes() == b"something else"


def test_pin_shows_the_pin_and_nothing_else(program: Program) -> None:
    """On standard output only the PIN, so that a script can take it."""
    add(program, "Müller GmbH", "Ab3x")
    assert program.run("pin", "müller") == Answer(0, "Ab3x\n", "")
    assert program.run("pin", "müller", "--json").document == {"pin": "Ab3x"}


def test_a_name_that_the_certificate_does_not_know_is_told(program: Program) -> None:
    """Names are not sealed with the pair: who hands it out sees whose certificate it says to be."""
    add(program, "Müller GmbH", "Ab3x", holder="Petra Schmidt")
    for answer in (program.run("pin", "schmidt"), program.run("export", "schmidt", "--to", ".")):
        assert "Mind: it is filed under Petra Schmidt; the certificate itself says CN=Müller GmbH" in answer.err


def test_pin_is_spelled_in_the_language_of_the_listener(program: Program) -> None:
    """Capital and small are told apart, letters by the alphabet that people use."""
    add(program, "Müller GmbH", "Ab3-")
    spelled = german(program, "pin", "müller", "--spell").out
    assert "GROSSES A – Aachen" in spelled
    assert "kleines b – Berlin" in spelled
    assert "Ziffer 3" in spelled
    assert "Bindestrich" in spelled
    assert "CAPITAL A – Alfa" in program.run("pin", "müller", "--spell").out


def test_a_pin_that_cannot_be_copied_is_not_shown_instead(program: Program) -> None:
    """Without a desktop ``--copy`` is an error, and the PIN stays hidden."""
    add(program, "Müller GmbH", "Ab3xMARKED")
    answer = program.run("pin", "müller", "--copy")
    assert answer.code != 0
    assert "MARKED" not in answer.out + answer.err


def test_a_damaged_vault_is_code_5(program: Program) -> None:
    """A changed slot file is told, and nothing is opened."""
    slots = program.vault / "keyslots.json"
    slots.write_text(slots.read_text()[:-20])
    assert program.run("list", "--json").error["code"] == 5
    assert program.run("keys", "list", "--json").error["code"] == 5
