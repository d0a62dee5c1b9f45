//! The tables. Migrations are appended, never edited.

/// Brings a journal from each version to the next.
pub(super) const MIGRATIONS: &[&str] = &[FIRST, GESTURES];

/// Numbers are never used twice (`AUTOINCREMENT`): an answer that comes late for a removed item
/// must not be taken for another one.
const FIRST: &str = "
    CREATE TABLE operations (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        profile    TEXT NOT NULL,
        label      TEXT NOT NULL,
        created_us INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX operations_of_profile ON operations (profile, id);

    CREATE TABLE items (
        id                  INTEGER PRIMARY KEY AUTOINCREMENT,
        operation           INTEGER NOT NULL REFERENCES operations (id),
        profile             TEXT NOT NULL,
        source_kind         TEXT NOT NULL,
        source              BLOB NOT NULL,
        file_name           TEXT NOT NULL,
        size_bytes          INTEGER NOT NULL,
        content_hash        BLOB,
        wanted_id           TEXT,
        metadata            TEXT NOT NULL,
        require_signed_urls INTEGER NOT NULL,
        creator             TEXT,
        accepts_duplicate   INTEGER NOT NULL DEFAULT 0,
        attempts            INTEGER NOT NULL DEFAULT 0,
        phase               TEXT NOT NULL,
        -- The reservation: all three or none. It stays through failed, paused and cancelled.
        reserved_id         TEXT,
        upload_url          TEXT,
        expires_us          INTEGER,
        -- The image of done and duplicate, and when it was confirmed or uploaded.
        image_id            TEXT,
        at_us               INTEGER,
        -- What is said about a failed one.
        problem_what        TEXT,
        problem_unaffected  TEXT,
        problem_hint        TEXT,
        problem_code        INTEGER,
        problem_can_retry   INTEGER,
        retry_at_us         INTEGER,
        -- A pause cut it off while bytes may have been on their way.
        was_cut_off         INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    -- In the order of work; with what counts() reads, so that it need not look at the rows.
    CREATE INDEX items_by_phase ON items (profile, phase, id, retry_at_us, size_bytes);
    CREATE INDEX items_of_profile ON items (profile, id);
    CREATE INDEX items_of_operation ON items (operation);

    -- Which bytes are in the account, also after their row was cleared from the queue.
    CREATE TABLE uploaded (
        profile      TEXT NOT NULL,
        content_hash BLOB NOT NULL,
        image_id     TEXT NOT NULL,
        at_us        INTEGER NOT NULL,
        PRIMARY KEY (profile, content_hash, image_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX uploaded_by_image ON uploaded (profile, image_id);

    CREATE TABLE queues (
        profile   TEXT PRIMARY KEY,
        is_paused INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE links (
        profile    TEXT NOT NULL,
        image_id   TEXT NOT NULL,
        upload_url TEXT NOT NULL,
        expires_us INTEGER NOT NULL,
        created_us INTEGER NOT NULL,
        note       TEXT NOT NULL,
        PRIMARY KEY (profile, image_id)
    ) STRICT, WITHOUT ROWID;
";

/// What was handed over and is not all items yet.
const GESTURES: &str = "
    CREATE TABLE gestures (
        operation           INTEGER PRIMARY KEY REFERENCES operations (id) ON DELETE CASCADE,
        profile             TEXT NOT NULL,
        require_signed_urls INTEGER NOT NULL,
        id_template         TEXT NOT NULL,
        metadata            TEXT NOT NULL,
        creator             TEXT
    ) STRICT;
    CREATE INDEX gestures_of_profile ON gestures (profile);

    CREATE TABLE gesture_sources (
        operation   INTEGER NOT NULL REFERENCES gestures (operation) ON DELETE CASCADE,
        position    INTEGER NOT NULL,
        source_kind TEXT NOT NULL,
        source      BLOB NOT NULL,
        PRIMARY KEY (operation, position)
    ) STRICT, WITHOUT ROWID;
";
