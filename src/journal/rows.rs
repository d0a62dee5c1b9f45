//! Operations and items as rows, and rows as items.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, Row, ToSql, Transaction, named_params};

use super::{JournalError, Result};
use crate::model::{
    ByteSize, ContentHash, ImageId, Item, ItemId, Metadata, NewItem, OperationId, Phase, Problem,
    ProfileId, Reservation, Secret, Source,
};

/// The columns of an item; [`item_from_row`] reads them by their names.
pub(super) const COLUMNS: &str = "
    id, operation, source_kind, source, file_name, size_bytes, content_hash, wanted_id, metadata,
    require_signed_urls, creator, attempts, phase, reserved_id, upload_url, expires_us, image_id,
    at_us, problem_what, problem_unaffected, problem_hint, problem_code, problem_can_retry,
    retry_at_us";

/// How a phase is called in its column.
pub(super) const fn phase_word(phase: &Phase) -> &'static str {
    match phase {
        Phase::Queued => "queued",
        Phase::Reserved(_) => "reserved",
        Phase::Sending(_) => "sending",
        Phase::InDoubt(_) => "in_doubt",
        Phase::Done { .. } => "done",
        Phase::Failed { .. } => "failed",
        Phase::Paused => "paused",
        Phase::Duplicate { .. } => "duplicate",
        Phase::Cancelled => "cancelled",
    }
}

/// Reads a row that was selected with [`COLUMNS`].
pub(super) fn item_from_row(row: &Row<'_>) -> rusqlite::Result<Item> {
    let metadata: String = row.get("metadata")?;
    let metadata = serde_json::from_str(&metadata)
        .map(Metadata::from_object)
        .map_err(|error| damaged(row, "metadata", &error.to_string()))?;
    let hash: Option<Vec<u8>> = row.get("content_hash")?;
    let content_hash = hash
        .map(|bytes| <[u8; 32]>::try_from(bytes).map(ContentHash))
        .transpose()
        .map_err(|bytes| damaged(row, "content_hash", &format!("{} bytes", bytes.len())))?;
    let size: i64 = row.get("size_bytes")?;
    Ok(Item {
        id: ItemId(row.get("id")?),
        operation: OperationId(row.get("operation")?),
        what: NewItem {
            source: source_from_row(row)?,
            file_name: row.get("file_name")?,
            size: ByteSize(size.cast_unsigned()),
            content_hash,
            wanted_id: row
                .get::<_, Option<String>>("wanted_id")?
                .map(ImageId::from_server),
            metadata,
            require_signed_urls: row.get("require_signed_urls")?,
            creator: row.get("creator")?,
            phase: phase_from_row(row)?,
        },
        attempts: row.get("attempts")?,
    })
}

pub(super) fn source_from_row(row: &Row<'_>) -> rusqlite::Result<Source> {
    let kind: String = row.get("source_kind")?;
    let bytes: Vec<u8> = row.get("source")?;
    match kind.as_str() {
        "file" => Ok(Source::File(path_from_bytes(bytes))),
        "pasted" => Ok(Source::Pasted(path_from_bytes(bytes))),
        "url" => match String::from_utf8(bytes) {
            Ok(url) => Ok(Source::Url(url)),
            Err(error) => Err(damaged(row, "source", &error.utf8_error().to_string())),
        },
        other => Err(damaged(row, "source_kind", other)),
    }
}

fn phase_from_row(row: &Row<'_>) -> rusqlite::Result<Phase> {
    let word: String = row.get("phase")?;
    Ok(match word.as_str() {
        "queued" => Phase::Queued,
        "reserved" => match reservation_from_row(row)? {
            Some(reservation) => Phase::Reserved(reservation),
            None => return Err(damaged(row, "phase", "reserved without a reservation")),
        },
        "sending" => Phase::Sending(reservation_from_row(row)?),
        "in_doubt" => Phase::InDoubt(reservation_from_row(row)?),
        "done" => Phase::Done {
            id: ImageId::from_server(row.get::<_, String>("image_id")?),
            at: time_from_row(row, "at_us")?,
        },
        "failed" => Phase::Failed {
            problem: Problem {
                what: row.get("problem_what")?,
                unaffected: row.get("problem_unaffected")?,
                hint: row.get("problem_hint")?,
                code: row.get("problem_code")?,
                can_retry: row.get("problem_can_retry")?,
            },
            retry_at: optional_time_from_row(row, "retry_at_us")?,
        },
        "paused" => Phase::Paused,
        "duplicate" => Phase::Duplicate {
            of: ImageId::from_server(row.get::<_, String>("image_id")?),
            at: time_from_row(row, "at_us")?,
        },
        "cancelled" => Phase::Cancelled,
        other => return Err(damaged(row, "phase", other)),
    })
}

