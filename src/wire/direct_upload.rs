//! Direct creator uploads.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The answer to a reservation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DirectUploadDocument {
    /// The reserved id.
    pub id: String,
    /// The one-time URL.
    #[serde(rename = "uploadURL")]
    pub upload_url: String,
}

/// A reservation as JSON. The service itself wants a form; the published example is JSON.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DirectUploadRequest {
    /// A custom id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// An object, or its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Value>,
    /// A boolean, or its text.
    #[serde(
        default,
        rename = "requireSignedURLs",
        skip_serializing_if = "Option::is_none"
    )]
    pub require_signed_urls: Option<Value>,
    /// Free text of the uploader.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creator: Option<String>,
    /// Until when the URL works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiry: Option<Timestamp>,
}
