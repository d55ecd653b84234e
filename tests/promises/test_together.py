"""Several at work on one vault: they wait a little, or are told; nothing is half and nothing doubled."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.program import COMMAND, Program
from tests.promises.standing import PIN, state
from tests.stand_in.certificates import make_pair
from tests.stand_in.service import StandIn
from tests.stand_in.tricks import Trick
from tests.support import vaults

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are there on POSIX alone")


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
