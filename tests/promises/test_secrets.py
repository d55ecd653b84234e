"""Secrets are nowhere: the whole story as real processes, the failing parts too, with somebody looking on."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.attacks.attacker import plain_sql, register_key_of
from tests.cli.program import COMMAND, Answer, Program
from tests.promises.observer import Observer
from tests.promises.traces import Traces, private_key
from tests.stand_in.certificates import make_pair
from tests.stand_in.service import StandIn
from tests.stand_in.tricks import Trick
from tests.support import vaults
from tests.support.vaults import PASSPHRASE

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc and inotify are Linux's")

PIN, NEXT_PIN, OTHER_PIN = "M4rked Pin-ä&7q", "M4rked-Next?9z", "M4rked-Other+3k"
WRONG = "M4rked-wrong<5x"
TEXTS = {
    "PIN": PIN,
    "next PIN": NEXT_PIN,
    "other PIN": OTHER_PIN,
    "wrong PIN": WRONG,
    "passphrase": PASSPHRASE.reveal(),
}


class Stage(NamedTuple):
    """The program in a house of its own: ``home`` and ``temporary`` are empty, and nothing may come up in them."""

    program: Program
    service: StandIn
    home: Path
    temporary: Path
    key: bytes
    traces: Traces

    def run(self, code: int, *arguments: object, pin: str = "", shows: str = "", **env: str) -> Answer:
        """Run a command that ends with ``code``: nothing secret is in what it says but the one that it ``shows``."""
        stdin = f"{pin}\n".encode() if pin else b""
        answer = self.program.run(*arguments, stdin=stdin, env=env)
        assert answer.code == code, answer
        said = self.traces.without(shows) if shows else self.traces
        assert said.found_in(answer.out.encode()) == set()
        assert self.traces.found_in(answer.err.encode()) == set()
        assert "Traceback" not in answer.err
        for file in self.program.vault.iterdir():
            assert self.traces.found_in(file.read_bytes()) == set(), file
        return answer

    def link(self, did: str, pin: str, file: bytes, trick: Trick = Trick.NONE) -> str:
        """Take in a link; gives its reference."""
        url = self.service.offer(did, pin=pin, file=file, trick=trick)
        self.run(0, "ingest", url, "--holder", "Müller")
        return did


@pytest.fixture
def stage(tmp_path: Path, stand_in: StandIn) -> Stage:
    """A new house, with a vault whose recovery code is in a file."""
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    home.mkdir()
    temporary.mkdir()
    program = Program(tmp_path, HOME=str(home), TMPDIR=str(temporary), **stand_in.environment())
    code = vaults.new_vault(program.vault, at=datetime.now(UTC))
    key = make_pair("Müller", PIN, not_after=datetime.now(UTC) + timedelta(days=20))
    grouped = code.reveal()
    texts = {
        **TEXTS,
        "passphrase": PASSPHRASE.reveal(),
        "recovery code": grouped,
        "recovery code, ungrouped": grouped.replace("-", ""),
    }
    return Stage(program, stand_in, home, temporary, key, Traces.of(texts, private_key(key, PIN)))


@pytest.fixture
def observer(stage: Stage) -> Iterator[Observer]:
    """Look on; at the end nothing secret was seen, and no file had come up beside the vault."""
    with Observer.looking([stage.home, stage.temporary], stage.program.vault) as observer:
        yield observer
    assert observer.files == []
    assert any(b"vault.pkcs12.child" in command for command in observer.commands)
    for seen in (*observer.processes.values(), *observer.journals):
        assert stage.traces.found_in(seen) == set()


def test_the_traces_find_what_they_are_for(stage: Stage) -> None:
    """A search that finds nothing proves nothing unless it can find."""
    import base64
    import json

    number = private_key(stage.key, PIN)["private key"]
    for leak in (
        f"PIN: {PIN}".encode(),
        json.dumps({"pin": PIN}).encode(),
        base64.b64encode(b"x" + PIN.encode() + b"y"),
        base64.encodebytes(b"abcd" + number + b"more"),
        repr({"pin": PIN.encode()}).encode(),
        PIN.encode("utf-16-le"),
        b"\x04\x20" + number,
        number.hex().encode(),
    ):
        assert stage.traces.found_in(leak), leak


def test_the_whole_story_leaves_no_secret_anywhere(stage: Stage, observer: Observer) -> None:
    """From the mail to the successor and the export: each command, as it is used and as it fails."""
    did = stage.link("5ec0000000000001", PIN, stage.key)
    stage.run(9, "fetch", did, "--pin-stdin", pin=WRONG)
    stage.run(9, "fetch", did, "--pin-stdin", "--json", pin=PASSPHRASE.reveal())
    stage.run(0, "fetch", did, "--pin-stdin", "--json", pin=PIN)
    later = make_pair("Müller", NEXT_PIN)
    stage.run(9, "fetch", stage.link("5ec0000000000002", NEXT_PIN, later), "--pin-stdin", "--json", pin=PIN)
    file = stage.program.folder / "later.p12"
    file.write_bytes(later)
    stage.run(9, "add", file, "--pin-stdin", pin=WRONG)
    stage.run(2, "add", file, "--pin-stdin", pin=f" {NEXT_PIN}")
    stage.run(0, "add", file, "--pin-stdin", "--json", pin=NEXT_PIN)
    stage.run(0, "add", file, "--pin-stdin", pin=NEXT_PIN)
    (stage.program.folder / "out").mkdir()
    stage.run(0, "export", "müller", "--to", "out")
    stage.run(0, "export", "müller", "--for", "keasy", "--to", "anew")
    stage.run(0, "export", "--holder", "müller", "--for", "pem", "--to", "anew")
    stage.run(0, "export", "--holder", "müller", "--for", "java", "--new-pin-stdin", "--to", "anew", pin=OTHER_PIN)
    stage.run(2, "export", "müller", "--for", "original", "--new-pin-stdin", "--to", "anew", pin=OTHER_PIN)
    anew = [path for path in (stage.program.folder / "anew").rglob("*") if path.is_file()]
    assert len(anew) == 5
    assert not any(stage.traces.found_in(path.read_bytes()) for path in anew)
    stage.run(0, "pin", "müller", shows="next PIN")
    stage.run(0, "pin", "müller", "--letter", "letter.pdf")
    stage.run(0, "handover", "müller", "--for", "keasy", "--to", "out")
    for command in ("due", "list", "links", "show müller", "history müller", "list --all", "keys list"):
        stage.run(0, *command.split(), "--json")
        stage.run(0, *command.split())
    stage.run(0, "keys", "add", "watch", "--watch-key-file", "watch.key")
    stage.run(0, "due", "--watch-key-file", "watch.key")
    stage.run(3, "pin", "müller", CERTVAULT_PASSPHRASE_FILE="", CERTVAULT_WATCH_KEY_FILE="watch.key")
    exported = next((stage.program.folder / "out").glob("*.p12"))
    assert exported.read_bytes() == later
    assert observer.commands


@pytest.mark.parametrize(
    "arguments",
    [["--pin", OTHER_PIN], [f"--pin={OTHER_PIN}"], [OTHER_PIN, "--no-such-option"]],
    ids=range(3),
)
def test_a_pin_typed_as_an_argument_by_mistake_is_not_repeated(arguments: list[str], stage: Stage) -> None:
    """It stands in the shell's history already; the message goes into tickets and screenshots."""
    (stage.program.folder / "a.p12").write_bytes(stage.key)
    for command in (["add", "a.p12"], ["fetch"], ["pin", "müller"], ["due"]):
        answer = stage.program.run(*command, *arguments)
        assert answer.code not in {0, 1}
        assert stage.traces.found_in((answer.out + answer.err).encode()) == set(), answer


