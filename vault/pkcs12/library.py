"""The second path: the crypto library's own reader, for what is not known here (RC2-40, odd BER, other derivations).

It says "invalid password or data" for nearly everything and returns one key where there are several, so it is asked
only after the file's own MAC, or where there is no other way.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

from vault.pkcs12.contents import Contents, Item
from vault.pkcs12.facts import quiet
from vault.secret import Pin


class Refused(Exception):
    """The library does not open the file with this PIN, for whatever reason."""


def opened(data: bytes, pin: Pin) -> Contents:
    """Everything that the library finds in ``data``. Raises Refused."""
    try:
        with quiet():
            found = pkcs12.load_pkcs12(data, pin.reveal().encode())
    except MemoryError:
        raise
    except BaseException as refused:  # its panics are no Exceptions
        if isinstance(refused, (KeyboardInterrupt, SystemExit)):
            raise
        raise Refused from refused
    ends = [found.cert] if found.cert else []
    certificates = [
        Item(each.certificate.public_bytes(Encoding.DER), _text(each.friendly_name))
        for each in (*ends, *found.additional_certs)
    ]
    keys = []
    if found.key is not None:
        keys = [Item(found.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), None)]
    return Contents(keys, certificates, protected=True)


def _text(name: bytes | None) -> str | None:
    return None if name is None else name.decode("utf-8", "replace")
