"""The job that reminds, as the system has it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from cli.render import document
from cli.render.paper import Paper
from cli.scheduling import Found, Installed
from cli.session import Session
from cli.texts import _, translated
from vault.model.shown import shown


def installed(session: Session, done: Installed) -> None:
    """The answer of ``schedule install``; where the first run did not end well, the error follows it."""
    times = [f"{at:%H:%M}" for at in done.job.times]
    if session.json:
        if not done.ran.code:
            shape = {"system": done.scheduler.name, "name": done.job.name, "times": times, "command": done.job.command}
            document.put(
                {"schedule": shape, "run": {"code": done.ran.code, "said": done.ran.said}, "hints": done.hints}
            )
        return
    paper = Paper()
    said = _("Scheduled with {system}, each day at {times}: {name}")
    paper.write(said.format(system=done.scheduler.name, times=", ".join(times), name=done.job.name), "green")
    paper.write(_("What runs: {command}").format(command=shown(shlex.join(done.job.command), 4000)))
    for hint in done.hints:
        paper.write(translated(hint), "yellow")
    if done.ran.code is None:
        paper.write(_("It was started; the system does not tell how it ended."), "yellow")
    elif not done.ran.code:
        paper.write(_("Run once as scheduled: well done."), "green")
        for line in done.ran.said.splitlines()[:20]:
            paper.write("  " + shown(line))


def found(session: Session, jobs: Sequence[Found]) -> None:
    """The answer of ``schedule show``."""
    if session.json:
        document.put({"schedules": [one._asdict() for one in jobs]})
        return
    paper = Paper()
    if not jobs:
        paper.write(_("No job is scheduled for this vault."), "yellow")
    for one in jobs:
        paper.write(_("With {system}: {name}").format(system=one.system, name=one.name), "bold")
        for line in one.text.splitlines():
            paper.write("  " + shown(line, 4000))
        for hint in one.hints:
            paper.write(translated(hint), "yellow")


def removed(session: Session, systems: Sequence[str]) -> None:
    """The answer of ``schedule remove``."""
    if session.json:
        document.put({"removed": systems})
        return
    Paper().write(_("Removed: the job of {systems}.").format(systems=", ".join(systems)), "green")
