"""Install a pair into a certificate store of this machine."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from vault.custody import Custody
from vault.errors import N_, CertvaultError
from vault.ledger.events import record
from vault.model.event import Head
from vault.model.ids import Random
from vault.model.pair import Pair
from vault.model.target_profile import TargetProfile
from vault.model.texts import salted
from vault.operations.fitting import Fit, made
from vault.ports.installer import Installer

INSTALLED = N_("It was installed; the log has the attempt, not that it was done.")


class Installed(NamedTuple):
    """A pair that is in a store, or was there already (``unchanged``), and the end of the audit log after it."""

    pair: Pair
    place: str
    unchanged: bool
    head: Head


def install(
    custody: Custody, pair: Pair, profile: TargetProfile, store: Installer, *, at: datetime, random: Random
) -> Installed:
    """Put ``pair`` into ``store``, which takes what ``profile`` says: the issuer's own bytes, else written anew.

    The event ``install-attempt`` is on disk before anything leaves: where it cannot be written, nothing does.
    ``install-done`` follows. Raises PinNotTaken, PairDamaged, PairDiffers, NoRoom, Busy and what the store's port says.
    """
    store.check()
    contents = custody.contents(pair)
    if store.holds(pair.fingerprint):
        with custody.reading() as reader:
            return Installed(pair, store.place, unchanged=True, head=reader.head())
    found = made(contents, Fit(profile))
    _record(custody, "install-attempt", pair, profile, store, at, random)
    store.put(found.data[0], contents.pin, pair.fingerprint)
    try:
        head = _record(custody, "install-done", pair, profile, store, at, random)
    except CertvaultError as error:
        error.hint = INSTALLED
        raise
    return Installed(pair, store.place, unchanged=False, head=head)


def _record(
    custody: Custody, what: str, pair: Pair, profile: TargetProfile, store: Installer, at: datetime, random: Random
) -> Head:
    texts = salted(random, path=store.place)  # a folder may be named after a person
    with custody.writing() as writer:
        record(custody, writer, what, texts, at=at, pair=pair.id, holder=pair.holder, profile=profile.id)
        return writer.head()
