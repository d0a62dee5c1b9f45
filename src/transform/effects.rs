//! What happens to pixels after resizing: space around them, effects, a background.
//!
//! The formulas are ours, on sRGB values, since none is documented. The order is fixed: border,
//! brightness, contrast, gamma, saturation, blur, sharpen, background.

use super::Pixels;
use super::fit::Layout;
use super::orient::{Rect, Turn};
use crate::model::PixelSize;
use crate::model::flexible::{Border, Color, FlexibleOptions, Trim};

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
pub(super) fn apply(pixels: &mut Pixels, options: &FlexibleOptions) {
    tone(pixels, options);
    if options.blur > 0.0 {
        blur(pixels, options.blur / 2.0);
    }
    if options.sharpen > 0.0 {
        sharpen(pixels, options.sharpen);
    }
    if let Some(color) = options.background {
        lay_under(pixels, color);
    }
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

/// Above this, three box blurs in a row are as good as the Gaussian, and far quicker.
const LARGEST_KERNEL_SIGMA: f64 = 3.0;

/// Gaussian blur on premultiplied color; the edges go on as they are.
fn blur(pixels: &mut Pixels, sigma: f64) {
    // Below that the kernel is a single pixel.
    if sigma < 0.1 {
        return;
    }
    if pixels.size.area() > MAX_PLANES_AREA {
        return blur_in_place(pixels, sigma);
    }
    let mut planes = premultiplied(&pixels.rgba);
    let (width, height) = (pixels.size.width as usize, pixels.size.height as usize);
    planes = blur_rows(&planes, width, sigma);
    planes = exchange_axes(&planes, width, height);
    planes = blur_rows(&planes, height, sigma);
    planes = exchange_axes(&planes, height, width);
    store_straight(&mut pixels.rgba, &planes);
}

/// Larger pictures are blurred without a copy: planes take eight times the memory of the pixels.
const MAX_PLANES_AREA: u64 = 16_000_000;

/// How many columns are gathered at a time, so that each trip down the picture is worth it.
const COLUMNS: usize = 64;

/// As [`blur`], a few rows or columns at a time. Between the two passes values are rounded to
/// bytes, which is at most one step away from the result without.
fn blur_in_place(pixels: &mut Pixels, sigma: f64) {
    let (width, height) = (pixels.size.width as usize, pixels.size.height as usize);
    for row in pixels.rgba.chunks_exact_mut(width * 4) {
        let blurred = blur_rows(&premultiplied(row), width, sigma);
        store_straight(row, &blurred);
    }
    let (all, _) = pixels.rgba.as_chunks_mut::<4>();
    let mut columns = Vec::new();
    for left in (0..width).step_by(COLUMNS) {
        let here = left..(left + COLUMNS).min(width);
        columns.clear();
        for x in here.clone() {
            columns.extend((0..height).flat_map(|y| all[y * width + x]));
        }
        let blurred = blur_rows(&premultiplied(&columns), height, sigma);
        store_straight(&mut columns, &blurred);
        for (x, column) in here.zip(columns.chunks_exact(height * 4)) {
            for (y, pixel) in column.as_chunks::<4>().0.iter().enumerate() {
                all[y * width + x] = *pixel;
            }
        }
    }
}

fn premultiplied(rgba: &[u8]) -> Vec<[f32; 4]> {
    rgba.as_chunks::<4>()
        .0
        .iter()
        .map(|pixel| {
            let [red, green, blue, alpha] = pixel.map(f32::from);
            let opacity = alpha / 255.0;
            [red * opacity, green * opacity, blue * opacity, alpha]
        })
        .collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0 to 255"
)]
fn store_straight(rgba: &mut [u8], planes: &[[f32; 4]]) {
    for (pixel, [red, green, blue, alpha]) in rgba.as_chunks_mut::<4>().0.iter_mut().zip(planes) {
        let opacity = (alpha / 255.0).max(1.0 / 255.0);
        *pixel = [red / opacity, green / opacity, blue / opacity, *alpha]
            .map(|value| (value.clamp(0.0, 255.0) + 0.5) as u8);
    }
}

fn exchange_axes(planes: &[[f32; 4]], width: usize, height: usize) -> Vec<[f32; 4]> {
    let mut turned = Vec::with_capacity(planes.len());
    for x in 0..width {
        turned.extend((0..height).map(|y| planes[y * width + x]));
    }
    turned
}

fn blur_rows(planes: &[[f32; 4]], width: usize, sigma: f64) -> Vec<[f32; 4]> {
    let mut blurred = Vec::with_capacity(planes.len());
    if sigma <= LARGEST_KERNEL_SIGMA {
        let kernel = gaussian(sigma);
        let radius = kernel.len() / 2;
        for row in planes.chunks_exact(width) {
            for x in 0..width {
                let mut sum = [0.0; 4];
                for (i, weight) in kernel.iter().enumerate() {
                    let pixel = row[(x + i).saturating_sub(radius).min(width - 1)];
                    for (sum, value) in sum.iter_mut().zip(pixel) {
                        *sum += value * weight;
                    }
                }
                blurred.push(sum);
            }
        }
    } else {
        for row in planes.chunks_exact(width) {
            let mut row = row.to_vec();
            for radius in box_radii(sigma) {
                row = box_blur(&row, radius);
            }
            blurred.extend(row);
        }
    }
    blurred
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a radius of at most 9 pixels, weights near 1"
)]
fn gaussian(sigma: f64) -> Vec<f32> {
    let radius = (sigma * 3.0).ceil() as i32;
    let weights: Vec<f64> = (-radius..=radius)
        .map(|x| (-f64::from(x * x) / (2.0 * sigma * sigma)).exp())
        .collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| (weight / sum) as f32).collect()
}

