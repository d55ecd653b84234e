"""How quickly the PIN of a file is guessed, in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from cli.texts import _
from vault.errors import N_
from vault.model.guessing import EIGHT_SIGNS, LONG_ENOUGH, SIX_DIGITS, guessed, seconds
from vault.model.protection import Protection

_MINUTE, _DAY = 60.0, 86400.0
SOON = (
    (10.0, N_("at once")),
    (_MINUTE, N_("within a minute")),
    (60 * _MINUTE, N_("within an hour")),
    (_DAY, N_("within a day")),
    (30 * _DAY, N_("within a month")),
    (365 * _DAY, N_("within a year")),
    (LONG_ENOUGH, N_("within a hundred years")),
)
NEVER = N_("not within a hundred years")


def facts(protection: Protection, guess: int | None) -> Iterator[tuple[str, str]]:
    """Whether a PIN protects the file on its way: the one that was given, else such as come by SMS."""
    if protection.open_keys:
        yield _("On its way"), _("not protected: nothing in it needs a PIN")
        return
    six, eight = seconds(protection, SIX_DIGITS), seconds(protection, EIGHT_SIGNS)
    if six is None or eight is None:
        return
    if guess is not None:
        yield _("On its way"), _this(protection, guess)
        return
    line = _(
        "Whoever gets hold of the file guesses a PIN of six digits {soon}, one of eight letters and digits {later}."
    )
    yield _("On its way"), line.format(soon=_soon(six), later=_soon(eight)) + _advice(protection, EIGHT_SIGNS)


def shape(protection: Protection, guess: int | None) -> dict[str, object]:
    """The same for scripts, in seconds; of the PIN that was given only whether it protects the file."""
    return {
        "six_digits": seconds(protection, SIX_DIGITS),
        "eight_letters_and_digits": seconds(protection, EIGHT_SIGNS),
        "protected_by_this_pin": None if guess is None else not guessed(protection, guess),
    }


def _this(protection: Protection, guess: int) -> str:
    found = seconds(protection, guess)
    if found is None or not guessed(protection, guess):
        return _("This PIN protects the file, if it is no word.")
    line = _("Whoever gets hold of the file guesses this PIN {soon}.")
    return line.format(soon=_soon(found)) + _advice(protection, guess)


def _advice(protection: Protection, count: int) -> str:
    if not guessed(protection, count):
        return ""
    return " " + _("Such a PIN does not protect it on its way: send the file by a way that is protected itself.")


def _soon(found: float) -> str:
    return _(next((words for limit, words in SOON if found < limit), NEVER))
