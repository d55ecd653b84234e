"""Where the vault is: ``--vault DIR``, else CERTVAULT_DIR, else the platform's local data folder."""

from __future__ import annotations

import os
from pathlib import Path


def folder(named: Path | None) -> Path:
    """The folder of the vault; it need not be there yet."""
    if named is not None:
        return named
    if given := os.environ.get("CERTVAULT_DIR"):
        return Path(given)
    from platformdirs import user_data_path

    return user_data_path("certvault", appauthor=False, roaming=False)
