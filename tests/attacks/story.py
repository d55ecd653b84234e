"""A vault worth attacking: two holders, several pairs, one of them superseded; made once, copied for each test."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from tests.attacks.attacker import register_key_of
from tests.stand_in.certificates import make_pair
from tests.support import vaults
from tests.support.vaults import NOW
from vault.custody import Custody
from vault.model.pair import Contents, Pair
from vault.model.succession import UNSAID, Placing
from vault.operations.add import add
from vault.pkcs12.opener import ChildOpener
from vault.ports.opener import Opener
from vault.profiles import load_all
from vault.secret import Pin, RegisterKey

YEAR = timedelta(days=365)
PROFILES = load_all()


class Story(NamedTuple):
    """The vault and what is true about it. ``mueller`` and ``schmidt`` are current, ``old`` is Müller's before."""

    folder: Path
    register: RegisterKey
    old: Pair
    mueller: Pair
    schmidt: Pair
    genuine: dict[str, Contents]

    def copied(self, folder: Path) -> Story:
        """The same vault in another folder, to be spoilt."""
        shutil.copytree(self.folder, folder)
        return self._replace(folder=folder)


def put(custody: Custody, file: bytes, pin: str, opener: Opener, holder: str, placing: Placing = UNSAID) -> Pair:
    """Add a pair; gives it as it was stored."""
    stored = add(
        custody,
        file,
        Pin(pin),
        opener=opener,
        profiles=PROFILES,
        provider="arag",
        holder=holder,
        placing=placing,
        at=NOW,
        random=os.urandom,
    )
    return stored.pair


def make(folder: Path) -> Story:
    """A new story in ``folder``."""
    vaults.new_vault(folder)
    files = [
        ("Müller", "PIN-old-1", NOW + timedelta(days=30)),
        ("Müller", "PIN-mueller-2", NOW + YEAR),
        ("Schmidt", "PIN-schmidt-3", NOW + timedelta(days=40)),
    ]
    pairs, genuine = [], {}
    with ChildOpener(os.urandom) as opener, vaults.custody(folder) as custody:
        for name, pin, last in files:
            file = make_pair(name, pin, not_after=last)
            pair = put(custody, file, pin, opener, name)
            pairs.append(pair)
            genuine[pair.fingerprint] = Contents(file, Pin(pin))
        with custody.reading() as reader:
            old, mueller, schmidt = (reader.pair(pair.id) for pair in pairs)
    assert old
    assert mueller
    assert schmidt
    return Story(folder, register_key_of(folder), old, mueller, schmidt, genuine)
