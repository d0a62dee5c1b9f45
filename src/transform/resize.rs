//! A part of a picture, scaled. Color and transparency are weighted together, so that what hides
//! in transparent pixels does not bleed into their neighbors.

use std::borrow::Cow;
use std::f64::consts::PI;
use std::ops::Range;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{Filter, FilterType, MulDiv, PixelType, ResizeAlg, ResizeOptions, Resizer};

use super::orient::Rect;
use super::{Pixels, TransformError};
use crate::model::PixelSize;

/// Scales `part` to `size`. What is owned is worked on in place: of a large picture there is no memory
/// for a second one.
pub(super) fn resize(
    mut pixels: Cow<'_, Pixels>,
    part: Rect,
    size: PixelSize,
    has_alpha: bool,
) -> Result<Pixels, TransformError> {
    let (width, height) = (f64::from(pixels.size.width), f64::from(pixels.size.height));
    // Rounding on the way back from the output can leave the picture by a hair.
    let x = part.x.clamp(0.0, width);
    let y = part.y.clamp(0.0, height);
    let part = Rect {
        x,
        y,
        width: part.width.min(width - x),
        height: part.height.min(height - y),
    };
    if let Some((left, top)) = whole_pixels(part, size) {
        return Ok(cut(pixels, left, top, size));
    }
    let failed = |error: &dyn std::fmt::Display| TransformError::Encoding(error.to_string());
    let is_weighted = has_alpha && matches!(pixels, Cow::Owned(_));
    let weigher = MulDiv::new();
    if is_weighted {
        let pixels = pixels.to_mut();
        let PixelSize { width, height } = pixels.size;
        let mut image = Image::from_slice_u8(width, height, &mut pixels.rgba, PixelType::U8x4)
            .map_err(|error| failed(&error))?;
        weigher
            .multiply_alpha_inplace(&mut image)
            .map_err(|error| failed(&error))?;
    }
    let options = weights(part, size).use_alpha(has_alpha && !is_weighted);
    let source = ImageRef::new(
        pixels.size.width,
        pixels.size.height,
        &pixels.rgba,
        PixelType::U8x4,
    )
    .map_err(|error| failed(&error))?;
    let mut target = Image::new(size.width, size.height, PixelType::U8x4);
    Resizer::new()
        .resize(&source, &mut target, &options)
        .map_err(|error| failed(&error))?;
    if is_weighted {
        weigher
            .divide_alpha_inplace(&mut target)
            .map_err(|error| failed(&error))?;
    }
    Ok(Pixels {
        size,
        rgba: target.into_vec(),
    })
}

/// How samples of `part` are weighed: Lanczos when it becomes smaller, bicubic when it becomes larger.
pub(super) fn weights(part: Rect, size: PixelSize) -> ResizeOptions {
    let is_enlarged = f64::from(size.width) > part.width && f64::from(size.height) > part.height;
    let filter = if is_enlarged {
        FilterType::CatmullRom
    } else {
        Filter::new("Lanczos3", lanczos3, LOBES).map_or(FilterType::Lanczos3, FilterType::Custom)
    };
    ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(filter))
        .crop(part.x, part.y, part.width, part.height)
}

/// How far Lanczos looks to each side, in samples of the smaller picture.
const LOBES: f64 = 3.0;

/// How a sample so far away is weighed: as the library does, which takes two sines for it. They are
/// a twentieth of a small thumbnail, and one follows from the other.
fn lanczos3(x: f64) -> f64 {
    if x == 0.0 {
        return 1.0;
    }
    if !(-LOBES..LOBES).contains(&x) {
        return 0.0;
    }
    let angle = PI * x;
    let of_third = (angle / LOBES).sin();
    let of_whole = of_third * (3.0 - 4.0 * of_third * of_third);
    of_whole * of_third * LOBES / (angle * angle)
}

/// Where the part begins, if it lies on whole pixels and is not scaled.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole and within the picture"
)]
fn whole_pixels(part: Rect, size: PixelSize) -> Option<(usize, usize)> {
    let is_whole = |value: f64| (value - value.round()).abs() < 1e-6;
    let all_are = [part.x, part.y, part.width, part.height]
        .into_iter()
        .all(is_whole);
    (all_are && part.size() == size).then(|| (part.x.round() as usize, part.y.round() as usize))
}

fn cut(pixels: Cow<'_, Pixels>, left: usize, top: usize, size: PixelSize) -> Pixels {
    if size == pixels.size {
        return pixels.into_owned();
    }
    let stride = pixels.size.width as usize * 4;
    let row = size.width as usize * 4;
    let rows = top..top + size.height as usize;
    let rgba = match pixels {
        Cow::Owned(mut pixels) => {
            keep_part(&mut pixels.rgba, stride, rows, left * 4..left * 4 + row);
            pixels.rgba
        }
        Cow::Borrowed(pixels) => rows
            .flat_map(|y| &pixels.rgba[y * stride + left * 4..][..row])
            .copied()
            .collect(),
    };
    Pixels { size, rgba }
}

/// Leaves of what lies row by row, `stride` to a row, only some columns of some rows.
pub(super) fn keep_part(
    samples: &mut Vec<u8>,
    stride: usize,
    rows: Range<usize>,
    columns: Range<usize>,
) {
    let length = columns.len();
    for (to, y) in rows.clone().enumerate() {
        let start = y * stride;
        samples.copy_within(start + columns.start..start + columns.end, to * length);
    }
    samples.truncate(rows.len() * length);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture() -> Pixels {
        Pixels {
            size: PixelSize::new(9, 7),
            rgba: (0..9 * 7 * 4).map(|i: u32| (i * 37 % 251) as u8).collect(),
        }
    }

    #[test]
    fn samples_are_weighed_as_lanczos_did() {
        let sinc = |x: f64| {
            if x == 0.0 {
                1.0
            } else {
                (PI * x).sin() / (PI * x)
            }
        };
        for step in -3100..3100 {
            let x = f64::from(step) / 1000.0;
            let expected = if x.abs() < 3.0 {
                sinc(x) * sinc(x / 3.0)
            } else {
                0.0
            };
            assert!((lanczos3(x) - expected).abs() < 1e-12, "{x}");
        }
        assert!((lanczos3(1e-9) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn what_is_owned_becomes_the_same_as_what_is_borrowed() {
        let picture = picture();
        let whole = Rect::of(picture.size);
        let inner = Rect {
            x: 2.0,
            y: 1.0,
            width: 5.0,
            height: 4.0,
        };
        for (part, size) in [
            (whole, picture.size),
            (inner, PixelSize::new(5, 4)),
            (inner, PixelSize::new(3, 2)),
            (whole, PixelSize::new(20, 15)),
        ] {
            for has_alpha in [false, true] {
                let borrowed = resize(Cow::Borrowed(&picture), part, size, has_alpha).unwrap();
                let owned = resize(Cow::Owned(picture.clone()), part, size, has_alpha).unwrap();
                assert_eq!(borrowed, owned, "{part:?} to {size:?}");
                assert_eq!(owned.rgba.len() as u64, size.area() * 4);
            }
        }
    }
}
