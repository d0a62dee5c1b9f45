//! Gaussian blur.

use std::borrow::Cow;

use crate::model::PixelSize;
use crate::transform::encode::is_opaque;
use crate::transform::orient::Rect;
use crate::transform::resize::resize;
use crate::transform::rows::{Layout, Shrinker};
use crate::transform::{Pixels, TransformError};

/// Above this, three box blurs in a row are as good as the Gaussian, and far quicker.
const LARGEST_KERNEL_SIGMA: f64 = 3.0;

/// Gaussian blur on premultiplied color; the edges go on as they are.
pub(super) fn blur(pixels: &mut Pixels, sigma: f64) -> Result<(), TransformError> {
    // Below that the kernel is a single pixel.
    if sigma < 0.1 {
        return Ok(());
    }
    let block = coarse_block(pixels.size, sigma);
    if block > 1 {
        return blur_coarsely(pixels, sigma, block);
    }
    if pixels.size.area() > MAX_PLANES_AREA {
        blur_in_place(pixels, sigma);
    } else {
        blur_with_a_copy(pixels, sigma);
    }
    Ok(())
}

fn blur_with_a_copy(pixels: &mut Pixels, sigma: f64) {
    let mut planes = premultiplied(&pixels.rgba);
    let (width, height) = (pixels.size.width as usize, pixels.size.height as usize);
    planes = blur_rows(&planes, width, sigma);
    planes = exchange_axes(&planes, width, height);
    planes = blur_rows(&planes, height, sigma);
    planes = exchange_axes(&planes, height, width);
    store_straight(&mut pixels.rgba, &planes);
}

/// What sigma is at least in a smaller picture: nothing is left that a larger one would show better.
const COARSE_SIGMA: f64 = 8.0;

/// How many blocks the shorter side of the smaller picture has at least: at the edge the last block
/// goes on in place of the last pixel.
const COARSE_BLOCKS: u32 = 64;

/// How many pixels along a side become one in that smaller picture; 1 if there is no use in it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sigma is at most 125"
)]
fn coarse_block(size: PixelSize, sigma: f64) -> usize {
    let largest = size.width.min(size.height) / COARSE_BLOCKS;
    ((sigma / COARSE_SIGMA) as usize).min(largest as usize)
}

/// As [`blur`], in a smaller picture that is enlarged afterwards: a hundredth of the time.
#[expect(clippy::cast_precision_loss, reason = "a block of 2 to 15 pixels")]
fn blur_coarsely(pixels: &mut Pixels, sigma: f64, block: usize) -> Result<(), TransformError> {
    let size = pixels.size;
    let (width, height) = (size.width as usize, size.height as usize);
    let mut shrinker = Shrinker::new(Layout::Rgba, width, height, (block, block));
    for row in pixels.rgba.chunks_exact(width * 4) {
        shrinker.push(row);
    }
    let mut small = shrinker.finish();
    let per_pixel = block as f64;
    // To average blocks is to blur a little as well: variances add up.
    let left = sigma * sigma - (per_pixel * per_pixel - 1.0) / 12.0;
    blur(&mut small, left.sqrt() / per_pixel)?;
    // The last blocks may stand for less than a whole one.
    let part = Rect::of(size).scaled(1.0 / per_pixel, 1.0 / per_pixel);
    // Of a large picture there is no memory for another one.
    pixels.rgba = Vec::new();
    let has_alpha = !is_opaque(&small.rgba);
    *pixels = resize(Cow::Owned(small), part, size, has_alpha)?;
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::effects::tests::busy;
    use crate::transform::testing::gradient;

    fn largest_difference(a: &Pixels, b: &Pixels) -> u8 {
        let both = a.rgba.iter().zip(&b.rgba);
        both.map(|(a, b)| a.abs_diff(*b)).max().unwrap()
    }

    #[test]
    fn a_blur_without_a_copy_is_at_most_a_step_away() {
        for sigma in [1.0, 20.0] {
            let (mut copied, mut in_place) = (busy(150, 70), busy(150, 70));
            blur_with_a_copy(&mut copied, sigma);
            blur_in_place(&mut in_place, sigma);
            assert!(largest_difference(&copied, &in_place) <= 1, "{sigma}");
        }
    }

    #[test]
    fn a_strong_blur_is_that_of_a_smaller_picture() {
        for sigma in [16.0, 40.0, 125.0] {
            for alpha in [255, 90] {
                // Brightness and opacity change across the picture, and its sides are no multiples.
                // What goes on at the edge is the last pixel or the last block, so neighbors are alike.
                let mut picture = gradient(403, 299);
                for (i, pixel) in picture.rgba.as_chunks_mut::<4>().0.iter_mut().enumerate() {
                    if i % 403 > 200 {
                        pixel[1] = 240;
                        pixel[3] = alpha;
                    }
                }
                let mut exact = picture.clone();
                blur_with_a_copy(&mut exact, sigma);
                blur(&mut picture, sigma).unwrap();
                let off = largest_difference(&exact, &picture);
                // What hardly covers is divided by its opacity, and so is the rounding.
                assert!(
                    off <= if alpha == 255 { 3 } else { 6 },
                    "{sigma}, {alpha}: {off}"
                );
            }
        }
    }
}
