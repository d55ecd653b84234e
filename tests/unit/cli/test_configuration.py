"""Where the user's own configuration lies."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from platformdirs import user_config_path

from cli import configuration


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the library is asked")
@pytest.mark.parametrize("named", [None, "", " ", "/srv/config"])
def test_the_folder_is_the_one_that_the_library_names(monkeypatch: pytest.MonkeyPatch, named: str | None) -> None:
    """Said without loading it, because every ``due`` looks there."""
    monkeypatch.delenv("CERTVAULT_CONFIG_DIR", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    if named is not None:
        monkeypatch.setenv("XDG_CONFIG_HOME", named)
    assert configuration.folder() == Path(user_config_path("certvault", appauthor=False, roaming=True))
