"""What PowerShell would be told: checked as text, because nobody ran it on Windows yet."""

from __future__ import annotations

import base64

import pytest

from vault.errors import NotInstalled, NotOffered
from vault.installing.macos import refuse
from vault.installing.programs import Call, Done
from vault.installing.windows import IMPORTING, LISTING, WindowsStore
from vault.secret import Pin

PIN = "MARKED-größe"
FINGERPRINT = "ab" * 32


class PowerShell:
    """Keeps what it is told, and lists a certificate once a file came."""

    def __init__(self, *, takes: bool = True) -> None:
        self.calls: list[Call] = []
        self._takes = takes
        self._there = False

    def __call__(self, call: Call) -> Done:
        """One run."""
        self.calls.append(call)
        if script(call) == IMPORTING:
            self._there = self._takes
            return Done(0) if self._takes else Done(1, err=b"Zugriff verweigert")
        return Done(0, f"{FINGERPRINT}\r\n".encode() if self._there else b"")


def script(call: Call) -> str:
    """The script that a call runs."""
    return base64.b64decode(call.command[-1]).decode("utf-16-le")


def test_the_pin_goes_by_standard_input_alone() -> None:
    """File and PIN are two lines of base64 on standard input; the argument line is the same whatever they are."""
    shell = PowerShell()
    store = WindowsStore(run=shell, platform="win32")
    store.check()
    store.put(b"\x30\x82file", Pin(PIN), FINGERPRINT)
    first = shell.calls[0]
    assert [base64.b64decode(line) for line in first.stdin.split(b"\r\n")] == [PIN.encode(), b"\x30\x82file", b""]
    assert [script(call) for call in shell.calls] == [IMPORTING, LISTING]
    assert first.command[1:4] == ("-NoProfile", "-NonInteractive", "-EncodedCommand")
    assert len(" ".join(first.command)) < 8191  # of cmd.exe; of CreateProcess it would be 32,767
    assert store.holds(FINGERPRINT)


def test_the_scripts_hold_together() -> None:
    """Braces and brackets are paired, the user's own stores are meant, and the key cannot be exported."""
    for text in (IMPORTING, LISTING):
        for opening, closing in ("{}", "()", "[]"):
            assert text.count(opening) == text.count(closing)
        assert "'My', 'CurrentUser'" in text
        assert text.isascii()
    assert "'UserKeySet, PersistKeySet'" in IMPORTING
    assert "Exportable" not in IMPORTING
    assert IMPORTING.index("ReadLine") < IMPORTING.index("$all.Import")


def test_a_refusal_is_told() -> None:
    """What PowerShell says is repeated; what is not there afterwards is not called installed."""
    with pytest.raises(NotInstalled, match="Zugriff verweigert"):
        WindowsStore(run=PowerShell(takes=False), platform="win32").put(b"x", Pin(PIN), FINGERPRINT)
    with pytest.raises(NotInstalled):
        WindowsStore(run=lambda _call: Done(0), platform="win32").put(b"x", Pin(PIN), FINGERPRINT)


def test_elsewhere_it_is_not_offered() -> None:
    """Windows' store is on Windows; macOS's keychain is told a password where others read it, so never."""
    with pytest.raises(NotOffered, match="Windows"):
        WindowsStore(platform="linux").check()
    with pytest.raises(NotOffered, match="argument line"):
        refuse()


def test_a_list_that_fails_is_no_empty_one() -> None:
    """Where PowerShell cannot list the certificates, that is said, and not that the certificate is not there."""
    with pytest.raises(NotInstalled, match="gesperrt"):
        WindowsStore(run=lambda _call: Done(1, err=b"gesperrt"), platform="win32").holds(FINGERPRINT)
