//! The blocks of a GIF file.

use super::Header;
use crate::model::PixelSize;

/// Reads block after block; `None` without a screen descriptor.
pub(super) fn read(bytes: &[u8]) -> Option<Header> {
    let screen = bytes.get(6..13)?;
    let mut header = Header {
        stored_size: PixelSize::new(
            u16::from_le_bytes([screen[0], screen[1]]).into(),
            u16::from_le_bytes([screen[2], screen[3]]).into(),
        ),
        has_alpha: false,
        frames: 0,
        is_complete: false,
    };
    // A file that ends in the middle of a block still tells what came before.
    let _end: Option<()> = read_blocks(bytes, 13 + table_bytes(screen[4]), &mut header);
    // Without a single frame there is nothing to decode.
    header.is_complete &= header.frames > 0;
    header.frames = header.frames.max(1);
    Some(header)
}

/// How often the frames are shown; `None` when they repeat forever.
///
/// The number in the file counts the repetitions after the first time, and 0 means no end; without
/// one the frames are shown once.
pub(super) fn plays(bytes: &[u8]) -> Option<u32> {
    repetitions(bytes).map_or(Some(1), |repetitions| {
        (repetitions > 0).then(|| repetitions + 1)
    })
}

fn repetitions(bytes: &[u8]) -> Option<u32> {
    let mut at = 13 + table_bytes(*bytes.get(10)?);
    loop {
        match *bytes.get(at)? {
            0x21 => {
                let block = bytes.get(at + 2..)?;
                let is_loop = bytes.get(at + 1) == Some(&0xFF)
                    && (block.starts_with(b"\x0BNETSCAPE2.0\x03\x01")
                        || block.starts_with(b"\x0BANIMEXTS1.0\x03\x01"));
                if is_loop {
                    let number = block.get(14..16)?;
                    return Some(u16::from_le_bytes([number[0], number[1]]).into());
                }
                at = after_sub_blocks(bytes, at + 2)?;
            }
            0x2C => {
                let descriptor = bytes.get(at + 1..at + 10)?;
                at = after_sub_blocks(bytes, at + 10 + table_bytes(descriptor[8]) + 1)?;
            }
            0 => at += 1,
            _ => return None,
        }
    }
}

fn read_blocks(bytes: &[u8], mut at: usize, header: &mut Header) -> Option<()> {
    loop {
        match *bytes.get(at)? {
            0x3B => {
                header.is_complete = true;
                return Some(());
            }
            0x21 => {
                // A graphic control extension says whether one color is transparent.
                if *bytes.get(at + 1)? == 0xF9 && bytes.get(at + 3)? & 1 == 1 {
                    header.has_alpha = true;
                }
                at = after_sub_blocks(bytes, at + 2)?;
            }
            0x2C => {
                let descriptor = bytes.get(at + 1..at + 10)?;
                header.frames += 1;
                // The table is followed by one byte, the code size.
                at = after_sub_blocks(bytes, at + 10 + table_bytes(descriptor[8]) + 1)?;
            }
            // Padding that some writers leave between blocks.
            0 => at += 1,
            _ => return None,
        }
    }
}

fn after_sub_blocks(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
    }
}

/// The length of the color table that the flags announce.
const fn table_bytes(flags: u8) -> usize {
    if flags & 0x80 == 0 {
        0
    } else {
        3 << ((flags & 7) + 1)
    }
}
