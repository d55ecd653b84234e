"""Who may use a vault's files: their owner alone (0700, 0600), or a group of users (folder 2770, files 0660).

Whether a group may, the vault's slot file says; what a new file becomes is read from its folder and given explicitly,
so no umask has a say in it. SQLite makes a journal as open as its database, and the folder's set-group-id bit gives it
the group. Windows has access lists instead (:mod:`vault.model.sddl`).
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_IMODE, S_ISDIR, S_ISREG
from typing import NamedTuple

from vault.errors import N_, Exposed, NotAllowed

if sys.platform == "win32":
    from vault.model import sddl

FOLDER, FILE = 0o2770, 0o660
"""The modes in a vault that a group shares."""
_ACCESS_LISTS = {"system.posix_acl_access", "system.posix_acl_default"}
"""The extended attributes in which Linux keeps what an access list adds to a mode, and to new files (acl(5))."""
_OPEN_TO = (Exposed.sentence, N_("Others may read or change {path}: {mode}."))


class Opened(NamedTuple):
    """How a file or folder stands open to others: its mode (on Windows who may), and the command that closes it."""

    mode: str
    command: str


def shared_by(folder: Path) -> int | None:
    """The number of the group that shares ``folder``; None where it is its owner's alone, or not there."""
    if sys.platform == "win32":
        return None
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_gid if S_IMODE(found.st_mode) == FOLDER else None


def as_its_folder(file: int, folder: Path) -> None:
    """Make the new ``file`` in ``folder``, which was made with mode 0600, as open as the folder, and the folder's
    owner's where root made it. Raises OSError.
    """
    if sys.platform == "win32":
        return
    _give(file, folder)
    group = shared_by(folder)
    if group is not None:
        os.fchown(file, -1, group)
        os.fchmod(file, FILE)


def as_its_parent(folder: Path) -> None:
    """The same for a new ``folder``, which was made with mode 0700. Raises OSError."""
    if sys.platform != "win32":
        with _opened(folder) as file:
            _give(file, folder.parent)
            group = shared_by(folder.parent)
            if group is not None:
                os.fchown(file, -1, group)
                os.fchmod(file, FOLDER)


def given(folder: Path) -> None:
    """Give the new ``folder`` to the owner of the one that it lies in, where root made it. Raises OSError."""
    if sys.platform != "win32" and os.geteuid() == 0:
        with _opened(folder) as file:
            _give(file, folder.parent)


if sys.platform != "win32":

    @contextmanager
    def _opened(folder: Path) -> Iterator[int]:
        """A new folder, and nothing that somebody put in its place: root gives no symlink's target away."""
        file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            yield file
        finally:
            os.close(file)

    def _give(new: int, folder: Path) -> None:
        """What root makes in somebody's ``folder`` is his, or he could not use it. Where root may not, it stays so."""
        if os.geteuid() != 0:
            return
        owner = folder.stat()
        if os.fstat(new).st_uid != owner.st_uid:
            with suppress(PermissionError):
                os.fchown(new, owner.st_uid, owner.st_gid)


def open_folder(folder: Path, group: int) -> None:
    """Let the ``group`` share a ``folder`` in which nothing is yet. Raises OSError."""
    if sys.platform != "win32":
        os.chown(folder, -1, group)
        folder.chmod(FOLDER)


def close_empty(folder: Path) -> None:
    """Take from others what they may do with a ``folder`` in which nothing is yet, where it is ours to take."""
    with suppress(OSError):
        if any(folder.iterdir()):
            return
        if sys.platform == "win32":
            from vault.windows import protect, security

            protect(folder, sddl.protected(sddl.owner(security(folder))))
        else:
            folder.chmod(0o700)


def close_key(path: Path) -> None:
    """Take from others what they may do with a key file, on Windows; elsewhere one that is open is refused when it is
    read. Raises OSError."""
    if sys.platform == "win32":
        from vault.windows import protect, security

        protect(path, sddl.protected(sddl.owner(security(path))))


