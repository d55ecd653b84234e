"""The keychain of macOS, into which certvault does not install.

Another program can give the password of a file to its program on the argument line alone (``security import FILE -P
PASSWORD``), where every user of the machine can read it while it runs. Not tried: there was no Mac.
"""

from __future__ import annotations

from typing import NoReturn

from vault.errors import N_, NotOffered

WHY = N_(
    "The keychain of macOS is told a password on the argument line of its program, where others can read it; so "
    "certvault does not install there."
)
BY_HAND = N_(
    "Write the file with certvault export --for macos, open it in Keychain Access, and type there what certvault pin "
    "shows."
)


def refuse() -> NoReturn:
    """Raise NotOffered, with what a person does instead."""
    raise NotOffered(what=WHY, hint=BY_HAND)
