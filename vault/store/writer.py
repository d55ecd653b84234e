"""What can be written into the register."""
# ruff: noqa: S608 - what is put into a statement are names of the program's own tables and columns, every value is bound

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from vault.model.ack import Ack
from vault.model.event import Recorded
from vault.model.fold import same_name, words
from vault.model.holder import Holder
from vault.model.link import Link
from vault.model.mark import ReadUpTo
from vault.model.pair import Pair, State
from vault.model.request import Request
from vault.model.watcher import Run
from vault.secret import MailPassword
from vault.store.rows import HOLDER, from_holder, from_link, from_pair, from_recorded, from_text, seconds
from vault.store.writing.targets import SqlTargetsWriter

if TYPE_CHECKING:
    from vault.model.reminder import Reminder

_PAIR = (
    "INSERT INTO pair (id, provider, holder, lineage, purpose, subject, issuer, serial, fingerprint, not_before,"
    " not_after, state, proof, added, superseded_by, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_LINK = (
    "INSERT INTO link (id, kind, provider, holder, url, reference, received, deadline, state, refusals, last_attempt,"
    " pair, subject, sender, recorded, trust) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_EVENT = (
    "INSERT INTO event (number, at, slot, user, what, pair, link, holder, details, commitments, hash, auth)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_FORGET = (
    "DELETE FROM event_text WHERE event IN (SELECT number FROM event WHERE holder = ?)",
    "DELETE FROM installation WHERE target IN (SELECT id FROM target WHERE holder = ?)",
    "DELETE FROM target WHERE holder = ?",
    "DELETE FROM parked WHERE link IN (SELECT id FROM link WHERE holder = ?)",
    "DELETE FROM link WHERE holder = ?",
    "DELETE FROM holder_word WHERE holder = ?",
    "DELETE FROM holder_address WHERE holder = ?",
    "DELETE FROM holder_number WHERE holder = ?",
)


