"""What was asked of a provider and not answered yet, and what has to be activated before it works."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from vault.model.link import Link
from vault.model.pair import Pair


class Request(NamedTuple):
    """That a provider was asked for a new certificate in place of ``pair``, or for a new link in place of ``link``.

    One of them is an id, the other None; ``at`` is when, of several times the last. ``provider`` and ``holder`` are
    those of the pair or link: they are read with it and not written.
    """

    pair: str | None
    link: str | None
    at: datetime
    provider: str = ""
    holder: str | None = None

    @property
    def about(self) -> str:
        """The id of the pair or link."""
        return self.pair or self.link or ""

    def overdue(self, days: int) -> datetime:
        """When an answer should have come that takes so many days."""
        return self.at + timedelta(days=days)


class Activation(NamedTuple):
    """That a pair must be activated at its provider before it works, since it came."""

    pair: str
    since: datetime
    provider: str = ""
    holder: str = ""


def answered(request: Request, links: Iterable[Link], pairs: Iterable[Pair]) -> bool:
    """Whether a request was answered: a link, a file or a pair of the same holder and provider came after it.

    ``links`` are those that are not used up, ``pairs`` the current ones. A mail's time is that of its sender, so a link
    counts that came in after the request, or was mailed after it.
    """
    return any(_came(request, link) for link in links) or any(
        (pair.holder, pair.provider) == (request.holder, request.provider)
        and pair.id != request.pair
        and pair.added >= request.at
        for pair in pairs
    )


def _came(request: Request, link: Link) -> bool:
    return (
        link.kind != "pin"
        and link.id != request.link
        and request.holder is not None
        and (link.holder, link.provider) == (request.holder, request.provider)
        and max(link.received, link.recorded or link.received) >= request.at
    )
