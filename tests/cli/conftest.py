"""Fixtures: the program without a vault, with one, and with links that the stand-in knows."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.desk import Desk
from tests.cli.program import Program
from tests.stand_in.service import StandIn
from tests.support.vaults import new_vault


@pytest.fixture
def bare(tmp_path: Path) -> Program:
    """The program without a vault."""
    return Program(tmp_path)


@pytest.fixture
def program(bare: Program) -> Program:
    """The program with an empty vault."""
    new_vault(bare.vault, at=datetime.now(UTC))
    return bare


@pytest.fixture
def desk(program: Program, stand_in: StandIn) -> Desk:
    """The program with a vault, and a stand-in for the insurer."""
    return Desk(program, stand_in)
