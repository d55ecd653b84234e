"""The SQL text of the register, as migration 1 makes it.

One row a pair: the sealed value stands inline, last, and a covering index over the public columns keeps every
listing away from it. Moments are whole seconds since 1970-01-01T00:00:00Z as INTEGER: they compare as numbers, and
one CHECK holds them between the years 1 and 9999 (a certificate may well say 9999-12-31). Ids are those of
:mod:`vault.model.ids`.

The triggers guard against mistakes, also those that plain SQL makes with foreign keys or recursive triggers switched
off. What a constraint would refuse is refused again BEFORE INSERT and BEFORE UPDATE, because ``OR REPLACE`` answers a
broken constraint by deleting the row in its way, and without recursive triggers no DELETE trigger sees that. Each
table with a hidden row number names it (``number``), because a row can be replaced by that number too.
"""

from __future__ import annotations

from vault.store.columns import identifier, moment, moment_or_null
from vault.store.targets_schema import TARGETS

_BOOKS = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    f"""CREATE TABLE migration (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  {moment("applied")}
) STRICT""",
    """CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  auth BLOB NOT NULL CHECK (length(auth) = 32)
) STRICT, WITHOUT ROWID""",
    """CREATE TRIGGER meta_new BEFORE INSERT ON meta
WHEN EXISTS (SELECT 1 FROM meta WHERE name = NEW.name)
BEGIN SELECT RAISE(ABORT, 'this fact of the vault is there already'); END""",
    """CREATE TRIGGER meta_fixed BEFORE UPDATE ON meta
WHEN OLD.name = 'vault_id' OR NEW.name IS NOT OLD.name
BEGIN SELECT RAISE(ABORT, 'the id of the vault never changes'); END""",
    """CREATE TRIGGER meta_stays BEFORE DELETE ON meta
BEGIN SELECT RAISE(ABORT, 'a fact of the vault is never deleted'); END""",
    """CREATE TRIGGER migration_next BEFORE INSERT ON migration
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM migration)
BEGIN SELECT RAISE(ABORT, 'migrations are numbered without gaps'); END""",
    """CREATE TRIGGER migration_fixed BEFORE UPDATE ON migration
BEGIN SELECT RAISE(ABORT, 'a migration never changes'); END""",
    """CREATE TRIGGER migration_stays BEFORE DELETE ON migration
BEGIN SELECT RAISE(ABORT, 'a migration is never deleted'); END""",
)

