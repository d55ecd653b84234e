"""What mypy must refuse: each line marked ``refused`` asks of a watch what only a custody can do.

Checked by ``tests/typing/test_capabilities.py``; never run.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

from vault.custody import Custody, Watch
from vault.keys.derive import pairs_key
from vault.model.pair import Pair
from vault.operations.export import export
from vault.operations.pin import reveal
from vault.portal.service import TokenService
from vault.sealing import Sealer
from vault.secret import EventsKey, Pin, RegisterKey, RootKey


def may(custody: Custody, pair: Pair, root: RootKey) -> None:
    """What is allowed: no line here is an error."""
    reveal(custody, pair, to=None, at=datetime.now(UTC), random=os.urandom)
    Sealer(pairs_key(root, "V", 1), "V")


def may_not(watch: Watch, pair: Pair, register: RegisterKey, events: EventsKey, service: TokenService) -> None:
    """What is refused."""
    export(watch, pair, Path(), ending="p12", at=datetime.now(UTC), random=os.urandom)  # refused
    reveal(watch, pair, to=None, at=datetime.now(UTC), random=os.urandom)  # refused
    watch.contents(pair)  # refused
    Sealer(register, "V")  # refused
    Sealer(events, "V")  # refused
    pairs_key(register, "V", 1)  # refused
    service.reach("https://www.arag.de/", None, print)  # refused
    print_text(Pin("1234"))  # refused
    print_text(register)  # refused


def print_text(text: str) -> None:
    """Stands for whatever shows a text."""
