"""What can be told of a vault whose database SQL does not read: page by page, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from vault.custody import compare, reckoned
from vault.errors import N_, CertvaultError, ParkedDamaged, Phrase
from vault.keys.authenticate import event_auth, same, setting_auth
from vault.keys.derive import events_key, inbox_key, pairs_key
from vault.keys.slots import KeySlots
from vault.model.certificate import Certificate
from vault.model.event import Recorded
from vault.model.finding import Count, Finding, damage
from vault.model.link import WAITS_AS, Kind
from vault.model.pair import Pair
from vault.model.profile import TRUSTED
from vault.model.replay import Findings, Replay
from vault.model.texts import LOST, lost_text, misfits
from vault.operations.examining import LOG, OTHERS, half_lost
from vault.operations.proving import MOST, Progress
from vault.operations.verify import Walk
from vault.sealing import Inbox, Sealer
from vault.secret import RegisterKey, RootKey
from vault.store.salvage import Salvaged, salvage, salvaged_pairs

RESCUE = N_("Go back to the last backup, or bring out what still opens: certvault doctor --rescue DIR")
NOTHING = N_("no page of its database can be read: it is not this vault's, or its beginning is damaged")
_MOST_PAGES = 20
"""Pages that are named."""


class Seals:
    """What the root key opens, for rows that lie in no store."""

    def __init__(self, slots: KeySlots, root: RootKey) -> None:
        place = slots.vault, slots.generation
        self._sealer = Sealer(pairs_key(root, *place), slots.vault)
        self._inbox = Inbox(inbox_key(root, *place), slots.vault)
        self._events = events_key(root, *place)
        self._vault = slots.vault

    def certificate(self, pair: Pair, sealed: bytes) -> Certificate:
        """The certificate of a pair that opens and is what its row says. Raises PairDamaged, PairDiffers."""
        certificate = reckoned(self._sealer.open(pair, sealed))
        compare(pair, certificate)
        return certificate

    def opens_parked(self, kind: Kind, link: str, sealed: bytes) -> bool:
        """Whether what waits with the ``link`` of this ``kind`` opens."""
        try:
            self._inbox.open(WAITS_AS[kind], link, sealed)
        except ParkedDamaged:
            return False
        return True

    def wrote_setting(self, name: str, value: str, auth: bytes) -> bool:
        """Whether the setting was put with the root key."""
        return same(setting_auth(self._events, self._vault, name, value), auth)

    def wrote_event(self, recorded: Recorded) -> bool:
        """Whether the event bears the authentication that only this root key gives."""
        return same(event_auth(self._events, recorded.hash, recorded.number), recorded.auth or b"")


class Looked(NamedTuple):
    """What was found; ``nothing`` says that not one page can be read. The file is read again for ``events``."""

    findings: list[Finding]
    pairs: Count | None
    events: Iterable[Recorded]
    nothing: bool = False


def look(path: Path, slots: KeySlots, register: RegisterKey, root: RootKey | None, progress: Progress) -> Looked:
    """Look at every row that can still be read of the database at ``path``; with ``root`` into every pair."""
    rows, seals = salvage(path, register), None if root is None else Seals(slots, root)
    if len(rows.damaged) == rows.pages:
        return Looked(
            [damage(NOTHING, path.name, hint=N_("Go back to the last backup: certvault restore BACKUP"))],
            None,
            [],
            nothing=True,
        )
    events = rows.events.values()
    found = [*_pages(rows), *_texts(rows), *_log(events, slots, seals.wrote_event if seals else _nobody_knows)]
    if seals is not None:
        found += _sealed(rows, seals)
    inside, count = _pairs(path, register, rows, events, seals, progress)
    return Looked(found + inside, count, events)


def _nobody_knows(_recorded: Recorded) -> None:
    """Without the root key nobody can say."""


def _pages(rows: Salvaged) -> Iterator[Finding]:
    if rows.damaged:
        numbers = ", ".join(map(str, rows.damaged[:_MOST_PAGES])) + (" ..." if len(rows.damaged) > _MOST_PAGES else "")
        pages = Phrase(N_("{count} of {total} pages are damaged"), count=len(rows.damaged), total=rows.pages)
        yield damage(pages, numbers, N_("what lies on other pages can be read"), RESCUE)


def _log(
    events: Iterable[Recorded], slots: KeySlots, authentic: Callable[[Recorded], bool | None]
) -> Iterator[Finding]:
    """The first event that is missing or does not hold."""
    walk = Walk(slots.vault, slots.generation, authentic)
    for number, one in enumerate(events, 1):
        if not all(walk.take(one)):
            what = N_("this event is missing, or is not what was written; the log proves nothing from there on")
            yield damage(what, str(number), LOG, RESCUE)
            return


def forgotten_in(events: Mapping[int, Recorded]) -> dict[str | None, int]:
    """The holders of whom one of ``events``, in their order, says that they were forgotten, each with its number."""
    return {one.event.holder: number for number, one in events.items() if one.event.what == "pseudonymised"}


def _texts(rows: Salvaged) -> Iterator[Finding]:
    forgotten = forgotten_in(rows.events)
    told = [dict(one.event.details) for one in rows.events.values() if one.event.what == LOST]
    for number, one in rows.events.items():
        for kind, name, what in misfits(one, forgotten=forgotten.get(one.event.holder, 0) > number):
            if kind == "text-missing" and (rows.damaged or lost_text(number, name) in told):
                continue  # it may lie on one of those pages
            yield damage(what, str(number), LOG)


def _sealed(rows: Salvaged, seals: Seals) -> Iterator[Finding]:
    for link in rows.links.values():
        sealed = rows.parked.get(link.id)
        if sealed is not None and not seals.opens_parked(link.kind, link.id, sealed):
            yield half_lost(link)
    for name, (value, auth) in rows.settings.items():
        if not seals.wrote_setting(name, value, auth):
            yield damage(N_("this setting was changed past certvault"), name, hint=_anew(name))


def _anew(setting: str) -> Phrase:
    """How a setting gets its authentication back."""
    if setting.startswith(TRUSTED):
        return Phrase(N_("Trust it again: certvault providers trust {name}"), name=setting.removeprefix(TRUSTED))
    return Phrase(N_("Set it again: certvault config set {name} VALUE"), name=setting)


def _pairs(
    path: Path,
    register: RegisterKey,
    rows: Salvaged,
    events: Iterable[Recorded],
    seals: Seals | None,
    progress: Progress,
) -> tuple[list[Finding], Count | None]:
    """Open every pair whose row can be read, where the key for it is here; and name those whose row cannot be."""
    found: list[Finding] = []
    known, bad = _known(rows, events), set[str]()
    read = {id_ for id_, there in rows.known.items() if there}
    for pair, sealed, _place in salvaged_pairs(path, register) if seals else ():
        try:
            seals and seals.certificate(pair, sealed)
        except CertvaultError as error:
            bad.add(pair.id)
            found.append(damage(Phrase(error.sentence, **error.fields), pair.id, OTHERS, error.hint))
        progress(len(found), len(known))
    unread = N_("the row of this pair is missing, or lies on a damaged page")
    found += [damage(unread, id_, OTHERS, RESCUE) for id_ in sorted(known - read)]
    more = len(found) - MOST
    if more > 0:
        found[MOST:] = [damage(Phrase(N_("{count} more do not open"), count=more), "")]
    return found, Count(len(known), len(read - bad), len(known - read) + len(bad)) if seals else None


def _known(rows: Salvaged, events: Iterable[Recorded]) -> set[str]:
    """Every pair that a row, an index or the log names."""
    replay = Replay(Findings())
    for one in events:
        replay.take(one.number, one.event)
    return {*rows.known, *replay.left()}
