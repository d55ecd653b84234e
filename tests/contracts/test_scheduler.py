"""What every scheduler promises, each with its own programs played by the test: systemd, cron, launchd, Windows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from pathlib import Path, PureWindowsPath

import pytest

from vault.errors import SchedulerUnusable
from vault.model.job import Job, job
from vault.model.programs import POWERSHELL
from vault.ports.scheduler import Scheduler
from vault.scheduling.cron import Cron
from vault.scheduling.launchd import Launchd
from vault.scheduling.system import Call, Done, Run
from vault.scheduling.systemd import Systemd
from vault.scheduling.windows import TaskScheduler

JOB = job("certvault-remind-abc", ["/opt/certvault", "remind", "--vault", "/srv/it's"], {"X": "y"}, [time(7)])
OTHER = JOB._replace(name="certvault-remind-xyz")


class Machine:
    """The programs by which a scheduler is told: what they remember, and with what the job ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.table = b""
        self.known: dict[str, bytes] = {}
        self.active: set[str] = set()
        self.ends = 0
        self.broken = False
        self.calls: list[Call] = []

    def run(self, call: Call) -> Done:
        """Any of the programs, or the job itself."""
        self.calls.append(call)
        if self.broken:
            return Done(1, err=b"no such luck\x1b[2J\n")
        program, *words = call.command
        if call.environment is not None:
            return Done(self.ends, err=b"said\n")
        answer: Callable[[list[str], bytes], Done] = getattr(self, PureWindowsPath(program).stem)
        return answer(words, call.stdin)

    def crontab(self, words: list[str], table: bytes) -> Done:
        """Debian's, with ``-l`` and ``-``."""
        if words == ["-"]:
            self.table = table
            return Done(0)
        return Done(0, self.table) if self.table else Done(1, err=b"no crontab for petra\n")

    def systemctl(self, words: list[str], _stdin: bytes) -> Done:
        """The user's own manager."""
        match words[1:]:
            case ["enable", "--now", unit]:
                self.active.add(unit)
            case ["disable", "--now", unit]:
                self.active.discard(unit)
            case ["start", _unit]:
                return Done(int(bool(self.ends)))
            case ["show", "--property=ExecMainStatus", *_]:
                return Done(0, b"%d\n" % self.ends)
            case ["show", *_]:
                return Done(0, b"0123\n")
        return Done(0)

    def journalctl(self, words: list[str], _stdin: bytes) -> Done:
        """The journal of one run."""
        assert "_SYSTEMD_INVOCATION_ID=0123" in words
        return Done(0, b"said\n")

    def loginctl(self, _words: list[str], _stdin: bytes) -> Done:
        """Who lingers."""
        return Done(0, b"no\n")

    def launchctl(self, words: list[str], _stdin: bytes) -> Done:
        """That of macOS."""
        match words:
            case ["bootstrap", _domain, path]:
                self.active.add(Path(path).stem)
            case ["bootout", target]:
                self.active.discard(target.rpartition("/")[2])
            case ["kickstart", target]:
                (self.folder / "log" / f"{target.rpartition('/')[2]}.log").write_text("said\n")
            case ["list", _label]:
                return Done(0, b'{\n\t"LastExitStatus" = %d;\n};' % (self.ends << 8))
        return Done(0)

    def schtasks(self, words: list[str], _stdin: bytes) -> Done:
        """That of Windows."""
        match words:
            case ["/Create", "/TN", name, "/XML", path, "/F"]:
                self.known[name] = Path(path).read_bytes()
            case ["/Delete", "/TN", name, "/F"]:
                del self.known[name]
            case ["/Query", "/TN", name, "/XML"]:
                return Done(0, self.known[name].decode("utf-16").encode()) if name in self.known else Done(1)
        return Done(0)

    def powershell(self, words: list[str], _stdin: bytes) -> Done:
        """What became of a task: first under way, then done."""
        asked = sum(call.command[0] == POWERSHELL for call in self.calls)
        return Done(0, b"Running 267009\r\n" if asked % 2 else b"Ready %d\r\n" % self.ends)


