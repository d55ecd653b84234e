"""What an answer is, by its content and never by its headers."""

from __future__ import annotations

import re
from typing import Literal

from vault.errors import N_
from vault.model.fold import folded
from vault.model.profile import Profile
from vault.portal.pages import Page, lines
from vault.portal.words import about, says

File = Literal["whole", "cut"]
Verdict = Literal["refused", "gone", ""]

_OTHER_FILES = (
    (b"PK\x03\x04", N_("it sent a ZIP archive instead of a PKCS#12 file")),
    (b"\x1f\x8b", N_("it sent a gzip archive instead of a PKCS#12 file")),
    (b"%PDF", N_("it sent a PDF instead of a PKCS#12 file")),
    (b"\xfe\xed\xfe\xed", N_("it sent a Java keystore instead of a PKCS#12 file")),
    (b"-----BEGIN", N_("it sent a PEM file instead of a PKCS#12 file")),
    (b"MII", N_("it sent Base64 text instead of a PKCS#12 file")),
)


def file(body: bytes) -> File | None:
    """Whether ``body`` is an ASN.1 file, and whether all of it is there.

    A PKCS#12 is a SEQUENCE (RFC 7292, 4) whose first element is an INTEGER, in DER or BER; other files that begin with
    a SEQUENCE pass too, because only whoever opens it can say what is wrong with it. The length is never a short one:
    so the second byte is one that no text has there.
    """
    if len(body) < 4 or body[0] != 0x30 or body[1] < 0x80:
        return None
    octets = body[1] & 0x7F
    if octets > 4 or body[2 + octets : 3 + octets] not in {b"\x02", b"\x30"}:
        return None
    if octets == 0:  # the indefinite form of BER ends in two zero bytes
        return "whole" if body.rstrip(b"\r\n").endswith(b"\0\0") else "cut"
    return "whole" if int.from_bytes(body[2 : 2 + octets]) <= len(body) - 2 - octets else "cut"


def other_file(body: bytes) -> str:
    """What else this file is, as the rest of a sentence; empty where it is none that is known."""
    return next((what for start, what in _OTHER_FILES if body.lstrip()[:16].startswith(start)), "")


def verdict(page: Page, profile: Profile, known: frozenset[str] = frozenset()) -> Verdict:
    """What the page says about the PIN or the file, by the profile's words; empty where it says nothing, or both.

    ``known`` are lines that were there before the PIN was sent: only what is new counts, because the first page
    explains in the same words what an answer would tell ("the file is deleted after 21 days").
    """
    told = [part for line in lines(page.root) if line not in known for part in _statements(line)]
    refused = any((says(part, profile.refused) and _of_the_pin(part)) or _denies_pin(part) for part in told)
    gone = any(says(part, profile.gone) and not _of_the_session(part) for part in told)
    if refused == gone:
        return ""
    return "refused" if refused else "gone"


def _statements(line: str) -> list[str]:
    """The sentences of a line that tell what is, without those that explain what would be."""
    return [part for part in re.split(r"(?<=[.!?;])\s+", line) if not _explains(folded(part))]


_CONDITION = re.compile(r"\s*(?:falls|wenn|sofern|sobald|sollten?|solange|if|should|bitte (?:beachten|achten))\b")
_FUTURE = re.compile(r"\b(?:wird|werden|will be)\b")
_PAST = re.compile(r"\b(?:wurden?|worden|bereits|leider|nicht mehr|konnten?|no longer|has been|was)\b")


def _explains(sentence: str) -> bool:
    return bool(_CONDITION.match(sentence)) or (bool(_FUTURE.search(sentence)) and not _PAST.search(sentence))


def _of_the_pin(sentence: str) -> bool:
    """Whether a refusal is about what was typed: it names a PIN, or at least no link."""
    if about(sentence) in {"pin", "password"}:
        return True
    return not re.search(r"link|url|referenz|adresse|sitzung|session|seite\b", folded(sentence))


_DENIES = re.compile(
    r"\b(?:falsch\w*|ungultig\w*|inkorrekt\w*|fehlerhaft\w*|abgelehnt|fehlgeschlagen|(?:stimmt|passt) nicht)\b"
    r"|\b(?:wrong|invalid|incorrect|rejected|failed)\b|\bnot (?:correct|valid|accepted|match)"
    r"|\bnicht (?:\w+ )?(?:korrekt|richtig|gultig|akzeptiert|uberein|erkannt|verifiziert|bestatigt)"
)


def _denies_pin(sentence: str) -> bool:
    """Whether a sentence says in other words than the profile's that a PIN or password is wrong."""
    return about(sentence) in {"pin", "password"} and bool(_DENIES.search(folded(sentence)))


def _of_the_session(sentence: str) -> bool:
    return bool(re.search(r"sitzung|session", folded(sentence)))
