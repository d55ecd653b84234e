"""A desktop that shows notes: a message bus of its own, and on it what takes them (org.freedesktop.Notifications)."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from jeepney import HeaderFields, MessageType, message_bus, new_method_return
from jeepney.io.blocking import DBusConnection, open_dbus_connection

_INTERFACE = """<node><interface name="org.freedesktop.Notifications">
<method name="GetCapabilities"><arg type="as" direction="out"/></method>
<method name="GetServerInformation"><arg type="s" direction="out"/><arg type="s" direction="out"/>
<arg type="s" direction="out"/><arg type="s" direction="out"/></method>
<method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
<arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
<arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/></method>
</interface></node>"""


class Desktop:
    """The environment in which it is found, and the notes that it was given: title and text."""

    def __init__(self, address: str, home: Path) -> None:
        self.environment = {"DBUS_SESSION_BUS_ADDRESS": address, "XDG_RUNTIME_DIR": str(home)}
        self.notes: list[tuple[str, str]] = []

    def answer(self, connection: DBusConnection) -> None:
        """Answer calls until the bus is gone."""
        with suppress(ConnectionError, OSError):
            while True:
                call = connection.receive()
                if call.header.message_type == MessageType.method_call:
                    connection.send(new_method_return(call, *self._result(call)))

    def _result(self, call: Any) -> tuple[str, tuple[object, ...]]:
        match call.header.fields.get(HeaderFields.member):
            case "Introspect":
                return "s", (_INTERFACE,)
            case "GetCapabilities":
                return "as", (["body", "body-markup"],)
            case "GetServerInformation":
                return "ssss", ("stand-in", "tests", "1", "1.2")
            case "Notify":
                self.notes.append((call.body[3], call.body[4]))
                return "u", (1,)
        return "", ()


@contextmanager
def desktop() -> Iterator[Desktop]:
    """A desktop. Where dbus-daemon is not installed the test is skipped, and fails where CI says that it must be."""
    if shutil.which("dbus-daemon") is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("scripts/setup --system installs dbus-daemon")
    home = Path(tempfile.mkdtemp(prefix="desktop-"))  # short, because a socket's path may have 107 octets
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address", f"--address=unix:path={home}/bus"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert bus.stdout is not None
    try:
        found = Desktop(bus.stdout.readline().strip(), home)
        with open_dbus_connection(bus=found.environment["DBUS_SESSION_BUS_ADDRESS"]) as connection:
            connection.send_and_get_reply(message_bus.RequestName("org.freedesktop.Notifications"))
            thread = threading.Thread(target=found.answer, args=(connection,), daemon=True)
            thread.start()
            yield found
            bus.terminate()
            thread.join(10)
    finally:
        bus.kill()
        bus.wait(10)
        bus.stdout.close()
        shutil.rmtree(home)
