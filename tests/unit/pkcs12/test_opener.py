"""The child process: what it keeps, how it is stopped, what it leaves behind."""

from __future__ import annotations

import io
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from tests.vectors.pkcs12.make import PIN
from vault.errors import BadPin, CertvaultError, Fault, FileDamaged, NotPkcs12, Phrase, TooCostly, WrongPin
from vault.pkcs12 import inside, limits, wire
from vault.pkcs12.opener import ChildOpener
from vault.secret import Pin

HERE = Path(__file__).parents[2] / "vectors" / "pkcs12"
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def file(name: str) -> bytes:
    """A vector."""
    return (HERE / f"{name}.p12").read_bytes()


def children() -> list[int]:
    """The processes that this one has started and that still are."""
    found: list[int] = []
    for task in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError):  # a thread of the test run has just ended
            found += map(int, (task / "children").read_text().split())
    return found


@pytest.mark.parametrize("name", ["chain-and-name", "rc2-40", "ber", "nothing-encrypted-no-mac"])
def test_says_what_the_parent_would_say(name: str) -> None:
    """What comes through the pipe is what the same file gives in this process."""
    strangers = (Pin("a"), Pin("b"), Pin("c"))
    assert ChildOpener(os.urandom).open(file(name), Pin(PIN)) == inside.prove(file(name), Pin(PIN), strangers)


@pytest.mark.parametrize(
    "name", ["two-pairs", "cut-short", "pbmac1-short-key", "count-hidden", "unknown-mac", "two-passwords"]
)
def test_errors_come_through_whole(name: str) -> None:
    """An error keeps its class, sentence, hint and fields, and the template of a phrase in it."""
    with pytest.raises(CertvaultError) as here:
        inside.prove(file(name), Pin(PIN), ())
    with pytest.raises(CertvaultError) as there:
        ChildOpener(os.urandom).open(file(name), Pin(PIN))
    assert type(there.value) is type(here.value)
    assert (str(there.value), there.value.hint) == (str(here.value), here.value.hint)
    assert there.value.fields == here.value.fields
    for name_, value in here.value.fields.items():
        if isinstance(value, Phrase):
            assert there.value.fields[name_].template == value.template  # type: ignore[attr-defined]


@on_linux
def test_a_hidden_count_is_stopped() -> None:
    """A count that only the library could find does not hold anybody up, and the child is gone."""
    before = children()
    start = time.monotonic()
    with pytest.raises(TooCostly):
        ChildOpener(os.urandom, seconds=1.0).open(file("count-hidden-from-us"), Pin(PIN))
    assert time.monotonic() - start < 15
    assert children() == before


@on_linux
def test_nothing_is_left_behind() -> None:
    """After each way of ending there is no child and no open pipe."""
    pipes = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - counts descriptors
    before = children()
    opener = ChildOpener(os.urandom)
    opener.open(file("ec"), Pin(PIN))
    with pytest.raises(WrongPin):
        opener.open(file("ec"), Pin("no"))
    with opener:
        opener.open(file("ec"), Pin(PIN))
        assert len(children()) == len(before) + 1
    assert children() == before
    assert len(os.listdir("/proc/self/fd")) == pipes  # noqa: PTH208


@on_linux
def test_no_secret_where_others_can_look() -> None:
    """Neither PIN nor file stands in the child's arguments or environment, and it has no files but its pipes."""
    before = {*children()}
    with ChildOpener(os.urandom) as opener:
        opener.open(file("ec"), Pin(PIN))
        (child,) = {*children()} - before
        seen = Path(f"/proc/{child}/cmdline").read_bytes() + Path(f"/proc/{child}/environ").read_bytes()
        assert b"pkcs12.child" in seen
        assert PIN.encode() not in seen
        assert PIN.encode().hex().encode() not in seen
        opened = [str(each.readlink()) for each in Path(f"/proc/{child}/fd").iterdir()]
        assert all(each.startswith("pipe:") or each == os.devnull for each in opened)


@on_linux
def test_the_child_is_confined() -> None:
    """In the child no file can grow, no core is dumped, and memory and time are bounded."""
    before = {*children()}
    with ChildOpener(os.urandom) as opener:
        opener.open(file("ec"), Pin(PIN))
        (child,) = {*children()} - before
        rows = Path(f"/proc/{child}/limits").read_text().splitlines()
    soft = {row[:25].strip(): row[25:].split()[0] for row in rows[1:]}
    assert soft["Max file size"] == "0"
    assert soft["Max core file size"] == "0"
    assert int(soft["Max address space"]) <= 1024 * 1024 * 1024
    assert int(soft["Max cpu time"]) <= 30


def test_a_fault_of_ours_is_not_told_of_the_file() -> None:
    """What was written anew and does not open is our fault in the parent too, and no damaged file."""
    pipe = io.BytesIO()
    wire.send_answer(pipe, Fault(what="what was written does not open"))
    pipe.seek(0)
    answer = wire.receive_answer(pipe)
    assert isinstance(answer, Fault)
    assert answer.fields == {"what": "what was written does not open"}


@on_linux
def test_a_child_that_dies() -> None:
    """A child that breaks down in the middle is an error about the file, and the next file gets a new one."""
    before = {*children()}
    with ChildOpener(os.urandom) as opener:
        (child,) = {*children()} - before
        threading.Timer(0.3, os.kill, (child, 11)).start()
        with pytest.raises(FileDamaged):
            opener.open(file("count-hidden-from-us"), Pin(PIN))
        assert opener.open(file("ec"), Pin(PIN)).proven


def test_many_at_once() -> None:
    """Several threads may open at the same time, and each gets its own answer."""
    names = ["ec", "chain-and-name", "aes256", "keytool"] * 5
    with ChildOpener(os.urandom) as opener, ThreadPoolExecutor(2) as threads:
        found = list(threads.map(lambda name: opener.open(file(name), Pin(PIN)), names))
    assert found == [inside.opened(file(name), Pin(PIN)) for name in names]


def test_too_large() -> None:
    """A file of fifty megabytes is not even looked at."""
    with pytest.raises(TooCostly):
        ChildOpener(os.urandom).open(bytes(50 * 1024 * 1024), Pin(PIN))


def test_the_largest() -> None:
    """A file of the largest size that is taken goes through the pipe and back."""
    padded = file("ec") + bytes(limits.LARGEST - len(file("ec")))
    assert ChildOpener(os.urandom).open(padded, Pin(PIN)).proven


@pytest.mark.parametrize("pin", ["a\0b", "a\nb", "a\rb", "\ud800"])
def test_what_can_be_no_pin(pin: str) -> None:
    """NUL, line ends and broken characters are refused before the library sees them."""
    with pytest.raises(BadPin):
        ChildOpener(os.urandom).open(file("ec"), Pin(pin))


def test_something_else_needs_no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no PKCS#12 is named without starting anything."""
    monkeypatch.setattr("subprocess.Popen", None)
    with pytest.raises(NotPkcs12):
        ChildOpener(os.urandom).open(b"<html></html>", Pin(PIN))


def test_strangers_are_random() -> None:
    """The three PINs that must not open the file come from the source of randomness that was handed in."""
    asked: list[int] = []

    def random(size: int) -> bytes:
        asked.append(size)
        return os.urandom(size)

    assert ChildOpener(random).open(file("no-mac"), Pin(PIN)).proven
    assert asked == [16, 16, 16]
