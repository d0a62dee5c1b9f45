//! What happens to pixels after resizing: space around them, effects, a background.
//!
//! The formulas are ours, on sRGB values, since none is documented. The order is fixed: border,
//! brightness, contrast, gamma, saturation, blur, sharpen, background.

mod blur;

use super::fit::Layout;
use super::orient::{Rect, Turn};
use super::{Pixels, TransformError};
use crate::model::PixelSize;
use crate::model::flexible::{Border, Color, FlexibleOptions, Trim};
use blur::blur;

/// Puts the picture on the canvas of `pad` and draws the border.
pub(super) fn frame(pixels: Pixels, layout: &Layout, options: &FlexibleOptions) -> Pixels {
    let padding = options.background.unwrap_or(Color::WHITE);
    let padded = place(pixels, layout.canvas, layout.inner_offset, padding);
    match options.border {
        Some(Border { color, .. }) => {
            let [top, _, _, left] = layout.border;
            place(padded, layout.plan.output, (left, top), color)
        }
        None => padded,
    }
}

/// The picture at a place on a canvas of one color.
fn place(pixels: Pixels, size: PixelSize, (left, top): (u32, u32), color: Color) -> Pixels {
    if pixels.size == size {
        return pixels;
    }
    let mut rgba = color
        .rgba()
        .repeat(size.width as usize * size.height as usize);
    let row = pixels.size.width as usize * 4;
    for (y, source) in pixels.rgba.chunks_exact(row).enumerate() {
        let start = ((top as usize + y) * size.width as usize + left as usize) * 4;
        rgba[start..start + row].copy_from_slice(source);
    }
    Pixels { size, rgba }
}

/// Whether the options ask for anything that is done to red, green and blue, or that depends on
/// each pixel.
pub(super) fn need_pixels(options: &FlexibleOptions) -> bool {
    let factors = [
        options.brightness,
        options.contrast,
        options.gamma,
        options.saturation,
    ];
    factors.into_iter().any(|factor| !is_neutral(factor))
        || options.blur > 0.0
        || options.sharpen > 0.0
        || options.border.is_some()
        || matches!(options.trim, Some(Trim::Border { .. }))
}

/// All effects that the options ask for.
pub(super) fn apply(pixels: &mut Pixels, options: &FlexibleOptions) -> Result<(), TransformError> {
    tone(pixels, options);
    if options.blur > 0.0 {
        blur(pixels, options.blur / 2.0)?;
    }
    if options.sharpen > 0.0 {
        sharpen(pixels, options.sharpen)?;
    }
    if let Some(color) = options.background {
        lay_under(pixels, color);
    }
    Ok(())
}

fn is_neutral(factor: f64) -> bool {
    (factor - 1.0).abs() < f64::EPSILON
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0 to 255"
)]
fn to_byte(value: f64) -> u8 {
    (value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8
}

fn tone(pixels: &mut Pixels, options: &FlexibleOptions) {
    let changes_tone = [options.brightness, options.contrast, options.gamma]
        .into_iter()
        .any(|factor| !is_neutral(factor));
    if changes_tone {
        let table: Vec<u8> = (0..=255_u8)
            .map(|byte| {
                let bright = (f64::from(byte) / 255.0 * options.brightness).clamp(0.0, 1.0);
                let contrasted = ((bright - 0.5) * options.contrast + 0.5).clamp(0.0, 1.0);
                to_byte(contrasted.powf(1.0 / options.gamma))
            })
            .collect();
        for pixel in pixels.rgba.as_chunks_mut::<4>().0 {
            for channel in &mut pixel[..3] {
                *channel = table[usize::from(*channel)];
            }
        }
    }
    if !is_neutral(options.saturation) {
        for pixel in pixels.rgba.as_chunks_mut::<4>().0 {
            let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(|v| f64::from(v) / 255.0);
            // Rec. 709, the primaries of sRGB.
            let luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
            for (channel, value) in pixel.iter_mut().zip([red, green, blue]) {
                *channel = to_byte(luma + (value - luma) * options.saturation);
            }
        }
    }
}

/// Unsharp masking: adds what a slight blur takes away. Strength 1 is what shrinking calls for.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "strength up to 10, channels clamped to 0 to 255"
)]
fn sharpen(pixels: &mut Pixels, strength: f64) -> Result<(), TransformError> {
    let amount = (strength * 0.5) as f32;
    let (width, height) = (pixels.size.width, pixels.size.height as usize);
    let row_bytes = width as usize * 4;
    // A band of rows at a time, with those around it that the blur looks at: of the rows above,
    // which are sharp by then, the old ones were kept.
    let mut above: Vec<u8> = Vec::new();
    for top in (0..height).step_by(BAND_ROWS) {
        let bottom = (top + BAND_ROWS).min(height);
        let reach = (bottom + SHARPEN_REACH).min(height);
        let first = above.len();
        let mut rgba = std::mem::take(&mut above);
        rgba.extend_from_slice(&pixels.rgba[top * row_bytes..reach * row_bytes]);
        let kept = first + (bottom - top).saturating_sub(SHARPEN_REACH) * row_bytes;
        above.extend_from_slice(&rgba[kept..first + (bottom - top) * row_bytes]);
        let rows = u32::try_from(rgba.len() / row_bytes).expect("a part of the picture's rows");
        let mut soft = Pixels {
            size: PixelSize::new(width, rows),
            rgba,
        };
        blur(&mut soft, 1.0)?;
        let sharp = &mut pixels.rgba[top * row_bytes..bottom * row_bytes];
        let soft = soft.rgba[first..].as_chunks::<4>().0;
        for (pixel, soft) in sharp.as_chunks_mut::<4>().0.iter_mut().zip(soft) {
            for (channel, soft) in pixel[..3].iter_mut().zip(soft) {
                let (value, soft) = (f32::from(*channel), f32::from(*soft));
                *channel = (value + (value - soft) * amount + 0.5).clamp(0.0, 255.0) as u8;
            }
        }
    }
    Ok(())
}

