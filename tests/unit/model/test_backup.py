"""When a fresh backup is missing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from vault.model.backup import Latest, Missing, missing

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def ago(days: float) -> datetime:
    """So many days before now."""
    return NOW - timedelta(days=days)


@pytest.mark.parametrize(("days", "told"), [(0, False), (1, False), (29.9, False), (30, True), (400, True)])
def test_a_vault_without_a_backup_is_told_thirty_days_after_its_first_pair(days: float, told: bool) -> None:
    """A new vault is left in peace; the date is that of the first pair."""
    assert missing(None, ago(days), NOW) == (Missing("never", ago(days)) if told else None)


def test_a_vault_without_pairs_needs_no_backup() -> None:
    """There is nothing to lose."""
    assert missing(None, None, NOW) is None
    assert missing(Latest(ago(400), same_disk=True), None, NOW) is None


@pytest.mark.parametrize(("days", "told"), [(0, False), (29.9, False), (30, True)])
def test_a_backup_elsewhere_counts_for_thirty_days(days: float, told: bool) -> None:
    """After that the date is that of the backup."""
    assert missing(Latest(ago(days), same_disk=False), ago(900), NOW) == (Missing("old", ago(days)) if told else None)


def test_a_backup_on_the_same_disk_is_told_at_once() -> None:
    """The disk that breaks takes both."""
    assert missing(Latest(ago(0), same_disk=True), ago(2), NOW) == Missing("same-disk", ago(0))


@pytest.mark.parametrize("same_disk", [True, False])
def test_the_setting_is_read_as_it_was_written(same_disk: bool) -> None:
    """When, and whether on the same disk."""
    assert Latest.of(Latest(NOW, same_disk).text()) == Latest(NOW, same_disk)


@pytest.mark.parametrize("value", [None, "", "other-disk", "2026-13-01T00:00:00Z other-disk", "2026-11-22T08:00:00 x"])
def test_a_setting_that_no_program_wrote_silences_nothing(value: str | None) -> None:
    """Whoever has the register key can write anything there: then there was no backup."""
    assert Latest.of(value) is None
