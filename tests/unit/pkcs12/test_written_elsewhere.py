"""What is written anew opens in programs that are not ours: OpenSSL, NSS and Java, as one table."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.stand_in.makers import Makers
from tests.stand_in.readers import Readers
from tests.support.pairs import KINDS, blocks, der_of, pem_pair
from vault.pkcs12 import flavours, writing
from vault.pkcs12.flavours import Flavour
from vault.secret import Pin

FLAVOURS: tuple[Flavour, ...] = ("3des", "aes")
PINS = {"ASCII": "Test-1234", "umlaut": "Größe-ß1", "64 characters": "aB3-" * 16, "emoji": "PIN😀1"}
CHAINS = (0, 1, 2)
BEFORE = "the-issuer's-PIN"
NAME = "Müller & Söhne"

NO_ED25519 = "SEC_ERROR_PKCS12_UNABLE_TO_IMPORT_KEY"
"""NSS 3.87, of Debian 12, knows no keys of this kind."""
NOT_ASCII = "keystore password was incorrect"
"""Java 17 takes no password but ASCII for a PKCS#12, and Java 25 another one for AES alone."""
REFUSED: dict[tuple[str, str], str] = {
    ("NSS", "ed25519"): NO_ED25519,
    ("Java", "umlaut"): NOT_ASCII,
    ("Java", "emoji"): NOT_ASCII,
}
"""What a program cannot open, by the kind of key or of PIN, and with which words; a newer one may open it, and then it
must find all of it. All the rest each program opens."""


@pytest.fixture
def few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many files, so little work for each; with all their rounds some are opened below."""
    for flavour in FLAVOURS:
        monkeypatch.setitem(flavours.ROUNDS, flavour, 1000)


@pytest.mark.usefixtures("few_rounds")
@pytest.mark.parametrize("chain", CHAINS)
def test_every_flavour_key_and_pin_opens_elsewhere(chain: int, tmp_path: Path) -> None:
    """Key, certificate, chain and friendly name arrive in each program, or it refuses in the words of the table."""
    makers, readers, wrong = Makers(tmp_path), Readers(tmp_path), list[str]()
    rows = list(itertools.product(FLAVOURS, KINDS, PINS))
    sources = {k: makers.openssl(pem_pair(k).whole(chain), BEFORE, "-legacy", "-name", NAME) for k in KINDS}
    for flavour, kind, pin in rows:
        made = writing.encoded(sources[kind], Pin(BEFORE), flavour=flavour, new_pin=Pin(PINS[pin]))
        readers.put(f"{flavour} {kind} {pin}", made, PINS[pin])
    java = readers.java([" ".join(row) for row in rows])
    for flavour, kind, pin in rows:
        name = f"{flavour} {kind} {pin}"
        pair = pem_pair(kind)
        wanted = [pair.certificate, *pair.chain[:chain], pair.key]
        found = {
            "openssl": blocks(readers.openssl(name)) == wanted or "another pair",
            "openssl -legacy": blocks(readers.openssl(name, "-legacy")) == wanted or "another pair",
            "NSS": readers.nss(name),
            "Java": java[name],
        }
        right = {"openssl": True, "openssl -legacy": True, "NSS": NAME, "Java": f"{NAME.lower()}\t{chain + 1}"}
        for program, answer in found.items():
            refusal = REFUSED.get((program, kind)) or REFUSED.get((program, pin))
            good = answer == right[program] or (refusal is not None and refusal in str(answer))
            wrong += [] if good else [f"{program}: {name}: {answer}"]
    assert wrong == []


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_with_all_their_rounds(flavour: Flavour, tmp_path: Path) -> None:
    """As it goes out: no program has a bound on rounds below ours. The name of the certificate is told as it was."""
    makers, readers, pair = Makers(tmp_path), Readers(tmp_path), pem_pair("rsa-2048")
    source = makers.openssl(pair.whole(2), BEFORE, "-name", NAME)
    readers.put("pair", writing.encoded(source, Pin(BEFORE), flavour=flavour), BEFORE)
    assert blocks(readers.openssl("pair")) == [pair.certificate, *pair.chain, pair.key]
    assert readers.friendly_names("pair") == [NAME, NAME]
    assert readers.nss("pair") == NAME
    assert readers.java(["pair"])["pair"] == f"{NAME.lower()}\t3"


@pytest.mark.usefixtures("few_rounds")
@pytest.mark.parametrize("kind", KINDS)
def test_pem_opens_elsewhere(kind: str, tmp_path: Path) -> None:
    """Under each PIN openssl decrypts the key to what it was; certificate and chain are what they were."""
    makers, pair = Makers(tmp_path), pem_pair(kind)
    for chain in CHAINS:
        source = makers.openssl(pair.whole(chain), BEFORE)
        for pin in PINS.values():
            made = writing.pem(source, Pin(BEFORE), key_pin=Pin(pin))
            assert made.key.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
            assert makers.key_of_pem(made.key, pin) == der_of(pair.key)
            assert blocks(made.certificates) == [pair.certificate, *pair.chain[:chain]]
        plain = writing.pem(source, Pin(BEFORE), key_pin=None)
        assert plain.key == pair.key.encode()


def test_the_line_that_makes_a_jks(tmp_path: Path) -> None:
    """What the profile of ATLAS shows, with passwords out of files: keytool makes a JKS, and the key is in it."""
    makers, pair = Makers(tmp_path), pem_pair("rsa-2048")
    source = makers.openssl(pair.whole(1), BEFORE, "-name", "makler")
    made = writing.encoded(source, Pin(BEFORE), flavour="3des", new_pin=Pin("sechs6"))
    assert "makler, " in makers.jks_of(made, "sechs6")
    assert "PrivateKeyEntry" in makers.jks_of(made, "sechs6")
