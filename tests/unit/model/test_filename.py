"""Names of files for every system."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vault.errors import CertvaultError
from vault.files.writing import write_new
from vault.model.filename import LONGEST_NAME, safe_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Müller & Söhne GmbH", "Müller & Söhne GmbH"),
        ("Mu\u0308ller", "Müller"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\Windows\\x", "C__Windows_x"),
        ("CON", "_CON"),
        ("con.p12", "_con.p12"),
        ("Nul .txt", "_Nul .txt"),
        ("com1", "_com1"),
        ("COM¹", "_COM¹"),
        ("Conrad", "Conrad"),
        ("-rf", "rf"),
        (".hidden", "hidden"),
        ("ends. . ", "ends"),
        ("a\tb\r\nc", "a b c"),
        ("gpj\u202eexe", "gpj_exe"),
        ("zero\u200bwidth", "zero_width"),
        ("\x1b[2J", "_[2J"),
        ("\ud800", "_"),
        ("", "_"),
        ("...", "_"),
        ("x" * 1000, "x" * LONGEST_NAME),
        ("ü" * 1000, "ü" * (LONGEST_NAME // 2)),
    ],
)
def test_a_name_is_safe(text: str, name: str) -> None:
    """Umlauts stay; what is dangerous on any system does not."""
    assert safe_name(text) == name


@given(st.text())
@example("CON" + " " * 500 + ".x")
@example("a" * (LONGEST_NAME - 1) + " b")
def test_every_name_is_safe(text: str) -> None:
    """Whatever comes in: bounded, printable, no separator, no blank or dot at an end; safe names stay as they are."""
    name = safe_name(text)
    assert 0 < len(name.encode()) <= LONGEST_NAME + 1
    assert not set(name) & set('<>:"/\\|?*')
    assert not {unicodedata.category(char) for char in name} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert name[0] not in ".- "
    assert name[-1] not in ". "
    assert safe_name(name) == name or len(name.encode()) > LONGEST_NAME - 1


@given(st.text(min_size=1, max_size=20))
def test_a_safe_name_can_be_written(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """A file of that name can be made and found in the folder it was meant for."""
    folder = tmp_path_factory.mktemp("names")
    try:
        write_new(folder / safe_name(text), b"x")
    except CertvaultError as error:
        pytest.fail(str(error))
    assert [file.name for file in folder.iterdir()] == [safe_name(text)]
