"""``certvault config mail-password``: the password by which mails go out, in the keyring of the machine."""

from __future__ import annotations

import os

import pytest

from tests.cli.program import Program
from tests.stand_in.keyring import secret_service
from vault.keyring import SystemKeyring
from vault.secret import MailPassword

MAIL = '[mail]\nserver = "smtp.example"\nfrom = "a@b.example"\n'
COMMAND = ("config", "mail-password")


def configured(bare: Program, more: str) -> Program:
    """The program with this below ``[mail]``."""
    folder = bare.folder / "config"
    folder.mkdir(exist_ok=True)
    (folder / "config.toml").write_text(MAIL + more)
    bare.environment["CERTVAULT_CONFIG_DIR"] = str(folder)
    return bare


def test_typed_once_kept_and_forgotten(bare: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """Typed without being shown; no vault need be there."""
    program = configured(bare, 'user = "petra"\n')
    with secret_service() as environment:
        answer = program.type(
            *COMMAND, answers=[("Password of petra at smtp.example: ", "Geheim-1\n")], env=environment
        )
        assert (answer.code, "Geheim" in answer.out) == (0, False)
        for name, value in environment.items():
            monkeypatch.setitem(os.environ, name, value)
        assert SystemKeyring(20).password("smtp://petra@smtp.example") == MailPassword("Geheim-1")
        document = program.run(*COMMAND, "--forget", "--json", env=environment).document
        assert document == {"account": "smtp://petra@smtp.example", "kept": False}
        assert SystemKeyring(20).password("smtp://petra@smtp.example") is None


@pytest.mark.parametrize(
    ("more", "type_"),
    [
        ("", "configuration-unusable"),
        ('user = "petra"\npassword-file = "x"\n', "configuration-unusable"),
        ('user = "petra"\n', "usage"),
    ],
    ids=["no user", "from a file", "no terminal"],
)
def test_where_it_is_of_no_use(bare: Program, more: str, type_: str) -> None:
    """Nobody to log in, another way to the password, nobody to type it."""
    assert configured(bare, more).run(*COMMAND, "--json").error["type"] == type_


def test_where_there_is_no_keyring(bare: Program) -> None:
    """What helps then is a file, and the hint says how."""
    program = configured(bare, 'user = "petra"\n')
    answer = program.type(
        *COMMAND,
        answers=[("smtp.example: ", "x\n"), ("password-file", "")],
        env={"DBUS_SESSION_BUS_ADDRESS": f"unix:path={bare.folder}/none"},
    )
    assert answer.code == 3
