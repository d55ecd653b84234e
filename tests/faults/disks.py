"""Full and failing disks: at each write, sync and name of each thing, at each size a file may have, and really full.

And a folder that may not be written, for somebody who is not root, and a disk that is read-only.
"""

from __future__ import annotations

import errno
import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults import child
from tests.faults.child import Ended
from tests.faults.figures import Figures
from tests.faults.kills import SYNCS, Ground, Share, begin_again, changes, picked, standing
from tests.faults.truth import Wrong, outside
from tests.faults.work import THINGS, seeded
from tests.faults.world import World
from tests.support.privileges import give_up

NO_ROOM = 17
GIVES_BACK = {"unlink", "unlinkat", "rmdir"}
"""What a full disk still does."""
LARGEST = 400_000
"""Bytes: more than the vault's files have."""
ROOM = 48
"""Pages on the small disk, beyond what the vault takes."""


def run(place: Path, ground: Ground, seed: int, count: int, share: Share) -> Figures:
    """About so many trials: four fifths of them calls that fail, the rest sizes, a small disk, no leave to write."""
    dice, trials = seeded(seed), _Trials(place, ground)
    for thing in THINGS[share.number :: share.of]:
        trials.read_only(thing)
    calls = [
        (thing, *call)
        for thing in THINGS
        for call in changes(place, ground, place / "counted vault", thing)
        if call[0] not in GIVES_BACK
    ]
    mine = picked(calls, count * 4 // 5, seed, share)
    both = len(mine) < count * 4 // 5  # there is time for every call in both ways
    for thing, call, number in mine:
        for rest in ("", "+") if both else (dice.choice(("", "+")),):
            trials.call_that_fails(thing, call, number, rest)
    for _ in range(count // 10):
        trials.no_larger_than(dice.choice(THINGS), dice.randrange(LARGEST))
    with small_disk(place / "small") as small:
        for number in range(count // 10 if small else 0):
            trials.really_full(place / "small" / str(number), dice.choice(THINGS), dice.randrange(ROOM))
    if not small:
        trials.figures.count("not tried: mounting is not allowed here")
    return trials.figures


class _Trials:
    def __init__(self, place: Path, ground: Ground) -> None:
        self.place, self.ground, self.figures = place, ground, Figures("full disk")

    def call_that_fails(self, thing: str, call: str, number: int, rest: str) -> None:
        folder, error = self.place / "failing", "EIO" if call in SYNCS else "ENOSPC"
        what = "a sync that fails" if call in SYNCS else "no room"
        begin_again(self.ground, folder, thing)
        with self.figures.trying(f"{thing}: {what}{' from there on' if rest else ''}", f"{call} {number}{rest}"):
            inject = f"inject={call}:error={error}:when={number}{rest}"
            self.after(folder, thing, self.ended(folder, thing, strace=("-e", f"trace={call}", "-e", inject)))

    def no_larger_than(self, thing: str, size: int) -> None:
        folder = self.place / "limited"
        begin_again(self.ground, folder, thing)
        with self.figures.trying(f"{thing}: no file may be larger", f"{size} bytes"):
            self.after(folder, thing, self.ended(folder, thing, before=lambda: _limit(size)))

    def really_full(self, folder: Path, thing: str, pages: int) -> None:
        folder.mkdir()
        vault, filler = folder / "vault", folder.with_name("filler")
        begin_again(self.ground, vault, thing)
        with self.figures.trying(f"{thing}: a disk with hardly any room", f"{pages} pages left"):
            _fill(filler, pages)
            ended = self.ended(vault, thing)
            filler.unlink()
            self.after(vault, thing, ended)
        filler.unlink(missing_ok=True)
        shutil.rmtree(folder)

    def read_only(self, thing: str) -> None:
        """A folder that may not be written, and one on a disk that is read-only."""
        folder = self.place / "closed" / "vault"
        folder.parent.mkdir(exist_ok=True)
        begin_again(self.ground, folder, thing)
        before = _contents(folder.parent)
        closed = [path for path in (folder, outside(folder), folder.parent) if path.exists()]
        with self.figures.trying(f"{thing}: a folder that may not be written", folder.name):
            for path in closed:
                path.chmod(0o500)
            ended = self.ended(folder, thing, before=give_up)
            for path in closed:
                path.chmod(0o700)
            self.refused(folder, thing, ended, before)
        shutil.rmtree(folder.parent)
        with small_disk(self.place / "reading") as small:
            if not small:
                return
            folder = self.place / "reading" / "vault"
            begin_again(self.ground, folder, thing)
            before = _contents(folder.parent)
            with self.figures.trying(f"{thing}: a disk that is read-only", folder.name):
                _remount(folder.parent, "ro")
                ended = self.ended(folder, thing)
                _remount(folder.parent, "rw")
                self.refused(folder, thing, ended, before)

    def refused(self, folder: Path, thing: str, ended: Ended, before: dict[str, bytes]) -> None:
        if ended.code != NO_ROOM:
            raise Wrong(f"exit code {ended.code}: {ended.told[-2000:]}")
        if _contents(folder.parent) != before:
            raise Wrong("refused, and yet written")
        self.after(folder, thing, ended)

    def ended(
        self,
        folder: Path,
        thing: str,
        *,
        strace: tuple[str, ...] = (),
        before: Callable[[], object] = lambda: None,
    ) -> Ended:
        return child.run(lambda tell: self.ground.work(folder, 0)(tell).only(thing), strace=strace, before=before)

    def after(self, folder: Path, thing: str, ended: Ended) -> None:
        """Done, or code 17 with nothing lost; and in both cases the next try works."""
        if ended.code not in {0, NO_ROOM}:
            raise Wrong(f"exit code {ended.code}: {ended.told[-2000:]}")
        self.figures.count("exit 17" if ended.code else "done all the same")
        standing(folder, self.ground, World() if thing == "init" else self.ground.world, thing, ended)


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() if path.is_file() else b"" for path in folder.rglob("*")}


def _limit(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


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
    """A disk of four megabytes at ``place``; False where mounting is not allowed."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "tmpfs", str(place)]
    mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(place)], check=True)
        place.rmdir()


def _remount(place: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(place)], check=True)
