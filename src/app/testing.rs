//! What the tests of the decisions share.

use jiff::Timestamp;

use crate::model::{Image, ImageId, Metadata};

/// An image of which only the id matters.
pub(super) fn image(id: impl Into<String>) -> Image {
    Image {
        id: ImageId::from_server(id),
        file_name: None,
        metadata: Metadata::default(),
        creator: None,
        uploaded: Timestamp::UNIX_EPOCH,
        require_signed_urls: false,
        variant_urls: Vec::new(),
        is_draft: false,
    }
}
