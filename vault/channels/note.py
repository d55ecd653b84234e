"""Telling by a note on the desk of whoever is logged in.

Linux (the notification service of the desktop), Windows; macOS shows notes of signed programs alone, which certvault
is not.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from html import escape

from vault.errors import N_, NotSent
from vault.model.shown import shown
from vault.ports.channel import Message

PATIENCE = 10.0
"""Seconds that the desktop may take."""
LONGEST = 400
"""Characters of the text below the subject."""


class Note:
    """Implements :class:`vault.ports.channel.Channel` by the desktop of this machine."""

    name = "note"

    def __init__(self, *, names: bool = True, patience: float = PATIENCE) -> None:
        self.names = names
        self._patience = patience

    def send(self, message: Message) -> None:
        """Show ``message``: its subject and the beginning of its text."""
        # the library below tells its failures to the log alone, with a traceback that would reach the terminal
        logging.getLogger("desktop_notifier").setLevel(logging.CRITICAL + 1)
        text = shown(message.text, LONGEST)
        text = escape(text, quote=False) if sys.platform == "linux" else text  # it may be read as markup there
        try:
            there = asyncio.run(asyncio.wait_for(_shown(shown(message.subject), text), self._patience))
        except Exception:  # noqa: BLE001 - what a desktop raises is the library's and the platform's own
            there = False
        if not there:
            why = N_("nobody is logged in at a desktop that shows notes")
            raise NotSent(channel=self.name, to=shown(message.to), why=why, again=True)


async def _shown(title: str, text: str) -> bool:
    """Whether the desktop took the note."""
    from desktop_notifier import DesktopNotifier

    taken: list[bool] = []
    notifier = DesktopNotifier(app_name="certvault", app_icon=None)
    await notifier.send(title=title, message=text, on_dispatched=lambda: taken.append(True))
    # where there is no desktop that it knows, it does nothing and calls that done
    return bool(taken and await notifier.get_capabilities())
