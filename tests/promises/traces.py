"""What a secret looks like when it has got out: its octets, and every usual way to write them."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates


class Traces(NamedTuple):
    """The writings of some secrets: ``needles`` maps each to the secret's name."""

    needles: dict[bytes, str]

    @classmethod
    def of(cls, texts: dict[str, str], octets: dict[str, bytes]) -> Traces:
        """Those of secret ``texts``, and of secret ``octets``, by name."""
        needles = {written: name for name, text in texts.items() for written in _of_text(text)}
        needles |= {written: name for name, data in octets.items() for written in _of_octets(data)}
        return cls(needles)

    def found_in(self, data: bytes) -> set[str]:
        """The names of the secrets that stand in ``data``."""
        return {name for written, name in self.needles.items() if written in data}

    def without(self, *names: str) -> Traces:
        """The same without these secrets."""
        return Traces({written: name for written, name in self.needles.items() if name not in names})


def private_key(pkcs12: bytes, pin: str) -> dict[str, bytes]:
    """The secret octets of a file: the private key's number, and the inside of its PKCS#8 structure."""
    key, _certificate, _chain = load_key_and_certificates(pkcs12, pin.encode())
    assert isinstance(key, EllipticCurvePrivateKey)
    number = key.private_numbers().private_value.to_bytes(32)
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return {"private key": number, "private key, PKCS#8": der}


def _of_text(text: str) -> Iterator[bytes]:
    for form in (text, html.escape(text), quote(text), json.dumps(text)[1:-1], text.lower(), text[::-1]):
        yield form.encode()
        yield form.encode("utf-16-le")
        yield form.encode("utf-16-be")
    yield text.encode("latin-1")
    yield repr(text.encode())[2:-1].encode()
    yield from _written(text.encode())


def _of_octets(data: bytes) -> Iterator[bytes]:
    yield data
    yield data[::-1]
    yield repr(data)[2:-1].encode()
    yield str(int.from_bytes(data)).encode()
    yield from _written(data)


def _written(data: bytes) -> Iterator[bytes]:
    yield data.hex().encode()
    yield data.hex().upper().encode()
    yield data.hex(":").encode()
    for before in range(3):  # wherever it stands in what was written as base64
        skip, whole = -(-before * 8 // 6), (before + len(data)) * 8 // 6
        written = base64.b64encode(bytes(before) + data)[skip:whole]
        yield written
        yield written[: 64 - skip]  # the first line of a PEM