def permitted(path: Path) -> None:
    """Raise NotAllowed where the system does not let us read the file or folder at ``path``. Nothing need be there."""
    if sys.platform == "win32" or os.access(path, os.R_OK):
        return
    try:
        found = path.stat()
    except PermissionError:
        raise NotAllowed(path=str(path), hint=N_("A folder above it is closed to you.")) from None
    except OSError:
        return
    owner, group = user_name(found.st_uid), group_name(found.st_gid)
    if S_IMODE(found.st_mode) == FOLDER:
        hint = N_("The group {group} shares it. An administrator takes you in: sudo usermod -aG {group} {user}")
        raise NotAllowed(path=str(path), hint=hint, owner=owner, group=group, user=user_name(os.geteuid()))
    raise NotAllowed(path=str(path), owner=owner)


def check(folder: Path, *files: str, shared: bool) -> None:
    """Refuse a vault's ``folder`` and ``files`` that stand open to more than they may, or are closed to us.

    Nothing need be there yet. Raises Exposed, NotAllowed.
    """
    for path in (folder, *(folder / name for name in files)):
        if (found := exposed(path, shared=shared)) and path.is_dir() == (path == folder):
            raise Exposed(_OPEN_TO[sys.platform == "win32"], path=str(path), mode=found.mode, command=found.command)
        permitted(path)


def exposed(path: Path, *, shared: bool) -> Opened | None:
    """How the file or folder at ``path`` stands open to more than it may; None where it does not, and for what is
    neither. In a vault that a group shares, that is the group of the folder.
    """
    if sys.platform == "win32":
        return _exposed_on_windows(path)
    try:
        found = path.stat() if path.is_dir() else path.lstat()
    except OSError:
        return None  # whoever opens it says why it cannot be
    if not found.st_mode & 0o077 or not (S_ISREG(found.st_mode) or S_ISDIR(found.st_mode)):
        return None
    if not shared:
        right = "700" if S_ISDIR(found.st_mode) else "600"
        return Opened(f"{S_IMODE(found.st_mode):04o}", f"chmod {right} {quoted(path)}")
    return _exposed_beyond_group(path, found)


def _exposed_beyond_group(path: Path, found: os.stat_result) -> Opened | None:
    """As :func:`exposed`, for what a group shares."""
    right = FOLDER if S_ISDIR(found.st_mode) else FILE
    group = found.st_gid if S_ISDIR(found.st_mode) else path.parent.stat().st_gid
    mode, commands = f"{S_IMODE(found.st_mode):04o}", []
    if found.st_gid != group:
        mode += f" {group_name(found.st_gid)}"
        commands.append(f"chgrp {group_name(group)} {quoted(path)}")
    if _has_access_list(path):
        mode += "+"
        commands.append(f"setfacl -bk {quoted(path)}")
    loose = S_IMODE(found.st_mode) != right if S_ISDIR(found.st_mode) else found.st_mode & ~right & 0o7777
    if loose or commands:
        commands.append(f"chmod {right:o} {quoted(path)}")
    return Opened(mode, " && ".join(commands)) if commands else None


if sys.platform == "win32":

    def _exposed_on_windows(path: Path) -> Opened | None:
        """As :func:`exposed`. A file's owner has to be its folder's: who owns it may open it to himself."""
        from vault.windows import security

        folder = path.is_dir()
        try:
            found, owner = security(path), sddl.owner(security(path if folder else path.parent))
        except OSError:
            return None  # whoever opens it says why it cannot be
        others = sddl.strangers(found, owner)
        return Opened(", ".join(others), sddl.mending(str(path), owner, others, folder=folder)) if others else None


def _has_access_list(path: Path) -> bool:
    """Whether an access list lets others in whom the mode does not show. Linux says so, no other system is asked."""
    if sys.platform != "linux":
        return False
    try:
        return not _ACCESS_LISTS.isdisjoint(os.listxattr(path))
    except OSError:
        return False


def user_name(number: int) -> str:
    """The name of a user of the system, or the number where it has none."""
    import pwd

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def group_name(number: int) -> str:
    """The same for a group."""
    import grp

    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)


def quoted(path: Path) -> str:
    """``path`` as the shell takes it."""
    from shlex import quote

    return quote(str(path))
