"""A vault with links whose certificates wait at the stand-in."""

from __future__ import annotations

import itertools
import os
from datetime import UTC, datetime, timedelta

from tests.cli.mails import forwarded
from tests.cli.program import Program
from tests.stand_in.certificates import make_pair
from tests.stand_in.service import StandIn

_NUMBERS = itertools.count(1)


class Desk:
    """The program with a vault, and a stand-in for the insurer."""

    def __init__(self, program: Program, service: StandIn) -> None:
        self.program = program
        self.service = service
        program.environment |= service.environment()

    def link(self, name: str, pin: str, *, days: int = 365, common_name: str = "", times: int = 3) -> str:
        """A mail for ``name`` is taken in, whose certificate waits for ``pin``; gives the did."""
        did = f"{os.getpid():08x}{next(_NUMBERS):08x}"
        file = pair(common_name or name, pin, days=days)
        self.service.offer(did, pin=pin, file=file, times=times)
        mail = self.program.folder / f"{did}.eml"
        mail.write_bytes(forwarded(name, did))
        assert self.program.run("ingest", mail).code == 0
        return did


def pair(name: str, pin: str, *, days: int = 365, since: int = 1) -> bytes:
    """A PKCS#12 for ``name`` that began ``since`` days ago and runs out in ``days`` days."""
    now = datetime.now(UTC)
    return make_pair(name, pin, not_before=now - timedelta(days=since), not_after=now + timedelta(days=days))
