"""What other programs find in a PDF (poppler), and what lies in it raw."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import zlib
from typing import NamedTuple

import pytest

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_WORD = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>')
A4 = (595.276, 841.89)
"""Its width and height, in points."""
MILLIMETRE = 72 / 25.4


class Word(NamedTuple):
    """A word as it stands on a page, with its box from the top left corner, in points."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


def text(data: bytes) -> str:
    """All text, in the order in which it is to be read, without the hyphens of broken lines."""
    return _poppler("pdftotext", "-enc", "UTF-8", "-", "-", data=data).replace("\N{SOFT HYPHEN}\n", "")


def flowing(data: bytes) -> str:
    """The same in one line, with one blank wherever there are any."""
    return " ".join(text(data).split())


def words(data: bytes) -> list[Word]:
    """Every word, in whatever page, with where it stands."""
    told = _poppler("pdftotext", "-bbox", "-", "-", data=data)
    return [
        Word(float(left), float(top), float(right), float(bottom), html.unescape(word))
        for left, top, right, bottom, word in _WORD.findall(told)
    ]


def info(data: bytes) -> dict[str, str]:
    """What ``pdfinfo`` says, by its names."""
    lines = (line.partition(":") for line in _poppler("pdfinfo", "-", data=data).splitlines())
    return {name: value.strip() for name, _colon, value in lines}


def fonts(data: bytes) -> list[bool]:
    """Of each font, whether it is in the file."""
    lines = _poppler("pdffonts", "-", data=data).splitlines()[2:]
    return [line.split()[-5] == "yes" for line in lines]


def raw(data: bytes) -> bytes:
    """The file, and what its streams are when they are unpacked."""
    parts = [data]
    for stream in _STREAM.findall(data):
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            parts.append(stream)
    return b"\n".join(parts)


def on_the_page(data: bytes) -> bool:
    """Whether every word stands within the margins of its page, and none on another."""
    found = words(data)
    edge = 20 * MILLIMETRE
    return bool(found) and all(
        edge <= one.left < one.right <= A4[0] - edge
        and 10 * MILLIMETRE <= one.top < one.bottom <= A4[1] - 10 * MILLIMETRE
        for one in found
    )


def _poppler(*command: str, data: bytes) -> str:
    if shutil.which(command[0]) is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(
            "scripts/setup --system installs poppler-utils"
        )
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    return done.stdout.decode()
