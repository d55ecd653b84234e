"""The job that reminds: what is run, by which of the system's schedulers, and how it went."""

from __future__ import annotations

import os
import subprocess
import sys
import time as clock
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cli import configuration, unlock
from cli.session import Session
from cli.texts import language
from vault.errors import N_, KeyFileUnusable, NothingScheduled, Phrase, SchedulerUnusable, Usage
from vault.model.job import Job, Ran, job
from vault.scheduling.system import Call, Done

if TYPE_CHECKING:
    from vault.ports.scheduler import Scheduler

SYSTEMS = ("systemd", "cron", "launchd", "task-scheduler")
TIMES = "07:00,12:00"
"""When it runs unless something is said: early, and once more for what could not be sent then."""


class Installed(NamedTuple):
    """A job that a scheduler has, how its first run ended, and what else its user should know."""

    scheduler: Scheduler
    job: Job
    ran: Ran
    hints: list[str]


class Found(NamedTuple):
    """What a scheduler was told of the vault's job, and what else its user should know."""

    system: str
    name: str
    text: str
    hints: list[str]


def install(session: Session, key: Path, times: tuple[time, ...], wanted: str | None) -> Installed:
    """Have the reminders of the vault sent at these times with the watch key in ``key``, and run that once.

    Raises what opens the vault raises, SchedulerUnusable, Usage.
    """
    _opens(session, key)
    scheduler = _chosen(session, wanted)
    made = job(_name(session), _command(session, key), _environment(), times)
    scheduler.install(made)
    for other in _usable(session):
        if other.name != scheduler.name:
            other.remove(made.name)  # or it would run twice
    return Installed(scheduler, made, scheduler.run(made), scheduler.hints())


def found(session: Session) -> list[Found]:
    """What the system was told, by every scheduler that has the vault's job."""
    name = _name(session)
    told = [(one, one.installed(name)) for one in _usable(session)]
    return [Found(one.name, name, text, one.hints()) for one, text in told if text]


def remove(session: Session) -> list[str]:
    """Take the job out of every scheduler; their names. Raises NothingScheduled."""
    name = _name(session)
    removed = [one.name for one in _usable(session) if one.remove(name)]
    if not removed:
        raise NothingScheduled
    return removed


def times(text: str) -> tuple[time, ...]:
    """``07:00,12:30`` as times of day. Raises Usage."""
    try:
        return tuple(time.fromisoformat(part) for part in text.split(",") if _is_time(part))
    except ValueError:
        raise Usage(what=Phrase(N_("--at takes times like 07:00,12:30, not {text}"), text=text)) from None


def run(call: Call) -> Done:
    """Run a program of the system, or the job as the system would."""
    environment: Mapping[str, str] = (
        {**os.environ, "LC_ALL": "C.UTF-8"} if call.environment is None else call.environment
    )
    try:
        done = subprocess.run(  # noqa: S603 - programs of the system, and this one
            list(call.command),
            input=call.stdin,
            capture_output=True,
            env=environment,
            cwd=call.folder,
            timeout=call.patience,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Done(124)
    except OSError as error:
        return Done(127, err=(error.strerror or "").encode())
    return Done(done.returncode, done.stdout, done.stderr)


def _is_time(part: str) -> bool:
    if len(part) != len("07:00"):
        raise ValueError
    return True


def _opens(session: Session, key: Path) -> None:
    """The key opens the vault, and nobody else may read it. Raises KeyFileUnusable, and what opening raises."""
    from vault import opening, rights

    folder = unlock.existing(session.folder)
    try:
        rights.close_key(key)
    except OSError as error:
        raise KeyFileUnusable(path=str(key), why=error.strerror or N_("it cannot be read")) from None
    with opening.watch(folder, unlock.watch_key(key), path=str(key), user=session.user, at=session.now()):
        pass


def _name(session: Session) -> str:
    """One job for each vault, by its id."""
    from vault import opening

    return f"certvault-remind-{opening.slots(unlock.existing(session.folder)).vault[:8].lower()}"


def _command(session: Session, key: Path) -> list[str]:
    """The program as it was called now, and what it shall do."""
    script = Path(sys.executable).with_name("certvault.exe" if sys.platform == "win32" else "certvault")
    program = [str(script)] if script.is_file() else [sys.executable, "-P", "-m", "cli"]
    folder = session.folder.absolute()
    return [*program, "remind", "--lang", language(), "--vault", str(folder), "--watch-key-file", str(key.absolute())]


def _environment() -> dict[str, str]:
    """What the job would not know: where the configuration lies, whom this machine trusts, and the proxy, unless that
    has a password in it, which anybody could read there. Windows knows all of it."""
    if sys.platform == "win32":
        return {}
    found = {"CERTVAULT_CONFIG_DIR": str(configuration.folder().absolute())}
    if named := os.environ.get("SSL_CERT_FILE"):
        found["SSL_CERT_FILE"] = str(Path(named).absolute())
    proxies = {name: os.environ.get(name, "") for name in ("HTTPS_PROXY", "NO_PROXY")}
    return found | {name: value for name, value in proxies.items() if value and "@" not in value}


def _chosen(session: Session, wanted: str | None) -> Scheduler:
    there = _usable(session)
    for one in there:
        if wanted in {None, one.name}:
            return one
    names = ", ".join(one.name for one in there)
    if wanted is None:
        raise SchedulerUnusable(system=", ".join(SYSTEMS), why=N_("none of them takes jobs of yours here"))
    raise SchedulerUnusable(
        system=wanted, why=Phrase(N_("it takes no jobs of yours here; there is: {names}"), names=names or "-")
    )


def _usable(session: Session) -> list[Scheduler]:
    """The schedulers of this system that take jobs of this user, the best one first."""
    return [one for one in _all(session) if one.usable()]


def _all(session: Session) -> list[Scheduler]:
    home = Path.home()
    if sys.platform == "win32":
        from vault.model.programs import WHOAMI
        from vault.scheduling.windows import TaskScheduler

        who = run(Call((WHOAMI,))).out.decode("utf-8", "replace").strip()
        return [TaskScheduler(run, who, configuration.folder(), session.now().date(), clock.sleep)]
    if sys.platform == "darwin":
        from vault.scheduling.launchd import Launchd

        return [Launchd(run, home / "Library/LaunchAgents", home / "Library/Logs", os.getuid(), clock.sleep)]
    import pwd

    from vault.scheduling.cron import Cron
    from vault.scheduling.systemd import Systemd

    units = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "systemd/user"
    crons = {
        "HOME": pwd.getpwuid(os.getuid()).pw_dir,
        "LOGNAME": session.user,
        "SHELL": "/bin/sh",
        "PATH": "/usr/bin:/bin",
    }
    return [Systemd(run, units, session.user), Cron(run, crons)]
