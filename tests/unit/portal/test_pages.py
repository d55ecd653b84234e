"""Pages are read in their own character set, bounded, and shown without doing harm."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.portal.profiles import PROFILE, URL, as_page
from vault.errors import CertvaultError
from vault.model.pin import pin
from vault.portal.answers import file, other_file, verdict
from vault.portal.forms import pin_form
from vault.portal.onward import onward
from vault.portal.pages import LARGEST, LONGEST_TEXT, lines, page, text

FORM = "<form method=post>PIN <input name=grüße></form>"


@pytest.mark.parametrize(
    ("body", "content_type", "charset"),
    [
        (FORM.encode(), "text/html", "utf-8"),
        (FORM.encode("latin-1"), "text/html", "cp1252"),
        (FORM.encode("latin-1"), "text/html; charset=ISO-8859-1", "cp1252"),
        (f"<meta charset=iso-8859-1>{FORM}".encode("latin-1"), "text/html", "cp1252"),
        (f"<meta charset=utf-8>{FORM}".encode("latin-1"), 'text/html; charset="iso-8859-1"', "cp1252"),
        (f'<meta http-equiv=x content="text/html; charset=iso-8859-15">{FORM}'.encode("latin9"), "", "iso8859-15"),
        (b"\xef\xbb\xbf" + FORM.encode(), "text/html; charset=iso-8859-1", "utf-8"),
        (FORM.encode("utf-16"), "text/html", "utf-16"),
        (f"<meta charset=utf-16>{FORM}".encode(), "text/html", "utf-8"),
        (f"<meta charset=rot13>{FORM}".encode(), "text/html; charset=zlib", "utf-8"),
    ],
)
def test_the_character_set_is_found(body: bytes, content_type: str, charset: str) -> None:
    """The byte-order mark, then the header, then the meta element, then a guess; never a codec that is none."""
    found = page(URL, content_type, body)
    assert found is not None
    assert found.charset == charset
    assert pin_form(found, PROFILE).field == "grüße"


def test_lines_are_what_a_person_reads() -> None:
    """One line a block, white space folded, inline marks kept together, nothing that is hidden."""
    tree = as_page("""<title>T</title><p>Die <b>PIN</b>
      ist</p>falsch<br>Ende<script>x</script><p hidden>weg</p><ul><li>a<li>b</ul><!-- c --><style>d</style> Schluss""")
    assert lines(tree.root) == ("Die PIN ist", "falsch", "Ende", "a", "b", "Schluss")


def test_the_text_is_safe_to_show() -> None:
    """Escape sequences and direction marks are made visible, keys and the PIN are left out, the length is bounded."""
    shown = text(
        as_page(f"<p>\x1b[2J \u202e Ihre PIN geHeim-7 und GEHEIM-7</p><p>{'A' * 500}</p>" + "x " * 999), pin("geHeim-7")
    )
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "geheim-7" not in shown.lower()
    assert "AAAA" not in shown
    assert len(shown) <= LONGEST_TEXT + 100
    assert text(as_page("-----BEGIN PRIVATE KEY----- abc")) == ""


@pytest.mark.parametrize("body", [b"", b"   ", b"<!-- -->", b"\0\1\2\3\4\5" * 20, b"x" * (LARGEST + 1)])
def test_what_is_no_page_is_none(body: bytes) -> None:
    """Nothing, white space, binary data, and a page beyond all measure are no pages."""
    found = page(URL, "text/html", body)
    assert found is None or lines(found.root) == ()


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 100_000 + FORM,
        "<form method=post><input name=a>" * 20_000,
        "<label for=a>x" * 50_000,
        "<div>" * 100_000 + "<input name=a>" * 5_000,
        "<form>" * 50_000 + "<input name=a>" * 5_000,
        "<div hidden>x" * 50_000,
        "<input name=a>" * 2_000 + "<form>" * 100_000,
        "<select name=a>" + "<option>x" * 100_000,
        "<fieldset disabled><input name=a>" * 20_000,
        "<table><tr><td>" * 40_000 + FORM,
        "<meta charset=" * 70_000,
    ],
)
def test_a_page_made_to_be_slow_is_not(source: str) -> None:
    """Nesting and repetition as much as a page may hold are looked at in seconds, not minutes."""
    start = time.monotonic()
    found = page(URL, "text/html", source.encode()[:LARGEST])
    if found is not None:
        lines(found.root)
        try:
            pin_form(found, PROFILE)
        except CertvaultError:
            pass
    assert time.monotonic() - start < 20


TAGS = """<form method=post>|<form action='https://[x'>|</form>|<input name=pin>|<input|>|<table>|<td>|PIN |<button>
</button>|<base href='http://[::1'>|'|"|<select name=a>|<option>|&#0;|\0|<meta charset=utf-7>|<iframe src=x>|ä|<!--
<a href=y>Zertifikatsdownload|<fieldset disabled>|<legend>|<label for=x>|<textarea name=t>|<?xml encoding='x'?>|<svg>"""
MARKUP = st.lists(st.sampled_from(TAGS.replace("\n", "|").split("|")), max_size=40).map("".join)


@given(st.one_of(st.binary(max_size=300), MARKUP.map(str.encode)), st.text(max_size=40))
@settings(max_examples=150, deadline=None)
def test_any_page_is_read_or_refused(body: bytes, content_type: str) -> None:
    """No bytes and no header bring anything but a form or an error of ours."""
    file(body), other_file(body)
    found = page(URL, content_type, body)
    if found is None:
        return
    assert verdict(found, PROFILE) in {"", "refused", "gone"}
    onward(found, PROFILE)
    text(found, pin("x"))
    try:
        form = pin_form(found, PROFILE)
    except CertvaultError:
        return
    assert (form.action.scheme, form.action.host, form.action.port) == ("https", "www.arag.de", None)
