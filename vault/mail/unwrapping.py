"""The target inside a link that a mail gateway has rewritten.

Each rule is bound to its gateway's own hosts, and what comes out is checked like any other link. Sources: Microsoft,
"Safe Links in Microsoft Defender for Office 365"; Proofpoint, "URL Defense"; Barracuda, "Link Protection"; Sophos,
"Time of Click".
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable
from itertools import islice
from urllib.parse import parse_qs, unquote, urlsplit

DEEPEST = 5
"""Gateways behind gateways."""
_LONGEST = 8_192

_SAFE_LINKS = re.compile(r"(?:[a-z0-9-]+\.)?safelinks\.protection\.(?:outlook\.com|office365\.us|outlook\.cn)")
_SOPHOS = re.compile(r"[a-z0-9-]+\.protection\.sophos\.com")
_TEAMS = {"statics.teams.cdn.office.net", "statics.teams.microsoft.com", "teams.public.onecdn.static.microsoft"}
_DEFENSE = {"urldefense.com", "urldefense.us", "urldefense.proofpoint.com"}
_IN_PARAMETER = {"linkprotect.cudasvc.com": "a", "protect2.fireeye.com": "u", "clicktime.symantec.com": "u"}
_URL_SAFE = str.maketrans("-_", "+/")
_V3 = re.compile(r"/v3/__(?P<url>.{1,8000}?)__;(?P<bytes>[A-Za-z0-9_-]*)(?:!|$)")
_V3_RUNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_V3_TOKEN = re.compile(r"\*(?:\*(.))?")
WRAPPERS = ("safelinks", "urldefense", "protection.sophos", *_IN_PARAMETER)
"""Parts of the hosts by which a rewritten link is noticed."""


def unwrapped(url: str) -> str:
    """``url`` with at most :data:`DEEPEST` layers of rewriting taken off; itself where there is none."""
    for _ in range(DEEPEST):
        inner = _once(url) if len(url) <= _LONGEST else None
        if inner is None:
            break
        url = inner
    return url


def _once(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"}:
        return None
    if _SAFE_LINKS.fullmatch(host) or (host in _TEAMS and "/safelinks/" in parts.path):
        return _parameter(parts.query, "url")
    if host in _DEFENSE:
        return _defense(url, parts.path, parts.query)
    if _SOPHOS.fullmatch(host):
        return _base64((_parameter(parts.query, "u") or "").replace(" ", "+")) or None
    return _parameter(parts.query, _IN_PARAMETER[host]) if host in _IN_PARAMETER else None


def _parameter(query: str, name: str) -> str | None:
    try:
        values = parse_qs(query.replace("&amp;", "&"), max_num_fields=100).get(name, [])
    except ValueError:
        return None
    return values[0].strip() if len(values) == 1 else None


def _base64(text: str) -> str | None:
    try:
        return binascii.a2b_base64(text.translate(_URL_SAFE) + "==").decode("utf-8")
    except ValueError:
        return None


def _defense(url: str, path: str, query: str) -> str | None:
    version: dict[str, Callable[[], str | None]] = {
        "/v1/": lambda: _parameter(query, "u"),
        "/v2/": lambda: _version_2(query),
        "/v3/": lambda: _version_3(url),
    }
    return version[path[:4]]() if path[:4] in version else None


def _version_2(query: str) -> str | None:
    """``-`` stands for a percent sign and ``_`` for a slash."""
    written = _parameter(query, "u")
    return unquote(written.replace("-", "%").replace("_", "/")) if written else None


def _version_3(url: str) -> str | None:
    """The URL stands in clear; ``*`` stands for one byte that was taken out, ``**`` and a letter for a run of them."""
    found = _V3.search(url)
    if found is None:
        return None
    taken = _base64(found["bytes"])
    if taken is None:
        return None
    rest = iter(taken)

    def back(token: re.Match[str]) -> str:
        count = _V3_RUNS.find(token[1]) + 2 if token[1] else 1
        return "".join(islice(rest, count))

    return _V3_TOKEN.sub(back, re.sub(r"^(https?:/)(?=[^/])", r"\1/", found["url"]))
