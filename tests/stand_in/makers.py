"""The programs that make PKCS#12 files: OpenSSL, GnuTLS, NSS and Java, and what OpenSSL says of a file.

PINs go through files, never through an argument. A program that is missing skips the test, and fails it in CI.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.stand_in import programs
from vault.targets import load_all


class Makers:
    """The programs, at work in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def openssl(self, pem: str, pin: str | bytes, *options: str) -> bytes:
        """A file made by ``openssl pkcs12 -export`` of key and certificates in PEM."""
        source, target = self._path("in.pem"), self._path("out.p12")
        source.write_text(pem)
        where = ("-in", source, "-out", target, "-passout", f"file:{self._pin(pin)}")
        _run("openssl", "pkcs12", "-export", *where, *options)
        return target.read_bytes()

    def key(self, algorithm: str = "EC", *options: str) -> str:
        """A new key with its certificate, in PEM; the certificate is signed by another key."""
        key, public, authority, certificate = map(self._path, ("key.pem", "public.pem", "ca.pem", "certificate.pem"))
        pairs = [part for option in options or ("ec_paramgen_curve:P-256",) for part in ("-pkeyopt", option)]
        _run(
            "openssl", "genpkey", "-algorithm", algorithm, *(pairs if options or algorithm == "EC" else ()), "-out", key
        )
        _run("openssl", "pkey", "-in", key, "-pubout", "-out", public)
        _run("openssl", "genpkey", "-algorithm", "ED25519", "-out", authority)
        request = self._path("request.pem")
        _run("openssl", "req", "-new", "-key", authority, "-subj", "/CN=Makler", "-out", request)
        by = ("-signkey", authority, "-force_pubkey", public, "-days", "400")
        _run("openssl", "x509", "-req", "-in", request, *by, "-out", certificate)
        return key.read_text() + certificate.read_text()

    def certtool(self, pem: str, pin: str | None, *options: str) -> bytes:
        """A file made by GnuTLS; ``pin`` may be None where an option says what is in its place."""
        source, target = self._path("in.pem"), self._path("out.p12")
        source.write_text(pem)
        target.unlink(missing_ok=True)
        password = () if pin is None else ("--password", pin)
        both = ("--load-privkey", source, "--load-certificate", source)
        _run(
            "certtool", "--to-p12", *both, "--p12-name", "Makler", "--outder", "--outfile", target, *password, *options
        )
        return target.read_bytes()

    def pk12util(self, file: bytes, file_pin: str, pin: str, *options: str) -> bytes:
        """``file``, whose key has the name ``makler``, taken into an NSS database and written out by it."""
        database, source, target = self._path("nss"), self._path("nss-in.p12"), self._path("nss-out.p12")
        shutil.rmtree(database, ignore_errors=True)
        database.mkdir()
        source.write_bytes(file)
        target.unlink(missing_ok=True)
        where = ("-d", f"sql:{database}")
        _run("certutil", "-N", *where, "--empty-password")
        _run("pk12util", "-i", source, *where, "-w", self._pin(file_pin))
        _run("pk12util", "-o", target, "-n", "makler", *where, "-w", self._pin(pin), *options)
        return target.read_bytes()

    def keytool(self, pin: str, *steps: tuple[str, ...], java: tuple[str, ...] = ()) -> bytes:
        """A keystore after ``steps``, each the arguments of one call; ``java`` are properties of the machine."""
        store = self._path("store.p12")
        store.unlink(missing_ok=True)
        properties = [f"-J-D{each}" for each in java]
        for step in steps:
            place = ("-keystore", store, "-storetype", "PKCS12", "-storepass:file", self._pin(pin), "-noprompt")
            _run("keytool", *properties, *step, *place)
        return store.read_bytes()

    def key_of_pem(self, key: bytes, pin: str) -> bytes:
        """The private key that openssl finds in an encrypted PEM, in DER."""
        source, target = self._path("asked.pem"), self._path("asked.der")
        source.write_bytes(key)
        target.unlink(missing_ok=True)
        where = ("-in", source, "-passin", f"file:{self._pin(pin)}", "-outform", "DER", "-out", target)
        _run("openssl", "pkcs8", "-topk8", "-nocrypt", *where)
        return target.read_bytes()

    def jks_of(self, file: bytes, pin: str) -> str:
        """What keytool lists of the JKS that it makes of a file by the line that the profile of ATLAS shows."""
        (self.folder / "pair.pfx").write_bytes(file)
        secret = self._pin(pin)
        line = load_all()["atlas"].commands[0].format(file=self._path("pair.pfx"), stem=self._path("pair"))
        passwords = ("-srcstorepass:file", secret, "-deststorepass:file", secret)
        _run(*line.split(), *passwords, "-noprompt")
        listed = _tried("keytool", "-list", "-keystore", self._path("pair.jks"), "-storepass:file", secret)
        return listed.stdout.decode(errors="replace")

    def opens_in_openssl(self, file: bytes, pin: str | bytes) -> bool:
        """Whether openssl, with its legacy provider or without, brings out a private key and a certificate."""
        source = self._path("asked.p12")
        source.write_bytes(file)
        call = ("pkcs12", "-in", source, "-noenc", "-passin", f"file:{self._pin(pin)}")
        return any(
            done.returncode == 0 and b"PRIVATE KEY-----" in done.stdout and b"BEGIN CERTIFICATE-----" in done.stdout
            for done in (_tried("openssl", *call), _tried("openssl", *call, "-legacy"))
        )

    def _path(self, name: str) -> Path:
        return self.folder / name

    def _pin(self, pin: str | bytes) -> Path:
        path = self._path("pin")
        path.write_bytes((pin.encode() if isinstance(pin, str) else pin) + b"\n")
        return path


def _run(program: str, *arguments: object) -> None:
    done = _tried(program, *arguments)
    assert done.returncode == 0, (program, *arguments, done.stderr.decode(errors="replace"))


def _tried(program: str, *arguments: object) -> subprocess.CompletedProcess[bytes]:
    call = [programs.program(program), *map(str, arguments)]
    return subprocess.run(call, stdin=subprocess.DEVNULL, capture_output=True, check=False)
