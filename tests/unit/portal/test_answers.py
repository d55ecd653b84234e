"""An answer is recognised by what it is: a file, a refusal, a link that is gone, or something unknown."""

from __future__ import annotations

import pytest

from tests.stand_in.certificates import make_pair
from tests.stand_in.pages import HELP
from tests.unit.portal.profiles import PROFILE, as_page
from vault.portal.answers import file, other_file, verdict
from vault.portal.forms import asks_again, pin_form
from vault.portal.pages import lines

PAIR = make_pair("Schäffer, René", "Ab3x")
BER_INDEFINITE = b"\x30\x80\x02\x01\x03" + b"\x30\x80\x00\x00" + b"\x00\x00"


def test_a_pkcs12_is_a_file() -> None:
    """DER of any size, BER of indefinite length, with a line end behind it that a server added."""
    assert file(PAIR) == "whole"
    assert file(PAIR + b"\r\n") == "whole"
    assert file(BER_INDEFINITE) == "whole"


@pytest.mark.parametrize("cut", [5, 100, len(PAIR) - 1])
def test_a_pkcs12_that_is_cut_short_is_no_whole_file(cut: int) -> None:
    """The length in front says how much there has to be."""
    assert file(PAIR[:cut]) == "cut"
    assert file(BER_INDEFINITE[:-3]) == "cut"


@pytest.mark.parametrize("body", [b"", b"0", b"0\x82", b"<html>", b"0815 ist die falsche PIN", b"0\x02\x02\x01" * 9,
                                  "0ä".encode(), b"PK\x03\x04", b"0\xff\xff\xff\xff\xff"])  # fmt: skip
def test_a_text_is_no_file(body: bytes) -> None:
    """No text begins like a PKCS#12, not even one with a zero in front."""
    assert file(body) is None


@pytest.mark.parametrize("body", [b"PK\x03\x04xx", b"\x1f\x8b\x08", b"%PDF-1.4", b"\xfe\xed\xfe\xed", b"-----BEGIN X"])
def test_other_files_are_called_by_name(body: bytes) -> None:
    """A portal that sends something else is told apart from one that sends a page."""
    assert other_file(body)
    assert not other_file(b"<html>")


FIRST = f"<h1>Willkommen</h1><div>{HELP}</div><form method=post>PIN <input name=pin></form>"

SAID = {
    "Die eingegebene PIN ist falsch.": "refused",
    "Ungültige PIN!": "refused",
    "UNGUELTIGE PIN": "refused",
    "Die PIN ist leider nicht korrekt, bitte versuchen Sie es erneut": "refused",
    "Das Kennwort stimmt nicht.": "refused",
    "Ihr Passwort wurde abgelehnt": "refused",
    "Wrong PIN": "refused",
    "PIN-Prüfung fehlgeschlagen": "refused",
    "Die von Ihnen angegebene PIN konnte nicht verifiziert werden.": "refused",
    "Die PIN wurde nicht erkannt.": "refused",
    "Die PIN passt nicht zum Zertifikat.": "refused",
    "<div>PIN<b> ist </b>falsch</div>": "refused",
    '{"error": "Die PIN ist falsch"}': "refused",
    "Das Zertifikat ist nicht mehr verfügbar.": "gone",
    "Ihr Zertifikat wurde gelöscht.": "gone",
    "Das Zertifikat wurde nach 21 Tagen gelöscht und ist nicht mehr verfügbar": "gone",
    "Der Link ist abgelaufen.": "gone",
    "Die PIN ist falsch oder der Link ist abgelaufen.": "",
    "Ihre Sitzung ist abgelaufen.": "",
    "Das Zertifikat wird nach 21 Tagen gelöscht.": "",
    "Sollte der Link abgelaufen sein, fordern Sie einen neuen an.": "",
    "Falls die PIN falsch ist, wird sie abgelehnt.": "",
    "Wenn das Zertifikat nicht mehr verfügbar ist, rufen Sie an.": "",
    "Vielen Dank.": "",
    '<p style="display:none">Die PIN ist falsch.</p>': "",
    "<script>var m = 'Die PIN ist falsch';</script>": "",
}


@pytest.mark.parametrize("words", SAID)
def test_words_mean_what_they_say(words: str) -> None:
    """A statement counts; an explanation, a condition, and what is hidden do not."""
    assert verdict(as_page(words), PROFILE) == SAID[words]


def test_only_new_words_count() -> None:
    """The first page explains in the same words what an answer would tell: that is no answer."""
    first = as_page(FIRST + "<p>Die PIN ist falsch.</p>")
    again = as_page(FIRST + "<p>Die PIN ist falsch.</p><p>Etwas anderes.</p>")
    assert verdict(again, PROFILE, frozenset(lines(first.root))) == ""
    gone = as_page(FIRST + "<p>Die PIN ist falsch.</p><p>Das Zertifikat ist nicht mehr verfügbar.</p>")
    assert verdict(gone, PROFILE, frozenset(lines(first.root))) == "gone"


def test_the_same_form_again_is_recognised() -> None:
    """By the name of its field, or, where names change, by what speaks for it; a login is another form."""
    form = pin_form(
        as_page("<form method=post>PIN <input name=x1><button>Zertifikatsdownload</button></form>"), PROFILE
    )
    same = as_page("<form method=post>PIN <input name=x2><button>Zertifikatsdownload</button></form>")
    login = as_page("<form method=post><input type=password name=pw><button>Anmelden</button></form>")
    assert asks_again(same, PROFILE, form)
    assert not asks_again(login, PROFILE, form)
