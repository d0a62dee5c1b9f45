//! The JSON: the only types that know Cloudflare's field names.
//!
//! Both sides use them: the client reads what the server writes. A document accepts more than it
//! makes: `meta` and `metadata`, lists and objects, missing and `null` fields, since published
//! forms differ from what accounts answer. Times are RFC 3339 in UTC with milliseconds.

pub mod account;
pub mod direct_upload;
pub mod envelope;
pub mod image;
pub mod variant;

pub use account::{
    BatchTokenDocument, ConfigDocument, KeyDocument, KeysDocument, StatsDocument,
    TokenStatusDocument,
};
pub use direct_upload::{DirectUploadDocument, DirectUploadRequest};
pub use envelope::{Envelope, Message};
pub use image::{ImageDocument, ImageListDocument, ImagePatchDocument};
pub use variant::{OptionsDocument, VariantDocument, VariantListDocument, VariantPatchDocument};
