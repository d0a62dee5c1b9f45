//! Geometry: which part of the source becomes how large a rendition.
//!
//! Everything is exact integer arithmetic: the bounding axis takes the target's length, the other
//! one is rounded half up, and no side is shorter than one pixel.
//!
//! Source: Cloudflare Images documentation, "Features", `fit` and `gravity`; the rounding is not
//! documented and ours.

#[cfg(test)]
mod tests;

use super::orient::{Rect, Turn};
use super::{MAX_AREA, MAX_SIDE, TransformError};
use crate::model::flexible::{FlexibleOptions, Gravity, Length, Trim, TrimEdges};
use crate::model::{Fit, PixelSize};

/// What becomes of a source under some options.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// The whole picture after scaling, before anything is cut off.
    pub scaled: PixelSize,
    /// What is cut off of `scaled` on the left and at the top.
    pub crop_offset: (u32, u32),
    /// The picture after cutting, as it stands in the output.
    pub inner: PixelSize,
    /// The output, with the space of `pad` and a border.
    pub output: PixelSize,
    /// The part of the source that stays visible: x, y, width, height in pixels of the upright
    /// source.
    pub visible: [f32; 4],
}

/// [`Plan`] with what rendering needs besides.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub(super) plan: Plan,
    /// `plan.visible`, exactly.
    pub(super) visible: Rect,
    /// Mirroring and turning that the options ask for.
    pub(super) turn: Turn,
    /// Where `inner` stands in the canvas of `pad`.
    pub(super) inner_offset: (u32, u32),
    /// The output without its border.
    pub(super) canvas: PixelSize,
    /// Widths of the border: top, right, bottom, left.
    pub(super) border: [u32; 4],
}

/// The geometry of a rendition. `source` is the upright size, after EXIF orientation.
///
/// Where an edge of one color is trimmed, only the pixels tell how much; here nothing is.
///
/// # Errors
/// [`TransformError::EmptyOutput`] when trimming leaves nothing,
/// [`TransformError::OutputTooLarge`] when a side or the area exceeds what is delivered.
///
/// ```
/// use lenticular::model::{FlexibleOptions, PixelSize};
/// use lenticular::transform::plan;
///
/// let (options, _) = FlexibleOptions::parse("w=500,h=500").unwrap();
/// let plan = plan(PixelSize::new(1080, 720), &options).unwrap();
/// assert_eq!(plan.output, PixelSize::new(500, 333));
/// ```
pub fn plan(source: PixelSize, options: &FlexibleOptions) -> Result<Plan, TransformError> {
    Ok(layout(source, None, options)?.plan)
}

/// The most pixels that a smaller picture is enlarged to. A limit of ours: a file of a few bytes
/// would otherwise cost as much memory as the largest original.
const MAX_ENLARGED_AREA: u64 = 50_000_000;

