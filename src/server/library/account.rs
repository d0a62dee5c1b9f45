//! What the account has beside its images: identity, switches, variants, keys, the count.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::random_bytes;
use super::records::time;
use crate::model::{
    AccountHash, AccountId, Fit, KeyName, MetadataPolicy, Secret, SigningKey, Variant, VariantId,
    VariantOptions,
};

/// The account's switches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) flexible_variants: bool,
    pub(crate) preserve_content_credentials: bool,
    pub(crate) browser_ttl_secs: Option<u32>,
}

/// How a change of a variant ended.
#[derive(Clone, Debug)]
pub(crate) enum VariantChange {
    /// As it is now.
    Done(Variant),
    /// There is no such variant, or there is one already.
    No,
    /// The account has as many as it may.
    Full,
}

/// How a change of a key ended.
#[derive(Clone, Debug)]
pub(crate) enum KeyChange {
    /// All keys that exist now.
    Done(Vec<SigningKey>),
    /// There is no such key.
    Unknown,
    /// The account has as many as it may.
    Full,
}

/// Gives a fresh library its identity, the variant `public` and a signing key.
pub(super) fn prepare(
    connection: &mut Connection,
    account_id: Option<AccountId>,
) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    let exists = transaction.prepare("SELECT 1 FROM account")?.exists([])?;
    if !exists {
        let hash = URL_SAFE_NO_PAD.encode(&random_bytes()[..16]);
        transaction.execute(
            "INSERT INTO account (only_row, account_id, account_hash) VALUES (1, :id, :hash)",
            named_params! {":id": AccountId::generated().as_str(), ":hash": hash},
        )?;
        Variant {
            id: VariantId::public(),
            options: VariantOptions {
                width: Some(1366),
                height: Some(768),
                ..VariantOptions::default()
            },
            never_require_signed_urls: false,
        }
        .save(&transaction)?;
        write_key(&transaction, "default")?;
    }
    if let Some(id) = account_id {
        transaction.execute(
            "UPDATE account SET account_id = :id",
            named_params! {":id": id.as_str()},
        )?;
    }
    transaction.commit()
}

pub(super) fn identity(connection: &Connection) -> rusqlite::Result<(AccountId, AccountHash)> {
    connection.query_row("SELECT account_id, account_hash FROM account", [], |row| {
        let id: String = row.get(0)?;
        let hash: String = row.get(1)?;
        let id = AccountId::parse(&id).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(
                0,
                rusqlite::types::Type::Text,
                Box::new(error),
            )
        })?;
        Ok((id, AccountHash::from_server(hash)))
    })
}

/// Marks a run as begun; whether the one before ended well.
pub(super) fn begin(connection: &Connection) -> rusqlite::Result<bool> {
    let ended_well =
        connection.query_row("SELECT ended_well FROM account", [], |row| row.get(0))?;
    connection.execute("UPDATE account SET ended_well = 0", [])?;
    Ok(ended_well)
}

pub(super) fn end(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute("UPDATE account SET ended_well = 1", [])?;
    Ok(())
}

/// The time of the next upload: now, but always later than the one before, so that the order of
/// the list is the order of arrival even within a millisecond and when the clock is set back.
pub(super) fn next_upload_time(
    connection: &Connection,
    now: Timestamp,
) -> rusqlite::Result<Timestamp> {
    connection
        .prepare_cached(
            "UPDATE account SET last_upload_ms = max(last_upload_ms + 1, :now)
             RETURNING last_upload_ms",
        )?
        .query_row(named_params! {":now": now.as_millisecond()}, |row| {
            row.get(0).map(time)
        })
}

impl Account {
    /// The switches as they are.
    pub(crate) fn load(connection: &Connection) -> rusqlite::Result<Self> {
        connection
            .prepare_cached(
                "SELECT flexible_variants, preserve_content_credentials, browser_ttl_secs
                 FROM account",
            )?
            .query_row([], |row| {
                Ok(Self {
                    flexible_variants: row.get(0)?,
                    preserve_content_credentials: row.get(1)?,
                    browser_ttl_secs: row.get(2)?,
                })
            })
    }

    /// Stores the switches.
    pub(crate) fn save(self, connection: &Connection) -> rusqlite::Result<()> {
        connection.execute(
            "UPDATE account SET flexible_variants = :flexible,
                preserve_content_credentials = :credentials, browser_ttl_secs = :ttl",
            named_params! {
                ":flexible": self.flexible_variants,
                ":credentials": self.preserve_content_credentials,
                ":ttl": self.browser_ttl_secs,
            },
        )?;
        Ok(())
    }

    /// Whether no further image may be stored.
    pub(crate) fn is_full(
        connection: &Connection,
        capacity: Option<u64>,
    ) -> rusqlite::Result<bool> {
        match capacity {
            Some(capacity) => Ok(Self::image_count(connection)? >= capacity),
            None => Ok(false),
        }
    }

    /// How many bytes the originals take on the disk: equal ones lie there once.
    pub(crate) fn stored_bytes(connection: &Connection) -> rusqlite::Result<u64> {
        const SUM: &str = "
            SELECT coalesce(sum(bytes), 0) FROM (
                SELECT max(size_bytes) AS bytes FROM images
                WHERE content_hash IS NOT NULL GROUP BY content_hash)";
        let bytes: i64 = connection.prepare(SUM)?.query_row([], |row| row.get(0))?;
        Ok(bytes.unsigned_abs())
    }

