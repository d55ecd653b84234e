"""Which program reads a PKCS#12, and why another one answers that the password is wrong."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Literal, NamedTuple, Protocol

from vault.errors import N_, Phrase
from vault.model.protection import Name, Protection, Seal

NOT_PEM = N_("it takes certificate and key as PEM texts, and this is a PKCS#12 file")
_NOT_UNDERSTOOD = N_("the structure of the file could not be read")
_NO_MAC = N_("the file has no integrity check")
_OPEN_KEY = N_("its private key is not encrypted")
_KEY = N_("its private key is encrypted with {algorithm}")
_SAFE = N_("its certificates are encrypted with {algorithm}")
_BOTH = N_("its private key and certificates are encrypted with {algorithm}")
_MAC = N_("its integrity check is made with {algorithm}")

Says = Literal["wrong-password", "error"]


class Taking(Protocol):
    """What is asked of a target profile here: in which ``form`` it takes a pair, and which protection it ``reads``."""

    @property
    def form(self) -> str: ...  # noqa: D102

    @property
    def reads(self) -> AbstractSet[str]: ...  # noqa: D102


class System(NamedTuple):
    """A program that reads PKCS#12 files: which it ``reads`` and which it ``refuses``; of others nobody knows.

    ``says`` is how it refuses. ``title`` is a text of the catalogue.
    """

    id: str
    title: str
    reads: frozenset[Name]
    refuses: frozenset[Name]
    says: Says


class Verdict(NamedTuple):
    """What becomes of a file in a system: it ``reads`` it, or not, or nobody knows (None), and ``why``."""

    system: System
    reads: bool | None
    why: tuple[Phrase, ...]


_OLD: frozenset[Name] = frozenset({"rc2-40", "3des"})
_MODERN: frozenset[Name] = frozenset({"aes"})

SYSTEMS = (
    System("windows-2016", N_("Windows Server 2016 and older"), _OLD, _MODERN, "wrong-password"),
    System("windows", N_("Windows 11, Windows Server 2019 and newer"), _OLD | _MODERN, frozenset(), "wrong-password"),
    System("macos", N_("the keychain of macOS"), _OLD, _MODERN, "wrong-password"),
    System("java-8", N_("Java 8 before update 301"), _OLD, _MODERN, "error"),
    System("java", N_("Java 12 to 25"), _OLD | _MODERN, frozenset(), "error"),
    System("firefox", N_("Firefox and Thunderbird"), _OLD | _MODERN, frozenset(), "wrong-password"),
    System(
        "openssl-3",
        N_("OpenSSL 3 without its legacy provider (PHP, Python, curl)"),
        frozenset({"3des", "aes", "none"}),
        frozenset({"rc2-40"}),
        "error",
    ),
)
"""Which versions read the modern files: JDK-8228481 and JDK-8267701 in Java's bug database, of Windows and macOS too.
That Windows Server 2016 and macOS say "wrong password" is from users' reports. OpenSSL 3.0, NSS 3.87 and Java 17 were
tried, and the tests do it again. PBMAC1 depends on the version, or nobody has told, so it is in no row."""


def why_not(profile: Taking, protection: Protection) -> tuple[Phrase, ...]:
    """Why software of this target profile would not read a file that is so protected; empty where it reads it."""
    if profile.form == "pem":
        return (Phrase(NOT_PEM),)
    return reasons(protection, protection.names - profile.reads)


def verdicts(protection: Protection) -> tuple[Verdict, ...]:
    """What each of :data:`SYSTEMS` would say to the file."""
    return tuple(_verdict(system, protection) for system in SYSTEMS)


def reasons(protection: Protection, names: AbstractSet[str]) -> tuple[Phrase, ...]:
    """What in the file bears one of ``names``, in words that follow »because«."""
    if not protection.understood:
        return (Phrase(_NOT_UNDERSTOOD),) if names else ()
    keys, safes = _named(protection.keys, names), _named(protection.safes, names)
    found = [Phrase(_BOTH, algorithm=each) for each in keys if each in safes]
    found += [Phrase(_KEY, algorithm=each) for each in keys if each not in safes]
    found += [Phrase(_SAFE, algorithm=each) for each in safes if each not in keys]
    mac = (protection.mac,) if protection.mac else ()
    found += [Phrase(_MAC, algorithm=each) for each in _named(mac, names)]
    if "none" in names:
        found += [Phrase(_NO_MAC)] * (not mac) + [Phrase(_OPEN_KEY)] * bool(protection.open_keys)
    return tuple(found)


def _verdict(system: System, protection: Protection) -> Verdict:
    refused = protection.names & system.refuses
    unknown = protection.names - system.reads - system.refuses
    reads = False if refused else None if unknown else True
    return Verdict(system, reads, reasons(protection, refused or unknown))


def _named(seals: tuple[Seal, ...], names: AbstractSet[str]) -> list[str]:
    return list(dict.fromkeys(seal.algorithm for seal in seals if seal.name in names))
