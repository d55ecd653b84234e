"""Fetching many links with one list of PINs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cli import progress
from cli.session import Session
from cli.texts import _
from vault.operations import fetch, fetch_all
from vault.operations.fetch_all import Match, Outcome
from vault.operations.pinlist import Line, PinList, Refused

if TYPE_CHECKING:
    from vault.custody import Custody
    from vault.ledger.pairs import Stored
    from vault.model.link import Link
    from vault.ports.opener import Opener


class Order(NamedTuple):
    """The options of ``fetch --all``."""

    pins: Path
    dry: bool = False
    failed: Path | None = None


class Report(NamedTuple):
    """What came of it, in the order of the rows; ``left`` were not begun because a person interrupted it."""

    outcomes: list[Outcome]
    refused: list[Refused]
    empty: list[int]
    left: int = 0


def run(session: Session, custody: Custody, opener: Opener, pins: PinList, order: Order) -> Report:
    """Fetch each link that the list names. What was told before an interruption is in the vault.

    A broken profile of the user's own costs the links of its provider and no others.
    """
    matches, refused = fetch_all.matched(custody, pins, session.readable)
    if order.dry:
        return Report([Outcome(match, None) for match in matches], refused, pins.empty)

    def one(link: Link, line: Line) -> Stored:
        return fetch.fetch(
            custody,
            link,
            line.pins[0],
            profile=session.profile(link.provider),
            portal=session.portal,
            opener=opener,
            progress=lambda _arrived, _expected: None,
            providers=session.providers(),
            activating=session.activating(),
            at=session.now(),
            random=session.random,
        )

    return _told(matches, refused, pins.empty, one)


def _told(matches: list[Match], refused: list[Refused], empty: list[int], one: fetch_all.Fetch) -> Report:
    outcomes: list[Outcome] = []
    with progress.counted(_("Fetching")) as shown:
        try:
            for outcome in fetch_all.fetch_all(matches, one):
                outcomes.append(outcome)
                shown(len(outcomes), len(matches))
        except KeyboardInterrupt:
            pass
    return Report(outcomes, refused, empty, len(matches) - len(outcomes))