/// As [`plan`]; `content` is what trimming an edge of one color leaves.
pub(super) fn layout(
    source: PixelSize,
    content: Option<Rect>,
    options: &FlexibleOptions,
) -> Result<Layout, TransformError> {
    let trimmed = match (&options.trim, content) {
        (_, Some(content)) => content,
        (Some(Trim::Edges(edges)), None) => trimmed(source, edges, options.dpr)?,
        (Some(Trim::Border { .. }) | None, None) => Rect::of(source),
    };
    let turn = Turn::from_options(options);
    let trimmed_size = trimmed.size();
    let size = turn.size(trimmed_size);
    let fitted = fitted(size, options);
    let border = options.border.map_or([0; 4], |border| {
        [
            border.top_px,
            border.right_px,
            border.bottom_px,
            border.left_px,
        ]
        .map(|px| times(px, options.dpr, 0))
    });
    let output = PixelSize::new(
        fitted
            .canvas
            .width
            .saturating_add(border[1])
            .saturating_add(border[3]),
        fitted
            .canvas
            .height
            .saturating_add(border[0])
            .saturating_add(border[2]),
    );
    // A WebP original may be longer than that; as long as it is not enlarged, so may be the output.
    let longest = MAX_SIDE.max(source.longer_side());
    let largest = MAX_ENLARGED_AREA.max(source.area()).min(MAX_AREA);
    if output.longer_side() > longest || output.area() > largest {
        return Err(TransformError::OutputTooLarge { size: output });
    }

    let offset = crop_offset(fitted.scaled, fitted.inner, options.gravity);
    let (scale_x, scale_y) = (
        f64::from(size.width) / f64::from(fitted.scaled.width),
        f64::from(size.height) / f64::from(fitted.scaled.height),
    );
    let in_turned = Rect {
        x: f64::from(offset.0) * scale_x,
        y: f64::from(offset.1) * scale_y,
        width: f64::from(fitted.inner.width) * scale_x,
        height: f64::from(fitted.inner.height) * scale_y,
    };
    let in_trimmed = turn.undo(in_turned, trimmed_size);
    let visible = Rect {
        x: in_trimmed.x + trimmed.x,
        y: in_trimmed.y + trimmed.y,
        ..in_trimmed
    };
    Ok(Layout {
        plan: Plan {
            scaled: fitted.scaled,
            crop_offset: offset,
            inner: fitted.inner,
            output,
            visible: visible.to_f32(),
        },
        visible,
        turn,
        inner_offset: (
            half_up(u64::from(fitted.canvas.width - fitted.inner.width), 1, 2),
            half_up(u64::from(fitted.canvas.height - fitted.inner.height), 1, 2),
        ),
        canvas: fitted.canvas,
        border,
    })
}

struct Fitted {
    scaled: PixelSize,
    inner: PixelSize,
    canvas: PixelSize,
}

impl Fitted {
    /// Scaled, with nothing cut off or added.
    const fn whole(scaled: PixelSize) -> Self {
        Self::cut(scaled, scaled)
    }

    const fn cut(scaled: PixelSize, inner: PixelSize) -> Self {
        Self {
            scaled,
            inner,
            canvas: inner,
        }
    }
}

fn fitted(source: PixelSize, options: &FlexibleOptions) -> Fitted {
    let options = options.clone().for_screen(None);
    let target = |px: Option<u32>| px.map(|px| times(px, options.dpr, 1));
    let (width, height) = match (target(options.width), target(options.height)) {
        (None, None) => return Fitted::whole(source),
        (Some(width), None) => return Fitted::whole(one_axis(source, width, options.fit)),
        (None, Some(height)) => {
            let turned = one_axis(source.turned(), height, options.fit);
            return Fitted::whole(turned.turned());
        }
        (Some(width), Some(height)) => (width, height),
    };
    let target = PixelSize::new(width, height);
    // On one axis at least nothing would be lost by not scaling.
    let reaches_source = width >= source.width || height >= source.height;
    match options.fit {
        Fit::ScaleDown => Fitted::whole(if width >= source.width && height >= source.height {
            source
        } else {
            inside(source, target)
        }),
        Fit::Contain => Fitted::whole(inside(source, target)),
        Fit::ScaleUp => Fitted::whole(if width <= source.width || height <= source.height {
            source
        } else {
            inside(source, target)
        }),
        Fit::AspectCrop if width > source.width || height > source.height => {
            Fitted::cut(source, inside(target, source))
        }
        Fit::Cover | Fit::AspectCrop => Fitted::cut(around(source, target), target),
        Fit::Crop => {
            let scaled = if reaches_source {
                source
            } else {
                around(source, target)
            };
            let inner = PixelSize::new(width.min(scaled.width), height.min(scaled.height));
            Fitted::cut(scaled, inner)
        }
        Fit::Pad => {
            let inner = inside(source, target);
            Fitted {
                scaled: inner,
                inner,
                canvas: target,
            }
        }
        Fit::Squeeze => Fitted::whole(target),
    }
}

