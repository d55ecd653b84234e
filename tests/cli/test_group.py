"""A vault that several people share on one server: real users, with processes of their own."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import run

import pytest

from tests.cli.desk import pair
from tests.cli.program import Program
from tests.support import people
from tests.support.people import GROUP, Python, Server

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="groups and modes are those of POSIX")

CREATE = """
import sys
from pathlib import Path
from tests.support.vaults import new_vault

new_vault(Path(sys.argv[1]), group=int(sys.argv[2]))
"""
KILLED = """
import os, signal
from pathlib import Path
from tests.support.vaults import custody
from vault.model.holder import Holder

with custody(Path(os.environ["CERTVAULT_DIR"]), exclusive=True) as opened, opened.writing() as writer:
    writer._transaction.change("PRAGMA cache_size = 2")
    for number in range(2000):
        writer.add_holder(Holder(f"{number:016}", "x" * 200))
    os.kill(os.getpid(), signal.SIGKILL)
"""
"""Ends with pages in the database that are not committed: its journal is hot."""


@pytest.fixture(scope="module")
def python() -> Iterator[Python]:
    """An interpreter that every account can run."""
    with people.python_for_all() as found:
        yield found


@pytest.fixture
def server(python: Python) -> Iterator[Server]:
    """Three people, and a vault that Anna made for the group with a key derivation that takes no time."""
    with people.server(python) as found:
        made = people.code(found.anna, CREATE, found.vault, found.group)
        assert made.returncode == 0, made.stderr
        yield found


def modes(server: Server) -> dict[str, str]:
    """What each file and folder of the vault may not be: any other mode or group than a shared vault's."""
    wrong = {}
    for path in (server.vault, *server.vault.rglob("*")):
        found = path.lstat()
        right = 0o2770 if stat.S_ISDIR(found.st_mode) else 0o660
        if stat.S_IMODE(found.st_mode) != right or found.st_gid != server.group:
            wrong[path.name] = f"{stat.S_IMODE(found.st_mode):o} {found.st_gid}"
    return wrong


def add(person: Program, name: str, pin: str, days: int = 365) -> str:
    """Store a certificate; gives the pair's id."""
    (person.folder / "file.p12").write_bytes(pair(name, pin, days=days, since=400 - days))
    (person.folder / "file.p12").chmod(0o644)
    done = person.run("add", "file.p12", "--holder", name, "--pin-stdin", "--json", stdin=pin.encode())
    return str(done.document["pair"]["id"])


def test_a_vault_is_made_for_a_group_and_each_has_a_key_of_his_own(python: Python) -> None:
    """The whole way as people go it: init, a key for the colleague, his first command. A umask changes nothing."""
    with people.server(python) as found:
        anna, bernd = found.anna, found.bernd
        assert anna.run("init", "--group", GROUP, "--no-recovery", "--json").document == {"vault": str(found.vault)}
        assert modes(found) == {}
        own = bernd.folder / "passphrase"
        own.write_text("Bernds Tresor 7-31-Quitte\n")
        (anna.folder / "for-bernd").write_bytes(own.read_bytes())
        (anna.folder / "for-bernd").chmod(0o644)
        made = anna.run("keys", "add", "passphrase", "--name", "Bernd", "--new-passphrase-file", "for-bernd")
        assert made.code == 0, made.err
        assert modes(found) == {}
        pair_id = add(bernd, "Müller GmbH", "Pin1")
        assert anna.run("pin", pair_id, "--json").document == {"pin": "Pin1"}
        who = {(e["slot"], e["user"]) for e in anna.run("audit", "--json").document["events"]}
        assert ("Bernd", "bin") in who
        assert ("passphrase", "daemon") in who


