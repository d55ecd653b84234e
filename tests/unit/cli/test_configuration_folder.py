"""Where the user's own configuration lies."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from cli import configuration


@pytest.mark.parametrize("home", ["/home/petra", "/srv/jobs"])
@pytest.mark.parametrize("xdg", [None, "", " ", "/etc/petra"])
def test_it_is_the_platforms_folder(home: str, xdg: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it is found without the library that knows every platform."""
    monkeypatch.delenv("CERTVAULT_CONFIG_DIR", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("HOME", home)
    if xdg is not None:
        monkeypatch.setenv("XDG_CONFIG_HOME", xdg)
    usual = platformdirs.user_config_path("certvault", appauthor=False, roaming=True)
    assert configuration.folder() == usual
    monkeypatch.setenv("CERTVAULT_CONFIG_DIR", "/own")
    assert configuration.folder() == Path("/own")
