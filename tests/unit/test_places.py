"""Where a vault may live."""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path

import pytest

from tests.support import vaults
from vault import places
from vault.errors import OnNetworkDrive

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="mountinfo is that of Linux")


def mountinfo(tmp_path: Path, kind: str) -> Path:
    """What Linux would say of the device 0:77 (proc(5)), among others."""
    path = tmp_path / "mountinfo"
    path.write_text(
        "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard\n"
        "28 27 0:7 / /dev rw - devtmpfs devtmpfs rw\n"
        f"90 27 0:77 / /srv/mit\\040Blank rw,relatime shared:9 master:2 - {kind} server:/share rw,vers=4.2\n"
    )
    return path


@pytest.fixture
def on_77(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every folder is on the device 0:77, which has no disk of its own."""
    monkeypatch.setattr(places, "_device", lambda folder: os.makedev(0, 77))


@pytest.mark.usefixtures("on_77")
@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p", "ceph"])
def test_a_network_drive_is_named(kind: str, tmp_path: Path) -> None:
    """By the type of its file system."""
    assert places.network(tmp_path, mountinfo(tmp_path, kind)) == kind


@pytest.mark.usefixtures("on_77")
@pytest.mark.parametrize("kind", ["tmpfs", "overlay", "btrfs", "zfs", "fuse.gocryptfs", "fuseblk"])
def test_what_has_no_device_of_its_own_is_no_network_drive_by_that(kind: str, tmp_path: Path) -> None:
    """Containers, memory and modern file systems of this machine are none."""
    assert places.network(tmp_path, mountinfo(tmp_path, kind)) == ""


@pytest.mark.usefixtures("on_77")
def test_where_nothing_is_known_nothing_is_refused(tmp_path: Path) -> None:
    """No mountinfo, or not this device in it."""
    assert places.network(tmp_path, tmp_path / "none") == ""
    (tmp_path / "empty").write_text("nonsense\n\n - \n")
    assert places.network(tmp_path, tmp_path / "empty") == ""


def test_a_disk_of_this_machine_is_no_network_drive(tmp_path: Path) -> None:
    """The real one, for a folder that is there and one that is not yet."""
    assert places.network(tmp_path) == ""
    assert places.network(tmp_path / "not" / "yet") == ""


@pytest.mark.usefixtures("on_77")
def test_no_vault_is_made_or_opened_on_a_network_drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing is left there."""
    folder = tmp_path / "vault"
    monkeypatch.setattr(places, "_kind", lambda device, mounts: "ext4")
    vaults.new_vault(folder)
    monkeypatch.setattr(places, "_kind", lambda device, mounts: "cifs")
    with pytest.raises(OnNetworkDrive) as refused, vaults.custody(folder):
        pass
    assert refused.value.code == 3
    with pytest.raises(OnNetworkDrive):
        vaults.new_vault(tmp_path / "other")
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    ("below", "program"),
    [
        ("OneDrive/vault", "OneDrive"),
        ("OneDrive - Agentur Sommer/a/b", "OneDrive"),
        ("Dropbox (Agentur)/vault", "Dropbox"),
        ("Nextcloud/vault", "Nextcloud"),
        ("Library/Mobile Documents/com~apple~CloudDocs/vault", "iCloud"),
        ("Library/CloudStorage/OneDrive-Personal/vault", "OneDrive"),
        ("Library/CloudStorage/Box-Box/vault", "macOS (CloudStorage)"),
        ("Documents/vault", ""),
        ("NextcloudAlt/vault", ""),
    ],
)
def test_folders_that_are_copied_are_known_by_their_names(below: str, program: str, tmp_path: Path) -> None:
    """By a whole part of the path, whether it is there yet or not."""
    assert places.synchronised(tmp_path / below) == program


@pytest.mark.parametrize(
    ("mark", "program"),
    [(".sync_0a1b2c.db", "Nextcloud"), (".dropbox.cache", "Dropbox"), (".stfolder", "Syncthing"), ("sync.db", "")],
)
def test_folders_that_are_copied_are_known_by_their_marks(mark: str, program: str, tmp_path: Path) -> None:
    """In the folder itself or any above."""
    (tmp_path / mark).touch()
    assert places.synchronised(tmp_path / "a" / "vault") == program


def statfs(kind: str) -> bytes:
    """What macOS' statfs(2) writes: sizes, counts, ids, owner, type, flags, subtype, and three texts."""
    numbers = struct.pack("<Ii5Q2iIIII", 4096, 1 << 20, 100, 50, 50, 9, 9, 16777220, 26, 501, 26, 0x1000, 0)
    names = kind.encode().ljust(16, b"\0") + b"/Volumes/Daten".ljust(1024, b"\0") + b"//anna@server/Daten".ljust(1024)
    return (numbers + names).ljust(4096, b"\0")


@pytest.mark.parametrize("kind", ["smbfs", "nfs", "afpfs", "webdav", "macfuse", "osxfuse"])
def test_a_network_drive_of_a_mac_is_named(kind: str) -> None:
    """By ``f_fstypename``, at the place that statfs(2) of macOS gives it. The call itself is not run here."""
    assert places._macs(statfs(kind)) == kind


@pytest.mark.parametrize("found", [statfs("apfs"), statfs("hfs"), statfs("msdos"), statfs("nfsx"), b"", bytes(4096)])
def test_a_macs_own_disk_is_none(found: bytes) -> None:
    """Nor is what the system says nothing of."""
    assert places._macs(found) == ""


@pytest.mark.parametrize(
    ("drive", "kind"),
    [
        ("\\\\server\\share", "UNC"),
        ("\\\\?\\UNC\\server\\share", "UNC"),
        ("\\\\?\\C:", ""),
        ("\\\\.\\C:", ""),
        ("\\\\wsl.localhost\\Debian", "UNC"),
    ],
)
def test_a_path_on_another_machine_is_known_by_its_beginning(drive: str, kind: str) -> None:
    """On Windows, before it is asked; a letter is asked for its drive, which is not run here."""
    assert places._windows_drive(drive) == kind
