"""Programs of the system, and that each is named by its whole path."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath

from vault.channels import note
from vault.model import programs


def test_no_program_of_the_folder_one_is_in_is_started() -> None:
    """Whole paths for each of them, and notes are shown by these."""
    for program in (programs.POWERSHELL, programs.SCHTASKS, programs.WHOAMI):
        assert PureWindowsPath(program).is_absolute()
        assert PureWindowsPath(program).suffix == ".exe"
    assert PurePosixPath(programs.OSASCRIPT).is_absolute()
    assert note.POWERSHELL[0] == programs.POWERSHELL
    assert note.OSASCRIPT[0] == programs.OSASCRIPT
