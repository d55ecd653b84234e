"""The ways out of the house, as stand-ins: they keep what was sent, refuse, are dead, or die with the process."""

from __future__ import annotations

from tests.simulation.history import Crossed, History, Night, Told
from tests.simulation.weather import CHAT, MAIL, Try
from vault.errors import NotSent
from vault.operations.planning import Digest
from vault.ports.channel import Message


class Killed(BaseException):
    """The process is killed."""


class Post:
    """All ways of one run, which count its messages together."""

    def __init__(self, history: History, one: Try, night: Night) -> None:
        self._history = history
        self._killed = one.killed
        self._at = one.at
        self._night = night
        self._number = 0
        self.ways = [Way(MAIL, self), Way(CHAT, self)]

    def carry(self, channel: str, message: Message) -> None:
        """Keep the message. Raises NotSent, Killed."""
        cut = self._killed is not None and self._killed[0] == self._number
        self._number += 1
        if cut and self._killed is not None and not self._killed[1]:
            raise Killed
        if not self._history.works(channel, message.to, self._at):
            alone = not self._history.works(channel, "", self._at)
            raise NotSent(channel=channel, to=message.to, why="the weather", again=alone)
        crossed = message.data["crossed"]
        assert crossed is None or isinstance(crossed, tuple)
        self._night.told.append(Told(channel, message.to, crossed, cut))
        if cut:
            raise Killed


class Way:
    """A channel."""

    def __init__(self, name: str, post: Post) -> None:
        self.name = name
        self.names = True
        self._post = post

    def send(self, message: Message) -> None:
        """Hand the message over."""
        self._post.carry(self.name, message)


def compose(digest: Digest, names: bool) -> Message:
    """What the judge has to see of a digest: what it shows, not what is noted of it."""
    crossed: tuple[Crossed, ...] | None = tuple(
        Crossed(one.kind, one.id, one.date, one.threshold) for entry in digest.entries for one in entry.crossings
    )
    if digest.kind == "sign-of-life":
        crossed = None
    return Message(digest.to, digest.kind, "", "", {"crossed": crossed}, digest.id)
