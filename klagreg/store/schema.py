"""What the register's file holds, and how older files become today's.

Each migration is a step from one ``user_version`` to the next and never changes once released. All pending
steps run in one transaction that holds the write lock, so that a register is either old or new, never between,
also when several processes meet an old file at once. Guarded tables are never rebuilt with
``table.transform()``: it drops their triggers.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from klagreg.store import seals

APPLICATION_ID = 0x4B4C4752
"""``KLGR``: how a klagreg register is told from other SQLite files."""


def m001_register(connection: sqlite3.Connection) -> None:
    """The register of klagreg 0.1."""
    _play(connection, _M001)


_M001 = """
-- Facts about the register itself: namnd, kommun, skapat.
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A profile as it was adopted. Cases point at the one they were given; none is ever changed.
CREATE TABLE rule_set (
    id            INTEGER PRIMARY KEY,
    name          TEXT NOT NULL,
    source        TEXT NOT NULL,
    note          TEXT NOT NULL,
    valid_from    TEXT NOT NULL CHECK (valid_from IS date(valid_from)),
    prefix        TEXT NOT NULL,
    number_format TEXT NOT NULL,
    types         TEXT NOT NULL, -- codes, space between
    toml          TEXT NOT NULL,
    adopted_at    TEXT NOT NULL,
    adopted_by    TEXT NOT NULL
) STRICT;

-- The promises of a rule set (contract section 4).
CREATE TABLE rule (
    id              INTEGER PRIMARY KEY,
    rule_set_id     INTEGER NOT NULL REFERENCES rule_set,
    key             TEXT NOT NULL,
    title           TEXT NOT NULL,
    length          INTEGER NOT NULL CHECK (length BETWEEN 1 AND 366),
    counted_in      TEXT NOT NULL CHECK (counted_in IN ('dagar', 'arbetsdagar', 'veckor')),
    shift           TEXT NOT NULL CHECK (shift IN ('ingen', 'nasta_arbetsdag')),
    fulfilled_by    TEXT NOT NULL, -- codes, space between
    without_contact TEXT NOT NULL CHECK (without_contact IN ('ej_tillamplig', 'avslut')),
    needs_contact   INTEGER NOT NULL CHECK (needs_contact IN (0, 1)), -- not applicable to who cannot be answered
    needs_handler   INTEGER NOT NULL CHECK (needs_handler IN (0, 1)),
    types           TEXT NOT NULL, -- codes, space between
    nature          TEXT NOT NULL CHECK (nature IN ('krav', 'mal')),
    source          TEXT NOT NULL,
    UNIQUE (rule_set_id, key)
) STRICT;

-- Channels and areas with their labels and other words for them.
CREATE TABLE vocabulary (
    list  TEXT NOT NULL CHECK (list IN ('kanal', 'omrade')),
    code  TEXT NOT NULL,
    words TEXT NOT NULL, -- JSON array, the label first
    place INTEGER NOT NULL,
    PRIMARY KEY (list, code)
) STRICT, WITHOUT ROWID;

