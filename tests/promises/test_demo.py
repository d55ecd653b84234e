"""The demonstration comes out as told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def tell(folder: Path, language: str) -> subprocess.CompletedProcess[str]:
    """Run the demonstration with its vault in ``folder``."""
    command = [sys.executable, "scripts/demo.py", "--lang", language, "--folder", str(folder)]
    environment = os.environ | {"PYTHONPATH": "."}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=120
    )


@pytest.mark.parametrize(("language", "stand_in"), [("en", "stand-in"), ("de", "Attrappe")])
def test_story_comes_out_as_told(tmp_path: Path, language: str, stand_in: str) -> None:
    """Every step ends as told, it is said that the insurer is a stand-in, and nothing but the one folder is left."""
    done = tell(tmp_path / "demo", language)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert done.stdout.count(stand_in) >= 3
    assert "\x1b" not in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_folder_of_somebody_else_stays(tmp_path: Path) -> None:
    """A folder that the demonstration did not make is not touched."""
    mine = tmp_path / "demo" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("mine")
    assert tell(tmp_path / "demo", "en").returncode == 2
    assert mine.read_text() == "mine"
