//! Profiles: what can be opened, an account or a local library.

use std::fmt;
use std::path::PathBuf;

use super::AccountHash;

/// The id of a Cloudflare account: 32 lower-case hex digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AccountId(String);

/// The text is not 32 hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an account ID has 32 digits and letters from a to f")]
pub struct AccountIdError;

impl AccountId {
    /// Reads an account id; surrounding space and upper case are forgiven.
    ///
    /// # Errors
    /// [`AccountIdError`] when it is not 32 hex digits.
    pub fn parse(text: &str) -> Result<Self, AccountIdError> {
        let text = text.trim().to_ascii_lowercase();
        if text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
            Ok(Self(text))
        } else {
            Err(AccountIdError)
        }
    }

    /// A fresh account id, for a new local library.
    #[must_use]
    pub fn generated() -> Self {
        Self(uuid::Uuid::new_v4().simple().to_string())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Names a profile in files, in the journal and in the keyring; never shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProfileId(String);

impl ProfileId {
    /// A profile id read back from where it was stored.
    pub fn from_stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// A fresh id.
    #[must_use]
    pub fn generated() -> Self {
        Self(uuid::Uuid::new_v4().simple().to_string())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A saved account or local library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Names it in files.
    pub id: ProfileId,
    /// What a person calls it.
    pub name: String,
    /// What it opens.
    pub kind: ProfileKind,
}

/// What a profile opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProfileKind {
    /// An account at Cloudflare, or at any server that speaks the same API.
    Account {
        /// The account.
        account_id: AccountId,
        /// The API's base URL when it is not Cloudflare's, e.g. `http://127.0.0.1:8787/client/v4`.
        api_base: Option<String>,
        /// Its delivery hash, once it was learned from a URL.
        account_hash: Option<AccountHash>,
    },
    /// A folder on this computer, served by the embedded server.
    Library {
        /// The folder.
        folder: PathBuf,
    },
}

impl Profile {
    /// Whether it is a local library.
    #[must_use]
    pub const fn is_library(&self) -> bool {
        matches!(self.kind, ProfileKind::Library { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_account_id_is_forgiven_its_spaces_and_capitals() {
        let id = AccountId::parse(" 023E105F4ECEF8AD9CA31A8372D0C353\n").unwrap();
        assert_eq!(id.as_str(), "023e105f4ecef8ad9ca31a8372d0c353");
        assert_eq!(AccountId::parse("9f0c…"), Err(AccountIdError));
    }
}
