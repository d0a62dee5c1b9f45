//! Metadata: a JSON object of at most 1,024 bytes, kept in the order it was written.

use std::fmt;

use serde_json::{Map, Value};

/// What an image's owner wrote about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata(Map<String, Value>);

/// Why a text is no metadata.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// Not JSON; with what the parser says and where.
    #[error("this is not valid JSON: {0}")]
    NotJson(String),
    /// JSON, but not an object.
    #[error("metadata must be a JSON object, in braces")]
    NotAnObject,
    /// An object whose compact text is over the limit.
    #[error("metadata has {0} bytes, the limit is 1,024")]
    TooLong(usize),
}

impl Metadata {
    /// The limit, in bytes of UTF-8 of the compact serialization.
    ///
    /// Source: Cloudflare Images documentation, "Limits"; the measured unit is inferred.
    pub const MAX_BYTES: usize = 1024;

    /// Takes an object whatever its length; [`Metadata::check`] says whether it may be sent.
    #[must_use]
    pub const fn from_object(object: Map<String, Value>) -> Self {
        Self(object)
    }

    /// Reads the text of a JSON object.
    ///
    /// # Errors
    /// [`MetadataError`]: not JSON, not an object, or too long.
    pub fn parse(text: &str) -> Result<Self, MetadataError> {
        let value: Value = serde_json::from_str(text)
            .map_err(|error| MetadataError::NotJson(error.to_string()))?;
        let Value::Object(object) = value else {
            return Err(MetadataError::NotAnObject);
        };
        let metadata = Self(object);
        metadata.check()?;
        Ok(metadata)
    }

    /// Whether it is within the limit.
    ///
    /// # Errors
    /// [`MetadataError::TooLong`].
    pub fn check(&self) -> Result<(), MetadataError> {
        let len = self.len_bytes();
        if len > Self::MAX_BYTES {
            Err(MetadataError::TooLong(len))
        } else {
            Ok(())
        }
    }

    /// Bytes of the compact serialization; 0 when there is no field, since nothing is sent then.
    #[must_use]
    pub fn len_bytes(&self) -> usize {
        if self.0.is_empty() {
            0
        } else {
            self.to_string().len()
        }
    }

    /// Whether there is no field.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The object itself.
    #[must_use]
    pub const fn as_object(&self) -> &Map<String, Value> {
        &self.0
    }

    /// The object itself, to edit.
    pub const fn as_object_mut(&mut self) -> &mut Map<String, Value> {
        &mut self.0
    }

    /// The object itself, taken.
    #[must_use]
    pub fn into_object(self) -> Map<String, Value> {
        self.0
    }

    /// The text over several lines, for a person to edit.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "a JSON value always has a text")]
    pub fn to_pretty_string(&self) -> String {
        serde_json::to_string_pretty(&self.0).expect("a JSON value always has a text")
    }
}

/// The compact JSON text.
impl fmt::Display for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(&self.0).expect("a JSON value always has a text"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_an_object_of_at_most_1024_bytes() {
        let of_len = |len: usize| format!("{{\"k\":\"{}\"}}", "a".repeat(len - 8));
        assert_eq!(Metadata::parse(&of_len(1024)).unwrap().len_bytes(), 1024);
        assert_eq!(
            Metadata::parse(&of_len(1025)),
            Err(MetadataError::TooLong(1025))
        );
        assert_eq!(Metadata::parse("[1]"), Err(MetadataError::NotAnObject));
        assert!(matches!(
            Metadata::parse("{\"a\":1,}"),
            Err(MetadataError::NotJson(_))
        ));
    }

    #[test]
    fn fields_keep_the_order_in_which_they_were_written() {
        assert_eq!(
            Metadata::parse(r#"{ "z": 1, "a": 2 }"#)
                .unwrap()
                .to_string(),
            r#"{"z":1,"a":2}"#
        );
    }
}
