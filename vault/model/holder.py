"""The person or firm whom a certificate identifies."""

from typing import NamedTuple


class Holder(NamedTuple):
    """A holder (Zertifikatsinhaber): a row with an id, a name, mail addresses and agency numbers."""

    id: str
    name: str
    addresses: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
