//! A part of a picture, scaled. Color and transparency are weighted together, so that what hides
//! in transparent pixels does not bleed into their neighbors.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use super::orient::Rect;
use super::{Pixels, TransformError};
use crate::model::PixelSize;

/// Scales `part` to `size`.
pub(super) fn resize(
    pixels: &Pixels,
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
    if let Some(cut) = cut(pixels, part, size) {
        return Ok(cut);
    }
    let options = weights(part, size).use_alpha(has_alpha);
    let source = ImageRef::new(
        pixels.size.width,
        pixels.size.height,
        &pixels.rgba,
        PixelType::U8x4,
    )
    .expect("four bytes for each pixel");
    let mut target = Image::new(size.width, size.height, PixelType::U8x4);
    Resizer::new()
        .resize(&source, &mut target, &options)
        .map_err(|error| TransformError::Encoding(error.to_string()))?;
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
        FilterType::Lanczos3
    };
    ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(filter))
        .crop(part.x, part.y, part.width, part.height)
}

/// The part as it is, if it lies on whole pixels and is not scaled.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole and within the picture"
)]
fn cut(pixels: &Pixels, part: Rect, size: PixelSize) -> Option<Pixels> {
    let is_whole = |value: f64| (value - value.round()).abs() < 1e-6;
    if part.size() != size
        || ![part.x, part.y, part.width, part.height]
            .into_iter()
            .all(is_whole)
    {
        return None;
    }
    if size == pixels.size {
        return Some(pixels.clone());
    }
    let (left, top) = (part.x.round() as usize, part.y.round() as usize);
    let stride = pixels.size.width as usize * 4;
    let row = size.width as usize * 4;
    let mut rgba = Vec::with_capacity(row * size.height as usize);
    for y in top..top + size.height as usize {
        let start = y * stride + left * 4;
        rgba.extend_from_slice(&pixels.rgba[start..start + row]);
    }
    Some(Pixels { size, rgba })
}
