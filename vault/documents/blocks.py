"""What a document is made of: words alone, nothing of how they look. All of it is plain text, never markup."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

Change = Callable[[str], str]


class Heading(NamedTuple):
    """A heading below the title."""

    text: str

    def changed(self, change: Change) -> Heading:
        """The same, with its text changed."""
        return Heading(change(self.text))


class Paragraph(NamedTuple):
    """Running text."""

    text: str

    def changed(self, change: Change) -> Paragraph:
        """The same, with its text changed."""
        return Paragraph(change(self.text))


class Facts(NamedTuple):
    """Names and their values, one below the other; no value is hyphenated."""

    rows: Sequence[tuple[str, str]]

    def changed(self, change: Change) -> Facts:
        """The same, with its texts changed."""
        return Facts([(change(name), change(value)) for name, value in self.rows])


class Groups(NamedTuple):
    """Something long to compare, in short groups, monospaced."""

    groups: Sequence[str]

    def changed(self, change: Change) -> Groups:
        """The same, with its texts changed."""
        return Groups([change(group) for group in self.groups])


class Steps(NamedTuple):
    """What to do, in numbered steps. No word is hyphenated, for they name files and buttons."""

    texts: Sequence[str]

    def changed(self, change: Change) -> Steps:
        """The same, with its texts changed."""
        return Steps([change(text) for text in self.texts])


class Code(NamedTuple):
    """What is typed from the paper: large, monospaced, to the letter."""

    text: str

    def changed(self, change: Change) -> Code:
        """The same, with its text changed."""
        return Code(change(self.text))


class Spelling(NamedTuple):
    """Each character of a :class:`Code`, with what one says for it."""

    rows: Sequence[tuple[str, str]]

    def changed(self, change: Change) -> Spelling:
        """The same, with its texts changed."""
        return Spelling([(change(sign), change(words)) for sign, words in self.rows])


Block = Heading | Paragraph | Facts | Groups | Steps | Code | Spelling


class Document(NamedTuple):
    """A document in a ``language``: who sends it and its date stand at its head, ``foot`` at its foot, and beside that
    ``pages`` where there are several, with its fields ``{page}`` and ``{pages}``."""

    title: str
    language: str
    sender: str
    date: str
    foot: str
    pages: str
    blocks: Sequence[Block]

    def changed(self, change: Change) -> Document:
        """The same, with all its texts changed."""
        head = {name: change(getattr(self, name)) for name in ("title", "sender", "date", "foot", "pages")}
        return self._replace(**head, blocks=[block.changed(change) for block in self.blocks])
