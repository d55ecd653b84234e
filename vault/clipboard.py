"""The system's clipboard: a pasted mail in, a PIN out."""

from __future__ import annotations

from vault.errors import N_, ClipboardNotThere


def pasted() -> str:
    """The text on the clipboard. Raises ClipboardNotThere."""
    import copykitten  # loads a native library that few commands need

    try:
        return str(copykitten.paste())
    except copykitten.CopykittenError:
        raise ClipboardNotThere(why=N_("it is empty, or this session has no desktop")) from None


def copy(text: str) -> None:
    """Put ``text`` on the clipboard. Raises ClipboardNotThere."""
    import copykitten

    try:
        copykitten.copy(text)
    except copykitten.CopykittenError:
        raise ClipboardNotThere(why=N_("this session has no desktop"), hint=N_("Leave out --copy to see it.")) from None


def clear(unless_other_than: str) -> None:
    """Empty the clipboard where it still holds ``unless_other_than``; something newer on it is left alone."""
    import copykitten

    try:
        if copykitten.paste() == unless_other_than:
            copykitten.clear()
    except copykitten.CopykittenError:
        return
