//! A still picture as AV1, quickly and without a C compiler.
//!
//! Of the format it uses what pays off most for its time: square blocks of 8 to 64 pixels, one transform
//! for each, cosines only, color from the contrast of brightness. Whether to split a block, how to
//! predict it and which levels to keep are all decided by squared differences and bits together.
//! docs/rendering.md compares it with encoders that know more of the format.
//!
//! Source: AV1 Bitstream & Decoding Process Specification.

#![expect(
    clippy::similar_names,
    reason = "what is short for a place, its side, its size and its shares"
)]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "small numbers: samples, levels, and places in a picture of at most 4,096 pixels a side"
)]

mod blocks;
#[cfg(any(test, fuzzing))]
pub(in crate::transform) mod check;
mod costs;
mod dct;
mod headers;
mod neighbors;
mod plane;
mod predict;
mod quantize;
mod range_coder;
mod search;
mod tables;
#[cfg(test)]
mod tests;
mod writer;

use crate::transform::planar::Ycc;
use blocks::{SB, SuperBlock};
use costs::Costs;
use headers::Settings;
use plane::Plane;
use quantize::Steps;
use search::Search;
use tables::{AC_STEP, Cdfs, DC_STEP};
use writer::Writer;

/// AV1's symbol for cosines in both directions, among the seven or five kinds of transforms.
const COSINE: usize = 1;

/// Sides of transforms of which there are kinds to choose from.
const COSINE_SIZES: [usize; 2] = [8, 16];

/// What a bit is worth, in squares of a quantizer step: at which bytes are fewest for the same distance
/// from the original, of 0.07 to 0.18.
const BIT: f32 = 0.1;

/// The longest side that fits into one tile, which is all there is here.
const LONGEST: usize = 4096;

/// The most pixels that do.
const LARGEST: u64 = 4096 * 2304;

/// Which planes there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    Gray,
    /// Color has half as many rows and columns.
    Halved,
    Full,
}

impl Layout {
    /// By which power of two the sides of a plane are smaller.
    const fn shift(self, plane: usize) -> usize {
        if plane > 0 && matches!(self, Self::Halved) {
            1
        } else {
            0
        }
    }
}

/// One still picture. `quantizer` is AV1's index, 0 to 255, of which 0 is taken as 1: without loss is
/// another mode of the format.
///
/// # Errors
/// The picture is empty, too large for one tile (4,096 pixels a side, 9 million in all), or a plane is
/// not as large as it should be.
pub(super) fn encode(picture: &Ycc, quantizer: u8) -> Result<Vec<u8>, String> {
    let quantizer = quantizer.max(1);
    let step = AC_STEP[usize::from(quantizer)];
    encode_with(picture, quantizer, deblocking(step)).map(|(bytes, _)| bytes)
}

/// The same with the strength of the filter between blocks, and the planes that decoders have before
/// that filter.
fn encode_with(picture: &Ycc, quantizer: u8, deblock: u8) -> Result<(Vec<u8>, Vec<Plane>), String> {
    let layout = match picture.chroma {
        None => Layout::Gray,
        Some(_) if picture.is_halved => Layout::Halved,
        Some(_) => Layout::Full,
    };
    let source = planes_of(picture, layout)?;
    let (width, height) = (source[0].width, source[0].height);
    let (step, first) = (
        AC_STEP[usize::from(quantizer)],
        DC_STEP[usize::from(quantizer)],
    );
    let of_samples = |step: u16| f32::from(step) / 8.0;
    let steps = Steps {
        first: of_samples(first),
        others: of_samples(step),
        bit: BIT * of_samples(step).powi(2),
    };
    let decoder_steps = (i32::from(first), i32::from(step));
    let cdfs = Cdfs::new(quantizer);
    let mut search = Search::new(layout, &source, (steps, decoder_steps), Costs::new(&cdfs));
    let mut writer = Writer::new(layout, &source, cdfs);
    let mut superblock = SuperBlock::new();
    for y in (0..height).step_by(SB) {
        if y > 0 {
            // Once for each row of superblocks is often enough.
            search.costs = Costs::new(writer.cdfs());
        }
        search.begin_row();
        writer.begin_row();
        for x in (0..width).step_by(SB) {
            search.superblock(&mut superblock, (x, y));
            writer.superblock(&superblock, (x, y));
        }
    }
    let settings = Settings {
        layout,
        width: picture.size.width,
        height: picture.size.height,
        quantizer,
        deblock,
    };
    let bytes = headers::stream(&settings, &writer.into_bytes());
    Ok((bytes, search.decoded))
}

/// The planes in whole blocks, measured.
fn planes_of(picture: &Ycc, layout: Layout) -> Result<Vec<Plane>, &'static str> {
    let side = |px: u32| usize::try_from(px).unwrap_or(usize::MAX);
    let (width, height) = (side(picture.size.width), side(picture.size.height));
    if width == 0 || height == 0 {
        return Err("the picture is empty");
    }
    if width.max(height) > LONGEST || picture.size.area() > LARGEST {
        return Err("the picture is too large");
    }
    let whole = (width.next_multiple_of(8), height.next_multiple_of(8));
    let samples = std::iter::once(&picture.luma).chain(picture.chroma.iter().flatten());
    samples
        .enumerate()
        .map(|(number, samples)| {
            let shift = layout.shift(number);
            let size = (width.div_ceil(1 << shift), height.div_ceil(1 << shift));
            if samples.len() != size.0 * size.1 {
                return Err("a plane is not as large as the picture");
            }
            let whole = (whole.0 >> shift, whole.1 >> shift);
            Ok(Plane::padded(samples, size, whole))
        })
        .collect()
}

/// How strongly to smooth the edges of blocks, 0 to 63, for a step in eighths of that of samples.
/// Half as much again as libaom takes for still pictures; with twice as much it is the same, without
/// the filter files are 1 to 2 % larger at the same distance from the original.
fn deblocking(step: u16) -> u8 {
    let level = (f32::from(step) - 24.0) * 0.1;
    level.clamp(0.0, 63.0) as u8
}
