"""Whether a URL may be opened: exactly the hosts, ports and paths of a profile, and nothing that only looks so."""

from __future__ import annotations

import re
from typing import NamedTuple

from vault.errors import N_, LinkNotAllowed
from vault.model.profile import LinkShape, Profile

LONGEST = 2048
_URL = re.compile(
    r"(?P<scheme>https)://(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<path>/[A-Za-z0-9._~/-]*)(?:\?(?P<query>[A-Za-z0-9._~=&-]*))?",
    re.ASCII,
)


class CheckedUrl(NamedTuple):
    """A URL that passed :func:`checked`: the portal takes nothing else. ``text`` is the very string to be sent."""

    text: str
    host: str
    port: int
    reference: str


def checked(url: str, profile: Profile) -> CheckedUrl:
    """``url`` as one that ``profile`` allows.

    The letters of scheme and host are made small and a spelled-out port 443 is dropped; nothing else is changed.
    Raises LinkNotAllowed, whose ``why`` names the first rule that is broken.
    """
    text = _small(url)
    found = _URL.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        raise LinkNotAllowed(provider=profile.title, why=_why(text))
    host, port, path = found["host"], int(found["port"] or 443), found["path"]
    shape = _shape(profile, host, port, path)
    reference = _reference(found["query"] or "", shape)
    if reference is None:
        raise LinkNotAllowed(provider=profile.title, why=N_("its reference is missing or has another form"), host=host)
    return CheckedUrl(text.replace(f"{host}:443/", f"{host}/", 1), host, port, reference)


def _reference(query: str, shape: LinkShape) -> str | None:
    """The one reference. A second one in other letters is refused too: servers differ in which of the two they take."""
    pairs = [part.split("=") for part in query.split("&")]
    if any(len(pair) != 2 or not pair[0] for pair in pairs):
        return None
    values = [value for name, value in pairs if name.lower() == shape.reference.lower()]
    one = (
        len(values) == 1 and [shape.reference, values[0]] in pairs and re.fullmatch(shape.pattern, values[0], re.ASCII)
    )
    return values[0] if one else None


def _shape(profile: Profile, host: str, port: int, path: str) -> LinkShape:
    same_host = [s for s in profile.links if s.host == host]
    if not same_host:
        raise LinkNotAllowed(provider=profile.title, why=N_("it leads to another host"), host=host)
    same_port = [s for s in same_host if s.port == port]
    if not same_port:
        raise LinkNotAllowed(provider=profile.title, why=N_("it leads to another port"), host=host)
    for shape in same_port:
        if shape.path == path:
            return shape
    raise LinkNotAllowed(provider=profile.title, why=N_("it leads to another path"), host=host)


def _small(url: str) -> str:
    head = re.match(r"[A-Za-z]+://[^/?#\\@]*", url)
    return url if head is None or not head[0].isascii() else head[0].lower() + url[head.end() :]


def _why(text: str) -> str:
    authority = re.split(r"[/?#\\]", text.partition("://")[2], maxsplit=1)[0]
    if len(text) > LONGEST:
        return N_("it is too long")
    if not text.startswith("https://"):
        return N_("it does not begin with https://")
    if "@" in authority:
        return N_("it has a user name in front of the host")
    if not text.isascii():
        return N_("it has letters that only look like others")
    if "\\" in text:
        return N_("it has a backslash in it")
    if "#" in text:
        return N_("it has a fragment in it")
    if "%" in text.partition("?")[0]:
        return N_("its path is written in percent signs")
    return N_("it has characters that do not belong there")
