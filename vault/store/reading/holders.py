"""Asking for holders, their names, addresses and agency numbers."""
# ruff: noqa: S608 - what is put into a statement are lists of columns, every value is bound

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vault.model.holder import Holder
from vault.store.connection import Row
from vault.store.reading.asking import Asking, beginning_with, one_text, two_texts, whole
from vault.store.rows import HOLDER, to_holder


class SqlHolders(Asking):
    """A :class:`vault.ports.register.holders.HoldersReader`."""

    def holder(self, holder: str) -> Holder | None:
        """The holder with this id."""
        return self.holders([holder]).get(holder)

    def holders(self, ids: Sequence[str]) -> dict[str, Holder]:
        """The holders with these ids; unknown ids are left out."""
        kept = dict(self._of(two_texts, "SELECT id, merged_into FROM holder WHERE merged_into IS NOT NULL AND id", ids))
        named = [kept.get(id_, id_) for id_ in ids] if kept else ids
        rows = self._of(to_holder, f"SELECT {HOLDER} FROM holder WHERE id", named)
        addresses = self._of(whole, "SELECT holder, address, number FROM holder_address WHERE holder", named)
        numbers = self._of(whole, "SELECT holder, agency_number, number FROM holder_number WHERE holder", named)
        of_address, of_number = _by_holder(addresses), _by_holder(numbers)
        found = {
            one.id: one._replace(addresses=of_address.get(one.id, ()), numbers=of_number.get(one.id, ()))
            for one in rows
        }
        return {id_: found[one] for id_, one in zip(ids, named, strict=True) if one in found}

    def every_holder(self) -> list[Holder]:
        """All holders but those who were merged into another, by name."""
        return self._sorted(self._transaction.all(one_text, "SELECT id FROM holder WHERE merged_into IS NULL"))

    def holders_by_name(self) -> list[str]:
        """The ids of all holders but those who were merged into another, by the words of their names, folded."""
        from vault.model.fold import words  # few commands sort by names

        names = self._transaction.all(two_texts, "SELECT id, name FROM holder WHERE merged_into IS NULL")
        names.sort(key=lambda one: (words(one[1]), *one))
        return [holder for holder, _name in names]

    def names(self) -> list[tuple[str, str]]:
        """The id and name of every holder, and the names of those who were merged into one with his id."""
        return self._transaction.all(two_texts, "SELECT coalesce(merged_into, id), name FROM holder ORDER BY name, id")

    def merged_into(self, holder: str) -> list[tuple[str, str]]:
        """The ids and names of the holders who were merged into this one, in the order of their ids."""
        return self._transaction.all(
            two_texts, "SELECT id, name FROM holder WHERE merged_into = ? ORDER BY id", (holder,)
        )

    def holders_named(self, key: str) -> list[Holder]:
        """The holders whose :func:`vault.model.fold.same_name` is ``key``."""
        return self._sorted(self._transaction.all(one_text, "SELECT id FROM holder WHERE same_name = ?", (key,)))

    def holder_with_address(self, address: str) -> Holder | None:
        """The holder with this mail address, blind to case."""
        sql = "SELECT holder FROM holder_address WHERE same_address = ?"
        found = self._transaction.one(one_text, sql, (address.lower(),))
        return None if found is None else self.holder(found)

    def holders_matching(self, words: Sequence[str]) -> list[Holder]:
        """The holders that have, for every one of these folded words, a name word or number that begins with it."""
        sql = "SELECT DISTINCT holder FROM holder_word WHERE word >= ? AND word < ?"
        found: set[str] | None = None
        for word in words:
            those = set(self._transaction.all(one_text, sql, beginning_with(word)))
            found = those if found is None else found & those
        return self._sorted(found or ())

    def _sorted(self, ids: Iterable[str]) -> list[Holder]:
        found = {holder.id: holder for holder in self.holders(sorted(ids)).values()}.values()
        return sorted(found, key=lambda holder: (holder.name, holder.id))


def _by_holder(rows: list[Row]) -> dict[str, tuple[str, ...]]:
    grouped: dict[str, tuple[str, ...]] = {}
    for holder, value, _ in sorted(rows, key=lambda row: row[2]):
        grouped[holder] = (*grouped.get(holder, ()), value)
    return grouped
