"""What is known about a provider: data, not code."""

from __future__ import annotations

from typing import Literal, NamedTuple

PinBy = Literal["sms", "mail", "letter", "chosen", "other"]
"""The channel by which the PIN comes; ``chosen`` where the holder makes it up."""
FileBy = Literal["link", "portal", "mail", "other"]
"""How the file comes: by a mailed link, made by the holder in the insurer's portal, as an attachment, otherwise."""
Flavour = Literal["any", "legacy"]
"""Which encryption of a PKCS#12 is needed: ``legacy`` is 3DES with a SHA-1 MAC, which older software reads."""
Ending = Literal["p12", "pfx"]

TRUSTED = "trusted-provider "
"""The beginning of the setting that keeps the digest of a profile that was trusted; the profile's name follows."""


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
    ``ask_from`` counts the refusals from which a person must say that another PIN may be sent.

    ``valid_days`` is how long a certificate is valid, ``renew_days`` how many days before its end a new one can be had,
    ``activation`` whether it must be activated before it works, ``renewal`` whom to ask for a new one. ``flavour`` and
    ``ending`` are what broker software needs of its file. ``unknown`` names the keys that nobody outside knows yet.

    ``own`` says that a file of the user's made or changed it, ``widens`` that links, hosts or senders are in it which
    no shipped profile of this name has: then nothing is fetched until a person with the root key trusts it.
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
    file_by: FileBy = "link"
    ask_from: int = 2
    valid_days: int | None = None
    renew_days: int | None = None
    activation: bool = False
    renewal: str = ""
    flavour: Flavour = "any"
    ending: Ending = "p12"
    unknown: tuple[str, ...] = ()
    own: bool = False
    widens: bool = False
