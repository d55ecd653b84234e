"""How a file is protected, without its PIN: read from the vectors, and never more than a hint."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vectors.pkcs12 import build
from vault.errors import TooCostly
from vault.model.protection import Protection, Seal
from vault.model.reading_target import verdicts
from vault.pkcs12 import limits
from vault.pkcs12.protection import MOST, open_certificates, protection

HERE = Path("tests/vectors/pkcs12")
PIN = "Test-1234"


def of(name: str) -> Protection:
    """How the vector of this name is protected."""
    return protection((HERE / f"{name}.p12").read_bytes())


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("rc2-40", {"rc2-40", "3des"}),
        ("3des", {"3des"}),
        ("aes256", {"aes"}),
        ("aes128-sha512", {"aes"}),
        ("keytool", {"aes"}),
        ("ber", {"aes"}),
        ("pbmac1", {"aes", "pbmac1"}),
        ("no-mac", {"aes", "none"}),
        ("mac-only", {"aes", "none"}),
        ("nothing-encrypted-no-mac", {"none"}),
        ("rc4", {"3des", "other"}),
        ("rc2-128-2des", {"3des", "other"}),
        ("unknown-mac", {"aes", "other"}),
        ("enveloped-only", {"aes", "other"}),
        ("cut-short", {"other"}),
    ],
)
def test_what_a_program_must_know(name: str, names: set[str]) -> None:
    """Each kind of protection has the name by which target profiles say what they read."""
    assert of(name).names == names


def test_ciphers_rounds_and_salts() -> None:
    """Cipher, derivation, rounds and salt are the file's, for its key, its certificates and its integrity check."""
    old, new = of("rc2-40"), of("keytool")
    assert old.keys == (Seal("3DES", "3des", "pkcs12", "sha1", 2048, 8),)
    assert old.safes == (Seal("RC2-40", "rc2-40", "pkcs12", "sha1", 2048, 8),)
    assert old.mac == Seal("SHA-1", "3des", "pkcs12", "sha1", 2048, 8)
    assert new.keys == new.safes == (Seal("AES-256", "aes", "pbkdf2", "sha256", 10_000, 20),)
    assert new.mac == Seal("SHA-256", "aes", "pkcs12", "sha256", 10_000, 20)
    assert of("pbmac1").mac == Seal("PBMAC1, SHA-256", "pbmac1", "pbkdf2", "sha256", 2, 16)


def test_what_can_be_seen_is_counted() -> None:
    """Private keys and certificates that can be seen are counted, encrypted or not."""
    assert of("two-pairs")[3:6] == (2, 0, 2)
    assert of("mac-only")[3:6] == (0, 1, 1)
    assert of("3des")[3:6] == (1, 0, 0)


def test_certificates_in_the_clear() -> None:
    """Certificates that are not encrypted come out as they lie there, and no others."""
    assert len(open_certificates((HERE / "renewed-newer-first.p12").read_bytes())) == 2
    assert open_certificates((HERE / "3des.p12").read_bytes()) == []
    assert open_certificates((HERE / "cut-short.p12").read_bytes()) == []


def test_too_large_a_file() -> None:
    """A file beyond all bounds is refused before anything is read."""
    with pytest.raises(TooCostly):
        protection(bytes(limits.LARGEST + 1))


def test_many_ways_of_encrypting() -> None:
    """However many ways of encrypting a file has, a bounded number of them is kept, and all are counted."""
    bags = [
        build.sequence(
            build.oid("1.2.840.113549.1.12.10.1.2"),
            build.der(
                0xA0,
                build.sequence(
                    build.sequence(
                        build.oid("1.2.840.113549.1.12.1.3"),
                        build.sequence(build.octets(b"salt"), build.integer(rounds)),
                    ),
                    build.octets(bytes(8)),
                ),
            ),
        )
        for rounds in range(1, 5001)
    ]
    found = protection(_file(build.sequence(*bags)))
    assert (found.sealed_keys, len(found.keys)) == (5000, MOST)


def _file(safe: bytes) -> bytes:
    plain = build.sequence(build.oid(build.DATA), build.der(0xA0, build.octets(safe)))
    covered = build.octets(build.sequence(plain))
    return build.sequence(build.integer(3), build.sequence(build.oid(build.DATA), build.der(0xA0, covered)))


@given(st.data())
def test_never_more_than_a_hint(data: st.DataObject) -> None:
    """Whatever bytes were changed, something is said, and nothing raised."""
    changed = bytearray((HERE / data.draw(st.sampled_from(["ec.p12", "rc2-40.p12", "pbmac1.p12"]))).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    found = protection(bytes(changed))
    assert found.names
    assert verdicts(found)
    open_certificates(bytes(changed))


@pytest.mark.parametrize(
    ("system", "program"),
    [("openssl-3", "openssl"), ("firefox", "pk12util")],
)
@pytest.mark.parametrize("name", ["rc2-40", "3des", "aes256", "no-mac", "rc4"])
def test_what_is_said_of_programs_is_so(name: str, system: str, program: str, tmp_path: Path) -> None:
    """OpenSSL and NSS of this machine read what the table says, and refuse what it says they refuse."""
    said = {verdict.system.id: verdict.reads for verdict in verdicts(of(name))}[system]
    assert said in (None, _reads(program, HERE / f"{name}.p12", tmp_path))


@pytest.mark.parametrize("name", ["rc2-40", "aes256", "pbmac1"])
def test_what_is_said_of_java_is_so(name: str, tmp_path: Path) -> None:
    """The Java of this machine reads what the table says, and refuses what it says it refuses."""
    said = {verdict.system.id: verdict.reads for verdict in verdicts(of(name))}["java"]
    assert said in (None, _reads("keytool", HERE / f"{name}.p12", tmp_path))


def _reads(program: str, file: Path, folder: Path) -> bool:
    """Whether ``program`` takes a private key out of ``file``; the PIN goes through a file."""
    if shutil.which(program) is None:
        missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        missing(f"scripts/setup --system installs {program}")
    pin = folder / "pin"
    pin.write_text(PIN + "\n")
    if program == "pk12util":
        _done("certutil", "-N", "-d", f"sql:{folder}", "--empty-password")
    call = {
        "openssl": ("pkcs12", "-in", file, "-noenc", "-passin", f"file:{pin}"),
        "pk12util": ("-i", file, "-d", f"sql:{folder}", "-w", pin),
        "keytool": ("-list", "-keystore", file, "-storetype", "PKCS12", "-storepass:file", pin),
    }
    code, said = _done(program, *call[program])
    return code == 0 and {"openssl": b"PRIVATE KEY-----", "keytool": b"PrivateKeyEntry"}.get(program, b"") in said


def _done(*call: object) -> tuple[int, bytes]:
    done = subprocess.run([*map(str, call)], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return done.returncode, done.stdout
