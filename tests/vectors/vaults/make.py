"""Make ``0.1.0`` anew: ``python -m tests.vectors.vaults.make``. Only until 0.1.0 is released, when its format changes.

A vault as certvault 0.1.0 writes it: what is released once must open for ever. Opened by :data:`PASSPHRASE`, whose
derivation is fast because it protects nothing.
"""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.stand_in.certificates import make_pair
from vault import opening
from vault.keys.wrapping import Argon2Profile
from vault.operations import settings
from vault.operations.add import add
from vault.pkcs12.opener import ChildOpener
from vault.profiles import load_all
from vault.secret import Passphrase, Pin

FOLDER = Path(__file__).parent / "0.1.0"
PASSPHRASE = Passphrase("Schlüssel im Schrank")
AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
PAIRS = (("Schäffer, René", "Abc-2025x", 30), ("Schäffer, René", "hK7p-Q2xm", 390), ("Petra Müller", "ä 4711 \\", 360))
"""Holder, PIN, and in how many days it runs out: the first is superseded by the second."""


def make() -> None:
    """Write the vault."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    profile = Argon2Profile("vectors", memory_kib=64, passes=1, lanes=1)
    opening.create(FOLDER, PASSPHRASE, None, user="jo", at=AT, random=os.urandom, profile=profile)
    with ChildOpener(os.urandom) as opener, opening.custody(FOLDER, PASSPHRASE, user="jo", at=AT) as custody:
        settings.change(custody, "timezone", "Europe/Vienna", at=AT)
        for holder, pin, days in PAIRS:
            file = make_pair(holder, pin, not_after=AT + timedelta(days=days))
            profiles = load_all()
            add(custody, file, Pin(pin), opener=opener, profiles=profiles, holder=holder, at=AT, random=os.urandom)
    (FOLDER / "vault.lock").unlink()


if __name__ == "__main__":
    make()
