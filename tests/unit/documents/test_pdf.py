"""Documents as PDF: what other programs read in them, and what a hostile text can do."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import pdf as read
from vault.documents.blocks import Block, Code, Document, Facts, Groups, Heading, Paragraph, Spelling, Steps
from vault.documents.pdf import pdf
from vault.errors import NotPrintable
from vault.model.shown import shown

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
MARKUP = '#import "@preview/x:1.0.0": *  #read("/etc/passwd")  *b* _i_ `r` $x^2$ [c] @ref <label> \\ // = - + ~ --- ...'
"""All that typst reads otherwise than it stands there."""


def document(*blocks: Block, title: str = "Übergabe", language: str = "de") -> Document:
    """A document with these blocks."""
    return Document(
        title, language, "Sommer GmbH", "22. November 2026", "Zertifikat K7M2QX", "S. {page} v. {pages}", blocks
    )


EACH = (
    Paragraph("Dies ist „ein Satz“ – mit allem…"),
    Heading("Eine Überschrift"),
    Facts([("Für", "Schäffer, René"), ("Datei", "Schäffer, René arag 2027-11-21 00S8AY.p12")]),
    Groups([f"{number:04X}" for number in range(16)]),
    Steps(["Erstens.", "Zweitens."]),
    Code("hK7p-Q2xm"),
    Spelling([("h", "kleines h"), ("K", "GROSSES K")]),
)


def test_it_is_one_tagged_page_with_its_fonts_inside() -> None:
    """A4, tagged, of PDF/UA-1 and PDF/A-2a by its own word, its fonts embedded, in the language that it is in."""
    made = pdf(document(*EACH), at=AT)
    told = read.info(made)
    assert (told["Title"], told["Author"], told["Tagged"], told["Pages"]) == ("Übergabe", "Sommer GmbH", "yes", "1")
    assert told["Page size"].endswith("(A4)")
    assert read.fonts(made)
    assert all(read.fonts(made))
    raw = read.raw(made)
    assert b"<pdfuaid:part>1<" in raw
    assert b"<pdfaid:part>2<" in raw
    assert b"/Lang(de)" in raw
    assert b"/URI" not in raw
    assert b"/JavaScript" not in raw
    assert read.on_the_page(made)


def test_it_says_what_it_was_given() -> None:
    """Every text of every block, with umlauts, quotation marks and dashes, in its order."""
    said = read.flowing(pdf(document(*EACH), at=AT))
    place = 0
    for text in ("Sommer GmbH", "Übergabe", "„ein Satz“ – mit allem…", "Eine Überschrift", "Für", "Schäffer, René"):
        assert text in said[place:], text
        place = said.index(text, place)
    for text in ("0000 0001", "000F", "1. Erstens.", "2. Zweitens.", "hK7p-Q2xm", "GROSSES K", "Zertifikat K7M2QX"):
        assert text in said, text
    assert "v. 1" not in said


def test_several_pages_are_numbered() -> None:
    """Where there is more than one."""
    made = pdf(document(Steps([f"Schritt {number}." for number in range(80)])), at=AT)
    assert read.info(made)["Pages"] == "2"
    said = read.flowing(made)
    assert all(f"S. {page} v. 2" in said for page in (1, 2))
    assert read.on_the_page(made)


def test_the_same_words_and_moment_are_the_same_bytes() -> None:
    """In another process, time zone and folder too; another moment is another file."""
    program = (
        "import sys, pickle; from vault.documents.pdf import pdf;"
        "document, at = pickle.loads(sys.stdin.buffer.read()); sys.stdout.buffer.write(pdf(document, at=at))"
    )
    import pickle

    made = pdf(document(*EACH), at=AT)
    elsewhere = AT.astimezone(timezone(timedelta(hours=9)))
    again = subprocess.run(
        [sys.executable, "-c", program],
        input=pickle.dumps((document(*EACH), elsewhere)),
        env={"TZ": "Asia/Tokyo", "PYTHONPATH": ":".join(sys.path), "HOME": "/nonexistent"},
        capture_output=True,
        check=True,
    )
    assert again.stdout == made
    assert pdf(document(*EACH), at=AT + timedelta(seconds=1)) != made


def test_text_is_never_markup() -> None:
    """What is a program to typst stands there as it is, in every block and in the title."""
    blocks = (Paragraph(MARKUP), Heading(MARKUP), Facts([(MARKUP, MARKUP)]), Steps([MARKUP]), Groups([MARKUP]))
    made = pdf(document(*blocks, Code(MARKUP), Spelling([("*", MARKUP)]), title=MARKUP), at=AT)
    assert read.info(made)["Title"] == MARKUP
    said = read.flowing(made)
    assert said.count('#import "@preview/x:1.0.0": *') >= 6
    assert "root:" not in said


@pytest.mark.parametrize(
    "name",
    [
        "Xy" * 100,
        "Vermögensschadenhaftpflichtversicherungsvermittlungsgesellschaft" * 3,
        "a" * 33 + "-" + "B" * 150,
        "Müller " * 28,
        "Ünïcödé" * 28,
        "www." + "i" * 190,
        "WWWWMMMM" * 25,
        "W" * 34,
        "WwMm" * 7,
    ],
    ids=range(9),
)
def test_long_words_are_broken_and_none_is_cut(name: str) -> None:
    """A name of any length stands within the margins, whole, wherever it stands."""
    blocks = (Paragraph(name), Heading(name), Facts([("Für", name)]), Steps([name]), Code(name))
    made = pdf(document(*blocks, title=name), at=AT)
    assert read.on_the_page(made)
    whole = "".join(read.text(made).replace("\f", "").split())
    assert whole.count("".join(name.split())) == 6


def test_a_word_that_a_line_holds_stays_whole() -> None:
    """It goes to the next line, however little stands before it."""
    word = "Versicherungsvermittlungsgesellschaft"
    made = pdf(document(Steps([f"Klicken Sie doppelt auf die Datei Otto Long Finanz- und {word} für Gewerbe"])), at=AT)
    assert word in read.text(made)


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("Αθηνά Παπαδοπούλου", "Αθηνά Παπαδοπούλου"),
        ("Ирина Соколова", "Ирина Соколова"),
        ("Łukasz Świętokrzyski", "Łukasz Świętokrzyski"),
        ("Kaya \U0001f600", "Kaya <U+1F600>"),
        ("王小明", "<U+738B><U+5C0F><U+660E>"),
        ("A\0B", "A<U+0000>B"),
        ("\u202eReneh\u200b", "<U+202E>Reneh<U+200B>"),
        ("\ue000\ud800x", "<U+E000><U+D800>x"),
    ],
    ids=["greek", "cyrillic", "polish", "emoji", "chinese", "nul", "bidi", "private"],
)
def test_what_no_font_has_is_told_by_its_number(name: str, printed: str) -> None:
    """Nothing is left out and nothing turned round, and the rest of the document is as it was."""
    made = pdf(document(Facts([("Für", shown(name))]), Paragraph("Grüße")), at=AT)
    said = read.flowing(made)
    assert printed in said
    assert "Grüße" in said
    assert read.on_the_page(made)


def test_a_code_is_never_printed_otherwise_than_it_is() -> None:
    """One with a character that no font has is refused, and the error does not quote it."""
    with pytest.raises(NotPrintable) as error:
        pdf(document(Code("geheim\U0001f600")), at=AT)
    assert "geheim" not in repr(error.value) + str(error.value.__cause__) + str(error.value.__context__)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=80), min_size=4, max_size=4))
def test_any_text_becomes_a_document(texts: list[str]) -> None:
    """Whatever stands in it, as :func:`shown` lets it through."""
    one, two, three, four = map(shown, texts)
    assert pdf(document(Paragraph(one), Facts([(two, three)]), Steps([four]), title=f"Ü {one}"), at=AT).startswith(
        b"%PDF-"
    )
