"""Notes on the desk: shown by a desktop of the test's own on a real message bus; and what is told where none is."""

from __future__ import annotations

import gc
import time
from pathlib import Path

import pytest

from tests.stand_in.desktop import desktop
from vault.channels.note import LONGEST, Note
from vault.errors import NotSent
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


@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")  # the library leaves its connection open
def test_a_desktop_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Subject and beginning; no name is taken for markup."""
    with desktop() as found:
        for name, value in found.environment.items():
            monkeypatch.setenv(name, value)
        Note().send(MESSAGE)
        gc.collect()
    ((title, text),) = found.notes
    assert title == MESSAGE.subject
    assert text.startswith("&lt;b&gt;Müller&lt;/b&gt; &amp; Co x")
    assert len(text) < 2 * LONGEST
