"""The recovery code survives being printed, read out and typed in; a typing error is called one."""

from __future__ import annotations

import os
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vault.keys.recovery import code_bytes, looks_like_code, new_code, recognised
from vault.model.ids import ALPHABET
from vault.secret import RecoveryCode

codes = st.binary(min_size=16, max_size=16).map(lambda value: new_code(lambda _: value))
READ_AS = str.maketrans("ILO", "110")


def test_printed_form() -> None:
    """Eight groups of four characters that cannot be mistaken for others."""
    printed = new_code(os.urandom).reveal()
    assert re.fullmatch(f"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{7}}", printed)


def test_asks_for_128_bits() -> None:
    """A code has 128 bits of the randomness that was handed in."""
    assert code_bytes(new_code(lambda count: bytes(range(count)))) == bytes(range(16))


@given(codes)
def test_reads_what_it_printed(code: RecoveryCode) -> None:
    """What was printed is read as the same code, with the same octets."""
    assert recognised(code.reveal()) == code
    assert new_code(lambda _: code_bytes(code)) == code


@given(codes, st.sampled_from(["", " ", "-", "\u2013", "\u00a0", " - "]), st.booleans())
def test_reads_it_as_people_type(code: RecoveryCode, between: str, small: bool) -> None:
    """Case, blanks, dashes of any kind, and I, L and O for 1 and 0 do not matter."""
    typed = between.join(code.reveal().split("-")).replace("1", "I").replace("0", "O")
    assert recognised(f" {typed.lower() if small else typed}\n") == code
    assert recognised(typed.replace("I", "l")) == code


@given(codes, st.integers(0, 31), st.characters(codec="utf-8"))
def test_every_single_change_is_found(code: RecoveryCode, place: int, other: str) -> None:
    """Whatever is typed in place of one character, the checksum or the alphabet finds it."""
    letters = code.reveal().replace("-", "")
    assume(other.upper().translate(READ_AS) != letters[place])
    typed = letters[:place] + other + letters[place + 1 :]
    assert recognised(typed) is None
    assert looks_like_code(typed) or other not in ALPHABET


@given(codes, st.integers(0, 30))
def test_every_transposition_is_found(code: RecoveryCode, place: int) -> None:
    """Two neighbours that changed places are found."""
    letters = code.reveal().replace("-", "")
    one, other = letters[place], letters[place + 1]
    assume(one != other)
    typed = letters[:place] + other + one + letters[place + 2 :]
    assert recognised(typed) is None
    assert looks_like_code(typed)


def test_dropped_and_doubled_characters_still_look_like_a_code() -> None:
    """Whoever lost or doubled a character typed a code, not a passphrase."""
    printed = new_code(lambda _: bytes(range(16))).reveal()
    for typed in (printed[1:], printed + "0", printed[:-3] + "4-" + printed[-3:], printed.replace("G", "!", 1)):
        assert recognised(typed) is None
        assert looks_like_code(typed)


@pytest.mark.parametrize(
    "text",
    ["", "hunter2", "Schlüssel im Schrank 4711", "correct horse battery staple", "dies ist mein ganz langes Passwort"],
)
def test_passphrases_do_not_look_like_codes(text: str) -> None:
    """A wrong passphrase is not called a mistyped recovery code."""
    assert recognised(text) is None
    assert not looks_like_code(text)


@given(st.text(max_size=60))
def test_any_text_is_read_without_harm(text: str) -> None:
    """No text breaks the reading, and none that is random is a code."""
    assert recognised(text) is None
    looks_like_code(text)
