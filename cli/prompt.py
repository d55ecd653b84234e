"""Asking a person on the terminal. Prompts never touch standard output, and hidden input is never shown.

A terminal is there where standard input is one, or where standard error is one and the process has a controlling
terminal (so that a mail can be piped in and the passphrase typed). Where the terminal cannot be told to hide what is
typed, nothing is asked: there is no falling back to visible input.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from cli.texts import _
from vault.errors import N_, Usage
from vault.model.shown import shown

LONGEST = 4096
_MOST_LINES, _AT_ONCE = 50, 0.3
"""Lines of a paste, and seconds within which its next line comes."""


def possible() -> bool:
    """Whether there is a terminal to ask on."""
    if sys.platform == "win32":
        return sys.stdin is not None and sys.stdin.isatty()
    try:
        with _terminal():
            return True
    except OSError:
        return False


def hidden(question: str) -> str:
    """What a person types, unseen, up to the end of the line. Raises EOFError where the input ends."""
    return _ask(question, echo=False)


def visible(question: str) -> str:
    """What a person types up to the end of the line. Raises EOFError where the input ends."""
    return _ask(question, echo=True)


def pasted(question: str, *, echo: bool) -> str:
    """What a person types or pastes, several lines if they come at once. Raises EOFError where the input ends.

    What is left of a paste is thrown away, so that no shell gets it afterwards.
    """
    if sys.platform == "win32":
        return _ask_windows(question, echo=echo)
    import select
    import termios

    with _terminal() as terminal:
        with _echo(terminal, on=echo):
            os.write(terminal, question.encode(errors="backslashreplace"))
            lines = [_line(terminal)]
            while len(lines) < _MOST_LINES and select.select([terminal], [], [], _AT_ONCE)[0]:
                lines.append(_line(terminal))
            termios.tcflush(terminal, termios.TCIFLUSH)
        if not echo:
            os.write(terminal, b"\n")
    return "\n".join(lines).strip("\n")


def yes(question: str) -> bool:
    """Whether a person says yes; an empty answer is no."""
    return visible(question + " [" + _("y/N") + "] ").strip().lower()[:1] in {"y", "j"}


def one_of(question: str, choices: Sequence[str]) -> int | None:
    """The index of the choice that a person picks by its number, or None for an empty answer."""
    tell("")
    for number, choice in enumerate(choices, 1):
        tell(f"  {number}  {shown(choice)}")
    while True:
        answer = visible(f"{question} ").strip()
        if not answer:
            return None
        if answer.isdecimal() and 1 <= int(answer) <= len(choices):
            return int(answer) - 1
        tell(_("Please type one of the numbers, or nothing to stop."))


def some_of(question: str, choices: Sequence[str]) -> list[int]:
    """The indices of the choices that a person picks by their numbers, as in ``1 3-5``; none for an empty answer."""
    tell("")
    for number, choice in enumerate(choices, 1):
        tell(f"  {number}  {shown(choice)}")
    while True:
        found = numbers(visible(f"{question} "), len(choices))
        if found is not None:
            return [number - 1 for number in found]
        tell(_("Please type numbers such as 1 3-5, or nothing to stop."))


def numbers(text: str, highest: int) -> list[int] | None:
    """The numbers from 1 to ``highest`` in a text such as ``1 3-5``, ``1,3``, each once; None where it has others."""
    found: dict[int, None] = {}
    for word in text.replace(",", " ").split():
        first, dash, last = word.partition("-")
        ends = (first, last if dash else first)
        if not all(one.isascii() and one.isdecimal() and len(one) < 7 for one in ends):
            return None
        low, high = map(int, ends)
        if not 1 <= low <= high <= highest:
            return None
        found |= dict.fromkeys(range(low, high + 1))
    return [*found]


def tell(line: str) -> None:
    """Say something beside a prompt: on standard error, so that standard output stays clean."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def _ask(question: str, *, echo: bool) -> str:
    if sys.platform == "win32":
        return _ask_windows(question, echo=echo)
    with _terminal() as terminal:
        with _echo(terminal, on=echo):
            os.write(terminal, question.encode(errors="backslashreplace"))
            line = _line(terminal)
        if not echo:
            os.write(terminal, b"\n")
    return line


def _line(terminal: int) -> str:
    typed = b""
    while not typed.endswith(b"\n"):
        part = os.read(terminal, LONGEST)
        if not part:
            raise EOFError
        typed += part
        if len(typed) > LONGEST:
            raise Usage(what=N_("That is too long for a line."))
    try:
        return typed[:-1].decode()
    except UnicodeDecodeError:
        raise Usage(what=N_("The terminal sent characters that are not UTF-8.")) from None


@contextmanager
def _terminal() -> Iterator[int]:
    """A file descriptor of the terminal. Raises OSError where there is none."""
    if not os.isatty(0) and not os.isatty(2):
        raise OSError
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | getattr(os, "O_NOCTTY", 0))
    except OSError:
        if not os.isatty(0):
            raise
        yield 0
        return
    try:
        yield terminal
    finally:
        os.close(terminal)


@contextmanager
def _echo(terminal: int, *, on: bool) -> Iterator[None]:
    """Have the terminal show, or not show, what is typed; leave it as it was. Raises Usage where it cannot."""
    import termios

    try:
        before = termios.tcgetattr(terminal)
        after = [*before]
        after[3] = before[3] | termios.ECHO if on else before[3] & ~termios.ECHO
        after[3] |= termios.ICANON
        termios.tcsetattr(terminal, termios.TCSADRAIN if on else termios.TCSAFLUSH, after)
    except termios.error:
        raise Usage(what=N_("The terminal cannot hide what is typed, so nothing was asked.")) from None
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _ask_windows(question: str, *, echo: bool) -> str:
    import msvcrt

    read = getattr(msvcrt, "getwche" if echo else "getwch")
    write = getattr(msvcrt, "putwch")  # noqa: B009 - there only on Windows
    for char in question:
        write(char)
    typed: list[str] = []
    while (char := read()) not in "\r\n":
        if char == "\x03":
            raise KeyboardInterrupt
        if char == "\x1a":
            raise EOFError
        if char in "\x00\xe0":  # a function key: its second half is not a character
            read()
        elif char == "\b":
            del typed[-1:]
        elif len(typed) < LONGEST:
            typed.append(char)
    for char in "\r\n":
        write(char)
    return "".join(typed)