/// Only the width is bounded; the height follows.
fn one_axis(source: PixelSize, width: u32, fit: Fit) -> PixelSize {
    let stays = match fit {
        Fit::ScaleDown | Fit::Crop | Fit::AspectCrop => width >= source.width,
        Fit::ScaleUp => width <= source.width,
        Fit::Contain | Fit::Cover | Fit::Pad | Fit::Squeeze => false,
    };
    if stays {
        return source;
    }
    PixelSize::new(
        width,
        side(u64::from(source.height), u64::from(width), source.width),
    )
}

/// The largest size of that shape within the target.
fn inside(shape: PixelSize, target: PixelSize) -> PixelSize {
    if is_bound_by_width(shape, target) {
        at_width(shape, target.width)
    } else {
        at_height(shape, target.height)
    }
}

/// The smallest size of that shape that fills the target.
fn around(shape: PixelSize, target: PixelSize) -> PixelSize {
    let size = if is_bound_by_width(shape, target) {
        at_height(shape, target.height)
    } else {
        at_width(shape, target.width)
    };
    // Rounding half up cannot fall below the target, which is whole; the maximum says so.
    PixelSize::new(size.width.max(target.width), size.height.max(target.height))
}

fn is_bound_by_width(shape: PixelSize, target: PixelSize) -> bool {
    u64::from(target.width) * u64::from(shape.height)
        <= u64::from(target.height) * u64::from(shape.width)
}

fn at_width(shape: PixelSize, width: u32) -> PixelSize {
    PixelSize::new(
        width,
        side(u64::from(shape.height), u64::from(width), shape.width),
    )
}

fn at_height(shape: PixelSize, height: u32) -> PixelSize {
    PixelSize::new(
        side(u64::from(shape.width), u64::from(height), shape.height),
        height,
    )
}

/// `length * numerator / denominator`, half up, at least 1.
fn side(length: u64, numerator: u64, denominator: u32) -> u32 {
    half_up(length, numerator, denominator).max(1)
}

fn half_up(length: u64, numerator: u64, denominator: u32) -> u32 {
    let denominator = u128::from(denominator);
    let doubled = 2 * u128::from(length) * u128::from(numerator);
    u32::try_from((doubled + denominator) / (2 * denominator)).unwrap_or(u32::MAX)
}

/// Pixels times `dpr`, half up.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positive; larger than u32 saturates"
)]
fn times(px: u32, dpr: f64, least: u32) -> u32 {
    ((f64::from(px) * dpr + 0.5).floor() as u32).max(least)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a fraction of a u32"
)]
fn crop_offset(scaled: PixelSize, inner: PixelSize, gravity: Gravity) -> (u32, u32) {
    let (x, y) = gravity.fractions();
    let part = |remainder: u32, fraction: f64| (f64::from(remainder) * fraction + 0.5) as u32;
    (
        part(scaled.width - inner.width, x),
        part(scaled.height - inner.height, y),
    )
}

fn trimmed(source: PixelSize, edges: &TrimEdges, dpr: f64) -> Result<Rect, TransformError> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a fraction 0 to 1 of a u32"
    )]
    let px = |length: Length, side: u32| match length {
        Length::Px(px) => times(px, dpr, 0),
        Length::Fraction(fraction) => (f64::from(side) * fraction + 0.5) as u32,
    };
    let axis = |before: Option<Length>, after: Option<Length>, kept: Option<Length>, side: u32| {
        let start = before.map_or(0, |length| px(length, side));
        let rest = side.checked_sub(start).filter(|rest| *rest > 0)?;
        let kept = match (kept, after) {
            (Some(kept), _) => px(kept, side).min(rest),
            (None, Some(after)) => rest.saturating_sub(px(after, side)),
            (None, None) => rest,
        };
        (kept > 0).then_some((f64::from(start), f64::from(kept)))
    };
    let horizontal = axis(edges.left, edges.right, edges.width, source.width);
    let vertical = axis(edges.top, edges.bottom, edges.height, source.height);
    let (Some((x, width)), Some((y, height))) = (horizontal, vertical) else {
        return Err(TransformError::EmptyOutput);
    };
    Ok(Rect {
        x,
        y,
        width,
        height,
    })
}
