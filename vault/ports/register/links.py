"""What operations ask of the register: links, and what waits with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from vault.model.link import Link


class LinksReader(Protocol):
    """Reading links, and what waits with them."""

    def link(self, link: str) -> Link | None:
        """The link with this id."""
        ...

    def link_with_reference(self, provider: str, reference: str) -> Link | None:
        """The link of ``provider`` with exactly this reference."""
        ...

    def links_with_prefix(self, prefix: str) -> list[Link]:
        """The links whose id begins with ``prefix``, in the order of their ids."""
        ...

    def links(self, *, every: bool = False) -> Iterator[Link]:
        """The open links, soonest deadline first, those without one last; all of them with ``every``."""
        ...

    def links_of(self, holder: str) -> list[Link]:
        """The links of a holder, whatever their state, in the order of their ids."""
        ...

    def open_links_of(self, holder: str) -> list[Link]:
        """The open links of a holder, newest first."""
        ...

    def unclaimed_links_of(self, holders: Sequence[str]) -> list[Link]:
        """The links of these holders that are open or whose file is gone, in any order."""
        ...

    def unsettled_links(self, before: datetime) -> list[Link]:
        """The links that need somebody before this moment.

        Open ones whose deadline is before it, that have none, or whose file is parked; and those whose file is gone.
        """
        ...

    def parked(self, link: str) -> bytes | None:
        """The sealed file that waits with a link for its PIN."""
        ...


class LinksWriter(LinksReader, Protocol):
    """Writing them too."""

    def add_link(self, link: Link) -> None:
        """Add a link; id and (provider, reference) must be new. Its parked file is kept by :meth:`park` alone."""
        ...

    def update_link(self, link: Link) -> None:
        """Write the holder, state, refusals, last attempt and pair of the link with this id."""
        ...

    def park(self, link: str, sealed: bytes) -> None:
        """Keep a sealed file with a link, in place of one that is there."""
        ...

    def unpark(self, link: str) -> None:
        """Delete the sealed file of a link."""
        ...
