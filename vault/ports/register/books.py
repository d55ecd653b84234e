"""What operations ask of the register: the settings, and what the register knows of its slot file."""

from __future__ import annotations

from typing import Protocol


class BooksReader(Protocol):
    """Reading the settings, and what the register knows of its slot file."""

    def setting(self, name: str) -> str | None:
        """The value of a setting, or None."""
        ...

    def settings_beginning(self, beginning: str) -> dict[str, str]:
        """The settings whose names begin so, with their values."""
        ...

    def setting_auth(self, name: str) -> bytes | None:
        """The authentication that a setting was put with, or None."""
        ...

    def slots_counter(self) -> int:
        """The counter of the slot file that belongs to this database."""
        ...


class BooksWriter(BooksReader, Protocol):
    """Writing them too."""

    def put_setting(self, name: str, value: str, auth: bytes) -> None:
        """Set a setting, with its authentication under the events key."""
        ...

    def set_slots_counter(self, counter: int) -> None:
        """Write the counter of the slot file."""
        ...
