"""Where a PIN comes from: a hidden prompt, or one line on standard input. Never an argument."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NamedTuple

from cli import prompt
from cli.texts import _
from vault.errors import N_, BadPin, NoPinGiven, Usage
from vault.model.pin import LONGEST, pin
from vault.model.shown import shown
from vault.model.sms import pin_in
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

    def read_message(self, whose: str, refuse: Callable[[str], None]) -> Pin:
        """The PIN of ``whose`` out of what may be a whole text message, which ``refuse`` is shown before a word of it
        is taken. Raises as :meth:`read`, and what ``refuse`` does."""
        if self.exact:
            return self.read(whose)
        text = _message() if self.stdin else self._typed(whose)
        if len(text.split()) <= 1:
            return pin(text)
        refuse(text)
        found = pin_in(text)
        if found is None:
            raise BadPin(
                what=N_("it is not clear which word of this message is the PIN"), hint=N_("Give the PIN alone.")
            )
        return pin(found)

    def _typed(self, whose: str) -> str:
        if not prompt.possible():
            raise NoPinGiven
        question = _("PIN for {whose}, or the whole text message: ").format(whose=shown(whose))
        return prompt.pasted(question, echo=self.show)


def new(*, stdin: bool) -> Pin:
    """The PIN that the copy of a file gets: one line on standard input, or typed twice. Raises Usage and BadPin."""
    if stdin:
        return pin(_line())
    if not prompt.possible():
        raise Usage(
            what=N_("The new PIN is missing, and there is no terminal to ask on."),
            hint=N_("Give it with --new-pin-stdin."),
        )
    first = pin(prompt.hidden(_("New PIN for the copy: ")))
    if pin(prompt.hidden(_("The same once more: "))) != first:
        raise BadPin(what=N_("the two PINs differ, and nothing was written"))
    return first


def _message() -> str:
    """All that is on standard input, as :func:`_line` reads one."""
    raw = sys.stdin.buffer.read(4 * LONGEST + 8)
    try:
        return raw.decode("utf-8-sig").strip("\r\n")
    except UnicodeDecodeError:
        raise BadPin(what=N_("the PIN on standard input is not UTF-8 text")) from None


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
