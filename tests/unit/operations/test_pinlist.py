"""Lists of PINs: which row belongs to what, and which PINs a spreadsheet has spoilt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import BadPin, DamagedPin, NoPinColumn, TableNotReadable
from vault.operations import pinlist
from vault.operations.pinlist import PinList
from vault.tables import rows


def _read(text: str) -> PinList:
    return pinlist.read(rows(text.encode()))


def _pins(found: PinList) -> list[list[str]]:
    return [[pin.reveal() for pin in line.pins] for line in found.lines]


@pytest.mark.parametrize(
    "text",
    [
        "Datei;Inhaber;PIN\na.p12;Müller GmbH;Ab3x\n",
        "PIN;Inhaber;Dateiname\nAb3x;Müller GmbH;a.p12\n",
        "file,holder,password\na.p12,Müller GmbH,Ab3x\n",
        "Maklername\tPasswort\tZertifikatsdatei\tOrt\nMüller GmbH\tAb3x\tC:\\Certs\\A.P12\tUlm\n",
    ],
)
def test_titles_say_what_a_column_is(text: str) -> None:
    """German or English, in any order, separated by what people use; a path is taken for its file's name."""
    (line,) = _read(text).lines
    assert (line.file, line.holder, [pin.reveal() for pin in line.pins]) == ("a.p12", "Müller GmbH", ["Ab3x"])


def test_without_titles_the_contents_say_it() -> None:
    """File names by their endings; the PIN is the column of single words with letters and digits."""
    found = _read("a.p12;Müller GmbH;0170 1234567;Ab3xQ\nb.p12;Maier KG;0171 1234567;Tz4Wn\n")
    assert [line.file for line in found.lines] == ["a.p12", "b.p12"]
    assert _pins(found) == [["Ab3xQ"], ["Tz4Wn"]]


def test_what_has_no_title_never_becomes_a_name() -> None:
    """A cell that stands in a column of unknown meaning may be a PIN: it is no holder."""
    found = _read("a.p12;Hans Müller;Ab3xQ\nb.p12;Eva Maier;Tz4Wn\n")
    assert {line.holder for line in found.lines} == {""}


def test_a_row_whose_first_name_looks_like_a_title_is_no_title() -> None:
    """A list of "Makler 1", "Makler 2" begins with its first certificate."""
    found = _read("Makler 1;Ab3xQ\nMakler 2;Tz4Wn\n")
    assert _pins(found) == [["Ab3xQ"], ["Tz4Wn"]]


def test_where_two_columns_may_hold_the_pin_both_are_kept() -> None:
    """An agency number and a PIN of digits: the file will say which it is."""
    found = _read("a.p12;445566;0815\nb.p12;778899;4711\n")
    assert [set(pins) for pins in _pins(found)] == [{"445566", "0815"}, {"778899", "4711"}]


@pytest.mark.parametrize("spoilt", ["3,7E+05", "1.2E+11", "03. Apr", "Apr 03", "#####", "#NAME?"])
def test_a_pin_that_a_spreadsheet_spoilt_is_refused_by_its_line(spoilt: str) -> None:
    """It is never guessed what it was, and not repeated; the other rows stay."""
    found = _read(f"Datei;PIN\na.p12;Ab3x\nb.p12;{spoilt}\nc.p12;Tz4W\n")
    assert _pins(found) == [["Ab3x"], ["Tz4W"]]
    (refused,) = found.refused
    assert (refused.number, type(refused.error)) == (3, DamagedPin)
    assert spoilt not in str(refused.error) + str(refused.error.fields)


def test_lost_zeros_are_seen_beside_the_other_numbers() -> None:
    """Five digits among PINs of six are told; where all have five, or letters, nothing is."""
    assert list(pinlist.short_of_zeros(_read("PIN\n012345\n234567\n34567\n").lines)) == [4]
    assert not pinlist.short_of_zeros(_read("PIN\n12345\n23456\nAb3\n").lines)


def test_a_zero_at_the_front_is_kept() -> None:
    """As text, and as the formula that makes a text of it."""
    assert _pins(_read('PIN\n0815\n"=""0042"""\n')) == [["0815"], ["0042"]]


def test_a_row_without_a_pin_is_told() -> None:
    """It is neither used nor refused."""
    assert _read("Datei;PIN\na.p12;\nb.p12;Ab3x\n").empty == [2]


def test_without_a_column_of_pins_nothing_is_tried() -> None:
    """Names and telephone numbers are none."""
    with pytest.raises(NoPinColumn):
        _read("Hans Müller;0170 1234567\nEva Maier;0171 1234567\n")


@given(st.text(max_size=200))
def test_whatever_the_list_is_it_is_read_or_refused(text: str) -> None:
    """No list brings anything but rows, or an error of ours which does not quote it."""
    try:
        found = _read(text)
    except (NoPinColumn, TableNotReadable):
        return
    for refused in found.refused:
        assert isinstance(refused.error, BadPin | DamagedPin)
