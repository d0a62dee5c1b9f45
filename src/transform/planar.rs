//! Pictures as planes of brightness and color, the way JPEG and WebP store them.
//!
//! From a photograph to a smaller one, the detour over red, green and blue costs more than the
//! resizing: each pixel converted twice, color spread out to full size and gathered again. Where
//! nothing in between needs red, green and blue, planes are resized as they are and go into the
//! encoder as they are. Resizing is linear and so is the conversion: the result is the same.

mod encode;
#[cfg(test)]
mod tests;

use std::ops::Range;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{PixelType, Resizer};

use super::orient::{Rect, Turn};
use super::resize::{keep_part, weights};
use super::{Pixels, TransformError};
use crate::model::PixelSize;

pub(super) use encode::{jpeg, webp};

/// One channel of a picture, or a band of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plane {
    /// Samples in a row; the last ones may lie beyond the picture.
    pub(super) width: usize,
    /// Rows; the last ones may lie beyond the picture.
    pub(super) height: usize,
    /// Row-major, `len = width * height`.
    pub(super) samples: Vec<u8>,
    /// Samples for each pixel of the picture, on both axes.
    pub(super) scale: (f64, f64),
    /// Rows of the whole plane above the first one that is here.
    pub(super) top: usize,
}

/// A decoded picture: brightness, and color if there is any, as JFIF's YCbCr.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Planes {
    pub(super) size: PixelSize,
    pub(super) luma: Plane,
    pub(super) chroma: Option<[Plane; 2]>,
    /// The ICC profile, while the samples are not yet sRGB.
    pub(super) profile: Option<Vec<u8>>,
}

/// A picture in JFIF's YCbCr: all values from 0 to 255, color around 128.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ycc {
    /// Width and height.
    pub(super) size: PixelSize,
    /// Row-major, `len = width * height`.
    pub(super) luma: Vec<u8>,
    /// Blue and red, each like `luma`, or with half as many rows and columns, rounded up; `None` is
    /// gray.
    pub(super) chroma: Option<[Vec<u8>; 2]>,
    /// Whether color has half as many rows and columns.
    pub(super) is_halved: bool,
}

/// How many samples of color there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chroma {
    /// One for each pixel.
    Full,
    /// One for each four pixels.
    Halved,
}

impl Ycc {
    /// The size of the planes of color.
    pub(super) const fn chroma_size(&self) -> PixelSize {
        if self.is_halved {
            halved(self.size)
        } else {
            self.size
        }
    }

    /// Opaque pixels. Color must be at full size.
    pub(super) fn into_pixels(self) -> Pixels {
        debug_assert!(!self.is_halved, "color at full size");
        let mut rgba = vec![255; self.luma.len() * 4];
        let (pixels, _) = rgba.as_chunks_mut::<4>();
        match &self.chroma {
            None => {
                for (pixel, luma) in pixels.iter_mut().zip(&self.luma) {
                    pixel[..3].fill(*luma);
                }
            }
            Some([blue, red]) => {
                for (((pixel, luma), blue), red) in
                    pixels.iter_mut().zip(&self.luma).zip(blue).zip(red)
                {
                    *pixel = rgba_of(*luma, *blue, *red);
                }
            }
        }
        Pixels {
            size: self.size,
            rgba,
        }
    }
}

const fn halved(size: PixelSize) -> PixelSize {
    PixelSize::new(size.width.div_ceil(2), size.height.div_ceil(2))
}

/// Source: JFIF 1.02, "Conversion to and from RGB"; factors in 65536ths.
#[inline]
fn rgba_of(luma: u8, blue: u8, red: u8) -> [u8; 4] {
    let luma = i32::from(luma) * 65_536 + 32_768;
    let (blue, red) = (i32::from(blue) - 128, i32::from(red) - 128);
    let byte = |sum: i32| {
        let [lowest, ..] = (sum >> 16).clamp(0, 255).to_le_bytes();
        lowest
    };
    [
        byte(luma + 91_881 * red),
        byte(luma - 22_554 * blue - 46_802 * red),
        byte(luma + 116_130 * blue),
        255,
    ]
}

