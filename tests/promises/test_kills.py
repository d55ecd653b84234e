"""Killed in the middle: nothing that had arrived is lost, nothing is half, and the vault opens."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.attacks.story import PROFILES
from tests.cli.program import COMMAND, Program
from tests.promises.deaths import alive, deadly
from tests.stand_in.certificates import make_pair
from tests.stand_in.service import StandIn
from tests.stand_in.tricks import Trick
from tests.support import vaults
from vault.model.link import Link
from vault.operations import find, register
from vault.operations.ingest import ingest
from vault.operations.sources import Source

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")

KILLED = -9
PIN = "M4rked-kill-3x"
STORE, PORTAL = "vault.store.writer", "vault.portal.service"


@pytest.fixture
def program(tmp_path: Path, stand_in: StandIn) -> Program:
    """The program with an empty vault."""
    program = Program(tmp_path, **stand_in.environment())
    vaults.new_vault(program.vault, at=datetime.now(UTC))
    return program


def file_for(name: str, pin: str, days: int) -> bytes:
    """A certificate that runs out in so many days."""
    return make_pair(name, pin, not_after=datetime.now(UTC).replace(microsecond=0) + timedelta(days=days))


def linked(program: Program, service: StandIn, trick: Trick = Trick.NONE) -> str:
    """A link of Müller's in the register; gives its reference."""
    did = random.randbytes(8).hex()  # noqa: S311 - a name
    url = service.offer(did, pin=PIN, file=file_for("Müller", PIN, 300), trick=trick)
    with vaults.custody(program.vault) as custody:
        source = Source("-", url.encode, by_hand=True)
        ingest(custody, [source], PROFILES, holder="Müller", at=datetime.now(UTC), random=random.randbytes)
    return did


def link_of(program: Program) -> Link:
    """The one link, as it stands after what happened; no pair is there."""
    nothing_left(program)
    with vaults.custody(program.vault) as custody, custody.reading() as reader:
        assert reader.count_current() == 0
        (link,) = reader.links(every=True)
    return link


def nothing_left(program: Program) -> None:
    """The child that opens files ends with its parent."""
    end = time.monotonic() + 10
    while alive(program):
        assert time.monotonic() < end, alive(program)
        time.sleep(0.02)


POINTS = {
    "before the attempt is on disk": ("vault.operations.fetch", "change_link", "before", (0, 0), False),
    "after the attempt": ("vault.operations.fetch", "change_link", "after", (1, 0), False),
    "before the page is asked": (PORTAL, "TokenService.reach", "before", (1, 0), False),
    "after the page": (PORTAL, "TokenService.reach", "after", (1, 1), False),
    "when the file has come": ("vault.operations.fetch", "park_file", "before", (1, 2), False),
    "when the file is parked": ("vault.operations.fetch", "park_file", "after", (0, 2), True),
    "before the file is opened": ("vault.pkcs12.opener", "ChildOpener.open", "before", (0, 2), True),
    "while the file is opened": ("vault.pkcs12.wire", "send_request", "after", (0, 2), True),
    "when the file was opened": ("vault.pkcs12.opener", "ChildOpener.open", "after", (0, 2), True),
    "before the pair is written": (STORE, "SqlWriter.add_pair", "before", (0, 2), True),
    "when the pair is written": (STORE, "SqlWriter.add_pair", "after", (0, 2), True),
    "before the link is claimed": (STORE, "SqlWriter.unpark", "before", (0, 2), True),
    "before the commit": (STORE, "SqlWriter.unpark", "after", (0, 2), True),
}
"""Where it is killed; then: refusals counted, requests the portal had, and whether the file is here."""


@pytest.mark.parametrize("point", POINTS)
def test_a_fetch_that_was_killed_goes_on_where_it_was(point: str, program: Program, stand_in: StandIn) -> None:
    """The PIN that may have been sent is counted; the file that had come is opened without asking again."""
    module, name, when, (refusals, requests), parked = POINTS[point]
    did = linked(program, stand_in)
    env = deadly(program, module, name, when)
    assert program.run("fetch", did, "--pin-stdin", stdin=PIN.encode(), env=env).code == KILLED
    link = link_of(program)
    assert (link.refusals, link.state, link.parked) == (refusals, "open", parked)
    assert len(stand_in.of(did)) == requests
    again = program.run("fetch", did, "--pin-stdin", "--json", stdin=PIN.encode()).document
    assert again["supersedes"] is None
    assert len(stand_in.of(did)) == (requests if parked else requests + 2)
    assert whole(program, [PIN]) == [PIN]


