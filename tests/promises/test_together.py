"""Several at work on one vault: they wait a little, or are told; nothing is half and nothing doubled."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.program import COMMAND, Program
from tests.promises.standing import PIN, state
from tests.stand_in.certificates import make_pair
from tests.stand_in.service import StandIn
from tests.stand_in.tricks import Trick
from tests.support import vaults
from vault import opening
from vault.custody import Custody
from vault.errors import Busy, CertvaultError, LinkAlreadyClaimed, LinkGone, PinRefused, RefusedBefore
from vault.keys.slots import KeySlots, Slot
from vault.keys.unlocking import unlock_root
from vault.model.link import Link
from vault.operations.fetch import fetch
from vault.operations.ingest import ingest
from vault.operations.sources import Source
from vault.pkcs12.opener import ChildOpener
from vault.ports.portal import Portal
from vault.profiles import load_all
from vault.secret import Passphrase, Pin, RecoveryCode, RootKey

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


class Meanwhile:
    """A portal that takes its time: ``happening`` is what another process does, ``error`` what it says then."""

    def __init__(self, happening: Callable[[], object], error: CertvaultError) -> None:
        self._happening, self._error = happening, error

    def reach(self, *_asked: object) -> bytes:
        """Let it happen; then fail."""
        self._happening()
        raise self._error


def fetched(custody: Custody, link: Link, portal: Portal) -> None:
    """Fetch a link as this process knows it."""
    fetch(
        custody,
        link,
        Pin("typed"),
        profile=load_all()["arag"],
        portal=portal,
        opener=ChildOpener(os.urandom),
        progress=lambda _arrived, _expected: None,
        at=datetime.now(UTC),
        random=os.urandom,
    )


def test_what_another_process_did_to_a_link_is_not_taken_back(program: Program) -> None:
    """It claimed the link while this one was told that the file is gone: the link stays claimed."""
    with vaults.custody(program.vault) as custody, vaults.custody(program.vault) as other:
        link = linked(custody)

        def claim() -> None:
            with other.writing() as writer:
                (pair,) = writer.pairs()
                now = writer.link(link.id)
                assert now is not None
                writer.update_link(now._replace(state="claimed", pair=pair.id))

        with pytest.raises(LinkGone):
            fetched(custody, link, Meanwhile(claim, LinkGone(host="www.arag.de")))
        with custody.reading() as reader:
            now = reader.link(link.id)
        assert now is not None
        assert (now.state, now.refusals, now.pair is None) == ("claimed", 0, False)
        with pytest.raises(LinkAlreadyClaimed):
            fetched(custody, link, Meanwhile(claim, LinkGone(host="www.arag.de")))


def test_refusals_of_two_processes_add_up(program: Program) -> None:
    """Two PINs that were sent at once are two, and the third asks a person first: a portal may lock."""
    with vaults.custody(program.vault) as custody, vaults.custody(program.vault) as other:
        link, refused = linked(custody), PinRefused(host="www.arag.de")

        def second() -> None:
            with pytest.raises(PinRefused):
                fetched(other, link, Meanwhile(lambda: None, refused))

        with pytest.raises(PinRefused):
            fetched(custody, link, Meanwhile(second, refused))
        with pytest.raises(RefusedBefore):
            fetched(custody, link, Meanwhile(second, refused))


def linked(custody: Custody) -> Link:
    """A link that waits for its PIN."""
    url = b"https://www.arag.de/TokenService/download?did=f83f71f08bdf3c90"
    source = Source("-", lambda: url, by_hand=True)
    return ingest(custody, [source], load_all(), holder="Müller", at=datetime.now(UTC), random=os.urandom).links[0]


def test_slots_that_changed_while_somebody_typed_are_busy_and_not_damaged(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process adds a key between reading the slots and opening the database: try again, nothing is lost."""
    unlock = unlock_root

    def slowly(slots: KeySlots, secret: Passphrase | RecoveryCode) -> tuple[RootKey, Slot]:
        monkeypatch.setattr(opening, "unlock_root", unlock)
        vaults.new_watch_key(program.vault, program.folder / "watch.key")
        return unlock(slots, secret)

    monkeypatch.setattr(opening, "unlock_root", slowly)
    with pytest.raises(Busy), vaults.custody(program.vault):
        pass
    with vaults.custody(program.vault) as custody:
        assert [slot.kind for slot in custody.slots.slots] == ["passphrase", "recovery", "watch"]
