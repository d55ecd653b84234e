"""What operations ask of the register: where pairs are installed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from vault.model.target import Installation, Target


class TargetsReader(Protocol):
    """Reading it. What was dropped is among it, unless it says otherwise."""

    def targets(self, ids: Sequence[str]) -> list[Target]:
        """The targets with these ids, in the order in which they were added."""
        ...

    def targets_of(self, holders: Sequence[str]) -> list[Target]:
        """The targets of these holders, in the order in which they were added."""
        ...

    def targets_after(self, after: str, *, limit: int) -> list[Target]:
        """A page of all targets, in the order of their ids: at most ``limit`` of those whose id is above ``after``."""
        ...

    def targets_with_prefix(self, prefix: str) -> list[Target]:
        """The targets whose id begins with ``prefix``, in the order of their ids."""
        ...

    def installations_at(self, targets: Sequence[str]) -> list[Installation]:
        """What belongs into these targets, by provider."""
        ...

    def installations_of(self, lineages: Sequence[str]) -> list[Installation]:
        """Where the pairs of these lineages belong."""
        ...

    def installations_with_prefix(self, prefix: str) -> list[Installation]:
        """Those whose id begins with ``prefix``, in the order of their ids."""
        ...

    def to_install(self, at: datetime) -> list[Installation]:
        """Where another pair is wanted than the one that is there, which has not run out at this moment; of places that
        were not dropped."""
        ...


class TargetsWriter(TargetsReader, Protocol):
    """Writing it too."""

    def add_target(self, target: Target) -> None:
        """Add a target; its id must be new."""
        ...

    def update_target(self, target: Target) -> None:
        """Write since when the target with this id is dropped, and whose it is. Another holder gets it only where the
        last event, ``target-moved``, says so."""
        ...

    def add_installation(self, installation: Installation) -> None:
        """Add one; its id, and the lineage at this target, must be new. ``wanted`` is what the store knows."""
        ...

    def update_installation(self, installation: Installation) -> None:
        """Write which pair is there, until when, said when and by whom, and since when it is dropped; where it belongs,
        too.

        What is there changes only where the last event says so (``installed``, ``install-withdrawn``), and where it
        belongs only after ``target-moved``. ``wanted`` is what the store knows.
        """
        ...
