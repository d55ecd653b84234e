"""Which certificate is the pair's, and whether the private key belongs to it."""

from __future__ import annotations

from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric import dsa, ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key

from vault.errors import N_, BeyondUs, KeyDoesNotFit, NoCertificate, NoPrivateKey, SeveralCertificates
from vault.pkcs12 import facts
from vault.pkcs12.contents import Contents, Item

_ANEW = N_("Ask the issuer for a new file.")
_SIGNED = b"certvault: does this key belong to this certificate?"


class Key(NamedTuple):
    """A private key that the library has read, and its public half in DER."""

    private: Any
    public: bytes
    item: Item


class Candidate(NamedTuple):
    """A certificate, and its public key in DER, None where that is of an unknown kind."""

    read: facts.Read
    public: bytes | None
    item: Item


class Chosen(NamedTuple):
    """The one certificate with the one key that belongs to it; ``further`` counts the other certificates."""

    certificate: Candidate
    key: Key
    further: int


def choose(contents: Contents) -> Chosen:
    """The end-entity certificate of the one private key.

    Raises NoPrivateKey, NoCertificate, KeyDoesNotFit, SeveralCertificates, BeyondUs.
    """
    if not contents.keys:
        raise NoPrivateKey
    ders = dict.fromkeys(item.der for item in contents.certificates)
    if not ders:
        raise NoCertificate
    keys = list({key.public: key for key in map(_key, contents.keys)}.values())
    named = {item.der: item for item in reversed(contents.certificates)}
    candidates = [each for der in ders if (each := _candidate(named[der])) is not None]
    fitting = [each for each in candidates if any(each.public == key.public for key in keys)]
    leaves = _leaves(candidates)
    if len(keys) > 1 or len(fitting) > 1 or (fitting and len(leaves) > 1):
        ends = {each.item.der for each in (*fitting, *leaves)}
        raise SeveralCertificates(keys=len(keys), certificates=len(ends))
    if not fitting:
        raise _without(candidates, unread=len(ders) - len(candidates))
    _prove(keys[0], fitting[0])
    return Chosen(fitting[0], keys[0], len(ders) - 1)


def _without(candidates: list[Candidate], unread: int) -> KeyDoesNotFit | NoCertificate | BeyondUs:
    """Why no certificate fits: there is another one, there are only authorities', or there is one nobody can read."""
    if unread:
        return BeyondUs(hint=_ANEW, what=N_("a certificate in it is malformed"))
    lone = len(candidates) == 1
    return KeyDoesNotFit() if lone or not all(facts.is_authority(c.read) for c in candidates) else NoCertificate()


def _leaves(candidates: list[Candidate]) -> list[Candidate]:
    """Those that are no authority's and issued none of the others."""
    issuers = {c.read.issuer for c in candidates if c.read.issuer != c.read.subject}
    return [c for c in candidates if c.read.subject not in issuers and not facts.is_authority(c.read)]


def _key(item: Item) -> Key:
    # The library's own check of an RSA key takes 30 ms and says nothing of the certificate: signing once says both.
    try:
        private = load_der_private_key(item.der, None, unsafe_skip_rsa_key_validation=True)
        return Key(private, _spki(private.public_key()), item)
    except Exception as unknown:
        raise BeyondUs(hint=_ANEW, what=N_("its private key is of a kind that is not known here")) from unknown


def _candidate(item: Item) -> Candidate | None:
    read = facts.read(item.der)
    if read is None:
        return None
    try:
        return Candidate(read, _spki(read.certificate.public_key()), item)
    except Exception:  # noqa: BLE001 - a public key of an unknown kind fits no key that was read
        return Candidate(read, None, item)


def _spki(public: Any) -> bytes:
    encoded: bytes = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return encoded


def _prove(key: Key, candidate: Candidate) -> None:
    """Sign with the key and verify with the certificate: the private half may be another than its public half says."""
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
        public: Any = candidate.read.certificate.public_key()
        public.verify(key.private.sign(_SIGNED, *parameters), _SIGNED, *parameters)
    except Exception as unfit:
        raise KeyDoesNotFit from unfit
