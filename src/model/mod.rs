//! The words of the product: pure values and the rules that bind them.
//!
//! Nothing here knows a wire format, a database, a network or a window. What a person, a file or
//! a server says is parsed into these types once, at the edge; from then on a value that exists
//! is a value that holds.

pub mod delivery;
pub mod direct_upload;
pub mod flexible;
pub mod image;
pub mod metadata;
pub mod operation;
pub mod page;
pub mod problem;
pub mod profile;
pub mod secret;
pub mod signing;
pub mod size;
pub mod upload;
pub mod variant;

pub use delivery::{AccountHash, DeliveryUrl};
pub use direct_upload::DirectUpload;
pub use flexible::{FlexibleError, FlexibleOptions};
pub use image::{Image, ImageChange, ImageId, ImageIdError};
pub use metadata::{Metadata, MetadataError};
pub use operation::{ContentHash, Item, ItemId, NewItem, OperationId, Phase, Reservation, Source};
pub use page::{Generation, PageNumber, PageSize, SortOrder};
pub use problem::Problem;
pub use profile::{AccountId, Profile, ProfileId, ProfileKind};
pub use secret::Secret;
pub use signing::{KeyName, SignedUrl, SigningKey};
pub use size::{ByteSize, PixelSize};
pub use upload::{IdTemplate, UploadSpec};
pub use variant::{Fit, MetadataPolicy, Variant, VariantId, VariantOptions};