class SqlWriter(SqlTargetsWriter):
    """A :class:`vault.ports.store.Writer` on one transaction."""

    def put_setting(self, name: str, value: str, auth: bytes) -> None:
        """Set a setting, with its authentication under the events key."""
        sql = (
            "INSERT INTO setting (name, value, auth) VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value, auth = excluded.auth"
        )
        self._transaction.change(sql, (name, value, auth))

    def add_holder(self, holder: Holder) -> None:
        """Add a holder; its id must be new. An address that another holder has stays with that one."""
        insert = f"INSERT INTO holder ({HOLDER}, same_name) VALUES (?, ?, ?, ?, ?, ?)"
        self._transaction.change(insert, (*from_holder(holder), same_name(holder.name)))
        self._add_parts(holder)

    def update_holder(self, holder: Holder) -> None:
        """Write all of the holder with this id. An address that another holder has stays with that one."""
        sql = "UPDATE holder SET name = ?, mobile = ?, responsible = ?, tags = ?, same_name = ? WHERE id = ?"
        self._one(sql, (*from_holder(holder)[1:], same_name(holder.name), holder.id))
        for table in ("holder_word", "holder_address", "holder_number"):
            self._transaction.change(f"DELETE FROM {table} WHERE holder = ?", (holder.id,))
        self._add_parts(holder)

    def merge_holder(self, holder: str, into: str) -> None:
        """Let ``holder`` be another name of ``into``, whose event ``holder-merged`` is there, and who has no pairs,
        links and targets. What was merged into him before follows."""
        for table in ("holder_word", "holder_address", "holder_number"):
            self._transaction.change(f"DELETE FROM {table} WHERE holder = ?", (holder,))
        merge = "UPDATE holder SET merged_into = ? WHERE"
        self._transaction.change(f"{merge} merged_into = ?", (into, holder))
        self._one(f"{merge} id = ?", (into, holder))
        kept = self.holder(into)
        if kept is not None:
            self._add_words(kept)

    def _add_parts(self, holder: Holder) -> None:
        self._add_words(holder)
        for number in holder.numbers:
            insert = "INSERT INTO holder_number (agency_number, holder) VALUES (?, ?)"
            self._transaction.change(insert, (number, holder.id))
        for address in holder.addresses:
            self.add_address(holder.id, address)

    def _add_words(self, holder: Holder) -> None:
        """The words that find a holder: those of his names, of those who were merged into him, and his numbers."""
        insert = "INSERT INTO holder_word (word, holder) VALUES (?, ?) ON CONFLICT DO NOTHING"
        texts = (holder.name, *holder.numbers, *(name for _id, name in self.merged_into(holder.id)))
        for word in {word for text in texts for word in words(text)}:
            self._transaction.change(insert, (word, holder.id))

    def add_address(self, holder: str, address: str) -> None:
        """Add a mail address to a holder; nothing happens if any holder has it already."""
        sql = (
            "INSERT INTO holder_address (same_address, address, holder) VALUES (?, ?, ?)"
            " ON CONFLICT (same_address) DO NOTHING"
        )
        self._transaction.change(sql, (address.lower(), address, holder))

    def add_link(self, link: Link) -> None:
        """Add a link; id and (provider, reference) must be new. ``parked`` is written by :meth:`park`."""
        self._transaction.change(_LINK, from_link(link))

    def update_link(self, link: Link) -> None:
        """Write the holder, state, refusals, last attempt, pair and trust of the link with this id."""
        sql = "UPDATE link SET holder = ?, state = ?, refusals = ?, last_attempt = ?, pair = ?, trust = ? WHERE id = ?"
        last_attempt = None if link.last_attempt is None else seconds(link.last_attempt)
        self._one(sql, (link.holder, link.state, link.refusals, last_attempt, link.pair, link.trust, link.id))

    def park(self, link: str, sealed: bytes) -> None:
        """Keep a sealed file with a link, in place of one that is there."""
        sql = (
            "INSERT INTO parked (link, sealed) VALUES (?, ?) ON CONFLICT (link) DO UPDATE SET sealed = excluded.sealed"
        )
        self._transaction.change(sql, (link, sealed))

    def unpark(self, link: str) -> None:
        """Delete the sealed file of a link, if there is one."""
        self._transaction.change("DELETE FROM parked WHERE link = ?", (link,))

    def read_mailbox(self, account: str, folder: str, mark: ReadUpTo) -> None:
        """Note how far a folder of a mail account was read."""
        sql = (
            "INSERT INTO mailbox (account, folder, validity, last) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (account, folder) DO UPDATE SET validity = excluded.validity, last = excluded.last"
        )
        self._transaction.change(sql, (account, folder, *mark))

    def keep_mail_password(self, account: str, password: MailPassword | None) -> None:
        """Keep the password of an account in place of an older one; None forgets it."""
        self._transaction.change("DELETE FROM mailbox_password WHERE account = ?", (account,))
        if password is not None:
            insert = "INSERT INTO mailbox_password (account, password) VALUES (?, ?)"
            self._transaction.change(insert, (account, password.reveal()))

    def add_pair(self, pair: Pair, sealed: bytes) -> None:
        """Add a pair with its sealed value; id and fingerprint must be new, and the lineage without a current pair."""
        self._transaction.change(_PAIR, (*from_pair(pair), sealed))

    def move_pair(self, pair: Pair, sealed: bytes) -> None:
        """Write holder, lineage, purpose and sealed value of the pair with this id. The last event must say so."""
        sql = "UPDATE pair SET holder = ?, lineage = ?, purpose = ?, sealed = ? WHERE id = ?"
        self._one(sql, (pair.holder, pair.lineage, pair.purpose, sealed, pair.id))

    def set_state(self, pair: str, state: State, superseded_by: str | None = None) -> None:
        """Change the state of a pair."""
        self._one("UPDATE pair SET state = ?, superseded_by = ? WHERE id = ?", (state, superseded_by, pair))

    def delete_pair(self, pair: str) -> None:
        """Delete a superseded or retired pair whose event ``purge`` is there."""
        self._one("DELETE FROM pair WHERE id = ?", (pair,))
        self._to_be_wiped()

    def add_event(self, recorded: Recorded) -> None:
        """Add an event; its number must be the head's plus one."""
        self._transaction.change(_EVENT, from_recorded(recorded))
        for text in recorded.texts:
            insert = "INSERT INTO event_text (event, name, salt, text) VALUES (?, ?, ?, ?)"
            self._transaction.change(insert, from_text(recorded.number, text))

    def forget(self, holder: str) -> None:
        """Delete a holder without pairs whose event ``pseudonymised`` is there, his links, targets, and texts."""
        for sql in _FORGET:
            self._transaction.change(sql, (holder,))
        self._one("DELETE FROM holder WHERE id = ?", (holder,))
        self._to_be_wiped()

    def set_slots_counter(self, counter: int) -> None:
        """Write the counter of the slot file."""
        self._one("UPDATE meta SET value = ? WHERE name = 'slots_counter'", (str(counter),))

    def put_request(self, request: Request) -> None:
        """Note what was asked, in place of when the same was asked before."""
        for column, about in (("pair", request.pair), ("link", request.link)):
            if about is not None:
                sql = (
                    f"INSERT INTO request ({column}, at) VALUES (?, ?) ON CONFLICT ({column}) DO UPDATE"
                    " SET at = excluded.at"
                )
                self._transaction.change(sql, (about, seconds(request.at)))

    def end_request(self, about: str) -> bool:
        """Forget that something was asked for in place of this pair or link; gives whether it was."""
        return bool(self._transaction.change("DELETE FROM request WHERE pair = ? OR link = ?", (about, about)))

    def put_activation(self, pair: str, since: datetime) -> None:
        """Note that a pair must be activated. Nothing happens where that is noted already."""
        sql = "INSERT INTO activation (pair, since) VALUES (?, ?) ON CONFLICT DO NOTHING"
        self._transaction.change(sql, (pair, seconds(since)))

    def end_activation(self, pair: str) -> bool:
        """Note that a pair needs no activation any more; gives whether it did until now."""
        return bool(self._transaction.change("DELETE FROM activation WHERE pair = ?", (pair,)))

    def put_ack(self, ack: Ack) -> None:
        """Note it in place of what was noted of the same kind and id."""
        sql = (
            "INSERT INTO ack (kind, id, until, at, by) VALUES (?, ?, ?, ?, ?) ON CONFLICT (kind, id) DO UPDATE"
            " SET until = excluded.until, at = excluded.at, by = excluded.by"
        )
        self._transaction.change(sql, (ack.kind, ack.id, seconds(ack.until), seconds(ack.at), ack.by))

    def end_ack(self, kind: str, id_: str) -> bool:
        """Forget what was noted of this kind and id; gives whether there was something."""
        return bool(self._transaction.change("DELETE FROM ack WHERE kind = ? AND id = ?", (kind, id_)))

    def add_reminders(self, reminders: Iterable[Reminder], sent: datetime) -> None:
        """Note what was sent. Nothing happens for what is noted already."""
        sql = (
            "INSERT INTO reminder (id, kind, date, threshold, recipient, channel, sent) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING"
        )
        for one in reminders:
            kind, id_, date, threshold = one.crossing
            values = (id_, kind, seconds(date), threshold, one.recipient, one.channel, seconds(sent))
            self._transaction.change(sql, values)

    def put_outage(self, channel: str, recipient: str, since: datetime) -> None:
        """Note that something could not be sent. Nothing happens where that is noted already."""
        sql = "INSERT INTO outage (channel, recipient, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        self._transaction.change(sql, (channel, recipient, seconds(since)))

    def end_outage(self, channel: str, recipient: str) -> None:
        """Note that it can be sent again."""
        self._transaction.change("DELETE FROM outage WHERE channel = ? AND recipient = ?", (channel, recipient))

    def put_run(self, run: Run) -> None:
        """Note a good run, in place of the last one by the same key."""
        sql = (
            "INSERT INTO run (slot, at, events, next, pairs, fewer) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (slot)"
            " DO UPDATE SET at = excluded.at, events = excluded.events, next = excluded.next, pairs = excluded.pairs,"
            " fewer = excluded.fewer"
        )
        fewer = None if run.fewer is None else seconds(run.fewer)
        self._transaction.change(sql, (run.slot, seconds(run.at), run.events, seconds(run.next), run.pairs, fewer))

    def _to_be_wiped(self) -> None:
        self._transaction.change("UPDATE meta SET value = '1' WHERE name = 'unwiped'")
