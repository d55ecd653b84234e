"""Fetch many links with one list of PINs: each row names its link, and its PIN goes to that link and to no other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from vault.custody import Watch
from vault.errors import (
    N_,
    Ambiguous,
    CertvaultError,
    LinkUnclear,
    NotFound,
    NotReachable,
    OutcomeUnknown,
    PinRefused,
    PortalLeftAlone,
)
from vault.ledger.holders import has_number, holder_of_row
from vault.ledger.pairs import Stored
from vault.model.fold import same_name
from vault.model.holder import Holder
from vault.model.ids import normalised
from vault.model.link import Link
from vault.operations import find
from vault.operations.find import Profiles
from vault.operations.pinlist import Line, PinList, Refused, short_of_zeros
from vault.operations.register import link_row

MOST_REFUSALS = 3
"""PINs that one provider may refuse in a row: then the list is probably wrong, and a portal may lock."""
_SILENT = (NotReachable, OutcomeUnknown)

Fetch = Callable[[Link, Line], Stored]


class Match(NamedTuple):
    """A row and the link that it names; ``done`` says that its pair is in the vault already."""

    line: Line
    link: Link
    holder: str | None
    done: bool = False


class Outcome(NamedTuple):
    """What became of a row: None for one whose pair is here already, or in a dry run."""

    match: Match
    result: Stored | CertvaultError | None


def matched(watch: Watch, pins: PinList, profiles: Profiles) -> tuple[list[Match], list[Refused]]:
    """The rows with their links, and those that cannot be used. No link has two rows; nothing is guessed."""
    short = short_of_zeros(pins.lines)
    found: list[Match] = []
    refused = list(pins.refused)
    for line in pins.lines:
        if line.number in short:
            refused.append(short[line.number])
            continue
        try:
            found.append(_match(watch, line, profiles))
        except CertvaultError as error:
            refused.append(Refused(line.number, error))
    times = Counter(match.link.id for match in found)
    twice = [match for match in found if times[match.link.id] > 1]
    refused += [Refused(match.line.number, LinkUnclear(why=N_("another row names the same link"))) for match in twice]
    refused.sort(key=lambda one: one.number)
    return [match for match in found if times[match.link.id] == 1], refused


def fetch_all(matches: Sequence[Match], fetch: Fetch) -> Iterator[Outcome]:
    """What becomes of each row, one after the other, one PIN for each link.

    A provider that refuses several in a row, or does not answer, is asked no more.
    """
    refused: Counter[str] = Counter()
    for match in matches:
        provider = match.link.provider
        if match.done:
            yield Outcome(match, None)
        elif refused[provider] >= MOST_REFUSALS:
            yield Outcome(match, PortalLeftAlone(provider=provider))
        else:
            result = _fetched(match, fetch)
            if isinstance(result, PinRefused):
                refused[provider] += 1
            elif isinstance(result, _SILENT):
                refused[provider] = MOST_REFUSALS
            elif isinstance(result, Stored):
                refused[provider] = 0
            yield Outcome(match, result)


def _fetched(match: Match, fetch: Fetch) -> Stored | CertvaultError:
    try:
        return fetch(match.link, match.line)
    except CertvaultError as error:
        return error


def _match(watch: Watch, line: Line, profiles: Profiles) -> Match:
    """The link of a row: by its id or reference, or by the whole name or agency number of a holder who has one.

    Raises LinkUnclear, HolderUnclear.
    """
    if len(line.pins) != 1:
        raise LinkUnclear(why=N_("no title says which cell is the PIN"))
    name = line.id or line.reference or f"{_whose(watch, line)} {line.provider}".strip()
    try:
        link = find.link(watch, name, profiles)
    except NotFound:
        raise LinkUnclear(why=N_("no link answers to it")) from None
    except Ambiguous:
        raise LinkUnclear(why=N_("several links answer to it")) from None
    holder = link_row(watch, link).holder
    if not _is_meant(line, link, holder):
        raise LinkUnclear(why=N_("no link answers to it"))
    return Match(line, link, holder.name if holder else None, done=link.state == "claimed" and link.pair is not None)


def _whose(watch: Watch, line: Line) -> str:
    """The agency number of a row, where somebody here has it, else its name."""
    with watch.reading() as reader:
        holder = holder_of_row(reader, line.holder, line.agency)
    return line.agency if holder is not None and has_number(holder, line.agency) else line.holder


def _is_meant(line: Line, link: Link, holder: Holder | None) -> bool:
    """Whether the row says exactly this link: a PIN must not go to one that is merely like it."""
    if line.id:
        return normalised(line.id) == link.id
    if line.reference:
        return line.reference == link.reference
    if holder is None:
        return False
    return has_number(holder, line.agency) or (bool(line.holder) and same_name(line.holder) == same_name(holder.name))
