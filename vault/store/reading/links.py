"""Asking for links, and what waits with them."""
# ruff: noqa: S608 - what is put into a statement are lists of columns, every value is bound

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from vault.model.link import Link
from vault.store.reading.asking import Asking, beginning_with, one_blob
from vault.store.rows import LINK, seconds, to_link


class SqlLinks(Asking):
    """A :class:`vault.ports.register.links.LinksReader`."""

    def link(self, link: str) -> Link | None:
        """The link with this id."""
        return self._transaction.one(to_link, f"SELECT {LINK} FROM link WHERE id = ?", (link,))

    def link_with_reference(self, provider: str, reference: str) -> Link | None:
        """The link of ``provider`` with exactly this reference."""
        sql = f"SELECT {LINK} FROM link WHERE provider = ? AND reference = ?"
        return self._transaction.one(to_link, sql, (provider, reference))

    def links_with_prefix(self, prefix: str) -> list[Link]:
        """The links whose id begins with ``prefix``, in the order of their ids."""
        sql = f"SELECT {LINK} FROM link WHERE id >= ? AND id < ? ORDER BY id"
        return self._transaction.all(to_link, sql, beginning_with(prefix))

    def links(self, *, every: bool = False) -> Iterator[Link]:
        """The open links, soonest deadline first, those without one last; all of them with ``every``."""
        which = "" if every else "state = 'open' AND"
        for dated in ("IS NOT NULL", "IS NULL"):
            sql = f"SELECT {LINK} FROM link WHERE {which} deadline {dated} ORDER BY deadline, id"
            yield from self._transaction.each(to_link, sql)

    def links_of(self, holder: str) -> list[Link]:
        """The links of a holder, whatever their state, in the order of their ids."""
        return self._transaction.all(to_link, f"SELECT {LINK} FROM link WHERE holder = ? ORDER BY id", (holder,))

    def open_links_of(self, holder: str) -> list[Link]:
        """The open links of a holder, newest first."""
        sql = f"SELECT {LINK} FROM link WHERE holder = ? AND state = 'open' ORDER BY received DESC, number DESC"
        return self._transaction.all(to_link, sql, (holder,))

    def unclaimed_links_of(self, holders: Sequence[str]) -> list[Link]:
        """The links of these holders that are open or whose file is gone, in any order."""
        return self._of(
            to_link,
            f"SELECT {LINK} FROM link INDEXED BY link_holder WHERE state IN ('open', 'gone') AND holder",
            holders,
        )

    def unsettled_links(self, before: datetime) -> list[Link]:
        """The links that need somebody before this moment.

        Open ones whose deadline is before it, that have none, or whose file is parked; and those whose file is gone.
        """
        waiting = "state = 'open' AND deadline >= ? AND EXISTS (SELECT 1 FROM parked WHERE parked.link = link.id)"
        found: list[Link] = []
        for rule, values in (
            ("state = 'open' AND deadline < ?", (seconds(before),)),
            (waiting, (seconds(before),)),
            ("state = 'open' AND deadline IS NULL", ()),
            ("state = 'gone'", ()),
        ):
            sql = f"SELECT {LINK} FROM link WHERE {rule} ORDER BY deadline, id"
            found += self._transaction.all(to_link, sql, values)
        return found

    def parked(self, link: str) -> bytes | None:
        """The sealed file that waits with a link for its PIN."""
        return self._transaction.one(one_blob, "SELECT sealed FROM parked WHERE link = ?", (link,))
