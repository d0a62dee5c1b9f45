//! Delivery URLs: where a rendition is fetched, and how ids are written in paths.
//!
//! An id is written differently in the two places: in API paths it is one segment (`/` becomes
//! `%2F`), in delivery paths its slashes stand as they are.

use std::fmt;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::{ImageId, VariantId};

/// The account's name in delivery URLs: 22 base64url characters, case-sensitive.
///
/// No endpoint returns it; it is learned from any delivery or upload URL of the account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AccountHash(String);

impl AccountHash {
    /// A hash as it was stored or served.
    pub fn from_server(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Finds the hash in a delivery URL, on the delivery host or on a custom domain.
    ///
    /// ```
    /// # use lenticular::model::AccountHash;
    /// let hash = AccountHash::from_url("https://imagedelivery.net/Vi7wi5KSItxGFsWRG2Us6Q/logo/public");
    /// assert_eq!(hash.unwrap().as_str(), "Vi7wi5KSItxGFsWRG2Us6Q");
    /// ```
    #[must_use]
    pub fn from_url(url: &str) -> Option<Self> {
        let url = url::Url::parse(url).ok()?;
        let path = url.path().trim_start_matches('/');
        let path = path.strip_prefix("cdn-cgi/imagedelivery/").unwrap_or(path);
        let first = path.split('/').next()?;
        (!first.is_empty()).then(|| Self(first.to_owned()))
    }

    /// The hash as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a path segment of the API leaves unescaped: the unreserved characters and the
/// sub-delimiters that the official clients leave as they are.
const API_SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'+');

/// As [`API_SEGMENT`], but slashes and plus signs stand as they are.
const DELIVERY_PATH: &AsciiSet = &API_SEGMENT.remove(b'/').remove(b'+');

/// An id as one segment of an API path.
///
/// ```
/// # use lenticular::model::{ImageId, delivery::api_segment};
/// assert_eq!(api_segment(&ImageId::from_server("50%/a b")), "50%25%2Fa%20b");
/// ```
#[must_use]
pub fn api_segment(id: &ImageId) -> String {
    utf8_percent_encode(id.as_str(), API_SEGMENT).to_string()
}

/// An id as the middle of a delivery path.
///
/// ```
/// # use lenticular::model::{ImageId, delivery::delivery_path};
/// assert_eq!(delivery_path(&ImageId::from_server("50%/a b")), "50%25/a%20b");
/// ```
#[must_use]
pub fn delivery_path(id: &ImageId) -> String {
    utf8_percent_encode(id.as_str(), DELIVERY_PATH).to_string()
}

/// Where a rendition of an image is fetched, without a signature.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DeliveryUrl {
    base: String,
    path: String,
}

impl DeliveryUrl {
    /// The URL of a named variant. `base` is the origin, e.g. `https://imagedelivery.net`.
    #[must_use]
    pub fn of_variant(
        base: &str,
        hash: &AccountHash,
        image: &ImageId,
        variant: &VariantId,
    ) -> Self {
        Self::with_tail(base, hash, image, variant.as_str())
    }

    /// The URL of flexible options as they are written in URLs, e.g. `w=400,fit=cover`.
    #[must_use]
    pub fn of_options(base: &str, hash: &AccountHash, image: &ImageId, options: &str) -> Self {
        Self::with_tail(base, hash, image, options)
    }

    fn with_tail(base: &str, hash: &AccountHash, image: &ImageId, tail: &str) -> Self {
        Self {
            base: base.trim_end_matches('/').to_owned(),
            path: format!("/{hash}/{}/{tail}", delivery_path(image)),
        }
    }

    /// The percent-encoded path, from the first slash on: what is signed.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The origin, without a slash at its end.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }
}

impl fmt::Display for DeliveryUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.base, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_hash_is_learned_from_any_delivery_url() {
        let hash = |url| AccountHash::from_url(url).map(|hash| hash.0);
        assert_eq!(
            hash("https://example.com/cdn-cgi/imagedelivery/abc/x/public").as_deref(),
            Some("abc")
        );
        assert_eq!(
            hash("https://upload.imagedelivery.net/abc/id").as_deref(),
            Some("abc")
        );
        assert_eq!(hash("https://imagedelivery.net"), None);
        assert_eq!(hash("nonsense"), None);
    }
}
