//! Which bytes are in the account already, as far as they came by this program.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Transaction, named_params};

use super::rows::time_from_row;
use super::{Journal, Result};
use crate::model::{ContentHash, ImageId, Item, ItemId, ProfileId};

impl Journal {
    /// The image that holds these bytes, and when it was uploaded; the latest if there are several.
    ///
    /// # Errors
    /// [`super::JournalError`] when it could not be read.
    pub fn find_uploaded(
        &self,
        profile: &ProfileId,
        hash: &ContentHash,
    ) -> Result<Option<(ImageId, Timestamp)>> {
        find(&self.state().connection, profile, hash)
    }

    /// The image that already holds the item's bytes; `None` also when the person said to upload
    /// it anyway.
    ///
    /// # Errors
    /// [`super::JournalError`] when it could not be read.
    pub fn duplicate_of(
        &self,
        profile: &ProfileId,
        item: &Item,
    ) -> Result<Option<(ImageId, Timestamp)>> {
        let state = self.state();
        let Some(hash) = &item.what.content_hash else {
            return Ok(None);
        };
        if accepts_duplicate(&state.connection, item.id)?.unwrap_or(false) {
            return Ok(None);
        }
        find(&state.connection, profile, hash)
    }

    /// Says that an image is gone from the account: the same bytes are no duplicate any more.
    ///
    /// # Errors
    /// [`super::JournalError`] when it could not be written.
    pub fn forget_image(&self, profile: &ProfileId, image: &ImageId) -> Result<()> {
        self.state().connection.execute(
            "DELETE FROM uploaded WHERE profile = :profile AND image_id = :image",
            named_params! { ":profile": profile.as_str(), ":image": image.as_str() },
        )?;
        Ok(())
    }
}

fn find(
    connection: &Connection,
    profile: &ProfileId,
    hash: &ContentHash,
) -> Result<Option<(ImageId, Timestamp)>> {
    let mut statement = connection.prepare_cached(
        "SELECT image_id, at_us FROM uploaded
         WHERE profile = :profile AND content_hash = :hash ORDER BY at_us DESC LIMIT 1",
    )?;
    let found = statement
        .query_row(
            named_params! { ":profile": profile.as_str(), ":hash": hash.0.as_slice() },
            |row| {
                let image = ImageId::from_server(row.get::<_, String>("image_id")?);
                Ok((image, time_from_row(row, "at_us")?))
            },
        )
        .optional()?;
    Ok(found)
}

/// The item's own wish to be uploaded although the bytes are there; `None` when it is gone.
fn accepts_duplicate(connection: &Connection, id: ItemId) -> Result<Option<bool>> {
    let mut statement =
        connection.prepare_cached("SELECT accepts_duplicate FROM items WHERE id = :id")?;
    Ok(statement
        .query_row(named_params! { ":id": id.0 }, |row| {
            row.get("accepts_duplicate")
        })
        .optional()?)
}

/// Notes that an item's bytes are in the account, in the transaction that makes it done.
pub(super) fn remember(
    transaction: &Transaction<'_>,
    id: ItemId,
    image: &ImageId,
    at: Timestamp,
) -> Result<()> {
    let mut statement = transaction.prepare_cached(
        "INSERT OR REPLACE INTO uploaded (profile, content_hash, image_id, at_us)
         SELECT profile, content_hash, :image, :at FROM items
         WHERE id = :id AND content_hash IS NOT NULL",
    )?;
    statement.execute(named_params! {
        ":id": id.0,
        ":image": image.as_str(),
        ":at": at.as_microsecond(),
    })?;
    Ok(())
}
