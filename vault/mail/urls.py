"""The URLs in a text: bare, in angle brackets, broken over lines, behind a label."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from vault.mail.markup import Page

_SCHEME = r"(?:https?|ftps?|file|hxxps?):(?://|\\\\)"
_ANGLE = rf"<[ \t]*(?:URL:)?(?P<angle>{_SCHEME}[^<>\n]{{0,4000}}(?:\n[^<>\n]{{0,400}}){{0,8}})>"
_BARE = rf"(?P<bare>{_SCHEME}[^\s<>\"\[\]{{}}|^`]{{1,4000}})"
_TAIL = ".,;:!?)'*_»«“”„…\u200b\u200e\u200f\ufeff\u00ad"
_GO_ON = re.compile(r"\n[ \t]{0,8}(?P<more>[A-Za-z0-9._~%&=?/;!*+-]{1,400})[>)\].,;]?[ \t]*(?=\n|$)")
_MOST_BREAKS = 8


class Candidate(NamedTuple):
    """A URL in its place. ``readings`` are what it may be if lines are joined, the shortest first.

    ``label`` is what the mail shows in its place, where that is another text.
    """

    position: int
    readings: tuple[str, ...]
    label: str = ""


class Finder:
    """Finds URLs, and those without a scheme that begin with one of ``starts`` (host and path of a provider's link)."""

    def __init__(self, starts: Iterable[str]) -> None:
        known = "|".join(re.escape(start) for start in starts)
        bare_start = rf"|(?<![\w@/.:%=-])(?P<short>(?:{known})[^\s<>\"\[\]{{}}|^`]{{0,400}})" if known else ""
        self.form = re.compile(rf"{_ANGLE}|{_BARE}{bare_start}", re.IGNORECASE)
        self.starts = re.compile(known, re.IGNORECASE) if known else None

    def candidates(self, page: Page) -> Iterator[Candidate]:
        """The URLs of ``page``: the targets of its links, and what stands in its text outside their labels."""
        for anchor in page.anchors:
            target = re.sub(r"[\t\r\n]", "", anchor.target)
            yield Candidate(anchor.start, (target,), page.text[anchor.start : min(anchor.end, anchor.start + 4000)])
        covered = iter(sorted((a.start, a.end) for a in page.anchors))
        here = next(covered, None)
        for candidate in self._written(page.text):
            while here is not None and here[1] <= candidate.position:
                here = next(covered, None)
            if here is None or candidate.position < here[0]:
                yield candidate

    def _written(self, text: str) -> Iterator[Candidate]:
        """URLs that stand in the text. ``shown<target>`` and ``[shown](target)`` are one with a label."""
        held: tuple[int, Candidate] | None = None
        for found in self.form.finditer(text):
            labelled = (
                held is not None
                and text[held[0] : found.start()] in {"", "]("}
                and (found["angle"] is not None or text[found.start() - 1] == "(")
            )
            if held is not None and not labelled:
                yield held[1]
            label = held[1].readings[0] if held is not None and labelled else ""
            held = found.end(), self._candidate(text, found, label)
        if held is not None:
            yield held[1]

    def _candidate(self, text: str, found: re.Match[str], label: str) -> Candidate:
        if found["angle"] is not None:
            lines = found["angle"].split("\n")
            whole = "".join(line.strip() for line in lines)
            return Candidate(found.start(), (_trimmed(whole.partition(" ")[0]),), label)
        written = found[0]
        scheme = "" if found["bare"] is not None else "https://"
        readings = [written, *_joined(text, found.end(), written)]
        return Candidate(found.start(), tuple(scheme + _trimmed(r) for r in readings), label)


def _joined(text: str, end: int, written: str) -> Iterator[str]:
    """``written`` with the lines that follow, as long as each is one word of a URL and nothing else."""
    for _ in range(_MOST_BREAKS):
        more = _GO_ON.match(text, end)
        if more is None:
            return
        written, end = written + more["more"], more.end()
        yield written


def _trimmed(url: str) -> str:
    return url.strip().rstrip(_TAIL)
