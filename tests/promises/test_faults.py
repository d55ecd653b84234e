"""Disks that fill, files that are damaged, keys that are wrong, others at work: each with its code, nothing changed."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlcipher3

from tests.attacks.attacker import database, register_key_of
from tests.cli.program import COMMAND, Answer, Program
from tests.stand_in.certificates import make_pair
from tests.stand_in.service import StandIn
from tests.stand_in.tricks import Trick
from tests.support import vaults
from vault.errors import CertvaultError
from vault.operations.pin import reveal

pytestmark = pytest.mark.skipif(os.name == "nt", reason="limits of a process are there on POSIX alone")

LIMITED = (
    "import os, resource, sys;"
    "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY));"
    "os.execv(sys.executable, [sys.executable, '-m', 'cli', *sys.argv[2:]])"
)
PIN = "PIN-room-1"


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The program with a vault, a file of Müller's in it, and a newer one beside it."""
    program = Program(tmp_path)
    vaults.new_vault(program.vault, at=datetime.now(UTC))
    for name, pin, days in (("old", "PIN-old", 30), ("new", PIN, 300)):
        last = datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)
        (tmp_path / f"{name}.p12").write_bytes(make_pair("Müller", pin, not_after=last))
    assert program.run("add", "old.p12", "--pin-stdin", stdin=b"PIN-old").code == 0
    return program


def limited(program: Program, room: int, *arguments: object, stdin: bytes = b"") -> Answer:
    """Run the program where no file may grow beyond ``room`` bytes."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(room), *map(str, arguments)],
        input=stdin,
        capture_output=True,
        env=program.environment,
        cwd=program.folder,
        timeout=60,
        check=False,
    )
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder``."""
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def state(program: Program) -> list[tuple[str, str]]:
    """Every pair with its PIN, read back by the library: it opens."""
    with vaults.custody(program.vault) as custody:
        with custody.reading() as reader:
            pairs = list(reader.pairs(every=True))
        return [(pair.state, custody.contents(pair).pin.reveal()) for pair in pairs]


ROOM = [0, 1, 600, 5000, 60_000, 150_000]


@pytest.mark.parametrize("room", ROOM)
def test_add_on_a_full_disk_leaves_the_old_state(room: int, program: Program) -> None:
    """Exit 17, and the pair that was current is current; or there was room enough."""
    answer = limited(program, room, "add", "new.p12", "--pin-stdin", "--json", stdin=PIN.encode())
    if answer.code:
        assert answer.error["code"] == 17
        assert state(program) == [("current", "PIN-old")]
        assert not list(program.vault.glob("*-journal")) or room == 0
        assert program.run("add", "new.p12", "--pin-stdin", stdin=PIN.encode()).code == 0
    assert sorted(state(program)) == [("current", PIN), ("superseded", "PIN-old")]


@pytest.mark.parametrize("room", [0, 30_000, 145_000])
def test_init_on_a_full_disk_leaves_nothing_that_is_in_the_way(room: int, tmp_path: Path) -> None:
    """Exit 17, no vault, no code that opens none; and the next init works."""
    program = Program(tmp_path)
    init = ["init", "--recovery-file", "recovery"]
    answer = limited(program, room, *init, "--json")
    assert answer.error["code"] == 17
    assert [path.name for path in program.vault.glob("*") if path.name != "vault.lock"] == []
    assert not (tmp_path / "recovery").exists()
    if room == ROOM[0]:
        assert program.run(*init).code == 0


@pytest.mark.parametrize("room", [0, 600, 5000, 100_000])
def test_ingest_and_export_on_a_full_disk_leave_the_old_state(room: int, program: Program) -> None:
    """Exit 17, no link, no half file; what was there is there."""
    url = "https://www.arag.de/TokenService/download?did=f83f71f08bdf3c90"
    out = program.folder / "out"
    out.mkdir()
    for command in (["ingest", url], ["export", "müller", "--to", out], ["pin", "müller"]):
        answer = limited(program, room, *command)
        assert answer.code == 17, answer
        assert answer.out == ""
    assert list(out.iterdir()) == []
    assert program.run("links", "--json").document == {"links": []}
    assert state(program) == [("current", "PIN-old")]


