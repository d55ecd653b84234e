"""A watch starts often: what it does not need, it does not load."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.stand_in.slots import keys
from vault.keys.watch_file import contents

ROOT = Path(__file__).parents[3]
PROGRAM = """
import sys
from pathlib import Path
from vault.keys.slots import KeySlots
from vault.keys.unlocking import unlock_watch
from vault.keys.watch_file import read_watch_key
slots = KeySlots.from_bytes(Path(sys.argv[1]).read_bytes(), sys.argv[1])
unlock_watch(slots, read_watch_key(Path(sys.argv[2]).read_bytes(), sys.argv[2]), sys.argv[2])
print(*sys.modules)
"""


STRETCH = """
import resource
from vault.errors import TooLittleMemory
from vault.keys.wrapping import Argon2Profile, argon2_wrap, wrapping_key
from vault.secret import Passphrase
wrap = argon2_wrap(Argon2Profile("large", 1024 * 1024, 1, 1), bytes)
resource.setrlimit(resource.RLIMIT_AS, (1024 * 1024 * 1024, -1))
try:
    wrapping_key(wrap, Passphrase("text"))
except TooLittleMemory as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory can be limited on Linux only")
def test_too_little_memory_is_told() -> None:
    """Where a passphrase cannot be tried for want of memory, that is said, with the figure."""
    done = subprocess.run(
        [sys.executable, "-c", STRETCH], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert "1024 MiB" in done.stdout


def test_unlocking_a_watch_loads_little(tmp_path: Path) -> None:
    """Neither Argon2id nor X.509, key formats, the system's OpenSSL or the code for recovery codes is loaded."""
    made = keys()
    slots, key = tmp_path / "keyslots.json", tmp_path / "watch.key"
    slots.write_bytes(made.slots.to_bytes())
    key.write_bytes(contents(made.watch))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, slots, key],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    loaded = set(done.stdout.split())
    assert "vault.crypto.hpke" in loaded
    for costly in (
        "cryptography.hazmat.primitives.kdf.argon2",
        "cryptography.x509",
        "cryptography.hazmat.primitives.serialization",
        "dataclasses",
        "hashlib",
        "hmac",
        "unicodedata",
        "vault.keys.recovery",
        "vault.keys.making",
    ):
        assert costly not in loaded
