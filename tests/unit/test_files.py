"""Files: whole or not at all, private ones private, bounded; the lock; names for every system."""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vault.errors import Busy, CertvaultError, FileUnusable, KeyFileUnusable, NoRoom, NoSuchFile, WouldOverwrite
from vault.files import (
    Lock,
    private_folder,
    read_bounded,
    read_private,
    replace,
    write_new,
)
from vault.model.filename import LONGEST_NAME, safe_name

ROOT = Path(__file__).parents[2]
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX alone has modes, FIFOs and limits of a process")


def mode(path: Path) -> int:
    """The permission bits of a file."""
    return path.stat().st_mode & 0o777


@pytest.fixture
def wide_umask() -> object:
    """A process that would let everybody read and write what it makes."""
    before = os.umask(0)
    yield before
    os.umask(before)


def test_a_new_file_is_private_and_whole(tmp_path: Path, wide_umask: object) -> None:
    """Mode 0600 whatever the process's habit, or the one asked for; the bytes as given."""
    write_new(tmp_path / "secret", b"\0\r\n\x1a" * 100_000)
    write_new(tmp_path / "public", b"", mode=0o644)
    assert (tmp_path / "secret").read_bytes() == b"\0\r\n\x1a" * 100_000
    assert (mode(tmp_path / "secret"), mode(tmp_path / "public")) == (0o600, 0o644)


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    """Not a file, not a folder, and not what a symlink points at, be it there or not."""
    there, folder, link, dangling = (tmp_path / name for name in ("there", "folder", "link", "dangling"))
    there.write_bytes(b"old")
    folder.mkdir()
    link.symlink_to(there)
    dangling.symlink_to(tmp_path / "nowhere")
    for path in (there, folder, link, dangling):
        with pytest.raises(WouldOverwrite):
            write_new(path, b"new")
    assert there.read_bytes() == b"old"
    assert not (tmp_path / "nowhere").exists()


def test_no_folder_is_no_room(tmp_path: Path) -> None:
    """A file in a folder that is not there is refused with the reason."""
    with pytest.raises(NoRoom, match="its folder is not there"):
        write_new(tmp_path / "no" / "file", b"")
    with pytest.raises(NoRoom, match="its folder is not there"):
        replace(tmp_path / "no" / "file", b"")


FULL = """
import resource, sys
from pathlib import Path
from vault.errors import NoRoom
from vault import files
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
try:
    getattr(files, sys.argv[1])(Path(sys.argv[2]), bytes(6000))
except NoRoom as error:
    print(error)
    sys.exit(17)
"""


@posix
@pytest.mark.parametrize("how", ["write_new", "replace"])
def test_a_full_disk_leaves_nothing_half(tmp_path: Path, how: str) -> None:
    """A file that does not fit is not there afterwards; one that was to be replaced is there as it was."""
    path = tmp_path / "file"
    if how == "replace":
        path.write_bytes(b"old")
    before = sorted(tmp_path.iterdir())
    call = [sys.executable, "-B", "-c", FULL, how, str(path)]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (17, f"{path} could not be written: there is no room left on the disk.\n")
    assert sorted(tmp_path.iterdir()) == before
    assert how == "write_new" or path.read_bytes() == b"old"


