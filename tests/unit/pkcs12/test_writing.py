"""Writing a pair anew: nothing is lost, the same call gives the same bytes, and what is wrong is not given away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from asn1crypto import core
from hypothesis import given
from hypothesis import strategies as st

from tests.stand_in.makers import Makers
from tests.support.pairs import blocks, der_of, pem_pair
from vault.errors import Fault, WrongPin
from vault.pkcs12 import belonging, ber, der, flavours, inside, protection, writing
from vault.pkcs12.flavours import Flavour, Salts, Writer
from vault.secret import Pin

HERE = Path(__file__).parents[2] / "vectors" / "pkcs12"
CASES: list[dict[str, str]] = json.loads((HERE / "cases.json").read_text(encoding="utf-8"))
PROVEN = [case for case in CASES if case["outcome"] == "proven"]
FLAVOURS: tuple[Flavour, ...] = ("3des", "aes")
PIN, OTHER = Pin("Test-1234"), Pin("Neu-5678")


@pytest.fixture
def few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """So little work for each file that many can be made."""
    for flavour in FLAVOURS:
        monkeypatch.setitem(flavours.ROUNDS, flavour, 10)


@pytest.fixture
def source(tmp_path: Path) -> bytes:
    """A pair with its chain and a name, as openssl writes it."""
    return Makers(tmp_path).openssl(pem_pair("p-256").whole(2), PIN.reveal(), "-name", "Müller")


@pytest.mark.usefixtures("few_rounds")
@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("case", PROVEN, ids=lambda case: str(case["name"]))
def test_whatever_opens_here_is_written_anew(case: dict[str, str], flavour: Flavour) -> None:
    """However odd the original: key and certificate are the same to the octet, and so is its name."""
    data, pin = (HERE / f"{case['name']}.p12").read_bytes(), Pin(case["pin"])
    before, after = inside.opened(data, pin), inside.prove(writing.encoded(data, pin, flavour=flavour), pin, ())
    assert after.certificate == before.certificate
    assert after.friendly_name == (before.friendly_name or None)
    assert after.proven
    assert not after.otherwise_encoded
    assert key_of(writing.encoded(data, pin, flavour=flavour), pin) == key_of(data, pin)


@pytest.mark.usefixtures("few_rounds")
@pytest.mark.parametrize("case", PROVEN, ids=lambda case: str(case["name"]))
def test_whatever_opens_here_is_written_as_pem(case: dict[str, str]) -> None:
    """With its key encrypted and not; the certificate is the same to the octet."""
    data, pin = (HERE / f"{case['name']}.p12").read_bytes(), Pin(case["pin"])
    sealed, plain = (writing.pem(data, pin, key_pin=each) for each in (OTHER, None))
    assert sealed.certificates == plain.certificates
    assert (b"ENCRYPTED" in sealed.key, b"ENCRYPTED" in plain.key) == (True, False)


def key_of(data: bytes, pin: Pin) -> bytes:
    """The private key, as the file has it."""
    return belonging.choose(inside.decrypted(data, pin, ()).contents).key.item.der


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_file_is_protected_as_its_flavour_says(flavour: Flavour, source: bytes) -> None:
    """All of it: key, certificates and the integrity check, with the rounds that were promised."""
    found = protection.protection(writing.encoded(source, PIN, flavour=flavour))
    seals = [*found.keys, *found.safes, found.mac]
    assert {seal.name for seal in seals if seal} == {flavour}
    assert {seal.rounds for seal in seals if seal} == {flavours.ROUNDS[flavour]}
    assert (found.open_keys, found.open_certificates) == (0, 0)


@pytest.mark.usefixtures("few_rounds")
@pytest.mark.parametrize("flavour", FLAVOURS)
def test_the_same_call_gives_the_same_bytes(flavour: Flavour, source: bytes) -> None:
    """So an export that is done again finds its files unchanged."""
    once, again = (writing.encoded(source, PIN, flavour=flavour) for _ in range(2))
    assert once == again
    assert writing.pem(source, PIN, key_pin=OTHER) == writing.pem(source, PIN, key_pin=OTHER)


@pytest.mark.usefixtures("few_rounds")
def test_whatever_differs_gives_other_salts(source: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another PIN, name or flavour, and each place in a file: no salt or vector is used twice."""
    taken: list[bytes] = []
    take = Salts.take

    def noted(self: Salts, size: int) -> bytes:
        taken.append(take(self, size))
        return taken[-1]

    monkeypatch.setattr(Salts, "take", noted)
    for flavour in FLAVOURS:
        for pin in (PIN, OTHER):
            for name in (None, "Meier"):
                writing.encoded(source, PIN, flavour=flavour, new_pin=pin, name=name)
    writing.pem(source, PIN, key_pin=PIN)
    assert len(taken) == len(set(taken)) == 4 * 3 + 4 * 5 + 2


