"""What is written for a kind of software: the issuer's bytes where it reads them, else the pair anew."""

from __future__ import annotations

from typing import Literal

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from cryptography.x509 import load_pem_x509_certificates

from tests.stand_in.certificates import make_pair
from vault.errors import PinMayNotChange, PinNotTaken, Usage
from vault.model.pair import Contents
from vault.model.target_profile import PinLimits, TargetProfile
from vault.operations.fitting import Fit, made
from vault.pkcs12.protection import protection
from vault.secret import Pin
from vault.targets import load_all

TARGETS = load_all()
PIN = Pin("Tz4Wn8rB")
OTHER = Pin("Neue-PIN 2026")


def pair(flavour: Literal["modern", "legacy"] = "modern", pin: Pin = PIN) -> Contents:
    """A pair as issuers make them."""
    return Contents(make_pair("Müller GmbH", pin.reveal(), flavour=flavour), pin)


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("flavour", ["modern", "legacy"])
def test_every_target_gets_what_it_reads(name: str, flavour: Literal["modern", "legacy"]) -> None:
    """The issuer's bytes wherever they are read, else a file that opens with the same PIN; and always the same."""
    contents, target = pair(flavour), TARGETS[name]
    found = made(contents, Fit(target))
    assert found == made(contents, Fit(target))
    if target.form == "pem":
        assert found.flavour == "pem"
        return
    assert protection(found.data[0]).names <= target.reads
    assert (found.flavour == "original") == (found.data[0] == contents.pkcs12) == (not found.why)
    one, other = (load_pkcs12(data, b"Tz4Wn8rB") for data in (contents.pkcs12, found.data[0]))
    assert one.cert is not None
    assert other.cert is not None
    assert one.cert.certificate == other.cert.certificate


def test_what_is_read_is_never_written_anew() -> None:
    """Original bytes first: 3DES for Windows, AES for Java."""
    assert made(pair("legacy"), Fit(TARGETS["windows"])).flavour == "original"
    assert made(pair("modern"), Fit(TARGETS["java"])).flavour == "original"
    assert made(pair("modern"), Fit(TARGETS["windows"])).flavour == "3des"


def test_a_new_pin_opens_the_copy_and_the_old_one_does_not() -> None:
    """Also where the software would read the original."""
    found = made(pair(), Fit(TARGETS["java"]).under(OTHER))
    assert load_pkcs12(found.data[0], OTHER.reveal().encode()).key is not None
    with pytest.raises(ValueError, match="password"):
        load_pkcs12(found.data[0], PIN.reveal().encode())


def test_pem_has_an_encrypted_key_unless_it_is_said() -> None:
    """Under the PIN or the new one; plain only where a person wants it so."""
    key, certificates = made(pair(), Fit(TARGETS["pem"])).data
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in key
    load_pem_private_key(key, PIN.reveal().encode())
    leaf, above = load_pem_x509_certificates(certificates)
    assert leaf.issuer == above.subject
    load_pem_private_key(made(pair(), Fit(TARGETS["pem"]).under(OTHER)).data[0], OTHER.reveal().encode())
    assert b"BEGIN PRIVATE KEY" in made(pair(), Fit(TARGETS["pem"], plain=True)).data[0]


@pytest.mark.parametrize(
    ("fit", "renew", "error"),
    [
        (Fit(TARGETS["original"]), True, PinMayNotChange),
        (Fit(TARGETS["java"]._replace(pin_may_change=False)), True, PinMayNotChange),
        (Fit(), True, Usage),
        (Fit(TARGETS["pem"], plain=True), True, Usage),
        (Fit(TARGETS["java"], plain=True), False, Usage),
        (Fit(plain=True), False, Usage),
    ],
)
def test_what_cannot_be_is_said_at_once(fit: Fit, error: type[Exception], *, renew: bool) -> None:
    """Before a vault is opened."""
    with pytest.raises(error):
        fit.check(renew=renew)
    Fit(TARGETS["pem"], plain=True).check(renew=False)
    Fit(TARGETS["java"]).check(renew=True)


def test_a_pin_that_the_software_would_not_take_is_told() -> None:
    """The new one before anything is made, the pair's own before it is written; a plain key needs none."""
    short = TARGETS["java"]._replace(pin=PinLimits(shortest=6))
    with pytest.raises(PinNotTaken) as error:
        Fit(short).under(Pin("Ab3x9"))
    assert "Ab3x9" not in str(error.value)
    with pytest.raises(PinNotTaken):
        made(pair(pin=Pin("Ab3x9")), Fit(short))
    strict: TargetProfile = TARGETS["pem"]._replace(pin=PinLimits(shortest=20))
    with pytest.raises(PinNotTaken):
        made(pair(), Fit(strict))
    assert made(pair(), Fit(strict, plain=True)).flavour == "pem"


def test_the_ending_is_one_that_the_software_takes() -> None:
    """The provider's where it takes that, else its first, unless another is said."""
    assert Fit(TARGETS["windows"]).endings(None, "p12") == ("p12",)
    assert Fit(TARGETS["keasy"]).endings(None, "p12") == ("pfx",)
    assert Fit(TARGETS["windows"]).endings("p12", "pfx") == ("p12",)
    assert Fit().endings(None, "pfx") == ("pfx",)
    assert Fit(TARGETS["pem"]).endings(None, "p12") == ("key.pem", "cert.pem")
    for target in ("keasy", "pem"):
        with pytest.raises(Usage):
            Fit(TARGETS[target]).endings("p12", "p12")


def test_nothing_that_is_made_shows_itself() -> None:
    """Not in a traceback or log."""
    assert "PRIVATE" not in repr(made(pair(), Fit(TARGETS["pem"], plain=True)))