def test_both_do_everything(server: Server) -> None:
    """Add, supersede, export, rotate, purge and restore in turns: each goes on with what the other's process wrote."""
    anna, bernd = server.anna, server.bernd
    old = add(anna, "Müller GmbH", "Pin1", days=20)
    new = add(bernd, "Müller GmbH", "Pin2")
    assert modes(server) == {}
    for person in (anna, bernd):
        assert person.run("export", new, "--to", "out").code == 0
        assert {stat.S_IMODE(path.stat().st_mode) for path in (person.folder / "out").iterdir()} == {0o600}
        assert person.run("keys", "rotate").code == 0
        assert modes(server) == {}
    assert bernd.run("purge", old, "--older-than", "0", "--yes").code == 0
    assert anna.run("backup", "b.backup").code == 0
    backup = anna.folder / "b.backup"
    assert (stat.S_IMODE(backup.stat().st_mode), backup.stat().st_uid) == (0o600, anna.account["user"])
    assert anna.run("restore", "b.backup").code == 0
    assert modes(server) == {}
    assert any(path.name.startswith("replaced-") for path in server.vault.iterdir())
    add(bernd, "Kaya", "Pin3")
    assert bernd.run("keys", "rotate", "--watch").code == 0
    assert anna.run("doctor", "--json").document["findings"] == []
    assert modes(server) == {}


def test_a_watch_key_is_private_also_in_a_shared_vault(server: Server) -> None:
    """The job's key is its user's alone; what the job writes is the group's."""
    bernd = server.bernd
    assert bernd.run("keys", "add", "watch", "--watch-key-file", "watch.key").code == 0
    assert stat.S_IMODE((bernd.folder / "watch.key").stat().st_mode) == 0o600
    env = {"CERTVAULT_PASSPHRASE_FILE": "", "CERTVAULT_WATCH_KEY_FILE": "watch.key"}
    assert bernd.run("backup", "b.backup", env=env).code == 0
    assert stat.S_IMODE((bernd.folder / "b.backup").stat().st_mode) == 0o600
    assert modes(server) == {}


def test_somebody_outside_the_group_is_told_what_to_do(server: Server) -> None:
    """Exit 3, whatever he asks for, with the command that takes him in; never a word of damage."""
    for command in (["list"], ["due"], ["doctor"], ["keys", "list"], ["keys", "rotate"]):
        error = server.carl.run(*command, "--json").error
        assert (error["code"], error["type"], error["group"]) == (3, "not-allowed", GROUP), command
        assert f"usermod -aG {GROUP} games" in error["hint"]
    assert server.carl.run("init", "--group", GROUP, "--no-recovery", "--json").error["code"] in {2, 15}


def test_a_private_vault_of_somebody_else_is_told_as_that(server: Server) -> None:
    """Whose it is, and not that it was damaged."""
    private = server.vault.with_name("private")
    assert people.code(server.anna, CREATE.replace(", group=int(sys.argv[2])", ""), private).returncode == 0
    error = server.bernd.run("list", "--vault", private, "--json").error
    assert (error["code"], error["type"], error["owner"]) == (3, "not-allowed", "daemon")


def test_what_a_killed_colleague_left_is_taken_up(server: Server) -> None:
    """His lock went with him; his journal is played back by the next one, who is another user; the vault is whole."""
    kept = add(server.anna, "Müller GmbH", "Pin1")
    assert people.code(server.anna, KILLED).returncode == -9
    (journal,) = server.vault.glob("*-journal")
    assert journal.read_bytes()[:8].hex() == "d9d505f920a163d7"  # hot: records that have to be played back
    assert journal.stat().st_uid == server.anna.account["user"]
    assert modes(server) == {}
    assert [one["id"] for one in server.bernd.run("list", "--json").document["pairs"]] == [kept]
    assert not journal.exists()
    assert server.bernd.run("pin", kept, "--json").document == {"pin": "Pin1"}
    assert server.bernd.run("doctor", "--json").document["findings"] == []


LOOSE = {
    "the folder to everybody": ("", 0o2775, None),
    "the folder without its group for new files": ("", 0o770, None),
    "the slots to everybody": ("keyslots.json", 0o664, None),
    "the database to everybody": ("*.db", 0o662, None),
    "the database to another group": ("*.db", 0o660, "games"),
}


