"""The documents for people say what is so: their commands exist, and the tests that they name are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from cli import guide
from cli.app import NAMES
from tests.cli.program import ROOT, Program
from vault.errors import CertvaultError

DOCUMENTS = (
    "threat-model.md",
    "what-to-do-when.md",
    "what-to-do-when.de.md",
    "reliability.md",
    "providers.md",
    "targets.md",
)


@cache
def text(name: str) -> str:
    """A document."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def calls(document: str) -> set[str]:
    """Every call of the program in text and blocks."""
    inline = re.findall(r"`(certvault [^`]+)`", document)
    blocks = [line for line in document.splitlines() if line.strip().startswith("certvault ")]
    return {call.strip() for call in [*inline, *blocks]}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_command_and_option_is_the_programs(name: str, tmp_path: Path) -> None:
    """The command is there, and its help page knows the options."""
    program, pages = Program(tmp_path), dict[tuple[str, ...], str]()
    for call in calls(text(name)):
        words = call.split()[1:]
        assert words[0] in NAMES, call
        command = tuple(words[: 2 if words[0] in {"keys", "config", "providers", "holders", "targets"} else 1])
        if command not in pages:
            answer = program.run(*command, "--help")
            assert answer.code == 0, call
            pages[command] = answer.out
        options = [word for word in words if word.startswith("--")]
        assert all(re.search(rf"{option}\b", pages[command]) for option in options), call


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_test_and_page_that_is_named_is_there(name: str) -> None:
    """Pointers lead to files; the README leads here."""
    document = text(name)
    for path in re.findall(r"`((?:tests|scripts)/[\w/.-]+)`", document):
        assert (ROOT / path).exists(), path
    for target in re.findall(r"\]\(([^)#]+)\)", document):
        assert (ROOT / "docs" / target).exists(), target
    assert f"docs/{name}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_statement_of_the_threat_model_has_its_test() -> None:
    """Each section that is defended in any way names one, and says what is not defended."""
    for section in text("threat-model.md").split("\n## ")[1:]:
        assert "`tests/" in section, section
        assert "Not defended:" in section, section


def test_topics_that_the_program_names_are_there() -> None:
    """Whatever leads to ``certvault help TOPIC``, a hint of an error or any other text, leads somewhere."""
    with (ROOT / "cli/texts/de/LC_MESSAGES/certvault.po").open("rb") as file:
        catalogue = [text for message in read_po(file) for text in (message.id, message.string)]
    said = [kind.hint for kind in _all(CertvaultError)] + [text for text in catalogue if isinstance(text, str)]
    named = {name for text in said for name in re.findall(r"certvault help ([a-z-]+)", text)}
    assert len(named) > 5
    assert named <= {one.name for one in guide.topics("en")}


def test_both_languages_have_the_same_topics_in_one_order() -> None:
    """Each has a heading of its own, and under it the same commands; only names to fill in may differ."""
    english, german = guide.topics("en"), guide.topics("de")
    assert [one.name for one in english] == [one.name for one in german]
    assert len({one.name for one in english}) == len(english)
    for one, other in zip(english, german, strict=True):
        assert (one.title == other.title) is (one.language == other.language), one.name
        assert listed(one.text) == listed(other.text), one.name
    for name in guide.WHAT_TO_DO.values():
        assert text(name).count("\n## ") == len(english) - 1, "every heading has its line <!-- help NAME: WORDS -->"
    assert any(one.title == guide.WHO_CAN_DO_WHAT for one in english)


def listed(document: str) -> list[list[str]]:
    """The commands to copy, without what a person fills in."""
    lines = [line.split() for line in document.splitlines() if line.strip().startswith("certvault ")]
    return [[word for word in line if word.islower() and "'" not in word] for line in lines]


def _all(kind: type[CertvaultError]) -> Iterator[type[CertvaultError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from _all(each)
