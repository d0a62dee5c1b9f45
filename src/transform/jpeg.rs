//! JPEG, decoded no further than the target needs.
//!
//! A picture that is to become small needs only the low frequencies of each block of 8 × 8 pixels.
//! This decoder reads those and skips the others bit by bit, several in one step; what it keeps
//! becomes 1 × 1 to 8 × 8 samples. Of a progressive file only the scans of the averages are read.
//! Rows that are cut off are skipped, and nothing is read behind the last one needed. Brightness
//! and color stay planes of their own, each as large as its use asks.
//!
//! It reads what cameras and programs write: baseline and extended files of 8 bits, gray or YCbCr,
//! and progressive ones for strong reductions. At anything else, and at any irregularity, it gives
//! up, and the complete decoder takes over: here nothing is repaired.

mod bits;
mod header;
mod huffman;
mod inverse;
mod scan;
#[cfg(test)]
mod tests;

use super::planar::Planes;

/// What of a picture is needed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    /// Samples of brightness for each pixel of the picture, along a side; at least so many.
    pub(super) luma: f64,
    /// The same for color.
    pub(super) chroma: f64,
    /// The rows of pixels between which something is needed.
    pub(super) rows: (f64, f64),
}

/// Whether the file says in which colors its values are meant.
pub(super) fn has_profile(bytes: &[u8]) -> bool {
    // What cannot be read here is left to the other decoder, which looks for itself.
    header::File::open(bytes).is_none_or(|file| file.profile().is_some())
}

/// Decodes what is wished for; `None` leaves the file to the complete decoder.
pub(super) fn decode(bytes: &[u8], wish: &Wish) -> Option<Planes> {
    let mut file = header::File::open(bytes)?;
    let mut scans = scan::Decoder::new(file.frame()?, wish)?;
    while !scans.is_complete() {
        let scan = file.next_scan()?;
        let rest = scans.decode(&scan, file.tables(), file.rest())?;
        file.go_on(rest);
    }
    Some(scans.finish(file.profile()))
}
