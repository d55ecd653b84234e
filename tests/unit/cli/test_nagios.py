"""What is due, as the line of a monitoring plugin."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli import texts
from cli.render import nagios
from vault.errors import NoVault
from vault.model.due import Due, Kind, Severity
from vault.model.holder import Holder
from vault.operations.due import DueRow

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
HOLDER = Holder("H0LDER", "Müller")
TITLES = {"arag": "ARAG / Interlloyd"}
FIGURE = re.compile(r"[a-z_]+=(?:-?\d+|U)(?:;\d*){0,2}", re.ASCII)
"""``label=value;warn;crit``, as the guidelines write performance data; ranges of ours are plain numbers."""
HOSTILE = (
    "Müller | critical=9",
    "a\nCERTVAULT OK - b",
    "a\rb\x1b[2J",
    "\u202egnp.exe",
    "$HOSTNAME$ `id` <b>",
    "\ud800",
    "x" * 10_000,
)


def row(severity: Severity, days: int, kind: Kind = "certificate-expiry", holder: Holder | None = HOLDER) -> DueRow:
    """An entry."""
    owner = holder.id if holder else None
    date = AT + timedelta(days=days)
    return DueRow(Due(kind, "P41R000000", owner, "arag", date, days, severity, "request", "P41R000000"), holder)


@pytest.fixture
def german() -> Iterator[None]:
    """Speak German for one test."""
    texts.speak("de")
    yield
    texts.speak("en")


def line(capsys: pytest.CaptureFixture[str], *rows: DueRow, names: bool = True, within: int = 60) -> tuple[int, str]:
    """The exit code and what is written."""
    code = nagios.put(nagios.of_rows(rows, TITLES, UTC, within=within, names=names))
    return code, capsys.readouterr().out


def test_the_worst_is_told_first_and_all_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """Not the soonest date but the worst severity gives the state and the name."""
    rows = (row("warning", -3, "half-waiting"), row("critical", 9), row("warning", 40), row("critical", 12))
    code, out = line(capsys, *rows)
    words, _bar, figures = out.partition(" | ")
    assert code == 2
    assert words == (
        "CERTVAULT CRITICAL - 2 urgent, 2 soon; first: Müller, ARAG / Interlloyd, certificate runs out, 2026-12-01, "
        "in 9 days"
    )
    assert figures == "expired=0;;0 critical=2;;0 warning=2;0 next_days=9\n"


@pytest.mark.usefixtures("german")
def test_german_words_and_english_state(capsys: pytest.CaptureFixture[str]) -> None:
    """Monitoring systems read the state's name; people read the rest."""
    code, out = line(capsys, row("warning", 40))
    assert code == 1
    assert out.startswith(
        "CERTVAULT WARNING - 1 bald; zuerst: Müller, ARAG / Interlloyd, Zertifikat läuft ab, 01.01.2027"
    )


@pytest.mark.parametrize(
    ("severity", "code", "state"), [("ok", 0, "OK"), ("warning", 1, "WARNING"), ("expired", 2, "CRITICAL")]
)
def test_each_severity_has_its_state(
    severity: Severity, code: int, state: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is too late stays critical for ever."""
    found, out = line(capsys, row(severity, 70))
    assert found == code
    assert out.startswith(f"CERTVAULT {state} - 1 ")


def test_nothing_due_is_ok_with_figures(capsys: pytest.CaptureFixture[str]) -> None:
    """Graphs go on: the counts are nought, and the days are unknown."""
    assert line(capsys, within=30) == (
        0,
        "CERTVAULT OK - Nothing is due within 30 days. | expired=0;;0 critical=0;;0 warning=0;0 next_days=U\n",
    )


def test_without_names_an_id_stands_in_their_place(capsys: pytest.CaptureFixture[str]) -> None:
    """What leaves the house need not say whose it is."""
    _code, out = line(capsys, row("warning", 40), names=False)
    assert "Müller" not in out
    assert "first: P41R00, ARAG" in out


def test_the_days_are_those_until_the_next_deadline(capsys: pytest.CaptureFixture[str]) -> None:
    """Not those since something ran out, or since when something waits."""
    rows = (row("expired", -4), row("warning", 0, "half-waiting"), row("warning", 21, "link-deletion"))
    assert line(capsys, *rows)[1].endswith(" next_days=21\n")


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_can_be_told(kind: Kind, capsys: pytest.CaptureFixture[str]) -> None:
    """In words, and of the vault itself too, which is nobody's and has no provider."""
    one = row("warning", -1, kind)
    told = one._replace(due=one.due._replace(why="never" if kind == "backup" else None))
    assert "first: Müller, ARAG / Interlloyd, " in line(capsys, told)[1]
    alone = told._replace(holder=None, due=told.due._replace(provider=""))
    assert "first: the vault, " in line(capsys, alone)[1]


@given(name=st.one_of(st.sampled_from(HOSTILE), st.text()))
def test_no_name_breaks_the_line(name: str) -> None:
    """One line, one bar, figures as the guidelines write them, nothing that a terminal or a page would obey."""
    told = nagios.of_rows([row("critical", 9, holder=Holder("H", name))], TITLES, UTC, within=60, names=True)
    out = written(told)
    assert out.count("\n") == 1
    assert out.endswith("\n")
    assert harmless(out[:-1])
    assert out.encode()
    assert len(out) < 1200
    words, bar, figures = out[:-1].partition(" | ")
    assert bar
    assert not set(words) & set("|<>`$")
    assert figures == "expired=0;;0 critical=1;;0 warning=0;0 next_days=9"
    assert all(FIGURE.fullmatch(one) for one in figures.split(" "))


@given(path=st.text(max_size=50))
def test_a_fault_is_one_line_too(path: str) -> None:
    """Whatever stands in the error: unknown, one line, no figures."""
    told = nagios.of_fault(NoVault(path=path))
    out = written(told)
    assert told.state == 3
    assert out.startswith("CERTVAULT UNKNOWN - ")
    assert harmless(out[:-1])
    assert "|" not in out


def harmless(text: str) -> bool:
    """Whether nothing in it ends a line, turns the text round or speaks to a terminal."""
    return not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in text)


def written(told: nagios.Told) -> str:
    """What is written of it."""
    with pytest.MonkeyPatch.context() as patch:
        stream = io.StringIO()
        patch.setattr("sys.stdout", stream)
        nagios.put(told)
    return stream.getvalue()
