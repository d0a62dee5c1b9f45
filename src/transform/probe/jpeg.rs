//! The segments of a JPEG file.

use super::Header;
use crate::model::PixelSize;

const START_OF_SCAN: u8 = 0xDA;
const END_OF_IMAGE: u8 = 0xD9;

/// Encoders write about ten scans. Each costs a walk over all blocks and takes a few bytes, so that
/// a small file could keep a decoder busy for hours.
const MAX_SCANS: u32 = 100;

/// Reads segment after segment; `None` without a frame header, or with too many scans.
pub(super) fn read(bytes: &[u8]) -> Option<Header> {
    let mut at = 2;
    let mut size = None;
    let mut is_complete = false;
    let mut scans = 0;
    while let Some((marker, after)) = next_marker(bytes, at) {
        at = after;
        match marker {
            END_OF_IMAGE => {
                is_complete = true;
                break;
            }
            // Markers without a body.
            0x01 | 0xD0..=0xD8 => continue,
            _ => {}
        }
        let Some(length) = bytes.get(at..at + 2) else {
            break;
        };
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        let is_frame_header =
            matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC);
        if is_frame_header && let Some(body) = bytes.get(at + 2..at + 8) {
            let height = u16::from_be_bytes([body[1], body[2]]);
            let width = u16::from_be_bytes([body[3], body[4]]);
            // The first one counts: decoders take memory for it, and meet others too late.
            size.get_or_insert(PixelSize::new(width.into(), height.into()));
        }
        if marker == START_OF_SCAN {
            scans += 1;
            if size.is_none() || scans > MAX_SCANS {
                return None;
            }
        }
        at += length.max(2);
    }
    Some(Header {
        stored_size: size?,
        has_alpha: false,
        frames: 1,
        is_complete,
    })
}

/// The markers up to the first scan, whose entropy-coded data follow.
pub(in crate::transform) fn markers(bytes: &[u8]) -> impl Iterator<Item = u8> + '_ {
    segments(bytes).map(|(marker, _)| marker)
}

/// The file up to where its first scan begins.
pub(super) fn head(bytes: &[u8]) -> &[u8] {
    let end = segments(bytes).last().map_or(bytes.len(), |(_, end)| end);
    bytes.get(..end).unwrap_or(bytes)
}

/// The markers up to that of the first scan, and where the segment of each ends.
fn segments(bytes: &[u8]) -> impl Iterator<Item = (u8, usize)> + '_ {
    let mut at = 2;
    let mut is_over = false;
    std::iter::from_fn(move || {
        if is_over {
            return None;
        }
        let (marker, after) = next_marker(bytes, at)?;
        is_over = matches!(marker, START_OF_SCAN | END_OF_IMAGE);
        let length = bytes.get(after..after + 2)?;
        at = after + usize::from(u16::from_be_bytes([length[0], length[1]])).max(2);
        Some((marker, at))
    })
}

/// The next marker and where it ends. In entropy-coded data `FF` is followed by 0 or a restart
/// marker, so what else follows is a marker there too.
fn next_marker(bytes: &[u8], mut at: usize) -> Option<(u8, usize)> {
    loop {
        at += memchr::memchr(0xFF, bytes.get(at..)?)? + 1;
        let marker = *bytes.get(at)?;
        if marker != 0 && marker != 0xFF {
            return Some((marker, at + 1));
        }
    }
}
