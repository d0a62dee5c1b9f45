//! Formats in, where only a part of the picture or less than its full size is needed: PNG by rows,
//! and WebP scaled by its own decoder.

use std::borrow::Cow;

use super::decode::{Bitmap, webp_profile};
use super::libwebp::{self, Part};
use super::orient::Rect;
use super::{Facts, Format, TransformError, png_part, rows};
use crate::model::PixelSize;

/// What of a picture is needed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Need {
    /// In pixels as they are stored.
    pub(super) part: Rect,
    /// What that part becomes, before turning.
    pub(super) size: PixelSize,
}

impl Need {
    /// How much smaller it becomes, across and down; below 1 it is enlarged.
    pub(super) fn reduction(&self) -> (f64, f64) {
        (
            self.part.width / f64::from(self.size.width),
            self.part.height / f64::from(self.size.height),
        )
    }
}

/// How many times as large as needed a picture must stay that its decoder makes smaller, so that
/// the resize has enough to weigh.
const ENOUGH: f64 = 2.0;

/// From this reduction on a picture is made half as large all the same, to save memory.
const HALF_FROM: f64 = 3.0;

/// From this reduction on the edges between blocks of a WebP need no smoothing: they are averaged.
pub(super) const COARSE_FROM: f64 = 4.0;

/// Pixels around a part that the resizing looks at, for each pixel that comes out.
const REACH: f64 = 4.0;

/// By how many pixels a block goes that becomes one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positive, and what is too large becomes less"
)]
pub(super) fn block(reduction: f64) -> usize {
    let block = ((reduction / ENOUGH).floor().max(1.0) as usize).min(rows::MOST);
    if block == 1 && reduction >= HALF_FROM {
        2
    } else {
        block
    }
}

/// Decodes what is needed; `None` leaves the file to the decoder of whole pictures.
pub(super) fn decode(
    bytes: &[u8],
    facts: &Facts,
    need: &Need,
) -> Result<Option<Bitmap<'static>>, TransformError> {
    facts.check_limits()?;
    match facts.format {
        Format::Png => png_part::decode(bytes, facts, need),
        Format::WebP if facts.frames == 1 => decode_webp(bytes, facts, need).map(Some),
        _ => Ok(None),
    }
}

/// The whole pixels of a side that a part touches, with what the resizing looks at around it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the side"
)]
pub(super) fn span(start: f64, length: f64, reduction: f64, side: u32) -> (u32, u32) {
    let reach = REACH * reduction.max(1.0);
    let first = (start - reach).floor().clamp(0.0, f64::from(side)) as u32;
    let end = (start + length + reach).ceil().clamp(0.0, f64::from(side)) as u32;
    let first = first.min(side.saturating_sub(1));
    (first, end.max(first + 1))
}

fn decode_webp(
    bytes: &[u8],
    facts: &Facts,
    need: &Need,
) -> Result<Bitmap<'static>, TransformError> {
    let whole = facts.stored_size;
    let reduction = need.reduction();
    let (left, right) = span(need.part.x, need.part.width, reduction.0, whole.width);
    let (top, bottom) = span(need.part.y, need.part.height, reduction.1, whole.height);
    // Color has one value for two pixels; the decoder begins where one begins.
    let (left, top) = (left & !1, top & !1);
    let size = PixelSize::new(right - left, bottom - top);
    let part = Part { left, top, size };
    let scaled = if facts.has_alpha {
        // The decoder does not weight color by opacity.
        size
    } else {
        PixelSize::new(
            scaled_side(size.width, reduction.0),
            scaled_side(size.height, reduction.1),
        )
    };
    let is_smooth = reduction.0.min(reduction.1) < COARSE_FROM;
    let pixels = libwebp::decode(bytes, part, scaled, is_smooth)?;
    Ok(Bitmap {
        stands_for: whole,
        origin: (f64::from(left), f64::from(top)),
        scale: (
            f64::from(scaled.width) / f64::from(size.width),
            f64::from(scaled.height) / f64::from(size.height),
        ),
        has_alpha: facts.has_alpha,
        profile: webp_profile(bytes),
        pixels: Cow::Owned(pixels),
    })
}

/// How long a side of the decoded part becomes.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "shorter than the side"
)]
fn scaled_side(side: u32, reduction: f64) -> u32 {
    if reduction <= ENOUGH {
        return side;
    }
    ((f64::from(side) * ENOUGH / reduction).ceil() as u32).clamp(1, side)
}
