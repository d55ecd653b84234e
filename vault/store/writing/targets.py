"""Writing where pairs are installed."""
# ruff: noqa: S608 - what is put into a statement are names of the program's own columns, every value is bound

from __future__ import annotations

from typing import TYPE_CHECKING

from vault.store.rows import INSTALLATION, TARGET, from_installation, from_target
from vault.store.writing.changing import Changing

if TYPE_CHECKING:
    from vault.model.target import Installation, Target

_WANTED = "(SELECT id FROM pair WHERE lineage = ? AND state = 'current')"


class SqlTargetsWriter(Changing):
    """A :class:`vault.ports.register.targets.TargetsWriter`."""

    def add_target(self, target: Target) -> None:
        """Add a target; its id must be new."""
        self._transaction.change(f"INSERT INTO target ({TARGET}) VALUES (?, ?, ?, ?, ?, ?)", from_target(target))

    def update_target(self, target: Target) -> None:
        """Write since when the target with this id is dropped, and whose it is."""
        self._one(
            "UPDATE target SET holder = ?, dropped = ? WHERE id = ?",
            (target.holder, from_target(target)[5], target.id),
        )

    def add_installation(self, installation: Installation) -> None:
        """Add one; its id, and the lineage at this target, must be new. ``wanted`` is what the store knows."""
        row = from_installation(installation)
        self._transaction.change(
            f"INSERT INTO installation ({INSTALLATION}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, {_WANTED}, ?)",
            (*row[:9], installation.lineage, row[10]),
        )

    def update_installation(self, installation: Installation) -> None:
        """Write where it belongs, which pair is there, until when, said when and by whom, and since when it is
        dropped. ``wanted`` is what the store knows."""
        row = from_installation(installation)
        self._one(
            "UPDATE installation SET target = ?, lineage = ?, pair = ?, until = ?, at = ?, by = ?, dropped = ?,"
            f" wanted = {_WANTED} WHERE id = ?",
            (*row[1:3], *row[5:9], row[10], installation.lineage, installation.id),
        )