    /// How many images there are, drafts not counted.
    pub(crate) fn image_count(connection: &Connection) -> rusqlite::Result<u64> {
        let count: i64 = connection
            .prepare_cached("SELECT image_count FROM account")?
            .query_row([], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }
}

const VARIANT_COLUMNS: &str =
    "id, fit, width, height, metadata, blur, browser_ttl_secs, never_require_signed_urls";

fn variant_from_row(row: &Row<'_>) -> rusqlite::Result<Variant> {
    let fit: String = row.get("fit")?;
    let metadata: String = row.get("metadata")?;
    Ok(Variant {
        id: VariantId::from_server(row.get::<_, String>("id")?),
        options: VariantOptions {
            fit: Fit::from_word(&fit).unwrap_or_default(),
            width: row.get("width")?,
            height: row.get("height")?,
            metadata: MetadataPolicy::from_word(&metadata).unwrap_or_default(),
            blur: row.get("blur")?,
            browser_ttl_secs: row.get("browser_ttl_secs")?,
        },
        never_require_signed_urls: row.get("never_require_signed_urls")?,
    })
}

impl Variant {
    /// All variants, by name.
    pub(crate) fn all(connection: &Connection) -> rusqlite::Result<Vec<Self>> {
        connection
            .prepare_cached(&format!(
                "SELECT {VARIANT_COLUMNS} FROM variants ORDER BY id"
            ))?
            .query_map([], variant_from_row)?
            .collect()
    }

    /// The names of all variants.
    pub(crate) fn ids(connection: &Connection) -> rusqlite::Result<Vec<VariantId>> {
        connection
            .prepare_cached("SELECT id FROM variants ORDER BY id")?
            .query_map([], |row| {
                row.get::<_, String>(0).map(VariantId::from_server)
            })?
            .collect()
    }

    /// The variant with that name.
    pub(crate) fn find(connection: &Connection, id: &str) -> rusqlite::Result<Option<Self>> {
        connection
            .prepare_cached(&format!(
                "SELECT {VARIANT_COLUMNS} FROM variants WHERE id = :id"
            ))?
            .query_row(named_params! {":id": id}, variant_from_row)
            .optional()
    }

    /// Adds it, unless the name is taken or there are too many.
    pub(crate) fn add(self, connection: &Connection) -> rusqlite::Result<VariantChange> {
        if Self::find(connection, self.id.as_str())?.is_some() {
            return Ok(VariantChange::No);
        }
        if Self::ids(connection)?.len() >= Self::MAX_PER_ACCOUNT {
            return Ok(VariantChange::Full);
        }
        self.save(connection)?;
        Ok(VariantChange::Done(self))
    }

    /// Writes it, in place of one with the same name.
    pub(crate) fn save(&self, connection: &Connection) -> rusqlite::Result<()> {
        const SAVE: &str = "
            INSERT OR REPLACE INTO variants (id, fit, width, height, metadata, blur,
                browser_ttl_secs, never_require_signed_urls)
            VALUES (:id, :fit, :width, :height, :metadata, :blur, :ttl, :never)";
        let options = &self.options;
        connection.execute(
            SAVE,
            named_params! {
                ":id": self.id.as_str(),
                ":fit": options.fit.as_str(),
                ":width": options.width,
                ":height": options.height,
                ":metadata": options.metadata.as_str(),
                ":blur": options.blur,
                ":ttl": options.browser_ttl_secs,
                ":never": self.never_require_signed_urls,
            },
        )?;
        Ok(())
    }

    /// Deletes it; whether there was one.
    pub(crate) fn remove(connection: &Connection, id: &str) -> rusqlite::Result<bool> {
        let removed = connection.execute(
            "DELETE FROM variants WHERE id = :id",
            named_params! {":id": id},
        )?;
        Ok(removed == 1)
    }
}

impl SigningKey {
    /// All keys, `default` first.
    pub(crate) fn all(connection: &Connection) -> rusqlite::Result<Vec<Self>> {
        connection
            .prepare_cached(
                "SELECT name, value FROM signing_keys ORDER BY name <> 'default', name",
            )?
            .query_map([], |row| {
                Ok(Self {
                    name: KeyName::from_server(row.get::<_, String>(0)?),
                    value: Secret::new(row.get(1)?),
                })
            })?
            .collect()
    }

    /// Makes a key; an existing name gets a new value, and old signatures die.
    pub(crate) fn make(connection: &Connection, name: &KeyName) -> rusqlite::Result<KeyChange> {
        let keys = Self::all(connection)?;
        let is_new = keys.iter().all(|key| key.name != *name);
        if is_new && keys.len() >= Self::MAX_PER_ACCOUNT {
            return Ok(KeyChange::Full);
        }
        write_key(connection, name.as_str())?;
        Ok(KeyChange::Done(Self::all(connection)?))
    }

    /// Deletes a key. The last one gives way to a fresh `default`: an account is never without.
    pub(crate) fn remove(connection: &Connection, name: &str) -> rusqlite::Result<KeyChange> {
        let removed = connection.execute(
            "DELETE FROM signing_keys WHERE name = :name",
            named_params! {":name": name},
        )?;
        if removed == 0 {
            return Ok(KeyChange::Unknown);
        }
        if Self::all(connection)?.is_empty() {
            write_key(connection, "default")?;
        }
        Ok(KeyChange::Done(Self::all(connection)?))
    }
}

fn write_key(connection: &Connection, name: &str) -> rusqlite::Result<()> {
    connection.execute(
        "INSERT OR REPLACE INTO signing_keys (name, value) VALUES (:name, :value)",
        named_params! {":name": name, ":value": STANDARD.encode(random_bytes())},
    )?;
    Ok(())
}
