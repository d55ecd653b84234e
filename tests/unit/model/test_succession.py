"""Which lineage a new pair belongs to, and whose place it takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from vault.errors import LineageUnclear, OlderThanCurrent, OtherProvider, SeparateNeedsPurpose
from vault.model.certificate import Certificate
from vault.model.pair import Pair
from vault.model.succession import UNSAID, Place, Placing, place

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def certificate(subject: str = "CN=Müller", years: int = 1) -> Certificate:
    """A certificate that began ``years`` after the current one."""
    start = BEGAN + timedelta(days=365 * years)
    return Certificate(subject, "CN=CA", "02", "cd", start, start + timedelta(days=365))


def pair(name: str = "P", *, subject: str = "CN=Müller", purpose: str = "", provider: str = "arag") -> Pair:
    """A current pair of the holder H."""
    return Pair(
        id=name,
        provider=provider,
        holder="H",
        lineage="L" + name,
        purpose=purpose,
        subject=subject,
        issuer="CN=CA",
        serial="01",
        fingerprint="ab",
        not_before=BEGAN,
        not_after=BEGAN + timedelta(days=365),
        state="current",
        proof="file",
        added=BEGAN,
    )


def test_the_same_subject_is_the_same_lineage_and_holder() -> None:
    """Same provider and subject: the current pair is superseded, and its holder stays."""
    old = pair()
    assert place(certificate(), "arag", [old], [], UNSAID) == Place("LP", "H", "", old)


def test_a_first_certificate_begins_a_lineage() -> None:
    """Nothing is there: a new lineage of whatever holder the caller names."""
    assert place(certificate(), "arag", [], [], UNSAID) == Place(None, None, "", None)


def test_another_subject_of_the_same_holder_is_unclear() -> None:
    """Replaces or stands beside? A person says, and the candidates are named."""
    with pytest.raises(LineageUnclear) as error:
        place(certificate("CN=Meier"), "arag", [], [pair()], UNSAID)
    assert error.value.fields["candidates"] == [{"id": "P", "subject": "CN=Müller"}]


def test_a_purpose_of_its_own_is_a_lineage_of_its_own() -> None:
    """Another purpose is no rival."""
    assert place(certificate("CN=Meier"), "arag", [], [pair()], Placing("second")) == Place(None, None, "second", None)


def test_supersedes_names_the_lineage_whatever_the_subject_and_age() -> None:
    """A person said so: even an older certificate takes the place then."""
    old = pair()
    assert place(certificate("CN=Meier", -1), "arag", [], [old], Placing(supersedes=old)) == Place("LP", "H", "", old)


def test_supersedes_stays_within_a_provider() -> None:
    """A pair of another provider cannot be replaced."""
    with pytest.raises(OtherProvider):
        place(certificate(), "arag", [], [], Placing(supersedes=pair(provider="vhv")))


def test_an_older_certificate_does_not_supersede_by_itself() -> None:
    """The mail of last year, taken in late, must not push out the new pair."""
    with pytest.raises(OlderThanCurrent):
        place(certificate(years=-1), "arag", [pair()], [], UNSAID)


def test_separate_needs_a_purpose_that_is_free() -> None:
    """Two lineages of one holder are told apart by their purpose."""
    for placing in (Placing(separate=True), Placing("second", separate=True)):
        with pytest.raises(SeparateNeedsPurpose):
            place(certificate(), "arag", [pair()], [pair(purpose="second")], placing)
    wanted = place(certificate(), "arag", [pair()], [pair()], Placing("second", separate=True))
    assert wanted == Place(None, None, "second", None)


def test_two_lineages_of_one_subject_are_told_apart_by_purpose() -> None:
    """With the purpose it is clear, without it a person is asked."""
    both = [pair("A"), pair("B", purpose="second")]
    assert place(certificate(), "arag", both, [], Placing("second")).lineage == "LB"
    with pytest.raises(LineageUnclear):
        place(certificate(), "arag", both, [], UNSAID)
