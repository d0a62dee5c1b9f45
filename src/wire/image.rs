//! Images in lists, details, uploads and changes.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::{Image, ImageChange, ImageId, Metadata};

/// An image as every endpoint shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageDocument {
    /// Its id.
    pub id: String,
    /// Name of the uploaded file; `null` while it is a draft.
    #[serde(default)]
    pub filename: Option<String>,
    /// The owner's metadata; documentation examples call it `metadata`.
    #[serde(default, alias = "metadata", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Map<String, Value>>,
    /// Free text of the uploader.
    #[serde(default)]
    pub creator: Option<String>,
    /// Time of the upload, RFC 3339 with milliseconds.
    #[serde(with = "millis")]
    pub uploaded: Timestamp,
    /// Whether only signed URLs open it.
    #[serde(default, rename = "requireSignedURLs")]
    pub require_signed_urls: bool,
    /// Complete delivery URLs, one for each variant.
    #[serde(default)]
    pub variants: Vec<String>,
    /// `true` until the file of a direct upload arrived, then absent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub draft: bool,
}

/// The model's image from a document.
#[must_use]
pub fn image_from_document(document: ImageDocument) -> Image {
    Image {
        id: ImageId::from_server(document.id),
        file_name: document.filename.filter(|name| !name.is_empty()),
        metadata: Metadata::from_object(document.meta.unwrap_or_default()),
        creator: document.creator.filter(|creator| !creator.is_empty()),
        uploaded: document.uploaded,
        require_signed_urls: document.require_signed_urls,
        variant_urls: document.variants,
        is_draft: document.draft,
    }
}

/// A page of images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImageListDocument {
    /// The images of the page.
    pub images: Vec<ImageDocument>,
    /// Asks for the next page; `null`, empty or absent on the last one. Lists of version 1 have none.
    #[serde(default)]
    pub continuation_token: Option<String>,
}

/// The body of a PATCH; absent fields stay.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ImagePatchDocument {
    /// Replaces the whole object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
    /// Switches access.
    #[serde(
        default,
        rename = "requireSignedURLs",
        skip_serializing_if = "Option::is_none"
    )]
    pub require_signed_urls: Option<bool>,
    /// Replaces the creator; empty clears it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creator: Option<String>,
}

/// The document of a change.
#[must_use]
pub fn patch_from_change(change: ImageChange) -> ImagePatchDocument {
    ImagePatchDocument {
        metadata: change.metadata.map(Metadata::into_object),
        require_signed_urls: change.require_signed_urls,
        creator: change.creator,
    }
}

/// RFC 3339 in UTC with exactly three decimals, as the service writes times.
mod millis {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        time: &Timestamp,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{time:.3}"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Timestamp, D::Error> {
        Timestamp::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_example_is_read() {
        let text = r#"{ "id": "2cdc28f0-017a-49c4-9ed7-87056c83901", "filename": "image.jpg",
            "uploaded": "2022-01-31T16:39:28.458Z", "requireSignedURLs": false, "draft": false,
            "metadata": {"key":"value"}, "variants": [ "https://imagedelivery.net/hash/id/public" ] }"#;
        let image = image_from_document(serde_json::from_str(text).unwrap());
        assert_eq!(image.metadata.to_string(), r#"{"key":"value"}"#);
        assert_eq!((image.display_name(), image.is_draft), ("image.jpg", false));
    }

    #[test]
    fn times_are_written_with_three_decimals() {
        let document = ImageDocument {
            id: "a".to_owned(),
            filename: None,
            meta: None,
            creator: None,
            uploaded: "2022-01-31T16:39:28Z".parse().unwrap(),
            require_signed_urls: true,
            variants: Vec::new(),
            draft: true,
        };
        assert_eq!(
            serde_json::to_string(&document).unwrap(),
            r#"{"id":"a","filename":null,"creator":null,"uploaded":"2022-01-31T16:39:28.000Z","requireSignedURLs":true,"variants":[],"draft":true}"#
        );
    }
}
