"""A database of NSS, by its own programs: tried for real, with somebody who looks on at all processes."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from tests.promises.observer import Observer
from tests.stand_in.certificates import make_authority, make_pair
from vault.errors import NoStore, NotInstalled, NotOffered, StoreLocked
from vault.installing import nss, programs
from vault.installing.nss import NssDatabase, firefox_profiles
from vault.installing.programs import Call, Done, held
from vault.secret import Pin, StorePassword

PIN = "MARKED-PIN-Größe-7x"
PRIMARY = StorePassword("MARKED-primary-9y")


def database(folder: Path, password: StorePassword | None = None) -> Path:
    """A new database in ``folder``, with a primary password or none."""
    if shutil.which("certutil") is None:
        missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        missing("scripts/setup --system installs certutil")
    folder.mkdir()
    given = ["--empty-password"]
    if password is not None:
        (folder / "password").write_text(password.reveal())
        given = ["-f", str(folder / "password")]
    subprocess.run(["certutil", "-N", "-d", f"sql:{folder}", *given], check=True, capture_output=True)
    (folder / "password").unlink(missing_ok=True)
    return folder


def fingerprint(data: bytes, pin: str = PIN) -> str:
    """The SHA-256 of the certificate in a file."""
    found = pkcs12.load_pkcs12(data, pin.encode()).cert
    assert found is not None
    return found.certificate.fingerprint(SHA256()).hex()


def read(path: Path) -> bytes:
    """What is in a file that may be anybody's and gone by now."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def left() -> set[Path]:
    """The files in the folders in which programs put what is for a while."""
    folders = (Path(tempfile.gettempdir()), Path("/dev/shm"))
    return {path for folder in folders for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize("flavour", ["modern", "legacy"])
def test_a_pair_is_installed(flavour: str, tmp_path: Path) -> None:
    """The certificate is there with its private key, as NSS's own program says; before it was not."""
    file = make_pair("Müller & Söhne", PIN, flavour="legacy" if flavour == "legacy" else "modern", key="rsa")
    store = NssDatabase(database(tmp_path / "db"))
    store.check()
    assert not store.holds(fingerprint(file))
    store.put(file, Pin(PIN), fingerprint(file))
    assert store.holds(fingerprint(file))
    call = ["certutil", "-K", "-d", f"sql:{tmp_path / 'db'}"]
    keys = subprocess.run(call, env={"LC_ALL": "C.UTF-8"}, check=True, capture_output=True).stdout.decode()
    assert "Müller & Söhne" in keys


def test_the_successor_and_a_namesake(tmp_path: Path) -> None:
    """A renewed certificate of the same name stands beside the old one, one of another firm too, and each is found."""
    authority = make_authority()
    files = [make_pair("Müller", PIN, authority=authority) for _ in range(2)]
    files.append(make_pair("Müller", PIN, organisation="Andere Firma", authority=authority))
    store = NssDatabase(database(tmp_path / "db"))
    for file in files:
        store.put(file, Pin(PIN), fingerprint(file))
    assert all(store.holds(fingerprint(file)) for file in files)
    store.put(files[0], Pin(PIN), fingerprint(files[0]))


@pytest.mark.parametrize(
    "name", ["B\u00f6se\n2nd   u,u,u", "two\nlines", "%s {0} ../../x \x1b[31m", "-n", "u,u,u", " "]
)
def test_a_name_that_somebody_chose(name: str, tmp_path: Path) -> None:
    """Whatever a certificate there is called, one that comes later is put in and found."""
    folder = database(tmp_path / "db")
    odd, usual = make_pair("Kaya", PIN), make_pair("M\u00fcller", PIN)
    found = pkcs12.load_pkcs12(odd, PIN.encode())
    assert found.cert is not None
    assert isinstance(found.key, EllipticCurvePrivateKey)
    lock = BestAvailableEncryption(PIN.encode())
    odd = pkcs12.serialize_key_and_certificates(name.encode(), found.key, found.cert.certificate, None, lock)
    with suppress(NotInstalled):  # it may not be found again by such a name
        NssDatabase(folder).put(odd, Pin(PIN), fingerprint(odd))
    NssDatabase(folder).put(usual, Pin(PIN), fingerprint(usual))
    assert NssDatabase(folder).holds(fingerprint(usual))
    assert not NssDatabase(folder).holds("00" * 32)
    if name == "two\nlines":
        assert NssDatabase(folder).holds(fingerprint(odd))


def test_nobody_sees_a_secret(tmp_path: Path) -> None:
    """No argument list and no environment of a child has the PIN or the primary password, and no file was made."""
    file = make_pair("Müller", PIN)
    store = NssDatabase(database(tmp_path / "db", PRIMARY), PRIMARY)
    before = left()
    with Observer.looking([tmp_path], tmp_path) as observer:
        store.put(file, Pin(PIN), fingerprint(file))
    seen = b"\0".join(observer.processes.values())
    assert b"pk12util" in seen
    assert b"MARKED" not in seen
    assert observer.files == []
    new = [read(path) for path in left() - before]
    assert not [data for data in new if b"MARKED" in data or file in data]
    assert sorted(path.name for path in (tmp_path / "db").iterdir()) == ["cert9.db", "key4.db", "pkcs11.txt"]


def test_every_child_is_told_nothing(tmp_path: Path) -> None:
    """What is handed to the system when a child starts has no secret in it, whatever the child does to it later."""
    calls: list[Call] = []

    def kept(call: Call) -> Done:
        calls.append(call)
        return programs.run(call)

    file = make_pair("Müller", PIN)
    store = NssDatabase(database(tmp_path / "db", PRIMARY), PRIMARY, run=kept)
    store.put(file, Pin(PIN), fingerprint(file))
    assert len(calls) >= 3
    for call in calls:
        assert "MARKED" not in repr((call.command, call.environment))
        assert call.environment == {"LC_ALL": "C.UTF-8"}
        assert call.stdin == b""


def test_a_primary_password(tmp_path: Path) -> None:
    """A database with a primary password wants the right one; without it nothing hangs, and nothing is installed."""
    folder, file = database(tmp_path / "db", PRIMARY), make_pair("Müller", PIN)
    for password in (None, StorePassword("another")):
        with pytest.raises((StoreLocked, NotInstalled)):
            NssDatabase(folder, password).put(file, Pin(PIN), fingerprint(file))
    store = NssDatabase(folder, PRIMARY)
    assert not store.holds(fingerprint(file))
    store.put(file, Pin(PIN), fingerprint(file))
    assert store.holds(fingerprint(file))


def test_a_wrong_pin_installs_nothing(tmp_path: Path) -> None:
    """What the program says is repeated, and the PIN is not."""
    file = make_pair("Müller", PIN)
    with pytest.raises(NotInstalled) as refused:
        NssDatabase(database(tmp_path / "db")).put(file, Pin("MARKED-other"), fingerprint(file))
    assert "pk12util says" in str(refused.value)
    assert "MARKED" not in str(refused.value)


def test_a_database_that_another_program_holds(tmp_path: Path) -> None:
    """It is said what may help; when that program has let go, the pair is put in."""
    folder, file = database(tmp_path / "db"), make_pair("Müller", PIN)
    holding = [sqlite3.connect(folder / name, isolation_level=None) for name in ("cert9.db", "key4.db")]
    for one in holding:
        one.execute("BEGIN EXCLUSIVE")
    with pytest.raises(NotInstalled) as told:
        NssDatabase(folder).put(file, Pin(PIN), fingerprint(file))
    assert "Close the program" in str(told.value.hint)
    for one in holding:
        one.close()
    NssDatabase(folder).put(file, Pin(PIN), fingerprint(file))


def test_a_program_that_says_nothing_is_not_believed(tmp_path: Path) -> None:
    """Installed is what is there afterwards, not what ended with 0."""
    store = NssDatabase(database(tmp_path / "db"), run=lambda _call: Done(0))
    with pytest.raises(NotInstalled):
        store.put(b"", Pin(PIN), "ab" * 32)


def test_what_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without a database, a machine without the programs, and a system without such descriptors are told."""
    with pytest.raises(NoStore):
        NssDatabase(tmp_path).check()
    folder = database(tmp_path / "db")
    monkeypatch.setattr(nss, "_WHERE", str(tmp_path))
    with pytest.raises(NotOffered, match="pk12util"):
        NssDatabase(folder).check()
    monkeypatch.delattr(os, "memfd_create")
    with pytest.raises(NotOffered, match="Linux"):
        NssDatabase(folder).check()


def test_a_program_that_never_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is ended; one that is not there is told in the same way."""
    monkeypatch.setattr(programs, "PATIENCE", 0.1)
    assert programs.run(Call(("sleep", "60"))).code == programs.TOO_LONG
    assert programs.run(Call((str(tmp_path / "nothing"),))).code == programs.NOT_THERE
    assert "took longer" in str(programs.refused("pk12util", programs.Done(programs.TOO_LONG)))


def test_what_is_held_is_gone_afterwards() -> None:
    """A program that inherits it reads it as often as it likes, another one nothing; then it is closed."""
    with held(b"one", b"two") as (one, two):
        call = Call(("cat", one.path, one.path, two.path), b"", (one.descriptor, two.descriptor))
        assert programs.run(call).out == b"oneonetwo"
        assert programs.run(Call(("cat", one.path))).code != 0
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(one.descriptor)


def test_profiles_of_firefox(tmp_path: Path) -> None:
    """Those that profiles.ini names and that have a database, wherever Firefox keeps it; broken files are none."""
    ours = tmp_path / ".mozilla" / "firefox"
    (ours / "abc.default").mkdir(parents=True)
    (ours / "abc.default" / "cert9.db").touch()
    (ours / "empty").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "cert9.db").touch()
    (ours / "profiles.ini").write_text(
        "[Install4F96]\nDefault=abc.default\n[Profile1]\nName=x\nIsRelative=1\nPath=empty\n"
        f"[Profile0]\nName=default\nIsRelative=1\nPath=abc.default\n"
        f"[Profile2]\nIsRelative=0\nPath={tmp_path / 'elsewhere'}\n"
    )
    snap = tmp_path / "snap" / "firefox" / "common" / ".mozilla" / "firefox"
    snap.mkdir(parents=True)
    (snap / "profiles.ini").write_bytes(b"\xff\xfe no ini")
    assert firefox_profiles(tmp_path) == [ours / "abc.default", tmp_path / "elsewhere"]