-- Days that are no arbetsdagar beside Saturdays and Sundays, 2000–2101. Kept in the file so that daily
-- commands need no holiday library, and so that a promise does not move when the library does.
CREATE TABLE free_day (
    day   TEXT PRIMARY KEY CHECK (day IS date(day)),
    name  TEXT NOT NULL,
    local INTEGER NOT NULL CHECK (local IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE unit (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    board      TEXT,
    retired_on TEXT CHECK (retired_on IS date(retired_on))
) STRICT;

CREATE TABLE handler (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    unit_id    INTEGER REFERENCES unit,
    retired_on TEXT CHECK (retired_on IS date(retired_on))
) STRICT;

-- The last number given in each year's series. Read and written in the transaction that stores the case.
CREATE TABLE series (
    year INTEGER PRIMARY KEY,
    last INTEGER NOT NULL CHECK (last >= 1)
) STRICT;

CREATE TABLE cases (
    id               INTEGER PRIMARY KEY,
    year             INTEGER NOT NULL,
    serial           INTEGER NOT NULL CHECK (serial >= 1),
    number           TEXT NOT NULL UNIQUE COLLATE NOCASE,
    rule_set_id      INTEGER NOT NULL REFERENCES rule_set,
    external_source  TEXT,
    external_id      TEXT,
    diary_number     TEXT,
    type             TEXT NOT NULL CHECK (type IN ('klagomal', 'synpunkt', 'forslag', 'berom', 'fraga',
                                                   'felanmalan', 'avvikelse')),
    status           TEXT NOT NULL CHECK (status IN ('inkommen', 'tilldelad', 'avslutad', 'makulerad')),
    received         TEXT NOT NULL CHECK (received IS date(received)),
    registered_at    TEXT NOT NULL,
    registered_by    TEXT NOT NULL,
    channel          TEXT,
    board            TEXT,
    unit_id          INTEGER REFERENCES unit,
    area             TEXT,
    title            TEXT NOT NULL,
    description      TEXT,
    proposal         TEXT,
    anonymous        INTEGER NOT NULL CHECK (anonymous IN (0, 1)),
    contact          TEXT NOT NULL CHECK (contact IN ('finns', 'saknas', 'avstar')),
    unreachable_from TEXT CHECK (unreachable_from IS date(unreachable_from)),
    handler_id       INTEGER REFERENCES handler,
    handler_named_on TEXT CHECK (handler_named_on IS date(handler_named_on)),
    outcome          TEXT,
    closed_on        TEXT CHECK (closed_on IS date(closed_on) AND closed_on >= received),
    voided_on        TEXT CHECK (voided_on IS date(voided_on)),
    answer           TEXT,
    UNIQUE (year, serial),
    CHECK ((contact = 'finns') = (unreachable_from IS NULL)),
    CHECK ((status = 'avslutad') = (closed_on IS NOT NULL AND voided_on IS NULL)),
    CHECK ((status = 'makulerad') = (voided_on IS NOT NULL)),
    CHECK (status <> 'tilldelad' OR handler_id IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX cases_external ON cases (external_source, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX cases_received ON cases (received);
CREATE INDEX cases_unassigned ON cases (year, serial) WHERE status = 'inkommen';

-- Personal data in a table of its own: never exported, never logged with values, erased by itself.
CREATE TABLE sender (
    case_id   INTEGER PRIMARY KEY REFERENCES cases,
    role      TEXT,
    name      TEXT,
    email     TEXT,
    phone     TEXT,
    address   TEXT,
    preferred TEXT
) STRICT;

CREATE TABLE feedback (
    id                INTEGER PRIMARY KEY,
    case_id           INTEGER NOT NULL REFERENCES cases,
    given_on          TEXT NOT NULL CHECK (given_on IS date(given_on)),
    kind              TEXT NOT NULL CHECK (kind IN ('bekraftelse', 'status', 'utreds', 'forsening', 'slutsvar')),
    means             TEXT CHECK (means IN ('telefon', 'e-post', 'brev', 'mote', 'sms', 'e-tjanst')),
    by                TEXT NOT NULL,
    handler_was_named INTEGER NOT NULL CHECK (handler_was_named IN (0, 1)),
    reason            TEXT
) STRICT;
CREATE INDEX feedback_case ON feedback (case_id);

CREATE TABLE measure (
    case_id     INTEGER NOT NULL REFERENCES cases,
    number      INTEGER NOT NULL CHECK (number >= 1),
    text        TEXT NOT NULL,
    responsible TEXT,
    due_on      TEXT CHECK (due_on IS date(due_on)),
    done_on     TEXT CHECK (done_on IS date(done_on)),
    PRIMARY KEY (case_id, number)
) STRICT, WITHOUT ROWID;

-- Every closing, also those that were reopened: open as of a day is read from here.
CREATE TABLE closing (
    case_id     INTEGER NOT NULL REFERENCES cases,
    place       INTEGER NOT NULL CHECK (place >= 1),
    closed_on   TEXT NOT NULL CHECK (closed_on IS date(closed_on)),
    outcome     TEXT, -- NULL only for imported cases whose outcome was never written down
    no_answer   TEXT CHECK (no_answer IN ('anonym', 'kontakt_saknas', 'avstar', 'berom')),
    reopened_on TEXT CHECK (reopened_on IS date(reopened_on) AND reopened_on >= closed_on),
    PRIMARY KEY (case_id, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX closing_day ON closing (closed_on);
CREATE INDEX closing_reopened ON closing (reopened_on) WHERE reopened_on IS NOT NULL;

CREATE TABLE handover (
    case_id    INTEGER NOT NULL REFERENCES cases,
    place      INTEGER NOT NULL CHECK (place >= 1),
    handed_on  TEXT NOT NULL CHECK (handed_on IS date(handed_on)),
    from_board TEXT,
    from_unit  TEXT,
    to_board   TEXT,
    to_unit    TEXT,
    PRIMARY KEY (case_id, place)
) STRICT, WITHOUT ROWID;

-- A rule as it was given to a case. settled_on is NULL while somebody has to act on it.
CREATE TABLE deadline (
    case_id      INTEGER NOT NULL REFERENCES cases,
    rule_id      INTEGER NOT NULL REFERENCES rule,
    due          TEXT NOT NULL CHECK (due IS date(due)),
    original_due TEXT NOT NULL CHECK (original_due IS date(original_due) AND original_due <= due),
    extended_on  TEXT CHECK (extended_on IS date(extended_on)), -- the day it was first extended
    met_on       TEXT CHECK (met_on IS date(met_on)),
    settled_on   TEXT CHECK (settled_on IS date(settled_on) AND settled_on <= coalesce(met_on, settled_on)),
    PRIMARY KEY (case_id, rule_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX deadline_waiting ON deadline (original_due) WHERE settled_on IS NULL;
CREATE INDEX deadline_settled ON deadline (settled_on) WHERE settled_on IS NOT NULL;

-- The log: one row per act, chained by hash. Rows are never changed.
CREATE TABLE event (
    id      INTEGER PRIMARY KEY,
    case_id INTEGER REFERENCES cases, -- NULL: an act on the register itself
    at      TEXT NOT NULL,            -- when it was typed in, UTC
    by      TEXT NOT NULL,            -- the operating system's user
    on_day  TEXT NOT NULL CHECK (on_day IS date(on_day)), -- the day of the act
    kind    TEXT NOT NULL,
    digest  TEXT NOT NULL,            -- sha256 of salt and changes in event_detail
    chain   TEXT NOT NULL             -- sha256 of this row's content and the chain value before it
) STRICT;
CREATE INDEX event_case ON event (case_id);

-- What an act changed. Apart from the chain, so that text can be erased by decision and the chain still hold.
CREATE TABLE event_detail (
    event_id INTEGER PRIMARY KEY REFERENCES event,
    salt     TEXT NOT NULL,
    changes  TEXT NOT NULL -- JSON: [[key, old, new], …]; a personal field is [key] alone
) STRICT;

CREATE TRIGGER event_no_update BEFORE UPDATE ON event
BEGIN SELECT raise(ABORT, 'the log is never changed'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event
BEGIN SELECT raise(ABORT, 'the log is never changed'); END;
CREATE TRIGGER event_detail_no_update BEFORE UPDATE ON event_detail
BEGIN SELECT raise(ABORT, 'the log is never changed'); END;
CREATE TRIGGER event_detail_no_delete BEFORE DELETE ON event_detail
BEGIN SELECT raise(ABORT, 'the log is never changed'); END;
CREATE TRIGGER cases_no_delete BEFORE DELETE ON cases
BEGIN SELECT raise(ABORT, 'a case is voided, never deleted'); END;
CREATE TRIGGER cases_keep_number BEFORE UPDATE OF year, serial, number, registered_at, registered_by ON cases
BEGIN SELECT raise(ABORT, 'a number is never changed'); END;
CREATE TRIGGER rule_no_update BEFORE UPDATE ON rule
BEGIN SELECT raise(ABORT, 'a rule is replaced, never changed'); END;

-- Full-text index over what a case is about, never over the sender. Swedish letters stay letters.
-- Kept by the program: triggers may not write to it while trusted_schema is off.
CREATE VIRTUAL TABLE case_text USING fts5 (
    title, description, proposal, answer,
    content = 'cases', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 0'
);
"""


def m002_five_municipalities(connection: sqlite3.Connection) -> None:
    """What Lomma, Osby, Enköping, Kinda and Nacka ask of a register (klagreg 0.2)."""
    _play(connection, _M002)


_M002 = """
-- How a municipality works beside its deadlines: the profile's settings, as JSON (klagreg.practice).
ALTER TABLE rule_set ADD COLUMN practice TEXT NOT NULL DEFAULT '{}';

-- A stricter last day for one promise at a unit or a nämnd. Cases point at the one they were given.
CREATE TABLE local_rule (
    id         INTEGER PRIMARY KEY,
    key        TEXT NOT NULL,
    unit_id    INTEGER REFERENCES unit,
    board      TEXT,
    length     INTEGER NOT NULL CHECK (length BETWEEN 1 AND 366),
    counted_in TEXT NOT NULL CHECK (counted_in IN ('dagar', 'arbetsdagar', 'veckor')),
    shift      TEXT NOT NULL CHECK (shift IN ('ingen', 'nasta_arbetsdag')),
    source     TEXT NOT NULL,
    valid_from TEXT NOT NULL CHECK (valid_from IS date(valid_from)),
    CHECK ((unit_id IS NULL) <> (board IS NULL))
) STRICT;
CREATE TRIGGER local_rule_no_update BEFORE UPDATE ON local_rule
BEGIN SELECT raise(ABORT, 'a rule is replaced, never changed'); END;
ALTER TABLE deadline ADD COLUMN local_rule_id INTEGER REFERENCES local_rule;

ALTER TABLE unit ADD COLUMN receiver TEXT;
ALTER TABLE unit ADD COLUMN manager TEXT;
ALTER TABLE handler ADD COLUMN full_name TEXT;
ALTER TABLE handler ADD COLUMN title TEXT;
ALTER TABLE handler ADD COLUMN phone TEXT;
ALTER TABLE handler ADD COLUMN email TEXT;
ALTER TABLE handler ADD COLUMN address TEXT;

ALTER TABLE cases ADD COLUMN received_by TEXT;
ALTER TABLE cases ADD COLUMN occurred_on TEXT CHECK (occurred_on IS date(occurred_on));
ALTER TABLE cases ADD COLUMN provider TEXT;
ALTER TABLE cases ADD COLUMN affects TEXT CHECK (affects IN ('enskild', 'grupp'));
ALTER TABLE cases ADD COLUMN general INTEGER NOT NULL DEFAULT 0 CHECK (general IN (0, 1));
ALTER TABLE sender ADD COLUMN case_file TEXT;
ALTER TABLE cases ADD COLUMN kept_elsewhere TEXT;
ALTER TABLE cases ADD COLUMN individual INTEGER NOT NULL DEFAULT 0 CHECK (individual IN (0, 1));
ALTER TABLE cases ADD COLUMN lesson TEXT;

ALTER TABLE handover ADD COLUMN handler_named_on TEXT CHECK (handler_named_on IS date(handler_named_on));
-- Whether a handler was named when the sender was told something is settled before the handler is taken away.
UPDATE feedback SET handler_was_named = 1
WHERE case_id IN (SELECT case_id FROM handover)
    AND given_on > (SELECT handler_named_on FROM cases WHERE id = feedback.case_id);
-- Handing over takes the handler away, and with that the day that one was named.
UPDATE handover SET handler_named_on = (SELECT handler_named_on FROM cases WHERE id = case_id)
WHERE place = (SELECT max(place) FROM handover other WHERE other.case_id = handover.case_id);
UPDATE cases SET handler_named_on = NULL WHERE handler_id IS NULL;
ALTER TABLE handover ADD COLUMN told TEXT CHECK (told IN ('telefon', 'e-post', 'brev', 'mote', 'sms', 'e-tjanst'));

ALTER TABLE measure ADD COLUMN kind TEXT CHECK (kind IN ('rattelse', 'forbattring', 'uppfoljning'));
ALTER TABLE measure ADD COLUMN promised_on TEXT CHECK (promised_on IS date(promised_on));
-- Promised is what was written down before it was done: the day of the act that wrote it down.
UPDATE measure SET promised_on = coalesce(
    (SELECT min(e.on_day) FROM event e JOIN event_detail d ON d.event_id = e.id
     WHERE e.case_id = measure.case_id AND e.kind = 'atgard'
        AND instr(d.changes, '"atgarder.' || measure.number || '"') > 0),
    (SELECT received FROM cases WHERE id = case_id))
WHERE done_on IS NULL OR EXISTS (
    SELECT 1 FROM event e JOIN event_detail d ON d.event_id = e.id
    WHERE e.case_id = measure.case_id AND e.kind = 'atgard_genomford'
        AND instr(d.changes, '"atgarder.' || measure.number || '"') > 0);
CREATE INDEX measure_waiting ON measure (due_on) WHERE done_on IS NULL;
CREATE INDEX measure_done ON measure (done_on) WHERE done_on IS NOT NULL;

CREATE INDEX cases_open ON cases (received) WHERE status IN ('inkommen', 'tilldelad');

CREATE TABLE route (
    case_id  INTEGER NOT NULL REFERENCES cases,
    place    INTEGER NOT NULL CHECK (place >= 1),
    taken_on TEXT NOT NULL CHECK (taken_on IS date(taken_on)),
    route    TEXT NOT NULL CHECK (route IN ('atgard', 'forslag', 'beredning', 'politiskt_organ')),
    body     TEXT,
    PRIMARY KEY (case_id, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE stamp (
    case_id    INTEGER NOT NULL REFERENCES cases,
    place      INTEGER NOT NULL CHECK (place >= 1),
    stamped_on TEXT NOT NULL CHECK (stamped_on IS date(stamped_on)),
    desk       TEXT NOT NULL,
    by         TEXT NOT NULL,
    stamped_at TEXT, -- 13:40
    PRIMARY KEY (case_id, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE copy (
    case_id   INTEGER NOT NULL REFERENCES cases,
    place     INTEGER NOT NULL CHECK (place >= 1),
    copied_on TEXT NOT NULL CHECK (copied_on IS date(copied_on)),
    "to"      TEXT NOT NULL,
    PRIMARY KEY (case_id, place)
) STRICT, WITHOUT ROWID;

-- Copies were told of in the log alone.
INSERT INTO copy (case_id, place, copied_on, "to")
SELECT e.case_id, row_number() OVER (PARTITION BY e.case_id ORDER BY e.id, c.key), e.on_day,
    json_extract(c.value, '$[2]')
FROM event e JOIN event_detail d ON d.event_id = e.id JOIN json_each(d.changes) c
WHERE e.kind = 'overlamnad' AND json_extract(c.value, '$[0]') = 'kopia';

CREATE TABLE referral (
    case_id     INTEGER NOT NULL REFERENCES cases,
    place       INTEGER NOT NULL CHECK (place >= 1),
    referred_on TEXT NOT NULL CHECK (referred_on IS date(referred_on)),
    "to"        TEXT NOT NULL,
    label       TEXT NOT NULL,
    reference   TEXT,
    PRIMARY KEY (case_id, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE participant (
    case_id INTEGER NOT NULL REFERENCES cases,
    place   INTEGER NOT NULL CHECK (place >= 1),
    name    TEXT NOT NULL,
    PRIMARY KEY (case_id, place)
) STRICT, WITHOUT ROWID;

-- What may be shown to everybody: written for that, and approved.
CREATE TABLE publication (
    case_id       INTEGER PRIMARY KEY REFERENCES cases,
    approved_on   TEXT NOT NULL CHECK (approved_on IS date(approved_on)),
    approved_by   TEXT NOT NULL,
    public_answer TEXT NOT NULL,
    improvement   TEXT
) STRICT;

-- Secrecy marks: a warning on the case, never a decision. Those that were lifted or replaced stay.
CREATE TABLE secrecy (
    case_id   INTEGER NOT NULL REFERENCES cases,
    place     INTEGER NOT NULL CHECK (place >= 1),
    marked_on TEXT NOT NULL CHECK (marked_on IS date(marked_on)),
    statute   TEXT NOT NULL,
    marked_by TEXT NOT NULL,
    until     TEXT CHECK (until IS date(until) AND until >= marked_on), -- the last day it holds
    lifted_on TEXT CHECK (lifted_on IS date(lifted_on) AND lifted_on >= marked_on), -- from this day it does not
    PRIMARY KEY (case_id, place)
) STRICT, WITHOUT ROWID;

-- What those who used the complaints system thought of it (Lomma). Never tied to a case or a person.
CREATE TABLE survey (
    id       INTEGER PRIMARY KEY,
    asked_on TEXT NOT NULL CHECK (asked_on IS date(asked_on)),
    method   TEXT NOT NULL CHECK (method IN ('enkat', 'intervju', 'fokusgrupp')),
    answer   TEXT NOT NULL CHECK (answer IN ('nojd', 'delvis', 'missnojd')),
    number   INTEGER NOT NULL CHECK (number >= 1),
    board    TEXT,
    comment  TEXT
) STRICT;
CREATE INDEX survey_day ON survey (asked_on);

-- The self-check: one row per criterion, förvaltning (board) and year; the last word of each counts.
CREATE TABLE self_check (
    id        INTEGER PRIMARY KEY,
    year      INTEGER NOT NULL,
    board     TEXT, -- NULL: the whole register
    criterion TEXT NOT NULL,
    attained  TEXT NOT NULL CHECK (attained IN ('helt', 'delvis', 'ej')),
    comment   TEXT,
    at        TEXT NOT NULL,
    by        TEXT NOT NULL
) STRICT;

-- When a report was presented to a nämnd (Kinda: once a quarter).
CREATE TABLE presentation (
    id           INTEGER PRIMARY KEY,
    period_start TEXT NOT NULL CHECK (period_start IS date(period_start)),
    period_end   TEXT NOT NULL CHECK (period_end IS date(period_end) AND period_end >= period_start),
    board        TEXT,
    presented_on TEXT NOT NULL CHECK (presented_on IS date(presented_on)),
    paragraph    TEXT
) STRICT;

-- How a förvaltning or unit worked with complaints during a year, in words (Enköping: årsredovisningen).
CREATE TABLE yearly_text (
    id      INTEGER PRIMARY KEY,
    year    INTEGER NOT NULL,
    board   TEXT,
    unit_id INTEGER REFERENCES unit,
    text    TEXT NOT NULL,
    at      TEXT NOT NULL,
    by      TEXT NOT NULL
) STRICT;

-- When the rules were looked over (Osby 3.5, Enköping: once a year).
CREATE TABLE rule_review (
    id          INTEGER PRIMARY KEY,
    reviewed_on TEXT NOT NULL CHECK (reviewed_on IS date(reviewed_on)),
    note        TEXT
) STRICT;
"""


def m003_records(connection: sqlite3.Connection) -> None:
    """Erasure by decision, protected persons, and a log that seals every row (klagreg 0.2)."""
    _play(connection, _M003)


_M003 = """
-- What this act left behind: sha256 of the rows of its case, or of the register's own lists (klagreg.store.seals).
ALTER TABLE event ADD COLUMN state TEXT;

-- Known to the rows alone, and renewed at every act: what a case held before cannot be guessed from its old seals.
ALTER TABLE cases ADD COLUMN salt TEXT;
UPDATE cases SET salt = lower(hex(randomblob(16)));
CREATE INDEX cases_registered ON cases (registered_at);

-- The seal of each case when the file got its schema: it holds until the case's first act after that.
CREATE TABLE baseline (
    case_id INTEGER PRIMARY KEY REFERENCES cases,
    seal    TEXT NOT NULL
) STRICT;

-- Protected personal data (OSL 21:3, 22:1): the sender's name and where to find them are never kept here.
ALTER TABLE cases ADD COLUMN protected INTEGER NOT NULL DEFAULT 0 CHECK (protected IN (0, 1));

-- What was taken out of a case, and by which decision.
CREATE TABLE erasure (
    case_id   INTEGER NOT NULL REFERENCES cases,
    place     INTEGER NOT NULL CHECK (place >= 1),
    erased_on TEXT NOT NULL CHECK (erased_on IS date(erased_on)),
    kind      TEXT NOT NULL CHECK (kind IN ('avidentifiering', 'gallring')),
    decision  TEXT NOT NULL,
    erased_by TEXT NOT NULL,
    PRIMARY KEY (case_id, place)
) STRICT, WITHOUT ROWID;

-- What an act changed may be erased with its case; that the act was done, when and by whom, never.
DROP TRIGGER event_detail_no_delete;
CREATE TRIGGER event_detail_no_delete BEFORE DELETE ON event_detail
WHEN NOT EXISTS (SELECT 1 FROM event e JOIN erasure x ON x.case_id = e.case_id WHERE e.id = OLD.event_id)
BEGIN SELECT raise(ABORT, 'the log is never changed'); END;
"""


def m004_lists(connection: sqlite3.Connection) -> None:
    """Lists by unit, handler, nämnd and lesson that cost by what they show (klagreg 0.2)."""
    _play(connection, _M004)


_M004 = """
CREATE INDEX cases_unit ON cases (unit_id);
CREATE INDEX cases_handler ON cases (handler_id) WHERE handler_id IS NOT NULL;
CREATE INDEX cases_board ON cases (board);
CREATE INDEX cases_learnt ON cases (id) WHERE lesson IS NOT NULL;

-- Counted without reading a case.
DROP INDEX cases_unassigned;
CREATE INDEX cases_unassigned ON cases (year, serial, received, unit_id) WHERE status = 'inkommen';
"""

MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    m001_register,
    m002_five_municipalities,
    m003_records,
    m004_lists,
)
VERSION = len(MIGRATIONS)

_SEALED_FROM = 3
"""The schema that brought seals."""
_ROWS_UNCHANGED = frozenset({m004_lists})
"""Steps after which every seal still holds."""


def migrate(connection: sqlite3.Connection, at: str, by: str) -> None:
    """Bring the file to today's schema. Call inside a write transaction; the version is read there again.

    An event of its own tells of it. Where the steps change rows, what an older file holds is sealed as it stands after
    them, and what was not as its seals said before them is told in that event; where they change none, the seals of its
    cases are left as they are. ``at``: the moment, UTC; ``by``: the operating system's user.
    """
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    steps = MIGRATIONS[found:]
    older, sealed = 0 < found < VERSION, found >= _SEALED_FROM
    keeps_rows = sealed and _ROWS_UNCHANGED.issuperset(steps)
    noticed = seals.broken(connection, lists_alone=keeps_rows) if older and sealed else []
    for step in steps:
        step(connection)
    if older:
        told = [("schema", found, VERSION), *noticed]
        (seals.seal_lists if keeps_rows else seals.seal_everything)(connection, at, by, told)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _play(connection: sqlite3.Connection, script: str) -> None:
    """Play a migration's script without ending the transaction around it.

    Cut at the semicolons that end a statement. sqlite-utils' own ``executescript`` tries every character as such an
    end, which costs three times what SQLite's own work does.
    """
    from sqlite_utils import Database

    # execute_plugins=False: no third-party package may get hold of a connection to personal data.
    database = Database(connection, execute_plugins=False)
    statement = ""
    for piece in script.split(";"):
        statement += piece + ";"
        if sqlite3.complete_statement(statement):
            database.execute(statement)
            statement = ""
    database.execute(statement)  # empty, or a statement that never ended: SQLite says so
