"""``certvault due --nagios`` as a monitoring system runs it."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.program import COMMAND, Program
from tests.stand_in.certificates import make_pair
from tests.support.vaults import new_watch_key

WITHOUT_PASSPHRASE = {"CERTVAULT_PASSPHRASE_FILE": ""}


def add(program: Program, name: str, days: int) -> None:
    """A certificate that runs out in so many days."""
    last = datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)
    (program.folder / "a.p12").write_bytes(make_pair(name, "PIN", not_after=last))
    assert program.run("add", "a.p12", "--pin-stdin", stdin=b"PIN").code == 0


def test_the_exit_code_is_the_state(program: Program) -> None:
    """Nothing is 0, soon is 1, urgent is 2; one line each, and nothing on standard error."""
    key = new_watch_key(program.vault, program.folder / "watch.key")

    def check(code: int, begins: str) -> None:
        answer = program.run("due", "--nagios", "--watch-key-file", key, env=WITHOUT_PASSPHRASE)
        assert (answer.code, answer.err) == (code, "")
        assert answer.out.startswith(begins)
        assert answer.out.count("\n") == 1

    check(0, "CERTVAULT OK - ")
    add(program, "Müller", 40)
    check(1, "CERTVAULT WARNING - 1 soon; first: Müller, ARAG / Interlloyd, certificate runs out, ")
    add(program, "Schmidt", 9)
    check(2, "CERTVAULT CRITICAL - 1 urgent, 1 soon; first: Schmidt, ")
    answer = program.run("due", "--nagios", "--no-names", "--lang", "de")
    assert answer.out.startswith("CERTVAULT CRITICAL - 1 dringend, 1 bald; zuerst: ")
    assert "Schmidt" not in answer.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("--nagios", "--json"),
        ("--nagios", "--within", "soon"),
        ("--nagios", "--within"),
        ("--nagios", "--wihtin", "3"),
        ("--wihtin", "3", "--nagios"),
        ("--nagios=yes",),
        ("--nagios", "SECRET-1234"),
        ("--nagios", "--lang", "fr"),
        ("--nagios", "--watch-key-file", "nowhere"),
        ("--nagios", "--vault", "nowhere"),
    ],
)
def test_every_mistake_is_an_unknown_state(arguments: tuple[str, ...], program: Program) -> None:
    """Code 3 and one line on standard output, also for what typer itself finds; an argument is not repeated."""
    answer = program.run("due", *arguments)
    assert answer.code == 3, answer
    assert answer.out.startswith("CERTVAULT UNKNOWN - ")
    assert answer.out.count("\n") == 1
    assert answer.err == ""
    assert "SECRET" not in answer.out


def test_a_vault_that_cannot_be_opened_is_an_unknown_state(program: Program) -> None:
    """No key, a wrong passphrase, a damaged database: 3 and never 0, 1 or 2."""
    assert program.run("due", "--nagios", env=WITHOUT_PASSPHRASE).code == 3
    program.passphrase_file.write_text("another one\n")
    answer = program.run("due", "--nagios")
    assert (answer.code, answer.out.count("\n")) == (3, 1)
    key = program.folder / "watch.key"
    new_watch_key(program.vault, key)
    (database,) = (path for path in program.vault.iterdir() if path.suffix == ".db")
    data = bytearray(database.read_bytes())
    data[100] ^= 1
    database.write_bytes(data)
    answer = program.run("due", "--nagios", "--watch-key-file", key)
    assert (answer.code, answer.out.count("\n")) == (3, 1)
    assert answer.out.startswith("CERTVAULT UNKNOWN - ")


def test_an_unexpected_fault_is_an_unknown_state(program: Program) -> None:
    """Also where a library raises what nobody foresaw, or somebody interrupts it."""
    for raised in ("1 / 0", "(_ for _ in ()).throw(KeyboardInterrupt)", "(_ for _ in ()).throw(MemoryError)"):
        broken = (
            "import sys, cli.session; from cli.main import main;"
            f"cli.session.Session.now = lambda self: {raised}; sys.exit(main())"
        )
        done = subprocess.run(
            [sys.executable, "-c", broken, "due", "--nagios"],
            env=program.environment,
            capture_output=True,
            check=False,
            timeout=30,
        )
        assert done.returncode == 3, raised
        assert done.stdout.startswith(b"CERTVAULT UNKNOWN - ")
        assert done.stdout.count(b"\n") == 1
        assert done.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to offer")
def test_a_line_that_cannot_be_written_is_no_success(program: Program) -> None:
    """Onto a full disk, or to nobody."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, "due", "--nagios"], env=program.environment, stdout=full, check=False, timeout=30
        )
    assert done.returncode == 3
    process = subprocess.Popen([*COMMAND, "due", "--nagios"], stdout=subprocess.PIPE, env=program.environment)
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(30) == 3


def test_no_names_without_nagios_is_a_mistake(program: Program) -> None:
    """An option that would do nothing is refused."""
    answer = program.run("due", "--no-names")
    assert answer.code == 2
    assert "--nagios" in answer.err
