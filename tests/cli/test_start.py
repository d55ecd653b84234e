"""Starting the program: languages, help, mistakes in the call, and what a quick command must not load."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import COMMAND, Program
from tests.support.vaults import new_watch_key

COMMANDS = (
    *("due", "ingest", "links", "fetch", "add", "list", "show", "history", "export", "pin"),
    *("backup", "restore", "keys", "config"),
)
PAGES = [(), *((name,) for name in COMMANDS), ("init",), ("keys", "add"), ("config", "set")]


def test_without_a_vault_it_says_how_to_begin(bare: Program) -> None:
    """Who starts it for the first time is told the first command."""
    answer = bare.run()
    assert answer.code == 0
    assert "certvault init" in answer.out


def test_the_version_is_the_installed_one(bare: Program) -> None:
    """``--version`` names the program and its version."""
    assert bare.run("--version").out.startswith("certvault 0.")


@pytest.mark.parametrize(
    "command", [(), *((name,) for name in COMMANDS), ("init",), ("keys", "add"), ("config", "set")]
)
def test_every_help_page_speaks_both_languages(bare: Program, command: tuple[str, ...]) -> None:
    """``--help`` and ``-h`` give one page, with an option and the exit codes or commands, in English and in German."""
    english = bare.run(*command, "--help")
    german = bare.run(*command, "-h", env={"CERTVAULT_LANG": "de"})
    assert (english.code, german.code, english.err, german.err) == (0, 0, "", "")
    assert "Usage:" in english.out
    assert "Show this page." in english.out
    assert "Aufruf:" in german.out
    assert "Diese Seite zeigen." in german.out
    assert "Options" not in german.out


def test_help_names_the_exit_codes_of_a_command(bare: Program) -> None:
    """A script's author finds in the help what ``fetch`` can end with."""
    page = bare.run("fetch", "--help").out
    assert all(f"\n  {code:>2}  " in page for code in (0, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 16, 17))


@pytest.mark.parametrize(
    ("arguments", "environment", "german"),
    [
        (("--lang", "de"), {}, True),
        (("--lang=de",), {}, True),
        (("due", "--lang", "de"), {}, True),
        (("--lang", "en"), {"CERTVAULT_LANG": "de"}, False),
        ((), {"CERTVAULT_LANG": "de_AT"}, True),
        ((), {"LC_ALL": "", "LANG": "de_DE.UTF-8"}, True),
        ((), {"LC_ALL": "", "LC_MESSAGES": "en_GB.UTF-8", "LANG": "de_DE.UTF-8"}, False),
        ((), {"LC_ALL": "", "LANG": "en_US.UTF-8", "LANGUAGE": "fr:de:en"}, True),
        ((), {"LC_ALL": "C", "LANGUAGE": "de"}, False),
        ((), {"LC_ALL": "", "LANG": "fr_FR.UTF-8"}, False),
    ],
)
def test_the_language(bare: Program, arguments: tuple[str, ...], environment: dict[str, str], german: bool) -> None:
    """``--lang`` before or after the command, else CERTVAULT_LANG, else the system's, else English."""
    answer = bare.run(*arguments, env=environment)
    assert ("Tresor" in answer.out + answer.err) is german


def test_a_language_that_is_not_spoken_is_a_mistake(bare: Program) -> None:
    """``--lang fr`` is told, with the languages there are."""
    answer = bare.run("--lang", "fr")
    assert answer.code == 2
    assert "en, de" in answer.err


@pytest.mark.parametrize("arguments", [("--vault", "other", "due"), ("due", "--vault", "other")])
def test_the_folder_stands_before_or_after_the_command(program: Program, arguments: tuple[str, ...]) -> None:
    """``--vault`` goes before CERTVAULT_DIR, wherever it stands."""
    answer = program.run(*arguments)
    assert answer.code == 4
    assert "other" in answer.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("dou",), "certvault due"),
        (("due", "--wihtin", "3"), "--within"),
        (("due", "--within", "soon"), "whole number"),
        (("due", "--within", "-1"), "whole number"),
        (("due", "--within"), "--within"),
        (("show",), "PAIR"),
        (("export", "x"), "--to"),
        (("export", "x", "--to", ".", "--ending", "jks"), "p12, pfx"),
        (("keys", "add", "door", "--watch-key-file", "w"), "watch"),
        (("ingest",), "--clipboard"),
        (("config",), "set"),
    ],
)
def test_mistakes_in_the_call_are_told_with_a_hint(program: Program, arguments: tuple[str, ...], said: str) -> None:
    """A wrong call ends with code 2, says what is wrong, and shows no traceback."""
    answer = program.run(*arguments)
    assert answer.code == 2
    assert answer.out == ""
    assert said in answer.err
    assert "Traceback" not in answer.err


