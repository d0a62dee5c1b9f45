//! The parsers of pixels, for the targets in `fuzz/`.

use super::avif::av1::check;
use super::planar::Ycc;
use super::png_rows::{Rows, each_row, reference};
use crate::model::PixelSize;

/// The rows of a PNG file with this image data in chunks of `length` bytes, when they can be read
/// quickly, and what they have to be, when `inflated` are the rows as they are stored. The rows are
/// given by the bytes of a pixel, the pixels of a row, and how many are wanted.
#[must_use]
pub fn png_rows(
    data: &[u8],
    length: usize,
    inflated: &[u8],
    (pixel_bytes, width, count): (usize, usize, usize),
) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    let rows = Rows {
        pixel_bytes,
        width,
        count,
    };
    let file = reference::file(data, length);
    let mut found = Vec::new();
    let read = each_row(&file, rows, |row| found.extend_from_slice(row));
    (read.map(|()| found), reference::unfiltered(inflated, rows))
}

/// Encodes a picture of these samples, which are repeated until it is full, and reads it again. Color is
/// missing, halved or full.
///
/// # Panics
/// A decoder sees another picture than the encoder took it to be.
pub fn av1(size: PixelSize, color: Option<bool>, quantizer: u8, samples: &[u8]) {
    let mut samples = samples.iter().copied().cycle();
    let mut plane = |size: PixelSize| {
        let area = usize::try_from(size.area()).unwrap_or_default();
        let plane: Vec<u8> = samples.by_ref().take(area).collect();
        plane
    };
    let mut picture = Ycc {
        size,
        luma: plane(size),
        chroma: None,
        is_halved: color == Some(true),
    };
    if color.is_some() {
        let size = picture.chroma_size();
        picture.chroma = Some([plane(size), plane(size)]);
    }
    check::exact(&picture, quantizer.max(1));
}
