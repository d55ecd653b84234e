"""A copy that is handed out logs in: real TLS with a client certificate, by curl, Python, nginx and Java."""

from __future__ import annotations

import http.client
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.cli.program import Program
from tests.stand_in.makers import Makers
from tests.stand_in.nginx import HOST, Client, Insurer, running
from tests.stand_in.programs import program
from tests.stand_in.readers import JAVA
from tests.support import vaults
from tests.support.pairs import KINDS, pem_pair
from vault.pkcs12 import writing
from vault.pkcs12.flavours import Flavour
from vault.secret import Pin

FLAVOURS: tuple[Flavour, ...] = ("3des", "aes")
PIN = 'Größe "1\\2'
"""With all that needs care on the way to a program."""
ASCII = "Test-1234"
ROOT = pem_pair(KINDS[0]).chain[-1]


@pytest.fixture(scope="module")
def insurer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Insurer]:
    """A server that knows the root alone: who logs in must bring the authority between as well."""
    with running(tmp_path_factory.mktemp("nginx"), ROOT) as server:
        yield server


class Files:
    """What a broker gets, in ``folder``."""

    def __init__(self, folder: Path, kind: str, chain: int = 1) -> None:
        self.folder = folder
        self.source = Makers(folder).openssl(pem_pair(kind).whole(chain), ASCII)

    def pem(self, pin: str) -> tuple[Path, Path]:
        """The certificate with its chain, and the key."""
        made = writing.pem(self.source, Pin(ASCII), key_pin=Pin(pin))
        certificate, key = self.folder / "a.cert.pem", self.folder / "a.key.pem"
        certificate.write_bytes(made.certificates)
        key.write_bytes(made.key)
        return certificate, key

    def pkcs12(self, name: str, flavour: Flavour, pin: str) -> Path:
        """A PKCS#12 with its PIN beside it, as only a test may have it."""
        path = self.folder / f"{name}.p12"
        path.write_bytes(writing.encoded(self.source, Pin(ASCII), flavour=flavour, new_pin=Pin(pin)))
        path.with_suffix(".pin").write_text(pin + "\n", encoding="utf-8")
        return path


def curl(insurer: Insurer, *options: tuple[str, object]) -> str:
    """What the server answers to curl, which reads ``options`` from standard input; or what curl says."""
    every = (("url", insurer.url), ("cacert", insurer.authority), ("max-time", 15), *options)
    lines = (f'{name} = "{_quoted(str(value))}"\n' for name, value in every)
    done = subprocess.run(
        [program("curl"), "--silent", "--show-error", "--config", "-"],
        input="".join(lines).encode(),
        capture_output=True,
        check=False,
    )
    return (done.stdout or done.stderr).decode()


def java(insurer: Insurer, folder: Path, names: list[str]) -> dict[str, str]:
    """What the server answers to one Java machine that logs in with each NAME.p12, whose PIN is in NAME.pin."""
    listed = folder / "names"
    listed.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
    program("javac")  # which ``java FILE`` runs
    call = [program("java"), "-XX:TieredStopAtLevel=1", JAVA / "LogIn.java", listed, folder, insurer.authority]
    done = subprocess.run([*map(str, call), insurer.url], capture_output=True, check=True)
    return dict(line.split("\t", 1) for line in done.stdout.decode().splitlines())


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


def let_in(answer: str, kind: str) -> bool:
    """Whether the server let in the very certificate."""
    verdict, _blank, certificate = answer.partition(" ")
    return verdict == "SUCCESS" and unquote(certificate) == pem_pair(kind).certificate


@pytest.mark.parametrize("kind", KINDS)
def test_curl_logs_in_with_pem(kind: str, insurer: Insurer, tmp_path: Path) -> None:
    """With each kind of key, the key encrypted."""
    certificate, key = Files(tmp_path, kind).pem(PIN)
    assert let_in(curl(insurer, ("cert", certificate), ("key", key), ("pass", PIN)), kind)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_curl_logs_in_with_a_pkcs12(flavour: Flavour, insurer: Insurer, tmp_path: Path) -> None:
    """Of either flavour, without its legacy provider."""
    file = Files(tmp_path, "rsa-2048").pkcs12("a", flavour, PIN)
    assert let_in(curl(insurer, ("cert-type", "P12"), ("cert", file), ("pass", PIN)), "rsa-2048")


