"""Installing on this machine: into a real database of NSS, and what is not offered."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.program import Program
from tests.cli.test_pairs import add, german
from tests.promises.observer import Observer
from vault.installing.nss import NssDatabase

PIN = "Ab3xMARKED"


def database(folder: Path, *, password: str = "") -> Path:
    """A new database of NSS in ``folder``."""
    if shutil.which("certutil") is None:
        missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        missing("scripts/setup --system installs certutil")
    folder.mkdir(parents=True)
    given = ["--empty-password"]
    if password:
        (folder / "password").write_text(password)
        given = ["-f", str(folder / "password")]
    subprocess.run(["certutil", "-N", "-d", f"sql:{folder}", *given], check=True, capture_output=True)
    (folder / "password").unlink(missing_ok=True)
    return folder


def events(program: Program) -> list[str]:
    """What the audit log says, newest last."""
    return [one["what"] for one in program.run("audit", "--json").document["events"]]


def test_installed_into_a_database(program: Program) -> None:
    """It is there with its key, the log has the attempt before it; again nothing changes and nothing is written."""
    identity = add(program, "Müller GmbH", PIN)
    folder = database(program.folder / "db")
    document = program.run("install", "müller", "--for", "firefox", "--to", "db", "--json").document
    installed = {"pair": identity, "target": "firefox", "place": str(folder), "unchanged": False}
    assert document["installed"] == installed
    assert document["head"] == program.run("audit").out.split()[-1]
    fingerprint = program.run("show", identity, "--json").document["pair"]["fingerprint"]
    assert NssDatabase(folder).holds(fingerprint)
    assert events(program)[-2:] == ["install-attempt", "install-done"]
    before = (folder / "key4.db").read_bytes()
    again = program.run("install", "müller", "--for", "firefox", "--to", "db", "--json").document
    assert again["installed"] == {**installed, "unchanged": True}
    assert again["head"] == document["head"]
    assert (folder / "key4.db").read_bytes() == before


def test_no_secret_is_seen_or_left(program: Program) -> None:
    """From the vault into the database: in no argument list, no environment, no answer and no new file is the PIN."""
    add(program, "Müller GmbH", PIN)
    database(program.folder / "db")
    temporary = program.folder / "tmp"
    temporary.mkdir()
    with Observer.looking([program.folder, temporary], program.vault) as observer:
        answer = program.run("install", "müller", "--for", "firefox", "--to", "db", env={"TMPDIR": str(temporary)})
    assert answer.code == 0, answer.err
    seen = b"\0".join(observer.processes.values())
    assert b"pk12util" in seen
    assert b"MARKED" not in seen + answer.out.encode() + answer.err.encode()
    assert observer.files == []
    assert sorted(path.name for path in (program.folder / "db").iterdir()) == ["cert9.db", "key4.db", "pkcs11.txt"]


def test_the_profile_of_firefox_is_found(program: Program) -> None:
    """The one that there is; of two, neither is guessed; without any, it is said where they are shown."""
    add(program, "Müller GmbH", PIN)
    none = program.run("install", "müller", "--for", "firefox", "--json").error
    assert (none["code"], none["type"]) == (6, "no-store")
    place = program.folder / ".mozilla" / "firefox"
    one = database(place / "one")
    (place / "profiles.ini").write_text("[Profile0]\nName=one\nIsRelative=1\nPath=one\n")
    answer = german(program, "install", "müller", "--for", "firefox")
    assert "Installiert: Müller GmbH" in answer.out
    assert str(one) in answer.out
    shutil.copytree(one, place / "two")
    with (place / "profiles.ini").open("a") as file:
        file.write("[Profile1]\nName=two\nIsRelative=1\nPath=two\n")
    several = program.run("install", "müller", "--for", "firefox", "--json").error
    assert (several["code"], several["type"]) == (7, "several-stores")


def test_a_primary_password_is_asked_for(program: Program) -> None:
    """Without it nothing is installed, and the log has the attempt alone; typed, it opens the database, unseen."""
    add(program, "Müller GmbH", PIN)
    database(program.folder / "db", password="MARKED-primary")
    call = ("install", "müller", "--for", "firefox", "--to", "db")
    refused = program.run(*call, "--json").error
    assert (refused["code"], refused["type"]) == (2, "store-locked")
    assert events(program)[-1] == "install-attempt"
    answer = program.type(*call, "--primary-password", answers=[("Primary password", "MARKED-primary\n")])
    assert answer.code == 0
    assert "MARKED" not in answer.out
    assert events(program)[-1] == "install-done"
    assert program.run(*call, "--primary-password").code == 2


def test_where_it_is_is_noted(program: Program) -> None:
    """A place of the holder that lacks it is offered on a terminal; elsewhere, or without one, a command is told."""
    identity = add(program, "Müller GmbH", PIN)
    database(program.folder / "db")
    call = ("install", "müller", "--for", "firefox", "--to", "db")
    assert "certvault targets add " in program.run(*call).out
    assert program.run("targets", "add", "müller", "--for", "firefox", "--name", "Büro-PC").code == 0
    assert "certvault targets confirm " in program.run(*call).out
    assert "Büro-PC" in program.type(*call, answers=[("Is this", "n\n")]).out
    (place,) = program.run("targets", "list", "--json").document["targets"]
    assert place["installed"][0]["state"] == "missing"
    assert program.type(*call, answers=[("Is this", "y\n")]).code == 0
    (place,) = program.run("targets", "list", "--json").document["targets"]
    assert (place["installed"][0]["state"], place["installed"][0]["pair"]) == ("current", identity)
    assert "targets" not in program.run(*call).out


@pytest.mark.parametrize(("store", "words"), [("macos", "argument line"), ("windows", "this is none")])
def test_what_is_not_offered(program: Program, store: str, words: str) -> None:
    """It is said why, with what to do instead, before anybody is asked for the passphrase."""
    env = {"CERTVAULT_PASSPHRASE_FILE": ""}
    answer = program.run("install", "müller", "--for", store, env=env)
    assert answer.code == 2
    assert words in answer.err
    assert "certvault export" in answer.err
    assert "primary-password" in program.run("install", "x", "--for", store, "--to", "db", env=env).err


def test_where_nothing_is(program: Program) -> None:
    """A folder without a database and a name that nobody has: code 6, and nothing is on record."""
    add(program, "Müller GmbH", PIN)
    before = events(program)
    assert program.run("install", "müller", "--for", "firefox", "--to", "nowhere", "--json").error["code"] == 6
    assert program.run("install", "nobody", "--for", "firefox", "--to", "nowhere", "--json").error["code"] == 6
    assert events(program) == before
