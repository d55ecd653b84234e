"""Telling by a note on the desk of whoever is logged in.

Linux and others: the notification service of the desktop, over the message bus (Desktop Notifications Specification).
Windows: a toast by the system's own PowerShell (Microsoft, "Toast content" and "ToastNotificationManager"). macOS:
``display notification`` of AppleScript (AppleScript Language Guide). What is told reaches both by standard input: an
argument list is for everybody to read.
"""

from __future__ import annotations

import binascii
import subprocess
import sys
from html import escape

from vault.errors import N_, NotSent
from vault.model import programs
from vault.model.shown import shown
from vault.ports.channel import Message

PATIENCE = 10.0
"""Seconds that the desktop may take."""
LONGEST = 400
"""Characters of the text below the subject."""
POWERSHELL = (programs.POWERSHELL, "-NoLogo", "-NoProfile", "-NonInteractive", "-Command", "-")
OSASCRIPT = (programs.OSASCRIPT, "-")
_BUS = "org.freedesktop.Notifications"
_TOAST = r"""
trap { exit 1 }
$ErrorActionPreference = 'Stop'
$null = [Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, ContentType = WindowsRuntime]
$null = [Windows.Data.Xml.Dom.XmlDocument, Windows.Data.Xml.Dom.XmlDocument, ContentType = WindowsRuntime]
$xml = New-Object Windows.Data.Xml.Dom.XmlDocument
$xml.LoadXml([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('BASE64')))
$app = '{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\WindowsPowerShell\v1.0\powershell.exe'
$toast = New-Object Windows.UI.Notifications.ToastNotification $xml
[Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier($app).Show($toast)
exit 0
"""


class Note:
    """Implements :class:`vault.ports.channel.Channel` by the desktop of this machine."""

    name = "note"

    def __init__(self, *, names: bool = True, patience: float = PATIENCE) -> None:
        self.names = names
        self._patience = patience

    def send(self, message: Message) -> None:
        """Show ``message``: its subject and the beginning of its text."""
        title, text = shown(message.subject), shown(message.text, LONGEST)
        try:
            there = self._put(title, text)
        except Exception:  # noqa: BLE001 - what a desktop raises is the library's and the platform's own
            there = False
        if not there:
            why = N_("nobody is logged in at a desktop that shows notes")
            raise NotSent(channel=self.name, to=shown(message.to), why=why, again=True)

    def _put(self, title: str, text: str) -> bool:
        """Whether the desktop took the note."""
        if sys.platform == "win32":
            return self._run(POWERSHELL, toast(title, text))
        if sys.platform == "darwin":
            return self._run(OSASCRIPT, notification(title, text))
        return _by_bus(title, escape(text, quote=False), self._patience)  # it may be read as markup there

    def _run(self, command: tuple[str, ...], script: str) -> bool:
        done = subprocess.run(  # noqa: S603 - a program of the system
            command,
            input=script.encode(),
            capture_output=True,
            timeout=self._patience,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        return done.returncode == 0


def toast(title: str, text: str) -> str:
    """The lines for PowerShell that show a note. In them stand no words of it, but its XML in base64."""
    lines = f"<text>{escape(title)}</text><text>{escape(text)}</text>"
    xml = f'<toast><visual><binding template="ToastGeneric">{lines}</binding></visual></toast>'
    return _TOAST.replace("BASE64", binascii.b2a_base64(xml.encode(), newline=False).decode("ascii"))


def notification(title: str, text: str) -> str:
    """The line of AppleScript that shows a note. Its texts are one line each: :func:`vault.model.shown.shown`."""
    return f"display notification {_quoted(text)} with title {_quoted(title)}\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _by_bus(title: str, text: str, patience: float) -> bool:
    from jeepney import DBusAddress, MessageType, new_method_call
    from jeepney.io.blocking import open_dbus_connection

    service = DBusAddress("/" + _BUS.replace(".", "/"), bus_name=_BUS, interface=_BUS)
    note: tuple[object, ...] = ("certvault", 0, "", title, text, [], {}, -1)
    with open_dbus_connection("SESSION", auth_timeout=patience) as bus:
        answer = bus.send_and_get_reply(new_method_call(service, "Notify", "susssasa{sv}i", note), timeout=patience)
    return bool(answer.header.message_type is MessageType.method_return)
