"""What a file is, by its content: the first thing to know when "the certificate does not open".

Only a file that could be a PKCS#12 passes. Everything else is named, with the line that would make a PKCS#12 of it
where there is one. Nothing is computed and nothing third-party is needed.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import NamedTuple

from vault.errors import N_, FileDamaged, NotPkcs12
from vault.pkcs12 import ber

LOOKED_AT = 64 * 1024
"""Bytes that decide; only base64 text is read to its end."""


_PKCS7_TYPE = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07"
"""How the object identifiers of PKCS#7 content begin."""


_BASE64_SEQUENCE = b"MI"
"""How the base64 text of a SEQUENCE of more than 127 bytes begins."""


class Kind(NamedTuple):
    """What a file is, and what helps."""

    is_a: str
    hint: str = NotPkcs12.hint


_EXPORT = N_("Make one of it with: openssl pkcs12 -export -in FILE -out FILE.p12")
_WITH_KEY = N_("If you have its private key: openssl pkcs12 -export -in FILE -inkey KEYFILE -out FILE.p12")
_WITH_CERTIFICATE = N_("If you have its certificate: openssl pkcs12 -export -inkey FILE -in CERTFILE -out FILE.p12")
_WITH_CERTIFICATE_DER = N_(
    "If you have its certificate: openssl pkey -inform DER -in FILE -aes256 -out KEYFILE,"
    " then openssl pkcs12 -export -inkey KEYFILE -in CERTFILE -out FILE.p12"
)
_KEYSTORE = N_(
    "Make one of it with: keytool -importkeystore -srckeystore FILE -destkeystore FILE.p12 -deststoretype PKCS12"
)
_JCEKS = N_(
    "Make one of it with: keytool -importkeystore -srckeystore FILE -srcstoretype JCEKS"
    " -destkeystore FILE.p12 -deststoretype PKCS12"
)
_BASE64 = N_("Make one of it with: openssl base64 -d -in FILE -out FILE.p12")
_BASE64_LINE = N_("Make one of it with: openssl base64 -d -A -in FILE -out FILE.p12")
_PKCS7 = N_(
    "It has no private key. If you have that: openssl pkcs7 -inform DER -in FILE -print_certs -out CERTFILE,"
    " then openssl pkcs12 -export -in CERTFILE -inkey KEYFILE -out FILE.p12"
)
_PKCS7_PEM = N_(
    "It has no private key. If you have that: openssl pkcs7 -in FILE -print_certs -out CERTFILE,"
    " then openssl pkcs12 -export -in CERTFILE -inkey KEYFILE -out FILE.p12"
)
_BINARY = N_("Transfer it once more, as a binary file.")
_UNPACK = N_("Unpack it, and take the .p12 or .pfx file that is inside.")
_PAGE = N_("The page was saved instead of the file: open the link again and press its download button.")
_MAIL = N_("Give the mail to certvault ingest, or save the .p12 or .pfx file that is attached to it.")

_EMPTY = Kind(N_("an empty file"), N_("Download it once more, or ask for it again."))
_TEXT = Kind(N_("plain text"))
_UNKNOWN = Kind(N_("a file of an unknown kind"))
_HTML = Kind(N_("an HTML page"), _PAGE)
_XML = Kind(N_("an XML document"))
_MESSAGE = Kind(N_("a mail"), _MAIL)
_PKCS12_TEXT = Kind(N_("base64 text with a PKCS#12 file in it"), _BASE64)
_PKCS12_LINE = Kind(_PKCS12_TEXT.is_a, _BASE64_LINE)
_CERTIFICATE = Kind(N_("a certificate without its private key (DER)"), _WITH_KEY)
_REQUEST = Kind(N_("a request for a certificate"))
_REVOCATIONS = Kind(N_("a list of revoked certificates"))
_PRIVATE_KEY = Kind(N_("a private key without its certificate (DER)"), _WITH_CERTIFICATE_DER)
_CERTIFICATES = Kind(N_("a PKCS#7 file, which holds certificates only"), _PKCS7)

