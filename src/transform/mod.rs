//! The pixels: an original and options become a rendition.
//!
//! [`render`] is the one entry point that delivery, preview and export share, so what the editor
//! shows is what is delivered. Kinds are recognized by content alone, and limits are checked on
//! the header, before memory is taken. Everything here computes and blocks: call it where
//! blocking is allowed.

mod avif;
mod decode;
mod effects;
mod effort;
mod encode;
mod error;
mod fit;
mod format;
#[cfg(fuzzing)]
pub mod fuzzing;
mod jpeg;
mod libwebp;
mod metadata;
mod negotiate;
mod orient;
mod part;
mod planar;
mod png_part;
mod png_rows;
mod probe;
mod render;
mod resize;
mod rows;
mod svg;
#[cfg(test)]
mod testing;
mod unchanged;
mod webp_frames;
mod webp_planes;

pub use effort::is_heavy;
pub use error::TransformError;
pub use fit::{Plan, plan};
pub use format::Format;
pub use negotiate::{Accepts, output_format};
pub use probe::{Facts, check_upload, probe};
pub use render::{
    Decoded, Original, Rendition, encode_thumbnail, pixels_decoded, render, render_decoded,
    thumbnail,
};

use crate::model::PixelSize;

/// The most pixels of an original, of all frames of an animation, or of a rendition.
pub const MAX_AREA: u64 = 100_000_000;

/// The longest side of an original or a rendition that is neither WebP nor AVIF, in pixels.
pub const MAX_SIDE: u32 = 12_000;

/// Decoded pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    /// Width and height.
    pub size: PixelSize,
    /// Row-major RGBA with straight alpha, `len = width * height * 4`.
    pub rgba: Vec<u8>,
}