@pytest.mark.parametrize("kind", KINDS)
def test_python_logs_in_with_pem(kind: str, insurer: Insurer, tmp_path: Path) -> None:
    """By the standard library alone, which asks a function for the PIN."""
    certificate, key = Files(tmp_path, kind).pem(PIN)
    context = ssl.create_default_context(cafile=str(insurer.authority))
    context.load_cert_chain(certificate, key, password=lambda: PIN)
    call = http.client.HTTPSConnection(HOST, insurer.port, context=context, timeout=20)
    call.request("GET", "/")
    assert let_in(call.getresponse().read().decode(), kind)
    call.close()


def test_java_logs_in_with_a_pkcs12(insurer: Insurer, tmp_path: Path) -> None:
    """Of either flavour and with each kind of key, in one machine."""
    names = []
    for kind in KINDS:
        files = Files(tmp_path, kind)
        for flavour in FLAVOURS:
            names.append(f"{flavour} {kind}")
            files.pkcs12(names[-1], flavour, ASCII)
    answers = java(insurer, tmp_path, names)
    assert [*answers] == names
    assert [name for name, answer in answers.items() if not let_in(answer, name.split()[1])] == []


def test_nginx_logs_in_with_pem(tmp_path: Path) -> None:
    """By the settings that its steps name, with the PIN in a file that only it may read."""
    certificate, key = Files(tmp_path, "rsa-2048").pem(ASCII)
    pin = tmp_path / "pin"
    pin.write_text(ASCII + "\n", encoding="utf-8")
    with running(tmp_path, ROOT, Client(certificate, key, pin)) as server:
        answer = curl(server, ("url", f"http://{HOST}/"), ("unix-socket", server.calling))
    assert "SUCCESS" in answer
    assert let_in(answer[answer.index("SUCCESS") :], "rsa-2048")


def test_who_shows_nothing_stays_outside(insurer: Insurer) -> None:
    """The server really demands a certificate."""
    assert "400 No required SSL certificate was sent" in curl(insurer)


def test_who_brings_no_chain_stays_outside(insurer: Insurer, tmp_path: Path) -> None:
    """It is the chain in the copy by which the server knows the certificate."""
    certificate, key = Files(tmp_path, "p-256", chain=0).pem(PIN)
    assert "400 The SSL certificate error" in curl(insurer, ("cert", certificate), ("key", key), ("pass", PIN))


def test_without_the_pin_nothing_is_sent(insurer: Insurer, tmp_path: Path) -> None:
    """A key that fell into other hands is of no use by itself."""
    certificate, key = Files(tmp_path, "p-256").pem(PIN)
    assert "unable to set private key file" in curl(insurer, ("cert", certificate), ("key", key), ("pass", ASCII))


def test_what_export_writes_logs_in(insurer: Insurer, tmp_path: Path) -> None:
    """From the issuer's file through the vault to each kind of software: under its own PIN, and under a new one."""
    desk = Program(tmp_path)
    vaults.new_vault(desk.vault)
    (tmp_path / "in.p12").write_bytes(Makers(tmp_path).openssl(pem_pair("rsa-2048").whole(1), ASCII))
    assert desk.run("add", "in.p12", "--pin-stdin", stdin=ASCII.encode()).code == 0

    def exported(software: str, *options: str, stdin: bytes = b"") -> list[str]:
        answer = desk.run("export", "müller", "--for", software, "--to", software, *options, "--json", stdin=stdin)
        return [str(desk.folder / file["path"]) for file in answer.document["files"]]

    key, certificate = exported("pem")
    assert let_in(curl(insurer, ("cert", certificate), ("key", key), ("pass", ASCII)), "rsa-2048")
    new = {"java": ASCII, "keasy": "Neu-5678", "firefox": "Neu-5678"}
    for software, pin in new.items():
        changed = () if pin == ASCII else ("--new-pin-stdin",)
        (file,) = exported(software, *changed, stdin=pin.encode())
        (tmp_path / f"{software}.p12").write_bytes(Path(file).read_bytes())
        (tmp_path / f"{software}.pin").write_text(pin + "\n", encoding="utf-8")
        assert let_in(curl(insurer, ("cert-type", "P12"), ("cert", file), ("pass", pin)), "rsa-2048")
    assert (tmp_path / "java.p12").read_bytes() == (tmp_path / "in.p12").read_bytes()
    answers = java(insurer, tmp_path, [*new])
    assert [software for software, answer in answers.items() if not let_in(answer, "rsa-2048")] == []
