"""Which certificate is the pair's, and whether the private key belongs to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric import dsa, ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

from vault.errors import N_, BeyondUs, KeyDoesNotFit, NoCertificate, NoPrivateKey, Phrase, SeveralCertificates
from vault.pkcs12 import ber, curves, facts, structure, x509
from vault.pkcs12.contents import Contents, Item

_ANEW = N_("Ask the issuer for a new file.")
_USUAL = N_("Ask the issuer for a certificate with a usual kind of key: RSA, or EC on the curve P-256, P-384 or P-521.")
_SIGNED = b"certvault: does this key belong to this certificate?"
_NAMED = 5
"""So many certificates are named in an error, and the others counted."""

Public = bytes | curves.Point
"""A public key in DER as the library writes it, or the point of one that the library does not know."""


class Key(NamedTuple):
    """A private key that was read, and its public half. ``private`` is None where the library does not know it."""

    private: Any
    public: Public
    item: Item


class Candidate(NamedTuple):
    """A certificate, and the forms of its public key; none where that is of an unknown kind."""

    read: x509.Read
    publics: frozenset[Public]
    item: Item


class Chosen(NamedTuple):
    """The one certificate with the one key that belongs to it; ``further`` counts the other certificates."""

    certificate: Candidate
    valid: tuple[datetime, datetime]
    key: Key
    further: int


def choose(contents: Contents) -> Chosen:
    """The one private key that has a certificate, and its certificate; whatever else is in the file stands beside.

    Where a certificate was renewed for the same key, the one that the file ties to the key is meant, else the newest.

    Raises NoPrivateKey, NoCertificate, KeyDoesNotFit, SeveralCertificates, BeyondUs.
    """
    if not contents.keys:
        raise NoPrivateKey
    named: dict[bytes, Item] = {}
    for item in contents.certificates:
        named.setdefault(item.der, item)
    if not named:
        raise NoCertificate
    read = [key_in(each) for each in contents.keys]
    keys = {key.public: key for key in reversed(read) if isinstance(key, Key)}
    candidates = [each for item in named.values() if (each := candidate_of(item)) is not None]
    fitting: dict[Public, list[Candidate]] = {}
    for candidate in candidates:
        for public in candidate.publics & keys.keys():
            fitting.setdefault(public, []).append(candidate)
    if len(fitting) > 1:
        raise _several(SeveralCertificates(keys=len(fitting)), [each for some in fitting.values() for each in some])
    for public, some in fitting.items():
        return _proven(keys[public], _meant(keys[public], some), len(named) - 1)
    raise next(
        (each for each in read if isinstance(each, BeyondUs)),
        _without(candidates, unread=len(named) - len(candidates)),
    )


def _meant(key: Key, fitting: list[Candidate]) -> Candidate:
    """Which of the certificates of one key is meant; one whose dates cannot be read only where there is no other."""
    fitting = [c for c in fitting if c.read.valid] or fitting
    ties = [c for c in fitting if c.item.local_key_id is not None and c.item.local_key_id == key.item.local_key_id]
    if len(ties) == 1:
        return ties[0]
    if len({c.read.subject for c in fitting}) > 1:
        sentence = N_("The file holds {certificates} certificates of different holders for one private key: {names}.")
        raise _several(SeveralCertificates(sentence), fitting)
    return max(fitting, key=lambda c: (c.read.valid or ())[::-1])


def _several(error: SeveralCertificates, candidates: list[Candidate]) -> SeveralCertificates:
    names = [facts.subject(each.read) for each in candidates[:_NAMED]]
    error.fields |= {"certificates": len(candidates), "names": "; ".join(names) + " ..." * (len(candidates) > _NAMED)}
    return error


def _proven(key: Key, certificate: Candidate, further: int) -> Chosen:
    if certificate.read.valid is None:
        raise BeyondUs(hint=_ANEW, what=N_("the dates of its certificate cannot be read"))
    _prove(key)
    return Chosen(certificate, certificate.read.valid, key, further)


def _without(candidates: list[Candidate], unread: int) -> KeyDoesNotFit | NoCertificate | BeyondUs:
    """Why no certificate fits: there is another one, there are only authorities', or there is one nobody can read."""
    if unread:
        return BeyondUs(hint=_ANEW, what=N_("a certificate in it is malformed"))
    lone = len(candidates) == 1
    return KeyDoesNotFit() if lone or not all(c.read.is_authority() for c in candidates) else NoCertificate()


