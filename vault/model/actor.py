"""Who acts."""

from typing import NamedTuple


class Actor(NamedTuple):
    """Who acts: the slot that opened the vault and the user of the system, told apart."""

    slot: str
    user: str
