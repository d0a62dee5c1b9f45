//! Formats made of chunks: PNG and WebP.

use super::Header;
use crate::model::PixelSize;

/// The chunks of a PNG file; `None` without its header.
pub(super) fn read_png(bytes: &[u8]) -> Option<Header> {
    let header = bytes.get(8..33)?;
    if header.get(4..8)? != b"IHDR" {
        return None;
    }
    let mut found = Header {
        stored_size: PixelSize::new(be_u32(header.get(8..)?)?, be_u32(header.get(12..)?)?),
        // Gray or color with an alpha channel.
        has_alpha: matches!(header[17], 4 | 6),
        frames: 1,
        is_complete: false,
    };
    let mut at = 33_usize;
    let mut has_pixels = false;
    while let (Some(length), Some(kind)) =
        (bytes.get(at..).and_then(be_u32), bytes.get(at + 4..at + 8))
    {
        match kind {
            b"tRNS" => found.has_alpha = true,
            b"IDAT" => has_pixels = true,
            b"IEND" => {
                found.is_complete = has_pixels && bytes.len() >= at + 12;
                break;
            }
            _ => {}
        }
        at = at.saturating_add(12).saturating_add(length as usize);
    }
    Some(found)
}

/// The name of each chunk of a PNG file.
pub(in crate::transform) fn png_chunks(bytes: &[u8]) -> impl Iterator<Item = [u8; 4]> + '_ {
    let mut at = 8_usize;
    std::iter::from_fn(move || {
        let length = bytes.get(at..).and_then(be_u32)? as usize;
        let kind = *bytes.get(at + 4..)?.first_chunk()?;
        at = at.saturating_add(12).saturating_add(length);
        Some(kind)
    })
}

/// The chunks of a WebP file; `None` when the first one is incomplete.
pub(super) fn read_webp(bytes: &[u8]) -> Option<Header> {
    let declared = le_u32(bytes.get(4..)?)? as usize;
    let is_complete = bytes.len() >= declared.saturating_add(8);
    let body = bytes.get(20..)?;
    let still = |width: u32, height: u32, has_alpha| Header {
        stored_size: PixelSize::new(width, height),
        has_alpha,
        frames: 1,
        is_complete,
    };
    match bytes.get(12..16)? {
        b"VP8 " => {
            // A frame tag of three bytes, a start code of three, then 14 bits for each side.
            if body.get(3..6)? != [0x9D, 0x01, 0x2A] {
                return None;
            }
            let side = |at: usize| Some(u32::from(le_u16(body.get(at..)?)? & 0x3FFF));
            Some(still(side(6)?, side(8)?, false))
        }
        b"VP8L" => {
            if *body.first()? != 0x2F {
                return None;
            }
            let bits = le_u32(body.get(1..)?)?;
            let has_alpha = bits >> 28 & 1 == 1;
            Some(still(
                (bits & 0x3FFF) + 1,
                (bits >> 14 & 0x3FFF) + 1,
                has_alpha,
            ))
        }
        b"VP8X" => {
            let flags = *body.first()?;
            let side = |at: usize| {
                let three = body.get(at..at + 3)?;
                Some(u32::from_le_bytes([three[0], three[1], three[2], 0]) + 1)
            };
            let mut header = still(side(4)?, side(7)?, flags & 0x10 != 0);
            if flags & 0x02 != 0 {
                header.frames = webp_frames(bytes).max(1);
            }
            Some(header)
        }
        _ => None,
    }
}

/// How often the frames are shown; `None` when they repeat forever.
pub(super) fn webp_plays(bytes: &[u8]) -> Option<u32> {
    let (_, at) = webp_chunks(bytes).find(|(kind, _)| kind == b"ANIM")?;
    let number = bytes.get(at + 4..).and_then(le_u16)?;
    (number > 0).then(|| number.into())
}

fn webp_frames(bytes: &[u8]) -> u32 {
    let frames = webp_chunks(bytes).filter(|(kind, _)| kind == b"ANMF");
    u32::try_from(frames.count()).unwrap_or(u32::MAX)
}

/// The name of each chunk, and where its content begins.
pub(in crate::transform) fn webp_chunks(
    bytes: &[u8],
) -> impl Iterator<Item = ([u8; 4], usize)> + '_ {
    let mut at = 12_usize;
    std::iter::from_fn(move || {
        let kind = *bytes.get(at..)?.first_chunk()?;
        let content = at + 8;
        let length = bytes.get(at + 4..).and_then(le_u32)? as usize;
        let padded = length.saturating_add(length & 1);
        at = content.saturating_add(padded);
        Some((kind, content))
    })
}

fn be_u32(bytes: &[u8]) -> Option<u32> {
    bytes.first_chunk().copied().map(u32::from_be_bytes)
}

fn le_u32(bytes: &[u8]) -> Option<u32> {
    bytes.first_chunk().copied().map(u32::from_le_bytes)
}

fn le_u16(bytes: &[u8]) -> Option<u16> {
    bytes.first_chunk().copied().map(u16::from_le_bytes)
}