def test_an_interrupted_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped by the person at the keyboard, the file is not there."""

    def stop(file: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        write_new(tmp_path / "file", b"data")
    assert list(tmp_path.iterdir()) == []


def test_replacing_puts_the_new_bytes_in_place(tmp_path: Path, wide_umask: object) -> None:
    """New bytes, mode 0600, no other file beside it; a symlink is replaced itself, not what it points at."""
    path, elsewhere = tmp_path / "file", tmp_path / "elsewhere"
    path.write_bytes(b"old")
    path.chmod(0o644)
    path.with_name(f".file.{os.getpid()}.new").write_bytes(b"left behind by a process that was killed")
    replace(path, b"new")
    assert (path.read_bytes(), mode(path)) == (b"new", 0o600)
    elsewhere.symlink_to(path)
    replace(elsewhere, b"newer")
    assert (path.read_bytes(), elsewhere.read_bytes(), elsewhere.is_symlink()) == (b"new", b"newer", False)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["elsewhere", "file"]


def test_a_private_file_is_read(tmp_path: Path) -> None:
    """A file of our own that nobody else may read, through a symlink too, up to the limit and no byte more."""
    path, link = tmp_path / "key", tmp_path / "link"
    write_new(path, b"k" * 64)
    link.symlink_to(path)
    assert read_private(path, 64) == read_private(link, 64) == b"k" * 64
    with pytest.raises(KeyFileUnusable, match="it has more than 63 bytes"):
        read_private(path, 63)


@posix
@pytest.mark.parametrize("bits", [0o640, 0o604, 0o620, 0o602, 0o601, 0o644, 0o777])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, bits: int) -> None:
    """One bit for group or others is enough, seen at the file that a symlink leads to."""
    path, link = tmp_path / "key", tmp_path / "link"
    write_new(path, b"secret")
    path.chmod(bits)
    link.symlink_to(path)
    for file in (path, link):
        with pytest.raises(KeyFileUnusable, match="its mode must be 0600") as caught:
            read_private(file, 100)
        assert "secret" not in str(vars(caught.value))


@posix
@pytest.mark.skipif(os.geteuid() != 0, reason="root alone can give a file away")
def test_a_key_of_somebody_else_is_refused(tmp_path: Path) -> None:
    """Who owns the file could change it."""
    write_new(tmp_path / "key", b"secret")
    os.chown(tmp_path / "key", 65534, 65534)
    with pytest.raises(KeyFileUnusable, match="it belongs to somebody else"):
        read_private(tmp_path / "key", 100)


@posix
def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    """A folder, a FIFO (which would wait for ever), a device, an empty or missing file: each with its reason."""
    os.mkfifo(tmp_path / "fifo", 0o600)
    (tmp_path / "empty").touch(0o600)
    (tmp_path / "loop").symlink_to("loop")
    device, missing = Path("/dev/zero"), tmp_path / "missing"
    reasons = {
        tmp_path: "it is a folder",
        tmp_path / "fifo": "it is not a file",
        device: "it is not a file",
        tmp_path / "empty": "it is empty",
        missing: "it is not there",
        tmp_path / "loop": "Too many levels of symbolic links",
        missing / "x": "it is not there",
    }
    for path, why in reasons.items():
        with pytest.raises(KeyFileUnusable, match=why):
            read_private(path, 100)
        if path.name == "empty":
            assert read_bounded(path, 0) == b""
        else:
            with pytest.raises((FileUnusable, NoSuchFile)):
                read_bounded(path, 100)
    with pytest.raises(NoSuchFile):
        read_bounded(missing, 100)


def test_a_mail_is_read_up_to_its_limit(tmp_path: Path) -> None:
    """Everybody's mode will do; one byte beyond the limit is refused, and no more than that is ever read."""
    path = tmp_path / "mail.eml"
    path.write_bytes(b"x" * 3_000_000)
    assert read_bounded(path, 3_000_000) == b"x" * 3_000_000
    with pytest.raises(FileUnusable, match="it has more than 2999999 bytes"):
        read_bounded(path, 2_999_999)


def test_a_private_folder(tmp_path: Path, wide_umask: object) -> None:
    """Mode 0700 where it is new; one that is there is left alone; a file in its place is an error."""
    folder = tmp_path / "above" / "vault"
    private_folder(folder)
    assert mode(folder) == 0o700
    folder.chmod(0o750)
    private_folder(folder)
    assert mode(folder) == 0o750
    (tmp_path / "file").touch()
    with pytest.raises(NoRoom):
        private_folder(tmp_path / "file")


