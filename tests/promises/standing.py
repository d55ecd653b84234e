"""The program with a vault that holds Müller's certificate, and his next one beside it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.program import Program
from tests.stand_in.certificates import make_pair
from tests.support import vaults

PIN = "PIN-room-1"
"""The PIN of the certificate that lies beside the vault, ``new.p12``."""


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The program with a vault, a file of Müller's in it, and a newer one beside it."""
    program = Program(tmp_path)
    vaults.new_vault(program.vault, at=datetime.now(UTC))
    for name, pin, days in (("old", "PIN-old", 30), ("new", PIN, 300)):
        last = datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)
        (tmp_path / f"{name}.p12").write_bytes(make_pair("Müller", pin, not_after=last))
    assert program.run("add", "old.p12", "--pin-stdin", stdin=b"PIN-old").code == 0
    return program


def state(program: Program) -> list[tuple[str, str]]:
    """Every pair with its PIN, read back by the library: it opens."""
    with vaults.custody(program.vault) as custody:
        with custody.reading() as reader:
            pairs = list(reader.pairs(every=True))
        return [(pair.state, custody.contents(pair).pin.reveal()) for pair in pairs]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder``."""
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
