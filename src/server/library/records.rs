//! Images and drafts: one row each.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::account;
use crate::model::{ContentHash, Image, ImageChange, ImageId, Metadata};

/// How long the id of an unused draft stays taken after its URL expired.
const DRAFT_REST: SignedDuration = SignedDuration::from_hours(24);

/// An image as the library knows it.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// Without its variant URLs: those depend on where it is asked.
    pub(crate) image: Image,
    /// `None` for a draft.
    pub(crate) content: Option<Content>,
    /// Until when a draft's URL works.
    pub(crate) expires: Option<Timestamp>,
}

/// The bytes of an image.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    pub(crate) hash: ContentHash,
    pub(crate) size_bytes: u32,
    pub(crate) media_type: String,
}

/// What an upload or a reservation says about an image.
#[derive(Clone, Debug)]
pub(crate) struct NewImage {
    pub(crate) id: ImageId,
    pub(crate) metadata: Metadata,
    pub(crate) creator: Option<String>,
    pub(crate) require_signed_urls: bool,
}

/// How storing ended.
#[derive(Clone, Debug)]
pub(crate) enum Stored {
    /// It is in the library.
    Yes(Box<Record>),
    /// The id is taken.
    Conflict,
    /// There are as many images as there may be.
    Full,
    /// There is no such draft.
    NoDraft,
}

const COLUMNS: &str = "id, file_name, metadata, creator, uploaded_ms, require_signed_urls, \
    content_hash, size_bytes, media_type, expires_ms";

/// The columns that [`record_from_row`] reads.
pub(super) const fn columns() -> &'static str {
    COLUMNS
}

/// Reads a row of [`columns`].
pub(super) fn record_from_row(row: &Row<'_>) -> rusqlite::Result<Record> {
    let metadata: String = row.get("metadata")?;
    let hash: Option<[u8; 32]> = row.get("content_hash")?;
    let content = match hash {
        Some(hash) => Some(Content {
            hash: ContentHash(hash),
            size_bytes: row.get("size_bytes")?,
            media_type: row.get("media_type")?,
        }),
        None => None,
    };
    let expires: Option<i64> = row.get("expires_ms")?;
    Ok(Record {
        image: Image {
            id: ImageId::from_server(row.get::<_, String>("id")?),
            file_name: row.get("file_name")?,
            metadata: Metadata::parse(&metadata).unwrap_or_default(),
            creator: row.get("creator")?,
            uploaded: time(row.get("uploaded_ms")?),
            require_signed_urls: row.get("require_signed_urls")?,
            variant_urls: Vec::new(),
            is_draft: content.is_none(),
        },
        content,
        expires: expires.map(time),
    })
}

pub(super) fn time(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or_default()
}

impl Record {
    /// The image or draft with that id. A draft that expired a day ago is gone.
    pub(crate) fn find(
        connection: &Connection,
        id: &ImageId,
        now: Timestamp,
    ) -> rusqlite::Result<Option<Self>> {
        let sql = format!("SELECT {COLUMNS} FROM images WHERE id = :id");
        let record = connection
            .prepare_cached(&sql)?
            .query_row(named_params! {":id": id.as_str()}, record_from_row)
            .optional()?;
        Ok(record.filter(|record| {
            record
                .expires
                .is_none_or(|expires| now.duration_since(expires) < DRAFT_REST)
        }))
    }

    /// Adds a finished image.
    pub(crate) fn add(
        connection: &Connection,
        new: NewImage,
        file_name: Option<String>,
        content: Content,
        now: Timestamp,
    ) -> rusqlite::Result<Stored> {
        forget_old_drafts(connection, now)?;
        let uploaded = account::next_upload_time(connection, now)?;
        let record = Self::new(new, file_name, Some(content), uploaded, None);
        record.insert(connection)
    }

    /// Reserves an id until `expires`.
    pub(crate) fn reserve(
        connection: &Connection,
        new: NewImage,
        now: Timestamp,
        expires: Timestamp,
    ) -> rusqlite::Result<Stored> {
        forget_old_drafts(connection, now)?;
        Self::new(new, None, None, now, Some(expires)).insert(connection)
    }

