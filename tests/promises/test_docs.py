"""The reference of the commands is what the program says."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.cli.program import ROOT


def test_the_reference_is_fresh() -> None:
    """``docs/commands.md`` is what ``scripts/docs`` would write now."""
    environment = os.environ | {"PYTHONPATH": ".", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "scripts/docs.py"]
    printed = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True).stdout
    assert (ROOT / "docs" / "commands.md").read_bytes() == printed, "run scripts/docs"
