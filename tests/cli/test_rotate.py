"""``certvault keys rotate``: new keys for all who stay."""

from __future__ import annotations

import pytest

from tests.attacks import attacker
from tests.cli.desk import pair
from tests.cli.program import Program
from tests.support import vaults


@pytest.fixture
def stored(program: Program) -> Program:
    """The program with a certificate in its vault, and a watch key."""
    (program.folder / "a.p12").write_bytes(pair("Müller GmbH", "Pin1"))
    assert program.run("add", "a.p12", "--pin-stdin", stdin=b"Pin1").code == 0
    assert program.run("keys", "add", "watch", "--watch-key-file", "watch.key").code == 0
    return program


def due(program: Program) -> int:
    """How the nightly job with the watch key ends."""
    return program.run("due", "--watch-key-file", "watch.key", env={"CERTVAULT_PASSPHRASE_FILE": ""}).code


def test_the_root_key_is_renewed(stored: Program) -> None:
    """The answer counts; passphrase and watch key go on working, and it can be done again."""
    assert stored.run("keys", "rotate", "--json").document == {"generation": 2, "pairs": 1, "slots": 3}
    assert stored.run("pin", "müller", "--json").document == {"pin": "Pin1"}
    assert due(stored) == 0
    assert stored.run("keys", "rotate", "--json").document["generation"] == 3


def test_the_register_key_is_renewed(stored: Program) -> None:
    """The lighter way: only watch keys were sealed anew."""
    document = stored.run("keys", "rotate", "--watch", "--json").document
    assert document == {"generation": 1, "register_generation": 2, "pairs": 1, "slots": 1}
    assert stored.run("pin", "müller", "--json").document == {"pin": "Pin1"}
    assert due(stored) == 0


def test_a_person_is_told_what_it_does_and_what_not(stored: Program) -> None:
    """How many keys go on working, and that old copies open as before; in German too."""
    told = stored.run("keys", "rotate").out
    assert "Certificates sealed anew: 1" in told
    assert "go on working" in told
    assert "Copies and backups" in told
    assert "Kopien" in stored.run("keys", "rotate", "--watch", "--lang", "de").out


def test_a_share_is_shown_on_a_terminal_alone(stored: Program) -> None:
    """A line with the share of its work; nothing of it where nobody looks."""
    assert "2 / 2" in stored.type("keys", "rotate", answers=[]).out
    assert stored.run("keys", "rotate").err == ""


def test_it_needs_the_whole_vault(stored: Program) -> None:
    """A watch key renews nothing, and who is at work on the vault is not disturbed."""
    for more in ((), ("--watch",)):
        closed = {"CERTVAULT_PASSPHRASE_FILE": "", "CERTVAULT_WATCH_KEY_FILE": str(stored.folder / "watch.key")}
        assert stored.run("keys", "rotate", *more, "--json", env=closed).error["code"] == 3
        with vaults.custody(stored.vault):
            assert stored.run("keys", "rotate", *more, "--json").error["code"] == 16


def test_who_was_removed_is_told_of_rotation(stored: Program) -> None:
    """The answer of ``keys remove`` names the command that makes it final: for a watch key the lighter one."""
    assert "certvault keys rotate --watch" in stored.run("keys", "remove", "watch").out
    stored.run("keys", "add", "recovery", "--name", "sheet", "--recovery-file", "sheet.txt")
    assert "certvault keys rotate\n" in stored.run("keys", "remove", "sheet").out


def test_both_are_on_record(stored: Program) -> None:
    """Events say who renewed which keys."""
    stored.run("keys", "rotate")
    stored.run("keys", "rotate", "--watch")
    with attacker.plain_sql(stored.vault, attacker.register_key_of(stored.vault)) as connection:
        events = connection.execute(
            "SELECT what, slot, auth IS NULL FROM event ORDER BY number DESC LIMIT 2"
        ).fetchall()
    assert events == [("watch-rotated", "passphrase", 0), ("rotated", "passphrase", 0)]