_BOUNCY_CASTLE = N_("Open it with the program that made it, and export the key with its certificate as PKCS#12.")
_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"\xfe\xed\xfe\xed", Kind(N_("a Java keystore (JKS)"), _KEYSTORE)),
    (b"\xce\xce\xce\xce", Kind(N_("a Java keystore (JCEKS)"), _JCEKS)),
    (b"\0\0\0\2\0\0\0\x14", Kind(N_("a Java keystore of BouncyCastle (BKS)"), _BOUNCY_CASTLE)),
    (b"\0\0\0\1\0\0\0\x14", Kind(N_("a Java keystore of BouncyCastle (BKS or UBER)"), _BOUNCY_CASTLE)),
    (b"PK\x03\x04", Kind(N_("a ZIP archive"), _UNPACK)),
    (b"PK\x05\x06", Kind(N_("an empty ZIP archive"))),
    (b"7z\xbc\xaf\x27\x1c", Kind(N_("a 7-Zip archive"), _UNPACK)),
    (b"Rar!\x1a\x07", Kind(N_("a RAR archive"), _UNPACK)),
    (b"\x1f\x8b", Kind(N_("a gzip archive"), _UNPACK)),
    (b"%PDF-", Kind(N_("a PDF document"))),
    (b"\x89PNG\r\n\x1a\n", Kind(N_("a PNG picture"))),
    (b"\xff\xd8\xff", Kind(N_("a JPEG picture"))),
    (b"GIF8", Kind(N_("a GIF picture"))),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind(N_("an Outlook mail or an Office document"), _MAIL)),
    (b"SQLite format 3\0", Kind(N_("an SQLite database"))),
    (b"MZ", Kind(N_("a Windows program"))),
    (b"\x7fELF", Kind(N_("a Linux program"))),
)

_PEM_PAIR = Kind(N_("a PEM text with certificate and private key"), _EXPORT)
_PEM_KEY = r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY"
_PEM_CERTIFICATE = r"-----BEGIN (X509 |TRUSTED )?CERTIFICATE-"
_PEM: tuple[tuple[str, Kind], ...] = (
    (r"-----BEGIN PKCS12", _PKCS12_TEXT),
    (r"-----BEGIN OPENSSH PRIVATE KEY", Kind(N_("an SSH key"))),
    (r"-----BEGIN PGP", Kind(N_("an OpenPGP text"))),
    (_PEM_KEY, Kind(N_("a private key without its certificate (PEM)"), _WITH_CERTIFICATE)),
    (_PEM_CERTIFICATE, Kind(N_("a certificate without its private key (PEM)"), _WITH_KEY)),
    (r"-----BEGIN (PKCS7|CMS)", Kind(N_("a PKCS#7 text, which holds certificates only"), _PKCS7_PEM)),
    (r"-----BEGIN (NEW )?CERTIFICATE REQUEST", _REQUEST),
    (r"-----BEGIN X509 CRL", _REVOCATIONS),
    (r"-----BEGIN ", Kind(N_("a PEM text of an unknown kind"))),
)
_MARKUP = re.compile(r"<(!doctype\s+html|html|head|body|title|meta|script|div|form|p|table)\b", re.IGNORECASE)
_HEADER = re.compile(r"\A(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}")
_MAIL_HEADER = re.compile(
    r"^(From|Received|Return-Path|Delivered-To|Message-ID|MIME-Version):", re.IGNORECASE | re.MULTILINE
)


_TRACE = re.compile(
    rb"\x02\x01\x03.{0,24}\x2a(\x86H\x86\xf7|\xc2\x86H\xc2\x86\xc3\xb7|\xef\xbf\xbdH\xef\xbf\xbd\xef\xbf\xbd)\x0d\x01\x07",
    re.DOTALL,
)
"""How a PKCS#12 begins (version 3, an identifier of PKCS#7): untouched, or after programs that took it for text."""


def check(data: bytes) -> None:
    """Passes what could be a PKCS#12, sound or not.

    Raises NotPkcs12, which says what it is instead, and FileDamaged where a PKCS#12 can only be guessed.
    """
    kind = recognised(data)
    if kind is _UNKNOWN and _TRACE.search(data[:LOOKED_AT]):
        raise FileDamaged(what=N_("it was changed on its way, or other bytes stand before it"))
    if kind is not None:
        raise NotPkcs12(is_a=kind.is_a, hint=kind.hint)
    if _line_ends_changed(data):
        raise FileDamaged(what=N_("its line ends were changed, as FTP does in text mode"), hint=_BINARY)


