"""Vaults that are none, files that were changed, keys that are wrong: each with its code, and nothing is written."""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlcipher3

from tests.attacks.attacker import database, register_key_of
from tests.cli.program import Program
from tests.promises.standing import PIN, contents, state
from tests.support import vaults
from vault.custody import Custody
from vault.errors import CertvaultError
from vault.operations.audit import head
from vault.operations.settings import settings
from vault.operations.verify import verify


def remake(vault: Path) -> None:
    """The folder, empty."""
    shutil.rmtree(vault)
    vault.mkdir()


def newer_slots(vault: Path) -> None:
    """A slot file of a later version, with a field that this one does not know."""
    path = vault / "keyslots.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"version": 2, "more": 1}))


def newer_database(vault: Path) -> None:
    """A database that a later version brought to its form."""
    with closing(sqlcipher3.connect(str(database(vault)), isolation_level=None)) as connection:
        connection.execute(f"PRAGMA key = \"x'{register_key_of(vault).reveal().hex()}'\"").fetchall()
        connection.execute("PRAGMA user_version = 2")


def plain_sqlite(vault: Path) -> None:
    """A database of another kind, without encryption."""
    path = database(vault)
    path.unlink()
    path.touch(0o600)
    with closing(sqlcipher3.connect(str(path), isolation_level=None)) as connection:
        connection.execute("CREATE TABLE pair (id)")


def shorter(path: Path, by: int) -> None:
    """The file without its last bytes."""
    os.truncate(path, path.stat().st_size - by)


BROKEN: dict[str, tuple[Callable[[Path], object], int, str]] = {
    "no folder": (shutil.rmtree, 4, "no-vault"),
    "empty folder": (remake, 4, "no-vault"),
    "no slots": (lambda vault: (vault / "keyslots.json").unlink(), 5, "slots-damaged"),
    "no database": (lambda vault: database(vault).unlink(), 5, "damaged"),
    "newer slots": (newer_slots, 5, "newer-version"),
    "newer database": (newer_database, 5, "newer-version"),
    "plain SQLite": (plain_sqlite, 5, "not-a-certvault"),
    "cut short": (lambda vault: shorter(database(vault), 4096), 5, "damaged"),
    "cut within a page": (lambda vault: shorter(database(vault), 100), 5, "damaged"),
    "empty database": (lambda vault: os.truncate(database(vault), 0), 5, "damaged"),
    "slots cut short": (lambda vault: shorter(vault / "keyslots.json", 500), 5, "slots-damaged"),
    "slots are text": (lambda vault: (vault / "keyslots.json").write_text("certvault"), 5, "slots-damaged"),
}
"""How a vault can be none; the exit code and the error's type."""


@pytest.mark.parametrize("how", BROKEN)
def test_a_vault_that_is_none_says_what_it_is(how: str, program: Program) -> None:
    """Each by its name, from every command that opens it; and nothing is written there."""
    vaults.new_watch_key(program.vault, program.folder / "watch.key")
    make, code, kind = BROKEN[how]
    make(program.vault)
    before = contents(program.vault)
    for command in (
        ["list"],
        ["due", "--watch-key-file", "watch.key"],
        ["add", "new.p12", "--pin-stdin"],
        ["pin", "müller"],
    ):
        error = program.run(*command, "--json", stdin=PIN.encode()).error
        assert (error["code"], error["type"]) == (code, kind)
    assert contents(program.vault) == before


def test_one_changed_byte_is_damage_or_of_no_consequence(program: Program) -> None:
    """At offsets all over both files: what opens is the truth, and the rest is code 5 or 3, never a fault."""
    places = random.Random(5)  # noqa: S311 - the same offsets in every run
    truth = state(program)
    refused = 0
    for path in (database(program.vault), program.vault / "keyslots.json"):
        whole = path.read_bytes()
        for offset in [0, 15, 16, 17, 24, 100, 4079, 4095, 4096, *places.sample(range(len(whole)), 140)]:
            if offset >= len(whole):
                continue
            path.write_bytes(whole[:offset] + bytes([whole[offset] ^ 1 << places.randrange(8)]) + whole[offset + 1 :])
            try:
                assert state(program) == truth
            except CertvaultError as error:
                refused += 1
                if error.code not in {3, 5}:
                    raise
        path.write_bytes(whole)
    assert refused > 100
    assert state(program) == truth


