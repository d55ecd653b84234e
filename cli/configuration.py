"""The user's own configuration: ``config.toml`` in the platform's folder for that, or in CERTVAULT_CONFIG_DIR.

Nothing in a vault's folder, in the register or in a mail can say what this program runs or where it looks; this file
can, so it must be the user's own.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from vault.errors import N_, ConfigurationUnusable, Phrase

FILE_NAME = "config.toml"
LONGEST = 256 * 1024
_KNOWN = {"imap", "mail", "webhook", "note"}


def folder() -> Path:
    """The user's own configuration folder; it need not be there."""
    if given := os.environ.get("CERTVAULT_CONFIG_DIR"):
        return Path(given)
    if sys.platform != "linux":
        from platformdirs import user_config_path

        return user_config_path("certvault", appauthor=False, roaming=True)
    given = os.environ.get("XDG_CONFIG_HOME", "").strip()  # as platformdirs says it, which takes its time to be loaded
    return Path(given or "~/.config").expanduser() / "certvault"


def path() -> Path:
    """The configuration file; it need not be there."""
    return folder() / FILE_NAME


def token_command(owner: str, vault: Path) -> list[str]:
    """The command that prints a token for the mailbox of ``owner`` (``user@host``); empty where none is configured.

    Written so: ``[imap."user@host"]`` and below it ``token-command = ["program", "argument"]``. Raises
    ConfigurationUnusable, also where the file lies in the folder of the ``vault``.
    """
    from cli.section import Section

    imap = tables(vault).get("imap", {})
    if not isinstance(imap, dict) or not all(isinstance(table, dict) for table in imap.values()):
        raise unusable(Phrase(N_("{key} must be a table"), key="imap"))
    commands = {}
    for name, table in imap.items():
        section = Section(f'imap."{name}"', table)
        commands[name] = section.command("token-command")
        section.end()
    return commands.get(owner, [])


def tables(vault: Path) -> dict[str, Any]:
    """All that the file says. Raises ConfigurationUnusable."""
    from vault.files.reading import read_own

    data = read_own(path(), LONGEST)
    if data is None:
        return {}
    if vault.resolve() in path().resolve().parents:
        raise unusable(N_("it lies in the folder of the vault"))
    import tomllib

    try:
        found = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise unusable(Phrase(N_("it is no TOML: {text}"), text=str(error))) from None
    for unknown in sorted(found.keys() - _KNOWN):
        raise unusable(Phrase(N_("it has an unknown entry {key}"), key=unknown))
    return found


def unusable(why: str) -> ConfigurationUnusable:
    """The error for a configuration that breaks a rule: ``why`` names the key."""
    return ConfigurationUnusable(path=str(path()), why=why)
