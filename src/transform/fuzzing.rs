//! The parsers of pixels, for the targets in `fuzz/`.

use super::png_rows::{Rows, each_row, reference};

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
