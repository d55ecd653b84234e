"""What the documents that go to a broker have in common: who sends them, when, whom to ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from cli.render.months import written_out
from cli.texts import _, language
from vault.documents.blocks import Block, Document, Heading, Paragraph
from vault.model.holder import Holder
from vault.model.ids import SHORT
from vault.model.leaving import unlinked
from vault.model.pair import Pair
from vault.model.shown import shown
from vault.operations.values import LONGEST_LINE

LONGEST_NAME = 120
"""Characters of a name on paper."""


class Frame(NamedTuple):
    """Who sends it and the mail address to ask at (both empty where nobody knows), when, and the zone of its days."""

    agency: str
    mail: str
    at: datetime
    zone: tzinfo


class Handed(NamedTuple):
    """A pair that goes out, its holder, and what its provider is called."""

    pair: Pair
    holder: Holder | None
    provider: str

    @property
    def name(self) -> str:
        """The name of its holder."""
        return foreign(self.holder.name) if self.holder else "?"

    @property
    def number(self) -> str:
        """By what people tell it from others."""
        return self.pair.id[:SHORT]


def foreign(text: str) -> str:
    """A name that somebody else gave, as it may stand on paper: bounded, all of it seen, and no link in any reader."""
    return unlinked(shown(text, LONGEST_NAME))


def document(title: str, foot: str, blocks: Sequence[Block], frame: Frame) -> Document:
    """A document with the usual head and foot, in the language that is spoken."""
    pages = _("page {page} of {pages}")
    sender = shown(frame.agency, LONGEST_LINE)
    return Document(title, language(), sender, written_out(frame.at, frame.zone), foot, pages, blocks)


def whose(handed: Handed) -> Iterator[tuple[str, str]]:
    """For whom and from whom a pair is."""
    yield _("For"), handed.name
    yield _("Provider"), foreign(handed.provider)
    if handed.pair.purpose:
        yield _("Purpose"), foreign(handed.pair.purpose)


def questions(holder: Holder | None, frame: Frame) -> Iterator[Block]:
    """Whom to ask."""
    responsible = foreign(holder.responsible) if holder else ""
    named = [one for one in (responsible, shown(frame.agency, LONGEST_LINE), frame.mail) if one]
    yield Heading(_("Questions?"))
    yield Paragraph(" · ".join(named) if named else _("Please ask whoever handed this out to you."))