def test_mistakes_in_the_call_are_json_too(program: Program) -> None:
    """With ``--json`` a wrong call is one line of JSON like every other error."""
    error = program.run("export", "x", "--json").error
    assert (error["code"], error["type"]) == (2, "usage")
    assert error["message"]
    assert error["hint"]


def test_json_is_ascii_and_its_keys_stay_english(program: Program) -> None:
    """In German, keys and type stay, message and hint are translated, and all of it is ASCII."""
    error = program.run("show", "müller", "--json", env={"CERTVAULT_LANG": "de"}).error
    assert error["type"] == "not-found"
    assert error["name"] == "müller"
    assert error["message"] == "Zu „müller“ ist hier nichts zu finden."


def test_arguments_too_many_are_not_repeated(program: Program) -> None:
    """What may be a PIN is not shown again, and its author learns that PINs are asked for."""
    answer = program.run("due", "SECRET-1234")
    assert answer.code == 2
    assert "SECRET" not in answer.err
    assert "asks for it" in answer.err
    answer = program.run("fetch", "müller", "SECRET-1234", "--pin-stdin")
    assert answer.code == 6
    assert "SECRET" not in answer.err
    assert "asks for it" in answer.err


def test_due_with_a_watch_key_loads_little(program: Program) -> None:
    """The job that runs every night reaches no keyring, HTTP, HTML, table or X.509 code."""
    key = new_watch_key(program.vault, program.folder / "watch.key")
    told = program.run(
        "due", "--watch-key-file", key, env={"CERTVAULT_PASSPHRASE_FILE": "", "PYTHONPROFILEIMPORTTIME": "1"}
    )
    assert told.code == 0
    loaded = {line.rpartition("|")[2].strip() for line in told.err.splitlines()}
    assert "vault.store.store" in loaded
    unwanted = ("keyring", "httpx", "lxml", "rich", "asn1crypto", "cryptography.x509", "pydantic", "platformdirs")
    assert [name for name in loaded if name.startswith(unwanted)] == []


def test_whoever_stops_reading_sees_no_error(program: Program) -> None:
    """``certvault ... | head`` is quiet when head has gone."""
    process = subprocess.Popen(
        [*COMMAND, "fetch", "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=program.environment
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(20) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to offer")
def test_an_answer_that_cannot_be_written_is_told(program: Program) -> None:
    """A full disk behind ``>``: code 17, one sentence, no traceback."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, "due"], env=program.environment, stdout=full, stderr=subprocess.PIPE, check=False, timeout=30
        )
    assert done.returncode == 17
    assert b"standard output" in done.stderr
    assert b"Traceback" not in done.stderr


def test_an_interrupt_is_one_line(program: Program) -> None:
    """Ctrl-C at a prompt ends with 130 and one word, not with a traceback."""
    answer = program.type("due", answers=[("Passphrase", "\x03")], env={"CERTVAULT_PASSPHRASE_FILE": ""})
    assert answer.code == 130
    assert answer.out.strip().endswith("Interrupted.")
    assert "Traceback" not in answer.out


def test_the_end_of_the_input_is_an_interrupt_too(program: Program) -> None:
    """Ctrl-D at a prompt."""
    answer = program.type("due", answers=[("Passphrase", "\x04")], env={"CERTVAULT_PASSPHRASE_FILE": ""})
    assert answer.code == 130


def test_a_fault_of_ours_is_one_line_without_what_was_held(program: Program) -> None:
    """Whatever breaks inside: code 1, where it broke, and no traceback that could show a secret."""
    broken = (
        "import sys, cli.session; from cli.main import main;"
        "cli.session.Session.now = lambda self: 1 / 0; sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", broken, "due"], env=program.environment, capture_output=True, check=False, timeout=30
    )
    assert done.returncode == 1
    assert b"ZeroDivisionError" in done.stderr
    assert b"Traceback" not in done.stderr
    assert done.stderr.count(b"\n") == 2
