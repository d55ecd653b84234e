"""The keyring of the system: which backends are taken, and that none of its moods keeps anybody waiting."""

from __future__ import annotations

import gc
import sys
import time
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from keyring.errors import InitError, KeyringLocked

from tests.stand_in.keyring import secret_service
from vault import keyring
from vault.errors import KeyringUnusable
from vault.keyring import BACKENDS, SystemKeyring
from vault.secret import KeyringKey

KEY = KeyringKey(bytes(range(32)))


def backend(monkeypatch: pytest.MonkeyPatch, **methods: object) -> None:
    """Have the system's backend behave like this."""
    monkeypatch.setattr(keyring, "_backend", lambda: SimpleNamespace(**methods))


def raising(error: BaseException) -> object:
    """A method that raises ``error``."""

    def method(*_: object) -> None:
        raise error

    return method


def test_only_keyrings_of_systems_are_taken() -> None:
    """Each name on the list is a class of ``keyring``; none keeps plain text, nothing, or chains others."""
    assert BACKENDS.keys() == {"linux", "darwin", "win32"}
    names = {module for found in BACKENDS.values() for module, _ in found}
    assert names == {"SecretService", "kwallet", "macOS", "Windows"}
    for module, name in BACKENDS["linux"]:
        assert isinstance(getattr(import_module(f"keyring.backends.{module}"), name), type)


def test_no_configuration_brings_another_backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the variable nor the file that ``keyring`` itself would follow."""
    config = tmp_path / "python_keyring"
    config.mkdir()
    (config / "keyringrc.cfg").write_text("[backend]\ndefault-keyring=keyring.backends.null.Keyring\n")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    with pytest.raises(KeyringUnusable):
        SystemKeyring(patience=20).put("VAULT", "A", KEY)


def test_without_a_bus_it_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server, a scheduled job, a session over the network."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    begin = time.monotonic()
    with pytest.raises(KeyringUnusable, match="nobody is logged in"):
        SystemKeyring(patience=20).get("VAULT", "A")
    assert time.monotonic() - begin < 10


@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")  # keyring leaves its connection open
def test_a_locked_keyring_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A real one, which has nobody to ask for its password."""
    with secret_service(unlocked=False) as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        begin = time.monotonic()
        with pytest.raises(KeyringUnusable, match="locked"):
            SystemKeyring(patience=20).get("VAULT", "A")
        with pytest.raises(KeyringUnusable, match="locked"):
            SystemKeyring(patience=20).put("VAULT", "A", KEY)
        assert time.monotonic() - begin < 15
        gc.collect()


def test_one_that_never_answers_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its question stands on a screen before which nobody sits."""
    backend(monkeypatch, get_password=lambda *_: time.sleep(3))
    with pytest.raises(KeyringUnusable, match="does not answer"):
        SystemKeyring(patience=0.05).get("VAULT", "A")


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (KeyringLocked("secret"), "locked"),
        (InitError("secret"), "locked"),
        (RuntimeError("secret"), "refuses"),
        (ImportError("secret"), "refuses"),
    ],
)
def test_what_a_backend_raises_is_ours(error: Exception, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its words are not repeated: who knows what they quote."""
    backend(monkeypatch, get_password=raising(error))
    with pytest.raises(KeyringUnusable, match=why) as caught:
        SystemKeyring(patience=20).get("VAULT", "A")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "x", "AAAA", "A" * 44, "ä" * 44, "AAAA" * 1000])
def test_something_else_in_the_place_of_the_key(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever somebody wrote there: it is no key, and not quoted."""
    backend(monkeypatch, get_password=lambda *_: text)
    with pytest.raises(KeyringUnusable, match="no key"):
        SystemKeyring(patience=20).get("VAULT", "A")


def test_a_system_that_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another operating system has no keyring on the list."""
    monkeypatch.setattr(sys, "platform", "plan9")
    with pytest.raises(KeyringUnusable):
        SystemKeyring(patience=20).get("VAULT", "A")