HOLD = """
import sys
from pathlib import Path
from vault.files import Lock
with Lock(Path(sys.argv[1]), exclusive=sys.argv[2] == "exclusive"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize(
    ("theirs", "exclusive", "granted"),
    [
        ("shared", False, True),
        ("shared", True, False),
        ("exclusive", False, False),
        ("exclusive", True, False),
    ],
)
def test_a_lock_holds_against_another_process(tmp_path: Path, theirs: str, exclusive: bool, granted: bool) -> None:
    """Many may share; who has it exclusively has it alone; and it goes with a process that is killed."""
    path = tmp_path / "vault.lock"
    call = [sys.executable, "-c", HOLD, str(path), theirs]
    with subprocess.Popen(call, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        if granted:
            Lock(path, exclusive=exclusive).release()
        else:
            with pytest.raises(Busy):
                Lock(path, exclusive=exclusive)
        other.kill()
    with Lock(path, exclusive=exclusive):
        pass


def test_waiting_for_a_lock_is_the_callers(tmp_path: Path) -> None:
    """``again`` is asked after each refusal; the lock is had as soon as it is free."""
    path, asked = tmp_path / "vault.lock", list[int]()
    first = Lock(path)

    def again() -> bool:
        asked.append(1)
        if len(asked) == 3:
            first.release()
        return len(asked) < 5

    with Lock(path, exclusive=True, again=again):
        assert len(asked) == 3
    with Lock(path), pytest.raises(Busy):
        Lock(path, exclusive=True, again=lambda: False)
    first.release()


def test_a_lock_lets_go_of_its_file(tmp_path: Path) -> None:
    """Neither a refused nor an interrupted lock keeps a file open."""

    def stop() -> bool:
        raise KeyboardInterrupt

    open_files = sum(1 for _ in Path("/dev/fd").iterdir())
    with Lock(tmp_path / "vault.lock"):
        with pytest.raises(Busy):
            Lock(tmp_path / "vault.lock", exclusive=True)
        with pytest.raises(KeyboardInterrupt):
            Lock(tmp_path / "vault.lock", exclusive=True, again=stop)
    assert sum(1 for _ in Path("/dev/fd").iterdir()) == open_files
    with pytest.raises(NoRoom):
        Lock(tmp_path / "no" / "vault.lock")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Müller & Söhne GmbH", "Müller & Söhne GmbH"),
        ("Mu\u0308ller", "Müller"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\Windows\\x", "C__Windows_x"),
        ("CON", "_CON"),
        ("con.p12", "_con.p12"),
        ("Nul .txt", "_Nul .txt"),
        ("com1", "_com1"),
        ("COM¹", "_COM¹"),
        ("Conrad", "Conrad"),
        ("-rf", "rf"),
        (".hidden", "hidden"),
        ("ends. . ", "ends"),
        ("a\tb\r\nc", "a b c"),
        ("gpj\u202eexe", "gpj_exe"),
        ("zero\u200bwidth", "zero_width"),
        ("\x1b[2J", "_[2J"),
        ("\ud800", "_"),
        ("", "_"),
        ("...", "_"),
        ("x" * 1000, "x" * LONGEST_NAME),
        ("ü" * 1000, "ü" * (LONGEST_NAME // 2)),
    ],
)
def test_a_name_is_safe(text: str, name: str) -> None:
    """Umlauts stay; what is dangerous on any system does not."""
    assert safe_name(text) == name


@given(st.text())
@example("CON" + " " * 500 + ".x")
@example("a" * (LONGEST_NAME - 1) + " b")
def test_every_name_is_safe(text: str) -> None:
    """Whatever comes in: bounded, printable, no separator, no blank or dot at an end; safe names stay as they are."""
    name = safe_name(text)
    assert 0 < len(name.encode()) <= LONGEST_NAME + 1
    assert not set(name) & set('<>:"/\\|?*')
    assert not {unicodedata.category(char) for char in name} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert name[0] not in ".- "
    assert name[-1] not in ". "
    assert safe_name(name) == name or len(name.encode()) > LONGEST_NAME - 1


@given(st.text(min_size=1, max_size=20))
def test_a_safe_name_can_be_written(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """A file of that name can be made and found in the folder it was meant for."""
    folder = tmp_path_factory.mktemp("names")
    try:
        write_new(folder / safe_name(text), b"x")
    except CertvaultError as error:
        pytest.fail(str(error))
    assert [file.name for file in folder.iterdir()] == [safe_name(text)]
