"""Who may use the files of a vault. What a group can do in practice: ``tests/cli/test_group.py``."""

from __future__ import annotations

import os
import stat
import struct
import sys
from pathlib import Path

import pytest

from tests.support import root, vaults
from vault import opening, rights, sharing
from vault.errors import Exposed, SlotsDamaged, Usage
from vault.files.lock import Lock
from vault.files.writing import folder_within, replace, write_new
from vault.store.connection import empty

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="modes are those of POSIX")


def shared(folder: Path) -> Path:
    """A new vault in ``folder`` that the group of these tests shares."""
    vaults.new_vault(folder, group=os.getegid())
    return folder


@pytest.mark.parametrize(("name", "mode"), [("", 0o750), ("", 0o701), ("keyslots.json", 0o640), ("*.db", 0o604)])
def test_what_is_open_to_others_is_refused_with_the_command_that_closes_it(
    name: str, mode: int, tmp_path: Path
) -> None:
    """The command is the shell's own, and after it the vault opens."""
    folder = tmp_path / "Tresor für 'uns'"
    vaults.new_vault(folder)
    path = next(folder.glob(name)) if name else folder
    path.chmod(mode)
    with pytest.raises(Exposed) as refused, vaults.custody(folder):
        pass
    assert refused.value.fields["mode"] == f"{mode:04o}"
    assert os.system(str(refused.value.fields["command"])) == 0  # noqa: S605 - that is the promise
    with vaults.custody(folder):
        pass


def test_no_vault_is_made_in_a_folder_that_is_open_to_others(tmp_path: Path) -> None:
    """What is in it would be, too."""
    folder = tmp_path / "vault"
    folder.mkdir()
    (folder / "letter").touch()
    folder.chmod(0o755)
    with pytest.raises(Exposed):
        vaults.new_vault(folder)
    assert [path.name for path in folder.iterdir()] == ["letter"]
    assert not opening.exists(folder)


def test_an_empty_folder_made_for_the_vault_is_closed_and_a_used_one_is_not_touched(tmp_path: Path) -> None:
    """Who makes the folder first need not know about modes; a folder with other things in it is his own affair."""
    for name in ("empty", "used"):
        (tmp_path / name).mkdir()
        (tmp_path / name).chmod(0o755)
    (tmp_path / "used" / "letter").touch()
    rights.close_empty(tmp_path / "empty")
    rights.close_empty(tmp_path / "used")
    rights.close_empty(tmp_path / "missing")
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("empty", "used")] == [0o700, 0o755]


def test_a_shared_vault_has_exactly_the_modes_of_its_group(tmp_path: Path) -> None:
    """Folder 2770, files 0660, whatever the umask; each file that is made later, too."""
    before = os.umask(0o077)
    try:
        folder = shared(tmp_path / "vault")
        with vaults.custody(folder, exclusive=True) as custody:
            custody.snapshot(folder / "copy.db")
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o2770
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o660}


def test_stricter_than_the_groups_is_no_hindrance_to_the_owner(tmp_path: Path) -> None:
    """It is the others who are shut out, on purpose or not: ``doctor`` tells it."""
    folder = shared(tmp_path / "vault")
    assert sharing.narrowed(folder, "keyslots.json") == ""
    (folder / "keyslots.json").chmod(0o600)
    assert f"chmod 660 {folder}" not in sharing.narrowed(folder, "keyslots.json")
    assert "-exec chmod 660" in sharing.narrowed(folder, "keyslots.json")
    folder.chmod(0o700)
    assert "chgrp -R GROUP" in sharing.narrowed(folder, "keyslots.json")
    with vaults.custody(folder):
        pass


@pytest.mark.parametrize(("name", "kind"), [("keyslots.json", "access"), ("", "default")])
def test_an_access_list_that_lets_others_in_is_seen(name: str, kind: str, tmp_path: Path) -> None:
    """A named user in an access list does not show in the mode (acl(5)): written here as Linux stores it.

    In the folder's list for new files he would be let into those.
    """
    folder = shared(tmp_path / "vault")
    tags = ((0x01, 6, -1), (0x02, 6, 65534), (0x04, 6, -1), (0x10, 6, -1), (0x20, 0, -1))
    value = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *tag) for tag in tags)
    path, mode = folder / name, 0o660 if name else 0o2770
    try:
        os.setxattr(path, f"system.posix_acl_{kind}", value)
    except (OSError, AttributeError):
        pytest.skip("this file system keeps no access lists")
    assert stat.S_IMODE(path.stat().st_mode) == mode
    with pytest.raises(Exposed) as refused, vaults.custody(folder):
        pass
    assert refused.value.fields["command"] == f"setfacl -bk {path} && chmod {mode:o} {path}"
    assert refused.value.fields["mode"] == f"{mode:04o}+"


