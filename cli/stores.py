"""The certificate stores of this machine, by the names that people give them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cli import prompt
from cli.texts import _
from vault.errors import N_, NoStore, Phrase, SeveralStores, Usage
from vault.secret import StorePassword

if TYPE_CHECKING:
    from vault.ports.installer import Installer

NAMES = ("firefox", "windows", "macos")
"""The target profiles of these stores."""


def checked(target: str) -> str:
    """The target profile of a store. Raises Usage for software into which a person installs."""
    if target not in NAMES:
        what = Phrase(N_("{option} is one of: {choices}."), option="--for", choices=", ".join(NAMES))
        raise Usage(what=what, hint=Phrase(N_("For {target} there is: certvault export --for {target}"), target=target))
    return target


def store(name: str, folder: Path | None, *, ask: bool) -> Installer:
    """The store that is meant, looked at before anybody is asked for a key of the vault.

    ``folder`` is that of its database, and ``ask`` says that this has a password. Raises NotOffered, NoStore,
    SeveralStores, Usage.
    """
    from vault.installing import macos
    from vault.installing.nss import NssDatabase
    from vault.installing.windows import WindowsStore

    if name != "firefox" and (folder is not None or ask):
        raise Usage(what=N_("--to and --primary-password go with --for firefox."))
    if name == "macos":
        macos.refuse()
    if name == "windows":
        found: Installer = WindowsStore()
        found.check()
        return found
    folder = folder or _firefox()
    NssDatabase(folder).check()
    return NssDatabase(folder, StorePassword(_asked(folder)) if ask else None)


def _firefox() -> Path:
    from vault.installing.nss import firefox_profiles

    found = firefox_profiles(Path.home())
    if not found:
        raise NoStore(path=str(Path.home() / ".mozilla" / "firefox"))
    if len(found) > 1:
        raise SeveralStores(paths=", ".join(map(str, found)))
    return found[0]


def _asked(folder: Path) -> str:
    if not prompt.possible():
        raise Usage(what=N_("There is no terminal to ask for the primary password on."))
    return prompt.hidden(_("Primary password of {path}: ").format(path=folder))