def test_the_keys_of_a_connection_are_not_written_down(stage: Stage) -> None:
    """SSLKEYLOGFILE would let whoever recorded the traffic read the PIN in it."""
    did = stage.link("5ec0000000000003", PIN, stage.key)
    log = stage.program.folder / "tls.log"
    stage.run(0, "fetch", did, "--pin-stdin", pin=PIN, SSLKEYLOGFILE=str(log))
    assert not log.exists()


@pytest.mark.parametrize(
    ("trick", "code"),
    [
        (Trick.LOST_AFTER, 14),
        (Trick.CUT_AFTER, 14),
        (Trick.PUZZLE_AFTER, 12),
        (Trick.REDIRECT_HOST_AFTER, 11),
        (Trick.REPEAT_AFTER, 11),
        (Trick.GONE_AFTER, 11),
        (Trick.ERROR_AFTER, 14),
        (Trick.GZIP_AFTER, 12),
    ],
)
def test_a_hostile_page_gets_no_secret_onto_the_screen(trick: Trick, code: int, stage: Stage) -> None:
    """A page that repeats the PIN, sends the browser elsewhere with it, or never answers."""
    did = stage.link(f"5ec00000000001{list(Trick).index(trick):02x}", OTHER_PIN, stage.key, trick)
    stage.run(code, "fetch", did, "--pin-stdin", pin=OTHER_PIN)
    stage.run(0, "links", "--json", "--all")


