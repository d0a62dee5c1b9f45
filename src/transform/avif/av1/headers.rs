//! What stands before the coded blocks: one header for the sequence, which is a single picture, and one
//! for the frame.
//!
//! Source: AV1 Bitstream & Decoding Process Specification, 5.5 "Sequence header OBU" and 5.9 "Frame
//! header OBU".

use super::Layout;
use super::tables::frequencies;

const SEQUENCE_HEADER: u8 = 1;
const FRAME: u8 = 6;

/// "Maximum parameters": no bound is promised.
const LEVEL: u32 = 31;

/// What the headers say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) layout: Layout,
    pub(super) width: u32,
    pub(super) height: u32,
    /// Index of the quantizer, 1 to 255.
    pub(super) quantizer: u8,
    /// Strength of the filter between blocks, 0 to 63.
    pub(super) deblock: u8,
}

/// Bits, the highest of each number first.
struct Bits {
    bytes: Vec<u8>,
    /// How many bits of the last byte are used, 0 to 7; 0 means that the next bit begins one.
    used: u32,
}

impl Bits {
    const fn new() -> Self {
        Self {
            bytes: Vec::new(),
            used: 0,
        }
    }

    fn put(&mut self, number: u32, count: u32) {
        for at in (0..count).rev() {
            if self.used == 0 {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= ((number >> at & 1) as u8) << (7 - self.used);
            }
            self.used = (self.used + 1) % 8;
        }
    }

    fn flag(&mut self, is_set: bool) {
        self.put(u32::from(is_set), 1);
    }
}

/// The whole stream: both headers, and the blocks.
pub(super) fn stream(settings: &Settings, blocks: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(blocks.len() + 32);
    let mut sequence = sequence(settings);
    // Every header but that of a frame with its blocks ends with a one.
    sequence.put(1, 1);
    unit(&mut bytes, SEQUENCE_HEADER, &[&sequence.bytes]);
    unit(&mut bytes, FRAME, &[&frame(settings).bytes, blocks]);
    bytes
}

/// One unit with its kind and its length.
fn unit(bytes: &mut Vec<u8>, kind: u8, parts: &[&[u8]]) {
    const HAS_LENGTH: u8 = 2;
    bytes.push(kind << 3 | HAS_LENGTH);
    let mut length: usize = parts.iter().map(|part| part.len()).sum();
    while length >= 128 {
        bytes.push((length & 127) as u8 | 128);
        length >>= 7;
    }
    bytes.push(length as u8);
    for part in parts {
        bytes.extend_from_slice(part);
    }
}

fn sequence(settings: &Settings) -> Bits {
    let mut bits = Bits::new();
    let is_full = settings.layout == Layout::Full;
    bits.put(u32::from(is_full), 3);
    // A still picture, with the short headers of one.
    bits.put(0b11, 2);
    bits.put(LEVEL, 5);
    let length = |side: u32| 32 - (side - 1).leading_zeros().min(31);
    let (of_width, of_height) = (length(settings.width), length(settings.height));
    bits.put(of_width - 1, 4);
    bits.put(of_height - 1, 4);
    bits.put(settings.width - 1, of_width);
    bits.put(settings.height - 1, of_height);
    // Superblocks of 64 pixels; no filter for predictions, nor for their edges; no superresolution, no
    // direction filter, no restoration.
    bits.put(0, 6);
    // Eight bits.
    bits.flag(false);
    let is_gray = settings.layout == Layout::Gray;
    if !is_full {
        bits.flag(is_gray);
    }
    bits.flag(!is_gray);
    if !is_gray {
        // BT.709, sRGB, BT.601.
        for number in [1, 13, 6] {
            bits.put(number, 8);
        }
    }
    // All values from 0 to 255.
    bits.flag(true);
    if settings.layout == Layout::Halved {
        // Where the samples of color lie is not said.
        bits.put(0, 2);
    }
    if !is_gray {
        // Both colors have the same steps.
        bits.flag(false);
    }
    // No grain.
    bits.flag(false);
    bits
}

fn frame(settings: &Settings) -> Bits {
    let mut bits = Bits::new();
    let has_color = settings.layout != Layout::Gray;
    // Probabilities adapt; no tools for screens; shown at its own size.
    bits.put(0, 3);
    // One tile.
    bits.flag(true);
    for side in [settings.width, settings.height] {
        if side > 64 {
            bits.flag(false);
        }
    }
    bits.put(settings.quantizer.into(), 8);
    // The same steps for the lowest frequency, and for color.
    bits.put(0, if has_color { 3 } else { 1 });
    // Wider steps for high frequencies, of brightness and of color.
    bits.flag(true);
    bits.put(frequencies::LEVEL, 4);
    bits.put(frequencies::LEVEL, 4);
    // No segments, and the same steps in all blocks.
    bits.put(0, 2);
    // Between columns and between rows, and for each color.
    let strength = u32::from(settings.deblock);
    let count = if has_color && strength > 0 { 4 } else { 2 };
    for _ in 0..count {
        bits.put(strength, 6);
    }
    // Sharpness, and no other strengths for other kinds of blocks.
    bits.put(0, 4);
    // The largest transform that a block can have; all kinds of transforms.
    bits.put(0, 2);
    bits
}
