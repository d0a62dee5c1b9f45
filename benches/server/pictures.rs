//! Photographs of an exact length, each different from all before.

use std::sync::atomic::{AtomicU64, Ordering};

use lenticular::samples;

use crate::Result;

/// The longest comment of a JPEG, with its marker and length.
const LONGEST_COMMENT: usize = 65_537;
/// Marker and length.
const COMMENT_HEAD: usize = 4;
const NUMBER_BYTES: usize = 8;

static COUNT: AtomicU64 = AtomicU64::new(0);

/// A picture with a number in it.
#[derive(Clone)]
pub(crate) struct Numbered {
    bytes: Vec<u8>,
}

impl Numbered {
    /// The same picture under a number that no other has.
    pub(crate) fn next(&mut self) -> &[u8] {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let at = 2 + COMMENT_HEAD;
        self.bytes[at..at + NUMBER_BYTES].copy_from_slice(&number.to_be_bytes());
        &self.bytes
    }
}

/// A photograph of that many bytes: as large a picture as fits, the rest filled with comments.
pub(crate) fn numbered_jpeg(bytes: usize) -> Result<Numbered> {
    let (width, height) = if bytes > 1_000_000 {
        (4000, 3000)
    } else {
        (640, 480)
    };
    let photo = [92, 88, 80, 70, 60, 50]
        .into_iter()
        .map(|quality| samples::photo_jpeg(11, width, height, quality))
        .find(|photo| photo.len() + COMMENT_HEAD + NUMBER_BYTES <= bytes)
        .ok_or("no photograph is small enough")?;
    let (start, rest) = photo.split_at(2);
    let mut whole = start.to_vec();
    let mut missing = bytes - photo.len();
    while missing > 0 {
        let mut length = missing.min(LONGEST_COMMENT);
        if (1..COMMENT_HEAD).contains(&(missing - length)) {
            length -= COMMENT_HEAD;
        }
        whole.extend([0xFF, 0xFE]);
        whole.extend(u16::try_from(length - 2)?.to_be_bytes());
        whole.resize(whole.len() + length - COMMENT_HEAD, b'.');
        missing -= length;
    }
    whole.extend_from_slice(rest);
    Ok(Numbered { bytes: whole })
}