@pytest.mark.usefixtures("few_rounds")
def test_a_new_pin_takes_the_place_of_the_old(source: bytes) -> None:
    """The copy opens under the new one alone, and the original stays what it is."""
    made = writing.encoded(source, PIN, flavour="aes", new_pin=OTHER)
    assert inside.opened(made, OTHER).friendly_name == "Müller"
    with pytest.raises(WrongPin):
        inside.opened(made, PIN)


@pytest.mark.usefixtures("few_rounds")
@pytest.mark.parametrize("name", ["Kaya & Söhne", "😀", "\u202eevil", "x" * 5000])
def test_a_friendly_name_may_be_given(name: str, source: bytes) -> None:
    """Whatever characters are in it."""
    made = writing.encoded(source, PIN, flavour="3des", name=name)
    assert inside.opened(made, PIN).friendly_name == name


def test_a_wrong_pin_writes_nothing(source: bytes) -> None:
    """It is told as everywhere."""
    with pytest.raises(WrongPin):
        writing.encoded(source, OTHER, flavour="aes")
    with pytest.raises(WrongPin):
        writing.pem(source, OTHER, key_pin=None)


@pytest.mark.usefixtures("few_rounds")
def test_the_nearest_of_the_chain_comes_first(tmp_path: Path) -> None:
    """However the file has them; one that is there twice, or is the certificate itself, comes once."""
    pair = pem_pair("p-256")
    middle, root = pair.chain
    mixed = pair.key + pair.certificate + root + middle + root
    made = writing.pem(Makers(tmp_path).openssl(mixed, PIN.reveal()), PIN, key_pin=None)
    assert blocks(made.chain) == [middle, root]


@pytest.mark.usefixtures("few_rounds")
def test_who_issued_nobody_comes_last(tmp_path: Path) -> None:
    """A stranger among the certificates is kept, behind the chain."""
    pair, stranger = pem_pair("p-256"), pem_pair("ed25519").certificate
    mixed = pair.key + pair.certificate + stranger + "".join(pair.chain)
    made = writing.pem(Makers(tmp_path).openssl(mixed, PIN.reveal()), PIN, key_pin=None)
    assert blocks(made.chain) == [*pair.chain, stranger]


BROKEN = {
    "MAC": ("mac", lambda _self, _content: der.sequence(der.sequence(), der.octets(b""))),
    "encryption": ("sealed", lambda _self, plain: (der.sequence(der.oid("1.2.3")), plain)),
}


@pytest.mark.usefixtures("few_rounds")
@pytest.mark.parametrize("part", BROKEN)
def test_what_does_not_open_is_not_given_away(part: str, source: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the writer is noticed before anybody carries the file to a broker."""
    monkeypatch.setattr(Writer, *BROKEN[part])
    with pytest.raises(Fault):
        writing.encoded(source, PIN, flavour="aes")


@pytest.mark.usefixtures("few_rounds")
@pytest.mark.parametrize("sealed", [b"no octets of a cipher", b"sixteen octets.."])
def test_a_pem_that_does_not_open_is_not_given_away(
    sealed: bytes, source: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same for the key of a PEM."""
    whole = Writer.sealed
    monkeypatch.setattr(Writer, "sealed", lambda self, plain: (whole(self, plain)[0], sealed))
    with pytest.raises(Fault):
        writing.pem(source, PIN, key_pin=OTHER)


@pytest.mark.usefixtures("few_rounds")
@pytest.mark.parametrize("lost", ["certificate of the chain", "key"])
def test_what_lost_a_part_is_not_given_away(lost: str, source: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A chain that is shorter than it was, or another key than the pair's."""
    if lost == "key":
        whole, stranger = writing._key_bag, der_of(pem_pair("ed25519").key)
        monkeypatch.setattr(writing, "_key_bag", lambda item, writer: whole(item._replace(der=stranger), writer))
    else:
        bag = writing._certificate_bag
        monkeypatch.setattr(writing, "_certificate_bag", lambda item: bag(item) if item.friendly_name else b"")
    with pytest.raises(Fault):
        writing.encoded(source, PIN, flavour="3des")


@given(st.integers(min_value=0, max_value=1 << 80))
def test_integers_are_der(value: int) -> None:
    """As another library writes them."""
    assert der.integer(value) == core.Integer(value).dump()


@given(st.binary(max_size=70_000))
def test_octets_are_der(value: bytes) -> None:
    """Of every length; and they are read back here."""
    assert der.octets(value) == core.OctetString(value).dump()
    assert ber.first(der.octets(value)).body == value


@pytest.mark.parametrize("value", ["1.2.840.113549.1.12.10.1.2", "2.16.840.1.101.3.4.1.42", "2.999.1", "0.0"])
def test_object_identifiers_are_der(value: str) -> None:
    """As another library writes them."""
    assert der.oid(value) == core.ObjectIdentifier(value).dump()
