"""Where a vault may live: on a disk of this machine, and not in a folder that is copied.

A network drive grants locks and keeps the order of writes only as its server pleases, so a vault there can be torn. A
folder that a program synchronises is copied file by file, in the middle of a change too, and put back older.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from vault.errors import OnNetworkDrive

_NETWORK = (
    " 9p acfs afs afpfs beegfs ceph cifs coda davfs fuse.ceph fuse.curlftpfs fuse.davfs fuse.davfs2 fuse.glusterfs"
    " fuse.goofys fuse.gvfsd-fuse fuse.rclone fuse.s3fs fuse.sshfs glusterfs gfs2 lustre ncpfs nfs nfs3 nfs4 ocfs2"
    " orangefs smb2 smb3 smbfs webdav "
)
"""Types of file systems that lie on another machine, as Linux names them in mountinfo."""
_NETWORK_OF_MACS = " smbfs nfs afpfs webdav ftp cifs macfuse osxfuse osxfusefs fusefs "
"""The same as macOS names them in ``f_fstypename``; what FUSE brings is sshfs as a rule."""
_NAME = slice(72, 88)
"""Where that name stands in ``struct statfs`` with 64-bit inodes: after eight numbers of 4 and five of 8 octets
(statfs(2) of macOS)."""
_MOUNTS = Path("/proc/self/mountinfo")
_REMOTE = 4
"""DRIVE_REMOTE, of Windows' GetDriveTypeW."""

_SYNCHRONISED = (
    ("OneDrive", r"onedrive(( - |-).+)?"),
    ("Dropbox", r"dropbox( \(.+\))?"),
    ("Nextcloud", r"nextcloud\d*(-.+)?"),
    ("ownCloud", r"owncloud\d*"),
    ("iCloud", r"iclouddrive|mobile documents"),
    ("Google Drive", r"google ?drive( \(.+\))?|googledrive-.+"),
    ("MagentaCLOUD", r"magentacloud"),
    ("HiDrive", r"hidrive"),
    ("macOS (CloudStorage)", r"cloudstorage"),
)
"""How the programs name the folder that they copy, by default."""
_MARKS = (
    ("Dropbox", ".dropbox.cache"),
    ("Nextcloud", ".sync_*.db"),
    ("Nextcloud", "._sync_*.db"),
    ("Nextcloud", ".nextcloudsync.log"),
    ("ownCloud", ".owncloudsync.log"),
    ("Syncthing", ".stfolder"),
)
"""What they leave in it."""


def check(folder: Path) -> None:
    """Refuse a folder on a network drive. It need not be there yet. Raises OnNetworkDrive."""
    if kind := network(folder):
        raise OnNetworkDrive(path=str(folder), kind=kind)


def network(folder: Path, mounts: Path = _MOUNTS) -> str:
    """The kind of network drive that ``folder`` lies on, or an empty text. The folder need not be there yet.

    On Linux by the type of the file system, as ``mounts`` (proc(5), mountinfo) tells it; only a device without a disk
    of its own (major number 0) can be one. On Windows by the path and GetDriveTypeW, on macOS by statfs(2); both
    written from the documentation and not run.
    """
    if sys.platform == "win32":
        return _windows_drive(os.path.splitdrive(os.path.abspath(folder))[0])  # noqa: PTH100 - no symlinks followed
    if sys.platform == "darwin":
        return _macs(next((found for path in _and_above(folder) if (found := _statfs(path))), b""))
    device = _device(folder)
    if device is None or os.major(device):
        return ""
    kind = _kind(f"{os.major(device)}:{os.minor(device)}", mounts)
    return kind if f" {kind} " in _NETWORK else ""


def synchronised(folder: Path) -> str:
    """The program that copies ``folder`` to other machines, by the names and marks that it uses; or an empty text."""
    path = Path(os.path.abspath(folder))  # noqa: PTH100 - the path as people know it
    for part in (path, *path.parents):
        for program, name in _SYNCHRONISED:
            if re.fullmatch(name, part.name, re.IGNORECASE):
                return program
        for program, mark in _MARKS:
            if _has(part, mark):
                return program
    return ""


def _device(folder: Path) -> int | None:
    """The device of a folder, or of the nearest one above that is there."""
    for path in _and_above(folder):
        try:
            return path.stat().st_dev
        except OSError:
            continue
    return None


def _and_above(folder: Path) -> tuple[Path, ...]:
    return (folder, *Path(os.path.abspath(folder)).parents)  # noqa: PTH100 - it may not be there


def _macs(found: bytes) -> str:
    """The type of a network drive in what macOS' statfs(2) gave, or an empty text."""
    kind = found[_NAME].split(b"\0", 1)[0].decode("ascii", "replace")
    return kind if f" {kind} " in _NETWORK_OF_MACS else ""


if sys.platform == "darwin":

    def _statfs(folder: Path) -> bytes:
        """What the system says of the disk below ``folder``, or nothing."""
        import ctypes

        system, room = ctypes.CDLL(None, use_errno=True), ctypes.create_string_buffer(4096)
        for name in ("statfs$INODE64", "statfs"):  # the older machines' name first; the newer ones have the other alone
            if hasattr(system, name):
                return room.raw if getattr(system, name)(os.fsencode(folder), room) == 0 else b""
        return b""


def _kind(device: str, mounts: Path) -> str:
    """The type of the file system on ``device``: proc(5) says which field is which."""
    try:
        with mounts.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                before, _, after = line.partition(" - ")
                if before.split(" ", 3)[2:3] == [device]:
                    return after.split(" ", 1)[0]
    except OSError:
        pass  # no Linux
    return ""


def _windows_drive(drive: str) -> str:
    """``UNC`` for a path on another machine, ``mapped`` for a letter that stands for one."""
    if drive.startswith("\\\\"):
        local = drive.startswith(("\\\\?\\", "\\\\.\\")) and not drive.upper().startswith("\\\\?\\UNC")
        return "" if local else "UNC"
    import ctypes

    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - there only on Windows
    return "mapped" if kernel.GetDriveTypeW(drive + "\\") == _REMOTE else ""


def _has(folder: Path, mark: str) -> bool:
    try:
        return next(folder.glob(mark), None) is not None if "*" in mark else (folder / mark).exists()
    except OSError:
        return False
