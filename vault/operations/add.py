"""Store a certificate file that is here, with its PIN."""

from __future__ import annotations

from datetime import datetime

from vault.custody import Custody
from vault.errors import AnyPinOpens, ProviderUnclear
from vault.ledger.pairs import Admission, Proven, Stored, admit
from vault.model.ids import Random
from vault.model.link import Link
from vault.model.pair import Contents
from vault.model.profile import Profile
from vault.model.succession import UNSAID, Placing
from vault.operations.find import Profiles, profile_named
from vault.ports.opener import Opened, Opener
from vault.secret import Pin


def add(
    custody: Custody,
    pkcs12: bytes,
    pin: Pin,
    *,
    opener: Opener,
    profiles: Profiles,
    provider: str | None = None,
    holder: str | None = None,
    placing: Placing = UNSAID,
    link: Link | None = None,
    at: datetime,
    random: Random,
) -> Stored:
    """Prove that ``pin`` belongs to ``pkcs12`` and store both as one record.

    ``provider`` may be left out where a current pair has the same subject, or only one provider has links that can be
    fetched. ``link`` is claimed where the file is the one it led to. Raises what
    :meth:`vault.ports.opener.Opener.open` raises, AnyPinOpens, ProviderUnclear and what
    :func:`vault.ledger.pairs.admit` raises.
    """
    opened = opener.open(pkcs12, pin)
    if not opened.proven:
        raise AnyPinOpens
    profile = _provider(custody, opened, provider or (link.provider if link else None), placing, profiles)
    admission = Admission(profile.name, holder or (link.holder if link else None), placing, link)
    return admit(custody, Proven(Contents(pkcs12, pin), opened, "file"), admission, at=at, random=random)


def _provider(custody: Custody, opened: Opened, said: str | None, placing: Placing, profiles: Profiles) -> Profile:
    if said is not None:
        return profile_named(said, profiles)
    if placing.supersedes is not None:
        return profile_named(placing.supersedes.provider, profiles)
    with custody.reading() as reader:
        known = [name for name in profiles if reader.current_with_subject(name, opened.certificate.subject)]
    candidates = known or [profile.name for profile in profiles.values() if profile.links]
    if len(candidates) != 1:
        raise ProviderUnclear(providers=", ".join(sorted(profiles)))
    return profiles[candidates[0]]
