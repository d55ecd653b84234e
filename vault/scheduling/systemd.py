"""systemd's user timers (systemd.timer(5), systemd.service(5), systemd.exec(5), systemd.syntax(7))."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from pathlib import Path

from vault.errors import N_, Phrase
from vault.model.job import Job, Ran
from vault.scheduling.system import LONGEST_RUN, Call, Run, ask, put, read, refused

_LINGER = "loginctl enable-linger"
_SERVICE = """\
# Made by certvault schedule install; certvault schedule remove takes it away.
[Unit]
Description=certvault: reminders

[Service]
Type=oneshot
ExecStart=:{command}
{environment}UMask=0077
TimeoutStartSec=15min
Nice=10
NoNewPrivileges=true
LockPersonality=true
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=true
RestrictRealtime=true
RestrictSUIDSGID=true
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
"""
_TIMER = """\
# Made by certvault schedule install; certvault schedule remove takes it away.
[Unit]
Description=certvault: reminders

[Timer]
{times}Persistent=true
RandomizedDelaySec=60

[Install]
WantedBy=timers.target
"""


class Systemd:
    """Implements :class:`vault.ports.scheduler.Scheduler`. ``folder`` is where the units of ``user`` lie."""

    name = "systemd"

    def __init__(self, run: Run, folder: Path, user: str) -> None:
        self._run = run
        self._folder = folder
        self._user = user

    def usable(self) -> bool:
        """Whether the user's own manager runs: it does not on a server that was entered by ``su``."""
        return self._run(Call(("systemctl", "--user", "show-environment"))).code == 0

    def install(self, job: Job) -> None:
        """Write both units, and start the timer."""
        put(self.name, self._unit(job.name, "service"), service(job).encode())
        put(self.name, self._unit(job.name, "timer"), timer(job.times).encode())
        self._control("daemon-reload")
        self._control("enable", "--now", f"{job.name}.timer")

    def installed(self, name: str) -> str:
        """Both units as they stand."""
        return (
            b"\n".join(read(self._unit(name, kind)) for kind in ("timer", "service")).decode("utf-8", "replace").strip()
        )

    def remove(self, name: str) -> bool:
        """Stop the timer, and take both units away."""
        units = [self._unit(name, kind) for kind in ("timer", "service")]
        if not any(unit.exists() for unit in units):
            return False
        self._control("disable", "--now", f"{name}.timer")
        for unit in units:
            unit.unlink(missing_ok=True)
        self._control("daemon-reload")
        return True

    def run(self, job: Job) -> Ran:
        """Start the service; what it said stands in the journal, where there is one."""
        started = self._run(Call(("systemctl", "--user", "start", f"{job.name}.service"), patience=LONGEST_RUN))
        status, invocation = (self._property(job, name) for name in ("ExecMainStatus", "InvocationID"))
        if not status.isdigit():
            raise refused(self.name, "systemctl", started)
        journal = ("journalctl", "--user", "--quiet", "--output=cat", f"_SYSTEMD_INVOCATION_ID={invocation}")
        said = self._run(Call(journal)).out.decode("utf-8", "replace").strip()
        return Ran(int(status) or min(started.code, 1), said)

    def hints(self) -> list[str]:
        """Without lingering the user's manager ends when he logs out."""
        lingers = self._run(Call(("loginctl", "show-user", "--property=Linger", "--value", self._user)))
        if lingers.out.strip() == b"yes":
            return []
        return [Phrase(N_("It runs only while you are logged in. To have it run always: {command}"), command=_LINGER)]

    def _unit(self, name: str, kind: str) -> Path:
        return self._folder / f"{name}.{kind}"

    def _control(self, *words: str) -> None:
        ask(self._run, self.name, "systemctl", "--user", *words)

    def _property(self, job: Job, name: str) -> str:
        call = Call(("systemctl", "--user", "show", f"--property={name}", "--value", f"{job.name}.service"))
        return self._run(call).out.decode("ascii", "replace").strip()


def service(job: Job) -> str:
    """The unit that runs ``job`` once. What hardens it takes neither root nor namespaces, so it works for users."""
    environment = "".join(f"Environment={_quoted(f'{name}={value}')}\n" for name, value in job.environment.items())
    return _SERVICE.format(command=" ".join(map(_quoted, job.command)), environment=environment)


def timer(times: Sequence[time]) -> str:
    """The unit that starts it each day, and where a time passed while the machine was off, when it is on again."""
    return _TIMER.format(times="".join(f"OnCalendar=*-*-* {at:%H:%M}:00\n" for at in times))


def _quoted(word: str) -> str:
    """A word for systemd: quotation marks, backslashes and specifiers (%) escaped. ``ExecStart=:`` leaves $ alone."""
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%") + '"'