/// The reservation that an item has, whatever its phase.
pub(super) fn reservation_from_row(row: &Row<'_>) -> rusqlite::Result<Option<Reservation>> {
    let Some(id) = row.get::<_, Option<String>>("reserved_id")? else {
        return Ok(None);
    };
    Ok(Some(Reservation {
        id: ImageId::from_server(id),
        url: Secret::new(row.get("upload_url")?),
        expires: time_from_row(row, "expires_us")?,
    }))
}

pub(super) fn time_from_row(row: &Row<'_>, column: &'static str) -> rusqlite::Result<Timestamp> {
    Timestamp::from_microsecond(row.get(column)?)
        .map_err(|error| damaged(row, column, &error.to_string()))
}

pub(super) fn optional_time_from_row(
    row: &Row<'_>,
    column: &'static str,
) -> rusqlite::Result<Option<Timestamp>> {
    row.get::<_, Option<i64>>(column)?
        .map(Timestamp::from_microsecond)
        .transpose()
        .map_err(|error| damaged(row, column, &error.to_string()))
}

pub(super) fn damaged(row: &Row<'_>, column: &str, why: &str) -> rusqlite::Error {
    let index = row.as_ref().column_index(column).unwrap_or_default();
    let error = JournalError::Damaged(format!("{column}: {why}"));
    rusqlite::Error::FromSqlConversionFailure(index, Type::Text, Box::new(error))
}

/// A source as its two columns have it: `source_kind` and `source`.
pub(super) fn source_to_columns(source: &Source) -> Result<(&'static str, Vec<u8>)> {
    Ok(match source {
        Source::File(path) => ("file", bytes_from_path(path)?),
        Source::Pasted(path) => ("pasted", bytes_from_path(path)?),
        Source::Url(url) => ("url", url.as_bytes().to_vec()),
    })
}

/// Writes a new operation; says which number it got.
pub(super) fn insert_operation(
    connection: &Connection,
    profile: &ProfileId,
    label: &str,
    created: Timestamp,
) -> Result<OperationId> {
    connection.execute(
        "INSERT INTO operations (profile, label, created_us) VALUES (:profile, :label, :created)",
        named_params! {
            ":profile": profile.as_str(),
            ":label": label,
            ":created": created.as_microsecond(),
        },
    )?;
    Ok(OperationId(connection.last_insert_rowid()))
}

/// Writes a new item; says which number it got.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    profile: &ProfileId,
    operation: OperationId,
    item: &NewItem,
) -> Result<ItemId> {
    let (kind, source) = source_to_columns(&item.source)?;
    let mut statement = transaction.prepare_cached(
        "INSERT INTO items (operation, profile, source_kind, source, file_name, size_bytes,
             content_hash, wanted_id, metadata, require_signed_urls, creator, phase)
         VALUES (:operation, :profile, :kind, :source, :file_name, :size,
             :hash, :wanted_id, :metadata, :signed, :creator, 'queued')",
    )?;
    statement.execute(named_params! {
        ":operation": operation.0,
        ":profile": profile.as_str(),
        ":kind": kind,
        ":source": source,
        ":file_name": item.file_name,
        ":size": item.size.0.cast_signed(),
        ":hash": item.content_hash.as_ref().map(|hash| hash.0.as_slice()),
        ":wanted_id": item.wanted_id.as_ref().map(ImageId::as_str),
        ":metadata": item.metadata.to_string(),
        ":signed": item.require_signed_urls,
        ":creator": item.creator,
    })?;
    let id = ItemId(transaction.last_insert_rowid());
    if item.phase != Phase::Queued {
        write_phase(transaction, id, &item.phase, None)?;
    }
    Ok(id)
}

