"""Tests that root alone can run, because they become, or give files to, somebody else."""

from __future__ import annotations

import os

import pytest


def needed() -> None:
    """Fail in CI and skip elsewhere where the tests do not run as root."""
    if os.geteuid() != 0:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("root alone can be somebody else")
