"""Admit a proven pair: place it in its lineage, supersede, claim the link, record it. One transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from vault.crypto.hashing import sha256
from vault.custody import CERTIFICATE_COLUMNS, Custody
from vault.errors import (
    Busy,
    Fault,
    HolderUnclear,
    NotCurrent,
    NotFound,
    SameCertificateOtherPin,
    UnaskedSuccessor,
)
from vault.ledger.events import record
from vault.ledger.holders import holder_for, known_holder
from vault.ledger.links import claim
from vault.ledger.waiting import settle, use_up
from vault.model.certificate import Certificate
from vault.model.ids import Random, new_id
from vault.model.link import Link
from vault.model.pair import Contents, Pair, Proof
from vault.model.remark import Remark, remarks
from vault.model.succession import Place, Placing, place
from vault.model.texts import salted
from vault.model.times import utc
from vault.ports.opener import Opened
from vault.ports.store import Reader, Writer

IS_NEW = timedelta(days=30)
"""What is older when it comes in was in use elsewhere: it was activated there."""


class Proven(NamedTuple):
    """Two halves that were proven to belong together, with what the file says and how it was proven."""

    contents: Contents
    opened: Opened
    proof: Proof


Asks = Literal["never", "other-issuer", "always"]
"""When a pair takes no place before a person has said so."""


class Admission(NamedTuple):
    """Where the pair comes from. ``holder`` is a name or id that a person or the mail said, or None.

    ``asks`` is for halves that anybody may have sent: of the pair whose place they would take, they can have the
    subject, and even the name of its issuer. ``half`` is the row of the PIN, where that has waited. ``activation`` says
    that the provider's certificates work only when they were activated.
    """

    provider: str
    holder: str | None
    placing: Placing
    link: Link | None = None
    addresses: tuple[str, ...] = ()
    asks: Asks = "never"
    half: Link | None = None
    activation: bool = False


class Stored(NamedTuple):
    """A pair that is in the vault.

    ``supersedes`` is the id of the pair whose place it took. ``known`` says that the very pair was here already, so
    that nothing changed. ``said_holder`` is the name that mail or person gave where the lineage has another holder.
    ``remarks`` are what the person should know of it. ``pin_holder`` is the name of another holder, for whom the PIN
    had waited.
    """

    pair: Pair
    supersedes: str | None = None
    known: bool = False
    said_holder: str | None = None
    remarks: tuple[Remark, ...] = ()
    pin_holder: str | None = None


def admit(custody: Custody, proven: Proven, admission: Admission, *, at: datetime, random: Random) -> Stored:
    """Store a proven pair. The new pair is current, the old one superseded, the link claimed, what waits of
    its PIN used up; or nothing happened.

    After commit the stored record is read back and opened. Raises LineageUnclear (also UnaskedSuccessor),
    OlderThanCurrent, OtherProvider, SeparateNeedsPurpose, HolderUnclear, NotCurrent, SameCertificateOtherPin, and
    PairDamaged or PairDiffers where the pair whose place would be taken is not what was sealed.
    """
    known = _known(custody, proven)
    with custody.writing() as writer:
        if known is None and writer.pair_with_fingerprint(proven.opened.certificate.fingerprint) is not None:
            raise Busy  # another process has just added it
        stored = Stored(known, known=True) if known else admitted(custody, writer, proven, admission, at, random)
        if admission.half is not None:
            stored = stored._replace(pin_holder=use_up(custody, writer, admission.half, stored.pair, at))
        if admission.link is not None:
            claim(writer, admission.link, stored.pair)
            if stored.known:  # else the event of the new pair names its link
                _record_claim(custody, writer, admission.link, stored.pair, at)
        meant = [admission.half.holder] if admission.half and admission.half.holder else []
        settle(custody, writer, stored.pair, proven.contents.pin, meant, at)
    if not stored.known and custody.contents(stored.pair) != proven.contents:
        raise Fault(what=f"pair {stored.pair.id} reads back differently")
    return stored._replace(remarks=remarks_on(proven.opened, at))


def remarks_on(opened: Opened, at: datetime) -> tuple[Remark, ...]:
    """What the person should know of a file that opened."""
    certificate = opened.certificate
    return remarks(certificate.not_before, certificate.not_after, otherwise_encoded=opened.otherwise_encoded, at=at)


def _known(custody: Custody, proven: Proven) -> Pair | None:
    with custody.reading() as reader:
        pair = reader.pair_with_fingerprint(proven.opened.certificate.fingerprint)
    if pair is not None and custody.contents(pair).pin != proven.contents.pin:
        raise SameCertificateOtherPin(pair=pair.id)
    return pair


def admitted(
    custody: Custody, writer: Writer, proven: Proven, admission: Admission, at: datetime, random: Random
) -> Stored:
    """Write a proven pair that is not here yet, within the transaction of ``writer``. Raises as :func:`admit`.

    What it raises of its own accord it raises before anything is written. Nothing is read back yet.
    """
    certificate = proven.opened.certificate
    said = known_holder(writer, admission.holder) if admission.holder else None
    where = foreseen(writer, certificate, admission)
    if where.supersedes is not None:
        _check_replaceable(custody, writer, where.supersedes)
    pair = Pair(
        id=new_id(random),
        provider=admission.provider,
        holder=where.holder or _new_holder(custody, writer, proven, admission, at, random),
        lineage=where.lineage or new_id(random),
        purpose=where.purpose,
        **{field: getattr(certificate, field) for field in CERTIFICATE_COLUMNS},
        state="current",
        proof=proven.proof,
        added=utc(at),
    )
    _store(custody, writer, pair, where, proven, admission, at, random)
    other = said.name if said is not None and said.id != pair.holder else None
    return Stored(pair, where.supersedes.id if where.supersedes else None, said_holder=other)


def _check_asked(certificate: Certificate, old: Pair, admission: Admission) -> None:
    """Raise UnaskedSuccessor where nobody said that the place of ``old`` may be taken, and somebody must."""
    said = admission.placing.supersedes is not None or admission.asks == "never"
    if not said and (admission.asks == "always" or certificate.issuer != old.issuer):
        candidates = [{"id": old.id, "subject": old.subject, "issuer": old.issuer}]
        fields = {"subject": certificate.subject, "issuer": certificate.issuer, "other": old.issuer, "pair": old.id}
        raise UnaskedSuccessor(candidates=candidates, **fields)


def foreseen(reader: Reader, certificate: Certificate, admission: Admission) -> Place:
    """Where a pair with ``certificate`` would go. Raises LineageUnclear, OlderThanCurrent and the like."""
    said = known_holder(reader, admission.holder) if admission.holder else None
    where = place(
        certificate,
        admission.provider,
        reader.current_with_subject(admission.provider, certificate.subject),
        [pair for pair in reader.pairs_of_holder(said.id) if pair.provider == admission.provider] if said else [],
        admission.placing,
    )
    if where.supersedes is not None:
        _check_asked(certificate, where.supersedes, admission)
    return where


def _check_replaceable(custody: Custody, writer: Writer, old: Pair) -> None:
    """Holder and lineage of the new pair come of the old one's row: it must be current now, and what was sealed."""
    now = writer.pair(old.id)
    if now is None:
        raise NotFound(name=old.id)
    if now.state != "current":
        raise NotCurrent(pair=now.id, state=now.state)
    if now.holder != old.holder:
        raise Busy  # another process has just moved it
    custody.check(writer, old)


