"""The keyring of the system: Secret Service, KWallet, the keychain of macOS, the credential locker of Windows.

The backend is chosen here from these four and nowhere else. What ``keyring`` would choose by itself is not asked: its
configuration file and PYTHON_KEYRING_BACKEND can name any module, and installed packages bring backends that keep
plain text, keep nothing, or chain several.
"""

from __future__ import annotations

import binascii
import sys
from collections.abc import Callable
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

from vault.errors import N_, KeyringUnusable
from vault.secret import KeyringKey, MailPassword

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

SERVICE = "certvault"
SIZE = 32
BACKENDS = {
    "linux": (("SecretService", "Keyring"), ("kwallet", "DBusKeyring")),
    "darwin": (("macOS", "Keyring"),),
    "win32": (("Windows", "WinVaultKeyring"),),
}
"""For each system, the modules and classes of ``keyring.backends`` that may keep a key; the first that works does."""


class SystemKeyring:
    """The keyring of this machine. ``patience`` is how many seconds it may take: it may be asking somebody."""

    def __init__(self, patience: float) -> None:
        self._patience = patience

    def put(self, vault: str, slot: str, key: KeyringKey) -> None:
        """Keep ``key`` for a slot of a vault."""
        text = binascii.b2a_base64(key.reveal(), newline=False).decode("ascii")
        self._asked(lambda: _backend().set_password(SERVICE, _entry(vault, slot), text))

    def get(self, vault: str, slot: str) -> KeyringKey | None:
        """The key that is kept for this slot, or None."""
        text = self._asked(lambda: _backend().get_password(SERVICE, _entry(vault, slot)))
        return None if text is None else _key(text)

    def remove(self, vault: str, slot: str) -> None:
        """Forget the key of this slot."""
        self._asked(lambda: _forget(_entry(vault, slot)))

    def keep(self, account: str, password: MailPassword) -> None:
        """Keep the password of a mail account."""
        self._asked(lambda: _backend().set_password(SERVICE, account, password.reveal()))

    def password(self, account: str) -> MailPassword | None:
        """The password that is kept for this account, or None."""
        text = self._asked(lambda: _backend().get_password(SERVICE, account))
        return MailPassword(text) if text and not any(c in text for c in "\0\r\n") else None

    def forget(self, account: str) -> None:
        """Forget the password of this account."""
        self._asked(lambda: _forget(account))

    def _asked(self, question: Callable[[], T]) -> T:
        """The answer to ``question``, asked in a thread of its own: a backend may wait for somebody who is not there.

        Such a thread is left behind; it ends with the process.
        """
        answers: list[T] = []
        problems: list[BaseException] = []

        def ask() -> None:
            try:
                answers.append(question())
            except BaseException as error:  # noqa: BLE001 - it is handed to the thread that waits
                problems.append(error)

        thread = Thread(target=ask, daemon=True)
        thread.start()
        thread.join(self._patience)
        if problems:
            raise _translated(problems[0]) from None
        if not answers:
            raise KeyringUnusable(why=N_("it does not answer"))
        return answers[0]


def _backend() -> KeyringBackend:
    """The first backend of this system that works here. Raises KeyringUnusable."""
    for module, name in BACKENDS.get(sys.platform, ()):
        kind = getattr(import_module(f"keyring.backends.{module}"), name)
        if kind.viable:
            backend: KeyringBackend = kind()
            return backend
    raise KeyringUnusable(why=N_("there is none, or nobody is logged in at a desktop"))


def _forget(entry: str) -> None:
    from keyring.errors import PasswordDeleteError

    backend = _backend()
    try:
        backend.delete_password(SERVICE, entry)
    except PasswordDeleteError:
        if backend.get_password(SERVICE, entry) is not None:
            raise


def _translated(problem: BaseException) -> BaseException:
    """What a backend raised, as an error of ours. Its text is not repeated: it is foreign, and might quote."""
    from keyring.errors import InitError, KeyringLocked

    if isinstance(problem, KeyringUnusable):
        return problem
    if isinstance(problem, (KeyringLocked, InitError)):
        return KeyringUnusable(why=N_("it is locked"))
    return KeyringUnusable(why=N_("it refuses"))


def _entry(vault: str, slot: str) -> str:
    return f"{vault}/{slot}"


def _key(text: str) -> KeyringKey:
    try:
        value = binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        value = b""
    if len(value) != SIZE:
        raise KeyringUnusable(why=N_("what lies there for this vault is no key"))
    return KeyringKey(value)
