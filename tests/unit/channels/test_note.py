"""Notes on the desk: shown by a desktop of the test's own on a real message bus; and what is told where none is."""

from __future__ import annotations

import base64
import re
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.stand_in.desktop import desktop
from vault.channels.note import LONGEST, Note, notification, toast
from vault.errors import NotSent
from vault.model.shown import shown
from vault.ports.channel import Message

MESSAGE = Message("petra@agentur.example", "Läuft ab: <i>", "<b>Müller</b> & Co\n" + "x" * 900, "", {}, "a1")


def test_where_nobody_is_logged_in_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A scheduled job, a server: an error at once, and no traceback of a library."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    begin = time.monotonic()
    with pytest.raises(NotSent, match="nobody is logged in") as caught:
        Note().send(MESSAGE)
    assert caught.value.again
    assert time.monotonic() - begin < 10
    assert capfd.readouterr() == ("", "")


def test_a_desktop_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Subject and beginning; no name is taken for markup."""
    with desktop() as found:
        for name, value in found.environment.items():
            monkeypatch.setenv(name, value)
        Note().send(MESSAGE)
    ((title, text),) = found.notes
    assert title == MESSAGE.subject
    assert text.startswith("&lt;b&gt;Müller&lt;/b&gt; &amp; Co x")
    assert len(text) < 2 * LONGEST


def test_a_desktop_that_takes_no_notes_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message bus on which nobody shows notes."""
    with desktop() as found:
        for name, value in found.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("vault.channels.note._BUS", "org.freedesktop.Nobody")
        with pytest.raises(NotSent, match="nobody is logged in"):
            Note().send(MESSAGE)


HOSTILE = ('"; do shell script "x', "\\", "'); exit 0 #", "</text><x>", "$(x) `y`")
NAMES = (st.text() | st.sampled_from(HOSTILE)).map(shown)
CODED = re.compile(r"FromBase64String\('([A-Za-z0-9+/=]*)'\)")


@given(NAMES, NAMES)
def test_what_windows_is_told(title: str, text: str) -> None:
    """Its XML has the texts, whatever stands in them; the lines around it are always the same."""
    script = toast(title, text)
    (coded,) = CODED.findall(script)
    xml = etree.fromstring(base64.b64decode(coded))
    assert [one.text or "" for one in xml.iter("text")] == [title, text]
    assert script.replace(coded, "") == toast("", "").replace(
        re.findall(r"'([A-Za-z0-9+/=]{40,})'", toast("", ""))[0], ""
    )


@given(NAMES, NAMES)
def test_what_macos_is_told(title: str, text: str) -> None:
    """One line with two texts between quotation marks; read again, they are the same."""
    found = re.fullmatch(
        r'display notification "((?:[^"\\]|\\.)*)" with title "((?:[^"\\]|\\.)*)"\n', notification(title, text)
    )
    assert found is not None
    assert [re.sub(r"\\(.)", r"\1", one) for one in found.groups()] == [text, title]


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_words_reach_programs_by_standard_input(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No name stands on an argument list, for others to read; a program that fails or is not there is told."""
    calls: list[tuple[tuple[str, ...], bytes]] = []

    def run(command: tuple[str, ...], *, input: bytes, **_more: object) -> subprocess.CompletedProcess[bytes]:  # noqa: A002
        calls.append((command, input))
        return subprocess.CompletedProcess(command, len(calls) - 1)

    monkeypatch.setattr("sys.platform", system)
    monkeypatch.setattr(subprocess, "run", run)
    Note().send(MESSAGE)
    with pytest.raises(NotSent):
        Note().send(MESSAGE)
    assert not any("Läuft" in word for command, _input in calls for word in command)
    assert all(len(given) > len(MESSAGE.subject) for _command, given in calls)
