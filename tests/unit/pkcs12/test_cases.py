"""Every file of ``tests/vectors/pkcs12`` and of the crypto library's own vectors comes to its outcome."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cryptography_vectors
import pytest
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import pkcs12

from vault.errors import BeyondUs, CertvaultError, FileDamaged, SeveralCertificates, WrongPin
from vault.pkcs12 import inside, recognise
from vault.pkcs12.facts import quiet
from vault.secret import Pin

HERE = Path(__file__).parents[2] / "vectors" / "pkcs12"
THEIRS = Path(cryptography_vectors.__file__).parent / "pkcs12"
CASES: list[dict[str, str]] = json.loads((HERE / "cases.json").read_text(encoding="utf-8"))
STRANGERS = tuple(Pin(text) for text in ("0f3a", "9b1c", "77d2"))

NOT_BY_THE_LIBRARY = {
    "bad-certificate-beside",
    "certificate-of-version-4",
    "certificate-times-with-fractions",
    "certificate-times-with-offset",
    "certificate-with-a-loose-boolean",
    "curve-written-out",
    "keytool-dsa",
    "contents-in-latin-1",
    "contents-in-latin-1-no-mac",
    "contents-in-utf-16",
    "contents-in-utf-16-no-mac",
    "decomposed-pin",
    "enveloped-beside",
    "mac-as-old-openssl",
    "odd-name",
    "rsa-without-primes",
}
"""Sound files that the library alone refuses: one thing that it cannot read costs it the whole file."""
ANOTHER_BY_THE_LIBRARY = {"renewed-and-tied-to-the-older"}
"""Of several certificates for one key, the library takes the first."""


def named(case: Any) -> str | None:
    """The name of a case, for the test's id."""
    return str(case["name"]) if isinstance(case, dict) else None


def outcome(data: bytes, pin: str) -> str:
    """What comes of ``data``: ``proven``, ``any-pin``, or the name of the error."""
    try:
        recognise.check(data)
        return "proven" if inside.prove(data, Pin(pin), STRANGERS).proven else "any-pin"
    except CertvaultError as error:
        return type(error).__name__


def data_of(case: dict[str, str]) -> bytes:
    """The file of a case."""
    return (HERE / f"{case['name']}.p12").read_bytes()


@pytest.mark.parametrize("case", [c for c in CASES if c["outcome"] != "stopped"], ids=named)
def test_outcome(case: dict[str, str]) -> None:
    """What is wrong with a file is told apart, and what is sound opens."""
    assert outcome(data_of(case), case["pin"]) == case["outcome"]


@pytest.mark.parametrize("case", [c for c in CASES if c["outcome"] == "proven"], ids=named)
def test_wrong_pin(case: dict[str, str]) -> None:
    """A file that proves its PIN refuses another, and one in other letters too."""
    data = data_of(case)
    for wrong in (case["pin"] + "x", case["pin"].swapcase() or "x", unicodedata.normalize("NFD", "ä")):
        with pytest.raises(WrongPin):
            inside.prove(data, Pin(wrong), STRANGERS)


def test_wrong_pin_under_an_unknown_mac() -> None:
    """Where nobody here knows the MAC, a key that does not open still says that the PIN is wrong."""
    data = (HERE / "unknown-mac.p12").read_bytes()
    with pytest.raises(WrongPin):
        inside.prove(data, Pin("test-1234"), STRANGERS)
    with pytest.raises(BeyondUs):
        inside.prove(data, Pin("Test-1234"), STRANGERS)


@pytest.mark.parametrize("name", ["two-passwords", "bad-certificate-only"])
def test_another_flavour_would_not_help(name: str) -> None:
    """Only where an algorithm is not known is the advice to ask for another flavour."""
    with pytest.raises(BeyondUs) as refused:
        inside.prove((HERE / f"{name}.p12").read_bytes(), Pin("Test-1234"), ())
    assert refused.value.hint.startswith("Ask the issuer for a new file")


def test_the_pin_in_another_encoding() -> None:
    """A file with the PIN in an encoding of its own opens, and says so; no other file does."""
    told = {
        case["name"]
        for case in CASES
        if case["outcome"] == "proven" and inside.opened(data_of(case), Pin(case["pin"])).otherwise_encoded
    }
    latin = {f"contents-in-{name}{ending}" for name in ("latin-1", "utf-16") for ending in ("", "-no-mac")}
    assert told == {"decomposed-pin", "mac-as-old-openssl", *latin}


@pytest.mark.parametrize(
    ("name", "until"),
    [("renewed-and-tied-to-the-older", 2028), ("renewed-newer-first", 2029), ("renewed-with-the-same-key", 2028)],
)
def test_renewed_for_the_same_key(name: str, until: int) -> None:
    """Of several certificates for one key the one that the file ties to it is meant, else the newest."""
    assert inside.opened((HERE / f"{name}.p12").read_bytes(), Pin("Test-1234")).certificate.not_after.year == until


@pytest.mark.parametrize(
    ("name", "names"), [("two-pairs", "Makler EC; Makler Zwei"), ("one-key-two-holders", "Makler EC; Somebody Else")]
)
def test_several_are_named(name: str, names: str) -> None:
    """Where it is unclear which pair is meant, the person reads whose they are."""
    with pytest.raises(SeveralCertificates) as refused:
        inside.prove((HERE / f"{name}.p12").read_bytes(), Pin("Test-1234"), ())
    assert refused.value.fields["names"] == names
    assert names in str(refused.value)


