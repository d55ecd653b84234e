"""Store a certificate file that is here, with its PIN."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from vault.custody import Custody
from vault.errors import AnyPinOpens, CertvaultError, ProviderUnclear
from vault.files.reading import read_bounded
from vault.ledger.pairs import Admission, Proven, Stored, admit
from vault.model.ids import Random
from vault.model.link import Link
from vault.model.pair import Contents, Pair
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
    profile = provider_of(custody, opened, provider or (link.provider if link else None), placing, profiles)
    admission = Admission(
        profile.name, holder or (link.holder if link else None), placing, link, activation=profile.activation
    )
    return admit(custody, Proven(Contents(pkcs12, pin), opened, "file"), admission, at=at, random=random)


def provider_of(custody: Custody, opened: Opened, said: str | None, placing: Placing, profiles: Profiles) -> Profile:
    """Who issued the certificate: as ``said``, else as what is here already or can be shows. Raises ProviderUnclear."""
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


def delete_source(custody: Custody, path: Path, pair: Pair) -> bool:
    """Delete the file that ``pair`` was made from, if the vault holds it byte for byte; gives whether it is gone.

    Both are read again for that. What a disk or a backup keeps of a deleted file is beyond this.
    """
    try:
        stored = custody.unsealed(pair).pkcs12
        if read_bounded(path, len(stored)) != stored:
            return False
        path.unlink()
    except (CertvaultError, OSError):
        return False
    return True
