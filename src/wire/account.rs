//! What belongs to the account: keys, counts, switches, tokens.

use serde::{Deserialize, Serialize};

/// A signing key.
///
/// No `Debug`: the value is a secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyDocument {
    /// Its name.
    pub name: String,
    /// Its text.
    pub value: String,
}

/// All signing keys of the account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeysDocument {
    /// The keys.
    pub keys: Vec<KeyDocument>,
}

/// How many images there are and may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatsDocument {
    /// The numbers.
    pub count: CountDocument,
}

/// The numbers of [`StatsDocument`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountDocument {
    /// Images stored.
    pub current: u64,
    /// Images allowed.
    pub allowed: u64,
}

/// Switches of the account; a PATCH names those that change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigDocument {
    /// Whether options may stand in URLs in place of a variant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flexible_variants: Option<bool>,
    /// How long browsers keep renditions, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub browser_ttl: Option<u32>,
    /// Whether C2PA data survive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preserve_content_credentials: Option<bool>,
}

/// A token for the batch host.
///
/// No `Debug`: the token is a secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchTokenDocument {
    /// The token.
    pub token: String,
    /// Until when it works, RFC 3339 with up to nanoseconds.
    pub expires_at: jiff::Timestamp,
}

/// What token verify answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenStatusDocument {
    /// The token's id (not the token).
    pub id: String,
    /// `active`, `disabled` or `expired`.
    pub status: String,
    /// When it begins to work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<jiff::Timestamp>,
    /// When it stops working.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<jiff::Timestamp>,
}
