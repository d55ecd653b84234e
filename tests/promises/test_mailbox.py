"""A mailbox of ten thousand mails: every link, nothing else, in little memory, and safe to interrupt."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import COMMAND, Program
from tests.support import vaults
from tests.support.cost import Cost, Run
from tests.support.mailboxes import mailbox, references

MOST = 100.0
"""MiB: less than the mailbox has."""


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The program with a new vault, and its watch key alone."""
    program = Program(tmp_path)
    vaults.new_vault(program.vault, at=datetime.now(UTC))
    key = vaults.new_watch_key(program.vault, tmp_path / "watch.key")
    program.passphrase_file.unlink()
    program.environment |= {"CERTVAULT_WATCH_KEY_FILE": str(key), "CERTVAULT_PASSPHRASE_FILE": ""}
    return program


def recorded(program: Program) -> set[str]:
    """The references of the links in the register."""
    links: list[dict[str, Any]] = program.run("links", "--json").document["links"]
    return {link["reference"] for link in links}


def _begun(program: Program) -> bool:
    """Whether anything is recorded, asked without a process of its own."""
    with vaults.watch(program.vault, program.folder / "watch.key") as opened, opened.reading() as reader:
        return any(True for _ in reader.links())


def test_every_link_and_no_other_mail(tmp_path: Path, program: Program) -> None:
    """1,000 of 10,000 are link mails: each becomes one link, nothing is rejected, and memory stays small."""
    box = mailbox(tmp_path / "Inbox", count=10_000, links=1_000, at=datetime.now(UTC))
    cost = Cost({name: value for name, value in program.environment.items() if value}, program.folder)
    peak = cost.peak(Run([*COMMAND, "ingest", str(box)]))
    assert recorded(program) == references(1_000)
    assert peak < MOST < box.stat().st_size / 2**20


def test_interrupted_and_done_again(tmp_path: Path, program: Program) -> None:
    """What was found up to Ctrl-C stays; doing it again brings the rest, and nothing twice."""
    box = mailbox(tmp_path / "Inbox", count=3_000, links=300, at=datetime.now(UTC))
    environment = {name: value for name, value in program.environment.items() if value}
    process = subprocess.Popen(
        [*COMMAND, "ingest", str(box)], env=environment, cwd=program.folder, stderr=-3, stdout=-3
    )
    deadline = time.monotonic() + 60
    while not _begun(program) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGINT)
    assert process.wait(60) == 130
    first = recorded(program)
    assert set() < first < references(300)
    answer = program.run("ingest", box, "--json").document
    assert {link["reference"] for link in answer["links"]} == references(300)
    assert sum(link["duplicate"] for link in answer["links"]) == len(first)
    assert (answer["rejected"], answer["ignored"]) == ([], 2_700)
    assert recorded(program) == references(300)


def test_a_person_sees_how_far_it_is(tmp_path: Path, program: Program) -> None:
    """On a terminal one line counts mails and shares; it is gone when the answer comes."""
    box = mailbox(tmp_path / "Inbox", count=2_000, links=20, at=datetime.now(UTC))
    seen = program.type("ingest", box, answers=[]).out
    *counted, answer = seen.split("\x1b[K")
    assert any(re.search(r"\d+ mails, \d+ %", line) for line in counted)
    assert answer.startswith("20 new links.")
