"""How far a mailbox was read."""

from typing import NamedTuple


class ReadUpTo(NamedTuple):
    """The last number (UID) of a mail that was read, and what such numbers hold for there (UIDVALIDITY)."""

    validity: int
    last: int
