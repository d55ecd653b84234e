"""The heads of mails that were forwarded or quoted inside the text of another.

Outlook, Thunderbird, Apple Mail, Gmail, GMX and WEB.DE, Yahoo, Samsung and Notes write them as lines with labels; which
labels, in which order and in which language differs, and Gmail mixes two languages in one. So all are read alike: lines
that follow one another and whose labels are known make a head, if they say from whom, and when or about what.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import tzinfo
from itertools import islice
from typing import NamedTuple

from vault.errors import N_, SourceNotReadable
from vault.mail.dates import moment
from vault.mail.heads import Heads, heads
from vault.mail.people import ADDRESS

MOST_LINES = 20_000
"""Lines with a label in one text."""
_LONGEST_VALUE, _LONGEST_GAP = 4_000, 4_000
_WRAPPED = 30
"""Characters of a subject that may have been wrapped, and that its rest is shorter than."""

_LABELS = {
    "from": r"von from absender",
    "to": r"an to empfänger",
    "cc": r"cc kopie kopie\s\(cc\) copy",
    "date": r"gesendet sent datum date gesendet\sam sent\son",
    "subject": r"betreff subject betr thema",
    "other": r"bcc blindkopie reply-to antwort\san antworten\san wichtigkeit importance priorität priority message-id"
    r" anlagen anlage anhänge attachments attachment organisation organization vertraulichkeit sensitivity",
}
_KINDS = {word.replace("\\s", " ").replace("\\", ""): kind for kind, words in _LABELS.items() for word in words.split()}
_LINE = re.compile(
    r"(?im)^[ \t>*_|\ufeff\u200b\u200e]{0,12}(?P<label>"
    + "|".join(sorted((w for words in _LABELS.values() for w in words.split()), key=len, reverse=True))
    # eM Client writes no colons
    + r")(?:[ \t*_]{0,4}:[ \t*_]*|[ \t](?=[\"<\d]|[\w.+-]{1,64}@)|(?:(?<=betreff)|(?<=subject))[ \t](?=\S))"
)
_BEGIN, _END = r"(?m)^[ \t*_>]{0,8}", r":[ \t]*$"
_WROTE = (
    re.compile(_BEGIN + r"Am\s(?P<when>\w[^\n]{5,60}?)\sschrieb\s(?P<who>[^\n]{1,160}(?:\n[^\n]{1,160})?)" + _END),
    re.compile(_BEGIN + r"On\s(?P<when>[^\n]{6,120}?(?:\n[^\n]{1,120}?)?)\swrote" + _END),
    re.compile(_BEGIN + r"(?P<who>[^\n]{3,160}?)\sschrieb am\s(?P<when>[^\n]{6,60})" + _END),
)


class Forward(NamedTuple):
    """A head inside a text, and where it ends there: what follows is its mail."""

    end: int
    heads: Heads


def forwards(text: str, zone: tzinfo) -> tuple[Forward, ...]:
    """The heads in ``text``, in their order. Raises SourceNotReadable for more lines than a mail can have."""
    found = [*_blocks(text, zone), *(f for form in _WROTE for f in _wrote(form, text, zone))]
    return tuple(sorted(found, key=lambda forward: forward.end))


class _Block:
    """Header lines that follow one another."""

    def __init__(self, text: str) -> None:
        self.text, self.fields, self.last, self.end = text, dict[str, str](), "", 0

    def takes(self, kind: str, start: int) -> bool:
        """Whether a line at ``start`` goes on with this block; what stands between belongs to the line before."""
        gap = self.text[self.end : start] if start - self.end <= _LONGEST_GAP else "\n\n\n\n"
        between = gap.strip()
        most = (2 if self.last == "subject" else 30) if between else 3
        if kind in self.fields or gap.count("\n") > most or (between and "\n\n" in gap):
            return False
        if between:
            self.fields[self.last] += f" {between}"
        return True

    def add(self, kind: str, start: int) -> None:
        self.end = self._line_end(start)
        self.fields[kind], self.last = self.text[start : min(self.end, start + _LONGEST_VALUE)], kind

    def finish(self) -> None:
        """Take the lines that still belong to the last one."""
        for _ in range(30):
            value = self.fields[self.last].strip()
            end = self._line_end(self.end + 1)
            following = self.text[self.end + 1 : end].strip()
            if not following or not self._goes_on(value, following, end):
                return
            self.end, self.fields[self.last] = end, f"{value} {following[:_LONGEST_VALUE]}"

    def _goes_on(self, value: str, following: str, end: int) -> bool:
        """Whether ``following`` still belongs to ``value``: after a comma, where that is empty, or a subject's rest."""
        if not value or value.endswith((",", ";", "<")):
            return True
        is_alone = not self.text[end + 1 : self._line_end(end + 1)].strip()
        is_text = following[0].isalnum() and following[-1] not in ",:!" and "://" not in following
        return self.last == "subject" and is_alone and is_text and len(value) >= _WRAPPED > len(following)

    def is_head(self) -> bool:
        return "from" in self.fields and not self.fields.keys().isdisjoint({"date", "subject"})

    def _line_end(self, start: int) -> int:
        end = self.text.find("\n", start)
        return end if end >= 0 else len(self.text)


def _blocks(text: str, zone: tzinfo) -> Iterator[Forward]:
    lines = list(islice(_LINE.finditer(text), MOST_LINES + 1))
    if len(lines) > MOST_LINES:
        raise SourceNotReadable(why=N_("it has more header lines than a mail can have"))
    block = _Block(text)
    for line in lines:
        kind = _KINDS[" ".join(line["label"].lower().split())]
        if not block.fields or not block.takes(kind, line.start()):
            yield from _finished(block, zone)
            block = _Block(text)
        block.add(kind, line.end())
    yield from _finished(block, zone)


def _finished(block: _Block, zone: tzinfo) -> Iterator[Forward]:
    if block.is_head():
        end = block.end  # what is taken for a subject's rest may be the label of a link: "Download"
        block.finish()
        yield Forward(end, heads(block.fields, zone))


def _wrote(form: re.Pattern[str], text: str, zone: tzinfo) -> Iterator[Forward]:
    """Heads of quoted mails in one sentence, ``Am 30.09.2019 um 07:31 schrieb Name <a@b>:``: without a recipient."""
    for found in form.finditer(text):
        said = found.groupdict()
        who = said.get("who") or said["when"]
        if moment(said["when"], zone) is None and not ADDRESS.search(who):
            continue
        named = who if said.get("who") else "".join(ADDRESS.findall(who)[:1])
        yield Forward(found.end(), heads({"from": named, "date": said["when"]}, zone))
