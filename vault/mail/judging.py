"""What a URL in a mail is: a provider's link, something that only looks so, or noise."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import unquote

from vault.errors import N_, LinkNotAllowed
from vault.mail.unwrapping import WRAPPERS, unwrapped
from vault.mail.urls import Candidate
from vault.model.address import CheckedUrl, checked
from vault.model.profile import LinkShape, Profile
from vault.model.shown import shown

_WHOLE = 8
"""Tokens are whole words of bytes: of two readings of a broken link, the one whose length fits is the link."""
_INVISIBLE = {"Cf", "Cc", "Mn"}


class Judged(NamedTuple):
    """A link that a provider's profile allows."""

    profile: Profile
    url: CheckedUrl


class Judge:
    """Judges URLs by the profiles."""

    def __init__(self, profiles: Mapping[str, Profile]) -> None:
        self.profiles = tuple(profiles.values())
        words = {word.lower() for p in self.profiles for s in p.links for word in (s.host, s.path, f"{s.reference}=")}
        self.telling = re.compile("|".join(re.escape(word) for word in sorted({*words, *WRAPPERS})), re.IGNORECASE)

    def judge(self, candidate: Candidate) -> Judged | LinkNotAllowed | None:
        """The link that ``candidate`` is, or why it is none although it is meant to be one, or None for noise."""
        readings = [url for url in candidate.readings if self._tells(url)]
        inner = [unwrapped(url) for url in readings]
        if (allowed := self._allowed(inner)) is not None:
            return allowed
        for url in inner:
            for profile in self.profiles:
                if any(_is_like(url, shape) for shape in profile.links):
                    return _refusal(url, profile)
        return self._disguised(candidate, inner)

    def _tells(self, url: str) -> bool:
        return bool(self.telling.search(url) or self.telling.search(_plain(url)))

    def _allowed(self, urls: Iterable[str]) -> Judged | None:
        found = [Judged(p, ok) for url in urls for p in self.profiles if (ok := _checked(url, p)) is not None]
        whole = [one for one in found if len(one.url.reference) % _WHOLE == 0]
        return next(iter(whole or found), None)

    def _disguised(self, candidate: Candidate, inner: list[str]) -> LinkNotAllowed | None:
        """A link whose text shows the provider's address while its target is another."""
        if not candidate.label or not self._tells(candidate.label):
            return None
        label = unwrapped(candidate.label.strip())
        target = shown(next(iter(inner or candidate.readings), ""))
        for profile in self.profiles:
            if any(_is_like(label, shape) for shape in profile.links):
                why = N_("the mail shows the provider's address, but the link leads elsewhere")
                return LinkNotAllowed(provider=profile.title, why=why, url=target)
        return None


def _checked(url: str, profile: Profile) -> CheckedUrl | None:
    try:
        return checked(url, profile)
    except LinkNotAllowed:
        return None


def _refusal(url: str, profile: Profile) -> LinkNotAllowed:
    try:
        checked(url, profile)
    except LinkNotAllowed as error:
        error.fields["url"] = shown(url)
        return error
    raise AssertionError("an allowed URL has no refusal")


def _is_like(url: str, shape: LinkShape) -> bool:
    """Whether ``url`` is meant to be taken for a link of ``shape``.

    On the provider's own host its path or its parameter is enough, elsewhere it takes both: a provider's signature may
    name its home page, and any shop may have a parameter of that name.
    """
    host, path, query = _parts(url)
    has_path = path.rstrip("/") == shape.path.lower().rstrip("/") or shape.path.lower() in path
    has_reference = re.search(rf"(?:^|[&;?#]){re.escape(shape.reference.lower())}=", query) is not None
    return (has_path or has_reference) if host == shape.host else (has_path and has_reference)


def _parts(url: str) -> tuple[str, str, str]:
    """Host, path and query as a careless reader would take them."""
    text = _plain(url)
    rest = text.partition("://")[2] or text
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    host = authority.rpartition("@")[2].partition(":")[0].rstrip(".")
    path, _, query = rest[len(authority) :].partition("?")
    return host, posixpath.normpath(re.sub("/+", "/", path)) if path else "", query


def _plain(url: str) -> str:
    """``url`` with percent signs, wide letters, backslashes and invisible characters undone."""
    text = unquote(url[:4096]).lower().replace("\\", "/")
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFKC", text).lower().replace("\\", "/")
    return "".join(c for c in text if unicodedata.category(c) not in _INVISIBLE)
