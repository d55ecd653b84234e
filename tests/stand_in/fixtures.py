"""Pytest fixtures of the stand-in: ``pytest_plugins = ["tests.stand_in.fixtures"]`` or an import in a conftest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stand_in.service import StandIn


@pytest.fixture(scope="session")
def stand_in() -> Iterator[StandIn]:
    """One stand-in for each worker; every test offers references of its own."""
    with StandIn.running() as service:
        yield service