/// How many rows are sharpened at a time, and how far the slight blur of it looks.
const BAND_ROWS: usize = 256;
const SHARPEN_REACH: usize = 3;

/// Lays a color under transparent pixels. An opaque one leaves no transparency.
pub(super) fn lay_under(pixels: &mut Pixels, color: Color) {
    let [red, green, blue, below] = color.rgba().map(|value| f64::from(value) / 255.0);
    for pixel in pixels.rgba.as_chunks_mut::<4>().0 {
        if pixel[3] == 255 {
            continue;
        }
        let above = f64::from(pixel[3]) / 255.0;
        let shines = below * (1.0 - above);
        let alpha = above + shines;
        for (channel, under) in pixel.iter_mut().zip([red, green, blue]) {
            let over = f64::from(*channel) / 255.0 * above;
            *channel = if alpha > 0.0 {
                to_byte((over + under * shines) / alpha)
            } else {
                0
            };
        }
        pixel[3] = to_byte(alpha);
    }
}

/// What is left when the edge of one color is cut away, in pixels of the upright picture; `None`
/// when nothing else is there.
pub(super) fn content(
    pixels: &Pixels,
    orientation: Turn,
    color: Option<Color>,
    tolerance: u8,
    keep_px: u32,
) -> Option<Rect> {
    let (width, height) = (pixels.size.width as usize, pixels.size.height as usize);
    let (all, _) = pixels.rgba.as_chunks::<4>();
    let edge = match color {
        Some(color) => color.rgba(),
        None => *all.first()?,
    };
    let is_edge = |pixel: &[u8; 4]| {
        let is_like = |(a, b): (&u8, &u8)| a.abs_diff(*b) <= tolerance;
        // Where nothing is seen the color does not matter.
        (pixel[3] == 0 && edge[3] == 0) || pixel.iter().zip(&edge).all(is_like)
    };
    let row_is_edge = |y: &usize| all[y * width..(y + 1) * width].iter().all(is_edge);
    let top = (0..height).find(|y| !row_is_edge(y))?;
    let bottom = (top..height).rev().find(|y| !row_is_edge(y))?;
    let column_is_edge = |x: &usize| (top..=bottom).all(|y| is_edge(&all[y * width + x]));
    let left = (0..width).find(|x| !column_is_edge(x))?;
    let right = (left..width).rev().find(|x| !column_is_edge(x))?;
    let keep = keep_px as usize;
    let (left, top) = (left.saturating_sub(keep), top.saturating_sub(keep));
    let right = (right + 1).saturating_add(keep).min(width);
    let bottom = (bottom + 1).saturating_add(keep).min(height);
    #[expect(clippy::cast_precision_loss, reason = "sides of pictures")]
    let stored = Rect {
        x: left as f64,
        y: top as f64,
        width: (right - left) as f64,
        height: (bottom - top) as f64,
    };
    Some(orientation.apply(stored, pixels.size))
}

#[cfg(test)]
mod tests {
    use super::super::testing::gradient;
    use super::*;

    /// A picture in which every pixel differs from its neighbors.
    pub(super) fn busy(width: u32, height: u32) -> Pixels {
        let mut pixels = gradient(width, height);
        for (i, pixel) in pixels.rgba.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            pixel[0] = u8::try_from(i * 37 % 251).unwrap();
            pixel[3] = 255;
        }
        pixels
    }

    #[test]
    fn sharpening_in_bands_leaves_no_seam() {
        let rows = u32::try_from(BAND_ROWS).unwrap() * 2 + 2;
        let whole = busy(20, rows);
        let mut sharp = whole.clone();
        sharpen(&mut sharp, 1.0).unwrap();
        // The rows around a seam, sharpened as the middle of a single band.
        let row_bytes = 20 * 4;
        for seam in [BAND_ROWS, 2 * BAND_ROWS - 100] {
            let (first, last) = (seam - 40, seam + 40);
            let mut middle = Pixels {
                size: PixelSize::new(20, 80),
                rgba: whole.rgba[first * row_bytes..last * row_bytes].to_vec(),
            };
            sharpen(&mut middle, 1.0).unwrap();
            let inner = 10 * row_bytes..70 * row_bytes;
            let found = &sharp.rgba[first * row_bytes..][inner.clone()];
            assert_eq!(found, &middle.rgba[inner]);
        }
    }
}
