"""Start-up and layers: what a command loads, and that the contracts about imports can fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.program import COMMAND, ROOT, Program
from tests.stand_in.certificates import make_pair
from tests.support import vaults
from vault.model.watcher import Run

TOLD = """
import os, sys
leave = os._exit

def telling(code):
    with open({told!r}, "w") as file:
        file.write("\\n".join(sys.modules))
    leave(code)

os._exit = telling
"""
"""The program leaves by this call, which runs nothing at exit."""

HEAVY = (
    "keyring",
    "zxcvbn_rs_py",
    "httpx",
    "httpcore",
    "lxml",
    "rich",
    "asn1crypto",
    "cryptography.x509",
    "cryptography.hazmat.backends",
    "cryptography.hazmat.primitives.ciphers",
    "cryptography.hazmat.primitives.serialization.pkcs12",
    "pydantic",
    "truststore",
    "ssl",
    "email",
    "imaplib",
    "jinja2",
    "holidays",
    "icalendar",
    "smtplib",
    "idna",
    "jeepney",
    "tomllib",
    "vault.channels",
    "vault.http",
    "vault.pkcs12",
    "vault.targets",
    "vault.toml.reading",
    "vault.portal",
    "vault.mail",
    "vault.imap",
    "typst",
    "vault.documents",
)
SELDOM = (
    "cli.prompt",
    "vault.files.writing",
    "vault.model.ack",
    "vault.model.event",
    "vault.model.fold",
    "vault.model.mark",
    "vault.model.reminder",
    "vault.model.request",
    "vault.model.retention",
    "vault.store.rules",
    "vault.store.writer",
)
"""What is about something that most vaults have none of, or that few commands do."""


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The program with a certificate that runs out soon, and a watch key."""
    program = Program(tmp_path)
    vaults.new_vault(program.vault, at=datetime.now(UTC))
    last = datetime.now(UTC).replace(microsecond=0) + timedelta(days=9)
    (tmp_path / "a.p12").write_bytes(make_pair("Müller", "PIN", not_after=last))
    assert program.run("add", "a.p12", "--pin-stdin", stdin=b"PIN").code == 0
    vaults.new_watch_key(program.vault, tmp_path / "watch.key")
    return program


def modules(program: Program, *arguments: str, code: int = 0) -> set[str]:
    """What is loaded when the program has done its work and ends."""
    folder, told = program.folder / "telling", program.folder / "told"
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(TOLD.format(told=str(told)))
    path = f"{folder}{os.pathsep}{program.environment['PYTHONPATH']}"
    answer = program.run(*arguments, env={"PYTHONPATH": path, "CERTVAULT_PASSPHRASE_FILE": ""})
    assert answer.code == code, answer
    return set(told.read_text().splitlines())


def heavy(loaded: set[str]) -> set[str]:
    """Those that a quick command has no use for."""
    return {name for name in loaded if any(name == one or name.startswith(one + ".") for one in HEAVY)}


def test_due_loads_no_rule_about_what_is_not_there(program: Program) -> None:
    """Nobody was asked for anything, nobody took note of anything: what would tell that stays on the disk."""
    loaded = modules(program, "due", "--watch-key-file", "watch.key")
    assert not {*SELDOM} & loaded
    assert program.run("request", "müller").code == 0
    assert program.run("ack", "müller").code == 0
    loaded = modules(program, "due", "--watch-key-file", "watch.key")
    assert {"vault.model.request", "vault.model.ack"} <= loaded


@pytest.mark.parametrize("form", [[], ["--json"], ["--nagios"]])
def test_due_with_a_watch_key_loads_nothing_heavy(form: list[str], program: Program) -> None:
    """No keyring, no network, no HTML, no X.509: it reads dates, and prints them."""
    code = 2 if "--nagios" in form else 0  # the state of what is urgent
    loaded = modules(program, "due", "--watch-key-file", "watch.key", *form, code=code)
    assert "vault.operations.due" in loaded
    assert "sqlcipher3" in loaded
    assert heavy(loaded) == set()


def test_remind_with_nothing_to_do_loads_no_more_than_due(program: Program) -> None:
    """No template, no mail, no holidays: it looks at two rows of the register, and ends."""
    with vaults.custody(program.vault) as custody, custody.writing() as writer:
        events, far = writer.head().number, datetime.now(UTC) + timedelta(days=1)
        writer.put_run(Run("Nachtlauf", datetime.now(UTC) - timedelta(hours=1), events, far, 1))
    loaded = modules(program, "remind", "--watch-key-file", "watch.key")
    assert "vault.operations.watching" in loaded
    assert heavy(loaded) == set()
    assert not {"cli.reminding", "vault.operations.remind", "vault.operations.planning"} & loaded


def test_due_loads_one_command(program: Program) -> None:
    """Its own and the morning page, which is the program without a command."""
    loaded = modules(program, "due", "--watch-key-file", "watch.key")
    assert {name for name in loaded if name.startswith("cli.commands.")} == {"cli.commands.due", "cli.commands.morning"}


