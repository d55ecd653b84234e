"""Which report a file is to be, and writing it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cli.render import document
from cli.render.cells import quoted
from cli.render.paper import Paper
from cli.session import Session
from cli.texts import _
from vault.custody import Watch
from vault.errors import N_, Phrase, Usage
from vault.files.anew import file_anew
from vault.model.chain import witness
from vault.model.shown import shown
from vault.model.times import local

LONGEST = 1000
_OTHERS = 0o044


class Wish(NamedTuple):
    """What a report is made of: the opened vault at a moment, looking ``within`` days ahead; ``names`` says whether
    holders are named in what leaves the house."""

    session: Session
    watch: Watch
    at: datetime
    within: int
    names: bool


class Report(NamedTuple):
    """How every report of a kind begins, by which it is known again, and its parts, made one by one."""

    mark: bytes
    parts: Iterable[str]


def kind(file: Path) -> str:
    """The ending of ``file``, which says what it will be. Raises Usage for one that says nothing."""
    ending = file.suffix.lower()
    if ending not in KINDS:
        what = Phrase(N_("a report ends in one of {endings}, not as {file}"), file=str(file), endings=", ".join(KINDS))
        raise Usage(what=what)
    return ending


def write(wish: Wish, ending: str, file: Path) -> None:
    """Write the report whole, or leave what is there. Raises WouldOverwrite, NoRoom."""
    report = KINDS[ending](wish)
    with file_anew(file, report.mark) as target:
        target.writelines(part.encode() for part in report.parts)


def answer(session: Session, ending: str, file: Path) -> None:
    """Say what was written."""
    if session.json:
        document.put({"path": str(file.absolute()), "kind": ending[1:]})
        return
    paper, name = Paper(), shown(str(file), LONGEST)
    paper.write(_("Written: {path}").format(path=name))
    if ending == ".prom" and not file.stat().st_mode & _OTHERS:
        paper.write(
            _("Nobody else may read it. For the node exporter, once: {command}").format(
                command=f"chmod 644 {quoted(name)}"
            )
        )


def _page(wish: Wish) -> Report:
    from cli.render.report import page
    from vault.operations import report
    from vault.operations.audit import head
    from vault.operations.matrix import matrix

    session, watch, at, within, _names = wish
    contents = page.Contents(
        at,
        session.zone(watch),
        session.titles(),
        within,
        report.owed(watch, at=at, within=timedelta(days=within), windows=session.windows()),
        report.calls(watch, at=at),
        report.course(watch, at=at),
        matrix(watch, "", session.profiles, at=at),
        witness(head(watch)),
    )
    return Report(page.MARK, page.lines(contents))


def _csv(wish: Wish) -> Report:
    from cli.render.report import register
    from vault.operations.places import installed
    from vault.operations.register import pairs

    found = installed(wish.watch, pairs(wish.watch, "", wish.session.profiles, every=True))
    return Report(register.CSV_MARK, register.spread(found, wish.session.titles(), wish.session.zone(wish.watch)))


def _json(wish: Wish) -> Report:
    from cli.render.report import register
    from vault.operations.audit import head
    from vault.operations.places import Asked, places
    from vault.operations.register import links, pairs

    watch, at = wish.watch, wish.at
    pages = pairs(watch, "", wish.session.profiles, every=True)
    every = places(watch, Asked(dropped=True), {}, {})
    return Report(register.JSON_MARK, register.document(watch.vault_id, at, head(watch), pages, links(watch), every))


def _ics(wish: Wish) -> Report:
    from cli.render.report import calendar
    from vault.operations.dates import days

    session, watch, at = wish.session, wish.watch, wish.at
    today = local(at, session.zone(watch)).date()
    made = calendar.Made(watch.vault_id, at, today, session.titles(), wish.names)
    return Report(calendar.MARK, calendar.lines(made, days(watch, windows=session.windows(), at=at)))


def _prom(wish: Wish) -> Report:
    from cli.render.report import metrics
    from vault.operations.gauges import gauges

    told = metrics.Told(gauges(wish.watch, at=wish.at), wish.at, wish.names)
    return Report(metrics.MARK, metrics.lines(told))


KINDS: dict[str, Callable[[Wish], Report]] = {
    ".html": _page,
    ".csv": _csv,
    ".json": _json,
    ".ics": _ics,
    ".prom": _prom,
}
"""What makes a report, by the ending of its file."""
LEAVING = (".ics", ".prom")
"""The kinds that people hand to services of others, where names can be left out."""
