"""A new passphrase: from a file, or typed twice on the terminal."""

from __future__ import annotations

from pathlib import Path

from cli import prompt, unlock
from cli.texts import _
from vault.errors import N_, Usage
from vault.secret import Passphrase

SHORT = 12
"""Characters below which a passphrase gets a word of warning."""


def new(file: Path | None) -> Passphrase:
    """A new passphrase for a vault that is there: from ``file``, else typed twice. Raises Usage, KeyFileUnusable."""
    if file is not None:
        return unlock.in_file(file)
    if not prompt.possible():
        raise Usage(
            what=N_("The new passphrase is missing, and there is no terminal to ask on."),
            hint=N_("Give it with --new-passphrase-file FILE."),
        )
    return typed_twice()


def typed_twice() -> Passphrase:
    """What a person types, unseen, two times the same. Raises Usage."""
    first = prompt.hidden(_("New passphrase, best several words: "))
    if not first:
        raise Usage(what=N_("The passphrase is empty. Nothing was changed."))
    if len(first) < SHORT:
        prompt.tell(_("This passphrase is short. Whoever has the folder can try passphrases as long as they like."))
    if prompt.hidden(_("The same once more: ")) != first:
        raise Usage(what=N_("The two passphrases differ. Nothing was changed."))
    return Passphrase(first)
