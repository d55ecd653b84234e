"""Full and failing disks: at each write, at each sync, at each size a file may have, and a disk that is really full."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.figures import Figures
from tests.faults.supply import Supply
from tests.faults.trace import traced, worker
from tests.faults.truth import Wrong, check
from tests.faults.work import THINGS, Done, Work, seeded
from vault.errors import CertvaultError

NO_ROOM = 17
FAILURES = {
    "no room from this write on": ("pwrite64", "ENOSPC", "+"),
    "no room for this write": ("pwrite64", "ENOSPC", ""),
    "no room in a file of its own": ("write", "ENOSPC", "+"),
    "a sync that fails": ("fsync", "EIO", ""),
    "syncs that fail from here on": ("fsync", "EIO", "+"),
}
LARGEST = 400_000
"""Bytes: more than the vault's files have."""
ROOM = 48
"""Pages on the small disk, beyond what the vault takes."""


def run(place: Path, template: Path, papers: Supply, supply: Path, seed: int, count: int) -> Figures:
    """About so many trials: half of them calls that fail, the rest sizes and a small disk."""
    dice, figures = seeded(seed), Figures("full disk")
    before = check(template, papers, [])
    work = _Trials(place, template, papers, {pair.id for pair in before}, figures)
    calls = list(_calls(place, template, supply))
    for thing, how, number in dice.sample(calls, min(count // 2, len(calls))):
        work.call_that_fails(supply, thing, how, number)
    for _ in range(count // 4):
        work.no_larger_than(dice.choice(THINGS), dice.randrange(LARGEST))
    with small_disk(place / "small") as small:
        for number in range(count // 4 if small else 0):
            work.really_full(place / "small" / str(number), dice.choice(THINGS), dice.randrange(ROOM))
    if not small:
        figures.count("not tried: mounting is not allowed here")
    return figures


def _calls(place: Path, template: Path, supply: Path) -> Iterator[tuple[str, str, int]]:
    """Every write and sync of every thing, by the number of the call."""
    for number, thing in enumerate(THINGS):
        folder = place / f"counted-{number}"
        _copy(template, folder)
        done = traced(worker(folder, supply, "1", thing), place / "counted")
        if done.returncode:
            raise Wrong(f"{thing} failed on a sound disk: {done.stderr.decode()}")
        lines = (place / "counted").read_text().splitlines()
        calls = Counter(
            line.split("(")[0].split()[-1] for line in lines if "(1<" not in line and "write(1," not in line
        )
        for how, (call, _error, _rest) in FAILURES.items():
            yield from ((thing, how, which) for which in range(1, calls[call] + 1))


class _Trials:
    def __init__(self, place: Path, template: Path, papers: Supply, before: set[str], figures: Figures) -> None:
        self.place, self.template, self.papers, self.before, self.figures = place, template, papers, before, figures

    def call_that_fails(self, supply: Path, thing: str, how: str, number: int) -> None:
        call, error, rest = FAILURES[how]
        folder = self.place / "failing"
        _copy(self.template, folder)
        inject = f"inject={call}:error={error}:when={number}{rest}"
        with self.figures.trying(f"{thing}: {how}", f"call {number}"):
            done = traced(worker(folder, supply, "1", thing), self.place / "failed", "-e", inject)
            self.after(folder, thing, done.returncode, Done.of(done.stdout), done.stderr.decode())

    def no_larger_than(self, thing: str, size: int) -> None:
        folder = self.place / "limited"
        _copy(self.template, folder)
        with self.figures.trying(f"{thing}: no file may be larger", f"{size} bytes"):
            self.after(folder, thing, *self.forked(folder, thing, lambda: _limit(size)))

    def really_full(self, folder: Path, thing: str, pages: int) -> None:
        folder.mkdir()
        vault, filler = folder / "vault", folder.with_name("filler")
        _copy(self.template, vault)
        with self.figures.trying(f"{thing}: a disk with hardly any room", f"{pages} pages left"):
            _fill(filler, pages)
            code, done, told = self.forked(vault, thing, lambda: None)
            filler.unlink()
            self.after(vault, thing, code, done, told)
        filler.unlink(missing_ok=True)
        shutil.rmtree(folder)

    def forked(self, folder: Path, thing: str, prepare: Callable[[], None]) -> tuple[int, list[Done], str]:
        """Exit code, what was told, and a traceback, of a child that does the thing."""
        reading, writing = os.pipe()
        if (child := os.fork()) == 0:
            code = 1
            try:
                prepare()
                Work(folder, self.papers, seeded(1), lambda done: _say(writing, done)).only(thing)
                code = 0
            except CertvaultError as error:
                code = error.code
            except BaseException as error:  # noqa: BLE001 - told to the parent
                os.write(writing, f"{type(error).__name__}: {error}".encode())
            finally:
                os._exit(code)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            told = pipe.read()
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), Done.of(told), told.decode()

    def after(self, folder: Path, thing: str, code: int, done: list[Done], told: str) -> None:
        """Done, or code 17 with the old state; and in both cases the next try works."""
        if code not in {0, NO_ROOM}:
            raise Wrong(f"exit code {code}: {told[-2000:]}")
        self.figures.count("exit 17" if code else "done all the same")
        now = {pair.id for pair in check(folder, self.papers, done)}
        if code and now != self.before and not done:
            self.figures.count("told as failed, and yet stored whole")
        half = [path.name for path in Path(f"{folder} out").glob("*.p12") if not self._known(path)]
        if half:
            raise Wrong(f"half a file was left: {half}")
        again: list[Done] = []
        Work(folder, self.papers, seeded(2), again.append).only(thing)
        check(folder, self.papers, [*done, *again])

    def _known(self, path: Path) -> bool:
        return any(path.read_bytes() == paper.pkcs12 for known in self.papers.of.values() for paper in known)


def _say(pipe: int, done: Done) -> None:
    os.write(pipe, done.line())


def _limit(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def _copy(template: Path, folder: Path) -> None:
    for old in (folder, Path(f"{folder} out")):
        shutil.rmtree(old, ignore_errors=True)
    shutil.copytree(template, folder)
    Path(f"{folder} out").mkdir()


def _fill(filler: Path, pages: int) -> None:
    """Take all room but so many pages."""
    free = os.statvfs(filler.parent)
    data = bytes(max(free.f_bavail - pages, 0) * free.f_frsize)
    try:
        filler.write_bytes(data)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise


@contextmanager
def small_disk(place: Path) -> Iterator[bool]:
    """A disk of two megabytes at ``place``; False where mounting is not allowed."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", str(place)], check=True)