def test_a_folder_with_something_in_it_is_not_opened_to_a_group(tmp_path: Path) -> None:
    """What lies there would be shared too."""
    folder = tmp_path / "vault"
    folder.mkdir(mode=0o700)
    (folder / "letter").touch()
    with pytest.raises(Usage):
        vaults.new_vault(folder, group=os.getegid())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_slot_file_says_that_a_group_shares_the_vault_and_is_authenticated(tmp_path: Path) -> None:
    """So nobody can make a vault a group's, or a private one, by writing in it."""
    folder = shared(tmp_path / "vault")
    path = folder / "keyslots.json"
    assert opening.slots(folder).group
    path.write_bytes(path.read_bytes().replace(b',\n "group": true', b""))
    assert not opening.slots(folder).group
    folder.chmod(0o700)
    for file in folder.iterdir():
        file.chmod(0o600)
    with pytest.raises(SlotsDamaged), vaults.custody(folder):
        pass


def test_a_private_file_in_a_shared_folder_stays_private(tmp_path: Path) -> None:
    """Exports, key files and receipts go where people say, also into a folder that a group shares."""
    rights.open_folder(tmp_path, os.getegid())
    write_new(tmp_path / "watch.key", b"1")
    write_new(tmp_path / "of-the-vault", b"1", vaults=True)
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("watch.key", "of-the-vault")] == [0o600, 0o660]


def test_the_first_folder_above_that_the_group_cannot_pass_is_found(tmp_path: Path) -> None:
    """Whoever cannot reach the vault cannot use it, whatever its own modes say."""
    group = os.getegid()
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a").chmod(0o700)
    assert sharing.barrier(tmp_path / "a" / "b" / "vault", group) == tmp_path / "a"
    (tmp_path / "a").chmod(0o710)
    assert sharing.barrier(tmp_path / "a" / "b" / "vault", group) != tmp_path / "a"


@pytest.mark.skipif(sys.platform == "win32", reason="owners are those of POSIX")
@pytest.mark.parametrize("mode", [0o700, 0o2770])
def test_what_root_makes_in_a_persons_vault_is_his(mode: int, tmp_path: Path) -> None:
    """After an administrator has restored or rotated, the person whose vault it is opens it as before."""
    root.needed()
    folder, one = tmp_path / "vault", 65534
    folder.mkdir()
    os.chown(folder, one, one)
    folder.chmod(mode)
    write_new(folder / "new", b"1", vaults=True)
    replace(folder / "new", b"2")
    folder_within(folder / "within")
    Lock(folder / "within" / "lock", exclusive=True).release()
    empty(folder / "database")
    made = [folder / name for name in ("new", "within", "within/lock", "database")]
    assert {(path.stat().st_uid, path.stat().st_gid) for path in made} == {(one, one)}
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == ({0o600, 0o700} if mode == 0o700 else {0o660, mode})
    write_new(tmp_path / "another's", b"", vaults=False)
    assert (tmp_path / "another's").stat().st_uid == 0


@pytest.mark.skipif(sys.platform == "win32", reason="owners are those of POSIX")
def test_root_gives_nothing_away_by_a_symlink(tmp_path: Path) -> None:
    """Whoever puts one in the place of the folder that root has just made there gets nothing by it."""
    root.needed()
    (tmp_path / "his").mkdir()
    os.chown(tmp_path / "his", 65534, 65534)
    (tmp_path / "roots").mkdir()
    (tmp_path / "his" / "new").symlink_to(tmp_path / "roots")
    for give in (rights.given, rights.as_its_parent):
        with pytest.raises(OSError, match="new"):
            give(tmp_path / "his" / "new")
    assert (tmp_path / "roots").stat().st_uid == 0
