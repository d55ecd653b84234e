"""What a certificate file is, how it is protected, and whether it is one of ours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from vault.crypto.hashing import sha256
from vault.custody import Watch
from vault.errors import CertvaultError, TooCostly
from vault.model.pair import Pair
from vault.model.protection import Protection
from vault.operations.register import PairRow
from vault.pkcs12 import ber, inside, limits, looking, recognise, structure
from vault.pkcs12.contents import visible_steps
from vault.pkcs12.protection import open_certificates, protection
from vault.ports.opener import Within
from vault.ports.store import Reader

How = Literal["certificate", "file", "subject"]
"""By what a file is known: its certificate; the very bytes, which were taken in or handed out; the name in it alone."""


class Looked(NamedTuple):
    """A file as it lies there, without a PIN.

    ``protection`` is None for what is no PKCS#12. ``certificates`` are those that can be read in the clear. ``refusal``
    is why nobody can use it, or None.
    """

    sha256: str
    size: int
    protection: Protection | None
    certificates: tuple[Within, ...] = ()
    refusal: CertvaultError | None = None


class Known(NamedTuple):
    """What the vault knows of a file.

    ``row`` is its pair, or where it is known by its ``subject`` alone, the current pair that has the same; None for a
    pair that was deleted, whose id is ``pair``. ``current`` is the pair that took its place, where there is one.
    """

    how: How
    pair: str
    row: PairRow | None
    current: Pair | None = None


def look(data: bytes) -> Looked:
    """What ``data`` is. Nothing is derived, and nothing raised that depends on it."""
    digest, size = sha256(data).hex(), len(data)
    try:
        limits.check_size(data)
        recognise.check(data)
    except CertvaultError as refusal:
        bare = () if size > limits.LARGEST else looking.bare(data)
        return Looked(digest, size, None, tuple(bare), refusal)
    clear = [told for der in open_certificates(data)[: looking.MOST] if (told := looking.certificate(der))]
    return Looked(digest, size, protection(data), tuple(clear), _refused(data))


def known(watch: Watch, looked: Looked, certificates: Iterable[Within] = ()) -> Known | None:
    """What the vault knows of a file, by its bytes and its ``certificates``; None where it is not one of ours.

    The register key is enough, and no pair is opened: of each file that came in or went out, the log has the SHA-256.
    """
    seen = [each.certificate for each in (*certificates, *looked.certificates) if each.certificate is not None]
    with watch.reading() as reader:
        for certificate in seen:
            if (pair := reader.pair_with_fingerprint(certificate.fingerprint)) is not None:
                return _known(reader, "certificate", pair.id)
        for id_ in reader.pairs_of_text("file", looked.sha256):
            return _known(reader, "file", id_)
        ends = [each.certificate for each in (*certificates, *looked.certificates) if not each.authority]
        for subject in dict.fromkeys(end.subject for end in ends if end is not None):
            for provider in reader.providers_in_use():
                for pair in reader.current_with_subject(provider, subject):
                    return _known(reader, "subject", pair.id)
    return None


def _known(reader: Reader, how: How, id_: str) -> Known:
    pair = reader.pair(id_)
    if pair is None:
        return Known(how, id_, None)
    current = [one for one in reader.lineage(pair.lineage) if one.state == "current" and one.id != pair.id]
    return Known(how, id_, PairRow(pair, reader.holder(pair.holder)), current[0] if current else None)


def _refused(data: bytes) -> CertvaultError | None:
    """Why nobody will open the file, as far as that shows without its PIN."""
    try:
        limits.check_declared(visible_steps(structure.read(data)))
    except ber.CutShort as short:
        return inside.cut_short(short)
    except ber.BerError:
        pass  # a program may open it all the same
    except TooCostly as refusal:
        return refusal
    return None
