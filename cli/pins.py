"""Where a PIN comes from: a hidden prompt, or one line on standard input. Never an argument."""

from __future__ import annotations

import sys
from typing import NamedTuple

from cli import prompt
from cli.texts import _
from vault.errors import N_, BadPin, NoPinGiven
from vault.model.pin import LONGEST, pin
from vault.model.shown import shown
from vault.secret import Pin


class PinSource(NamedTuple):
    """How the PIN is given, as the options say."""

    stdin: bool = False
    show: bool = False
    exact: bool = False

    def read(self, whose: str) -> Pin:
        """The PIN for ``whose`` (shown to the person). Raises NoPinGiven and BadPin."""
        if self.stdin:
            return pin(_line(), exact=self.exact)
        if not prompt.possible():
            raise NoPinGiven
        ask = prompt.visible if self.show else prompt.hidden
        return pin(ask(_("PIN for {whose}: ").format(whose=shown(whose))), exact=self.exact)


def _line() -> str:
    """The next line on standard input, without byte-order mark and line end."""
    raw = sys.stdin.buffer.readline(4 * LONGEST + 8)
    if not raw:
        raise BadPin(what=N_("there is no PIN on standard input"), hint=N_("Give one line for each certificate."))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadPin(what=N_("the PIN on standard input is not UTF-8 text")) from None
    return text.removesuffix("\n").removesuffix("\r")
