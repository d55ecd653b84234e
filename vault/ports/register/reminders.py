"""What operations ask of the register: what people were told, what could not be sent, and when a job last looked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from vault.model.reminder import Reminder
    from vault.model.watcher import Run


class RemindersReader(Protocol):
    """Reading it."""

    def reminders(self, ids: Sequence[str]) -> list[Reminder]:
        """What was sent about these records, in any order."""
        ...

    def outages(self) -> dict[tuple[str, str], datetime]:
        """Since when nothing can be sent, by channel and recipient."""
        ...

    def runs(self) -> list[Run]:
        """The last good run by each key, in the order of their names."""
        ...

    def run(self, slot: str) -> Run | None:
        """The last good run by the key of this name."""
        ...

    def count_events(self, what: str, *, after: int) -> int:
        """How many events ``what`` have a number above ``after``."""
        ...


class RemindersWriter(RemindersReader, Protocol):
    """Writing it too."""

    def add_reminders(self, reminders: Iterable[Reminder], sent: datetime) -> None:
        """Note what was sent. Nothing happens for what is noted already."""
        ...

    def put_outage(self, channel: str, recipient: str, since: datetime) -> None:
        """Note that something could not be sent. Nothing happens where that is noted already."""
        ...

    def end_outage(self, channel: str, recipient: str) -> None:
        """Note that it can be sent again."""
        ...

    def put_run(self, run: Run) -> None:
        """Note a good run, in place of the last one by the same key."""
        ...
