"""A PIN as a letter: in it alone, and never where the file lies."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cli.render.months import written_out
from cli.texts import spoken
from tests.cli.desk import pair
from tests.cli.program import Program
from tests.cli.test_pairs import add, german
from tests.support import pdf as read

PIN = "hK7p-Q2O0l1I"
SPELLED = {
    "de": ("kleines h – Hamburg", "GROSSES K – Köln", "Ziffer 7", "Bindestrich", "GROSSES O – Offenbach", "Ziffer 0"),
    "en": ("small h – Hotel", "CAPITAL K – Kilo", "figure 7", "hyphen", "CAPITAL O – Oscar", "figure 0"),
}


def letters(folder: Path) -> list[Path]:
    """The letters in a folder."""
    return sorted(folder.glob("*.pdf"))


def told(program: Program) -> list[tuple[str, dict[str, str]]]:
    """What the audit log has of the PIN."""
    events = program.run("audit", "--secrets", "--json").document["events"]
    return [(one["what"], one["details"]) for one in events if one["what"].startswith("pin-")]


def test_it_has_the_pin_large_and_spelled(program: Program) -> None:
    """German unless set, on one page; for whom, from whom, until when; and on the terminal nothing of the PIN."""
    identity = add(program, "Schäffer, René", PIN)
    program.run("config", "set", "agency", "Sommer GmbH, 0211 1234-0")
    answer = program.run("pin", "schäffer", "--letter", "letter.pdf", "--to", "Herr Schäffer")
    assert answer.code == 0
    assert PIN not in answer.out + answer.err
    file = program.folder / "letter.pdf"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    data = file.read_bytes()
    said = read.flowing(data)
    for text in (PIN, *SPELLED["de"], "Schäffer, René", "ARAG / Interlloyd", identity[:6], "0211 1234-0"):
        assert text in said, text
    assert read.info(data)["Pages"] == "1"
    assert read.on_the_page(data)
    largest = max(read.words(data), key=lambda word: word.bottom - word.top)
    assert largest.text == PIN


def test_the_attempt_is_on_disk_before_and_the_way_is_told(program: Program) -> None:
    """Two events with path, person and way, whatever becomes of the letter."""
    add(program, "Müller GmbH", PIN)
    assert program.run("pin", "müller", "--letter", "a.pdf", "--to", "Frau Kaya").code == 0
    path = str(program.folder / "a.pdf")
    details = {"to": "Frau Kaya", "path": path, "way": "letter"}
    assert told(program) == [("pin-attempt", details), ("pin-shown", details)]


def test_language(program: Program) -> None:
    """``--lang``, else the setting; what the terminal speaks is nothing to the broker."""
    add(program, "Müller GmbH", PIN)
    assert program.run("pin", "müller", "--letter", "a.pdf", "--lang", "en").code == 0
    program.run("config", "set", "language", "en")
    assert german(program, "pin", "müller", "--letter", "b.pdf").code == 0
    for name in ("a.pdf", "b.pdf"):
        data = (program.folder / name).read_bytes()
        assert all(text in read.flowing(data) for text in SPELLED["en"])
        assert b"/Lang(en)" in read.raw(data)


@pytest.mark.parametrize(("language", "said"), [("de", "1. März 2027"), ("en", "1 March 2027")])
def test_a_day_on_paper_is_in_one_piece(language: str, said: str) -> None:
    """Its month written out, in the vault's time zone, and no line ends within it."""
    with spoken(language):
        day = written_out(datetime(2027, 2, 28, 23, 30, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
    assert day == said.replace(" ", "\N{NO-BREAK SPACE}")


def test_a_folder_gets_a_letter_by_its_holder(program: Program) -> None:
    """Named so that it is found, and never over another one."""
    identity = add(program, "Müller GmbH", PIN)
    (program.folder / "Post").mkdir()
    document = program.run("pin", "müller", "--letter", "Post", "--json").document
    (file,) = letters(program.folder / "Post")
    assert document == {"letter": f"Post/{file.name}", "pair": identity}
    assert file.name == f"PIN Müller GmbH arag {identity[:6]}.pdf"
    assert program.run("pin", "müller", "--letter", "Post", "--json").error["code"] == 15
    assert len(told(program)) == 2, "the second time nothing was opened"
    assert program.run("pin", "müller", "--letter", "New/Folder/").code == 0
    assert [one.name for one in letters(program.folder / "New" / "Folder")] == [file.name]


def test_it_does_not_lie_with_the_file(program: Program) -> None:
    """Where the certificate was written to it is refused before the PIN is opened, unless that is said."""
    add(program, "Müller GmbH", PIN)
    program.run("export", "müller", "--to", "out")
    error = program.run("pin", "müller", "--letter", "out", "--json").error
    assert (error["code"], error["type"]) == (2, "pin-beside")
    (program.folder / "way").symlink_to("out")
    assert program.run("pin", "müller", "--letter", "way/x.pdf").code == 2
    assert letters(program.folder / "out") == []
    assert told(program) == []
    assert program.run("pin", "müller", "--letter", "out", "--same-folder").code == 0
    assert program.run("pin", "müller", "--letter", ".").code == 0
    (exported,) = (program.folder / "out").glob("*.p12")
    exported.unlink()
    assert program.run("pin", "müller", "--letter", "out/again.pdf").code == 0


@pytest.mark.parametrize(
    "pin",
    ["Ä ö" * 21 + "ß", "x" * 20, "x" * 21, "W" * 64, "-" * 40, '#"*_$\\<x>', " a ", "Ωmega"],
    ids=["umlauts", "one-line", "two-lines", "wide", "hyphens", "markup", "blanks", "greek"],
)
def test_every_pin_stands_there_to_the_letter(program: Program, pin: str) -> None:
    """However long and whatever is in it: whole, within the page, blanks as a sign that is explained."""
    file = program.folder / "x.p12"
    file.write_bytes(pair("Müller GmbH", pin))
    exact = program.run("add", file, "--holder", "Müller", "--pin-stdin", "--pin-exact", stdin=pin.encode())
    assert exact.code == 0, exact
    assert program.run("pin", "müller", "--letter", "a.pdf").code == 0
    data = (program.folder / "a.pdf").read_bytes()
    assert pin.replace(" ", "␣") in "".join(word.text for word in read.words(data))
    assert ("steht für ein Leerzeichen" in read.flowing(data)) == (" " in pin)
    assert read.on_the_page(data)


@pytest.mark.parametrize("pin", ["Pin-\U0001f600", "a\u200bb", "a\tb", "␣"], ids=["emoji", "unseen", "tab", "sign"])
def test_what_cannot_be_printed_to_the_letter_is_refused(program: Program, pin: str) -> None:
    """Code 2, no letter, and the PIN is not quoted."""
    file = program.folder / "x.p12"
    file.write_bytes(pair("Müller GmbH", pin))
    assert program.run("add", file, "--holder", "Müller", "--pin-stdin", stdin=pin.encode()).code == 0
    answer = program.run("pin", "müller", "--letter", "a.pdf", "--json")
    assert (answer.error["code"], answer.error["type"]) == (2, "not-printable")
    assert pin not in answer.out + answer.err
    assert letters(program.folder) == []


def test_what_means_nothing_together(program: Program) -> None:
    """Refused before anything is opened."""
    add(program, "Müller GmbH", PIN)
    for arguments in (("--letter", "a.pdf", "--spell"), ("--letter", "a.pdf", "--copy"), ("--same-folder",)):
        assert program.run("pin", "müller", *arguments).code == 2
    assert program.run("pin", "müller", "--letter", "a.txt").code == 2
    assert told(program) == []


def test_whoever_is_forgotten_has_his_letters_and_sheets_named(program: Program) -> None:
    """They are not touched, but a person is told where they were written."""
    add(program, "Müller GmbH", PIN)
    program.run("pin", "müller", "--letter", "a.pdf")
    program.run("handover", "müller", "--to", "out")
    document = program.run("purge", "--forget", "müller", "--dry-run", "--json").document
    named = {Path(one).name for one in document["forgettable"]["files"]}
    assert named == {"a.pdf", *(one.name for one in letters(program.folder / "out"))}
