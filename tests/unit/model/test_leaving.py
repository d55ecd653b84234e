"""What leaves the house holds no link, and names stay readable."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vault.model.leaving import unlinked, without_urls
from vault.model.shown import shown

PIECES = st.sampled_from(
    [
        "https:",
        "://",
        "//",
        "www.",
        "evil",
        ".example",
        "/",
        "did=",
        "\\\\",
        "mailto:",
        "@",
        ":",
        "?",
        " ",
        "\u200b",
        "ü",
    ]
)
LINKED = re.compile(
    r"://\S|\bwww\.\w|\bdid=\w|\\\\\w"
    r"|(?<![\w@.-])(?!(?-i:[A-ZÄÖÜ][a-zäöü]{0,2}\.([A-ZÄÖÜ][a-zäöüß]{2}|KG|OHG)))[\w-]+\.[a-z]{2,24}(?![\w@.-])",
    re.IGNORECASE,
)
"""What programs make links of, in the words of this test; names such as ``Dr.Weber`` are none."""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Müller https://www.arag.de/TokenService/download?did=00aa GmbH", "Müller <URL> GmbH"),
        ("x ftp://evil.example", "x <URL>"),
        ("WWW.evil.example", "<URL>"),
        ("evil.example/a?b", "<URL>"),
        ("evil.example:8443/a", "<URL>"),
        ("[klick](//evil.example/a)", "[klick](//<URL>"),
        ("\\\\evil.example\\share", "<URL>"),
        ("did=00aa00aa00aa00aa", "<URL>"),
        ("mailto:a@evil.example", "<URL>"),
        ("Makler evil.example, EVIL.COM", "Makler evil[.]example, EVIL[.]COM"),
        ("a.b.evil.example.", "a[.]b[.]evil[.]example."),
        ("Evil.Example, evi.Com, Dr.Weber.example", "Evil[.]Example, evi[.]Com, Dr[.]Weber[.]example"),
    ],
)
def test_what_programs_make_links_of_is_none(text: str, found: str) -> None:
    """With a scheme, with www, with a path, a share, a host alone."""
    assert unlinked(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Müller & Söhne GmbH",
        "Dr. jur. M. Müller e. K.",
        "Versicherungsmakler Nr. 3",
        "Dr.Weber, H.P.Klein und Söhne GmbH & Co.KG",
        "Dr.Weber/Dr.Klein, Öz.Kaya",
        "sommer@agentur.example",
        "Petra Sommer <petra.sommer@agentur.example>",
        "CN=Makler 7,O=Beispiel,E=max.muster@makler.example",
        "22.11.2026, 1.5, A.1",
        "ARAG / Interlloyd",
        "12:30 // 14:00",
    ],
)
def test_names_stay_as_they_are(text: str) -> None:
    """Also those with dots, and mail addresses, which open nothing."""
    assert unlinked(text) == without_urls(text) == text


@given(st.lists(PIECES, max_size=12).map("".join) | st.text())
@example("https://https://evil.example")
def test_no_link_is_left(text: str) -> None:
    """Whatever it is put together of, also twice."""
    once = unlinked(shown(text))
    assert not LINKED.search(once)
    assert unlinked(once) == once


def test_long_texts_end() -> None:
    """A text of 100,000 characters that nearly is a link is not looked at for hours."""
    for text in ("a." * 50_000, "a" * 100_000, "a-." * 33_000 + "@", "http:/" * 16_000, "x." * 9 + "é" * 100_000):
        assert unlinked(text)