def systemd(run: Run, folder: Path) -> Scheduler:
    """User timers."""
    return Systemd(run, folder / "units", "petra")


def cron(run: Run, _folder: Path) -> Scheduler:
    """The user's crontab."""
    return Cron(run, {"HOME": "/home/petra", "LOGNAME": "petra", "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"})


def launchd(run: Run, folder: Path) -> Scheduler:
    """An agent of the user."""
    return Launchd(run, folder / "agents", folder / "log", 501, lambda _seconds: None)


def windows(run: Run, folder: Path) -> Scheduler:
    """A task."""
    return TaskScheduler(run, "AGENTUR\\petra", folder, date(2026, 11, 23), lambda _seconds: None)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine on which nothing is scheduled."""
    return Machine(tmp_path)


@pytest.fixture(params=[systemd, cron, launchd, windows])
def scheduler(request: pytest.FixtureRequest, machine: Machine) -> Scheduler:
    """Each of the schedulers."""
    made: Scheduler = request.param(machine.run, machine.folder)
    return made


def holds(scheduler: Scheduler, one: Job, text: str) -> bool:
    """Whether what is installed under this name says ``text``."""
    return text in scheduler.installed(one.name)


def test_installed_replaced_and_removed(scheduler: Scheduler) -> None:
    """The same name takes the place of the old job; another vault's job stays as it is; nothing is left."""
    assert scheduler.usable()
    assert scheduler.installed(JOB.name) == ""
    assert not scheduler.remove(JOB.name)
    scheduler.install(JOB)
    scheduler.install(OTHER)
    assert holds(scheduler, JOB, "remind")
    scheduler.install(JOB._replace(command=[*JOB.command, "--again"]))
    assert holds(scheduler, JOB, "--again")
    assert not holds(scheduler, OTHER, "--again")
    assert scheduler.remove(JOB.name)
    assert scheduler.installed(JOB.name) == ""
    assert holds(scheduler, OTHER, "remind")
    assert scheduler.remove(OTHER.name)


@pytest.mark.parametrize("code", [0, 8])
def test_a_run_ends_with_what_it_ended_with(scheduler: Scheduler, machine: Machine, code: int) -> None:
    """The job's own exit code, and what it said where the system keeps that."""
    scheduler.install(JOB)
    machine.ends = code
    assert scheduler.run(JOB) in {(code, "said"), (code, "")}


def test_what_refuses_is_told(scheduler: Scheduler, machine: Machine) -> None:
    """In its own words, cleaned; a crontab that cannot be read is not overwritten."""
    machine.broken = True
    with pytest.raises(SchedulerUnusable, match="no such luck<U") as caught:
        scheduler.install(JOB)
    assert scheduler.name in str(caught.value)
    assert not any(call.command[-1] == "-" for call in machine.calls)


def test_each_has_something_to_say(scheduler: Scheduler) -> None:
    """When it does not run, and what helps."""
    assert scheduler.hints()
    assert scheduler.name in {"systemd", "cron", "launchd", "task-scheduler"}


def test_who_lingers_needs_no_hint(machine: Machine, tmp_path: Path) -> None:
    """His timers run while he is not logged in."""
    machine.loginctl = lambda _words, _stdin: Done(0, b"yes\n")  # type: ignore[method-assign]
    assert Systemd(machine.run, tmp_path, "petra").hints() == []


def test_launchd_forgets_what_it_was_told(machine: Machine) -> None:
    """Loaded when it is installed, unloaded before it is replaced and when it is removed."""
    found = launchd(machine.run, machine.folder)
    found.install(JOB)
    assert machine.active == {JOB.name}
    found.remove(JOB.name)
    assert machine.active == set()
    assert not list(machine.folder.glob("*/*"))
