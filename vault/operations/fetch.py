"""From a link and its PIN to a pair: ask the portal, prove the file, store both, supersede.

Three transactions: the attempt is recorded before anything is sent; then the refusal is counted, or the file is parked
(sealed with its link); then the pair is admitted. None is open while the portal is asked or the file is opened, and a
process that is killed in between has lost nothing that had arrived.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import partial

from vault.custody import Custody
from vault.errors import (
    N_,
    AnyPinOpens,
    CertvaultError,
    LinkAlreadyClaimed,
    LinkGone,
    LinkNotAllowed,
    LinkPairPurged,
    OutcomeUnknown,
    ParkedDamaged,
    ParkedFileNeedsPin,
    PassphraseAsPin,
    PinOfOlderPair,
    PinRefused,
    PinWithoutFile,
    RefusedBefore,
    SenderInDoubt,
    WrongPin,
)
from vault.keys.unlocking import is_passphrase
from vault.ledger.holders import known_holder
from vault.ledger.links import change_link, park_file
from vault.ledger.pairs import Admission, Asks, Proven, Stored, admit
from vault.model.address import CheckedUrl, checked
from vault.model.ids import Random
from vault.model.link import DOUBTED, GENERIC, Link
from vault.model.pair import Contents, Proof
from vault.model.parked import ParkedFile
from vault.model.profile import Profile
from vault.model.succession import UNSAID, Placing
from vault.model.times import utc
from vault.operations.providers import demand_trust
from vault.ports.opener import Opener
from vault.ports.portal import Portal, Progress
from vault.secret import Pin


def fetch(
    custody: Custody,
    link: Link,
    pin: Pin,
    *,
    profile: Profile,
    portal: Portal,
    opener: Opener,
    progress: Progress,
    providers: Iterable[str] = (),
    activating: Collection[str] = (),
    holder: str | None = None,
    placing: Placing = UNSAID,
    insist: bool = False,
    again: bool = False,
    half: Link | None = None,
    trust: bool = False,
    at: datetime,
    random: Random,
) -> Stored:
    """Fetch the certificate of ``link`` with ``pin`` and store both as one record.

    A file that is here already and waits for its PIN is opened locally; nothing is sent unless ``again``. Where a mail
    brought it, a person must say so before it takes the place of a certificate of another issuer. ``insist`` sends a
    PIN although others were refused, ``trust`` one for a link whose mail is in doubt. A file of the generic provider
    goes to the one of ``providers`` that has its subject; ``activating`` are those whose certificates must be
    activated. ``holder`` is a name or id that a person said. ``half`` is the row where ``pin`` has waited: it is used
    up with the link, and a file that met it takes nobody's place before a person says so.

    Raises LinkAlreadyClaimed, LinkPairPurged, PinWithoutFile, ParkedDamaged, LinkNotAllowed, ProviderNotTrusted,
    SenderInDoubt, PassphraseAsPin, PinOfOlderPair, RefusedBefore, ParkedFileNeedsPin, what the portal and the opener
    raise, and what :func:`vault.ledger.pairs.admit` raises.
    """
    if link.state == "claimed":
        raise claimed(link)
    if link.kind == "pin":
        raise PinWithoutFile(link=link.id)
    waiting = None if again and link.kind == "link" else parked_file(custody, link)
    if waiting is None and link.kind == "file":
        raise ParkedDamaged(link=link.id)
    if waiting is None:
        url = allowed(custody, link, profile)
        link = _vouched(custody, link, profile, trust=trust, at=at)
        _refuse_mistaken(custody, link, pin, profile, holder)
        attempt = _attempted(custody, link, profile, insist=insist, at=at)
        link, waiting = _downloaded(custody, attempt, pin, url, profile, portal, progress, at)
    proven = _recorded(custody, link, partial(_proven, waiting, pin, opener, link, profile), at)
    asks: Asks = "never" if link.kind == "link" else "always" if half else "other-issuer"
    provider = _provider(custody, profile, proven, placing, providers)
    whose = holder or link.holder or (_whose(custody, proven, half) if half else None)
    works_later = profile.activation if provider == profile.name else provider in activating
    admission = Admission(provider, whose, placing, link, asks=asks, half=half, activation=works_later)
    return admit(custody, proven, admission, at=at, random=random)


def allowed(custody: Custody, link: Link, profile: Profile) -> CheckedUrl:
    """The URL of ``link``, checked against the profile once more: what is stored proves nothing.

    Raises LinkNotAllowed, and ProviderNotTrusted where nobody has trusted what a profile of the user's own adds.
    """
    demand_trust(custody, profile)
    if link.url is None:
        raise LinkNotAllowed(provider=profile.title, why=N_("it has no address"))
    return checked(link.url, profile)


def _whose(custody: Custody, proven: Proven, half: Link) -> str | None:
    """The holder of a file that tells none: whom its certificate names, if known, else for whom the PIN waited."""
    with custody.reading() as reader:
        named = known_holder(reader, proven.opened.certificate.common_name or "")
    return named.id if named else half.holder


def _provider(custody: Custody, profile: Profile, proven: Proven, placing: Placing, providers: Iterable[str]) -> str:
    """The provider of what was proven; of a file whose sender nobody knows the one that has its subject already."""
    if profile.name != GENERIC:
        return profile.name
    if placing.supersedes is not None:
        return placing.supersedes.provider
    with custody.reading() as reader:
        subject = proven.opened.certificate.subject
        known = [name for name in providers if reader.current_with_subject(name, subject)]
    return known[0] if len(known) == 1 else profile.name


def _vouched(custody: Custody, link: Link, profile: Profile, *, trust: bool, at: datetime) -> Link:
    """The link, for which a person has vouched where its mail is in doubt; on record before anything is sent."""
    if link.trust not in DOUBTED:
        return link
    if not trust:
        raise SenderInDoubt(provider=profile.title, sender=link.sender or "?", link=link.id)
    details: dict[str, str] = {"was": link.trust, "trust": "by-hand"}
    return change_link(custody, link.id, _by_hand, "link-trusted", at=at, **details)


def _by_hand(link: Link) -> Link:
    return link._replace(trust="by-hand")


def parked_file(custody: Custody, link: Link) -> ParkedFile | None:
    """The file that waits with ``link``, if there is one. Raises ParkedDamaged."""
    with custody.reading() as reader:
        sealed = reader.parked(link.id)
    if sealed is None:
        return None
    data = custody.take_out(link.id, sealed, link.kind)
    if link.kind == "file":
        return ParkedFile(data, None)
    try:
        return ParkedFile.from_bytes(data)
    except ValueError:  # anybody with the register key can put something in
        raise ParkedDamaged(link=link.id) from None


def _refuse_mistaken(custody: Custody, link: Link, pin: Pin, profile: Profile, holder: str | None) -> None:
    """Refuse a PIN that is surely another secret, before it leaves the house."""
    if is_passphrase(custody.slots, pin.reveal()):
        raise PassphraseAsPin
    if not profile.always_new_pin:
        return
    with custody.reading() as reader:
        one = known_holder(reader, holder) if holder else reader.holder(link.holder or "")
        older = reader.pairs_of_holder(one.id, every=True) if one else []
    if one is not None and any(pair.provider == profile.name and custody.has_pin(pair, pin) for pair in older):
        raise PinOfOlderPair(holder=one.name)


def claimed(link: Link) -> CertvaultError:
    """Why a link that brought its pair is not fetched again."""
    return LinkPairPurged() if link.pair is None else LinkAlreadyClaimed(pair=link.pair)


def _attempted(custody: Custody, link: Link, profile: Profile, *, insist: bool, at: datetime) -> Link:
    """Record the attempt and count it as a refusal until the portal says otherwise: nothing was sent yet."""

    def counted(now: Link) -> Link:
        if now.state == "claimed":
            raise claimed(now)
        if now.refusals >= profile.ask_from and not insist:
            raise RefusedBefore(refusals=now.refusals, link=now.id)
        return now._replace(refusals=now.refusals + 1, last_attempt=utc(at))

    return change_link(custody, link.id, counted, "fetch-attempted", at=at)


def _downloaded(
    custody: Custody,
    attempt: Link,
    pin: Pin,
    url: CheckedUrl,
    profile: Profile,
    portal: Portal,
    progress: Progress,
    at: datetime,
) -> tuple[Link, ParkedFile]:
    """Ask the portal, and park what it sends before anything else is done with it."""
    released_for: Pin | None = None
    try:
        page = portal.reach(url, profile, progress)
        if isinstance(page, bytes):
            pkcs12 = page
        else:
            pkcs12, released_for = page.submit(pin), pin
    except CertvaultError as error:
        _record_failure(custody, attempt, error, at)
        raise
    waiting = ParkedFile(pkcs12, released_for)
    return park_file(custody, attempt.id, waiting.to_bytes(), _uncounted, "file-received", at=at), waiting


def _record_failure(custody: Custody, attempt: Link, error: CertvaultError, at: datetime) -> None:
    """What the portal's answer means for the link. The PIN stays counted wherever it may have been refused."""
    error.fields.setdefault("link", attempt.id)
    sent = isinstance(error, PinRefused | OutcomeUnknown) or error.fields.get("pin_sent") is True
    change = _gone if isinstance(error, LinkGone) else _as_it_is if sent else _uncounted
    change_link(custody, attempt.id, change, error.kind(), at=at)