@pytest.mark.parametrize(("trick", "method"), [(Trick.DRIP, "GET"), (Trick.DRIP_AFTER, "POST")], ids=["page", "file"])
def test_a_fetch_killed_while_bytes_arrive_counts_its_attempt(
    trick: Trick, method: str, program: Program, stand_in: StandIn
) -> None:
    """Whether the PIN was refused is not known, so it counts; the link stays open."""
    did = linked(program, stand_in, trick)
    process = subprocess.Popen(
        [*COMMAND, "fetch", did, "--pin-stdin"], env=program.environment, stdin=subprocess.PIPE, cwd=program.folder
    )
    assert process.stdin is not None
    process.stdin.write(PIN.encode() + b"\n")
    process.stdin.close()
    wait_for(lambda: any(request.method == method for request in stand_in.of(did)))
    time.sleep(0.05)
    process.kill()
    assert process.wait() == KILLED
    link = link_of(program)
    assert (link.refusals, link.state, link.parked) == (1, "open", False)
    stand_in.offers[did].trick = Trick.NONE
    assert program.run("fetch", did, "--pin-stdin", stdin=PIN.encode()).code == 0


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until it holds."""
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def whole(program: Program, pins: list[str]) -> list[str]:
    """One current pair, which opens, and every other one superseded; gives the PINs, newest first."""
    with vaults.custody(program.vault) as custody:
        story = register.history(custody, find.pair(custody, "müller", PROFILES))
        states = [row.pair.state for row in story.pairs]
        assert states == ["current", *["superseded"] * (len(states) - 1)]
        found = [custody.contents(row.pair).pin.reveal() for row in story.pairs]
        with custody.reading() as reader:
            assert reader.count_current() == 1
        added = [event for event in story.events if event.event.what == "pair-added"]
        assert len(added) == len(states)
    assert found == pins[: len(found)][::-1]
    return found


def test_a_supersede_killed_at_any_moment_is_the_old_state_or_the_new(program: Program) -> None:
    """Again and again, at a moment after its transaction began: before, in and after the commit."""
    moments = random.Random(7)  # noqa: S311 - the same moments in every run
    pins = ["PIN-000"]
    file = program.folder / "a.p12"
    file.write_bytes(file_for("Müller", "PIN-000", 10))
    assert program.run("add", file, "--pin-stdin", "--holder", "Müller", stdin=b"PIN-000").code == 0
    for number in range(1, 11):
        pin = f"PIN-{number:03}"
        file.write_bytes(file_for("Müller", pin, 10 + number))
        when = f"{moments.uniform(0, 0.012):.5f}"
        env = deadly(program, STORE, "SqlWriter.set_state", when)
        answer = program.run("add", file, "--pin-stdin", stdin=pin.encode(), env=env)
        assert answer.code in {KILLED, 0}
        before = len(pins)
        now = whole(program, [*pins, pin])
        assert len(now) in {before, before + 1}
        if len(now) > before:
            pins.append(pin)
        nothing_left(program)
    file.write_bytes(file_for("Müller", "PIN-end", 99))
    assert program.run("add", file, "--pin-stdin", stdin=b"PIN-end").code == 0
    assert whole(program, [*pins, "PIN-end"])[0] == "PIN-end"


@pytest.mark.parametrize(
    ("name", "when"),
    [("SqlWriter.set_state", "before"), ("SqlWriter.set_state", "after"), ("SqlWriter.add_pair", "after")],
)
def test_a_supersede_killed_inside_its_transaction_is_the_old_state(name: str, when: str, program: Program) -> None:
    """What was written and not committed is taken back by whoever opens the vault next."""
    file = program.folder / "a.p12"
    file.write_bytes(file_for("Müller", "one", 10))
    assert program.run("add", file, "--pin-stdin", stdin=b"one").code == 0
    file.write_bytes(file_for("Müller", "two", 20))
    env = deadly(program, STORE, name, when)
    assert program.run("add", file, "--pin-stdin", stdin=b"two", env=env).code == KILLED
    assert whole(program, ["one", "two"]) == ["one"]
    assert program.run("add", file, "--pin-stdin", stdin=b"two").code == 0
    assert whole(program, ["one", "two"]) == ["two", "one"]


@pytest.mark.parametrize(
    ("module", "name", "when"),
    [
        ("vault.opening", "create_database", "before"),
        ("vault.opening", "create_database", "after"),
        ("vault.files.writing", "write_new", "before"),
        ("vault.files.writing", "write_new", "after"),
        ("vault.files.writing", "move", "before"),
        ("vault.files.writing", "move", "after"),
    ],
)
def test_an_init_that_was_killed_left_a_vault_or_nothing_that_is_in_the_way(
    module: str, name: str, when: str, tmp_path: Path
) -> None:
    """No vault that opens with nothing: it opens with its passphrase, or the next ``init`` makes one in its place."""
    program = Program(tmp_path)
    init = ["init", "--no-recovery"]
    assert program.run(*init, env=deadly(program, module, name, when)).code == KILLED
    if (name, when) != ("move", "after"):
        assert program.run("list").code == 4
        assert program.run(*init).code == 0
        assert len(list(program.vault.iterdir())) == 3
    assert program.run("list", "--json").document == {"pairs": []}
    assert program.run(*init).code == 15
