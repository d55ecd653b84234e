"""launchd of macOS (launchd.plist(5), launchctl(1)): an agent of the user. Written from its manual and not run."""

from __future__ import annotations

import plistlib
from collections.abc import Callable
from pathlib import Path

from vault.errors import N_
from vault.model.job import Job, Ran
from vault.scheduling.system import LONGEST_RUN, Call, Run, ask, put, read, refused

_PAUSE = 1.0


class Launchd:
    """Implements :class:`vault.ports.scheduler.Scheduler`. ``folder`` is ``~/Library/LaunchAgents``, ``log`` where
    agents' words go, ``user`` the number of the user."""

    name = "launchd"

    def __init__(self, run: Run, folder: Path, log: Path, user: int, sleep: Callable[[float], None]) -> None:
        self._run = run
        self._folder = folder
        self._log = log
        self._domain = f"gui/{user}"
        self._sleep = sleep

    def usable(self) -> bool:
        """Whether somebody of this name is logged in, whose agents run."""
        return self._run(Call(("launchctl", "print", self._domain))).code == 0

    def install(self, job: Job) -> None:
        """Write the agent and have it loaded, in the place of an older one."""
        self._run(Call(("launchctl", "bootout", f"{self._domain}/{job.name}")))
        put(self.name, self._log / f"{job.name}.log", b"")
        put(self.name, self._file(job.name), agent(job, self._log))
        ask(self._run, self.name, "launchctl", "bootstrap", self._domain, str(self._file(job.name)))

    def installed(self, name: str) -> str:
        """The agent as it stands."""
        return read(self._file(name)).decode("utf-8", "replace").strip()

    def remove(self, name: str) -> bool:
        """Unload it and take its files away."""
        if not self._file(name).exists():
            return False
        self._run(Call(("launchctl", "bootout", f"{self._domain}/{name}")))
        for path in (self._file(name), self._log / f"{name}.log"):
            path.unlink(missing_ok=True)
        return True

    def run(self, job: Job) -> Ran:
        """Start it, and wait until it has ended."""
        before = len(read(self._log / f"{job.name}.log"))
        ask(self._run, self.name, "launchctl", "kickstart", f"{self._domain}/{job.name}")
        for _ in range(int(LONGEST_RUN / _PAUSE)):
            found = self._run(Call(("launchctl", "list", job.name)))
            if found.code:
                raise refused(self.name, "launchctl", found)
            if b'"PID"' not in found.out:
                break
            self._sleep(_PAUSE)
        said = read(self._log / f"{job.name}.log")[before:].decode("utf-8", "replace").strip()
        return Ran(_status(found.out), said)

    def hints(self) -> list[str]:
        """An agent is its user's."""
        return [N_("It runs while you are logged in; what a sleeping machine missed, it runs when it wakes up.")]

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.plist"


def agent(job: Job, log: Path) -> bytes:
    """The property list of ``job``, whose words of errors go to a file in ``log``."""
    return plistlib.dumps(
        {
            "Label": job.name,
            "ProgramArguments": list(job.command),
            "EnvironmentVariables": dict(job.environment),
            "StartCalendarInterval": [{"Hour": at.hour, "Minute": at.minute} for at in job.times],
            "ProcessType": "Background",
            "StandardErrorPath": str(log / f"{job.name}.log"),
            "Umask": 0o077,
        },
        sort_keys=False,
    )


def _status(listed: bytes) -> int | None:
    """``"LastExitStatus" = 2048;``, as wait(2) tells it: the exit code in the upper octet, or a signal in the lower."""
    _, _, rest = listed.partition(b'"LastExitStatus" = ')
    number = rest.partition(b";")[0].strip()
    if not number.isdigit():
        return None
    return int(number) >> 8 or (int(number) & 0x7F and 128 + (int(number) & 0x7F))
