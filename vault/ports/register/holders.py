"""What operations ask of the register: holders, their names, addresses and agency numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from vault.model.holder import Holder


class HoldersReader(Protocol):
    """Reading holders, their names, addresses and agency numbers."""

    def holder(self, holder: str) -> Holder | None:
        """The holder with this id."""
        ...

    def holders(self, ids: Sequence[str]) -> dict[str, Holder]:
        """The holders with these ids; unknown ids are left out. Who was merged into another is that one."""
        ...

    def every_holder(self) -> list[Holder]:
        """All holders but those who were merged into another, by name."""
        ...

    def holders_by_name(self) -> list[str]:
        """The ids of all holders but those who were merged into another, by the words of their names,
        folded."""
        ...

    def names(self) -> list[tuple[str, str]]:
        """The id and name of every holder, and the names of those who were merged into one with his id."""
        ...

    def merged_into(self, holder: str) -> list[tuple[str, str]]:
        """The ids and names of the holders who were merged into this one, in the order of their ids."""
        ...

    def holders_named(self, key: str) -> list[Holder]:
        """The holders whose :func:`vault.model.fold.same_name` is ``key``."""
        ...

    def holder_with_address(self, address: str) -> Holder | None:
        """The holder with this mail address, blind to case."""
        ...

    def holders_matching(self, words: Sequence[str]) -> list[Holder]:
        """The holders that have, for every one of these folded words, a name word or number that begins with it.

        None for no words.
        """
        ...


class HoldersWriter(HoldersReader, Protocol):
    """Writing them too."""

    def add_holder(self, holder: Holder) -> None:
        """Add a holder; its id must be new. An address that another holder has stays with that one."""
        ...

    def update_holder(self, holder: Holder) -> None:
        """Write all of the holder with this id. An address that another holder has stays with that one."""
        ...

    def merge_holder(self, holder: str, into: str) -> None:
        """Let ``holder`` be another name of ``into``, whose event ``holder-merged`` is there, and who has no pairs,
        links and targets. What was merged into him before follows."""
        ...

    def add_address(self, holder: str, address: str) -> None:
        """Add a mail address to a holder; nothing happens if any holder has it already."""
        ...

    def forget(self, holder: str) -> None:
        """Delete a holder without pairs whose event ``pseudonymised`` is there, with all that names him. Those who were
        merged into him must go before.

        These are his links with the files that wait, his targets, and the texts of the events on him;
        :meth:`Store.wipe` leaves no byte of it.
        """
        ...