def key_in(item: Item) -> Key | BeyondUs:
    """The key, or why it cannot be used."""
    # The library's own check of an RSA key takes 30 ms and says nothing of the certificate: signing once says both.
    try:
        with facts.quiet():
            private = _whole(load_der_private_key(item.der, None, unsafe_skip_rsa_key_validation=True))
            return Key(private, _spki(private.public_key()), item)
    except Exception:  # noqa: BLE001 - whatever the library raises, it does not know this key
        return _by_point(item)


def _by_point(item: Item) -> Key | BeyondUs:
    try:
        point = curves.of_private_key(item.der)
        if point is not None:
            return Key(None, point, item)
        algorithm = structure.algorithm(ber.at_least(ber.first(item.der), 2)[1])
        curve = algorithm.parameters if algorithm.oid == curves.EC_PUBLIC_KEY else None
        name = ber.oid(curve) if curve else algorithm.oid
    except ber.BerError:
        return BeyondUs(hint=_USUAL, what=N_("its private key is of a kind that is not known here"))
    if curve:
        return BeyondUs(hint=_USUAL, what=Phrase(N_("its key is on a curve that is not known here ({oid})"), oid=name))
    what = Phrase(N_("its private key is of a kind that is not known here ({oid})"), oid=name)
    return BeyondUs(hint=_USUAL, what=what)


def _whole(private: Any) -> Any:
    """``private``; an RSA key that came without its primes gets them."""
    if isinstance(private, rsa.RSAPrivateKey) and not (numbers := private.private_numbers()).p:
        public = numbers.public_numbers
        p, q = rsa.rsa_recover_prime_factors(public.n, public.e, numbers.d)
        crt = (rsa.rsa_crt_dmp1(numbers.d, p), rsa.rsa_crt_dmq1(numbers.d, q), rsa.rsa_crt_iqmp(p, q))
        return rsa.RSAPrivateNumbers(p, q, numbers.d, *crt, public).private_key()
    return private


def candidate_of(item: Item) -> Candidate | None:
    """The certificate with the forms of its public key, or None where it cannot be read."""
    try:
        read = x509.read(item.der)
    except ber.BerError:
        return None
    return Candidate(read, frozenset(_publics(read.public_key)), item)


def _publics(der: bytes) -> Iterable[Public]:
    try:
        with facts.quiet():
            yield _spki(load_der_public_key(der))
    except Exception:  # noqa: BLE001, S110 - a public key of an unknown kind fits no key that the library has read
        pass
    try:
        if (point := curves.of_certificate(der)) is not None:
            yield point
    except ber.BerError:
        pass


def _spki(public: Any) -> bytes:
    encoded: bytes = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return encoded


def _prove(key: Key) -> None:
    """Sign and verify: the private half may be another than its public half, which is the certificate's, says.

    The private half of a key that the library does not know is what its point was reckoned from.
    """
    parameters: tuple[Any, ...] = ()
    if isinstance(key.private, rsa.RSAPrivateKey):
        parameters = (padding.PKCS1v15(), SHA256())
    elif isinstance(key.private, ec.EllipticCurvePrivateKey):
        parameters = (ec.ECDSA(SHA256()),)
    elif isinstance(key.private, dsa.DSAPrivateKey):
        parameters = (SHA256(),)
    elif not hasattr(key.private, "sign"):
        return
    try:
        public = key.private.public_key()
        public.verify(key.private.sign(_SIGNED, *parameters), _SIGNED, *parameters)
    except Exception as unfit:
        raise KeyDoesNotFit from unfit
