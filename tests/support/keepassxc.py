"""The same pairs in KeePassXC, by its command line: to measure beside it."""

from __future__ import annotations

import base64
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

from tests.support.cost import Cost, Run
from tests.support.many import Size

PASSWORD = "bench"
LEAST = "100"
"""Milliseconds of key derivation: the least that ``keepassxc-cli import`` takes."""
_HEAD = '<?xml version="1.0" encoding="UTF-8"?><KeePassFile><Meta><Generator>certvault</Generator><Binaries>'


class KeePassXC:
    """A database in which each entry is a pair: the PIN as its password, the file attached, an expiry date."""

    def __init__(self, program: str, folder: Path, cost: Cost) -> None:
        self.program = program
        self.database = folder / "pairs.kdbx"
        self.cost = cost

    def version(self) -> str:
        """The program's version."""
        return self.cost.done(Run([self.program, "--version"])).strip()

    def fill(self, size: Size, file: bytes, pin: str) -> None:
        """A new database with as many entries as ``size`` says, every attachment a different one."""
        source = self.database.with_suffix(".xml")
        source.write_text("".join(_xml(size, len(file), pin)), encoding="utf-8")
        twice = f"{PASSWORD}\n{PASSWORD}\n"
        arguments = [self.program, "import", "-q", "-p", "-t", LEAST, str(source), str(self.database)]
        self.cost.done(Run(arguments, twice))
        source.unlink()

    def expiring(self) -> Run:
        """Find what runs out within 60 days."""
        return self._run("search", "is:expired-60")

    def take_out(self, number: int, path: Path) -> Run:
        """Write the file of one entry."""
        return self._run("attachment-export", f"Makler {number}", "pair.p12", str(path))

    def replace(self, number: int, path: Path) -> Run:
        """Put another file in the place of one entry's. Its PIN would need a second command."""
        return self._run("attachment-import", "-f", f"Makler {number}", "pair.p12", str(path))

    def _run(self, command: str, *rest: str) -> Run:
        options = [each for each in rest if each == "-f"]
        named = [each for each in rest if each != "-f"]
        return Run([self.program, command, "-q", *options, str(self.database), *named], f"{PASSWORD}\n")


def _xml(size: Size, length: int, pin: str) -> Iterator[str]:
    yield _HEAD
    for number in range(size.pairs):
        yield f'<Binary ID="{number}" Compressed="False">{_base64(os.urandom(length))}</Binary>'
    yield f"</Binaries></Meta><Root><Group><UUID>{_base64(uuid.uuid4().bytes)}</UUID><Name>Root</Name>"
    for number in range(size.pairs):
        yield _entry(number, pin, due=0 < number <= size.due)
    yield "</Group></Root></KeePassFile>"


def _entry(number: int, pin: str, *, due: bool) -> str:
    last = "2020-01-01T00:00:00Z" if due else "2099-01-01T00:00:00Z"
    return (
        f"<Entry><UUID>{_base64(uuid.uuid4().bytes)}</UUID>"
        f"<Times><Expires>True</Expires><ExpiryTime>{last}</ExpiryTime></Times>"
        f"<String><Key>Title</Key><Value>Makler {number}</Value></String>"
        f'<String><Key>Password</Key><Value ProtectInMemory="True">{pin}</Value></String>'
        f'<Binary><Key>pair.p12</Key><Value Ref="{number}"/></Binary></Entry>'
    )


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
