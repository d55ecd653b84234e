"""Markdown on a terminal: as much of it as the documents use that come with the program."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from cli.render.paper import Paper

COLUMNS = 80
"""Where the paper has no width of its own, as in a pipe."""
WIDEST = 90

_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_TESTS = re.compile(r"\s*\(`tests/[^()]*\)")
_EMPHASIS = re.compile(r"\*([^*]+)\*")
_CODE = re.compile(r"`([^`]+)`")
_ITEM = re.compile(r"(?P<indent> *)(?P<mark>- |\d+\. )")


def write(paper: Paper, markdown: str) -> None:
    """Write ``markdown``: headings, paragraphs, lists and code, which is never broken.

    The names of tests, which only a developer can look up, are left out.
    """
    for block in _blocks(_TESTS.sub("", _LINK.sub(r"\1", markdown))):
        if _is_fence(block[0]):
            for line in block[1:-1]:
                paper.stream.write("    " + paper.styled(line, "cyan") + "\n")
        elif block[0].startswith("#"):
            paper.write(block[0].lstrip("# "), "bold")
        else:
            _paragraph(paper, block)


def _blocks(markdown: str) -> Iterator[list[str]]:
    """Each code block, heading, paragraph, item of a list and empty line, as its lines."""
    block: list[str] = []
    code = False
    for line in markdown.splitlines():
        if code:
            block.append(line)
            code = not _is_fence(line)
            continue
        if block and (not line.strip() or _is_fence(line) or _ITEM.match(line) or _is_fence(block[0])):
            yield block
            block = []
        if not line.strip():
            yield [""]
            continue
        block.append(line)
        code = _is_fence(line)
    if block:
        yield block


def _is_fence(line: str) -> bool:
    return line.lstrip().startswith("```")


def _paragraph(paper: Paper, block: list[str]) -> None:
    text = _EMPHASIS.sub(r"\1", " ".join(line.strip() for line in block))
    item = _ITEM.match(block[0])
    indent = len(block[0]) - len(block[0].lstrip())
    lines = textwrap.fill(
        text,
        min(paper.width or COLUMNS, WIDEST) - 1,
        initial_indent=" " * indent,
        subsequent_indent=" " * (item.end() if item else indent),
        break_long_words=False,
        break_on_hyphens=False,
    )
    paper.stream.write((_CODE.sub(lambda code: _coloured(paper, code[1]), lines) if paper.colour else lines) + "\n")


def _coloured(paper: Paper, code: str) -> str:
    return "\n".join(paper.styled(line, "cyan") for line in code.split("\n"))
