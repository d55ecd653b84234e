"""Where a vault may live."""

from __future__ import annotations

import os
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
