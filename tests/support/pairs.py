"""Pairs of every kind of key, as PEM: those of ``tests/vectors/pairs``."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parents[1] / "vectors" / "pairs"
KINDS = ("rsa-2048", "rsa-3072", "rsa-4096", "rsa-pss", "p-256", "p-384", "p-521", "ed25519")
_BLOCK = re.compile(r"-----BEGIN [A-Z ]+-----\n.*?-----END [A-Z ]+-----\n", re.DOTALL)


class PemPair(NamedTuple):
    """A private key, its certificate, and the two authorities above it."""

    key: str
    certificate: str
    chain: tuple[str, ...]

    def whole(self, chain: int) -> str:
        """All of it in one text, with so much of the chain."""
        return self.key + self.certificate + "".join(self.chain[:chain])


def pem_pair(kind: str) -> PemPair:
    """The pair of one kind of key."""
    key, certificate, *chain = _BLOCK.findall((FOLDER / f"{kind}.pem").read_text("ascii"))
    return PemPair(key, certificate, tuple(chain))


def der_of(pem: str | bytes) -> bytes:
    """What stands in one block of PEM."""
    text = pem if isinstance(pem, str) else pem.decode("ascii")
    return base64.b64decode("".join(text.splitlines()[1:-1]))


def blocks(pem: str | bytes) -> list[str]:
    """The blocks of a text."""
    return _BLOCK.findall(pem if isinstance(pem, str) else pem.decode("ascii"))
