"""cron (crontab(5)): a block of lines in the user's own crontab, between two marks."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from pathlib import Path

from vault.errors import N_, Phrase, SchedulerUnusable
from vault.model.job import Job, Ran
from vault.scheduling.system import LONGEST_RUN, Call, Run, ask, read, refused

LONGEST = 990
"""Octets of a command; Debian's cron takes 998 at most."""
_EMPTY = b"no crontab for"
_DAEMONS = {"cron", "crond", "fcron", "bcron-sched"}
_BY_SYSTEMD = ("lib", "usr/lib", "usr/local/lib")
"""Where systemd-cron has the generator that makes timers of crontabs, without a daemon."""


class Cron:
    """Implements :class:`vault.ports.scheduler.Scheduler`. ``environment`` is what cron gives a job of this user:
    ``HOME``, ``LOGNAME``, ``SHELL``, ``PATH``; ``root`` is where the system's files begin."""

    name = "cron"

    def __init__(self, run: Run, environment: Mapping[str, str], root: Path = Path("/")) -> None:
        self._run = run
        self._environment = environment
        self._root = root

    def usable(self) -> bool:
        """Whether this user may have a crontab."""
        done = self._run(Call(("crontab", "-l")))
        return done.code == 0 or _EMPTY in done.err

    def install(self, job: Job) -> None:
        """Put the block in; all other lines stay as they are."""
        block = lines(job).encode()
        rest = without(self._table(), job.name)
        self._replace(rest + (b"" if not rest or rest.endswith(b"\n") else b"\n") + block)

    def installed(self, name: str) -> str:
        """The block as it stands."""
        found = _block(name).search(self._table())
        return found[0].decode("utf-8", "replace").strip() if found else ""

    def remove(self, name: str) -> bool:
        """Take the block out."""
        table = self._table()
        rest = without(table, name)
        if rest == table:
            return False
        self._replace(rest)
        return True

    def run(self, job: Job) -> Ran:
        """Run the line as cron will: by its shell, in its environment. cron itself starts nothing when asked."""
        shell = self._environment["SHELL"]
        call = Call(
            (shell, "-c", shell_line(job)), b"", LONGEST_RUN, self._environment, Path(self._environment["HOME"])
        )
        done = self._run(call)
        return Ran(done.code, (done.out + done.err).decode("utf-8", "replace").strip())

    def hints(self) -> list[str]:
        """cron makes up for nothing; and a crontab is taken where nobody reads it, too."""
        off = N_("While the machine is off nothing runs, and cron makes up for none of it: the next run tells it then.")
        asleep = N_(
            "No cron runs on this machine, so nobody starts the job. As the administrator: systemctl enable --now cron "
            "(crond on Red Hat and SUSE)"
        )
        return [off, asleep] if no_daemon(self._root) else [off]

    def _table(self) -> bytes:
        """The user's crontab. One that cannot be read is never taken for empty, and so overwritten."""
        done = self._run(Call(("crontab", "-l")))
        if done.code and _EMPTY in done.err:
            return b""
        if done.code:
            raise refused(self.name, "crontab", done)
        return done.out

    def _replace(self, table: bytes) -> None:
        ask(self._run, self.name, "crontab", "-", stdin=table)


def no_daemon(root: Path) -> bool:
    """Whether it is certain that nothing reads crontabs: all processes can be seen, and none of them is a cron.

    Where those of others are hidden (proc(5), hidepid), that of number 1 is.
    """
    generators = (root / part / "systemd/system-generators/systemd-crontab-generator" for part in _BY_SYSTEMD)
    if not _called(root / "proc/1") or any(one.exists() for one in generators):
        return False
    return not any(_called(one) in _DAEMONS for one in (root / "proc").glob("[0-9]*"))


def _called(process: Path) -> str:
    """The name of a process; empty where it ended meanwhile, or is hidden."""
    return read(process / "comm").decode("utf-8", "replace").strip()


def lines(job: Job) -> str:
    """The block for ``job``, with its marks. Raises SchedulerUnusable where its paths are too long for a line."""
    line = shell_line(job) + " >/dev/null"  # cron mails what is left: errors
    # cron ends a command at %, and takes away the backslash before it or before another one (tried with Debian's)
    escaped = line.replace("\\", "\\\\").replace("%", "\\%")
    if len(escaped.encode()) > LONGEST:
        why = Phrase(N_("its lines hold {limit} octets, and the paths of this job are longer"), limit=LONGEST)
        raise SchedulerUnusable(system=Cron.name, why=why)
    times = "".join(f"{at.minute} {at.hour} * * * {escaped}\n" for at in job.times)
    return f"{_mark(job.name, 'begin')}\n{times}{_mark(job.name, 'end')}\n"


def shell_line(job: Job) -> str:
    """The command as /bin/sh takes it."""
    settings = " ".join(f"{name}={shlex.quote(value)}" for name, value in job.environment.items())
    return f"{settings} {shlex.join(job.command)}".strip()


def without(table: bytes, name: str) -> bytes:
    """``table`` without the block of ``name``."""
    return _block(name).sub(b"", table)


def _block(name: str) -> re.Pattern[bytes]:
    begin, end = (re.escape(_mark(name, which)).encode() for which in ("begin", "end"))
    return re.compile(rb"^" + begin + rb"\n(?:.*\n)*?" + end + rb"\n?", re.MULTILINE)


def _mark(name: str, which: str) -> str:
    return f"# {name}: {which} (made by certvault schedule install)"