def test_a_curve_that_is_not_known_is_named() -> None:
    """The person reads which curve it is, and what key to ask for."""
    with pytest.raises(BeyondUs, match=re.escape("curve that is not known here (1.3.36.3.3.2.8.1.1.9)")) as refused:
        inside.prove((HERE / "curve-unknown.p12").read_bytes(), Pin("Test-1234"), ())
    assert "P-256" in refused.value.hint


def test_times() -> None:
    """Times with an offset, without seconds or with fractions of them are moments like others."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for name in ("offset", "fractions"):
        found = inside.opened((HERE / f"certificate-times-with-{name}.p12").read_bytes(), Pin("Test-1234"))
        assert (found.certificate.not_before, found.certificate.not_after) == (start, start.replace(year=2028))


def test_line_ends() -> None:
    """What FTP did to a file is told, with what to do."""
    with pytest.raises(FileDamaged) as refused:
        recognise.check((HERE / "line-ends-changed.p12").read_bytes())
    assert "line ends" in str(refused.value)
    assert "binary" in refused.value.hint


@pytest.mark.parametrize("case", [c for c in CASES if c["outcome"] == "proven"], ids=named)
def test_agrees_with_the_library(case: dict[str, str]) -> None:
    """Where the library opens a file too, it finds the same certificate and the same number of others."""
    data = data_of(case)
    found = inside.opened(data, Pin(case["pin"]))
    try:
        with quiet():
            theirs = pkcs12.load_pkcs12(data, case["pin"].encode())
    except (ValueError, x509.InvalidVersion, UnsupportedAlgorithm):
        assert case["name"] in NOT_BY_THE_LIBRARY
        return
    assert case["name"] not in NOT_BY_THE_LIBRARY
    assert theirs.cert is not None
    same = found.certificate.fingerprint == theirs.cert.certificate.fingerprint(SHA256()).hex()
    assert same is (case["name"] not in ANOTHER_BY_THE_LIBRARY)
    different = {each.certificate.fingerprint(SHA256()) for each in (theirs.cert, *theirs.additional_certs)}
    assert found.chain == len(different) - 1


def test_facts() -> None:
    """Subject, issuer, serial number, dates and names are what the certificate says."""
    found = inside.opened((HERE / "chain-and-name.p12").read_bytes(), Pin("Test-1234"))
    certificate = found.certificate
    assert (certificate.subject, certificate.issuer) == ("CN=Makler Müller", "CN=Test CA")
    assert certificate.serial == "7f112233"
    assert (certificate.not_before.isoformat(), certificate.not_after.isoformat()) == (
        "2026-01-01T00:00:00+00:00",
        "2028-01-01T00:00:00+00:00",
    )
    assert certificate.common_name == "Makler Müller"
    assert (found.friendly_name, found.chain) == ("Müller & Söhne", 1)


def test_negative_serial() -> None:
    """A serial number below zero has a sign, and warns nobody."""
    found = inside.opened((HERE / "negative-serial.p12").read_bytes(), Pin("Test-1234"))
    assert found.certificate.serial == f"{int.from_bytes(bytes.fromhex('80112233'), signed=True):x}"


def test_name_in_another_encoding() -> None:
    """Umlauts of Latin-1, in a T61String or where UTF-8 was promised, are read as they were meant."""
    latin = inside.opened((HERE / "latin-name.p12").read_bytes(), Pin("Test-1234")).certificate
    assert (latin.subject, latin.common_name) == ("CN=Jörg Maaß", "Jörg Maaß")
    odd = inside.opened((HERE / "odd-name.p12").read_bytes(), Pin("Test-1234")).certificate
    assert (odd.subject, odd.issuer, odd.common_name) == ("CN=Makler ÿþ", "CN=Test CA", "Makler ÿþ")


def test_name_that_is_no_text() -> None:
    """A name that cannot be text is a # and its bytes in hex, and hinders nothing else."""
    certificate = inside.opened((HERE / "no-string-name.p12").read_bytes(), Pin("Test-1234")).certificate
    assert certificate.subject.startswith("#30")
    assert certificate.subject.endswith(b"is not".hex())
    assert (certificate.issuer, certificate.common_name) == ("CN=Test CA", None)


THEIR_OUTCOMES = {
    "cert-aes256cbc-no-key": ("cryptography", "NoPrivateKey"),
    "cert-key-aes256cbc": ("cryptography", "proven"),
    "cert-none-key-none": ("cryptography", "proven"),
    "cert-rc2-key-3des": ("cryptography", "proven"),
    "java-truststore": ("", "NoPrivateKey"),
    "no-cert-key-aes256cbc": ("cryptography", "NoCertificate"),
    "no-password": ("", "proven"),
} | {
    f"{name}-{ending}": (pin, "proven" if not name.startswith("no-cert") else "NoPrivateKey")
    for name in (
        "name-1", "name-2", "name-2-3", "name-3", "name-all", "name-unicode", "no-name",
        "no-cert-name-2", "no-cert-name-3", "no-cert-name-all", "no-cert-name-unicode", "no-cert-no-name",
    )
    for ending, pin in (("pwd", "password"), ("no-pwd", ""))
}  # fmt: skip


def test_no_vector_of_the_library_is_left_out() -> None:
    """All of the library's PKCS#12 vectors are in the table."""
    assert {path.stem for path in THEIRS.glob("*.p12")} == set(THEIR_OUTCOMES)


@pytest.mark.parametrize("name", THEIR_OUTCOMES)
def test_the_librarys_vectors(name: str) -> None:
    """The crypto library's own vectors come to their outcome, and to WrongPin under another PIN."""
    pin, expected = THEIR_OUTCOMES[name]
    data = (THEIRS / f"{name}.p12").read_bytes()
    assert outcome(data, pin) == expected
    assert outcome(data, "not it") == "WrongPin"
