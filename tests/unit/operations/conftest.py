"""A new vault for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import vaults
from vault.custody import Custody
from vault.model.profile import Profile
from vault.profiles import load_all


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a new vault."""
    folder = tmp_path / "vault"
    vaults.new_vault(folder)
    return folder


@pytest.fixture
def custody(folder: Path) -> Iterator[Custody]:
    """The new vault, opened."""
    with vaults.custody(folder) as opened:
        yield opened


@pytest.fixture(scope="session")
def profiles() -> dict[str, Profile]:
    """The providers that ship."""
    return load_all()
