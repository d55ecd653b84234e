"""Programs that read what certvault writes: OpenSSL, NSS and Java. What each finds in a file, or why it refuses.

PINs go through files, never through an argument. A program that is missing skips the test, and fails it in CI.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.stand_in.programs import program

JAVA = Path(__file__).parent / "java"
_NAME = re.compile(rb"friendlyName: (.*)")
_KEY = re.compile(r"^<\s*\d+>\s+\w+\s+[0-9a-f]+\s+(.+?)\s*$", re.MULTILINE)


class Readers:
    """The programs, and the files that they read: NAME.p12 with its PIN in NAME.pin, in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._nss: list[str] = []

    def put(self, name: str, data: bytes, pin: str) -> None:
        """A file that is to be read."""
        (self.folder / f"{name}.p12").write_bytes(data)
        (self.folder / f"{name}.pin").write_text(pin + "\n", encoding="utf-8")

    def openssl(self, name: str, *options: str) -> str:
        """The PEM of its key and certificates, the certificates in the order of the file; else what is wrong."""
        done = _call("openssl", "pkcs12", *options, "-in", self._file(name), "-passin", self._pin(name), "-noenc")
        if done.returncode:
            return "refused: " + done.stderr.decode(errors="replace")
        lines = done.stdout.decode(errors="replace").splitlines(keepends=True)
        inside, found = False, []
        for line in lines:
            inside |= line.startswith("-----BEGIN ")
            found += [line] if inside else []
            inside &= not line.startswith("-----END ")
        return "".join(found)

    def friendly_names(self, name: str) -> list[str]:
        """The names that openssl tells, of key and certificates, which it prints in Latin-1."""
        done = _call("openssl", "pkcs12", "-in", self._file(name), "-passin", self._pin(name), "-noenc")
        return [found.decode("latin-1") for found in _NAME.findall(done.stdout)]

    def nss(self, name: str) -> str:
        """The names of the private keys that a new database of NSS has after taking the file in; else what is wrong."""
        where = ("-d", f"sql:{self._database()}")
        done = _call("pk12util", "-i", self._file(name), *where, "-w", self.folder / f"{name}.pin")
        if done.returncode:
            return "refused: " + done.stderr.decode(errors="replace")
        keys = _call("certutil", "-K", *where).stdout.decode(errors="replace")
        return "\n".join(_KEY.findall(keys))

    def java(self, names: Sequence[str]) -> dict[str, str]:
        """What one Java machine finds in each file: alias and length of the chain, else why it refuses."""
        listed = self.folder / "names"
        listed.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
        program("javac")  # which ``java FILE`` runs
        done = _call("java", "-XX:TieredStopAtLevel=1", JAVA / "Opens.java", listed, self.folder)
        assert done.returncode == 0, done.stderr
        told = (line.partition("\t") for line in done.stdout.decode().splitlines())
        return {name: found for name, _tab, found in told}

    def _database(self) -> Path:
        """A new database: a copy of an empty one would share its keys' ids."""
        path = self.folder / f"nss-{len(self._nss)}"
        self._nss.append(path.name)
        path.mkdir()
        _call("certutil", "-N", "-d", f"sql:{path}", "--empty-password")
        return path

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.p12"

    def _pin(self, name: str) -> str:
        return f"file:{self.folder / name}.pin"


def _call(name: str, *arguments: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [program(name), *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
