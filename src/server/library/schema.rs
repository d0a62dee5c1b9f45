//! The tables of `library.db`. Migrations are appended, never edited.

/// Every migration, oldest first.
pub(super) const MIGRATIONS: &[&str] = &[FIRST];

/// Times are milliseconds since 1970, UTC. An image without content is a draft.
const FIRST: &str = "
    CREATE TABLE account (
        only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
        account_id TEXT NOT NULL,
        account_hash TEXT NOT NULL,
        flexible_variants INTEGER NOT NULL DEFAULT 0,
        preserve_content_credentials INTEGER NOT NULL DEFAULT 0,
        browser_ttl_secs INTEGER,
        -- The latest time given to an upload: the next one gets a later one, whatever the clock says.
        last_upload_ms INTEGER NOT NULL DEFAULT 0,
        -- Kept by triggers: counting a million rows at every look would take a tenth of a second.
        image_count INTEGER NOT NULL DEFAULT 0,
        -- 0 while a server is running: what it finds at its start tells whether the last one ended well.
        ended_well INTEGER NOT NULL DEFAULT 1
    ) STRICT;

    CREATE TABLE images (
        id TEXT PRIMARY KEY NOT NULL,
        file_name TEXT,
        metadata TEXT NOT NULL,
        creator TEXT,
        uploaded_ms INTEGER NOT NULL,
        require_signed_urls INTEGER NOT NULL,
        content_hash BLOB,
        size_bytes INTEGER,
        media_type TEXT,
        -- Drafts only: until when the one-time URL works.
        expires_ms INTEGER,
        CHECK ((content_hash IS NULL) = (expires_ms IS NOT NULL))
    ) STRICT;
    CREATE INDEX images_by_time ON images (uploaded_ms, id) WHERE content_hash IS NOT NULL;
    CREATE INDEX images_by_creator ON images (creator, uploaded_ms, id) WHERE content_hash IS NOT NULL;
    CREATE INDEX images_by_content ON images (content_hash) WHERE content_hash IS NOT NULL;
    CREATE INDEX drafts_by_expiry ON images (expires_ms) WHERE content_hash IS NULL;

    CREATE TRIGGER image_added AFTER INSERT ON images WHEN new.content_hash IS NOT NULL BEGIN
        UPDATE account SET image_count = image_count + 1;
    END;
    CREATE TRIGGER draft_filled AFTER UPDATE OF content_hash ON images
    WHEN old.content_hash IS NULL AND new.content_hash IS NOT NULL BEGIN
        UPDATE account SET image_count = image_count + 1;
    END;
    CREATE TRIGGER image_removed AFTER DELETE ON images WHEN old.content_hash IS NOT NULL BEGIN
        UPDATE account SET image_count = image_count - 1;
    END;

    CREATE TABLE variants (
        id TEXT PRIMARY KEY NOT NULL,
        fit TEXT NOT NULL,
        width INTEGER,
        height INTEGER,
        metadata TEXT NOT NULL,
        blur REAL,
        browser_ttl_secs INTEGER,
        never_require_signed_urls INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE signing_keys (
        name TEXT PRIMARY KEY NOT NULL,
        value TEXT NOT NULL
    ) STRICT;
";