def test_a_file_that_does_not_fit_is_not_left_half(program: Program, tmp_path: Path) -> None:
    """A disk that is full for the export and not for the vault: a real one, where mounting is allowed."""
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", small], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting is not allowed here")
    try:
        (small / "full").write_bytes(bytes(4096))
        assert program.run("export", "müller", "--to", small, "--json").error["code"] == 17
        assert [path.name for path in small.iterdir()] == ["full"]
    finally:
        subprocess.run(["umount", small], check=True)


def broken(program: Program, how: str) -> None:
    """Make the vault what it should not be."""
    path, slots = database(program.vault), program.vault / "keyslots.json"
    match how:
        case "no folder":
            shutil.rmtree(program.vault)
        case "empty folder":
            shutil.rmtree(program.vault)
            program.vault.mkdir()
        case "no slots":
            slots.unlink()
        case "no database":
            path.unlink()
        case "newer slots":
            tree = json.loads(slots.read_bytes())
            slots.write_text(json.dumps(tree | {"version": 2, "more": 1}))
        case "newer database":
            connection = sqlcipher3.connect(str(path), isolation_level=None)
            connection.execute(f"PRAGMA key = \"x'{register_key_of(program.vault).reveal().hex()}'\"").fetchall()
            connection.execute("PRAGMA user_version = 2")
            connection.close()
        case "plain SQLite":
            path.unlink()
            connection = sqlcipher3.connect(str(path), isolation_level=None)
            connection.execute("CREATE TABLE pair (id)")
            connection.close()
        case "cut short":
            os.truncate(path, path.stat().st_size - 4096)
        case "cut within a page":
            os.truncate(path, path.stat().st_size - 100)
        case "empty database":
            os.truncate(path, 0)
        case "slots cut short":
            os.truncate(slots, slots.stat().st_size // 2)
        case "slots are text":
            slots.write_text("certvault")


@pytest.mark.parametrize(
    ("how", "code", "kind"),
    [
        ("no folder", 4, "no-vault"),
        ("empty folder", 4, "no-vault"),
        ("no slots", 5, "slots-damaged"),
        ("no database", 5, "damaged"),
        ("newer slots", 5, "newer-version"),
        ("newer database", 5, "newer-version"),
        ("plain SQLite", 5, "not-a-certvault"),
        ("cut short", 5, "damaged"),
        ("cut within a page", 5, "damaged"),
        ("empty database", 5, "damaged"),
        ("slots cut short", 5, "slots-damaged"),
        ("slots are text", 5, "slots-damaged"),
    ],
)
def test_a_vault_that_is_none_says_what_it_is(how: str, code: int, kind: str, program: Program) -> None:
    """Each by its name, from every command that opens it; and nothing is written there."""
    vaults.new_watch_key(program.vault, program.folder / "watch.key")
    broken(program, how)
    before = contents(program.vault)
    for command in (
        ["list"],
        ["due", "--watch-key-file", "watch.key"],
        ["add", "new.p12", "--pin-stdin"],
        ["pin", "müller"],
    ):
        error = program.run(*command, "--json", stdin=PIN.encode()).error
        assert (error["code"], error["type"]) == (code, kind)
    assert contents(program.vault) == before


def test_one_changed_byte_is_damage_or_of_no_consequence(program: Program) -> None:
    """At offsets all over both files: what opens is the truth, and the rest is code 5 or 3, never a fault."""
    places = random.Random(5)  # noqa: S311 - the same offsets in every run
    truth = state(program)
    refused = 0
    for path in (database(program.vault), program.vault / "keyslots.json"):
        whole = path.read_bytes()
        for offset in [0, 15, 16, 17, 24, 100, 4079, 4095, 4096, *places.sample(range(len(whole)), 140)]:
            if offset >= len(whole):
                continue
            path.write_bytes(whole[:offset] + bytes([whole[offset] ^ 1 << places.randrange(8)]) + whole[offset + 1 :])
            try:
                assert state(program) == truth
            except CertvaultError as error:
                refused += 1
                if error.code not in {3, 5}:
                    raise
        path.write_bytes(whole)
    assert refused > 100
    assert state(program) == truth


def test_a_page_of_an_older_database_is_found_or_of_no_consequence(program: Program) -> None:
    """Each page as it was before: its own MAC is right, and still no PIN goes with another certificate."""
    path = database(program.vault)
    older = path.read_bytes()
    assert program.run("add", "new.p12", "--pin-stdin", stdin=PIN.encode()).code == 0
    newer = path.read_bytes()
    true = {("current", "PIN-old"), ("current", PIN), ("superseded", "PIN-old")}
    for start in range(0, len(older), 4096):
        path.write_bytes(newer[:start] + older[start : start + 4096] + newer[start + 4096 :])
        try:
            found = state(program)
        except CertvaultError as error:
            if error.code != 5:
                raise
        else:
            assert set(found) <= true


def test_wrong_keys_are_code_3(program: Program) -> None:
    """Passphrase, recovery code and watch key, each with its own error; PINs are not asked for before."""
    other = vaults.new_vault(program.folder / "other")
    wrong = program.folder / "wrong"
    typed = other.reveal()
    changed = ("1" if typed[0] != "1" else "2") + typed[1:]
    for text, kind in (
        ("not the passphrase", "wrong-passphrase"),
        (typed, "wrong-recovery-code"),
        (changed, "recovery-code-mistyped"),
        (vaults.PASSPHRASE.reveal() + " ", "wrong-passphrase"),
        (vaults.PASSPHRASE.reveal().upper(), "wrong-passphrase"),
    ):
        wrong.write_text(text)
        wrong.chmod(0o600)
        error = program.run("list", "--json", "--passphrase-file", wrong).error
        assert (error["code"], error["type"]) == (3, kind)
    vaults.new_watch_key(program.folder / "other", program.folder / "other.key")
    error = program.run("due", "--json", "--watch-key-file", "other.key").error
    assert (error["code"], error["type"]) == (3, "wrong-watch-key")
    for text in ("", "nonsense", "certvault-watch-key-1 AAAA"):
        wrong.write_text(text)
        assert program.run("due", "--json", "--watch-key-file", wrong).error["code"] == 3


def test_without_a_terminal_and_without_a_source_the_ways_are_named(program: Program) -> None:
    """At once: nothing waits for somebody who is not there."""
    begun = time.monotonic()
    for command in (["list"], ["add", "new.p12", "--pin-stdin"], ["pin", "müller"]):
        error = program.run(*command, "--json", stdin=PIN.encode(), env={"CERTVAULT_PASSPHRASE_FILE": ""}).error
        assert (error["code"], error["type"]) == (3, "no-key-given")
        for way in ("--passphrase-file", "CERTVAULT_PASSPHRASE_FILE"):
            assert way in error["hint"]
    assert time.monotonic() - begun < 15


@contextmanager
def writing(program: Program) -> Iterator[None]:
    """Another process has a transaction open."""
    with vaults.custody(program.vault) as custody, custody.writing():
        yield


def test_another_process_at_work_is_waited_for_and_then_told(program: Program) -> None:
    """Who writes waits a few seconds; who replaces files and finds others at work says so at once."""
    with writing(program):
        begun = time.monotonic()
        assert program.run("add", "new.p12", "--pin-stdin", "--json", stdin=PIN.encode()).error["code"] == 16
        assert time.monotonic() - begun < 20
        assert program.run("list", "--json").code == 0
        add_key = ["keys", "add", "watch", "--watch-key-file", "watch.key", "--json"]
        assert program.run(*add_key).error["code"] == 16
        assert not (program.folder / "watch.key").exists()
    with vaults.custody(program.vault, exclusive=True):
        assert program.run("list", "--json").error["code"] == 16
    assert state(program) == [("current", "PIN-old")]


def test_a_folder_that_may_not_be_written_can_be_read(program: Program) -> None:
    """For somebody who is not root: listing works, what writes is code 17, and says what it could not write."""
    if os.geteuid() == 0:
        pytest.skip("root may write everything")
    program.vault.chmod(0o500)
    try:
        assert program.run("list", "--json").code == 0
        assert program.run("add", "new.p12", "--pin-stdin", "--json", stdin=PIN.encode()).error["code"] == 17
    finally:
        program.vault.chmod(0o700)


def started(program: Program, *arguments: str, pin: str) -> subprocess.Popen[bytes]:
    """The program, at work beside us."""
    process = subprocess.Popen(
        [*COMMAND, *arguments, "--json"],
        env=program.environment,
        cwd=program.folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.write(pin.encode())
    process.stdin.flush()
    return process


def test_two_who_add_at_once_leave_one_current_pair(program: Program) -> None:
    """The same file, and the next two certificates, each by two processes: all done or busy, never half."""
    jobs = [("new", PIN), ("new", PIN)]
    for number in (1, 2):
        last = datetime.now(UTC).replace(microsecond=0) + timedelta(days=400 + number)
        (program.folder / f"next{number}.p12").write_bytes(make_pair("Müller", f"PIN-{number}", not_after=last))
        jobs.append((f"next{number}", f"PIN-{number}"))
    at_work = [started(program, "add", f"{name}.p12", "--pin-stdin", pin=pin) for name, pin in jobs]
    for process in at_work:
        _out, err = process.communicate(timeout=60)
        assert process.returncode in {0, 7, 16}, err
    states = sorted(state(program))
    assert [one for one, _pin in states].count("current") == 1
    assert len({pin for _state, pin in states}) == len(states)


def test_two_who_fetch_one_link_at_once_store_one_pair(program: Program, stand_in: StandIn) -> None:
    """A link that burns on its first use: one gets the file, the other is told, and the link is claimed."""
    program.environment |= stand_in.environment()
    for trick in (Trick.NONE, Trick.ONE_TIME):
        did = random.randbytes(8).hex()  # noqa: S311 - a name
        last = datetime.now(UTC).replace(microsecond=0) + timedelta(days=500 + len(trick.value))
        file = make_pair("Müller", f"PIN-{trick.value}", not_after=last)
        url = stand_in.offer(did, pin=f"PIN-{trick.value}", file=file, trick=trick)
        assert program.run("ingest", url, "--holder", "Müller").code == 0
        both = [started(program, "fetch", did, "--pin-stdin", pin=f"PIN-{trick.value}") for _ in range(2)]
        codes = []
        for process in both:
            _out, err = process.communicate(timeout=60)
            codes.append(process.returncode)
            assert process.returncode in {0, 9, 11, 16}, err
        assert 0 in codes
        (link,) = [one for one in program.run("links", "--all", "--json").document["links"] if one["reference"] == did]
        assert link["state"] == "claimed"
        assert state(program)[0] == ("current", f"PIN-{trick.value}")


def test_interrupted_by_its_user_the_program_ends_quietly(program: Program) -> None:
    """Ctrl-C while it waits for another process: no traceback, nothing changed."""
    with writing(program):
        process = started(program, "add", "new.p12", "--pin-stdin", pin=PIN)
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=30)
    assert process.returncode in {130, 16}
    assert b"Traceback" not in err
    assert state(program) == [("current", "PIN-old")]


def test_the_pin_is_on_record_before_it_is_shown(program: Program) -> None:
    """Where the record cannot be written, no PIN is shown."""
    with vaults.custody(program.vault) as custody:
        with custody.reading() as reader:
            (pair,) = reader.pairs()
        assert reveal(custody, pair, to="Kaya", at=datetime.now(UTC)).reveal() == "PIN-old"
    answer = limited(program, 0, "pin", "müller", "--json")
    assert (answer.error["code"], answer.out) == (17, "")
