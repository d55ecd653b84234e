"""Makes the PKCS#12 files of this folder, and ``cases.json``, which says what is to come of each.

    python -m tests.vectors.pkcs12.make

Needs ``openssl`` (3.x with its legacy provider) and ``keytool``. Keys and files differ from run to run; the outcomes
do not. The private keys stand for nobody.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.stand_in.makers import Makers
from tests.vectors.pkcs12 import build

HERE = Path(__file__).parent
PIN = "Test-1234"
ODD_PIN = "Größe €😀"
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)

Case = tuple[str, bytes, str, str]
"""Name, file, PIN and outcome: ``proven``, ``any-pin`` or the name of an error class.

``stopped`` is TooCostly too, but only a child process can find that out."""


class Party:
    """A key with a certificate."""

    def __init__(self, name: str, key: Any, issuer: Party | None = None, *, authority: bool | None = False) -> None:
        self.key = key
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = self.certified(issuer or self, authority=authority)
        self.pkcs8 = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        self.der = self.certificate.public_bytes(Encoding.DER)
        self.pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        self.pem += self.certificate.public_bytes(Encoding.PEM).decode()

    def certified(self, issuer: Party, *, authority: bool | None = False, serial: int = 0x7F112233) -> x509.Certificate:
        """A certificate of this key by ``issuer``; where ``authority`` is None, it does not say whose it is."""
        builder = x509.CertificateBuilder(issuer.name, self.name, self.key.public_key(), serial, START, END)
        if authority is not None:
            builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        return builder.sign(issuer.key, None if isinstance(issuer.key, ed25519.Ed25519PrivateKey) else SHA256())


def party_of_everything() -> tuple[Party, Party, Party, Party, Party]:
    """An authority, and four that it certified."""
    authority = Party("Test CA", ec.generate_private_key(ec.SECP256R1()), authority=True)
    return (
        authority,
        Party("Makler Müller", rsa.generate_private_key(65537, 2048), authority),
        Party("Makler EC", ec.generate_private_key(ec.SECP384R1()), authority),
        Party("Makler Zwei", ec.generate_private_key(ec.SECP256R1()), authority),
        Party("Makler Ed", ed25519.Ed25519PrivateKey.generate(), authority),
    )


def by_openssl(folder: Path, party: Party, *options: str, pin: str = PIN, chain: Party | None = None) -> bytes:
    """A file made by ``openssl pkcs12 -export``."""
    (folder / "in.pem").write_text(party.pem + (chain.certificate.public_bytes(Encoding.PEM).decode() if chain else ""))
    (folder / "pin").write_text(pin + "\n")
    where = ("-in", str(folder / "in.pem"), "-out", str(folder / "out.p12"), "-passout", f"file:{folder / 'pin'}")
    subprocess.run(["openssl", "pkcs12", "-export", *where, *options], check=True, capture_output=True)
    return (folder / "out.p12").read_bytes()


def made_by_openssl(folder: Path) -> Iterator[Case]:
    """What a real program writes, in each flavour."""
    authority, one, curve, _, edwards = party_of_everything()
    triple = ("-legacy", "-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1")
    rc4 = ("-legacy", "-certpbe", "PBE-SHA1-RC4-128", "-keypbe", "PBE-SHA1-RC4-128")
    open_ones = ("-certpbe", "NONE", "-keypbe", "NONE")
    flavours: dict[str, tuple[Party, tuple[str, ...], str]] = {
        "rc2-40": (one, ("-legacy",), "proven"),
        "3des": (one, triple, "proven"),
        "rc2-128-2des": (
            one, ("-legacy", "-certpbe", "PBE-SHA1-RC2-128", "-keypbe", "PBE-SHA1-2DES"), "proven"
        ),
        "rc4": (one, rc4, "proven"),
        "aes256": (one, (), "proven"),
        "aes128-sha512": (curve, ("-certpbe", "AES-128-CBC", "-keypbe", "AES-128-CBC", "-macalg", "sha512"), "proven"),
        "ec": (curve, (), "proven"),
        "ed25519": (edwards, (), "proven"),
        "many-steps": (curve, ("-iter", "600000"), "proven"),
        "one-step": (curve, ("-nomaciter", "-noiter"), "proven"),
        "no-mac": (one, ("-nomac",), "proven"),
        "no-mac-rc2-40": (curve, ("-legacy", "-nomac"), "proven"),
        "no-mac-rc4": (curve, (*rc4, "-nomac"), "proven"),
        "mac-only": (curve, open_ones, "proven"),
        "nothing-encrypted-no-mac": (curve, (*open_ones, "-nomac"), "any-pin"),
        "no-key": (curve, ("-nokeys",), "NoPrivateKey"),
        "no-certificate": (curve, ("-nocerts",), "NoCertificate"),
    }  # fmt: skip
    for name, (party, options, outcome) in flavours.items():
        yield name, by_openssl(folder, party, *options), PIN, outcome
    makers = Makers(folder)
    written_out = makers.key("EC", "ec_paramgen_curve:secp224r1", "ec_param_enc:explicit")
    yield "curve-written-out", makers.openssl(written_out, PIN), PIN, "proven"
    unknown = makers.key("EC", "ec_paramgen_curve:brainpoolP320r1")
    yield "curve-unknown", makers.openssl(unknown, PIN), PIN, "BeyondUs"
    yield "chain-and-name", by_openssl(folder, one, "-name", "Müller & Söhne", chain=authority), PIN, "proven"
    yield "odd-pin", by_openssl(folder, curve, pin=ODD_PIN), ODD_PIN, "proven"
    yield "odd-pin-3des", by_openssl(folder, curve, *triple, pin=ODD_PIN), ODD_PIN, "proven"
    yield "empty-pin", by_openssl(folder, curve, pin=""), "", "proven"
    latin = by_openssl(folder, curve, pin="Größe".encode().decode("latin-1"))
    yield "mac-as-old-openssl", latin, "Größe", "proven"
    decomposed = unicodedata.normalize("NFD", "Größe")
    yield "decomposed-pin", by_openssl(folder, curve, pin=decomposed), "Größe", "proven"


def written_by_hand() -> Iterator[Case]:
    """What no program here would write: odd but sound, and wrong in one place each."""
    authority, one, curve, two, _ = party_of_everything()
    secret = PIN.encode()
    key = build.plain_safe(build.shrouded_bag(curve.pkcs8, secret))
    certificate = build.plain_safe(build.certificate_bag(curve.der))

    def pbmac1(length: int | None) -> bytes:
        return build.pfx(key, certificate, mac=lambda data: build.pbmac1(data, secret, length))

    yield "pbmac1", pbmac1(32), PIN, "proven"
    yield "pbmac1-short-key", pbmac1(2), PIN, "BeyondUs"
    yield "pbmac1-no-length", pbmac1(None), PIN, "BeyondUs"
    nested = build.sealed_safe(build.nested_bag(build.key_bag(curve.pkcs8)), secret=secret)
    yield "key-bag-in-sealed-safe", build.pfx(nested, certificate), PIN, "proven"
    yield "bytes-after-the-end", build.pfx(key, certificate, pin=PIN) + b"\r\n", PIN, "proven"
    yield "cut-short", build.pfx(key, certificate, pin=PIN)[:-40], PIN, "FileDamaged"
    bad = build.plain_safe(build.certificate_bag(build.sequence(build.integer(7))))
    yield "bad-certificate-beside", build.pfx(key, certificate, bad, pin=PIN), PIN, "proven"
    yield "bad-certificate-only", build.pfx(key, bad, pin=PIN), PIN, "BeyondUs"
    negative = curve.der.replace(b"\x02\x04\x7f\x11\x22\x33", b"\x02\x04\x80\x11\x22\x33", 1)
    odd_serial = build.plain_safe(build.certificate_bag(negative))
    yield "negative-serial", build.pfx(key, odd_serial, pin=PIN), PIN, "proven"
    odd_name = build.plain_safe(build.certificate_bag(curve.der.replace(b"Makler EC", b"Makler \xff\xfe")))
    yield "odd-name", build.pfx(key, odd_name, pin=PIN), PIN, "proven"
    latin = curve.der.replace(b"\x0c\x09Makler EC", b"\x14\x09J\xf6rg Maa\xdf")
    yield "latin-name", build.pfx(key, build.plain_safe(build.certificate_bag(latin)), pin=PIN), PIN, "proven"
    no_string = curve.der.replace(b"\x0c\x09Makler EC", b"\x30\x09\x0c\x07 is not")
    yield "no-string-name", build.pfx(key, build.plain_safe(build.certificate_bag(no_string)), pin=PIN), PIN, "proven"
    halves = build.plain_safe(build.key_bag(_of_two_halves(one)), build.certificate_bag(one.der))
    yield "private-half-of-another", build.pfx(halves, pin=PIN), PIN, "KeyDoesNotFit"
    yield (
        "key-does-not-fit",
        build.pfx(key, build.plain_safe(build.certificate_bag(two.der)), pin=PIN),
        PIN,
        "KeyDoesNotFit",
    )
    only_authority = [build.certificate_bag(each.der) for each in (authority, Party("Old CA", two.key, authority=True))]
    yield "authorities-only", build.pfx(key, build.plain_safe(*only_authority), pin=PIN), PIN, "NoCertificate"
    another = build.plain_safe(build.shrouded_bag(two.pkcs8, secret), build.certificate_bag(two.der))
    yield "two-pairs", build.pfx(key, certificate, another, pin=PIN), PIN, "SeveralCertificates"
    hidden = build.sealed_safe(build.key_bag(two.pkcs8), secret=secret)
    yield "second-key-hidden", build.pfx(key, certificate, hidden, pin=PIN), PIN, "proven"
    stranger = build.plain_safe(build.certificate_bag(one.der))
    yield "two-end-entities", build.pfx(key, certificate, stranger, pin=PIN), PIN, "proven"
    old_root = build.plain_safe(build.certificate_bag(Party("Old Root", two.key, authority=None).der))
    yield "old-root-beside", build.pfx(key, certificate, old_root, pin=PIN), PIN, "proven"
    renewed = curve.certified(authority, serial=99).public_bytes(Encoding.DER)
    again = build.plain_safe(build.certificate_bag(renewed))
    yield "renewed-with-the-same-key", build.pfx(key, certificate, again, pin=PIN), PIN, "proven"
    yield from _several_certificates(authority, curve)
    yield from _odd_certificates(curve)
    yield from _odd_outside(curve, key, certificate)
    yield "rsa-without-primes", _without_primes(one), PIN, "proven"
    yield "same-certificate-twice", build.pfx(key, certificate, certificate, pin=PIN), PIN, "proven"
    yield from _encodings(curve, certificate)
    yield from _hostile(curve, certificate)
    yield from _in_pieces(curve)


def _several_certificates(authority: Party, party: Party) -> Iterator[Case]:
    """Several certificates for one key: which one is meant, the file may say."""
    key = build.shrouded_bag(party.pkcs8, PIN.encode())
    older, newer = (build.certificate_bag(each) for each in (party.der, _renewed(authority, party)))
    tied = build.plain_safe(build.tied(key, b"1"), build.tied(newer, b"2"), build.tied(older, b"1"))
    yield "renewed-and-tied-to-the-older", build.pfx(tied, pin=PIN), PIN, "proven"
    yield "renewed-newer-first", build.pfx(build.plain_safe(key, newer, older), pin=PIN), PIN, "proven"
    other = build.certificate_bag(Party("Somebody Else", party.key, authority).der)
    yield "one-key-two-holders", build.pfx(build.plain_safe(key, older, other), pin=PIN), PIN, "SeveralCertificates"


def _renewed(authority: Party, party: Party) -> bytes:
    times = build.sequence(*(build.der(0x17, text) for text in (b"270601000000Z", b"290601000000Z")))
    return build.certificate_with(party.der, serial=build.integer(100), validity=times)


def _odd_certificates(party: Party) -> Iterator[Case]:
    """Certificates over which the crypto library gives up, and other programs do not."""
    key = build.shrouded_bag(party.pkcs8, PIN.encode())

    def holding(certificate: bytes) -> bytes:
        return build.pfx(build.plain_safe(key, build.certificate_bag(certificate)), pin=PIN)

    def times(begin: bytes, end: bytes, tag: int = 0x17) -> bytes:
        return build.certificate_with(party.der, validity=build.sequence(build.der(tag, begin), build.der(tag, end)))

    fourth = build.certificate_with(party.der, version=build.der(0xA0, build.integer(3)))
    yield "certificate-of-version-4", holding(fourth), PIN, "proven"
    yield "certificate-times-with-offset", holding(times(b"2601010100+0100", b"280101000000Z")), PIN, "proven"
    fractions = times(b"20260101000000.5Z", b"20280101000000", tag=0x18)
    yield "certificate-times-with-fractions", holding(fractions), PIN, "proven"
    yield "certificate-times-unreadable", holding(times(b"261301000000Z", b"280101000000Z")), PIN, "BeyondUs"
    constraints = build.sequence(build.oid("2.5.29.19"), build.der(1, b"\1"), build.octets(build.sequence()))
    loose = build.certificate_with(party.der, extensions=build.der(0xA3, build.sequence(constraints)))
    yield "certificate-with-a-loose-boolean", holding(loose), PIN, "proven"
    yield "certificate-with-bytes-after-it", holding(party.der + b"\0\0"), PIN, "proven"


def _odd_outside(party: Party, key: bytes, certificate: bytes) -> Iterator[Case]:
    """Whole files that are odd, and what became of files on their way."""
    sound = build.pfx(key, certificate, pin=PIN)
    first = sound.replace(build.integer(3), build.integer(1), 1)
    yield "version-1", first, PIN, "proven"
    no_steps = build.pfx(key, certificate, mac=lambda data: build.classic_mac(data, build.wide(PIN), steps=0))
    yield "mac-of-no-steps", no_steps, PIN, "proven"
    yield "enveloped-beside", build.pfx(key, certificate, build.enveloped_safe(), pin=PIN), PIN, "proven"
    yield "enveloped-only", build.pfx(build.enveloped_safe(), pin=PIN), PIN, "BeyondUs"
    lines = build.plain_safe(build.certificate_bag(party.der.replace(b"Makler EC", b"Makler\nEC")))
    yield "line-ends-changed", build.pfx(key, lines, pin=PIN).replace(b"\n", b"\r\n"), PIN, "FileDamaged"
    yield "text-in-utf-8", sound.decode("latin-1").encode(), PIN, "FileDamaged"
    other = build.shrouded_bag(party.pkcs8, b"something else")
    mac_of_another = build.pfx(key, certificate, pin="something else")
    yield "mac-of-another-password", mac_of_another, PIN, "FileDamaged"
    yield "key-of-another-password", build.pfx(build.plain_safe(other), certificate, pin=PIN), PIN, "BeyondUs"


def _without_primes(party: Party) -> bytes:
    """An RSA key of which only modulus and exponents are there."""
    private = party.key.private_numbers()
    public = private.public_numbers
    numbers = build.sequence(*map(build.integer, (0, public.n, public.e, private.d, 0, 0, 0, 0, 0)))
    algorithm = build.sequence(build.oid("1.2.840.113549.1.1.1"), build.NULL)
    key = build.key_bag(build.sequence(build.integer(0), algorithm, build.octets(numbers)))
    return build.pfx(build.plain_safe(key, build.certificate_bag(party.der)), pin=PIN)


def _of_two_halves(party: Party) -> bytes:
    """An RSA key that claims the public half of ``party`` and has the private half of somebody else."""
    public = party.key.public_key().public_numbers()
    private = rsa.generate_private_key(65537, 2048).private_numbers()
    halves = (private.d, private.p, private.q, private.dmp1, private.dmq1, private.iqmp)
    numbers = build.sequence(*map(build.integer, (0, public.n, public.e, *halves)))
    algorithm = build.sequence(build.oid("1.2.840.113549.1.1.1"), build.NULL)
    return build.sequence(build.integer(0), algorithm, build.octets(numbers))


def _encodings(party: Party, certificate: bytes) -> Iterator[Case]:
    umlaut = "Größe"
    for name, secret in {"latin-1": umlaut.encode("cp1252"), "utf-16": build.wide(umlaut)}.items():
        key = build.plain_safe(build.shrouded_bag(party.pkcs8, secret))
        yield f"contents-in-{name}", build.pfx(key, certificate, pin=umlaut), umlaut, "proven"
        yield f"contents-in-{name}-no-mac", build.pfx(key, certificate), umlaut, "proven"
    other = build.plain_safe(build.shrouded_bag(party.pkcs8, b"something else"))
    yield "two-passwords", build.pfx(other, certificate, pin=PIN), PIN, "BeyondUs"
    right = build.plain_safe(build.shrouded_bag(party.pkcs8, PIN.encode()))
    changed = build.pfx(right, certificate, mac=lambda data: build.classic_mac(data + b"?", build.wide(PIN)))
    yield "changed-after-the-mac", changed, PIN, "FileDamaged"
    sha0 = build.pfx(right, certificate, pin=PIN).replace(build.oid(build.SHA256), build.oid("2.16.840.1.101.3.4.2.99"))
    yield "unknown-mac", sha0, PIN, "BeyondUs"


def _hostile(party: Party, certificate: bytes) -> Iterator[Case]:
    secret, huge = PIN.encode(), 2**31 - 1
    shown = build.plain_safe(build.shrouded_bag(party.pkcs8, secret, declared=huge))
    yield "count-shown", build.pfx(shown, certificate, pin=PIN), PIN, "TooCostly"
    inner = build.shrouded_bag(party.pkcs8, secret, declared=huge)
    yield "count-hidden", build.pfx(build.sealed_safe(inner, secret=secret), certificate, pin=PIN), PIN, "TooCostly"
    many = [build.shrouded_bag(party.pkcs8, secret, declared=1_000_000)] * 6
    yield "counts-added-up", build.pfx(build.plain_safe(*many), certificate, pin=PIN), PIN, "TooCostly"
    beyond = build.pfx(build.des_safe(inner, secret=secret), certificate, pin=PIN)
    yield "count-hidden-from-us", beyond, PIN, "stopped"
    key = build.plain_safe(build.shrouded_bag(party.pkcs8, secret))
    costly = build.pfx(key, certificate, mac=lambda data: build.classic_mac(data, build.wide(PIN), declared=huge))
    yield "count-in-the-mac", costly, PIN, "TooCostly"


def _in_pieces(party: Party) -> Iterator[Case]:
    """BER as some programs stream it: every outer length open, octet strings in pieces."""
    secret = PIN.encode()
    algorithm, ciphertext = build.pbes2(build.sequence(build.certificate_bag(party.der)), secret)
    content = build.ber(0x30, build.oid(build.DATA), algorithm, build.in_pieces(ciphertext, 0xA0))
    sealed = build.ber(0x30, build.oid(build.ENCRYPTED), build.ber(0xA0, build.ber(0x30, build.integer(0), content)))
    bags = build.ber(0x30, build.shrouded_bag(party.pkcs8, secret))
    plain = build.ber(0x30, build.oid(build.DATA), build.ber(0xA0, build.in_pieces(bags)))
    covered = build.ber(0x30, plain, sealed)
    outer = build.ber(0x30, build.oid(build.DATA), build.ber(0xA0, build.in_pieces(covered)))
    yield "ber", build.ber(0x30, build.integer(3), outer, build.classic_mac(covered, build.wide(PIN))), PIN, "proven"


def by_keytool(folder: Path, kind: str, *aliases: str, algorithm: str = "EC") -> bytes:
    """A keystore with one key per alias."""
    (folder / "pin").write_text(PIN)
    store = folder / f"store.{len(aliases)}.{algorithm}.{kind}"
    for alias in aliases:
        secret = ("-storepass:file", str(folder / "pin"), "-keypass:file", str(folder / "pin"))
        subject = ("-alias", alias, "-dname", f"CN={alias},O=Test", "-keyalg", algorithm)
        call = ["keytool", "-genkeypair", "-keystore", str(store), "-storetype", kind, *secret, *subject]
        subprocess.run(call, check=True, capture_output=True)
    return store.read_bytes()


def made_by_keytool(folder: Path) -> Iterator[Case]:
    """What Java writes."""
    yield "keytool", by_keytool(folder, "pkcs12", "makler"), PIN, "proven"
    yield "keytool-dsa", by_keytool(folder, "pkcs12", "makler", algorithm="DSA"), PIN, "proven"
    yield "keytool-two-keys", by_keytool(folder, "pkcs12", "eins", "zwei"), PIN, "SeveralCertificates"
    yield "keytool-jks", by_keytool(folder, "jks", "makler"), PIN, "NotPkcs12"
    yield "keytool-jceks", by_keytool(folder, "jceks", "makler"), PIN, "NotPkcs12"


def main() -> None:
    """Write all files and the table."""
    table = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for case in (*made_by_openssl(folder), *written_by_hand(), *made_by_keytool(folder)):
            (HERE / f"{case[0]}.p12").write_bytes(case[1])
            table.append({"name": case[0], "pin": case[2], "outcome": case[3]})
    (HERE / "cases.json").write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
