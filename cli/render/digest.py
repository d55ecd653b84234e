"""What people are sent: one digest as a mail, for a webhook or a note, in the language that the agency has set.

Every foreign string has passed :func:`vault.model.shown.shown` and :func:`vault.model.leaving.unlinked`; no link, no
``did`` and no PIN is in any of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import NamedTuple

from cli.render import shapes, when
from cli.render.due import nameless, severity, step, what, whose
from cli.templating import environment
from cli.texts import _, language, ngettext, spoken
from vault.model.due import RANK
from vault.model.ids import SHORT
from vault.model.leaving import unlinked
from vault.model.shown import shown
from vault.model.times import text
from vault.operations.due import DueRow
from vault.operations.planning import Digest, Life
from vault.operations.remind import Compose
from vault.ports.channel import Message

URGENT = RANK["critical"]


class _Told(NamedTuple):
    """A message on its way: its lines before and after the rows."""

    subject: str
    before: list[str]
    rows: list[list[str]]
    after: list[str]


def composer(titles: Mapping[str, str], zone: tzinfo, tongue: str) -> Compose:
    """What makes messages; ``titles`` are what people call the providers."""

    def compose(digest: Digest, names: bool) -> Message:
        rows = [_leaving(entry.row, names) for entry in digest.entries]
        with spoken(tongue):
            told = _told(digest, rows, titles, zone)
            html = _html(told)
        data = {
            "kind": digest.kind,
            "at": text(digest.at),
            "due": [_unlinked(shapes.due(row.due, row.holder)) for row in rows],
            **({} if digest.life is None else _life(digest.life)),
        }
        return Message(digest.to, told.subject, _text(told), html, data, digest.id)

    return compose


def _leaving(row: DueRow, names: bool) -> DueRow:
    """The entry with its holder's name made safe to look at, or with his id in place of it, and then without what his
    place is called."""
    row = row if names else row._replace(due=nameless(row.due))
    if row.holder is None:
        return row
    return row._replace(holder=row.holder._replace(name=shown(row.holder.name) if names else row.holder.id))


def _unlinked(shape: shapes.Shape) -> shapes.Shape:
    return {key: unlinked(value) if isinstance(value, str) else value for key, value in shape.items()}


def _told(digest: Digest, rows: list[DueRow], titles: Mapping[str, str], zone: tzinfo) -> _Told:
    if digest.kind == "test":
        return _Told(_("certvault: a test"), [_("This way works: what is due will reach you here.")], [], [])
    if digest.life is not None:
        return _Told(_("certvault: sign of life"), _alive(digest.life, zone), [], [])
    lines = [[*_cells(row, titles, zone)] for row in rows]
    before = [_("This needs you, as of {day}:").format(day=when.minute(digest.at, zone))]
    after = [_("Nothing more of an entry for a while: {command}").format(command="certvault ack " + _("ID"))]
    if digest.more:
        after.insert(0, ngettext("{n} more comes in another message.", "{n} more come in other messages.", digest.more))
    return _Told(_subject(rows), before, lines, after)


def _subject(rows: list[DueRow]) -> str:
    urgent = sum(1 for row in rows if RANK[row.due.severity] >= URGENT)
    needs = ngettext("certvault: {n} thing needs you", "certvault: {n} things need you", len(rows))
    pressing = ngettext("{n} of them urgent", "{n} of them urgent", urgent)
    return f"{needs}, {pressing}" if urgent else needs


def _cells(row: DueRow, titles: Mapping[str, str], zone: tzinfo) -> list[str]:
    due = row.due
    date = f"{when.day(due.date, zone)}, {when.days(due.days_left)}"
    return [severity(due).text, unlinked(whose(row, titles)), f"{unlinked(what(due))}: {date}", step(due)]


def _alive(life: Life, zone: tzinfo) -> list[str]:
    lines = [ngettext("I watch {n} certificate.", "I watch {n} certificates.", life.pairs)]
    if life.next is not None:
        next_ = _("The next runs out on {day}: {id}.")
        lines.append(next_.format(day=when.day(life.next.not_after, zone), id=life.next.id[:SHORT]))
    lines.append(_("Head of the log: {head}").format(head=life.head))
    return lines


def _life(life: Life) -> dict[str, object]:
    following = None if life.next is None else {"id": life.next.id, "not_after": text(life.next.not_after)}
    return {"pairs": life.pairs, "next": following, "head": life.head}


def _text(told: _Told) -> str:
    rows = [f"{row[0]}  {row[1]}\n  {row[2]}\n  {row[3]}" for row in told.rows]
    return "\n\n".join([*told.before, *rows, *told.after]) + "\n"


def _html(told: _Told) -> str:
    return environment().get_template("message.html").render(language=language(), **told._asdict())