    /// Turns a draft into an image. Of several tries at once exactly one finds the draft.
    pub(crate) fn fill(
        connection: &Connection,
        id: &ImageId,
        file_name: Option<&str>,
        content: &Content,
        now: Timestamp,
    ) -> rusqlite::Result<Stored> {
        const FILL: &str = "
            UPDATE images SET file_name = :file_name, content_hash = :hash, size_bytes = :size,
                media_type = :media_type, uploaded_ms = :uploaded, expires_ms = NULL
            WHERE id = :id AND content_hash IS NULL";
        let uploaded = account::next_upload_time(connection, now)?;
        let changed = connection.prepare_cached(FILL)?.execute(named_params! {
            ":id": id.as_str(),
            ":file_name": file_name,
            ":hash": content.hash.0,
            ":size": content.size_bytes,
            ":media_type": content.media_type,
            ":uploaded": uploaded.as_millisecond(),
        })?;
        Ok(match (changed, Self::find(connection, id, now)?) {
            (1, Some(record)) => Stored::Yes(Box::new(record)),
            (_, Some(_)) => Stored::Conflict,
            (_, None) => Stored::NoDraft,
        })
    }

    /// Changes what may be changed; `None` when there is no such image.
    pub(crate) fn change(
        connection: &Connection,
        id: &ImageId,
        change: ImageChange,
        now: Timestamp,
    ) -> rusqlite::Result<Option<Self>> {
        const CHANGE: &str = "
            UPDATE images SET metadata = :metadata, creator = :creator,
                require_signed_urls = :require_signed_urls
            WHERE id = :id";
        let Some(mut record) = Self::find(connection, id, now)? else {
            return Ok(None);
        };
        let image = &mut record.image;
        if let Some(metadata) = change.metadata {
            image.metadata = metadata;
        }
        if let Some(creator) = change.creator {
            image.creator = Some(creator).filter(|text| !text.is_empty());
        }
        if let Some(require) = change.require_signed_urls {
            image.require_signed_urls = require;
        }
        connection.prepare_cached(CHANGE)?.execute(named_params! {
            ":id": id.as_str(),
            ":metadata": image.metadata.to_string(),
            ":creator": image.creator,
            ":require_signed_urls": image.require_signed_urls,
        })?;
        Ok(Some(record))
    }

    /// Deletes an image or draft and returns what it was; `None` when there was none.
    pub(crate) fn remove(
        connection: &Connection,
        id: &ImageId,
        now: Timestamp,
    ) -> rusqlite::Result<Option<Self>> {
        let Some(record) = Self::find(connection, id, now)? else {
            return Ok(None);
        };
        connection
            .prepare_cached("DELETE FROM images WHERE id = :id")?
            .execute(named_params! {":id": id.as_str()})?;
        Ok(Some(record))
    }

    fn new(
        new: NewImage,
        file_name: Option<String>,
        content: Option<Content>,
        uploaded: Timestamp,
        expires: Option<Timestamp>,
    ) -> Self {
        Self {
            image: Image {
                id: new.id,
                file_name,
                metadata: new.metadata,
                creator: new.creator,
                uploaded,
                require_signed_urls: new.require_signed_urls,
                variant_urls: Vec::new(),
                is_draft: content.is_none(),
            },
            content,
            expires,
        }
    }

    fn insert(self, connection: &Connection) -> rusqlite::Result<Stored> {
        const INSERT: &str = "
            INSERT INTO images (id, file_name, metadata, creator, uploaded_ms,
                require_signed_urls, content_hash, size_bytes, media_type, expires_ms)
            VALUES (:id, :file_name, :metadata, :creator, :uploaded,
                :require_signed_urls, :hash, :size, :media_type, :expires)
            ON CONFLICT (id) DO NOTHING";
        let image = &self.image;
        let content = self.content.as_ref();
        let added = connection.prepare_cached(INSERT)?.execute(named_params! {
            ":id": image.id.as_str(),
            ":file_name": image.file_name,
            ":metadata": image.metadata.to_string(),
            ":creator": image.creator,
            ":uploaded": image.uploaded.as_millisecond(),
            ":require_signed_urls": image.require_signed_urls,
            ":hash": content.map(|content| content.hash.0),
            ":size": content.map(|content| content.size_bytes),
            ":media_type": content.map(|content| &content.media_type),
            ":expires": self.expires.map(Timestamp::as_millisecond),
        })?;
        Ok(if added == 1 {
            Stored::Yes(Box::new(self))
        } else {
            Stored::Conflict
        })
    }
}

/// Whether a record names these bytes.
pub(super) fn names(connection: &Connection, hash: ContentHash) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT 1 FROM images WHERE content_hash = :hash LIMIT 1")?
        .exists(named_params! {":hash": hash.0})
}

/// Frees the ids of drafts that expired long enough ago.
fn forget_old_drafts(connection: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "DELETE FROM images WHERE content_hash IS NULL AND expires_ms <= :expired_before",
        )?
        .execute(named_params! {":expired_before": (now - DRAFT_REST).as_millisecond()})?;
    Ok(())
}
