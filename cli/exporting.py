"""Handing out several certificates at once: which are meant, and one run over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cli import choose, progress
from cli.export_list import noting
from cli.minding import mind
from cli.render.cells import quoted
from cli.render.pairs import is_misnamed
from cli.session import Session
from cli.texts import _
from vault.errors import N_, CertvaultError, NotFound, NothingToExport, Usage
from vault.operations.choosing import Choice, chosen
from vault.operations.export import Exported, Order, files
from vault.operations.export_many import Export, Outcome
from vault.operations.find import profile_named
from vault.operations.places import Place, places_of_lineage
from vault.operations.register import PairRow, pair_row

if TYPE_CHECKING:
    from vault.custody import Custody
    from vault.model.event import Head


class Wanted(NamedTuple):
    """What the options say: words of names, or all of a holder, of a provider, or that are due to be installed, in a
    software with this target ``profile``, where one is named."""

    names: Sequence[str]
    holder: str | None = None
    provider: str | None = None
    due: bool = False
    profile: str | None = None

    def check(self) -> None:
        """Raise Usage for what does not go together."""
        if bool(self.names) == (self.due or self.holder is not None or self.provider is not None):
            raise Usage(what=N_("Name certificates, or say --holder, --provider or --due."))

    @property
    def confirm(self) -> str:
        """The command that says that what was due is installed now; empty where something else was asked for."""
        if not self.due:
            return ""
        words = ["certvault targets confirm", *([quoted(self.holder)] if self.holder else []), "--all"]
        words += ["--for", self.profile] if self.profile else []
        words += ["--provider", quoted(self.provider)] if self.provider else []
        return " ".join(words)


def ids(session: Session, custody: Custody, wanted: Wanted) -> list[str]:
    """The ids of the pairs that are meant; none where nothing is due.

    Raises NotFound, Ambiguous, ProviderUnknown, NothingToExport.
    """
    if wanted.names:
        choose.no_software(session, custody, wanted.names)
        found = choose.each(session, custody, wanted.names, choose.pair)
        return list(dict.fromkeys(pair.id for pair in found))
    whose = None if wanted.holder is None else choose.holder(session, custody, wanted.holder).id
    issuer = None if wanted.provider is None else profile_named(wanted.provider, session.readable).name
    choice = Choice(whose, issuer, wanted.due, wanted.profile)
    several = chosen(custody, choice, windows=session.windows(), at=session.now())
    if not several and not wanted.due:
        raise NothingToExport
    return several


def usual_ending(session: Session, provider: str) -> str:
    """The ending that suits a provider."""
    profile = session.readable.get(provider)
    return profile.ending if profile else "p12"


def row(custody: Custody, id_: str) -> PairRow:
    """The pair with this id, with its holder. Raises NotFound."""
    with custody.reading() as reader:
        found = reader.pair(id_)
    if found is None:
        raise NotFound(name=id_)
    return pair_row(custody, found)


def alone(session: Session, custody: Custody, id_: str, order: Order) -> Alone:
    """One pair, in the folder itself."""
    found = row(custody, id_)
    pair = found.pair
    mind(custody, found)
    written = files(custody, pair, order, at=session.now(), random=session.random)
    known = places_of_lineage(custody, pair.lineage) if pair.state == "current" else []
    target = order.fit.target
    return Alone(found, written, [one for one in known if target is None or one.target.profile == target.id])


class Alone(NamedTuple):
    """One pair with its holder, its files, and the places where it is known to belong, of the kind that they are made
    for."""

    row: PairRow
    files: Sequence[Exported]
    places: Sequence[Place]


class Run:
    """One run over many pairs, and what is known of it at its end.

    Pairs are counted: ``written``, ``unchanged``, and those of both that are not the issuer's own bytes but made
    ``anew``. ``failed`` are those that could not be written, ``misnamed`` those filed under a name that their
    certificates do not know. ``stopped`` says that a person interrupted it, ``ended`` what else ended it early.
    ``confirm`` is the command that says that they are installed; it may be empty.
    """

    def __init__(self, session: Session, custody: Custody, ids: Sequence[str], order: Order, confirm: str = "") -> None:
        self.total, self.written, self.unchanged, self.anew = len(ids), 0, 0, 0
        self.failed: list[Outcome] = []
        self.misnamed: list[Outcome] = []
        self.stopped = False
        self.ended: CertvaultError | None = None
        self.head: Head | None = None
        self.confirm, self.fit, self.list = confirm, order.fit, order.folder / _("list.csv")
        self._session, self._custody, self._ids, self._order = session, custody, ids, order

    def files(self) -> Iterator[Exported]:
        """Every file that is there, when it is on record. At the end the list of them is written anew."""
        session, custody = self._session, self._custody
        listing = noting(self.list, session.titles(), session.zone(custody))
        with listing as note, session.rewriter() as opener, progress.counted(_("Handing out")) as shown:
            work = Export(custody, opener, self._order)
            try:
                for one in work.run(self._ids, progress=shown, at=session.now(), random=session.random):
                    self._count(one)
                    for file in one.files:
                        note(one, file)
                        yield file
            except KeyboardInterrupt:
                self.stopped = True
            except CertvaultError as error:
                self.ended = error

    def _count(self, one: Outcome) -> None:
        if one.error is not None:
            self.failed.append(one)
            return
        self.head = one.files[0].head
        unchanged = all(file.unchanged for file in one.files)
        self.unchanged += unchanged
        self.written += not unchanged
        self.anew += one.files[0].flavour != "original"
        if one.pair is not None and is_misnamed(one.holder, one.pair):
            self.misnamed.append(one)
