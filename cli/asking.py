"""From what a person wants asked to drafts: one for each provider, or for each holder."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cli import choose, prompt, speaking
from cli.render import letters, requested
from cli.session import Session
from cli.texts import _, spoken
from vault.errors import N_, NothingToAsk, Usage, WouldOverwrite
from vault.files.writing import private_folder
from vault.model.pair import Pair
from vault.model.renewal import mail_address
from vault.operations import request
from vault.operations.find import profile_named
from vault.operations.request import Draft, Wish

if TYPE_CHECKING:
    from vault.custody import Watch

WITHIN = 60


class Wanted(NamedTuple):
    """What the options say: the words of names, or ``every`` that is due ``within`` so many days at a ``provider``."""

    names: Sequence[str]
    every: bool
    within: int | None
    provider: str | None

    def check(self) -> None:
        """Raise Usage for what does not go together."""
        if self.every == bool(self.names):
            raise Usage(what=N_("Name a certificate or link, or say --due."))
        if not self.every and (self.within is not None or self.provider is not None):
            raise Usage(what=N_("--within and --provider go with --due."))


def providers(session: Session, watch: Watch, wanted: Wanted, folder: Path) -> tuple[list[Draft], list[str]]:
    """The drafts to providers, written and noted, and who is to be asked there, as their profiles say it."""
    frame, language, at = _frame(session, watch), speaking.of_documents(session, watch), session.now()
    if wanted.every:
        span = timedelta(days=WITHIN if wanted.within is None else wanted.within)
        windows, issuer = session.windows(), _provider(session, wanted)
        wishes = request.wishes_due(watch, at=at, within=span, windows=windows, provider=issuer)
    else:
        records = choose.each(session, watch, wanted.names, choose.either)
        wishes = request.wishes(watch, records, at=at, windows=session.windows())
        wishes = [one for one in wishes if one.early is None or _meant(session, one, one.early, frame)]
    drafts, contacts = [], []
    for name, group in groupby(sorted(wishes, key=_provider_of), key=_provider_of):
        profile = session.profiles.get(name)
        contact = profile.renewal if profile else ""
        those = list(group)
        with spoken(language):
            letter = letters.to_provider(those, name, mail_address(contact), frame)
        drafts.append(Draft(folder / letter.name, letter.data, letter.to, those))
        contacts.append(contact)
    _write(drafts, folder, lambda draft: request.ask(watch, draft, at=at))
    return drafts, contacts


def holders(session: Session, watch: Watch, wanted: Wanted, folder: Path) -> tuple[list[Draft], list[str]]:
    """The drafts to holders whose PINs are missing, written and recorded."""
    frame, language, at = _frame(session, watch), speaking.of_documents(session, watch), session.now()
    if wanted.every:
        span = timedelta(days=WITHIN if wanted.within is None else wanted.within)
        links = request.links_without_pin(watch, at=at, within=span, provider=_provider(session, wanted))
    else:
        links = choose.each(session, watch, wanted.names, choose.link)
    wishes = request.wishes(watch, links, at=at)
    drafts = []
    for _holder, group in groupby(sorted(wishes, key=_holder_of), key=_holder_of):
        those = list(group)
        holder = those[0].holder
        to = next(filter(None, map(mail_address, holder.addresses if holder else ())), "")
        with spoken(language):
            letter = letters.to_holder([_missing(session, one) for one in those], holder, to, frame)
        drafts.append(Draft(folder / letter.name, letter.data, letter.to, those))
    _write(drafts, folder, lambda draft: request.ask_for_pin(watch, draft, at=at))
    return drafts, ["" for _draft in drafts]


def _meant(session: Session, wish: Wish, end: datetime, frame: letters.Frame) -> bool:
    """Whether a new one is wanted long before the ``end`` of a certificate.

    Where nobody can be asked it is, and that is told.
    """
    if session.json or not prompt.possible():
        return True
    question = _("Ask for a new one all the same?")
    if prompt.yes(f"{requested.in_good_time(wish, end, frame.zone, frame.at)} {question}"):
        return True
    prompt.tell(_("Nothing was asked for."))
    return False


def _frame(session: Session, watch: Watch) -> letters.Frame:
    return letters.Frame(request.sender(watch), session.now(), session.zone(watch))


def _provider(session: Session, wanted: Wanted) -> str | None:
    return None if wanted.provider is None else profile_named(wanted.provider, session.profiles).name


def _missing(session: Session, wish: Wish) -> letters.Missing:
    """What is missing of a link. Raises NothingToAsk where it is not its PIN."""
    link = wish.record
    if wish.reason != "pin-lost" or isinstance(link, Pair):
        raise NothingToAsk(name=link.id)
    profile = session.profiles.get(link.provider)
    title = session.titles().get(link.provider, link.provider)
    return letters.Missing(link, title, profile.pin_by if profile else "other")


def _write(drafts: Sequence[Draft], folder: Path, put: Callable[[Draft], None]) -> None:
    """Write all of them, or none where one of the names is taken already. Raises WouldOverwrite, NoRoom."""
    for draft in drafts:
        if os.path.lexists(draft.path):
            raise WouldOverwrite(path=str(draft.path))
    private_folder(folder)
    for draft in drafts:
        put(draft)


def _provider_of(wish: Wish) -> str:
    return wish.record.provider


def _holder_of(wish: Wish) -> str:
    """Links of nobody known are a draft each: the sort key is then their own."""
    return wish.record.holder or wish.record.id
