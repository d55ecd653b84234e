"""Vaults for tests: real files and real keys, with a derivation that takes no time."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from vault import opening
from vault.custody import Custody, Watch
from vault.keys.making import Label
from vault.keys.recovery import new_code
from vault.keys.watch_file import read_watch_key
from vault.keys.wrapping import Argon2Profile
from vault.operations.keys import add_watch
from vault.secret import Passphrase, RecoveryCode

FAST = Argon2Profile("test", memory_kib=64, passes=1, lanes=1)
"""Parameters of Argon2id for tests only."""
PASSPHRASE = Passphrase("MARKED-passphrase-7f3a9c")
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def new_vault(
    folder: Path, passphrase: Passphrase = PASSPHRASE, *, at: datetime = NOW, group: int | None = None
) -> RecoveryCode:
    """A new vault in ``folder``; gives its recovery code."""
    code = new_code(os.urandom)
    opening.create(folder, passphrase, code, user="tester", at=at, random=os.urandom, group=group, profile=FAST)
    return code


def custody(folder: Path, *, exclusive: bool = False) -> AbstractContextManager[Custody]:
    """The vault in ``folder``, opened with the passphrase."""
    return opening.custody(folder, PASSPHRASE, user="tester", at=NOW, exclusive=exclusive)


def new_watch_key(folder: Path, path: Path, name: str = "Nachtlauf") -> Path:
    """A watch key for the vault in ``folder``, in the file ``path``."""
    with custody(folder, exclusive=True) as opened:
        add_watch(opened, path, Label(name), at=NOW, random=os.urandom)
    return path


@contextmanager
def watch(folder: Path, key: Path) -> Iterator[Watch]:
    """The vault in ``folder``, opened with the watch key in the file ``key``."""
    found = read_watch_key(key.read_bytes(), str(key))
    with opening.watch(folder, found, path=str(key), user="tester", at=NOW) as opened:
        yield opened


def counting_random() -> Callable[[int], bytes]:
    """Bytes that are different at each call and the same in each run: for ids, never for keys."""
    numbers = itertools.count(1)
    return lambda count: next(numbers).to_bytes(count)