_HOLDERS = (
    f"""CREATE TABLE holder (
  {identifier("id")} PRIMARY KEY,
  name TEXT NOT NULL,
  mobile TEXT NOT NULL,
  responsible TEXT NOT NULL,
  tags TEXT NOT NULL CHECK (json_valid(tags)),
  merged_into TEXT REFERENCES holder (id),
  same_name TEXT NOT NULL,
  CHECK (merged_into <> id)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX holder_same_name ON holder (same_name)",
    "CREATE INDEX holder_merged ON holder (merged_into) WHERE merged_into IS NOT NULL",
    """CREATE TABLE holder_word (
  word TEXT NOT NULL,
  holder TEXT NOT NULL REFERENCES holder (id),
  PRIMARY KEY (word, holder)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX holder_word_holder ON holder_word (holder)",
    """CREATE TABLE holder_address (
  number INTEGER PRIMARY KEY,
  same_address TEXT NOT NULL UNIQUE,
  address TEXT NOT NULL,
  holder TEXT NOT NULL REFERENCES holder (id)
) STRICT""",
    "CREATE INDEX holder_address_holder ON holder_address (holder)",
    """CREATE TABLE holder_number (
  number INTEGER PRIMARY KEY,
  agency_number TEXT NOT NULL,
  holder TEXT NOT NULL REFERENCES holder (id)
) STRICT""",
    "CREATE INDEX holder_number_holder ON holder_number (holder)",
    """CREATE TRIGGER holder_new BEFORE INSERT ON holder
WHEN EXISTS (SELECT 1 FROM holder WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'a holder with this id is there already'); END""",
    """CREATE TRIGGER holder_fixed BEFORE UPDATE ON holder
WHEN NEW.id IS NOT OLD.id
BEGIN SELECT RAISE(ABORT, 'the id of a holder never changes'); END""",
    """CREATE TRIGGER holder_merges BEFORE UPDATE ON holder
WHEN NEW.merged_into IS NOT OLD.merged_into AND (
  NOT EXISTS (SELECT 1 FROM event WHERE holder = NEW.id AND what = 'holder-merged')
  OR EXISTS (SELECT 1 FROM holder WHERE id = NEW.merged_into AND merged_into IS NOT NULL)
  OR EXISTS (SELECT 1 FROM pair WHERE holder = NEW.id) OR EXISTS (SELECT 1 FROM link WHERE holder = NEW.id)
  OR EXISTS (SELECT 1 FROM target WHERE holder = NEW.id)
)
BEGIN SELECT RAISE(ABORT, 'only a holder without pairs, links and targets is merged, and that is an event'); END""",
    """CREATE TRIGGER holder_stays BEFORE DELETE ON holder
WHEN EXISTS (SELECT 1 FROM pair WHERE holder = OLD.id) OR EXISTS (SELECT 1 FROM link WHERE holder = OLD.id)
  OR NOT EXISTS (SELECT 1 FROM event WHERE holder = OLD.id AND what = 'pseudonymised')
BEGIN SELECT RAISE(ABORT, 'a holder is deleted only without pairs and links, and when that is an event'); END""",
)

_PAIRS = (
    f"""CREATE TABLE pair (
  number INTEGER PRIMARY KEY CHECK (number > 0),
  {identifier("id")} UNIQUE,
  provider TEXT NOT NULL CHECK (provider <> ''),
  holder TEXT NOT NULL REFERENCES holder (id),
  {identifier("lineage")},
  purpose TEXT NOT NULL,
  subject TEXT NOT NULL,
  issuer TEXT NOT NULL,
  serial TEXT NOT NULL CHECK (serial <> ''),
  fingerprint TEXT NOT NULL UNIQUE CHECK (length(fingerprint) = 64 AND fingerprint NOT GLOB '*[^0-9a-f]*'),
  {moment("not_before")},
  {moment("not_after")},
  state TEXT NOT NULL CHECK (state IN ('current', 'superseded', 'retired')),
  proof TEXT NOT NULL CHECK (proof IN ('file', 'portal')),
  {moment("added")},
  superseded_by TEXT REFERENCES pair (id) DEFERRABLE INITIALLY DEFERRED,
  sealed BLOB NOT NULL CHECK (length(sealed) > 48),
  CHECK ((state = 'superseded') = (superseded_by IS NOT NULL)),
  CHECK (superseded_by <> id)
) STRICT""",
    """CREATE INDEX pair_public ON pair (
  state, not_after, id, provider, holder, lineage, purpose, subject, issuer, serial, fingerprint, not_before, proof,
  added, superseded_by
)""",
    "CREATE UNIQUE INDEX pair_current ON pair (lineage) WHERE state = 'current'",
    "CREATE INDEX pair_subject ON pair (provider, subject) WHERE state = 'current'",
    "CREATE INDEX pair_holder ON pair (holder, not_before)",
    "CREATE INDEX pair_lineage ON pair (lineage, added)",
    "CREATE INDEX pair_successor ON pair (superseded_by) WHERE superseded_by IS NOT NULL",
    """CREATE TRIGGER pair_new BEFORE INSERT ON pair
BEGIN
  SELECT RAISE(ABORT, 'a pair with this id is there already')
  WHERE EXISTS (SELECT 1 FROM pair WHERE id = NEW.id OR number = NEW.number);
  SELECT RAISE(ABORT, 'a pair with this fingerprint is there already')
  WHERE EXISTS (SELECT 1 FROM pair WHERE fingerprint = NEW.fingerprint);
  SELECT RAISE(ABORT, 'this lineage has a current pair already')
  WHERE NEW.state = 'current' AND EXISTS (SELECT 1 FROM pair WHERE lineage = NEW.lineage AND state = 'current');
  SELECT RAISE(ABORT, 'a lineage has one provider, one holder and one purpose')
  WHERE EXISTS (
    SELECT 1 FROM pair WHERE lineage = NEW.lineage
    AND (provider IS NOT NEW.provider OR holder IS NOT NEW.holder OR purpose IS NOT NEW.purpose)
  );
  SELECT RAISE(ABORT, 'a pair is superseded by one of its own lineage')
  WHERE EXISTS (SELECT 1 FROM pair WHERE superseded_by = NEW.id AND lineage IS NOT NEW.lineage)
  OR EXISTS (SELECT 1 FROM pair WHERE id = NEW.superseded_by AND lineage IS NOT NEW.lineage);
END""",
    """CREATE TRIGGER pair_fixed BEFORE UPDATE ON pair
WHEN (NEW.number, NEW.id, NEW.provider, NEW.subject, NEW.issuer, NEW.serial, NEW.fingerprint, NEW.not_before,
  NEW.not_after, NEW.proof, NEW.added)
  IS NOT (OLD.number, OLD.id, OLD.provider, OLD.subject, OLD.issuer, OLD.serial, OLD.fingerprint, OLD.not_before,
  OLD.not_after, OLD.proof, OLD.added)
BEGIN SELECT RAISE(ABORT, 'of a pair nothing changes but its state and whose it is'); END""",
    """CREATE TRIGGER pair_moves BEFORE UPDATE ON pair
WHEN (NEW.holder, NEW.lineage, NEW.purpose, NEW.sealed) IS NOT (OLD.holder, OLD.lineage, OLD.purpose, OLD.sealed)
  AND (
    NEW.holder IS OLD.holder OR NEW.sealed IS OLD.sealed
    OR (NEW.state, NEW.superseded_by) IS NOT (OLD.state, OLD.superseded_by)
    OR NOT EXISTS (
      SELECT 1 FROM event WHERE number = (SELECT max(number) FROM event)
      AND what = 'pair-moved' AND pair = OLD.id AND holder = NEW.holder
    )
  )
BEGIN SELECT RAISE(ABORT, 'a pair is moved to another holder with a new seal, and the last event says so'); END""",
    """CREATE TRIGGER pair_state BEFORE UPDATE ON pair
BEGIN
  SELECT RAISE(ABORT, 'a pair cannot pass from this state to that one')
  WHERE (OLD.state || ' ' || NEW.state) NOT IN (
    'current current', 'current superseded', 'superseded current', 'current retired', 'retired current',
    'retired retired', 'superseded superseded'
  ) OR (OLD.state = NEW.state AND NEW.superseded_by IS NOT OLD.superseded_by);
  SELECT RAISE(ABORT, 'this lineage has a current pair already')
  WHERE NEW.state = 'current' AND EXISTS (
    SELECT 1 FROM pair WHERE lineage = NEW.lineage AND state = 'current' AND id IS NOT NEW.id
  );
  SELECT RAISE(ABORT, 'a pair is superseded by one of its own lineage')
  WHERE EXISTS (SELECT 1 FROM pair WHERE id = NEW.superseded_by AND lineage IS NOT NEW.lineage);
END""",
    """CREATE TRIGGER pair_stays BEFORE DELETE ON pair
WHEN OLD.state = 'current' OR NOT EXISTS (SELECT 1 FROM event WHERE pair = OLD.id AND what = 'purge')
BEGIN SELECT RAISE(ABORT, 'a pair is deleted only when it is not current and its purge is an event'); END""",
)

_LINKS = (
    f"""CREATE TABLE link (
  number INTEGER PRIMARY KEY CHECK (number > 0),
  {identifier("id")} UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('link', 'file', 'pin')),
  provider TEXT NOT NULL CHECK (provider <> ''),
  holder TEXT REFERENCES holder (id),
  url TEXT,
  reference TEXT,
  {moment("received")},
  {moment_or_null("deadline")},
  state TEXT NOT NULL CHECK (state IN ('open', 'claimed', 'gone', 'discarded')),
  refusals INTEGER NOT NULL CHECK (refusals >= 0),
  {moment_or_null("last_attempt")},
  pair TEXT REFERENCES pair (id) ON DELETE SET NULL,
  subject TEXT NOT NULL,
  sender TEXT NOT NULL,
  {moment_or_null("recorded")},
  trust TEXT NOT NULL DEFAULT 'unverified'
    CHECK (trust IN ('verified', 'unverified', 'forwarded', 'by-hand', 'other-sender', 'failed')),
  UNIQUE (provider, reference)
) STRICT""",
    "CREATE INDEX link_state ON link (state, deadline, id)",
    "CREATE INDEX link_deadline ON link (deadline, id)",
    "CREATE INDEX link_holder ON link (holder, received)",
    "CREATE INDEX link_pair ON link (pair) WHERE pair IS NOT NULL",
    """CREATE TABLE parked (
  number INTEGER PRIMARY KEY,
  link TEXT NOT NULL UNIQUE REFERENCES link (id),
  sealed BLOB NOT NULL CHECK (length(sealed) > 48)
) STRICT""",
    """CREATE TRIGGER link_new BEFORE INSERT ON link
BEGIN
  SELECT RAISE(ABORT, 'a link with this id is there already')
  WHERE EXISTS (SELECT 1 FROM link WHERE id = NEW.id OR number = NEW.number);
  SELECT RAISE(ABORT, 'a link with this reference is there already')
  WHERE EXISTS (SELECT 1 FROM link WHERE provider = NEW.provider AND reference = NEW.reference);
END""",
    """CREATE TRIGGER link_fixed BEFORE UPDATE ON link
WHEN (NEW.number, NEW.id, NEW.kind, NEW.provider, NEW.url, NEW.reference, NEW.received, NEW.deadline, NEW.subject,
  NEW.sender, NEW.recorded)
  IS NOT (OLD.number, OLD.id, OLD.kind, OLD.provider, OLD.url, OLD.reference, OLD.received, OLD.deadline, OLD.subject,
  OLD.sender, OLD.recorded)
BEGIN SELECT RAISE(ABORT, 'what a link says never changes'); END""",
    """CREATE TRIGGER link_stays BEFORE DELETE ON link
WHEN NOT EXISTS (SELECT 1 FROM event WHERE holder = OLD.holder AND what = 'pseudonymised')
BEGIN SELECT RAISE(ABORT, 'a link is deleted only with its holder, when that is an event'); END""",
)

_EVENTS = (
    f"""CREATE TABLE event (
  number INTEGER PRIMARY KEY CHECK (number > 0),
  {moment("at")},
  slot TEXT NOT NULL,
  user TEXT NOT NULL,
  what TEXT NOT NULL CHECK (what <> ''),
  pair TEXT,
  link TEXT,
  holder TEXT,
  details TEXT NOT NULL CHECK (json_valid(details)),
  commitments TEXT NOT NULL CHECK (json_valid(commitments)),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  auth BLOB CHECK (length(auth) = 32)
) STRICT""",
    "CREATE INDEX event_pair ON event (pair) WHERE pair IS NOT NULL",
    "CREATE INDEX event_link ON event (link) WHERE link IS NOT NULL",
    "CREATE INDEX event_holder ON event (holder) WHERE holder IS NOT NULL",
    "CREATE INDEX event_forgotten ON event (holder) WHERE what = 'pseudonymised'",
    """CREATE TRIGGER event_next BEFORE INSERT ON event
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM event)
BEGIN SELECT RAISE(ABORT, 'events are numbered without gaps'); END""",
    """CREATE TRIGGER event_fixed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'an event never changes'); END""",
    """CREATE TRIGGER event_stays BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END""",
    """CREATE TABLE event_text (
  event INTEGER NOT NULL REFERENCES event (number),
  name TEXT NOT NULL,
  salt BLOB NOT NULL CHECK (length(salt) = 32),
  text TEXT NOT NULL CHECK (json_valid(text)),
  PRIMARY KEY (event, name)
) STRICT, WITHOUT ROWID""",
    """CREATE TRIGGER event_text_new BEFORE INSERT ON event_text
WHEN NOT EXISTS (SELECT 1 FROM event WHERE number = NEW.event)
  OR EXISTS (SELECT 1 FROM event_text WHERE event = NEW.event AND name = NEW.name)
BEGIN SELECT RAISE(ABORT, 'a text belongs to an event, and is written once'); END""",
    """CREATE TRIGGER event_text_fixed BEFORE UPDATE ON event_text
BEGIN SELECT RAISE(ABORT, 'a text of an event never changes'); END""",
    """CREATE TRIGGER event_text_stays BEFORE DELETE ON event_text
WHEN NOT EXISTS (
  SELECT 1 FROM event AS said JOIN event AS later ON later.holder = said.holder AND later.number > said.number
  WHERE said.number = OLD.event AND later.what = 'pseudonymised'
)
BEGIN SELECT RAISE(ABORT, 'a text is deleted only when its holder was forgotten later, and that is an event'); END""",
)

_MAILBOXES = (
    """CREATE TABLE mailbox (
  account TEXT NOT NULL,
  folder TEXT NOT NULL,
  validity INTEGER NOT NULL CHECK (validity BETWEEN 0 AND 4294967295),
  last INTEGER NOT NULL CHECK (last BETWEEN 0 AND 4294967295),
  PRIMARY KEY (account, folder)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE mailbox_password (
  account TEXT PRIMARY KEY,
  password TEXT NOT NULL CHECK (password <> '')
) STRICT, WITHOUT ROWID""",
)

_DUTIES = (
    f"""CREATE TABLE request (
  number INTEGER PRIMARY KEY,
  pair TEXT UNIQUE REFERENCES pair (id) ON DELETE CASCADE,
  link TEXT UNIQUE REFERENCES link (id) ON DELETE CASCADE,
  {moment("at")},
  CHECK ((pair IS NULL) <> (link IS NULL))
) STRICT""",
    f"""CREATE TABLE activation (
  pair TEXT PRIMARY KEY REFERENCES pair (id) ON DELETE CASCADE,
  {moment("since")}
) STRICT, WITHOUT ROWID""",
    f"""CREATE TABLE ack (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  {moment("until")},
  {moment("at")},
  by TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID""",
)

_REMINDERS = (
    f"""CREATE TABLE reminder (
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  {moment("date")},
  threshold INTEGER NOT NULL,
  recipient TEXT NOT NULL,
  channel TEXT NOT NULL,
  {moment("sent")},
  PRIMARY KEY (id, kind, date, recipient, channel, threshold)
) STRICT, WITHOUT ROWID""",
    f"""CREATE TABLE outage (
  channel TEXT NOT NULL,
  recipient TEXT NOT NULL,
  {moment("since")},
  PRIMARY KEY (channel, recipient)
) STRICT, WITHOUT ROWID""",
    f"""CREATE TABLE run (
  slot TEXT PRIMARY KEY,
  {moment("at")},
  events INTEGER NOT NULL CHECK (events >= 0),
  {moment("next")},
  pairs INTEGER NOT NULL CHECK (pairs >= 0),
  {moment_or_null("fewer")}
) STRICT, WITHOUT ROWID""",
)

FIRST_SCHEMA: tuple[str, ...] = (
    *_BOOKS,
    *_HOLDERS,
    *_PAIRS,
    *_LINKS,
    *_EVENTS,
    *_MAILBOXES,
    *_DUTIES,
    *_REMINDERS,
    *TARGETS,
)
"""The statements of migration 1, in order."""
