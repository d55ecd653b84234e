"""Certificates that lie ready: for each of some holders one after the other, each with a PIN of its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.stand_in.certificates import make_authority, make_pair
from tests.support.vaults import NOW
from vault.pkcs12 import inside
from vault.ports.opener import Opened
from vault.secret import Pin


class Paper(NamedTuple):
    """A certificate file and its PIN. ``digest`` is the file's SHA-256, ``fingerprint`` the certificate's."""

    holder: str
    pin: str
    pkcs12: bytes
    digest: str
    fingerprint: str


class Supply(NamedTuple):
    """The papers by holder, in their order, and by fingerprint."""

    of: Mapping[str, list[Paper]]
    known: Mapping[str, Paper]


class Inside:
    """An opener without a child process: the files are our own, thousands are opened, and each is opened once."""

    def open(self, pkcs12: bytes, pin: Pin) -> Opened:
        """As the port says."""
        return _opened(pkcs12, pin.reveal())


@cache
def _opened(pkcs12: bytes, pin: str) -> Opened:
    return inside.prove(pkcs12, Pin(pin), (Pin("stranger"),))


def make(folder: Path, holders: int, each: int) -> None:
    """Write ``each`` files for so many holders into ``folder``, and their fingerprints beside them."""
    authority, index = make_authority(at=NOW), {}
    folder.mkdir()
    for holder in range(holders):
        for number in range(each):
            last, pin = NOW + timedelta(days=200 + number), f"PIN-{holder}-{number}"
            file = make_pair(f"Müller {holder}", pin, not_after=last, authority=authority)
            (folder / f"{holder}-{number}.p12").write_bytes(file)
            index[f"{holder}-{number}"] = (pin, inside.opened(file, Pin(pin)).certificate.fingerprint)
    (folder / "index.json").write_text(json.dumps(index))


def load(folder: Path) -> Supply:
    """What :func:`make` wrote there."""
    of: dict[str, list[Paper]] = {}
    for name, (pin, fingerprint) in json.loads((folder / "index.json").read_text()).items():
        file = (folder / f"{name}.p12").read_bytes()
        holder = f"Müller {name.partition('-')[0]}"
        of.setdefault(holder, []).append(Paper(holder, pin, file, hashlib.sha256(file).hexdigest(), fingerprint))
    return Supply(of, {paper.fingerprint: paper for papers in of.values() for paper in papers})
