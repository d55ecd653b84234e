"""What a PIN may be."""

from __future__ import annotations

from vault.errors import N_, BadPin
from vault.secret import Pin

LONGEST = 1024
"""Characters; more is a mistake at the keyboard, not a PIN."""


def pin(text: str, *, exact: bool = False) -> Pin:
    """``text`` as a PIN.

    Valid Unicode without NUL (the crypto library panics on it), CR and LF. A blank at either end is a mistake
    of copying unless ``exact`` says that it belongs to the PIN. An empty PIN is refused unless ``exact``.

    Raises BadPin, whose sentence never quotes the text.
    """
    if len(text) > LONGEST:
        raise BadPin(what=N_("this is too long for a PIN"))
    if any(c in "\0\r\n" or "\ud800" <= c <= "\udfff" for c in text):
        raise BadPin(what=N_("a PIN has no line break, NUL or broken character in it"))
    if not exact and text != text.strip():
        raise BadPin(
            what=N_("the PIN begins or ends with a blank"),
            hint=N_("If the blank belongs to the PIN, say --pin-exact."),
        )
    if not exact and not text:
        raise BadPin(what=N_("the PIN is empty"), hint=N_("If the PIN is really empty, say --pin-exact."))
    return Pin(text)
