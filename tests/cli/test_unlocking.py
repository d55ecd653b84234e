"""Unlocking: where the key may come from, in which order, and that nothing typed is ever shown."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.program import Program
from tests.support.vaults import PASSPHRASE, new_vault, new_watch_key

NO_FILE = {"CERTVAULT_PASSPHRASE_FILE": ""}
TYPED = PASSPHRASE.reveal() + "\n"


def test_without_terminal_and_source_it_fails_at_once_and_names_the_ways(program: Program) -> None:
    """A job without a key ends with 3 and hears what would have helped; it never waits."""
    answer = program.run("list", env=NO_FILE)
    assert answer.code == 3
    assert "--passphrase-file" in answer.err
    assert "CERTVAULT_PASSPHRASE_FILE" in answer.err


@pytest.mark.parametrize("written", [TYPED, PASSPHRASE.reveal(), "\ufeff" + PASSPHRASE.reveal() + "\r\n"])
def test_a_passphrase_file_is_one_line(program: Program, written: str) -> None:
    """Line end and byte-order mark are not part of the passphrase."""
    file = program.folder / "other"
    file.write_bytes(written.encode())
    assert program.run("list", "--passphrase-file", file, env=NO_FILE).code == 0


@pytest.mark.parametrize("written", [b"", b"\n", b"one\ntwo\n", b"\xff\xfe\n", b"x" * 5000])
def test_a_passphrase_file_that_is_none_is_refused(program: Program, written: bytes) -> None:
    """Empty, several lines, not UTF-8, far too long: the file is named, and nothing is tried."""
    file = program.folder / "other"
    file.write_bytes(written)
    error = program.run("list", "--passphrase-file", file, "--json").error
    assert (error["code"], error["type"], error["path"]) == (3, "key-file-unusable", str(file))


def test_a_passphrase_file_that_is_missing_is_named(program: Program) -> None:
    """A wrong path is not "no such vault" nor a traceback."""
    error = program.run("list", "--passphrase-file", "nowhere", "--json").error
    assert (error["code"], error["path"]) == (3, "nowhere")


def test_the_option_goes_before_the_variable(program: Program) -> None:
    """``--passphrase-file`` is taken though CERTVAULT_PASSPHRASE_FILE names another file."""
    wrong = program.folder / "wrong"
    wrong.write_text("not the passphrase\n")
    assert program.run("list", "--passphrase-file", wrong).code == 3
    assert program.run("list", env={"CERTVAULT_PASSPHRASE_FILE": str(wrong)}).code == 3
    right = program.passphrase_file
    assert program.run("list", "--passphrase-file", right, env={"CERTVAULT_PASSPHRASE_FILE": str(wrong)}).code == 0


def test_a_wrong_passphrase_is_told(program: Program) -> None:
    """Code 3 and its own type, so that a script can tell it from a missing one."""
    program.passphrase_file.write_text("not the passphrase\n")
    error = program.run("list", "--json").error
    assert (error["code"], error["type"]) == (3, "wrong-passphrase")
    assert "not the passphrase" not in str(error)


def test_no_vault_is_told_before_anybody_is_asked(bare: Program) -> None:
    """On a terminal too: who mistypes the folder does not type the passphrase first."""
    answer = bare.type("list", answers=[], env=NO_FILE)
    assert answer.code == 4
    assert "Passphrase" not in answer.out


def test_the_prompt_never_shows_what_is_typed(program: Program) -> None:
    """The passphrase opens the vault and is not on the screen."""
    answer = program.type("list", answers=[("Passphrase", TYPED)], env=NO_FILE)
    assert answer.code == 0
    assert PASSPHRASE.reveal() not in answer.out


def test_the_prompt_takes_the_recovery_code(bare: Program) -> None:
    """Whoever lost the passphrase types the code where the passphrase is asked, in small letters too."""
    code = new_vault(bare.vault, at=datetime.now(UTC))
    typed = code.reveal().lower().replace("-", " ") + "\n"
    answer = bare.type("list", answers=[("Passphrase", typed)], env=NO_FILE)
    assert answer.code == 0
    assert typed.strip() not in answer.out


def test_a_mistyped_recovery_code_is_told_as_such(bare: Program) -> None:
    """One wrong letter is a typing error, not a wrong passphrase."""
    code = new_vault(bare.vault, at=datetime.now(UTC)).reveal()
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    answer = bare.type("list", answers=[("Passphrase", wrong + "\n")], env=NO_FILE)
    assert answer.code == 3
    assert "typing error" in answer.out


def test_a_mail_can_be_piped_in_while_the_passphrase_is_typed(program: Program) -> None:
    """Standard input is the mail, the passphrase comes from the terminal."""
    mail = program.folder / "mail.txt"
    mail.write_text("https://www.arag.de/TokenService/download?did=f83f71f08bdf3c90\n")
    answer = program.type("ingest", "-", answers=[("Passphrase", TYPED)], env=NO_FILE, stdin=mail)
    assert answer.code == 0
    assert "1 new link." in answer.out


@pytest.mark.parametrize("way", ["option", "variable"])
def test_a_watch_key_is_preferred_where_it_is_enough(program: Program, way: str) -> None:
    """With a watch key at hand the passphrase is not even read."""
    key = new_watch_key(program.vault, program.folder / "watch.key")
    options = ("--watch-key-file", key) if way == "option" else ()
    env = {"CERTVAULT_PASSPHRASE_FILE": "nowhere", **({} if options else {"CERTVAULT_WATCH_KEY_FILE": str(key)})}
    for command in ("due", "list", "links"):
        assert program.run(command, *options, env=env).code == 0


def test_a_watch_key_opens_no_pair(program: Program) -> None:
    """A command that needs the root key says so, and does not take the watch key for a wrong one."""
    key = new_watch_key(program.vault, program.folder / "watch.key")
    error = program.run("pin", "x", "--json", env={**NO_FILE, "CERTVAULT_WATCH_KEY_FILE": str(key)}).error
    assert (error["code"], error["type"]) == (3, "watch-key-opens-no-pair")


def test_a_watch_key_of_another_vault_is_refused(program: Program, tmp_path: Path) -> None:
    """The file is named; the passphrase is not tried in its place."""
    new_vault(tmp_path / "other")
    key = new_watch_key(tmp_path / "other", tmp_path / "other.key")
    error = program.run("due", "--watch-key-file", key, "--json").error
    assert (error["code"], error["type"], error["path"]) == (3, "wrong-watch-key", str(key))


def test_no_secret_is_an_option(program: Program) -> None:
    """No command has an option whose value would be a passphrase, PIN or key."""
    for command in ("due", "fetch", "add", "pin", "init"):
        page = program.run(command, "--help").out
        assert "--passphrase " not in page
        assert "--pin " not in page
