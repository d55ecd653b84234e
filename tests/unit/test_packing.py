"""The file of a backup: what is not as it was written is named, before anybody types a passphrase."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vault import packing
from vault.errors import (
    BackupDamaged,
    CertvaultError,
    FileUnusable,
    NewerVersion,
    NoSuchFile,
    NotABackup,
    WouldOverwrite,
)
from vault.files.writing import publish
from vault.model.canonical import canonical
from vault.model.times import text

HEAD = packing.Head("4H2GA4T4EM6HMR8W", 3, datetime(2026, 11, 22, 8, 0, tzinfo=UTC), 7, 12, "ab" * 32)
SLOTS, DATABASE = b'{"slots": 1}\n', bytes(range(256)) * 40
CODES = b"r" * 32, b"e" * 32


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A backup."""
    database = tmp_path / "database"
    database.write_bytes(DATABASE)
    packing.pack(tmp_path / "backup", HEAD, SLOTS, database, lambda _: CODES)
    return tmp_path / "backup"


def test_what_was_packed_is_read_and_unpacked(file: Path) -> None:
    """Head, slots, database and codes come back as they were given, and the file is its owner's alone."""
    found = packing.read(file)
    assert (found.head, found.slots, found.register_mac, found.events_mac) == (HEAD, SLOTS, *CODES)
    assert found.head.witness == f"12:{'ab' * 32}"
    packing.unpack(found, file.with_name("again"))
    assert file.with_name("again").read_bytes() == DATABASE
    assert file.stat().st_mode & 0o777 == 0o600


def region(size: int, offset: int) -> tuple[type[CertvaultError], str]:
    """What a flipped bit at ``offset`` is told as."""
    begin = packing._FRAME.size + len(file_head())
    slots, database = begin + len(SLOTS), begin + len(SLOTS) + len(DATABASE)
    for end, name in ((begin, "beginning"), (slots, "keys"), (database, "database")):
        if offset < end:
            return BackupDamaged, name
    return BackupDamaged, ("beginning", "keys", "database")[(offset - database) // 32]


def file_head() -> bytes:
    """The head as it is written."""
    return canonical({**HEAD._asdict(), "at": text(HEAD.at)})


def test_one_flipped_bit_is_found_and_named_wherever_it_is(file: Path) -> None:
    """All of the beginning, the keys and the checksums, and places all over the database."""
    whole = file.read_bytes()
    begin, end = packing._FRAME.size + len(file_head()) + len(SLOTS), len(whole) - 160
    for offset in (*range(begin), *range(begin, end, 97), *range(end, len(whole) - 64)):
        file.write_bytes(whole[:offset] + bytes([whole[offset] ^ 1 << offset % 8]) + whole[offset + 1 :])
        with pytest.raises((BackupDamaged, NotABackup, NewerVersion)) as caught:
            packing.read(file)
        if offset >= packing._FRAME.size:
            kind, name = region(len(whole), offset)
            assert (type(caught.value), name in caught.value.fields["what"]) == (kind, True), offset  # type: ignore[operator]


BROKEN: dict[str, tuple[Callable[[bytes], bytes], type[CertvaultError]]] = {
    "empty": (lambda _: b"", NotABackup),
    "a text": (lambda _: b"certvault\n" * 9, NotABackup),
    "an SQLite database": (lambda _: b"SQLite format 3\0" * 500, NotABackup),
    "its first bytes": (lambda whole: whole[:20], BackupDamaged),
    "cut in the head": (lambda whole: whole[:60], BackupDamaged),
    "cut in the database": (lambda whole: whole[:5000], BackupDamaged),
    "without its last byte": (lambda whole: whole[:-1], BackupDamaged),
    "one byte longer": (lambda whole: whole + b"x", BackupDamaged),
    "twice": (lambda whole: whole * 2, BackupDamaged),
    "a later version": (lambda whole: whole[:19] + b"\2" + whole[20:], NewerVersion),
    "version 0": (lambda whole: whole[:19] + b"\0" + whole[20:], BackupDamaged),
    "a head of gigabytes": (lambda whole: whole[:20] + b"\xff" * 4 + whole[24:], BackupDamaged),
    "a database of exabytes": (lambda whole: whole[:28] + b"\xff" * 8 + whole[36:], BackupDamaged),
}


@pytest.mark.parametrize("how", BROKEN)
def test_what_is_no_backup_is_refused(how: str, file: Path) -> None:
    """Each by its name, with exit code 5, and nothing is read beyond what it says it has."""
    change, error = BROKEN[how]
    file.write_bytes(change(file.read_bytes()))
    with pytest.raises(error) as caught:
        packing.read(file)
    assert caught.value.code == 5
    assert not packing.is_backup_of(file, HEAD.vault)


def test_a_file_that_is_none_keeps_nobody_waiting(tmp_path: Path) -> None:
    """A FIFO, a folder, a device, a name that nothing has."""
    os.mkfifo(tmp_path / "fifo")
    for name in ("fifo", ".", "/dev/zero"):
        with pytest.raises(FileUnusable):
            packing.read(tmp_path / name)
    with pytest.raises(NoSuchFile):
        packing.read(tmp_path / "nothing")


def test_a_database_that_changes_while_it_is_unpacked_is_told(file: Path) -> None:
    """Between the check and the unpacking somebody writes to the file."""
    found = packing.read(file)
    whole = file.read_bytes()
    place = found.database[0] + 100
    file.write_bytes(whole[:place] + b"\0\0\0" + whole[place + 3 :])
    with pytest.raises(BackupDamaged):
        packing.unpack(found, file.with_name("again"))


@given(st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_a_hostile_head_is_refused_and_never_a_fault(tmp_path: Path, written: bytes) -> None:
    """Whatever stands where the head should be, with a checksum that fits."""
    with pytest.raises(BackupDamaged):
        packing._head(tmp_path, written)


@pytest.mark.parametrize(
    "change",
    [{"pairs": -1}, {"pairs": True}, {"pairs": "7"}, {"vault": "4h2ga4t4em6hmr8w"}, {"vault": "../../etc"},
     {"hash": "ab"}, {"at": "yesterday"}, {"more": 1}, {"events": 2**60}],
    ids=str,
)  # fmt: skip
def test_a_head_with_an_impossible_value_is_refused(tmp_path: Path, change: dict[str, str | int]) -> None:
    """The id names files and the numbers are shown: both are what they should be."""
    with pytest.raises(BackupDamaged):
        packing._head(tmp_path, canonical(HEAD._asdict() | {"at": "2026-11-22T08:00:00Z"} | change))


@pytest.mark.parametrize("links", [True, False], ids=["hard links", "none"])
def test_a_name_is_given_once(tmp_path: Path, links: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A complete file gets its name, on memory sticks too; a name that is taken stays as it is."""
    if not links:

        def refuse(*_: object) -> None:
            raise PermissionError

        monkeypatch.setattr(os, "link", refuse)
    (tmp_path / "part").write_text("new")
    publish(tmp_path / "part", tmp_path / "name")
    assert (tmp_path / "name").read_text() == "new"
    (tmp_path / "part").write_text("newer")
    with pytest.raises(WouldOverwrite):
        publish(tmp_path / "part", tmp_path / "name")
    assert (tmp_path / "name").read_text() == "new"
