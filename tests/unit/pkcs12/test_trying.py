"""Many PINs on one file: cheap where they miss, bounded where the file is hostile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stand_in.certificates import make_pair
from vault.errors import NotPkcs12, TooCostly
from vault.pkcs12 import library, trying
from vault.pkcs12.opener import ChildOpener
from vault.secret import Pin

FILE = make_pair("Müller GmbH", "Größe-1")
VECTORS = Path(__file__).parents[2] / "vectors" / "pkcs12"
OTHERS = [Pin(f"wrong-{number}") for number in range(5)]


@pytest.fixture(scope="module")
def opener() -> Iterator[ChildOpener]:
    """One opener for all tests, so that its child is started once."""
    with ChildOpener(os.urandom) as opener:
        yield opener


def test_the_pin_of_a_file_is_found_among_others(opener: ChildOpener) -> None:
    """Its index; and None where it is not among them."""
    assert opener.fitting(FILE, [*OTHERS, Pin("Größe-1"), *OTHERS]) == 5
    assert opener.fitting(FILE, OTHERS) is None
    assert opener.fitting(FILE, []) is None


def test_more_pins_than_fit_into_one_request_are_all_tried(opener: ChildOpener) -> None:
    """The last one of several requests is found too."""
    count = trying.at_once(FILE)
    assert opener.fitting(FILE, [Pin(f"x{number}") for number in range(count)] + [Pin("Größe-1")]) == count


def test_a_file_without_a_mac_tells_nothing(opener: ChildOpener) -> None:
    """Any PIN would fit it."""
    assert opener.fitting(make_pair("Müller GmbH", "x", flavour="open"), [Pin("x")]) is None


def test_a_file_that_asks_for_endless_work_is_refused(opener: ChildOpener) -> None:
    """32,767 steps may be asked for one PIN, and are too many for each of a long list: none is begun."""
    endless = FILE.replace(b"\x02\x02\x08\x00", b"\x02\x02\x7f\xff")
    assert endless != FILE
    with pytest.raises(TooCostly):
        opener.fitting(endless, [Pin(f"x{number}") for number in range(2000)])


def test_what_is_no_pkcs12_is_told(opener: ChildOpener) -> None:
    """Before any PIN is tried."""
    with pytest.raises(NotPkcs12):
        opener.fitting(b"%PDF-1.7\n", OTHERS)


def test_a_pin_far_down_a_long_list_is_found(opener: ChildOpener) -> None:
    """Quickly by the library; and exactly, by the MAC, where the library does not open the file at all."""
    many = [Pin(f"x{number}") for number in range(120)]
    assert opener.fitting(FILE, [*many, Pin("Größe-1"), Pin("y")]) == 120
    strange = (VECTORS / "bad-certificate-beside.p12").read_bytes()
    with pytest.raises(library.Refused):
        library.opened(strange, Pin("Test-1234"))
    assert opener.fitting(strange, [*many, Pin("Test-1234"), Pin("y")]) == 120


def test_what_the_library_opens_is_believed_only_where_the_mac_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    """However the library comes to take a PIN: the quick way finds none that the exact one would not."""
    monkeypatch.setattr(library, "opened", lambda _data, _pin: None)
    assert trying.quickly(FILE, OTHERS) is None
    assert trying.quickly(FILE, [*OTHERS, Pin("Größe-1")]) == 5
