"""What a person wants to see of the audit log, as rules of SQL."""

from __future__ import annotations

from vault.model.event import Wanted
from vault.store.rows import seconds

_OF_HOLDER = (
    "number IN (SELECT number FROM event WHERE holder = ?"
    " UNION ALL SELECT number FROM event WHERE holder IN (SELECT id FROM holder WHERE merged_into = ?)"
    " UNION ALL SELECT number FROM event WHERE link IN (SELECT id FROM link WHERE holder = ?))"
)


def of_events(wanted: Wanted) -> tuple[list[str], list[object]]:
    """Rules of SQL, and the values that are bound to them.

    What may be said of many events has no index: they are read in their order, page by page, while an index would sort
    all that answer for every page.
    """
    rules: list[str] = []
    values: list[object] = []

    def rule(sql: str, *about: object) -> None:
        rules.append(sql)
        values.extend(about)

    if wanted.pair is not None:
        rule("pair = ?", wanted.pair)
    if wanted.link is not None:
        rule("link = ?", wanted.link)
    if wanted.holder is not None:
        rule(_OF_HOLDER, *[wanted.holder] * 3)
    if wanted.actors is not None:
        names = [name for actor in wanted.actors for name in actor]
        pairs = ",".join(["(?, ?)"] * len(wanted.actors))
        rule(f"(slot, user) IN (VALUES {pairs})" if pairs else "FALSE", *names)
    if wanted.what is not None:
        rule(f"what IN ({','.join('?' * len(wanted.what))})", *wanted.what)
    if wanted.since is not None:
        rule("at >= ?", seconds(wanted.since))
    if wanted.until is not None:
        rule("at < ?", seconds(wanted.until))
    return rules, values
