"""The SQL text of where pairs are installed: a part of :mod:`vault.store.schema`.

Two triggers do not guard but write: what is ``wanted`` at a target is the current pair of its lineage, whoever changes
that, so that the few places where something is to be installed are found by an index of their own.
"""
# ruff: noqa: S608 - what is put into a statement are the constants of this file

from __future__ import annotations

from vault.store.columns import identifier, moment, moment_or_null

_LAST_EVENT = "SELECT 1 FROM event WHERE number = (SELECT max(number) FROM event) AND what"
_CURRENT = "SELECT id FROM pair WHERE state = 'current' AND lineage"

TARGETS = (
    f"""CREATE TABLE target (
  {identifier("id")} PRIMARY KEY,
  holder TEXT NOT NULL REFERENCES holder (id),
  profile TEXT NOT NULL CHECK (profile <> ''),
  name TEXT NOT NULL,
  {moment("added")},
  {moment_or_null("dropped")}
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX target_holder ON target (holder)",
    f"""CREATE TABLE installation (
  {identifier("id")} PRIMARY KEY,
  target TEXT NOT NULL REFERENCES target (id),
  {identifier("lineage")},
  provider TEXT NOT NULL CHECK (provider <> ''),
  {moment("since")},
  pair TEXT,
  {moment_or_null("until")},
  {moment_or_null("at")},
  by TEXT,
  wanted TEXT,
  {moment_or_null("dropped")},
  UNIQUE (target, lineage),
  CHECK ((pair IS NULL) = (until IS NULL) AND (pair IS NULL) = (at IS NULL) AND (pair IS NULL) = (by IS NULL))
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX installation_lineage ON installation (lineage)",
    """CREATE INDEX installation_open ON installation (until)
WHERE dropped IS NULL AND wanted IS NOT NULL AND wanted IS NOT pair""",
    """CREATE TRIGGER target_new BEFORE INSERT ON target
WHEN EXISTS (SELECT 1 FROM target WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'a target with this id is there already'); END""",
    f"""CREATE TRIGGER target_fixed BEFORE UPDATE ON target
WHEN (NEW.id, NEW.profile, NEW.name, NEW.added) IS NOT (OLD.id, OLD.profile, OLD.name, OLD.added)
  OR (NEW.holder IS NOT OLD.holder AND NOT EXISTS ({_LAST_EVENT} = 'target-moved' AND holder = NEW.holder))
BEGIN SELECT RAISE(ABORT, 'of a target only the holder changes, and the last event says so'); END""",
    """CREATE TRIGGER target_stays BEFORE DELETE ON target
WHEN EXISTS (SELECT 1 FROM installation WHERE target = OLD.id)
  OR NOT EXISTS (SELECT 1 FROM event WHERE holder = OLD.holder AND what = 'pseudonymised')
BEGIN SELECT RAISE(ABORT, 'a target is deleted only with its holder, when that is an event'); END""",
    f"""CREATE TRIGGER installation_new BEFORE INSERT ON installation
BEGIN
  SELECT RAISE(ABORT, 'this lineage is expected at this target already')
  WHERE EXISTS (
    SELECT 1 FROM installation WHERE id = NEW.id OR (target = NEW.target AND lineage = NEW.lineage)
  );
  SELECT RAISE(ABORT, 'what is wanted at a target is the current pair of the lineage')
  WHERE NEW.wanted IS NOT ({_CURRENT} = NEW.lineage);
END""",
    f"""CREATE TRIGGER installation_fixed BEFORE UPDATE ON installation
BEGIN
  SELECT RAISE(ABORT, 'an installation keeps its id, provider and beginning')
  WHERE (NEW.id, NEW.provider, NEW.since) IS NOT (OLD.id, OLD.provider, OLD.since);
  SELECT RAISE(ABORT, 'where a lineage is expected changes only when the last event says so')
  WHERE (NEW.target, NEW.lineage) IS NOT (OLD.target, OLD.lineage) AND NOT EXISTS ({_LAST_EVENT} = 'target-moved');
  SELECT RAISE(ABORT, 'this lineage is expected at this target already')
  WHERE EXISTS (
    SELECT 1 FROM installation WHERE target = NEW.target AND lineage = NEW.lineage AND id IS NOT NEW.id
  );
  SELECT RAISE(ABORT, 'what is installed changes only when the last event says so')
  WHERE (NEW.pair, NEW.until, NEW.at, NEW.by) IS NOT (OLD.pair, OLD.until, OLD.at, OLD.by)
  AND NOT EXISTS ({_LAST_EVENT} IN ('installed', 'install-withdrawn'));
  SELECT RAISE(ABORT, 'what is wanted at a target is the current pair of the lineage')
  WHERE NEW.wanted IS NOT ({_CURRENT} = NEW.lineage);
END""",
    """CREATE TRIGGER installation_stays BEFORE DELETE ON installation
WHEN NOT EXISTS (
  SELECT 1 FROM event JOIN target ON target.holder = event.holder
  WHERE target.id = OLD.target AND what = 'pseudonymised'
)
BEGIN SELECT RAISE(ABORT, 'where a lineage is expected is deleted only with its holder, when that is an event'); END""",
    """CREATE TRIGGER installation_wants_new AFTER INSERT ON pair
WHEN NEW.state = 'current'
BEGIN UPDATE installation SET wanted = NEW.id WHERE lineage = NEW.lineage; END""",
    f"""CREATE TRIGGER installation_wants AFTER UPDATE OF state, lineage ON pair
BEGIN
  UPDATE installation SET wanted = ({_CURRENT} = installation.lineage)
  WHERE lineage IN (OLD.lineage, NEW.lineage);
END""",
)
