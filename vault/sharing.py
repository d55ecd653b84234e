"""A vault that the users of a group share: who is in it, the folder for it, and what stands in the group's way."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from vault.errors import N_, Usage
from vault.rights import FILE, FOLDER, group_name, open_folder, quoted, shared_by, user_name


def group_named(name: str) -> int:
    """The number of the system's group ``name``, to which whoever asks must belong. Raises Usage."""
    if sys.platform == "win32":
        raise Usage(what=N_("on Windows a vault has one user; --group is for Linux and macOS"))
    import grp

    try:
        number = grp.getgrnam(name).gr_gid
    except KeyError:
        raise Usage(
            what=N_("there is no group of this name on this machine"),
            hint=N_("An administrator makes one: sudo groupadd NAME; then for each person: sudo usermod -aG NAME USER"),
        ) from None
    if os.geteuid() != 0 and number not in {os.getegid(), *os.getgroups()}:
        raise Usage(
            what=N_("you do not belong to this group"),
            hint=N_("An administrator says: sudo usermod -aG {group} {user}; then log in again."),
            group=name,
            user=user_name(os.geteuid()),
        )
    return number


def share_empty(folder: Path, group: int) -> None:
    """Let the ``group`` share a ``folder`` that was made for a vault. Raises Usage where that cannot be.

    One in which something is already has to be so before: what is in it would be shared too.
    """
    with suppress(OSError):
        if shared_by(folder) != group and not any(folder.iterdir()):
            open_folder(folder, group)
    if shared_by(folder) != group:
        raise Usage(
            what=N_("the folder cannot be opened to the group"),
            hint=N_("Name an empty one of your own with --vault DIR, or let an administrator say: {command}"),
            command=f"chgrp {group_name(group)} {quoted(folder)} && chmod 2770 {quoted(folder)}",
        )


def barrier(folder: Path, group: int) -> Path | None:
    """The nearest folder above ``folder`` through which neither everybody nor the ``group`` may pass, or None."""
    for above in folder.absolute().parents:
        found = above.stat()
        if not (found.st_mode & 0o001 or (found.st_gid == group and found.st_mode & 0o010)):
            return above
    return None


def narrowed(folder: Path, *files: str) -> str:
    """The command that opens a vault to the group which shares it, where the folder or a file is closed to the group.

    So it is after a restore into a new folder: which group it is there, nobody has said.
    """
    there = [path for path in (folder, *(folder / name for name in files)) if path.exists()]
    if sys.platform == "win32" or all(path.stat().st_mode & 0o060 == 0o060 for path in there):
        return ""
    group = shared_by(folder)
    name, place = "GROUP" if group is None else group_name(group), quoted(folder)
    return (
        f"chgrp -R {name} {place} && find {place} -type d -exec chmod {FOLDER:o} {{}} + "
        f"&& find {place} -type f -exec chmod {FILE:o} {{}} +"
    )
