"""What somebody with the register key writes past the program, as plain SQL."""
# ruff: noqa: S608 - what is put together are constants of this file

from __future__ import annotations

from tests.attacks.attacker import plain_sql
from tests.attacks.story import Story

MUELLER, OLD = ("mueller",), ("old",)
BOTH = ("mueller", "schmidt")
WAS = "CREATE TEMP TABLE was AS SELECT * FROM pair\n"
CROSSED = "(pair.id, was.id) IN (VALUES (:mueller, :schmidt), (:schmidt, :mueller))"

TAMPERED: dict[str, tuple[tuple[str, ...], str]] = {
    "holder moved": (MUELLER, "UPDATE pair SET holder = :schmidt_holder WHERE id = :mueller"),
    "holder of a whole lineage moved": (
        ("mueller", "old"),
        "UPDATE pair SET holder = :schmidt_holder WHERE lineage = :mueller_lineage",
    ),
    "holder that nobody knows": (MUELLER, "UPDATE pair SET holder = '0000000000000000' WHERE id = :mueller"),
    "provider": (MUELLER, "UPDATE pair SET provider = 'other' WHERE id = :mueller"),
    "lineage": (OLD, "UPDATE pair SET lineage = :schmidt_lineage WHERE id = :old"),
    "purpose": (MUELLER, "UPDATE pair SET purpose = 'second agency number' WHERE id = :mueller"),
    "runs out later": (MUELLER, "UPDATE pair SET not_after = not_after + 86400 * 365 WHERE id = :mueller"),
    "runs out earlier": (MUELLER, "UPDATE pair SET not_after = not_after - 1 WHERE id = :mueller"),
    "runs out never": (MUELLER, "UPDATE pair SET not_after = 253402300799 WHERE id = :mueller"),
    "begins earlier": (MUELLER, "UPDATE pair SET not_before = not_before - 1 WHERE id = :mueller"),
    "added earlier": (MUELLER, "UPDATE pair SET added = added - 1 WHERE id = :mueller"),
    "subject": (MUELLER, "UPDATE pair SET subject = 'CN=Schmidt' WHERE id = :mueller"),
    "issuer": (MUELLER, "UPDATE pair SET issuer = 'CN=Other' WHERE id = :mueller"),
    "serial": (MUELLER, "UPDATE pair SET serial = '1' || serial WHERE id = :mueller"),
    "fingerprint": (MUELLER, "UPDATE pair SET fingerprint = printf('%064d', 7) WHERE id = :mueller"),
    "proof": (MUELLER, "UPDATE pair SET proof = 'portal' WHERE id = :mueller"),
    "another id": (MUELLER, "UPDATE pair SET id = '7777777777777777' WHERE id = :mueller"),
    "one byte of the sealed value": (
        MUELLER,
        (
            "UPDATE pair SET sealed = CAST(substr(sealed, 1, 200)"
            " || CASE substr(sealed, 201, 1) WHEN X'00' THEN X'01' ELSE X'00' END"
            " || substr(sealed, 202) AS BLOB) WHERE id = :mueller"
        ),
    ),
    "sealed value cut short": (MUELLER, "UPDATE pair SET sealed = substr(sealed, 1, 50) WHERE id = :mueller"),
    "sealed value empty": (MUELLER, "UPDATE pair SET sealed = X'' WHERE id = :mueller"),
    "sealed value of another version": (
        MUELLER,
        "UPDATE pair SET sealed = CAST(X'02' || substr(sealed, 2) AS BLOB) WHERE id = :mueller",
    ),
    "sealed value of the old pair": (
        MUELLER,
        "UPDATE pair SET sealed = (SELECT sealed FROM pair WHERE id = :old) WHERE id = :mueller",
    ),
    "sealed value of the other holder": (
        MUELLER,
        "UPDATE pair SET sealed = (SELECT sealed FROM pair WHERE id = :schmidt) WHERE id = :mueller",
    ),
    "sealed values swapped": (
        BOTH,
        f"{WAS}UPDATE pair SET sealed = was.sealed FROM was WHERE {CROSSED}",
    ),
    "certificates swapped, sealed values left": (
        BOTH,
        (
            f"{WAS}UPDATE pair SET (subject, issuer, serial, not_before, not_after) ="
            f" (was.subject, was.issuer, was.serial, was.not_before, was.not_after) FROM was WHERE {CROSSED}"
        ),
    ),
    "ids crossed": (
        BOTH,
        (
            "UPDATE pair SET id = 'XXXXXXXXXXXXXXXX' WHERE id = :mueller\n"
            "UPDATE pair SET id = :mueller WHERE id = :schmidt\n"
            "UPDATE pair SET id = :schmidt WHERE id = 'XXXXXXXXXXXXXXXX'"
        ),
    ),
    "row replaced by one with another sealed value": (
        MUELLER,
        (
            "INSERT OR REPLACE INTO pair SELECT number, id, provider, holder, lineage, purpose, subject, issuer,"
            " serial, fingerprint, not_before, not_after, state, proof, added, superseded_by,"
            " (SELECT sealed FROM pair WHERE id = :schmidt)"
            " FROM pair WHERE id = :mueller"
        ),
    ),
    "row written over by UPSERT": (
        MUELLER,
        (
            "INSERT INTO pair SELECT * FROM pair WHERE id = :mueller"
            " ON CONFLICT DO UPDATE SET not_after = excluded.not_after + 1, holder = :schmidt_holder"
        ),
    ),
    "row copied under another id": (
        (),
        (
            "INSERT INTO pair SELECT 99, '7777777777777777', provider, holder, '8888888888888888', purpose, subject,"
            " issuer, serial, printf('%064d', 7), not_before, not_after, state, proof, added, superseded_by, sealed"
            " FROM pair WHERE id = :schmidt"
        ),
    ),
}
"""What is written, and which of the true pairs do not open any more because of it."""