def test_a_command_that_fetches_is_heavy(program: Program) -> None:
    """The test above could fail: what it looks for is loaded where it is needed."""
    answer = program.run("fetch", "nobody", "--pin-stdin", stdin=b"x")
    assert answer.code == 6
    code = "import sys, vault.portal.service, vault.pkcs12.inside; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {"httpx", "lxml", "cryptography.x509", "ssl"} <= heavy(set(done.stdout.split()))


def test_the_entry_point_loads_no_command() -> None:
    """``import cli.main``, and then the list of commands: names, and nothing behind them."""
    code = "import sys, cli.main; before = set(sys.modules); import cli.app; print(before | set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "cli.app" in done.stdout
    assert "cli.commands" not in done.stdout
    assert "vault.opening" not in done.stdout


def test_the_library_loads_no_program() -> None:
    """Another front end is not given this one: neither typer nor rich comes with the vault."""
    code = "import sys, vault.opening, vault.operations.fetch, vault.operations.due; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"typer", "click", "rich", "cli", "httpx", "lxml"} & set(done.stdout.split())


def test_every_module_can_be_loaded_alone() -> None:
    """No circle of imports that only one order hides."""
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for folder in ("vault", "cli")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path.name != "__main__.py"
    ]
    code = (
        "import importlib, os, sys, cryptography.x509, httpx, lxml.html, rich.table, sqlcipher3, typer\n"
        "for name in sys.argv[1:]:\n"
        "    child = os.fork()\n"
        "    if not child:\n"
        "        importlib.import_module(name)\n"
        "        os._exit(0)\n"
        "    if os.waitpid(child, 0)[1]: sys.exit(name)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, *names], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


BAD_IMPORTS = {
    "Imports go down only": [
        ("vault/model/pair.py", "from vault.store.rows import PAIR"),
        ("vault/errors.py", "import vault.secret"),
        ("vault/ports/store.py", "import vault.custody"),
        ("vault/keys/slots.py", "import vault.store.schema"),
        ("vault/packing.py", "import vault.files.reading"),
        ("vault/portal/service.py", "import vault.pkcs12.opener"),
        ("vault/channels/mail.py", "import vault.mail.links"),
        ("vault/http/client.py", "import vault.portal.pages"),
        ("vault/targets/loading.py", "import vault.profiles.loading"),
        ("vault/toml/reading.py", "import vault.targets.reading"),
        ("vault/operations/due.py", "import vault.opening"),
        ("vault/ledger/pairs.py", "import vault.operations.add"),
        ("vault/opening.py", "import cli.session"),
    ],
    "Only the store speaks SQL": [
        ("vault/operations/due.py", "import sqlcipher3"),
        ("cli/main.py", "import sqlcipher3"),
    ],
    "Only the portal and the webhook speak HTTP": [
        ("vault/mail/links.py", "import httpx"),
        ("cli/commands/fetch.py", "import httpx"),
    ],
    "Only one adapter speaks SMTP": [("cli/commands/due.py", "import smtplib")],
    "Only one adapter speaks IMAP": [("vault/operations/mailbox.py", "import imaplib")],
    "Only one adapter asks the keyring of the system": [("cli/unlock.py", "import keyring")],
    "The library neither prints nor prompts": [
        ("vault/custody.py", "import getpass"),
        ("vault/operations/add.py", "import typer"),
        ("vault/mail/links.py", "import rich"),
    ],
    "The nouns and rules need nothing third-party": [
        ("vault/model/due.py", "import cryptography"),
        ("vault/secret.py", "import asn1crypto"),
    ],
}
"""For each contract, imports that break it."""


def test_every_contract_about_imports_can_fail(tmp_path: Path) -> None:
    """A copy of the tree, one bad import each: the contract that forbids it is told as broken, by its name."""
    for name in ("vault", "cli"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    assert broken(tmp_path) == set()
    cases = [(contract, *place) for contract, places in BAD_IMPORTS.items() for place in places]
    for contract, path, line in cases:
        file = tmp_path / path
        whole = file.read_text()
        file.write_text(f"{whole}\n{line}\n")
        assert contract in broken(tmp_path), (path, line)
        file.write_text(whole)


def broken(tree: Path) -> set[str]:
    """The names of the contracts that the tree breaks."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    lines = [line.strip() for line in done.stdout.splitlines()]
    found = {line.removesuffix(" BROKEN") for line in lines if line.endswith(" BROKEN")}
    assert bool(found) == bool(done.returncode), done.stdout + done.stderr
    return found


def test_the_program_is_started_as_in_these_tests() -> None:
    """``python -m cli`` is what the installed command runs."""
    assert [sys.executable, "-m", "cli"] == COMMAND
    assert 'certvault = "cli.main:main"' in (ROOT / "pyproject.toml").read_text()
