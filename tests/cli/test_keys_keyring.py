"""A key in the keyring of the machine: nothing to type, and where there is no keyring, the next way at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.cli.program import Program
from tests.stand_in.keyring import secret_service
from tests.support.vaults import PASSPHRASE

TYPED = PASSPHRASE.reveal() + "\n"
ADD = ("keys", "add", "keyring", "--person", "Frau Kaya", "--place", "PC-7")


@pytest.fixture
def session() -> Iterator[dict[str, str]]:
    """The environment of somebody who is logged in at a desktop, with no passphrase file."""
    with secret_service() as environment:
        yield {**environment, "CERTVAULT_PASSPHRASE_FILE": ""}


def test_the_keyring_opens_the_vault_and_nobody_types(program: Program, session: dict[str, str]) -> None:
    """Added with the passphrase, it then opens everything; removed, it is gone from vault and keyring."""
    key = program.run(*ADD, "--json", env={**session, "CERTVAULT_PASSPHRASE_FILE": str(program.passphrase_file)})
    assert key.document["key"]["kind"] == "keyring"
    assert program.run("list", env=session).code == 0
    assert program.run("config", "set", "timezone", "Europe/Vienna", env=session).code == 0
    assert "Schlüsselbund" in program.run("keys", "list", env={"CERTVAULT_LANG": "de"}).out
    document = program.run("keys", "add", "passphrase", "--name", "x", env=session)
    assert document.code == 2  # the vault opened; what is missing is the new passphrase
    assert program.run("keys", "remove", "Frau Kaya", env=session).code == 0
    assert program.run("list", env=session).code == 3


def test_a_passphrase_file_goes_first(program: Program, session: dict[str, str]) -> None:
    """Whoever names a file means it, though the keyring would open."""
    wrong = program.folder / "wrong"
    wrong.write_text("not the passphrase\n")
    assert program.run(*ADD, env={**session, "CERTVAULT_PASSPHRASE_FILE": str(program.passphrase_file)}).code == 0
    assert program.run("list", "--passphrase-file", wrong, env=session).code == 3
    assert program.run("list", env=session).code == 0


def test_on_another_machine_the_passphrase_is_asked(program: Program, session: dict[str, str]) -> None:
    """Its keyring holds no key of this vault; without any keyring the prompt says so and comes at once."""
    assert program.run(*ADD, env={**session, "CERTVAULT_PASSPHRASE_FILE": str(program.passphrase_file)}).code == 0
    with secret_service() as other:
        elsewhere = {**other, "CERTVAULT_PASSPHRASE_FILE": ""}
        assert program.type("list", answers=[("Passphrase", TYPED)], env=elsewhere).code == 0
        assert program.run("list", "--json", env=elsewhere).error["type"] == "no-key-given"
    nowhere = {"CERTVAULT_PASSPHRASE_FILE": "", "DBUS_SESSION_BUS_ADDRESS": f"unix:path={program.folder}/none"}
    answer = program.type("list", answers=[("cannot be used", ""), ("Passphrase", TYPED)], env=nowhere)
    assert answer.code == 0
    error = program.run("list", "--json", env=nowhere).error
    assert (error["code"], error["type"]) == (3, "keyring-unusable")
    assert "--passphrase-file" in error["hint"]


def test_a_locked_keyring_keeps_nobody_waiting(program: Program, session: dict[str, str]) -> None:
    """A job in a session whose keyring nobody unlocked ends with 3 and a hint."""
    assert program.run(*ADD, env={**session, "CERTVAULT_PASSPHRASE_FILE": str(program.passphrase_file)}).code == 0
    with secret_service(unlocked=False) as locked:
        calm = {**locked, "CERTVAULT_PASSPHRASE_FILE": "", "PYTHONWARNINGS": ""}
        error = program.run("list", "--json", env=calm).error
    assert (error["code"], error["type"]) == (3, "keyring-unusable")
    assert "locked" in error["message"]


def test_without_a_keyring_none_is_added(program: Program) -> None:
    """Nothing is changed, and the ways that there are stand in the hint."""
    env = {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={program.folder}/none"}
    assert program.run(*ADD, "--json", env=env).error["type"] == "keyring-unusable"
    assert len(program.run("keys", "list", "--json").document["keys"]) == 2


REPLACE = """
import sys
from keyring.backends.SecretService import Keyring
Keyring().set_password("certvault", sys.argv[1], "A" * 43 + "=")
"""


def test_a_key_that_does_not_open_is_told_and_the_next_way_gone(program: Program, session: dict[str, str]) -> None:
    """Somebody put another into the keyring: the person types the passphrase; a job ends with code 3 and the reason."""
    given = {**session, "CERTVAULT_PASSPHRASE_FILE": str(program.passphrase_file)}
    key = program.run(*ADD, "--json", env=given).document["key"]["id"]
    vault = program.run("keys", "list", "--json").document["vault"]
    environment = {**program.environment, **session}
    subprocess.run([sys.executable, "-c", REPLACE, f"{vault}/{key}"], env=environment, check=True)
    answer = program.type("list", answers=[("does not open", ""), ("Passphrase", TYPED)], env=session)
    assert answer.code == 0
    assert program.run("list", "--json", env=session).error["type"] == "wrong-keyring-key"
