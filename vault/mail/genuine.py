"""How far the mail of a link can be trusted: what the agency's own mail server says of it, and nobody else.

Source: RFC 8601 (Authentication-Results), RFC 7489 section 3.1 (alignment: the domain of From is what was verified).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from email.utils import parseaddr

from vault.mail.heads import Claims, Heads
from vault.model.link import Trust
from vault.model.profile import Profile

_LONGEST = 10_000
_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|[()\\;]|[^"()\\;]+|"')
_WORD = re.compile(r"\s*([A-Za-z0-9-]+)\s*(?:/\s*\d+\s*)?=\s*([A-Za-z0-9-]+)")
_PROPERTY = re.compile(r"\b(header|smtp|policy)\s*\.\s*([A-Za-z0-9-]+)\s*=\s*\"?([^\s\";]+)")
_FAILED = frozenset({"fail", "permerror", "policy"})


def trust(heads: Sequence[Heads], profile: Profile, server: str) -> Trust:
    """How far the mail can be trusted that ``heads`` stand around, the outermost first.

    ``server`` is the name by which the agency's own mail server signs what it found out; empty where none is known.
    """
    if not heads:
        return "by-hand"
    claims = heads[0].claims if len(heads) == 1 else None
    sender = heads[-1].sender
    written = claims.author if claims else sender.address if sender else ""
    if profile.senders and (written or claims) and written not in profile.senders:
        return "other-sender"
    if claims is None:
        return "forwarded"
    return _verdict(claims, server) if profile.senders else "unverified"


def _verdict(claims: Claims, server: str) -> Trust:
    """What the server says: only its own topmost field counts, and only for the domain of the author."""
    name, *results = _parts(claims.results[:_LONGEST])
    if not server or name.split(None, 1)[:1] != [server.lower()] or name.split()[1:] not in ([], ["1"]):
        return "unverified"
    found = [_result(part) for part in results]
    domain = claims.author.rpartition("@")[2]
    if any(_passes(method, value, properties, domain) for method, value, properties in found):
        return "verified"
    said = {(method, value) for method, value, _ in found if method in {"dmarc", "dkim", "spf"}}
    by_dmarc = {value for method, value in said if method == "dmarc"} - {"none"}
    failed = by_dmarc & _FAILED if by_dmarc else {value for _, value in said} & _FAILED
    return "failed" if failed else "unverified"


def _passes(method: str, value: str, properties: dict[str, str], domain: str) -> bool:
    if value != "pass":
        return False
    if method == "dmarc":
        return properties.get("header.from") == domain
    named = {"dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom",)}.get(method, ())
    verified = next((properties[name] for name in named if name in properties), "").rpartition("@")[2]
    return "." in verified and (domain == verified or domain.endswith("." + verified))


def _parts(field: str) -> list[str]:
    """The field without its comments, cut at its semicolons, in small letters; what is quoted is not cut."""
    parts, depth = [""], 0
    for token in _outside(field):
        if token == "(":  # noqa: S105 - a bracket
            depth += 1
        elif token == ")":  # noqa: S105
            depth = max(depth - 1, 0)
        elif depth == 0 and token == ";":  # noqa: S105
            parts.append("")
        elif depth == 0:
            parts[-1] += token.lower()
    return [part.strip() for part in parts]


def _outside(field: str) -> Iterator[str]:
    tokens = iter(_TOKEN.findall(field))
    for token in tokens:
        if token == "\\":  # noqa: S105 - a backslash takes the meaning of what follows
            next(tokens, None)
        else:
            yield token


def _result(part: str) -> tuple[str, str, dict[str, str]]:
    """Method, result and properties of one part; empty where it is none."""
    found = _WORD.match(part)
    if found is None:
        return "", "", {}
    named = {f"{kind}.{name}": value for kind, name, value in reversed(_PROPERTY.findall(part))}
    return found[1], found[2], named


def author(fields: Sequence[str]) -> str:
    """The one address of the one From line, in small letters; empty where there is no such thing."""
    if len(fields) != 1:
        return ""
    address = parseaddr(fields[0])[1].lower()
    return address if address and address.count("@") == 1 else ""
