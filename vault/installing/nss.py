"""The certificate database of NSS, in which Firefox, Thunderbird and Chromium on Linux keep client certificates.

By its own programs, ``pk12util`` and ``certutil`` (Debian: libnss3-tools). They read file and passwords by names of
files: those are descriptors that they inherit.
"""

from __future__ import annotations

import configparser
import hashlib
import os
import re
import shutil
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path

from vault.errors import N_, NoStore, NotInstalled, NotOffered, Phrase, StoreLocked
from vault.installing.programs import Call, Done, Run, can_hold, held, refused, run
from vault.secret import Pin, StorePassword

_DATABASE = "cert9.db"
_WHERE = os.defpath + ":/usr/local/bin"
"""Where the programs are looked for: not where the environment says."""
_ENVIRONMENT: Mapping[str, str] = {"LC_ALL": "C.UTF-8"}
_TRUST = re.compile(r"(?<![ \t])[ \t]+([a-zA-Z]*),[a-zA-Z]*,[a-zA-Z]*[ \t]*$\n?", re.MULTILINE)
"""What ends an entry of ``certutil -L``; a ``u`` in its first part says that the private key is there."""
_TITLE = "JAR/XPI"
"""What ends the head of that list."""
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)
_FIREFOX = (
    ".mozilla/firefox",
    "snap/firefox/common/.mozilla/firefox",
    ".var/app/org.mozilla.firefox/.mozilla/firefox",
    ".config/mozilla/firefox",
)
_LONGEST_LIST = 1_000_000
_UNUSABLE = (b"SEC_ERROR_BAD_DATABASE", b"SEC_ERROR_LEGACY_DATABASE", b"SEC_ERROR_READ_ONLY", b"SEC_ERROR_BUSY")
_IN_USE = N_("The database is in use, or damaged. Close the program whose database it is, and try again.")


def firefox_profiles(home: Path) -> list[Path]:
    """The folders of the Firefox profiles of this user that have a database."""
    found = [folder for place in _FIREFOX for folder in _profiles(home / place)]
    return [folder for folder in dict.fromkeys(found) if (folder / _DATABASE).is_file()]


class NssDatabase:
    """An ``Installer`` for the database in ``folder``; ``password`` opens one that has a primary password."""

    def __init__(self, folder: Path, password: StorePassword | None = None, *, run: Run = run) -> None:
        self._folder = folder
        self._password = password
        self._run = run

    @property
    def place(self) -> str:
        """The folder of the database."""
        return str(self._folder.absolute())

    def check(self) -> None:
        """Raise NotOffered where this cannot be done on this machine, NoStore where there is no database."""
        if not can_hold():
            raise NotOffered(what=N_("The database of Firefox is written by certvault on Linux alone."))
        for program in ("pk12util", "certutil"):
            if shutil.which(program, path=_WHERE) is None:
                what = Phrase(N_("The program {program} is not there."), program=program)
                raise NotOffered(what=what, hint=N_("On Debian and Ubuntu: apt-get install libnss3-tools"))
        if not (self._folder / _DATABASE).is_file():
            raise NoStore(path=str(self._folder))

    def holds(self, fingerprint: str) -> bool:
        """Whether the certificate with this SHA-256 fingerprint is there with its private key."""
        names = dict.fromkeys(_own(self._certutil("-L")[:_LONGEST_LIST]))
        return any(fingerprint in self._fingerprints(name) for name in names)

    def put(self, pkcs12: bytes, pin: Pin, fingerprint: str) -> None:
        """Put the pair in. Raises StoreLocked; NotInstalled unless it is there then, whatever the program says."""
        with held(pkcs12, _line(pin.reveal())) as (file, secret):
            call = ("-i", file.path, "-w", secret.path)
            done = self._program("pk12util", *call, inherits=(file.descriptor, secret.descriptor))
        if b"ailed to authenticate" in done.err:
            raise StoreLocked(path=self.place)
        if not self.holds(fingerprint):
            raise _refused("pk12util", done)

    def _fingerprints(self, name: str) -> Iterator[str]:
        """Those of the certificates of one name; a renewed one has the name of the old.

        A name that the program does not find again, as whoever made a file may have chosen one, hinders no other.
        """
        done = self._program("certutil", "-L", "-n", name, "-a")
        for pem in _PEM.findall(done.out.decode("ascii", "replace")):
            yield hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()

    def _certutil(self, *arguments: str) -> str:
        done = self._program("certutil", *arguments)
        if done.code:
            raise _refused("certutil", done)
        return done.out.decode("utf-8", "replace")

    def _program(self, name: str, *arguments: str, inherits: tuple[int, ...] = ()) -> Done:
        program = shutil.which(name, path=_WHERE) or name
        where = ("-d", f"sql:{self.place}")
        if self._password is None:
            return self._run(Call((program, *arguments, *where), b"", inherits, _ENVIRONMENT))
        option = "-k" if name == "pk12util" else "-f"
        with held(_line(self._password.reveal())) as (secret,):
            given = (option, secret.path)
            return self._run(
                Call((program, *arguments, *where, *given), b"", (*inherits, secret.descriptor), _ENVIRONMENT)
            )


def _own(listed: str) -> Iterator[str]:
    """The names of the certificates whose private keys are there; one may go over several lines."""
    parts = _TRUST.split(listed.partition(_TITLE)[2].lstrip("\n"))
    return (name for name, trust in zip(parts[::2], parts[1::2], strict=False) if "u" in trust)


def _line(secret: str) -> bytes:
    return secret.encode() + b"\n"


def _profiles(place: Path) -> Iterator[Path]:
    """The folders that ``profiles.ini`` names."""
    read = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        read.read(place / "profiles.ini", encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError, OSError):
        return
    for name in read.sections():
        if name.startswith("Profile") and (path := read.get(name, "Path", fallback="")):
            yield place / path if read.get(name, "IsRelative", fallback="1") == "1" else Path(path)


def _refused(program: str, done: Done) -> NotInstalled:
    return refused(program, done, hint=_IN_USE if any(one in done.err for one in _UNUSABLE) else None)
