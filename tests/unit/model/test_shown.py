"""Foreign text, made safe to look at."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.model.shown import shown


@given(text=st.text(max_size=50))
def test_nothing_is_left_that_a_terminal_obeys(text: str) -> None:
    """No control, format, private, surrogate or unassigned character, and no line break; it can be encoded."""
    result = shown(text)
    assert not {unicodedata.category(c) for c in result} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert result.encode()


@given(text=st.text(st.characters(categories=["L", "N", "P", "S", "Zs", "M"]), max_size=50))
def test_what_is_harmless_stays(text: str) -> None:
    """Letters of any script, signs and blanks are shown as they are."""
    assert shown(text) == text


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a\x1b[2Jb", "a<U+001B>[2Jb"),
        ("file\u202efdp.exe", "file<U+202E>fdp.exe"),
        ("a\r\nb\tc", "a  b c"),
        ("x" * 300, "x" * 199 + "…"),
        ("\ud800", "<U+D800>"),
    ],
)
def test_what_is_not_is_made_visible(text: str, result: str) -> None:
    """Escape sequences, direction marks and half characters are named; lines become one; length is bounded."""
    assert shown(text) == result