def _as_it_is(link: Link) -> Link:
    return link


def _uncounted(link: Link) -> Link:
    return link._replace(refusals=max(link.refusals - 1, 0))


def _gone(link: Link) -> Link:
    return _uncounted(link)._replace(state="gone" if link.state == "open" else link.state)


def _recorded(custody: Custody, link: Link, proving: Callable[[], Proven], at: datetime) -> Proven:
    """What ``proving`` gives; that a file did not open is the outcome of an attempt too, though nothing was sent."""
    try:
        return proving()
    except CertvaultError as error:
        change_link(custody, link.id, _as_it_is, error.kind(), at=at)
        raise


def _proven(waiting: ParkedFile, pin: Pin, opener: Opener, link: Link, profile: Profile) -> Proven:
    """The file with the PIN that opens it. What does not open stays parked: further tries are local and free."""
    try:
        opened = opener.open(waiting.pkcs12, pin)
    except WrongPin:
        sentence = WrongPin.sentence if link.kind == "file" else None
        raise ParkedFileNeedsPin(sentence, host=profile.title, link=link.id) from None
    if not opened.proven and waiting.released_for != pin:
        raise AnyPinOpens
    proof: Proof = "file" if opened.proven else "portal"
    return Proven(Contents(waiting.pkcs12, pin), opened, proof)