def test_a_damaged_pair_is_told_without_what_is_in_it(stage: Stage) -> None:
    """Opening it fails after its PIN was decrypted, and before."""
    file = stage.program.folder / "a.p12"
    file.write_bytes(stage.key)
    stage.run(0, "add", file, "--pin-stdin", pin=PIN)
    for change in ("proof = 'portal'", "not_after = not_after + 1", "sealed = zeroblob(5000)"):
        with plain_sql(stage.program.vault, register_key_of(stage.program.vault)) as connection:
            connection.execute(f"UPDATE pair SET {change}")  # noqa: S608
        for command in (["pin", "müller"], ["export", "müller", "--to", "."]):
            stage.run(5, *command)
            stage.run(5, *command, "--json")


FAULTS = {
    "with the PIN in its text": (
        "def admit(custody, proven, *_more, **_most):\n"
        "    raise RuntimeError(proven.contents.pin.reveal(), custody.root.reveal())\n"
        "vault.ledger.pairs.admit = vault.operations.add.admit = admit"
    ),
    "out of memory": (
        "def admit(custody, proven, *_more, **_most): raise MemoryError(proven.contents.pin.reveal())\n"
        "vault.ledger.pairs.admit = vault.operations.add.admit = admit"
    ),
    "no end of calls": (
        "def admit(custody, proven, *_more, **_most): return admit(custody, proven)\n"
        "vault.ledger.pairs.admit = vault.operations.add.admit = admit"
    ),
}
"""What somebody's damaged environment does to the program, as its ``sitecustomize``."""


def damaged(stage: Stage, code: str) -> dict[str, str]:
    """An environment in which ``code`` ran before the program."""
    folder = stage.program.folder / "damaged"
    folder.mkdir(exist_ok=True)
    imports = "import vault.ledger.pairs, vault.operations.add\n"
    (folder / "sitecustomize.py").write_text(imports + code + "\n")
    return {"PYTHONPATH": f"{folder}{os.pathsep}{stage.program.environment['PYTHONPATH']}"}


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("development", ["", "1"])
def test_a_fault_of_ours_is_told_without_what_it_held(name: str, development: str, stage: Stage) -> None:
    """No traceback, no text of a foreign error: its type and its place, in Python's development mode too."""
    file = stage.program.folder / "a.p12"
    file.write_bytes(stage.key)
    env = damaged(stage, FAULTS[name]) | {"PYTHONDEVMODE": development, "PYTHONFAULTHANDLER": development}
    answer = stage.run(1, "add", file, "--pin-stdin", pin=PIN, **env)
    assert "inside certvault" in answer.err


def test_a_crash_leaves_no_core(stage: Stage) -> None:
    """Where the shell allows memory to be dumped, the process that holds secrets does not."""
    file = stage.program.folder / "a.p12"
    file.write_bytes(stage.key)
    crash = damaged(stage, "import os\nvault.operations.add.admit = lambda *_held, **_more: os.abort()")
    if not crashed(stage, [sys.executable, "-c", "import os; os.abort()"], {}):
        pytest.skip("this machine dumps no memory, or elsewhere")
    assert not crashed(stage, [*COMMAND, "add", "a.p12", "--pin-stdin"], crash)


def crashed(stage: Stage, command: list[str], env: dict[str, str]) -> bool:
    """Whether the crash of ``command`` left its memory in a file."""
    done = subprocess.run(
        ["bash", "-c", 'ulimit -c unlimited; exec "$@"', "-", *command],
        input=PIN.encode(),
        env=stage.program.environment | env,
        cwd=stage.program.folder,
        capture_output=True,
        check=False,
    )
    assert done.returncode == -signal.SIGABRT
    cores = list(stage.program.folder.glob("core*"))
    for core in cores:
        core.unlink()
    return bool(cores)


def test_a_broken_installation_is_told_without_a_traceback(stage: Stage) -> None:
    """A library that is not there, or not itself any more."""
    file = stage.program.folder / "a.p12"
    file.write_bytes(stage.key)
    for module in ("cryptography", "sqlcipher3"):
        folder = stage.program.folder / f"broken-{module}"
        folder.mkdir()
        (folder / f"{module}.py").write_text("raise OSError('broken')\n")
        path = f"{folder}{os.pathsep}{stage.program.environment['PYTHONPATH']}"
        stage.run(1, "add", file, "--pin-stdin", pin=PIN, PYTHONPATH=path)
        shutil.rmtree(folder)
    stage.run(0, "add", file, "--pin-stdin", pin=PIN)