def test_a_page_of_an_older_database_is_found_or_of_no_consequence(program: Program) -> None:
    """Each page as it was before: its own MAC is right, and still no PIN goes with another certificate."""
    path = database(program.vault)
    older = path.read_bytes()
    assert program.run("add", "new.p12", "--pin-stdin", stdin=PIN.encode()).code == 0
    newer = path.read_bytes()
    true = {("current", "PIN-old"), ("current", PIN), ("superseded", "PIN-old")}
    for start in range(0, len(older), 4096):
        path.write_bytes(newer[:start] + older[start : start + 4096] + newer[start + 4096 :])
        try:
            found = state(program)
        except CertvaultError as error:
            if error.code != 5:
                raise
        else:
            assert set(found) <= true


def test_with_a_noted_head_each_page_of_an_older_database_is_found(program: Program) -> None:
    """By what the log says, or by an index that fits no more; or every link, setting and pair is told as it is."""
    path = database(program.vault)
    older = path.read_bytes()
    url = "https://www.arag.de/TokenService/download?did=f83f71f08bdf3c90"
    assert program.run("ingest", url, "--holder", "Neu, Nele").code == 0
    with vaults.custody(program.vault) as custody:
        noted, truth = head(custody), told(custody)
    newer, found = path.read_bytes(), 0
    for start in range(0, len(older), 4096):
        path.write_bytes(newer[:start] + older[start : start + 4096] + newer[start + 4096 :])
        try:
            with vaults.custody(program.vault) as custody:
                found += (contradicts := bool(verify(custody, against=noted).total))
                assert contradicts or told(custody) == truth
        except CertvaultError as error:
            if error.code != 5:
                raise
            found += 1
    assert found > 5


def told(custody: Custody) -> list[object]:
    """What the register holds."""
    with custody.reading() as reader:
        links, pairs = list(reader.links(every=True)), list(reader.pairs(every=True))
        holders = reader.holders([*{link.holder for link in links if link.holder}, *{pair.holder for pair in pairs}])
        return [links, pairs, holders, settings(custody, reader)]


def test_wrong_keys_are_code_3(program: Program) -> None:
    """Passphrase, recovery code and watch key, each with its own error; PINs are not asked for before."""
    other = vaults.new_vault(program.folder / "other")
    wrong = program.folder / "wrong"
    typed = other.reveal()
    changed = ("1" if typed[0] != "1" else "2") + typed[1:]
    for text, kind in (
        ("not the passphrase", "wrong-passphrase"),
        (typed, "wrong-recovery-code"),
        (changed, "recovery-code-mistyped"),
        (vaults.PASSPHRASE.reveal() + " ", "wrong-passphrase"),
        (vaults.PASSPHRASE.reveal().upper(), "wrong-passphrase"),
    ):
        wrong.write_text(text)
        wrong.chmod(0o600)
        error = program.run("list", "--json", "--passphrase-file", wrong).error
        assert (error["code"], error["type"]) == (3, kind)
    vaults.new_watch_key(program.folder / "other", program.folder / "other.key")
    error = program.run("due", "--json", "--watch-key-file", "other.key").error
    assert (error["code"], error["type"]) == (3, "wrong-watch-key")
    for text in ("", "nonsense", "certvault-watch-key-1 AAAA"):
        wrong.write_text(text)
        assert program.run("due", "--json", "--watch-key-file", wrong).error["code"] == 3


def test_without_a_terminal_and_without_a_source_the_ways_are_named(program: Program) -> None:
    """At once: nothing waits for somebody who is not there."""
    begun = time.monotonic()
    for command in (["list"], ["add", "new.p12", "--pin-stdin"], ["pin", "müller"]):
        error = program.run(*command, "--json", stdin=PIN.encode(), env={"CERTVAULT_PASSPHRASE_FILE": ""}).error
        assert (error["code"], error["type"]) == (3, "no-key-given")
        for way in ("--passphrase-file", "CERTVAULT_PASSPHRASE_FILE"):
            assert way in error["hint"]
    assert time.monotonic() - begun < 15
