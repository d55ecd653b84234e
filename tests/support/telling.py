"""Ways to tell people, for tests: what was sent is kept in a list, or in a file that outlives the process."""

from __future__ import annotations

import json
import os
from pathlib import Path

from vault.errors import NotSent
from vault.operations.planning import Digest
from vault.ports.channel import Message


def plain(digest: Digest, names: bool) -> Message:
    """A message that says what it tells, and nothing else."""
    told = [[one.kind, one.id, one.threshold] for one in digest.crossings]
    holders = [row.row.holder.name for row in digest.entries if row.row.holder and names]
    return Message(digest.to, digest.kind, "", "", {"told": told, "holders": holders}, digest.id)


class Listed:
    """A channel that keeps what it is given; it refuses the recipients in ``refused``, or everybody while ``down``."""

    def __init__(self, name: str = "mail", *, names: bool = True) -> None:
        self.name = name
        self.names = names
        self.sent: list[Message] = []
        self.tried: list[str] = []
        self.refused: set[str] = set()
        self.down = False

    def send(self, message: Message) -> None:
        """Keep ``message``. Raises NotSent."""
        self.tried.append(message.to)
        if self.down or message.to in self.refused:
            raise NotSent(channel=self.name, to=message.to, why="it is down", again=True)
        self.sent.append(message)

    @property
    def told(self) -> list[tuple[str, str, int]]:
        """To whom, of which record and at which threshold, in the order of sending, without signs of
        life and backups."""
        return [
            (one.to, str(id_), int(threshold))
            for one in self.sent
            if one.subject == "digest"
            for kind, id_, threshold in self.crossings(one)
            if kind != "backup"
        ]

    @staticmethod
    def crossings(message: Message) -> list[tuple[str, str, int]]:
        """Of what a message tells: kind, record and threshold."""
        told = message.data["told"]
        assert isinstance(told, list)
        return [(str(kind), str(id_), int(threshold)) for kind, id_, threshold in told]


class Filed:
    """A channel that appends each message to a file, and lets the process die after the one with this number."""

    name = "mail"
    names = True

    def __init__(self, path: Path, dies_after: int) -> None:
        self.path = path
        self._left = dies_after

    def send(self, message: Message) -> None:
        """Write ``message`` to the disk."""
        with self.path.open("a") as file:
            file.write(json.dumps([message.to, message.id, message.data["told"]]) + "\n")
        self._left -= 1
        if not self._left:
            os._exit(9)
