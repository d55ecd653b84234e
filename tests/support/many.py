"""Vaults with many pairs, written by the library itself: every sealed value is a real one, every pair has its event."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, NamedTuple

from tests.stand_in.certificates import Authority, make_pair
from tests.support import vaults
from vault import opening
from vault.custody import CERTIFICATE_COLUMNS, Custody, reckoned
from vault.ledger.events import record
from vault.model.holder import Holder
from vault.model.ids import new_id
from vault.model.pair import Contents, Pair
from vault.ports.store import Writer
from vault.secret import Pin

PAIRS_OF_ONE = 5
"""Pairs that one holder has; the first holder has one."""
AT_ONCE = 5000
"""Pairs of one transaction."""


LOAD_ONLY = """
import os, sys
from pathlib import Path
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
files = sorted(Path(sys.argv[1]).glob("*.p12"))
cores = os.cpu_count() or 1
children = []
for number in range(cores):
    child = os.fork()
    if not child:
        for path in files[number::cores]:
            load_pkcs12(path.read_bytes(), f"Pin{path.stem}x".encode())
        os._exit(0)
    children.append(child)
sys.exit(any(os.waitpid(child, 0)[1] for child in children))
"""
"""A program that loads the files of :func:`files`, and does nothing else, on all cores."""

WRITE_ONLY = """
import os, sys
from pathlib import Path
source, target = map(Path, sys.argv[1:])
for path in source.rglob("*.p12"):
    new = target / path.relative_to(source)
    new.parent.mkdir(parents=True, exist_ok=True)
    with new.open("xb") as file:
        file.write(path.read_bytes())
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(new.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
"""
"""A program that writes the files of a folder anew, each safe on the disk, and does nothing else."""


class Size(NamedTuple):
    """How many pairs, and how many of them are due within 60 days."""

    pairs: int
    due: int


def fill(folder: Path, size: Size, file: bytes, pin: str, *, at: datetime) -> None:
    """A new vault in ``folder``, opened by :data:`tests.support.vaults.PASSPHRASE`, with pairs of made-up holders.

    ``file`` is what is sealed in every pair; the first pair's row tells the truth about it, so that it opens.
    """
    vaults.new_vault(folder, at=at)
    contents = Contents(file, Pin(pin))
    with opening.custody(folder, vaults.PASSPHRASE, user="bench", at=at) as custody:
        rows = _pairs(size, contents, at)
        for start in range(0, size.pairs, AT_ONCE):
            with custody.writing() as writer:
                for number in range(start, min(start + AT_ONCE, size.pairs)):
                    _put(custody, writer, number, next(rows), contents)


def fill_true(folder: Path, files: Iterable[bytes], pin: str, *, at: datetime) -> list[Pair]:
    """A new vault in ``folder`` with a pair for each of ``files``, every one of which opens; a few to each holder."""
    vaults.new_vault(folder, at=at)
    pairs: list[Pair] = []
    with vaults.custody(folder) as custody, custody.writing() as writer:
        holder = ""
        for number, file in enumerate(files):
            if number % PAIRS_OF_ONE == 0:
                holder = new_id(os.urandom)
                writer.add_holder(Holder(holder, f"Makler {number} GmbH"))
            contents = Contents(file, Pin(pin))
            true = reckoned(contents)
            pair = Pair(
                new_id(os.urandom),
                "arag",
                holder,
                lineage=new_id(os.urandom),
                purpose=f"Vermittlernummer {number}",
                **{field: getattr(true, field) for field in CERTIFICATE_COLUMNS},
                state="current",
                proof="file",
                added=at,
            )
            sealed = custody.seal(pair, contents, os.urandom)
            writer.add_pair(pair, sealed)
            said = {"proof": "file", "sealed": hashlib.sha256(sealed).hexdigest()}
            record(custody, writer, "pair-added", at=at, pair=pair.id, holder=holder, **said)
            pairs.append(pair)
    return pairs


def _put(custody: Custody, writer: Writer, number: int, pair: Pair, contents: Contents) -> None:
    if _first_of_one(number):
        name = "Petra Müller" if number == 0 else f"Makler {number} GmbH"
        writer.add_holder(Holder(pair.holder, name, (f"makler{number}@example.org",)))
    sealed = custody.seal(pair, contents, os.urandom)
    writer.add_pair(pair, sealed)
    said = {"proof": "file", "sealed": hashlib.sha256(sealed).hexdigest()}
    record(custody, writer, "pair-added", at=pair.added, pair=pair.id, holder=pair.holder, **said)


def _first_of_one(number: int) -> bool:
    return number == 0 or number % PAIRS_OF_ONE == 1


def _pairs(size: Size, contents: Contents, at: datetime) -> Iterator[Pair]:
    """The rows: the first is that of ``contents``, then those that are due, then the rest over two years."""
    true = reckoned(contents)
    holder = ""
    for number in range(size.pairs):
        if _first_of_one(number):
            holder = new_id(os.urandom)
        made_up = hashlib.sha256(f"certificate {number}".encode()).hexdigest()
        last = at + (timedelta(days=1 + number % 59) if 0 < number <= size.due else timedelta(days=100 + number % 630))
        yield Pair(
            id=new_id(os.urandom),
            provider="arag",
            holder=holder,
            lineage=new_id(os.urandom),
            purpose="" if number == 0 else f"Vermittlernummer {number}",
            subject=true.subject if number == 0 else f"CN=Makler {number},O=Makler {number} GmbH,C=DE",
            issuer=true.issuer,
            serial=true.serial if number == 0 else made_up[:32],
            fingerprint=true.fingerprint if number == 0 else made_up,
            not_before=true.not_before if number == 0 else last - timedelta(days=365),
            not_after=true.not_after if number == 0 else last,
            state="current",
            proof="file",
            added=at,
        )


def files(
    folder: Path, count: int, key: Literal["ec", "rsa"], authority: Authority, *, named: bool = True
) -> tuple[Path, Path]:
    """``count`` certificate files in the new ``folder``, and the list with their PINs; gives both.

    Where the list is not ``named``, nothing in it says whose PIN it is.
    """
    folder.mkdir()
    rows = ["Datei;Inhaber;PIN" if named else "PIN"]
    for number in range(count):
        pin = f"Pin{number:05}x"
        file = make_pair(f"Makler {number} GmbH", pin, key=key, authority=authority)
        (folder / f"{number:05}.p12").write_bytes(file)
        rows.append(f"{number:05}.p12;Makler {number} GmbH;{pin}" if named else pin)
    pins = folder.with_suffix(".csv")
    pins.write_text("\r\n".join(rows), encoding="utf-8-sig")
    pins.chmod(0o600)
    return folder, pins
