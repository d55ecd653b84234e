"""Capabilities are types: what needs the root key cannot even be written for a watch."""

from __future__ import annotations

import re
from pathlib import Path

from mypy import api

HERE = Path(__file__).parent
REFUSED = HERE / "refused" / "capabilities.py"


def test_mypy_refuses_exactly_the_marked_lines(tmp_path: Path) -> None:
    """``export(watch, ...)`` is a type error, and so is every other line marked so; nothing else is."""
    root = HERE.parents[1]
    arguments = ["--config-file", str(root / "pyproject.toml"), "--cache-dir", str(tmp_path), str(REFUSED)]
    found, fault, _ = api.run(arguments)
    lines = REFUSED.read_text(encoding="utf-8").splitlines()
    marked = {number for number, line in enumerate(lines, start=1) if line.endswith("# refused")}
    errors = {int(n) for n in re.findall(rf"{re.escape(REFUSED.name)}:(\d+): error", found)}
    assert not fault
    assert errors == marked, found