IMPOSSIBLE = {
    "a state that is none": ("pair", "UPDATE pair SET state = 'stolen' WHERE id = :schmidt"),
    "a proof that is none": ("pair", "UPDATE pair SET proof = 'none' WHERE id = :schmidt"),
    "an id to paste into a shell": ("pair", "UPDATE pair SET id = ';reboot;' WHERE id = :schmidt"),
    "an id that repaints the screen": ("pair", "UPDATE pair SET id = char(27) || '[2Jx' WHERE id = :schmidt"),
    "a date beyond all years": ("pair", "UPDATE pair SET not_after = 9223372036854775807 WHERE id = :schmidt"),
    "a date before all years": ("pair", "UPDATE pair SET not_before = -9223372036854775808 WHERE id = :schmidt"),
    "text that is not UTF-8": ("pair", "UPDATE pair SET purpose = CAST(X'FFFE80' AS TEXT) WHERE id = :schmidt"),
    "a kind of link that is none": ("link", "UPDATE link SET kind = 'bomb'"),
    "a state of a link that is none": ("link", "UPDATE link SET state = 'stolen'"),
    "a link's id to paste into a shell": ("link", "UPDATE link SET id = ';reboot;'"),
    "fewer than no refusals": ("link", "UPDATE link SET refusals = -5"),
    "a deadline beyond all years": ("link", "UPDATE link SET deadline = 9223372036854775807"),
}
"""Values that no program writes: with the CHECKs of the table switched off, they go in."""

MISTYPED = {
    "a number as a subject": ("pair", "UPDATE pair SET subject = 5"),
    "nothing as a provider": ("pair", "UPDATE pair SET provider = X'00FF'"),
    "a text as a date": ("pair", "UPDATE pair SET not_after = 'tomorrow'"),
    "a number as a sealed value": ("pair", "UPDATE pair SET sealed = 5"),
    "bytes as a link's address": ("link", "UPDATE link SET url = X'FF'"),
    "a number as a link's subject": ("link", "UPDATE link SET subject = 7"),
    "a text as refusals": ("link", "UPDATE link SET refusals = 'many'"),
    "a number as an event": ("event", "UPDATE event SET what = 5, user = 7, details = 9"),
    "a text as a hash": ("event", "UPDATE event SET hash = 'x'"),
    "a number as a name": ("holder", "UPDATE holder SET name = 5"),
}
"""Values of a type that the column does not take: the table's text is rewritten for a moment."""


def spoil(story: Story, sql: str, *, foreign_keys: bool = False) -> None:
    """Run ``sql`` as the attacker."""
    values = {
        "mueller": story.mueller.id,
        "old": story.old.id,
        "schmidt": story.schmidt.id,
        "mueller_holder": story.mueller.holder,
        "schmidt_holder": story.schmidt.holder,
        "mueller_lineage": story.mueller.lineage,
        "schmidt_lineage": story.schmidt.lineage,
    }
    with plain_sql(story.folder, story.register, foreign_keys=foreign_keys) as connection:
        for statement in sql.splitlines():
            connection.execute(statement, values)
