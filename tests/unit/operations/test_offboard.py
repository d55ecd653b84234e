"""A holder is settled as he was planned, or not at all; a sheet is there with its event, or neither is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.vaults import NOW
from tests.unit.operations.test_audit import Full, events, opener, put
from vault.custody import Custody
from vault.errors import Busy, NoRoom, WouldOverwrite
from vault.model.profile import Profile
from vault.operations import handover, offboard
from vault.ports.opener import Opener

__all__ = ["opener"]


def test_nothing_is_settled_that_was_not_handed_out(
    custody: Custody, profiles: dict[str, Profile], opener: Opener
) -> None:
    """A pair that came in while files were written: all stays as it is, and a person is told to try again."""
    pair = put(custody, opener, profiles, "Müller", 300)
    with custody.reading() as reader:
        holder = reader.holder(pair.holder)
    assert holder is not None
    planned = offboard.leaving(custody, holder)
    put(custody, opener, profiles, "Müller", 400)
    before = events(custody)
    with pytest.raises(Busy):
        offboard.settle(custody, planned, "left", at=NOW, random=os.urandom)
    assert events(custody) == before
    now = offboard.leaving(custody, holder)
    assert [one.state for one in now.current] == ["current"]
    offboard.settle(custody, now, "left", at=NOW, random=os.urandom)
    assert not offboard.leaving(custody, holder).anything


def test_a_full_disk_settles_nothing(custody: Custody, profiles: dict[str, Profile], opener: Opener) -> None:
    """All of it is one transaction."""
    pair = put(custody, opener, profiles, "Müller", 300)
    with custody.reading() as reader:
        holder = reader.holder(pair.holder)
    assert holder is not None
    planned, store = offboard.leaving(custody, holder), custody._store
    custody._store = Full(store, 0)
    with pytest.raises(NoRoom):
        offboard.settle(custody, planned, "left", at=NOW, random=os.urandom)
    custody._store = store
    assert offboard.leaving(custody, holder) == planned


def test_a_sheet_is_there_with_its_event_or_not_at_all(
    custody: Custody, profiles: dict[str, Profile], opener: Opener, tmp_path: Path
) -> None:
    """A full disk under the vault leaves no sheet; another file in its place stays; the same one is recorded anew."""
    pair = put(custody, opener, profiles, "Müller", 300)
    sheet = handover.Sheet(pair, tmp_path / "sheet.pdf", b"%PDF", "keasy")
    store = custody._store
    custody._store = Full(store, 0)
    with pytest.raises(NoRoom):
        handover.write(custody, sheet, at=NOW, random=os.urandom)
    custody._store = store
    assert not sheet.path.exists()
    assert not handover.write(custody, sheet, at=NOW, random=os.urandom).unchanged
    assert handover.write(custody, sheet, at=NOW, random=os.urandom).unchanged
    assert [one.what for one in events(custody)][-2:] == ["sheet-written"] * 2
    with pytest.raises(WouldOverwrite):
        handover.write(custody, sheet._replace(data=b"other"), at=NOW, random=os.urandom)
    assert sheet.path.read_bytes() == b"%PDF"
    way = tmp_path / "way.pdf"
    way.symlink_to(sheet.path)
    with pytest.raises(WouldOverwrite):
        handover.write(custody, sheet._replace(path=way), at=NOW, random=os.urandom)
