"""A list of holders out of a spreadsheet: what each line means, told before it is recorded."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Literal, NamedTuple

from vault.custody import Watch
from vault.errors import N_, AddressTaken, BadHolder, CertvaultError, Phrase, SameHolder, TableNotReadable
from vault.ledger.events import record
from vault.ledger.holders import MOST, known_holder
from vault.model.holder import Holder
from vault.model.ids import Random, new_id
from vault.model.likeness import Names
from vault.operations.holders import checked, insert, union, update
from vault.ports.store import Reader, Writer
from vault.tables import Row, columns, rows

MEANINGS = {
    "name": (
        "Name",
        "Makler",
        "Maklername",
        "Inhaber",
        "Zertifikatsinhaber",
        "Firma",
        "Vermittler",
        "Partner",
        "Holder",
        "Broker",
        "Company",
    ),
    "first": ("Vorname", "First name", "Given name"),
    "last": ("Nachname", "Familienname", "Last name", "Surname"),
    "addresses": ("E-Mail", "Mail", "E-Mail-Adresse", "Mailadresse", "Adresse", "Address", "Email address"),
    "numbers": (
        "Agenturnummer",
        "Agentur-Nr.",
        "Agentur",
        "Vermittlernummer",
        "Vermittler-Nr.",
        "VM-Nr.",
        "Maklernummer",
        "Makler-Nr.",
        "Nummer",
        "Nr.",
        "Agency number",
        "Agency no.",
        "Number",
    ),
    "mobile": (
        "Handy",
        "Handynummer",
        "Handy-Nr.",
        "Mobil",
        "Mobilnummer",
        "Mobiltelefon",
        "Mobilfunknummer",
        "Mobile",
        "Mobile number",
        "Cell",
        "Telefon mobil",
    ),
    "responsible": ("Zuständig", "Betreuer", "Betreuerin", "Sachbearbeiter", "Ansprechpartner", "Responsible", "Owner"),
    "tags": ("Tags", "Tag", "Schlagwörter", "Schlagwort", "Schlagworte", "Stichworte", "Gruppe", "Kategorie", "Group"),
}
"""What the columns of such a list are called."""
AT_ONCE = 100
"""Lines that are recorded in one transaction."""

Outcome = Literal["added", "changed", "unchanged", "unclear", "refused"]
Ask = Callable[[str, Sequence[Holder]], Holder | None]
"""Called with a new name and those who may be meant; gives the one who is, or None for somebody else."""


class Line(NamedTuple):
    """What came of one line; ``error`` says why it was not taken."""

    line: int
    name: str
    outcome: Outcome
    holder: str | None = None
    error: CertvaultError | None = None


class Listed(NamedTuple):
    """A list that was read: its lines, each a holder without an id or why it is none, and titles that mean nothing."""

    lines: list[tuple[int, Holder | BadHolder]]
    unknown: list[str]


def read(data: bytes) -> Listed:
    """The holders in a CSV file. Raises TableNotReadable, also where no column has names."""
    table = rows(data)
    if not table:
        raise TableNotReadable(why=N_("it is empty"))
    found = columns(table[0], MEANINGS)
    if "name" not in found.where and "last" not in found.where:
        why = Phrase(N_("no column of names is in its first line; call it for example {title}"), title="Name")
        raise TableNotReadable(why=why)
    return Listed([(row.line, _holder(row, found.where)) for row in table[1:]], found.unknown)


def take(
    watch: Watch, listed: Listed, *, ask: Ask | None, new: bool, dry_run: bool, at: datetime, random: Random
) -> list[Line]:
    """Record the holders of a list; who is known gets what is new. A repeat changes nothing.

    Who may be somebody known is asked about, taken for somebody else where ``new`` says so, and else not taken. With
    ``dry_run`` nothing is recorded, and nobody asked.
    """
    intake, done = _Intake(watch, new, at, random), list[Line]()
    if dry_run:
        with suppress(_Undone), watch.writing() as writer:
            done = [intake.take(writer, *each) for each in listed.lines]
            raise _Undone
        return done
    size = 1 if ask else AT_ONCE
    for start in range(0, len(listed.lines), size):
        some = listed.lines[start : start + size]
        if ask is not None:
            intake.ask(ask, *some[0])
        with watch.writing() as writer:
            done += [intake.take(writer, *each) for each in some]
    counted = {what: str(sum(one.outcome == what for one in done)) for what in ("added", "changed")}
    if set(counted.values()) != {"0"}:
        with watch.writing() as writer:
            record(watch, writer, "holders-imported", at=at, lines=str(len(done)), **counted)
    return done


class _Undone(Exception):
    """Ends the transaction of a dry run."""


class _Intake:
    """Takes line after line, and knows the names that came before."""

    def __init__(self, watch: Watch, new: bool, at: datetime, random: Random) -> None:
        self._watch, self._new, self._at, self._random = watch, new, at, random
        with watch.reading() as reader:
            self._names = Names(reader.names())
        self._others: set[int] = set()
        self._meant: dict[int, str] = {}

    def ask(self, ask: Ask, line: int, one: Holder | BadHolder) -> None:
        """Ask who is meant, outside of any transaction."""
        if isinstance(one, BadHolder) or self._new:
            return
        with self._watch.reading() as reader:
            near = [] if known_holder(reader, one.name) else self._near(reader, one)
        if not near:
            return
        who = ask(one.name, near)
        if who is None:
            self._others.add(line)
        else:
            self._meant[line] = who.id

    def take(self, writer: Writer, line: int, one: Holder | BadHolder) -> Line:
        """Record one line."""
        if isinstance(one, BadHolder):
            return Line(line, "", "refused", error=one)
        known = writer.holder(self._meant[line]) if line in self._meant else known_holder(writer, one.name)
        try:
            return self._add(writer, line, one) if known is None else self._change(writer, line, one, known)
        except AddressTaken as error:
            return Line(line, one.name, "refused", error=error)

    def _add(self, writer: Writer, line: int, one: Holder) -> Line:
        near = [] if self._new or line in self._others else self._near(writer, one)
        if near:
            candidates = [{"id": each.id, "holder": each.name} for each in near]
            return Line(line, one.name, "unclear", error=SameHolder(name=one.name, candidates=candidates))
        holder = one._replace(id=new_id(self._random))
        insert(self._watch, writer, holder, at=self._at, random=self._random)
        self._names.add(holder.id, holder.name)
        return Line(line, one.name, "added", holder.id)

    def _change(self, writer: Writer, line: int, one: Holder, known: Holder) -> Line:
        changed = known._replace(
            addresses=union(known.addresses, one.addresses),
            numbers=union(known.numbers, one.numbers),
            tags=union(known.tags, one.tags),
            mobile=one.mobile or known.mobile,
            responsible=one.responsible or known.responsible,
        )
        anything = update(self._watch, writer, changed, at=self._at, random=self._random)
        return Line(line, one.name, "changed" if anything else "unchanged", known.id)

    def _near(self, reader: Reader, one: Holder) -> list[Holder]:
        owners = [owner.id for address in one.addresses if (owner := reader.holder_with_address(address)) is not None]
        near = reader.holders([*owners, *sorted(self._names.close_to(one.name))])
        return sorted({each.id: each for each in near.values()}.values(), key=lambda each: each.name)[:MOST]


def _holder(row: Row, where: Mapping[str, Sequence[int]]) -> Holder | BadHolder:
    """The holder of one line, without an id."""

    def several(field: str, between: str) -> tuple[str, ...]:
        texts = row.texts(where.get(field, ()))
        return tuple(part.strip() for text in texts for part in re.split(between, text) if part.strip())

    def one(field: str) -> str:
        return " ".join(row.texts(where.get(field, ()))[:1])

    name = one("name") or " ".join(filter(None, (one("first"), one("last"))))
    holder = Holder("", name, several("addresses", "[;, ]"), several("numbers", "[;,]"))
    try:
        return checked(
            holder._replace(mobile=one("mobile"), responsible=one("responsible"), tags=several("tags", "[;,/ ]"))
        )
    except BadHolder as wrong:
        return wrong