/// Radii of three boxes whose variances add up to that of the Gaussian.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "sigma is at most 125"
)]
fn box_radii(sigma: f64) -> [usize; 3] {
    let ideal = (4.0 * sigma * sigma + 1.0).sqrt();
    let mut lower = ideal.floor() as usize;
    if lower.is_multiple_of(2) {
        lower -= 1;
    }
    let low = lower as f64;
    // Of the three boxes, that many have the smaller width.
    let smaller = (12.0 * sigma * sigma - 3.0 * low * low - 12.0 * low - 9.0) / (-4.0 * low - 4.0);
    let smaller = smaller.round().clamp(0.0, 3.0) as usize;
    [0, 1, 2].map(|i| {
        let width = if i < smaller { lower } else { lower + 2 };
        (width - 1) / 2
    })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a radius of at most a few hundred"
)]
fn box_blur(row: &[[f32; 4]], radius: usize) -> Vec<[f32; 4]> {
    let last = row.len() - 1;
    let at = |i: isize| row[usize::try_from(i).unwrap_or(0).min(last)];
    let reach = radius.cast_signed();
    let weight = 1.0 / (2 * radius + 1) as f32;
    // Running sums lose digits; in f64 no row is long enough for that to show.
    let mut sum = [0.0_f64; 4];
    for i in -reach..=reach {
        for (sum, value) in sum.iter_mut().zip(at(i)) {
            *sum += f64::from(value);
        }
    }
    let mut blurred = Vec::with_capacity(row.len());
    for x in 0..row.len().cast_signed() {
        #[expect(clippy::cast_possible_truncation, reason = "an average of bytes")]
        blurred.push(sum.map(|sum| sum as f32 * weight));
        let (entering, leaving) = (at(x + reach + 1), at(x - reach));
        for (i, sum) in sum.iter_mut().enumerate() {
            *sum += f64::from(entering[i]) - f64::from(leaving[i]);
        }
    }
    blurred
}

/// Unsharp masking: adds what a slight blur takes away. Strength 1 is what shrinking calls for.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "strength up to 10, channels clamped to 0 to 255"
)]
fn sharpen(pixels: &mut Pixels, strength: f64) {
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
        blur(&mut soft, 1.0);
        let sharp = &mut pixels.rgba[top * row_bytes..bottom * row_bytes];
        let soft = soft.rgba[first..].as_chunks::<4>().0;
        for (pixel, soft) in sharp.as_chunks_mut::<4>().0.iter_mut().zip(soft) {
            for (channel, soft) in pixel[..3].iter_mut().zip(soft) {
                let (value, soft) = (f32::from(*channel), f32::from(*soft));
                *channel = (value + (value - soft) * amount + 0.5).clamp(0.0, 255.0) as u8;
            }
        }
    }
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
    fn busy(width: u32, height: u32) -> Pixels {
        let mut pixels = gradient(width, height);
        for (i, pixel) in pixels.rgba.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            pixel[0] = u8::try_from(i * 37 % 251).unwrap();
            pixel[3] = 255;
        }
        pixels
    }

    fn largest_difference(a: &Pixels, b: &Pixels) -> u8 {
        let both = a.rgba.iter().zip(&b.rgba);
        both.map(|(a, b)| a.abs_diff(*b)).max().unwrap()
    }

    #[test]
    fn a_blur_without_a_copy_is_at_most_a_step_away() {
        for sigma in [1.0, 20.0] {
            let (mut copied, mut in_place) = (busy(150, 70), busy(150, 70));
            blur(&mut copied, sigma);
            blur_in_place(&mut in_place, sigma);
            assert!(largest_difference(&copied, &in_place) <= 1, "{sigma}");
        }
    }

    #[test]
    fn sharpening_in_bands_leaves_no_seam() {
        let rows = u32::try_from(BAND_ROWS).unwrap() * 2 + 2;
        let whole = busy(20, rows);
        let mut sharp = whole.clone();
        sharpen(&mut sharp, 1.0);
        // The rows around a seam, sharpened as the middle of a single band.
        let row_bytes = 20 * 4;
        for seam in [BAND_ROWS, 2 * BAND_ROWS - 100] {
            let (first, last) = (seam - 40, seam + 40);
            let mut middle = Pixels {
                size: PixelSize::new(20, 80),
                rgba: whole.rgba[first * row_bytes..last * row_bytes].to_vec(),
            };
            sharpen(&mut middle, 1.0);
            let inner = 10 * row_bytes..70 * row_bytes;
            let found = &sharp.rgba[first * row_bytes..][inner.clone()];
            assert_eq!(found, &middle.rgba[inner]);
        }
    }
}