/// Scales a part of a decoded picture to `size` and turns it. `part` is in pixels of the picture as
/// it is stored; `size` is that before turning.
pub(super) fn scaled(
    planes: Planes,
    part: Rect,
    size: PixelSize,
    turn: Turn,
    chroma: Chroma,
) -> Result<Ycc, TransformError> {
    let luma = turn.plane(resized(planes.luma, part, size)?, size);
    let turned_size = turn.size(size);
    let chroma_size = match chroma {
        Chroma::Full => size,
        Chroma::Halved => turn.size(halved(turned_size)),
    };
    let chroma_part = match chroma {
        Chroma::Full => part,
        Chroma::Halved => {
            // With an odd side the last samples reach beyond the picture by a pixel; in the picture
            // as it is stored that may be the first ones.
            let halved = halved(turned_size);
            let doubled = PixelSize::new(halved.width * 2, halved.height * 2);
            let covered = turn.undo(Rect::of(doubled), size);
            let per_pixel = (
                part.width / f64::from(size.width),
                part.height / f64::from(size.height),
            );
            let covered = covered.scaled(per_pixel.0, per_pixel.1);
            Rect {
                x: part.x + covered.x,
                y: part.y + covered.y,
                ..covered
            }
        }
    };
    let scaled = |plane| -> Result<Vec<u8>, TransformError> {
        Ok(turn.plane(resized(plane, chroma_part, chroma_size)?, chroma_size))
    };
    let chroma_planes = match planes.chroma {
        None => None,
        Some([blue, red]) => Some([scaled(blue)?, scaled(red)?]),
    };
    Ok(Ycc {
        size: turned_size,
        luma,
        chroma: chroma_planes,
        is_halved: chroma == Chroma::Halved,
    })
}

/// A part of a plane, scaled. `part` is in pixels of the picture; what lies outside is cut off.
fn resized(plane: Plane, part: Rect, size: PixelSize) -> Result<Vec<u8>, TransformError> {
    let part = part.scaled(plane.scale.0, plane.scale.1);
    #[expect(clippy::cast_precision_loss, reason = "sides of pictures")]
    let (width, height, top) = (plane.width as f64, plane.height as f64, plane.top as f64);
    // At least a sliver, however it was rounded.
    let x = part.x.clamp(0.0, width - 1.0);
    let y = (part.y - top).clamp(0.0, height - 1.0);
    let right = (part.x + part.width).clamp(x + 0.5, width);
    let bottom = (part.y - top + part.height).clamp(y + 0.5, height);
    let part = Rect {
        x,
        y,
        width: right - x,
        height: bottom - y,
    };
    if let Some((rows, columns)) = whole_samples(&plane, part, size) {
        let Plane {
            width, mut samples, ..
        } = plane;
        keep_part(&mut samples, width, rows, columns);
        return Ok(samples);
    }
    let options = weights(part, size).use_alpha(false);
    let short = |px: usize| u32::try_from(px).unwrap_or(u32::MAX);
    let failed = |error: &dyn std::fmt::Display| TransformError::Encoding(error.to_string());
    let source = ImageRef::new(
        short(plane.width),
        short(plane.height),
        &plane.samples,
        PixelType::U8,
    )
    .map_err(|error| failed(&error))?;
    let mut target = Image::new(size.width, size.height, PixelType::U8);
    Resizer::new()
        .resize(&source, &mut target, &options)
        .map_err(|error| failed(&error))?;
    Ok(target.into_vec())
}

/// The rows and columns of the part, if it lies on whole samples and is not scaled.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole and within the plane"
)]
fn whole_samples(
    plane: &Plane,
    part: Rect,
    size: PixelSize,
) -> Option<(Range<usize>, Range<usize>)> {
    let is_near = |a: f64, b: f64| (a - b).abs() < 1e-6;
    let is_whole = |value: f64| is_near(value, value.round());
    if !is_near(part.width, f64::from(size.width))
        || !is_near(part.height, f64::from(size.height))
        || !is_whole(part.x)
        || !is_whole(part.y)
    {
        return None;
    }
    let (left, top) = (part.x.round() as usize, part.y.round() as usize);
    let rows = top..top + size.height as usize;
    let columns = left..left + size.width as usize;
    (rows.end <= plane.height && columns.end <= plane.width).then_some((rows, columns))
}
