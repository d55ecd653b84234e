"""What operations ask of the system's own way to start a job at a time of day."""

from __future__ import annotations

from typing import Protocol

from vault.model.job import Job, Ran


class Scheduler(Protocol):
    """One of the system's schedulers, for jobs of whoever runs the program. Each method raises SchedulerUnusable."""

    @property
    def name(self) -> str:
        """``systemd``, ``cron``, ``launchd`` or ``task-scheduler``."""
        ...

    def usable(self) -> bool:
        """Whether it is there and takes jobs of this user."""
        ...

    def install(self, job: Job) -> None:
        """Have ``job`` run at its times, in the place of the one of this name. What else is there stays as it is."""
        ...

    def installed(self, name: str) -> str:
        """What the system was told of the job ``name``, as text; empty where there is none."""
        ...

    def remove(self, name: str) -> bool:
        """Have the job ``name`` run no more; whether there was one."""
        ...

    def run(self, job: Job) -> Ran:
        """Run the installed ``job`` now, as it will be run at its time, and wait for it."""
        ...

    def hints(self) -> list[str]:
        """What a person should know or do, so that the job runs when nobody is logged in: sentences marked for the
        catalogue."""
        ...
