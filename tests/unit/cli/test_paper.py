"""Tables on paper of any width."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.render.paper import MEASURED, Cell, Column, Paper, columns_of

COLUMNS = (Column("Id"), Column("Holder", flexible=True), Column("Until"))


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """It is."""
        return True


def table(paper: Paper, *rows: tuple[str, ...]) -> list[str]:
    """The lines of a table."""
    paper.table(COLUMNS, ([Cell(text) for text in row] for row in rows))
    assert isinstance(paper.stream, io.StringIO)
    return paper.stream.getvalue().splitlines()


def terminal(monkeypatch: pytest.MonkeyPatch, width: int, **environment: str) -> Paper:
    """A terminal of some width."""
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"COLUMNS": str(width), **environment}.items():
        monkeypatch.setenv(name, value)
    return Paper(Terminal())


def test_piped_it_is_one_line_a_row_and_nothing_is_cut() -> None:
    """A script that reads it line by line finds each row whole, and no escape sequence."""
    long = "Kaya & Söhne Versicherungsmakler Partnerschaft mbB " * 9
    assert table(Paper(io.StringIO()), ("A1", long.strip(), "today"))[1:] == [f"A1  {long.strip()}  today"]


def test_piped_one_long_cell_does_not_widen_every_row() -> None:
    """What is short stays side by side; the long one only pushes what stands behind it in its own row."""
    long = "Versicherungsmakler " * 9
    lines = table(Paper(io.StringIO()), ("A1", long.strip(), "today"), ("A2", "Kaya", "today"))
    assert lines[2] == "A2  " + "Kaya".ljust(50) + "  today"


def test_on_a_terminal_it_keeps_to_the_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long cells go on below, and no word of them is lost."""
    lines = table(terminal(monkeypatch, 40, NO_COLOR="1"), ("A1", "Kaya & Söhne Versicherungsmakler", "2026-11-22"))
    assert max(map(columns_of, lines)) <= 40
    assert all(any(word in line for line in lines) for word in ("Kaya", "Versicherungsmakler", "2026-11-22"))


def test_a_title_stays_whole_as_long_as_cells_can_give_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where words must be broken, they are those of a cell."""
    paper = terminal(monkeypatch, 46, NO_COLOR="1")
    columns = (Column("Zertifikatsinhaber", flexible=True), Column("Ort", flexible=True), Column("Aussteller"))
    paper.table(columns, [[Cell("Kaya"), Cell("Portaladministrationsoberfläche"), Cell("VHV")]])
    assert isinstance(paper.stream, io.StringIO)
    lines = paper.stream.getvalue().splitlines()
    assert lines[0].split() == ["Zertifikatsinhaber", "Ort", "Aussteller"]
    assert max(map(columns_of, lines)) <= 46


@given(cells=st.lists(st.text("ab cü漢", max_size=30), min_size=1, max_size=5))
def test_no_character_is_lost(cells: list[str]) -> None:
    """Whatever stands in the cells stands on the paper, but for blanks at line ends."""
    lines = table(Paper(io.StringIO()), *(("X", cell, "Y") for cell in cells))
    for cell, line in zip(cells, lines[1:], strict=True):
        assert cell in line


def test_a_column_without_anything_is_left_out() -> None:
    """No title over nothing."""
    assert table(Paper(io.StringIO()), ("A1", "", "today"), ("B2", "", "")) == ["Id  Until", "A1  today", "B2"]


def test_a_table_of_any_length_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are written as they come, after the first ones were measured."""
    taken: list[int] = []

    def rows() -> object:
        for number in range(MEASURED * 3):
            taken.append(number)
            yield [Cell(str(number)), Cell("x"), Cell("y")]

    class Watching(io.StringIO):
        def write(self, text: str) -> int:
            if text.startswith("Id"):
                assert len(taken) == MEASURED
            return super().write(text)

    Paper(Watching()).table(COLUMNS, rows())  # type: ignore[arg-type]
    assert len(taken) == MEASURED * 3


@pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colour_can_be_declined(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    """NO_COLOR and a dumb terminal get none; another terminal does."""
    assert terminal(monkeypatch, 80).styled("x", "red") == "\x1b[31mx\x1b[0m"
    assert terminal(monkeypatch, 80, **{variable: value}).styled("x", "red") == "x"


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("ü", 1), ("u\u0308", 1), ("漢字", 4), ("", 0)])
def test_columns_are_counted_as_a_terminal_shows_them(text: str, width: int) -> None:
    """Combining marks take none, wide characters two."""
    assert columns_of(text) == width
