"""The sheet that goes with a certificate: all that a broker needs, except the PIN."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.attacks.attacker import plain_sql, register_key_of
from tests.cli.desk import pair
from tests.cli.program import Program
from tests.cli.shapes import stored
from tests.cli.test_pairs import add, german
from tests.support import pdf as read

PIN = "M4rked-hK7p"
LONG = "Vermögensschadenhaftpflichtversicherungsvermittlung Schäffer-Großkreutz & Söhne Makler Partnerschaft mbB"
SOFTWARE = ("original", "con-center", "vias", "keasy", "atlas", "java", "windows", "macos", "firefox", "pem")


def sheets(folder: Path) -> list[Path]:
    """The sheets in a folder."""
    return sorted(folder.glob("*.pdf"))


def written(program: Program, *arguments: object) -> bytes:
    """The one sheet that ``handover`` writes with these arguments."""
    document = program.run("handover", *arguments, "--to", "out", "--json").document
    (one,) = document["sheets"]
    return Path(program.folder / one["path"]).read_bytes()


def test_it_has_all_that_a_broker_needs(program: Program) -> None:
    """In German unless set: what it is, for whom, until when, its file, the steps, its fingerprint, and whom to ask."""
    identity = add(program, "Schäffer, René", PIN)
    program.run("config", "set", "agency", "Sommer GmbH, 0211 1234-0")
    program.run("config", "set", "office", "zertifikate@sommer.example")
    program.run("holders", "edit", "schäffer", "--responsible", "Petra Kaya")
    answer = german(program, "handover", "schäffer", "--for", "keasy", "--to", "out")
    assert answer.code == 0, answer
    (file,) = sheets(program.folder / "out")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    data = file.read_bytes()
    row = program.run("show", identity, "--json").document["pair"]
    day = row["not_after"][:10].split("-")
    said = read.flowing(data)
    for text in (
        "Schäffer, René",
        "ARAG / Interlloyd",
        f"{int(day[2])}. ",
        f"Schäffer, René arag {row['not_after'][:10]} {identity[:6]}.pfx",
        "Keasy (zeitsprung)",
        "Die Endung .pfx muss bleiben",
        "Sommer GmbH, 0211 1234-0",
        "zertifikate@sommer.example",
        "Petra Kaya",
        identity[:6],
    ):
        assert text in said, text
    assert row["fingerprint"].upper() in said.replace(" ", "")
    assert "{" not in said
    assert read.info(data)["Pages"] == "1"
    assert read.on_the_page(data)


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_software_has_its_page(program: Program, language: str) -> None:
    """One page for each target profile, also with a long name; nothing overflows, and no field is left unfilled."""
    add(program, "Müller GmbH", PIN, holder=LONG)
    program.run("config", "set", "agency", "W" * 120)
    for software in SOFTWARE:
        data = written(program, "vermögens", "--for", software, "--lang", language)
        assert read.info(data)["Pages"] == "1", software
        assert read.on_the_page(data), software
        said = read.flowing(data)
        assert "{" not in said
        assert ("Fragen?" in said) == (language == "de")
        assert f"/Lang({language})".encode() in read.raw(data)
    assert len(sheets(program.folder / "out")) == len(SOFTWARE)


def test_an_agency_that_nobody_named_is_told(program: Program) -> None:
    """With the command that names it, as long as nobody did."""
    add(program, "Müller GmbH", PIN)
    assert "certvault config set agency" in program.run("handover", "müller", "--to", "out").out
    program.run("config", "set", "agency", "Sommer GmbH")
    assert "config set" not in program.run("handover", "müller", "--to", "out", "--for", "vias").out


def test_no_pin_is_in_it(program: Program) -> None:
    """Not in its text, its metadata, nor anywhere in its bytes and unpacked streams; no link leads out of it."""
    add(program, "Müller GmbH", PIN)
    data = written(program, "müller", "--for", "con-center")
    raw = read.raw(data)
    for found in (read.text(data), str(read.info(data)), raw.decode("latin-1"), raw.decode("utf-16-be", "ignore")):
        assert "M4rked" not in found
    for spelled in (PIN.encode("utf-16-be"), PIN.encode().hex().encode(), PIN.encode("utf-16-be").hex().encode()):
        assert spelled not in raw.lower()
        assert spelled not in raw
    assert b"/URI" not in raw
    assert b"did=" not in raw
    letter = program.run("pin", "müller", "--letter", "letter.pdf")
    assert letter.code == 0
    assert PIN in read.text((program.folder / "letter.pdf").read_bytes()), "the search finds what is there"


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ('#import "x": * *b* $x$', '#import "x": * *b* $x$'),
        ("Kaya \U0001f600 GmbH", "Kaya <U+1F600> GmbH"),
        ("\u202eenéR", "<U+202E>enéR"),
        ("https://evil.example/did=1", "<URL>"),
        ("Kaya evil.example", "Kaya evil[.]example"),
    ],
    ids=["typst", "emoji", "bidi", "address", "host"],
)
def test_a_hostile_name_is_text(program: Program, name: str, printed: str) -> None:
    """It stands there as it is, or by its numbers, and leads nowhere, also where a reader makes links by itself."""
    file = program.folder / "x.p12"
    file.write_bytes(pair("Müller GmbH", PIN))
    assert program.run("add", file, "--holder", name, "--pin-stdin", stdin=PIN.encode()).code == 0
    data = written(program, program.run("list", "--json").document["pairs"][0]["id"])
    said = read.flowing(data)
    assert printed in said
    assert "://" not in said
    assert b"/URI" not in read.raw(data)


def test_the_successor_names_what_it_takes_the_place_of(program: Program) -> None:
    """Until when the old one is valid; and what is put away is told as that."""
    old = add(program, "Müller GmbH", "Pin1", days=20, since=300)
    add(program, "Müller GmbH", "Pin2", days=300)
    assert "das bisherige, gültig bis" in read.flowing(written(program, "müller"))
    assert "abgelöst" in read.flowing(written(program, old))


def test_several_at_once(program: Program) -> None:
    """All current ones of a holder; one that fails stops none of the others, code 8."""
    add(program, "Müller GmbH", "Pin1", days=20, since=300)
    first, second = add(program, "Müller GmbH", "Pin2"), _second(program)
    document = program.run("handover", "--holder", "müller", "--to", "out", "--json").document
    assert {one["pair"] for one in document["sheets"]} == {first, second}
    assert document["failed"] == []
    again = program.run("handover", "--holder", "müller", "--to", "out", "--json").document
    assert all(one["unchanged"] for one in again["sheets"]), "the same day it is the same sheet"
    sheets(program.folder / "out")[0].write_bytes(b"mine")
    partly = program.run("handover", first, second, "--to", "out")
    assert partly.code == 8
    assert "Not done: 1 of 2." in partly.err
    assert sheets(program.folder / "out")[0].read_bytes() == b"mine"


def _second(program: Program) -> str:
    """A certificate of the same holder for something else."""
    file = program.folder / "second.p12"
    file.write_bytes(pair("Müller Filiale", "Pin3"))
    more = ("--holder", "Müller GmbH", "--separate", "--purpose", "Filiale", "--pin-stdin", "--json")
    answer = program.run("add", file, *more, stdin=b"Pin3")
    return str(stored(answer.document)["id"])


def test_it_is_on_record(program: Program) -> None:
    """Which pair, for what, to whom and where."""
    identity = add(program, "Müller GmbH", PIN)
    path = written(program, "müller", "--for", "vias", "--recipient", "Frau Kaya") and sheets(program.folder / "out")[0]
    event = program.run("audit", "--json").document["events"][-1]
    assert (event["what"], event["pair"]) == ("sheet-written", identity)
    assert event["details"] == {"profile": "vias", "to": "Frau Kaya", "path": str(path)}
    assert program.run("audit", "--verify").code == 0


def test_it_does_not_lie_with_the_pin(program: Program) -> None:
    """Where a letter with its PIN is, it is refused unless that is said; and no letter is written beside it."""
    add(program, "Müller GmbH", PIN)
    (program.folder / "post").mkdir()
    assert program.run("pin", "müller", "--letter", "post").code == 0
    assert program.run("handover", "müller", "--to", "post", "--json").error["type"] == "pin-beside"
    assert len(sheets(program.folder / "post")) == 1
    assert program.run("handover", "müller", "--to", "post", "--same-folder").code == 0
    assert program.run("handover", "müller", "--to", "out").code == 0
    assert program.run("pin", "müller", "--letter", "out", "--json").error["type"] == "pin-beside"


def test_what_is_wrong_is_said_before_anything_is_written(program: Program) -> None:
    """An unknown software with those that are close, nobody named, both ways named, somebody who has none."""
    add(program, "Müller GmbH", PIN)
    program.run("holders", "add", "Kaya")
    error = program.run("handover", "müller", "--for", "keasi", "--to", "out", "--json").error
    assert "keasy" in error["message"] + error["hint"]
    assert program.run("handover", "--to", "out").code == 2
    assert program.run("handover", "müller", "--holder", "müller", "--to", "out").code == 2
    assert program.run("handover", "--holder", "kaya", "--to", "out").code == 6
    assert not (program.folder / "out").exists()


def test_a_watch_key_is_not_enough(program: Program) -> None:
    """What stands on a sheet is compared with what was sealed, which takes the passphrase."""
    add(program, "Müller GmbH", PIN)
    program.run("keys", "add", "watch", "--watch-key-file", "watch.key")
    env = {"CERTVAULT_PASSPHRASE_FILE": "", "CERTVAULT_WATCH_KEY_FILE": "watch.key"}
    assert program.run("handover", "müller", "--to", "out", env=env).code == 3


def test_what_was_changed_past_the_program_reaches_no_sheet(program: Program) -> None:
    """A later end, set by whoever has the register key: code 5, and no sheet tells it."""
    identity = add(program, "Müller GmbH", PIN)
    with plain_sql(program.vault, register_key_of(program.vault)) as connection:
        connection.execute("UPDATE pair SET not_after = not_after + 86400 WHERE id = ?", (identity,))
    error = program.run("handover", "müller", "--to", "out", "--json").error
    assert error["code"] == 5
    assert sheets(program.folder / "out") == []
