"""A keyring in memory, and a real Secret Service on a message bus of the test's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from jeepney import message_bus
from jeepney.io.blocking import open_dbus_connection

from vault.secret import KeyringKey, MailPassword

NEEDS = ("dbus-daemon", "gnome-keyring-daemon")


class MemoryKeyring:
    """Keeps keys as long as the test lasts."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], KeyringKey] = {}
        self.passwords: dict[str, MailPassword] = {}

    def put(self, vault: str, slot: str, key: KeyringKey) -> None:
        """Keep ``key``."""
        self.kept[vault, slot] = key

    def get(self, vault: str, slot: str) -> KeyringKey | None:
        """The key, or None."""
        return self.kept.get((vault, slot))

    def remove(self, vault: str, slot: str) -> None:
        """Forget the key."""
        self.kept.pop((vault, slot), None)

    def keep(self, account: str, password: MailPassword) -> None:
        """Keep ``password``."""
        self.passwords[account] = password

    def password(self, account: str) -> MailPassword | None:
        """The password, or None."""
        return self.passwords.get(account)

    def forget(self, account: str) -> None:
        """Forget the password."""
        self.passwords.pop(account, None)


@contextmanager
def secret_service(*, unlocked: bool = True) -> Iterator[dict[str, str]]:
    """A gnome-keyring with an empty home, unlocked or locked; gives the environment in which it is found.

    Where it is not installed the test is skipped, and fails where CI says that it must be.
    """
    missing = [need for need in NEEDS if shutil.which(need) is None]
    if missing:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"scripts/setup --system installs {missing}")
    home = Path(tempfile.mkdtemp(prefix="keyring-"))  # short, because a socket's path may have 107 octets
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address", f"--address=unix:path={home}/bus"],
        stdout=subprocess.PIPE,
        text=True,
        env={"HOME": str(home), "XDG_RUNTIME_DIR": str(home), "PATH": os.environ["PATH"]},
    )
    processes = [bus]
    try:
        assert bus.stdout is not None
        address = bus.stdout.readline().strip()
        environment = {"HOME": str(home), "XDG_RUNTIME_DIR": str(home), "DBUS_SESSION_BUS_ADDRESS": address}
        processes.append(_daemon(environment, unlocked=True))
        _wait(environment)
        if not unlocked:  # the login keyring is there now, and a daemon that nobody tells its password finds it locked
            processes[1].terminate()
            processes[1].wait(10)
            processes[1] = _daemon(environment, unlocked=False)
            _wait(environment)
        yield environment
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait(10)
        assert bus.stdout is not None
        bus.stdout.close()
        shutil.rmtree(home)


def _daemon(environment: dict[str, str], *, unlocked: bool) -> subprocess.Popen[str]:
    daemon = subprocess.Popen(
        ["gnome-keyring-daemon", "--foreground", "--components=secrets", *(["--unlock"] if unlocked else [])],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**environment, "PATH": os.environ["PATH"]},
    )
    assert daemon.stdin is not None
    with daemon.stdin as password:
        password.write("login")
    return daemon


def _wait(environment: dict[str, str]) -> None:
    """Until the service has its name on the bus."""
    end = time.monotonic() + 10
    with open_dbus_connection(bus=environment["DBUS_SESSION_BUS_ADDRESS"]) as connection:
        while connection.send_and_get_reply(message_bus.NameHasOwner("org.freedesktop.secrets")).body != (True,):
            assert time.monotonic() < end, "no Secret Service came up"
            time.sleep(0.02)
