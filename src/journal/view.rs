//! What the list of uploads shows.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, named_params};

use super::rows::{self, item_from_row, time_from_row};
use super::{Journal, JournalError, Result};
use crate::model::{ByteSize, Item, ItemId, OperationId, ProfileId};

/// How many items of a profile are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Waiting for their turn.
    pub queued: usize,
    /// Reserved, sending or in doubt.
    pub active: usize,
    /// Uploaded.
    pub done: usize,
    /// Failed, and a person has to decide.
    pub failed: usize,
    /// Failed, and tried again by themselves.
    pub waiting_retry: usize,
    /// Held back one by one.
    pub paused: usize,
    /// Their bytes are already in the account.
    pub duplicates: usize,
    /// Given up.
    pub cancelled: usize,
    /// The bytes of all that is uploaded or shall still be.
    pub bytes_total: ByteSize,
    /// The bytes of what is uploaded.
    pub bytes_done: ByteSize,
    /// Whether the whole queue is held.
    pub is_paused: bool,
}

/// One gesture, as the journal keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Its number.
    pub id: OperationId,
    /// What it is called.
    pub label: String,
    /// When it was made.
    pub created: Timestamp,
}

impl Journal {
    /// The items of a profile in the order in which they were accepted, `limit` from `offset` on.
    ///
    /// # Errors
    /// [`JournalError`] when it could not be read.
    pub fn items(&self, profile: &ProfileId, offset: usize, limit: usize) -> Result<Vec<Item>> {
        let whole = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        rows::select_items(
            &self.state().connection,
            "profile = :profile ORDER BY id LIMIT :limit OFFSET :offset",
            named_params! {
                ":profile": profile.as_str(),
                ":limit": whole(limit),
                ":offset": whole(offset),
            },
        )
    }
    /// The item with that number; `None` when it was cleared.
    ///
    /// # Errors
    /// [`JournalError`] when it could not be read.
    pub fn item(&self, id: ItemId) -> Result<Option<Item>> {
        let state = self.state();
        let sql = format!("SELECT {} FROM items WHERE id = :id", rows::COLUMNS);
        let mut statement = state.connection.prepare_cached(&sql)?;
        let item = statement
            .query_row(named_params! { ":id": id.0 }, item_from_row)
            .optional()?;
        Ok(item)
    }

    /// How many items are in which state.
    ///
    /// # Errors
    /// [`JournalError`] when it could not be read.
    pub fn counts(&self, profile: &ProfileId) -> Result<Counts> {
        let state = self.state();
        let mut counts = Counts {
            is_paused: super::queue::is_paused(&state.connection, profile)?,
            ..Counts::default()
        };
        let mut statement = state.connection.prepare_cached(
            "SELECT phase, retry_at_us IS NOT NULL AS retries, count(*) AS items,
                    sum(size_bytes) AS bytes
             FROM items WHERE profile = :profile GROUP BY phase, retries",
        )?;
        let mut found = statement.query(named_params! { ":profile": profile.as_str() })?;
        while let Some(row) = found.next()? {
            let items = row.get::<_, u32>("items")? as usize;
            let bytes = row.get::<_, i64>("bytes")?.cast_unsigned();
            let phase: String = row.get("phase")?;
            let place = match (phase.as_str(), row.get("retries")?) {
                ("queued", _) => &mut counts.queued,
                ("reserved" | "sending" | "in_doubt", _) => &mut counts.active,
                ("done", _) => &mut counts.done,
                ("failed", true) => &mut counts.waiting_retry,
                ("failed", false) => &mut counts.failed,
                ("paused", _) => &mut counts.paused,
                ("duplicate", _) => &mut counts.duplicates,
                ("cancelled", _) => &mut counts.cancelled,
                (other, _) => return Err(JournalError::Damaged(format!("phase: {other}"))),
            };
            *place += items;
            match (phase.as_str(), row.get("retries")?) {
                ("done", _) => {
                    counts.bytes_done.0 += bytes;
                    counts.bytes_total.0 += bytes;
                }
                ("failed", false) | ("duplicate" | "cancelled", _) => {}
                _ => counts.bytes_total.0 += bytes,
            }
        }
        Ok(counts)
    }

    /// The operations of a profile, the oldest first.
    ///
    /// # Errors
    /// [`JournalError`] when it could not be read.
    pub fn operations(&self, profile: &ProfileId) -> Result<Vec<Operation>> {
        let state = self.state();
        let mut statement = state.connection.prepare_cached(
            "SELECT id, label, created_us FROM operations WHERE profile = :profile ORDER BY id",
        )?;
        let operations =
            statement.query_map(named_params! { ":profile": profile.as_str() }, |row| {
                Ok(Operation {
                    id: OperationId(row.get("id")?),
                    label: row.get("label")?,
                    created: time_from_row(row, "created_us")?,
                })
            })?;
        Ok(operations.collect::<rusqlite::Result<_>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use crate::model::{ByteSize, Phase};

    #[test]
    fn the_list_says_how_many_and_how_much() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal_in(folder.path());
        let ids = add(&journal, 6);
        journal.set_phase(ids[0], &Phase::Sending(None)).unwrap();
        journal.set_phase(ids[0], &done()).unwrap();
        journal.set_phase(ids[1], &Phase::Sending(None)).unwrap();
        journal.set_phase(ids[2], &failed(None)).unwrap();
        journal.set_phase(ids[3], &failed(Some(at(9)))).unwrap();
        journal.cancel(&ids[4..5]).unwrap();
        let counts = journal.counts(&profile()).unwrap();
        assert_eq!(
            (
                counts.done,
                counts.active,
                counts.failed,
                counts.waiting_retry
            ),
            (1, 1, 1, 1)
        );
        assert_eq!((counts.cancelled, counts.queued, counts.paused), (1, 1, 0));
        assert_eq!(counts.bytes_done, ByteSize(1000));
        assert_eq!(counts.bytes_total, ByteSize(4000));
        let middle = journal.items(&profile(), 2, 2).unwrap();
        assert_eq!([middle[0].id, middle[1].id], [ids[2], ids[3]]);
    }
}
