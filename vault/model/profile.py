"""What is known about a provider: data, not code."""

from __future__ import annotations

from typing import Literal, NamedTuple

PinBy = Literal["sms", "mail", "letter", "chosen", "other"]
"""The channel by which the PIN comes; ``chosen`` where the holder makes it up."""


class LinkShape(NamedTuple):
    """What a download link must look like: https, exactly this host, port and path, and one reference parameter.

    ``reference`` names the query parameter, ``pattern`` is a regular expression for its whole value.
    """

    host: str
    port: int
    path: str
    reference: str
    pattern: str


class Profile(NamedTuple):
    """A provider's profile.

    ``name`` is the key in the register (``arag``), ``title`` what people read, ``aliases`` further words that name it.
    ``senders`` are exact mail addresses in small letters, ``subjects`` texts that a subject contains (folded).
    ``hosts`` are all hosts (with port) that a redirect may lead to. ``days`` counts until the file is deleted, None
    where it is not. ``button`` are words of the page's own button; ``refused`` and ``gone`` are words (folded, any of
    them) by which an answer says that the PIN is wrong or the file deleted. ``pin_by`` is the channel of the PIN.
    """

    name: str
    title: str
    aliases: tuple[str, ...]
    senders: tuple[str, ...]
    subjects: tuple[str, ...]
    links: tuple[LinkShape, ...]
    hosts: tuple[tuple[str, int], ...]
    days: int | None
    always_new_pin: bool
    button: tuple[str, ...]
    refused: tuple[str, ...]
    gone: tuple[str, ...]
    pin_by: PinBy = "other"
