"""The person or firm whom a certificate identifies."""

from typing import NamedTuple


class Holder(NamedTuple):
    """A holder (Zertifikatsinhaber): a row with an id, a name, mail addresses and agency numbers.

    ``mobile`` is the telephone number that gets the PIN, ``responsible`` who of the agency looks after him, ``tags``
    are single words. Whatever is not known is empty.
    """

    id: str
    name: str
    addresses: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    mobile: str = ""
    responsible: str = ""
    tags: tuple[str, ...] = ()
