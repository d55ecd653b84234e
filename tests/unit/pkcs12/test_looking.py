"""All that is in a file that opened, be it a pair or not."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import FileDamaged, KeyDoesNotFit, SeveralCertificates, WrongPin
from vault.pkcs12 import looking
from vault.pkcs12.opener import ChildOpener
from vault.pkcs12.protection import open_certificates
from vault.ports.opener import Inside
from vault.secret import Pin

HERE = Path("tests/vectors/pkcs12")
PIN = Pin("Test-1234")


def look(name: str, pin: Pin = PIN) -> Inside:
    """What a child says is in the vector of this name."""
    return ChildOpener(os.urandom).look((HERE / f"{name}.p12").read_bytes(), pin)


def test_the_pairs_own_certificate_comes_first() -> None:
    """Its own certificate, then the chain, each with its kind of key, as a child process tells them."""
    inside = look("chain-and-name")
    told = [(one.kind, one.has_key, one.chosen, one.authority) for one in inside.certificates]
    assert told == [("RSA 2048", True, True, False), ("EC P-256", False, False, True)]
    assert (inside.total, inside.keys, inside.proven, inside.refusal) == (2, 1, True, None)
    assert inside.friendly_name == "Müller & Söhne"


def test_what_is_no_pair_is_told_all_the_same() -> None:
    """Two pairs, and a key of another certificate: all is told, with the refusal."""
    two = look("two-pairs")
    assert isinstance(two.refusal, SeveralCertificates)
    assert [one.has_key for one in two.certificates] == [True, True]
    other = look("key-does-not-fit")
    assert isinstance(other.refusal, KeyDoesNotFit)
    assert [one.has_key for one in other.certificates] == [False]


def test_a_certificate_that_cannot_be_read() -> None:
    """A broken certificate is counted and told as one that cannot be read."""
    inside = look("bad-certificate-beside")
    assert inside.total == 2
    assert [one.certificate is None for one in inside.certificates] == [False, True]


def test_it_raises_as_opening_does() -> None:
    """A wrong PIN and a damaged file are told apart, as where a pair is stored."""
    with pytest.raises(WrongPin):
        look("ec", Pin("wrong"))
    with pytest.raises(FileDamaged):
        look("cut-short")


def test_certificates_of_a_pem_text() -> None:
    """Those of a PEM text are found, a bounded number of them; broken ones are left out."""
    (der,) = open_certificates((HERE / "no-mac.p12").read_bytes())
    block = b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + b"-----END CERTIFICATE-----\n"
    assert [one.kind for one in looking.bare(block * 3 + block.replace(b"MII", b"AII"))] == ["RSA 2048"] * 3
    assert len(looking.bare(block * (looking.MOST + 5))) == looking.MOST
    assert [one.kind for one in looking.bare(der)] == ["RSA 2048"]


@given(st.binary(max_size=300))
def test_what_is_no_certificate(data: bytes) -> None:
    """Whatever bytes: nothing is found in them, and nothing raised."""
    looking.bare(data)
    looking.bare(b"-----BEGIN CERTIFICATE-----" + data + b"-----END CERTIFICATE-----")
