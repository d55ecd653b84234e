"""Does the audit log contradict itself, the register, or a witness?

What is looked at: each event's number and hash follow from the one before; events that take the root key bear their
authentication, which is checked where that key is at hand; each text that an event commits to is there, unless a later
event says why not; the pairs of the register are those that the log speaks of,
with the same states and sealed values. Each authenticated event is a checkpoint: whoever has the register key alone can
change nothing before it without breaking what it bears. What cannot be seen from inside is that the end was cut off or
that the whole folder was set back; a head that was noted elsewhere tells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from vault.custody import Watch
from vault.errors import N_, Phrase
from vault.model.chain import BEFORE_THE_FIRST, event_hash, witness
from vault.model.event import Head, Recorded, Wanted
from vault.model.happenings import ROOT_ONLY
from vault.model.replay import Contradiction, Findings
from vault.model.texts import LOST, misfits
from vault.operations.audit import PAGE
from vault.operations.comparing import compare
from vault.ports.store import Reader


class Verified(NamedTuple):
    """What was found.

    ``checkpoint`` is the number of the last event that bears an authentication, 0 for none; ``authenticated`` says
    whether authentications could be checked, which takes the root key. ``witness`` is what the log was held against.
    ``contradictions`` are the first of ``total``.
    """

    head: Head
    checkpoint: int
    authenticated: bool
    witness: Head | None
    contradictions: Sequence[Contradiction]
    total: int

    @property
    def unauthenticated(self) -> int:
        """How many events stand behind the last checkpoint: whoever has the register key could have written them."""
        return self.head.number - self.checkpoint


def verify(watch: Watch, *, against: Head | None = None) -> Verified:
    """Verify the whole log, ``against`` an earlier head where one is given. Changes nothing.

    Page by page, each in a transaction of its own; the last one holds the register against the log. Where a head is
    given and nothing contradicts, every index is held against its table as well, so that an older page is found of
    which the log says nothing. Raises Damaged where that, or a row, is not as it was written.
    """
    verified = _walked(watch, against)
    if against is not None and not verified.contradictions:
        watch.check_store()
    return verified


def _walked(watch: Watch, against: Head | None) -> Verified:
    walk = Walk(watch.vault_id, watch.slots.generation, watch.authentic, against)
    while True:
        with watch.reading() as reader:
            page = reader.events(Wanted(), after=walk.head.number, limit=PAGE)
            forgotten = reader.forgotten()
            for one in page:
                walk.take(one)
                walk.take_texts(one, forgotten)
            if len(page) < PAGE:
                return walk.end(reader)


class Step(NamedTuple):
    """Whether an event follows from the one before it, and whether its authentication is not missing or forged."""

    follows: bool
    authentic: bool


class Walk:
    """The way along the chain of the vault with this id and generation. ``authentic`` is asked of each authentication,
    and says None where nobody can know."""

    def __init__(
        self,
        vault: str,
        generation: int,
        authentic: Callable[[Recorded], bool | None],
        against: Head | None = None,
    ) -> None:
        self.head = Head(0, BEFORE_THE_FIRST)
        self._vault = vault
        self._generation = str(generation)
        self._authentic = authentic
        self._against = against
        self._checkpoint = 0
        self._checked = False
        self._begun = generation == 1
        self._found = Findings()
        self._missing: dict[tuple[int, str], Phrase] = {}

    def take(self, one: Recorded) -> Step:
        """The next event."""
        step = Step(self._link(one), self._authentication(one))
        self._hold_against(one)
        self.head = Head(one.number, one.hash)
        return step

    def take_texts(self, one: Recorded, forgotten: Mapping[str, int]) -> None:
        """The texts of an event; ``forgotten`` are holders, each with the number of the event that says so."""
        for kind, name, text in misfits(one, forgotten=forgotten.get(one.event.holder or "", 0) > one.number):
            if kind == "text-missing":
                self._missing[one.number, name] = text  # unless an event follows that says why
            else:
                self._found.say(kind, text, one.number)
        if one.event.what == LOST:
            told = dict(one.event.details)
            number = told.get("event", "")
            self._missing.pop((int(number) if number.isdecimal() else 0, told.get("name", "")), None)

    def end(self, register: Reader) -> Verified:
        """There are no more events: hold the register and the witness against them."""
        compare(register, self._found)
        for (number, _name), text in self._missing.items():
            self._found.say("text-missing", text, number)
        forgotten = register.forgotten()
        for holder in register.holders(list(forgotten)):
            text = Phrase(
                N_("holder {holder} is in the register, and event {event} says that he was forgotten"),
                holder=holder,
                event=forgotten[holder],
            )
            self._found.say("holder-kept", text, forgotten[holder])
        against = self._against
        if self.head.number == 0:
            self._found.say("beginning", Phrase(N_("the log is empty")), None)
        if self._checked and not self._begun:
            text = Phrase(
                N_("no event says that the present root key is the one of generation {generation}"),
                generation=self._generation,
            )
            self._found.say("rotation", text, None)
        if against is not None and against.number > self.head.number:
            text = Phrase(
                N_("the log ends with event {event}, but event {witness} was noted: it was cut off or set back"),
                event=self.head.number,
                witness=against.number,
            )
            self._found.say("cut-off", text, against.number)
        return Verified(self.head, self._checkpoint, self._checked, against, self._found.kept, self._found.count)

    def _link(self, one: Recorded) -> bool:
        before = self._found.count
        if one.number != self.head.number + 1:
            text = Phrase(N_("event {event} follows on event {before}"), event=one.number, before=self.head.number)
            self._found.say("gap", text, one.number)
        if event_hash(self.head.hash, one.number, one.event) != one.hash:
            text = Phrase(N_("event {event} or the one before it is not as it was written"), event=one.number)
            self._found.say("chain", text, one.number)
        created = one.event.what == "vault-created" and dict(one.event.details).get("vault") == self._vault
        if (self.head.number == 0) != created:
            text = Phrase(N_("event {event} is not where a vault's log begins"), event=one.number)
            self._found.say("beginning", text, one.number)
        return self._found.count == before

    def _authentication(self, one: Recorded) -> bool:
        if one.auth is None:
            if one.event.what in ROOT_ONLY:
                text = Phrase(N_("event {event} takes the root key and bears no authentication"), event=one.number)
                self._found.say("not-authenticated", text, one.number)
            return one.event.what not in ROOT_ONLY
        authentic = self._authentic(one)
        self._checked |= authentic is not None
        self._begun = self._begun or bool(authentic and self._begins(one))
        if authentic is False and self._begun:
            text = Phrase(N_("the authentication of event {event} is forged"), event=one.number)
            self._found.say("forged", text, one.number)
            return False
        self._checkpoint = one.number
        return True

    def _begins(self, one: Recorded) -> bool:
        """Whether it is the first event under the present root key, or the one by which a rescue answers for all.

        Those before it bear authentications under keys that nobody has any more; its hash holds them.
        """
        return one.event.what in {"rotated", "rescued"} and ("generation", self._generation) in one.event.details

    def _hold_against(self, one: Recorded) -> None:
        if self._against is not None and one.number == self._against.number and one.hash != self._against.hash:
            text = Phrase(
                N_("event {event} is not the one of {witness}: the log was written anew, or is another one"),
                event=one.number,
                witness=witness(self._against),
            )
            self._found.say("rewritten", text, one.number)
