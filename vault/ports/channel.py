"""What operations ask of a way by which people are told something: a mail, a webhook, a note on the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol


class Message(NamedTuple):
    """What one recipient is told. ``text`` and ``html`` say the same; foreign strings in them have passed
    :func:`vault.model.shown.shown`.

    ``to`` is a mail address; a webhook and a note reach whom their configuration says, and show it at most. ``data`` is
    what a webhook sends: only what JSON has. ``id`` names what is told: the same for the same, so that a mail program
    knows a repetition. No PIN, download URL or ``did`` stands in any of it.
    """

    to: str
    subject: str
    text: str
    html: str
    data: Mapping[str, object]
    id: str


class Channel(Protocol):
    """One way to tell. Its ``name`` is that of its configuration: ``mail``, ``note``, or a webhook's own name."""

    @property
    def name(self) -> str:
        """What it is called in what was sent, and in errors."""
        ...

    @property
    def names(self) -> bool:
        """Whether the names of holders may leave by it; else their ids stand in their place."""
        ...

    def send(self, message: Message) -> None:
        """Hand the message over, in bounded time; when this returns, the other side has taken it.

        Raises NotSent, which says whether doing the same later can help. Where it is not certain whether the other side
        took it, that is NotSent too: at worst something is told twice. One recipient who is refused does not stop
        another.
        """
        ...
