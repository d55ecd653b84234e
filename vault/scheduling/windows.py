"""The Task Scheduler of Windows ("Task Scheduler Schema", schtasks). Written from Microsoft's pages and not run."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

from vault.errors import N_, SchedulerUnusable
from vault.model.job import Job, Ran
from vault.model.programs import POWERSHELL, SCHTASKS
from vault.scheduling.system import LONGEST_RUN, Call, Run, ask, put

_SPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"
_UNDER_WAY = {0x41301, 0x41303}
"""SCHED_S_TASK_RUNNING, SCHED_S_TASK_HAS_NOT_RUN."""
_SETTINGS = (
    ("MultipleInstancesPolicy", "IgnoreNew"),
    ("DisallowStartIfOnBatteries", "false"),
    ("StopIfGoingOnBatteries", "false"),
    ("StartWhenAvailable", "true"),
    ("ExecutionTimeLimit", "PT1H"),
)
_PAUSE = 1.0


class TaskScheduler:
    """Implements :class:`vault.ports.scheduler.Scheduler`. ``user`` is as ``whoami`` writes him, ``folder`` one of his
    own for the file that a task is made from, ``today`` the day from which it runs."""

    name = "task-scheduler"

    def __init__(self, run: Run, user: str, folder: Path, today: date, sleep: Callable[[float], None]) -> None:
        self._run = run
        self._user = user
        self._folder = folder
        self._today = today
        self._sleep = sleep

    def usable(self) -> bool:
        """Every Windows has it."""
        return True

    def install(self, job: Job) -> None:
        """Make the task, in the place of an older one."""
        file = self._folder / f"{job.name}.xml"
        put(self.name, file, task(job, self._user, self._today))
        try:
            ask(self._run, self.name, SCHTASKS, "/Create", "/TN", job.name, "/XML", str(file), "/F")
        finally:
            file.unlink(missing_ok=True)

    def installed(self, name: str) -> str:
        """The task as Windows has it."""
        done = self._run(Call((SCHTASKS, "/Query", "/TN", name, "/XML")))
        return "" if done.code else done.out.decode("utf-8", "replace").strip()

    def remove(self, name: str) -> bool:
        """Delete the task."""
        if not self.installed(name):
            return False
        ask(self._run, self.name, SCHTASKS, "/Delete", "/TN", name, "/F")
        return True

    def run(self, job: Job) -> Ran:
        """Start the task, and wait until it has ended. Windows keeps its exit code, and nothing of what it says."""
        ask(self._run, self.name, SCHTASKS, "/Run", "/TN", job.name)
        question = (
            f"$t = Get-ScheduledTask '{job.name}'; \"$($t.State) $(($t | Get-ScheduledTaskInfo).LastTaskResult)\""
        )
        for _ in range(int(LONGEST_RUN / _PAUSE)):
            self._sleep(_PAUSE)
            answer = ask(self._run, self.name, POWERSHELL, "-NoProfile", "-NonInteractive", "-Command", question)
            state, _, result = answer.decode("ascii", "replace").strip().partition(" ")
            if state not in {"Running", "Queued"} and result.isdigit() and int(result) not in _UNDER_WAY:
                return Ran(int(result), "")
        return Ran(None, "")

    def hints(self) -> list[str]:
        """What the log-in without a password needs, and cannot."""
        return [N_("It runs whether you are logged in or not, and then reads no password out of the keyring.")]


def task(job: Job, user: str, today: date) -> bytes:
    """The task as XML: for ``user`` without a password (S4U), also on battery, and later where a time was missed.

    Raises SchedulerUnusable for a path in which Windows would fill something in.
    """
    if any("%" in word or "$(" in word for word in job.command):
        why = N_("it fills in what stands between %, and a path of this job has one")
        raise SchedulerUnusable(system=TaskScheduler.name, why=why)
    root = ET.Element("Task", {"version": "1.2", "xmlns": _SPACE})
    _element(_element(root, "RegistrationInfo"), "Description", "certvault: reminders")
    triggers = _element(root, "Triggers")
    for at in job.times:
        trigger = _element(triggers, "CalendarTrigger")
        _element(trigger, "StartBoundary", datetime.combine(today, at).isoformat())
        _element(_element(trigger, "ScheduleByDay"), "DaysInterval", "1")
    principal = _element(_element(root, "Principals"), "Principal", id="Author")
    for name, value in (("UserId", user), ("LogonType", "S4U"), ("RunLevel", "LeastPrivilege")):
        _element(principal, name, value)
    settings = _element(root, "Settings")
    for name, value in _SETTINGS:
        _element(settings, name, value)
    run = _element(_element(root, "Actions", Context="Author"), "Exec")
    _element(run, "Command", job.command[0])
    _element(run, "Arguments", subprocess.list2cmdline(job.command[1:]))
    return b"\xff\xfe" + ('<?xml version="1.0" encoding="UTF-16"?>' + ET.tostring(root, "unicode")).encode("utf-16-le")


def _element(above: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    found = ET.SubElement(above, name, attributes)
    found.text = text or None
    return found
