"""Reading an X.509 certificate (RFC 5280, section 4.1) as leniently as those programs do that use it.

The library refuses a whole certificate for one odd place: a version that does not fit its extensions, a time with an
offset, a BOOLEAN that is not 255, the signature parameters of older Java. Those who log in with it never notice.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

from vault.pkcs12 import ber

_BASIC_CONSTRAINTS = "2.5.29.19"
_EXTENSIONS = ber.CONTEXT_0 + 3
_LONGEST_SERIAL = 128
_REST = r"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:[.,]\d+)?(Z|[+-]\d{4})?"
_TIMES = {ber.UTC_TIME: re.compile(r"(\d\d)" + _REST), ber.GENERAL_TIME: re.compile(r"(\d{4})" + _REST)}


class Read(NamedTuple):
    """What a certificate says; names and public key in DER.

    ``valid`` is None where its times cannot be read. ``authority`` is None where it does not say whose it is.
    """

    der: bytes
    serial: int
    subject: bytes
    issuer: bytes
    valid: tuple[datetime, datetime] | None
    public_key: bytes
    authority: bool | None

    def is_authority(self) -> bool:
        """Whether it says that it is an authority's; an old root does not, but it signed itself."""
        return self.subject == self.issuer if self.authority is None else self.authority


def read(data: bytes) -> Read:
    """The certificate at the start of ``data``. Raises BerError."""
    whole = ber.first(data)
    fields = ber.children(ber.expect(ber.at_least(ber.expect(whole, ber.SEQUENCE), 3)[0], ber.SEQUENCE))
    fields = fields[fields[:1] != [] and fields[0].tag == ber.CONTEXT_0 :]
    if len(fields) < 6:
        raise ber.BerError("something is missing")
    serial, _signature, issuer, validity, subject, public_key, *more = fields
    for each in (issuer, validity, subject, public_key):
        ber.expect(each, ber.SEQUENCE)
    return Read(
        der=whole.whole,
        serial=_serial(serial),
        subject=subject.whole,
        issuer=issuer.whole,
        valid=_validity(validity),
        public_key=public_key.whole,
        authority=_authority(more),
    )


def _serial(node: ber.Node) -> int:
    body = ber.expect(node, ber.INTEGER).body
    if not 0 < len(body) <= _LONGEST_SERIAL:
        raise ber.BerError("a serial number of unlikely length")
    return int.from_bytes(body, signed=True)


def _validity(node: ber.Node) -> tuple[datetime, datetime] | None:
    begin, end = ber.at_least(node, 2)[:2]
    try:
        return _time(begin), _time(end)
    except (ValueError, OverflowError):
        return None


def _time(node: ber.Node) -> datetime:
    """UTCTime or GeneralizedTime (X.680, sections 46 and 47): seconds and offset may be as they like."""
    found = _TIMES[node.tag].fullmatch(node.body.decode("ascii")) if node.tag in _TIMES else None
    if found is None:
        raise ValueError("no time")
    year, month, day, hour, minute = (int(found[n]) for n in range(1, 6))
    if node.tag == ber.UTC_TIME:
        year += 1900 if year >= 50 else 2000
    local = datetime(year, month, day, hour, minute, int(found[6] or 0), tzinfo=_zone(found[7]))
    return local.astimezone(UTC)


def _zone(written: str | None) -> timezone:
    if written in (None, "Z"):
        return UTC
    offset = timedelta(hours=int(written[1:3]), minutes=int(written[3:5]))
    return timezone(-offset if written[0] == "-" else offset)


def _authority(fields: list[ber.Node]) -> bool | None:
    """What the basic constraints say; what cannot be read is no authority's."""
    try:
        for extensions in (each for each in fields if each.tag == _EXTENSIONS):
            for extension in ber.children(ber.at_least(extensions, 1)[0]):
                kind, *_critical, value = ber.at_least(extension, 2)
                if ber.oid(kind) == _BASIC_CONSTRAINTS:
                    said = ber.children(ber.first(ber.octets(value)))
                    return bool(said) and said[0].tag == ber.BOOLEAN and any(said[0].body)
    except ber.BerError:
        return False
    return None