/// Writes a phase with everything that belongs to it, and clears what belongs to other phases.
///
/// `kept` is the reservation that the item has so far: it stays with an item that failed, was
/// paused or was cancelled.
pub(super) fn write_phase(
    transaction: &Transaction<'_>,
    id: ItemId,
    phase: &Phase,
    kept: Option<&Reservation>,
) -> Result<()> {
    let reservation = match phase {
        Phase::Reserved(reservation) => Some(reservation),
        Phase::Sending(reservation) | Phase::InDoubt(reservation) => reservation.as_ref(),
        Phase::Failed { .. } | Phase::Paused | Phase::Cancelled => kept,
        Phase::Queued | Phase::Done { .. } | Phase::Duplicate { .. } => None,
    };
    let (image, at) = match phase {
        Phase::Done { id, at } | Phase::Duplicate { of: id, at } => (Some(id), Some(*at)),
        _ => (None, None),
    };
    let (problem, retry_at) = match phase {
        Phase::Failed { problem, retry_at } => (Some(problem), *retry_at),
        _ => (None, None),
    };
    let mut statement = transaction.prepare_cached(
        "UPDATE items SET phase = :phase, was_cut_off = 0,
             reserved_id = :reserved_id, upload_url = :upload_url, expires_us = :expires,
             image_id = :image_id, at_us = :at,
             problem_what = :what, problem_unaffected = :unaffected, problem_hint = :hint,
             problem_code = :code, problem_can_retry = :can_retry, retry_at_us = :retry_at
         WHERE id = :id",
    )?;
    statement.execute(named_params! {
        ":id": id.0,
        ":phase": phase_word(phase),
        ":reserved_id": reservation.map(|reservation| reservation.id.as_str()),
        ":upload_url": reservation.map(|reservation| reservation.url.expose().as_str()),
        ":expires": reservation.map(|reservation| reservation.expires.as_microsecond()),
        ":image_id": image.map(ImageId::as_str),
        ":at": at.map(Timestamp::as_microsecond),
        ":what": problem.map(|problem| problem.what.as_str()),
        ":unaffected": problem.and_then(|problem| problem.unaffected.as_deref()),
        ":hint": problem.and_then(|problem| problem.hint.as_deref()),
        ":code": problem.and_then(|problem| problem.code),
        ":can_retry": problem.map(|problem| problem.can_retry),
        ":retry_at": retry_at.map(Timestamp::as_microsecond),
    })?;
    Ok(())
}

/// The items under a condition, which may end in an order and a limit.
pub(super) fn select_items(
    connection: &Connection,
    condition: &str,
    parameters: &[(&str, &dyn ToSql)],
) -> Result<Vec<Item>> {
    let sql = format!("SELECT {COLUMNS} FROM items WHERE {condition}");
    let mut statement = connection.prepare_cached(&sql)?;
    let items = statement.query_map(parameters, item_from_row)?;
    Ok(items.collect::<rusqlite::Result<_>>()?)
}

/// A path as the system has it: on Unix any bytes, elsewhere Unicode.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "it can fail on other systems")]
fn bytes_from_path(path: &Path) -> Result<Vec<u8>> {
    use std::os::unix::ffi::OsStrExt as _;
    Ok(path.as_os_str().as_bytes().to_vec())
}

#[cfg(unix)]
fn path_from_bytes(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt as _;
    PathBuf::from(std::ffi::OsString::from_vec(bytes))
}

/// A path as the system has it: on Unix any bytes, elsewhere Unicode.
#[cfg(not(unix))]
fn bytes_from_path(path: &Path) -> Result<Vec<u8>> {
    match path.to_str() {
        Some(text) => Ok(text.as_bytes().to_vec()),
        None => Err(JournalError::Damaged("the path is not Unicode".to_owned())),
    }
}

#[cfg(not(unix))]
fn path_from_bytes(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(&bytes).into_owned())
}
