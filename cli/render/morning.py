"""The morning page."""

from __future__ import annotations

from pathlib import Path

from cli.render.paper import Paper
from cli.texts import _
from vault.model.shown import shown


def version() -> None:
    """The version of the program."""
    from importlib.metadata import version as installed

    Paper().write(f"certvault {installed('certvault')}")


def begin(folder: Path) -> None:
    """How to begin where there is no vault yet."""
    paper = Paper()
    paper.write(_("There is no vault in {path} yet.").format(path=shown(str(folder))))
    paper.write()
    for line, meaning in (
        ("certvault init", _("Create it. You choose a passphrase and get a recovery code.")),
        ("certvault ingest MAIL", _("Take in the mails with the download links.")),
        ("certvault fetch", _("Type the PINs; the certificates are fetched and stored with them.")),
    ):
        paper.write("  " + line, "cyan")
        paper.write(paper.wrapped(meaning, "      "))