def begins_pkcs12(beginning: bytes) -> bool:
    """Whether a file that begins so is a PKCS#12, or base64 text of one: version 3, then content of PKCS#7.

    Less than 200 bytes are enough.
    """
    if beginning[:2] == _BASE64_SEQUENCE:
        text = b"".join(beginning.split())
        beginning = _decoded(text[: len(text) // 4 * 4]) or b""
    inside = _begin(beginning)
    content = inside[3:]
    return (
        beginning[:1] == b"\x30"
        and inside[:3] == b"\x02\x01\x03"
        and content[:1] == b"\x30"
        and _PKCS7_TYPE in _begin(content)[:11]
    )


def in_file(data: bytes) -> bytes:
    """The PKCS#12 that ``data`` is, or of which it is the base64 text. Raises as :func:`check`."""
    if data[:2] == _BASE64_SEQUENCE and begins_pkcs12(data[:LOOKED_AT]):
        data = _decoded(data) or data
    check(data)
    return data


def _decoded(text: bytes) -> bytes | None:
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except binascii.Error:
        return None


def _line_ends_changed(data: bytes) -> bool:
    """Whether each LF became CR and LF: the file is longer than it says by just so many bytes."""
    try:
        grown = len(data) - len(ber.first(data).whole)
    except ber.BerError:
        return False
    return 0 < grown == data.count(b"\n") == data.count(b"\r\n")


def recognised(data: bytes) -> Kind | None:
    """What ``data`` is, or None where it could be a PKCS#12."""
    if not data.strip(b"\0\t\r\n "):
        return _EMPTY
    if data[0] == 0x30 and (looks := _asn1(data)) is not _UNKNOWN:
        return looks
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    text = _text(data[:LOOKED_AT])
    return _UNKNOWN if text is None else _written(text, data)


def _asn1(data: bytes) -> Kind | None:
    """By the first elements inside the outer SEQUENCE; the file may be cut short."""
    inside = _begin(data)
    if inside[:1] == b"\x06":
        return _CERTIFICATES if _PKCS7_TYPE in inside[:11] else _UNKNOWN
    if inside[:1] == b"\x02":
        return _numbered(inside)
    if inside[:1] != b"\x30":
        return _UNKNOWN
    within = _begin(inside)
    if within[:1] == b"\xa0":
        return _CERTIFICATE
    if within[:1] == b"\x06":
        return _PRIVATE_KEY  # EncryptedPrivateKeyInfo
    return _signed(within, data)


def _numbered(inside: bytes) -> Kind | None:
    """A SEQUENCE that begins with a version: 3, or content of PKCS#7, is a PKCS#12; 0 and 1 are keys."""
    size = inside[1] if len(inside) > 1 else 0
    version = int.from_bytes(inside[2 : 2 + size]) if 0 < size <= 8 else -1
    if version == 3 or len(inside) < 4 or _PKCS7_TYPE in _begin(inside[2 + size :])[:11]:
        return None
    return _PRIVATE_KEY if version in (0, 1) else _UNKNOWN


def _signed(within: bytes, data: bytes) -> Kind:
    """A SEQUENCE in a SEQUENCE: a request, a list of revoked certificates, or a certificate of version 1."""
    try:
        body = ber.children(ber.children(ber.first(data))[0])
    except (ber.BerError, IndexError):
        return _UNKNOWN
    tags = [each.tag for each in body]
    if within[:3] == b"\x02\x01\x00" and tags[3:] in ([], [ber.CONTEXT_0]):
        return _REQUEST
    if tags[1:6] == [ber.SEQUENCE] * 5:
        return _CERTIFICATE
    return _REVOCATIONS if ber.UTC_TIME in tags or ber.GENERAL_TIME in tags else _UNKNOWN


def _begin(data: bytes) -> bytes:
    """What follows the header of the element at the start, whatever its length says."""
    head = data[:20]
    length = head[1] if len(head) > 1 else 0
    return data[2 + (length & 0x7F if length > 0x80 else 0) :][:LOOKED_AT]


def _text(data: bytes) -> str | None:
    """``data`` as text, or None for what is none."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", data):
        return None
    return data.decode("utf-8-sig", "replace")


def _written(text: str, data: bytes) -> Kind:
    if "-----BEGIN " in text:
        if re.search(_PEM_KEY, text) and re.search(_PEM_CERTIFICATE, text):
            return _PEM_PAIR
        return next(kind for pattern, kind in _PEM if re.search(pattern, text))
    start = text.lstrip()
    if start.startswith("<?xml") and not re.search("<html", text, re.IGNORECASE):
        return _XML
    if start.startswith("<") and _MARKUP.search(text):
        return _HTML
    if _HEADER.match(start.replace("\r\n", "\n")) and _MAIL_HEADER.search(text):
        return _MESSAGE
    return _base64(data) or _TEXT


def _base64(data: bytes) -> Kind | None:
    try:
        inside = base64.b64decode(b"".join(data.split()), validate=True)
    except binascii.Error:
        return None
    if inside[:1] != b"\x30":
        return None
    if _asn1(inside) is not None:
        return None
    return _PKCS12_TEXT if b"\n" in data.strip() else _PKCS12_LINE
