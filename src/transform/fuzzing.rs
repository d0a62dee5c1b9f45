//! The parsers of pixels, for the targets in `fuzz/`.

use super::png_rows::{Rows, each_row, reference};

/// The rows of a PNG file, when they can be read quickly, and what they have to be, when `inflated`
/// are the rows as they are stored.
#[must_use]
pub fn png_rows(
    file: &[u8],
    inflated: &[u8],
    pixel_bytes: usize,
    width: usize,
    count: usize,
) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    let rows = Rows {
        pixel_bytes,
        width,
        count,
    };
    let mut found = Vec::new();
    let read = each_row(file, rows, |row| found.extend_from_slice(row));
    (read.map(|()| found), reference::unfiltered(inflated, rows))
}