def _new_holder(
    custody: Custody, writer: Writer, proven: Proven, admission: Admission, at: datetime, random: Random
) -> str:
    certificate = proven.opened.certificate
    name = admission.holder or certificate.common_name or certificate.subject
    if not name.strip():
        raise HolderUnclear
    return holder_for(custody, writer, name, at=at, random=random, addresses=admission.addresses).id


def _store(
    custody: Custody,
    writer: Writer,
    pair: Pair,
    where: Place,
    proven: Proven,
    admission: Admission,
    at: datetime,
    random: Random,
) -> None:
    link = admission.link.id if admission.link else None
    if where.supersedes is not None:
        writer.set_state(where.supersedes.id, "superseded", pair.id)
    sealed = custody.seal(pair, proven.contents, random)
    writer.add_pair(pair, sealed)
    said = {"proof": pair.proof, "sealed": sha256(sealed).hex()}
    texts = salted(random, file=sha256(proven.contents.pkcs12).hex())
    record(custody, writer, "pair-added", texts, at=at, pair=pair.id, link=link, holder=pair.holder, **said)
    if admission.activation and at - pair.not_before <= IS_NEW:
        writer.put_activation(pair.id, at)
    if where.supersedes is not None:
        record(custody, writer, "pair-superseded", at=at, pair=where.supersedes.id, holder=pair.holder, by=pair.id)


def _record_claim(custody: Custody, writer: Writer, link: Link, pair: Pair, at: datetime) -> None:
    record(custody, writer, "link-claimed", at=at, pair=pair.id, link=link.id, holder=pair.holder)
