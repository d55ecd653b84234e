"""The topics of ``certvault help``: what to do when something is lost, stolen or broken, and who can do what.

They are the project's documents themselves. The line below a heading names its topic, and the words that lead to it::

    ## The PIN is said to be wrong
    <!-- help pin-wrong: refused -->
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from vault.errors import N_, NoSuchTopic, TopicUnclear
from vault.model import fold
from vault.model.fold import folded

WHAT_TO_DO = {"en": "what-to-do-when.md", "de": "what-to-do-when.de.md"}
"""Each language's own document, with the same topics in the same order."""
THREATS = "threat-model.md"
WHO_CAN_DO_WHAT = N_("Who can do what")
"""The heading of :data:`THREATS`, which is in English alone."""

_SECTION = re.compile(r"^##? (?P<title>.+)\n<!-- help (?P<name>[a-z-]+): (?P<words>.+) -->\n", re.MULTILINE)


class Topic(NamedTuple):
    """One topic; ``words`` lead to it beside its name and title, ``text`` is Markdown in ``language``."""

    name: str
    title: str
    words: str
    text: str
    language: str


def topics(language: str) -> list[Topic]:
    """All topics, as far as there are any in this language."""
    return [*_sections(WHAT_TO_DO[language], language), *_sections(THREATS, "en")]


def topic(words: Sequence[str], language: str) -> Topic:
    """The topic that is meant: by its name, else the beginning of it, else words of any language.

    Raises NoSuchTopic and TopicUnclear.
    """
    asked = " ".join(words)
    name = folded(asked).replace(" ", "-")
    there = topics(language)
    for found in (
        [one.name for one in there if folded(one.name) == name],
        [one.name for one in there if folded(one.name).startswith(name)],
        _by_words(fold.words(asked)),
    ):
        if len(found) == 1:
            return next(one for one in there if one.name == found[0])
        if found:
            raise TopicUnclear(name=asked, topics=", ".join(found))
    raise NoSuchTopic(name=asked)


def beginning(name: str) -> list[str]:
    """The names of the topics that begin with the word ``name``."""
    return [one.name for one in topics("en") if one.name.startswith(f"{name}-")]


def introduction(language: str) -> str:
    """What stands above the topics of what to do."""
    return _document(WHAT_TO_DO[language]).split("\n## ")[0].partition("\n")[2].strip()


def _by_words(asked: Sequence[str]) -> list[str]:
    """The names of the topics that have a word beginning with each of those asked for, in whatever language."""
    known: dict[str, set[str]] = {}
    for language in WHAT_TO_DO:
        for one in topics(language):
            known.setdefault(one.name, set()).update(fold.words(f"{one.name} {one.title} {one.words}"))
    return [name for name, words in known.items() if asked and all(any(w.startswith(a) for w in words) for a in asked)]


def _sections(file: str, language: str) -> Iterator[Topic]:
    document = _document(file)
    marks = list(_SECTION.finditer(document))
    ends = [*(mark.start() for mark in marks[1:]), len(document)]
    for mark, end in zip(marks, ends, strict=True):
        yield Topic(mark["name"], mark["title"], mark["words"], document[mark.end() : end].strip(), language)


def _document(file: str) -> str:
    """A document that comes with the program; in a checkout it is the project's own."""
    shipped = Path(__file__).parent / "documents"
    folder = shipped if shipped.is_dir() else Path(__file__).parents[1] / "docs"
    return (folder / file).read_text(encoding="utf-8")