@pytest.mark.parametrize("how", LOOSE)
def test_what_is_looser_than_the_groups_is_refused_with_the_command_that_mends_it(how: str, server: Server) -> None:
    """For both; after the owner said the command, the vault opens."""
    name, mode, group = LOOSE[how]
    path = next(server.vault.glob(name)) if name else server.vault
    if group:
        run(["chgrp", group, path], check=True)
    path.chmod(mode)
    for person in (server.anna, server.bernd):
        error = person.run("list", "--json").error
        assert (error["code"], error["type"], error["path"]) == (3, "exposed", str(path))
    assert os.system(error["command"]) == 0  # noqa: S605 - that is the promise
    assert server.bernd.run("list").code == 0
    assert modes(server) == {}


def test_a_private_vault_never_becomes_the_groups_by_its_modes(server: Server) -> None:
    """Exactly the modes of a shared one, given to a private one by mistake, are refused."""
    private = server.vault.with_name("private")
    assert people.code(server.anna, CREATE.replace(", group=int(sys.argv[2])", ""), private).returncode == 0
    for path in private.iterdir():
        path.chmod(0o660)
    private.chmod(0o2770)
    error = server.anna.run("list", "--vault", private, "--json").error
    assert (error["type"], error["command"]) == ("exposed", f"chmod 700 {private}")


def test_a_colleague_restores_into_a_new_folder_and_opens_it_to_the_group(server: Server) -> None:
    """It is his alone, ``doctor`` names the command, and after it the other works there."""
    pair_id = add(server.anna, "Müller GmbH", "Pin1")
    assert server.anna.run("backup", "b.backup").code == 0
    new = server.vault.with_name("new")
    assert server.anna.run("restore", "b.backup", "--accept-keys", "--vault", new).code == 0
    assert stat.S_IMODE(new.stat().st_mode) == 0o700
    assert server.bernd.run("list", "--vault", new, "--json").error["type"] == "not-allowed"
    (finding,) = server.anna.run("doctor", "--vault", new, "--json").document["findings"]
    command = finding["hint"].removeprefix("Open it: ").replace("GROUP", GROUP)
    opened = people.code(server.anna, "import os, sys; sys.exit(os.system(sys.argv[1]))", command)
    assert opened.returncode == 0, opened.stderr
    assert modes(server._replace(vault=new)) == {}
    assert server.bernd.run("pin", pair_id, "--vault", new, "--json").document == {"pin": "Pin1"}


def test_a_workshop_of_a_killed_colleague_does_not_stop_a_backup(server: Server) -> None:
    """It is closed to everybody else, and stays."""
    common = server.vault.with_name("backups")
    common.mkdir()
    common.chmod(0o1777)
    left = common / ".certvault-0123456789ABCDEF.part"
    assert people.code(server.anna, "import os, sys; os.mkdir(sys.argv[1], 0o700)", left).returncode == 0
    assert server.bernd.run("backup", "--keep", "2", common).code == 0
    assert left.is_dir()


@pytest.mark.parametrize(("group", "said"), [("no-such-group", "groupadd"), ("daemon", "usermod -aG daemon bin")])
def test_a_group_that_cannot_be_shared_with_is_refused(group: str, said: str, server: Server) -> None:
    """One that is not there, and one that the person is not in; nothing is made."""
    new = server.vault.with_name("new")
    error = server.bernd.run("init", "--group", group, "--no-recovery", "--vault", new, "--json").error
    assert error["code"] == 2
    assert said in error["hint"]
    assert not new.exists()


def test_a_folder_that_is_not_ours_to_share_is_refused(server: Server) -> None:
    """With the command for the administrator; after it the vault is made."""
    new = server.vault.with_name("new")
    new.mkdir()
    new.chmod(0o777)
    error = server.bernd.run("init", "--group", GROUP, "--no-recovery", "--vault", new, "--json").error
    assert error["code"] == 2
    assert os.system(error["command"]) == 0  # noqa: S605 - that is the promise
    assert server.bernd.run("init", "--group", GROUP, "--no-recovery", "--vault", new).code == 0
    assert modes(server._replace(vault=new)) == {}


def test_a_closed_folder_above_is_told_at_init(server: Server) -> None:
    """The vault is made, and the person knows that nobody else gets there."""
    hidden = Path(server.anna.folder) / "vault"
    answer = server.anna.run("init", "--group", GROUP, "--no-recovery", "--vault", hidden)
    assert answer.code == 0
    assert f"The group cannot reach the vault: {server.anna.folder}" in answer.err
