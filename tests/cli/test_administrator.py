"""Root works on the vault of somebody else, with an account of his own: afterwards it is his as before."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import Program
from tests.cli.test_group import add
from tests.support import people
from tests.support.people import Server

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="owners and modes are those of POSIX")

CREATE = """
import sys
from pathlib import Path
from tests.support.vaults import new_vault

new_vault(Path(sys.argv[1]), group=int(sys.argv[2]) if sys.argv[2:] else None)
"""


@pytest.fixture
def server() -> Iterator[Server]:
    """Real accounts, and no vault yet."""
    with people.python_for_all() as python, people.server(python) as found:
        yield found


@pytest.fixture
def root(server: Server, tmp_path: Path) -> Program:
    """Root, who has the passphrase in a file of his own."""
    program = Program(tmp_path, CERTVAULT_DIR=str(server.vault))
    program.vault = server.vault
    return program


def owners(folder: Path) -> set[int]:
    """Whose the folder is, and all that is in it."""
    return {path.lstat().st_uid for path in (folder, *folder.rglob("*"))}


@pytest.mark.parametrize("group", [False, True], ids=["private", "shared"])
def test_what_root_restores_belongs_to_whose_vault_it_is(group: bool, server: Server, root: Program) -> None:
    """Over a living vault and into a new folder: its owner opens it, writes into it and makes new keys as before."""
    anna = server.anna
    made = people.code(anna, CREATE, server.vault, *([server.group] if group else []))
    assert made.returncode == 0, made.stderr
    pair = add(anna, "Müller GmbH", "Pin1")
    assert anna.run("backup", "b.backup").code == 0
    later = add(anna, "Mayer GmbH", "Pin2")
    answer = root.run("restore", anna.folder / "b.backup", "--json")
    assert answer.code == 0, answer.err
    assert owners(server.vault) == {anna.account["user"]}
    assert [one["id"] for one in anna.run("list", "--json").document["pairs"]] == [pair]
    assert add(anna, "Mayer GmbH", "Pin2") != later
    assert root.run("keys", "rotate", "--json").code == 0
    assert root.run("backup", anna.folder / "b2.backup", "--json").code == 0
    assert owners(server.vault) == {anna.account["user"]}
    assert anna.run("pin", pair, "--json").document == {"pin": "Pin1"}
    assert anna.run("doctor", "--json").document["healthy"]
    new = anna.folder / "new"
    assert root.run("restore", anna.folder / "b2.backup", "--accept-keys", "--vault", new, "--json").code == 0
    assert owners(new) == {anna.account["user"]}
    assert anna.run("pin", pair, "--vault", new, "--json").document == {"pin": "Pin1"}
