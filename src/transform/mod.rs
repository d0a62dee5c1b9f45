//! The pixels.
use crate::model::PixelSize;
/// Pixels: row-major straight-alpha RGBA, 4 bytes a pixel.
#[derive(Debug, Clone, PartialEq)]
pub struct Pixels {
    /// Its size.
    pub size: PixelSize,
    /// Row-major straight-alpha RGBA, 4 bytes a pixel.
    pub rgba: Vec<u8>,
}
