"""The documents for people say what is so: their commands exist, and the tests that they name are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from cli.app import NAMES
from tests.cli.program import ROOT, Program
from vault.errors import CertvaultError

DOCUMENTS = ("threat-model.md", "what-to-do-when.md", "reliability.md")


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
        command = tuple(words[: 2 if words[0] in {"keys", "settings"} else 1])
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


def test_documents_that_hints_name_are_there() -> None:
    """A hint that leads to a document leads somewhere."""
    for hint in (kind.hint for kind in _all(CertvaultError)):
        for name in re.findall(r"docs/[\w-]+\.md", hint):
            assert (ROOT / name).exists()


def _all(kind: type[CertvaultError]) -> Iterator[type[CertvaultError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from _all(each)
