"""What opens in ``openssl`` opens here: files as the programs of others write them, and every vector."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest

from tests.stand_in.makers import Makers
from vault.errors import WrongPin
from vault.pkcs12 import inside, recognise
from vault.ports.opener import Opened
from vault.secret import Pin

HERE = Path(__file__).parents[2] / "vectors" / "pkcs12"
PIN = "Test-1234"
PINS = ("Test-1234", "Größe", "12€", "a😀b", "x" * 65, " a b ", "", unicodedata.normalize("NFD", "ä"))
STRANGERS = tuple(Pin(text) for text in ("0f3a", "9b1c", "77d2"))
OLD = ("-legacy",)
DES = ("-legacy", "-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1")


def both(scheme: str, *more: str) -> tuple[str, ...]:
    """Key and certificates under one scheme."""
    return "-legacy", "-certpbe", scheme, "-keypbe", scheme, *more


FLAVOURS: dict[str, tuple[str, ...]] = {
    "today": (),
    "today, no MAC": ("-nomac",),
    "of OpenSSL before 3": OLD,
    "of OpenSSL before 3, no MAC": (*OLD, "-nomac"),
    "-descert": DES,
    "-descert, no MAC": (*DES, "-nomac"),
    "one step": ("-noiter", "-nomaciter"),
    "only the key": ("-certpbe", "NONE"),
    "only a MAC": ("-certpbe", "NONE", "-keypbe", "NONE"),
    "with a name": ("-name", "Müller & Söhne"),
    "for signing": ("-keysig",),
    "for Windows": ("-keyex", "-CSP", "Microsoft Enhanced RSA and AES Cryptographic Provider", "-LMK"),
    **{f"MAC {name}": ("-macalg", name) for name in ("md5", "sha224", "sha384", "sha512", "sha512-256", "sha3-256")},
    **{name: both(name) for name in ("PBE-SHA1-RC2-128", "PBE-SHA1-2DES", "PBE-SHA1-RC4-128", "PBE-SHA1-RC4-40")},
    **{name: both(name) for name in ("PBE-MD5-DES", "PBE-SHA1-DES", "PBE-SHA1-RC2-64")},
    **{name: both(name) for name in ("AES-128-CBC", "AES-192-CBC", "DES-EDE3-CBC", "CAMELLIA-256-CBC")},
}
"""What ``openssl pkcs12 -export`` can be asked for."""
MAIN = ("today", "today, no MAC", "of OpenSSL before 3", "-descert, no MAC", "only a MAC")
"""Those in which every PIN is tried."""
KEYS: dict[str, tuple[str, ...]] = {
    "RSA 1024": ("RSA", "rsa_keygen_bits:1024"),
    "RSA 3072, exponent 3": ("RSA", "rsa_keygen_bits:3072", "rsa_keygen_pubexp:3"),
    "RSA 2047": ("RSA", "rsa_keygen_bits:2047"),
    "RSA-PSS": ("RSA-PSS", "rsa_keygen_bits:2048"),
    "RSA-PSS, restricted": ("RSA-PSS", "rsa_keygen_bits:2048", "rsa_pss_keygen_md:sha384"),
    "P-521": ("EC", "ec_paramgen_curve:P-521"),
    "brainpool": ("EC", "ec_paramgen_curve:brainpoolP384r1"),
    "P-256, written out": ("EC", "ec_paramgen_curve:P-256", "ec_param_enc:explicit"),
    "brainpool, written out": ("EC", "ec_paramgen_curve:brainpoolP320r1", "ec_param_enc:explicit"),
    **{name: (name,) for name in ("ED25519", "ED448", "X25519")},
}


@pytest.fixture
def makers(tmp_path: Path) -> Makers:
    """The programs, in a folder of the test's own."""
    return Makers(tmp_path)


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A key with its certificate."""
    return Makers(tmp_path_factory.mktemp("key")).key()


def proven(data: bytes, pin: str) -> Opened:
    """The file, opened as ``certvault add`` does."""
    recognise.check(data)
    found = inside.prove(data, Pin(pin), STRANGERS)
    assert found.proven
    return found


def opened(data: bytes, pin: str) -> Opened:
    """The same, and refused under another PIN."""
    with pytest.raises(WrongPin):
        inside.prove(data, Pin(pin + "x"), STRANGERS)
    return proven(data, pin)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_openssl(makers: Makers, pem: str, flavour: str) -> None:
    """Whatever openssl writes with whatever PIN, and opens again, opens here, and with no other PIN."""
    for pin in PINS if flavour in MAIN else PINS[:2]:
        data = makers.openssl(pem, pin, *FLAVOURS[flavour])
        assert makers.opens_in_openssl(data, pin)
        assert not opened(data, pin).otherwise_encoded


@pytest.mark.parametrize("flavour", ["today", "of OpenSSL before 3", "-descert", "-descert, no MAC"])
@pytest.mark.parametrize(("terminal", "pin"), [("latin-1", "Größe"), ("cp1252", "12€"), ("cp850", "Größe")])
def test_typed_in_another_terminal(makers: Makers, pem: str, flavour: str, terminal: str, pin: str) -> None:
    """A PIN that was typed in a terminal of another code page opens the file here as the person knows it."""
    data = makers.openssl(pem, pin.encode(terminal), *FLAVOURS[flavour])
    assert makers.opens_in_openssl(data, pin.encode(terminal))
    assert opened(data, pin).otherwise_encoded is (terminal != "latin-1" or flavour == "today")


@pytest.mark.parametrize("flavour", ["of OpenSSL before 3", "-descert", "only a MAC"])
def test_as_openssl_before_1_1(makers: Makers, pem: str, flavour: str) -> None:
    """A PIN whose octets were taken for characters: openssl opens it still, by a detour, and so does certvault."""
    data = makers.openssl(pem, "Größe".encode().decode("latin-1"), *FLAVOURS[flavour])
    assert makers.opens_in_openssl(data, "Größe")
    assert opened(data, "Größe").otherwise_encoded


@pytest.mark.parametrize("kind", KEYS)
def test_kinds_of_keys(makers: Makers, kind: str) -> None:
    """Keys of every kind that a certificate may have belong to it, and to no other."""
    data = makers.openssl(makers.key(*KEYS[kind]), PIN)
    assert makers.opens_in_openssl(data, PIN)
    assert opened(data, PIN).certificate.common_name == "Makler"


@pytest.mark.parametrize(
    ("pin", "options"),
    [("Größe", ("--pkcs-cipher", "3des-pkcs12")), (None, ("--null-password", "--pkcs-cipher", "rc2-40"))],
)
def test_certtool(makers: Makers, pem: str, pin: str | None, options: tuple[str, ...]) -> None:
    """What GnuTLS writes, with a PIN and with what it calls none."""
    data = makers.certtool(pem, pin, *options)
    assert makers.opens_in_openssl(data, pin or "")
    assert proven(data, pin or "").friendly_name == "Makler"


@pytest.mark.parametrize(
    ("pin", "scheme"),
    [
        ("Größe😀", None),
        (PIN, "PKCS #12 V2 PBE With SHA-1 And 40 Bit RC2 CBC"),
    ],
)
def test_pk12util(makers: Makers, pem: str, pin: str, scheme: str | None) -> None:
    """What Firefox and Thunderbird write."""
    source = makers.openssl(pem, PIN, "-name", "makler")
    data = makers.pk12util(source, PIN, pin, *(("-c", scheme, "-C", scheme) if scheme else ()))
    assert makers.opens_in_openssl(data, pin)
    assert proven(data, pin).friendly_name == "makler"


@pytest.mark.parametrize("java", [("keystore.pkcs12.legacy",), ("keystore.pkcs12.macAlgorithm=NONE",)])
def test_keytool(makers: Makers, java: tuple[str, ...]) -> None:
    """What Java wrote before 2021, and writes without a MAC, with a certificate of a server beside the pair."""
    server = makers.folder / "server.pem"
    server.write_text(makers.key().partition("-----END PRIVATE KEY-----\n")[2])
    made = ("-genkeypair", "-alias", "makler", "-dname", "CN=Makler Java", "-keyalg", "EC")
    trusted = ("-importcert", "-alias", "server", "-file", str(server))
    data = makers.keytool(PIN, made, trusted, java=java)
    assert makers.opens_in_openssl(data, PIN)
    found = opened(data, PIN)
    assert (found.certificate.common_name, found.friendly_name, found.chain) == ("Makler Java", "makler", 1)


CASES: list[dict[str, str]] = json.loads((HERE / "cases.json").read_text(encoding="utf-8"))
REFUSED = {
    "authorities-only": "NoCertificate",
    "certificate-times-unreadable": "BeyondUs",
    "curve-unknown": "BeyondUs",
    "key-does-not-fit": "KeyDoesNotFit",
    "keytool-two-keys": "SeveralCertificates",
    "nothing-encrypted-no-mac": "any-pin",
    "one-key-two-holders": "SeveralCertificates",
    "private-half-of-another": "KeyDoesNotFit",
    "two-pairs": "SeveralCertificates",
}
"""Vectors that openssl opens and certvault refuses, each with the true reason."""


@pytest.mark.parametrize("case", [c for c in CASES if c["outcome"] != "stopped"], ids=lambda case: str(case["name"]))
def test_vectors(makers: Makers, case: dict[str, str]) -> None:
    """A vector that openssl opens is proven here, or stands in the table of what is refused, and why."""
    data = (HERE / f"{case['name']}.p12").read_bytes()
    if case["outcome"] == "TooCostly" or not makers.opens_in_openssl(data, case["pin"]):
        return
    assert case["outcome"] == REFUSED.get(case["name"], "proven")
