"""Which lineage a new pair belongs to, and whose place it takes: pure rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from vault.errors import LineageUnclear, OlderThanCurrent, OtherProvider, SeparateNeedsPurpose
from vault.model.certificate import Certificate
from vault.model.pair import Pair


class Placing(NamedTuple):
    """What a person says about the place of a new pair; by default nothing.

    ``purpose`` tells apart several certificates of one holder at one provider. ``separate`` begins a lineage of its
    own. ``supersedes`` names the current pair whose place is taken.
    """

    purpose: str | None = None
    separate: bool = False
    supersedes: Pair | None = None


UNSAID = Placing()
"""Nobody said anything."""


class Place(NamedTuple):
    """Where a new pair goes. ``lineage`` None is a new one; ``holder`` None is for the caller to say."""

    lineage: str | None
    holder: str | None
    purpose: str
    supersedes: Pair | None


def place(
    certificate: Certificate,
    provider: str,
    same_subject: Sequence[Pair],
    same_holder: Sequence[Pair],
    placing: Placing,
) -> Place:
    """The place of a pair with ``certificate`` at ``provider``.

    ``same_subject`` are the current pairs of this provider whose certificate has the same subject, ``same_holder`` the
    current pairs of the given holder at this provider.

    Same provider and subject: that lineage and its holder, whatever the mail says. Else a new lineage of the given
    holder, unless that holder has a current pair at this provider for this purpose with another subject.
    Raises LineageUnclear where a person must say, OlderThanCurrent where the current pair is the newer one and nobody
    said ``supersedes``, OtherProvider, SeparateNeedsPurpose.
    """
    if placing.supersedes is not None:
        return _named(placing.supersedes, provider)
    if placing.separate:
        return _separate(same_holder, placing)
    fitting = [pair for pair in same_subject if placing.purpose in {None, pair.purpose}]
    if len(fitting) == 1:
        return _succeeding(certificate, fitting[0])
    purpose = placing.purpose or ""
    rivals = fitting or [pair for pair in same_holder if pair.purpose == purpose]
    if rivals:
        raise LineageUnclear(candidates=[{"id": pair.id, "subject": pair.subject} for pair in rivals])
    return Place(None, None, purpose, None)


def _named(pair: Pair, provider: str) -> Place:
    if pair.provider != provider:
        raise OtherProvider(pair=pair.id, provider=provider, other=pair.provider)
    return Place(pair.lineage, pair.holder, pair.purpose, pair)


def _separate(same_holder: Sequence[Pair], placing: Placing) -> Place:
    if not placing.purpose or any(pair.purpose == placing.purpose for pair in same_holder):
        raise SeparateNeedsPurpose
    return Place(None, None, placing.purpose, None)


def _succeeding(certificate: Certificate, current: Pair) -> Place:
    if (certificate.not_before, certificate.not_after) < (current.not_before, current.not_after):
        raise OlderThanCurrent(pair=current.id, candidates=[{"id": current.id, "subject": current.subject}])
    return Place(current.lineage, current.holder, current.purpose, current)
