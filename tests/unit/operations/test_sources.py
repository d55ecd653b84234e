"""Folders, mailboxes and Maildirs: each mail of them once, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stand_in.outlook import BODY, SUBJECT, outlook
from tests.support.privileges import ROOT
from vault.errors import CertvaultError, FileUnusable, SourceNotReadable
from vault.mail.reading import LONGEST
from vault.operations.sources import Source, in_paths

MAIL = b"From: a@b.example\nDate: Mon, 30 Sep 2019 07:31:07 +0200\nSubject: %d\n\nText\n\n"
LINE = b"From a@b.example Mon Sep 30 07:31:00 2019\n"


def mail(number: int) -> bytes:
    """A mail that differs from the others."""
    return MAIL % number


def put(path: Path, data: bytes) -> Path:
    """Write a file, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def read(*paths: Path) -> dict[str, bytes]:
    """What is in these paths, by name, read as it comes."""
    return {source.name: source.read() for source in in_paths(paths)}


def test_a_mailbox_in_a_file_of_any_name(tmp_path: Path) -> None:
    """Thunderbird's has no ending; its mails are named by their numbers, and the share grows to all of it."""
    path = put(tmp_path / "Inbox", b"".join(LINE + mail(n) for n in range(3)))
    found = [(source.name, source.read(), source.by_hand) for source in in_paths([path])]
    assert found == [(f"{path} ({n + 1})", LINE + mail(n), False) for n in range(3)]
    shares = [source.done for source in in_paths([path])]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_mailbox_with_one_mail_is_that_mail(tmp_path: Path) -> None:
    """A person who names it has named the mail."""
    path = put(tmp_path / "one.eml", LINE + mail(1))
    (source,) = in_paths([path])
    assert (source.name, source.by_hand) == (str(path), True)


def test_a_maildir_is_read_as_a_server_leaves_it(tmp_path: Path) -> None:
    """New and seen mails whatever their flags, its folders too; not what is still being delivered, nor its lists."""
    box = tmp_path / "Maildir"
    for number, name in enumerate(
        (
            "new/1.a.host",
            "cur/2.b.host:2,S",
            "cur/3.c.host,S=812:2,FRS",
            ".Zertifikate/cur/4.d.host:2,",
            ".Zertifikate/new/5.e.host",
        )
    ):
        put(box / name, mail(number))
    for name in ("tmp/6.f.host", ".Zertifikate/tmp/7.g.host", "dovecot-uidlist", "dovecot.index.log"):
        put(box / name, mail(9))
    put(box / ".Zertifikate/maildirfolder", b"")
    assert sorted(read(tmp_path).values()) == [mail(number) for number in range(5)]


def test_folders_of_everything(tmp_path: Path) -> None:
    """Mails, Outlook's files, mailboxes and texts at any depth are known by their content, not by their ending."""
    msg = outlook({SUBJECT: "x", BODY: "y"})
    put(tmp_path / "a/b/mail.txt", mail(1))
    put(tmp_path / "a/saved.dat", msg)
    put(tmp_path / "a/Inbox.sbd/Archiv", LINE + mail(2) + LINE + mail(3))
    put(tmp_path / "utf-16.txt", "Text mit Link".encode("utf-16"))
    put(tmp_path / "utf-16-bare.txt", "Text mit Link".encode("utf-16-le"))
    put(tmp_path / "zero.eml", MAIL % 4 + b"\0")
    found = read(tmp_path)
    assert found[str(tmp_path / "a/saved.dat")] == msg
    assert found[str(tmp_path / "a/Inbox.sbd/Archiv (2)")] == LINE + mail(3)
    assert len(found) == 7
    assert all(found.values())


def test_what_is_no_mail_is_not_even_read(tmp_path: Path) -> None:
    """In a folder there are pictures, documents, and Thunderbird's indexes: they count as mails without a link."""
    for name, data in (
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        ("b.pdf", b"%PDF-1.7 " + b"x" * 5_000),
        ("Inbox.msf", b'// <!-- <mdb:mork:z v="1.4"/> -->'),
        (".hidden", mail(1)),
    ):
        put(tmp_path / "in" / name, data)
    assert set(read(tmp_path / "in").values()) == {b""}
    assert len(read(tmp_path / "in")) == 3
    assert read(tmp_path / "in" / "b.pdf") == {str(tmp_path / "in" / "b.pdf"): b"%PDF-1.7 " + b"x" * 5_000}


def test_a_mail_too_large_is_told_where_it_stands(tmp_path: Path) -> None:
    """The others are read."""
    path = put(tmp_path / "box", LINE + mail(1) + LINE + mail(2) + b"x" * LONGEST + b"\n\n" + LINE + mail(3))
    outcomes = [outcome(source) for source in in_paths([path])]
    assert outcomes == [LINE + mail(1), SourceNotReadable, LINE + mail(3)]


def outcome(source: Source) -> bytes | type[CertvaultError]:
    """The bytes of a source, or its error."""
    try:
        return source.read()
    except CertvaultError as error:
        return type(error)


READING = """
import sys
from pathlib import Path
from tests.support.privileges import give_up
from vault.errors import FileUnusable
from vault.operations.sources import in_paths

give_up()
(source,) = in_paths([Path(sys.argv[1])])
try:
    source.read()
except FileUnusable as error:
    sys.exit(error.code)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_a_folder_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    """It is not passed over in silence: mails may be in there."""
    put(tmp_path / "in/closed/mail.eml", mail(1))
    (tmp_path / "in/closed").chmod(0)
    try:
        command = [sys.executable, "-B", "-c", READING, str(tmp_path / "in")]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    finally:
        (tmp_path / "in/closed").chmod(0o700)
    assert done.returncode == FileUnusable.code, done.stderr.decode()


def test_links_and_pipes_in_a_folder_are_left_alone(tmp_path: Path) -> None:
    """A pipe would wait for ever, and a link may lead anywhere."""
    put(tmp_path / "in/mail.eml", mail(1))
    put(tmp_path / "elsewhere.eml", mail(2))
    (tmp_path / "in/link.eml").symlink_to(tmp_path / "elsewhere.eml")
    (tmp_path / "in/around").symlink_to(tmp_path)
    if sys.platform != "win32":
        os.mkfifo(tmp_path / "in/pipe")
    assert list(read(tmp_path / "in").values()) == [mail(1)]
