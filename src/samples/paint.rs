//! The canvas: floating-point colors, soft edges, and a film-like finish.
//!
//! Positions are in units of the picture's height: y runs from 0 at the top to 1 at the bottom,
//! x from 0 to [`Canvas::aspect`]. So a scene looks the same at every size.

use super::noise::speck;
use image::RgbImage;
use std::ops::{Add, Mul};

/// A place on the canvas: x, y.
pub(super) type At = (f32, f32);

/// A color as a screen shows it (sRGB), 0..=1 per channel; sums may exceed 1 until the finish.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ink {
    pub(super) r: f32,
    pub(super) g: f32,
    pub(super) b: f32,
}

/// The color of a hexadecimal triple.
pub(super) const fn ink(hex: u32) -> Ink {
    Ink {
        r: ((hex >> 16) & 0xFF) as f32 / 255.0,
        g: ((hex >> 8) & 0xFF) as f32 / 255.0,
        b: (hex & 0xFF) as f32 / 255.0,
    }
}

impl Ink {
    #[inline]
    pub(super) fn mix(self, other: Ink, amount: f32) -> Ink {
        Ink {
            r: self.r + (other.r - self.r) * amount,
            g: self.g + (other.g - self.g) * amount,
            b: self.b + (other.b - self.b) * amount,
        }
    }

    /// Light added on top without burning out.
    #[inline]
    pub(super) fn lit(self, light: Ink) -> Ink {
        Ink {
            r: self.r + light.r * (1.0 - self.r).max(0.0),
            g: self.g + light.g * (1.0 - self.g).max(0.0),
            b: self.b + light.b * (1.0 - self.b).max(0.0),
        }
    }

    /// As seen through a colored filter.
    #[inline]
    pub(super) fn through(self, filter: Ink) -> Ink {
        Ink {
            r: self.r * filter.r,
            g: self.g * filter.g,
            b: self.b * filter.b,
        }
    }
}

impl Add for Ink {
    type Output = Ink;
    #[inline]
    fn add(self, other: Ink) -> Ink {
        Ink {
            r: self.r + other.r,
            g: self.g + other.g,
            b: self.b + other.b,
        }
    }
}

impl Mul<f32> for Ink {
    type Output = Ink;
    #[inline]
    fn mul(self, by: f32) -> Ink {
        Ink {
            r: self.r * by,
            g: self.g * by,
            b: self.b * by,
        }
    }
}

/// 0 below `low`, 1 above `high`, smooth between; the ends may be given in either order.
#[inline]
pub(super) fn ramp(low: f32, high: f32, value: f32) -> f32 {
    let t = ((value - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// The color at `t` along stops in ascending order.
#[inline]
pub(super) fn gradient(stops: &[(f32, Ink)], t: f32) -> Ink {
    let mut before = stops[0];
    for &stop in stops {
        if t < stop.0 {
            let span = stop.0 - before.0;
            let amount = if span > 0.0 {
                (t - before.0) / span
            } else {
                1.0
            };
            return before.1.mix(stop.1, amount);
        }
        before = stop;
    }
    before.1
}

/// Fills, strokes and light on a grid of floating-point pixels.
pub(super) struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<Ink>,
    /// The width in units of the height.
    pub(super) aspect: f32,
    /// The size of one pixel in units of the height.
    pub(super) pixel: f32,
}

impl Canvas {
    pub(super) fn new(width: u32, height: u32) -> Self {
        let (width, height) = (width.max(1) as usize, height.max(1) as usize);
        Self {
            width,
            height,
            pixels: vec![ink(0); width * height],
            aspect: width as f32 / height as f32,
            pixel: 1.0 / height as f32,
        }
    }

    /// Every pixel from its place.
    pub(super) fn shade(&mut self, of: impl Fn(f32, f32) -> Ink) {
        self.adjust(0.0, 1.0, |x, y, _| of(x, y));
    }

    /// Every pixel between two heights from its place and what is there.
    pub(super) fn adjust(&mut self, top: f32, bottom: f32, of: impl Fn(f32, f32, Ink) -> Ink) {
        let first = (top.max(0.0) * self.height as f32) as usize;
        let last = ((bottom * self.height as f32).ceil() as usize).min(self.height);
        for row in first..last {
            let y = (row as f32 + 0.5) * self.pixel;
            let line = &mut self.pixels[row * self.width..][..self.width];
            for (column, pixel) in line.iter_mut().enumerate() {
                *pixel = of((column as f32 + 0.5) * self.pixel, y, *pixel);
            }
        }
    }

    /// Paints within a box: the closure gives the color and how much it covers.
    pub(super) fn within(&mut self, from: At, to: At, of: impl Fn(f32, f32) -> (Ink, f32)) {
        self.within_lit(from, to, |x, y, old| {
            let (color, cover) = of(x, y);
            if cover > 0.0 {
                old.mix(color, cover)
            } else {
                old
            }
        });
    }

    fn within_lit(&mut self, from: At, to: At, of: impl Fn(f32, f32, Ink) -> Ink) {
        let edge = |value: f32, limit: usize| ((value / self.pixel).max(0.0) as usize).min(limit);
        let (left, right) = (
            edge(from.0, self.width),
            edge(to.0 + self.pixel, self.width),
        );
        let (top, bottom) = (
            edge(from.1, self.height),
            edge(to.1 + self.pixel, self.height),
        );
        for row in top..bottom {
            let y = (row as f32 + 0.5) * self.pixel;
            for column in left..right {
                let pixel = &mut self.pixels[row * self.width + column];
                *pixel = of((column as f32 + 0.5) * self.pixel, y, *pixel);
            }
        }
    }

    /// A disc whose rim fades over `soft` (at least one pixel).
    pub(super) fn disc(&mut self, at: At, radius: f32, soft: f32, color: Ink, alpha: f32) {
        let soft = soft.max(self.pixel);
        let reach = radius + soft;
        self.within(
            (at.0 - reach, at.1 - reach),
            (at.0 + reach, at.1 + reach),
            |x, y| {
                let distance = ((x - at.0) * (x - at.0) + (y - at.1) * (y - at.1)).sqrt();
                (
                    color,
                    alpha * ((radius - distance) / soft + 0.5).clamp(0.0, 1.0),
                )
            },
        );
    }

    /// Light around a place, gone at `radius`.
    pub(super) fn glow(&mut self, at: At, radius: f32, color: Ink, strength: f32) {
        let (from, to) = (
            (at.0 - radius, at.1 - radius),
            (at.0 + radius, at.1 + radius),
        );
        self.within_lit(from, to, |x, y, old| {
            let square = ((x - at.0) * (x - at.0) + (y - at.1) * (y - at.1)) / (radius * radius);
            let fall = (1.0 - square).max(0.0);
            old.lit(color * (fall * fall * fall * strength))
        });
    }

    /// A line with round ends, from one half-width to another.
    pub(super) fn stroke(&mut self, from: At, to: At, half: (f32, f32), color: Ink, alpha: f32) {
        let widest = half.0.max(half.1) + self.pixel;
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let square = (dx * dx + dy * dy).max(1e-9);
        let pixel = self.pixel;
        // A hair thinner than a pixel grows fainter instead of breaking up.
        let thin = |width: f32| {
            if width < pixel * 0.5 {
                (pixel * 0.5, width / (pixel * 0.5))
            } else {
                (width, 1.0)
            }
        };
        let low = (from.0.min(to.0) - widest, from.1.min(to.1) - widest);
        let high = (from.0.max(to.0) + widest, from.1.max(to.1) + widest);
        self.within(low, high, |x, y| {
            let (px, py) = (x - from.0, y - from.1);
            let t = ((px * dx + py * dy) / square).clamp(0.0, 1.0);
            let (rx, ry) = (px - t * dx, py - t * dy);
            let (width, faint) = thin(half.0 + (half.1 - half.0) * t);
            let cover = (width - (rx * rx + ry * ry).sqrt()) / pixel + 0.5;
            (color, alpha * faint * cover.clamp(0.0, 1.0))
        });
    }

    /// A curve from `from` over `bend` to `to` (quadratic), tapering and changing color.
    pub(super) fn curve(&mut self, way: [At; 3], half: (f32, f32), colors: (Ink, Ink), alpha: f32) {
        let [from, bend, to] = way;
        let steps = 8;
        let mut last = from;
        for step in 1..=steps {
            let t = step as f32 / steps as f32;
            let u = 1.0 - t;
            let next = (
                u * u * from.0 + 2.0 * u * t * bend.0 + t * t * to.0,
                u * u * from.1 + 2.0 * u * t * bend.1 + t * t * to.1,
            );
            let width = |t: f32| half.0 + (half.1 - half.0) * t;
            let widths = (width(t - 1.0 / steps as f32), width(t));
            self.stroke(last, next, widths, colors.0.mix(colors.1, t), alpha);
            last = next;
        }
    }

    /// A filled outline.
    pub(super) fn polygon(&mut self, outline: &[At], color: Ink, alpha: f32) {
        const SUB: usize = 3;
        let top = outline
            .iter()
            .fold(f32::MAX, |low, at| low.min(at.1))
            .max(0.0);
        let bottom = outline
            .iter()
            .fold(0.0_f32, |high, at| high.max(at.1))
            .min(1.0);
        let rows = (top / self.pixel) as usize
            ..((bottom / self.pixel).ceil().max(0.0) as usize).min(self.height);
        let mut crossings = Vec::new();
        let mut cover = vec![0.0_f32; self.width];
        for row in rows {
            cover.fill(0.0);
            for sub in 0..SUB {
                let y = (row as f32 + (sub as f32 + 0.5) / SUB as f32) * self.pixel;
                crossings.clear();
                let mut a = outline[outline.len() - 1];
                for &b in outline {
                    if (a.1 <= y) != (b.1 <= y) {
                        crossings.push((a.0 + (y - a.1) / (b.1 - a.1) * (b.0 - a.0)) / self.pixel);
                    }
                    a = b;
                }
                crossings.sort_by(f32::total_cmp);
                for span in crossings.chunks_exact(2) {
                    let (left, right) = (span[0].max(0.0), span[1].min(self.width as f32));
                    let last = (right.ceil().max(0.0) as usize).min(self.width);
                    for (offset, amount) in
                        cover.iter_mut().enumerate().take(last).skip(left as usize)
                    {
                        let x = offset as f32;
                        *amount += (right.min(x + 1.0) - left.max(x)).max(0.0) / SUB as f32;
                    }
                }
            }
            let line = &mut self.pixels[row * self.width..][..self.width];
            for (pixel, &amount) in line.iter_mut().zip(&cover) {
                if amount > 0.0 {
                    *pixel = pixel.mix(color, alpha * amount);
                }
            }
        }
    }

    /// Everything below a skyline; the closure gets x, y and how far below the edge it is.
    pub(super) fn below(&mut self, edge: impl Fn(f32) -> f32, of: impl Fn(f32, f32, f32) -> Ink) {
        let edges: Vec<[f32; 3]> = (0..self.width)
            .map(|column| [0.2, 0.5, 0.8].map(|sub| edge((column as f32 + sub) * self.pixel)))
            .collect();
        let top = edges.iter().flatten().fold(1.0_f32, |low, &y| low.min(y)) - self.pixel;
        let first = (top.max(0.0) / self.pixel) as usize;
        for row in first..self.height {
            let y = (row as f32 + 0.5) * self.pixel;
            let line = &mut self.pixels[row * self.width..][..self.width];
            for (column, (pixel, subs)) in line.iter_mut().zip(&edges).enumerate() {
                let part = |edge: f32| ((y - edge) / self.pixel + 0.5).clamp(0.0, 1.0);
                let cover = (part(subs[0]) + part(subs[1]) + part(subs[2])) / 3.0;
                if cover > 0.0 {
                    let color = of(
                        (column as f32 + 0.5) * self.pixel,
                        y,
                        (y - subs[1]).max(0.0),
                    );
                    *pixel = pixel.mix(color, cover);
                }
            }
        }
    }

    /// The color at a place, between pixels; outside, that of the nearest edge.
    pub(super) fn sample(&self, x: f32, y: f32) -> Ink {
        let x = (x / self.pixel - 0.5).clamp(0.0, (self.width - 1) as f32);
        let y = (y / self.pixel - 0.5).clamp(0.0, (self.height - 1) as f32);
        let (column, row) = (x as usize, y as usize);
        let (right, below) = (
            (column + 1).min(self.width - 1),
            (row + 1).min(self.height - 1),
        );
        let (fx, fy) = (x - column as f32, y - row as f32);
        let (top, bottom) = (row * self.width, below * self.width);
        self.pixels[top + column]
            .mix(self.pixels[top + right], fx)
            .mix(
                self.pixels[bottom + column].mix(self.pixels[bottom + right], fx),
                fy,
            )
    }

    /// Water below `level`: mirrors what is above it, moved by `ripple` and colored by `tint`.
    pub(super) fn mirror(
        &mut self,
        level: f32,
        ripple: impl Fn(f32, f32) -> At,
        tint: impl Fn(f32, f32, Ink) -> Ink,
    ) {
        for row in ((level / self.pixel) as usize).min(self.height)..self.height {
            for column in 0..self.width {
                let (x, y) = (
                    (column as f32 + 0.5) * self.pixel,
                    (row as f32 + 0.5) * self.pixel,
                );
                let (dx, dy) = ripple(x, y);
                // In a picture of few rows the water may begin in the first, with none above it.
                let source = (2.0 * level - y + dy).clamp(0.0, (level - self.pixel).max(0.0));
                self.pixels[row * self.width + column] = tint(x, y, self.sample(x + dx, source));
            }
        }
    }

    /// An out-of-focus picture behind everything: painted small, blurred by `radius`, enlarged.
    pub(super) fn backdrop(&mut self, shrink: u32, radius: f32, paint: impl FnOnce(&mut Canvas)) {
        let mut small = Canvas::new(self.width as u32 / shrink, self.height as u32 / shrink);
        paint(&mut small);
        small.blur(radius);
        let stretch = small.aspect / self.aspect;
        self.shade(|x, y| small.sample(x * stretch, y));
    }

    fn blur(&mut self, radius: f32) {
        let reach = ((radius / self.pixel) as usize).max(1);
        for _ in 0..3 {
            for row in 0..self.height {
                let start = row * self.width;
                blur_line(&mut self.pixels, start, 1, self.width, reach);
            }
            for column in 0..self.width {
                blur_line(&mut self.pixels, column, self.width, self.height, reach);
            }
        }
    }

    /// Darker corners by `vignette` (0..=1) and film grain of `grain` (in 8-bit steps).
    ///
    /// The grain also dithers: without it, long gradients would show bands.
    pub(super) fn finish(&self, vignette: f32, grain: f32, seed: u32) -> RgbImage {
        let mut out = RgbImage::new(self.width as u32, self.height as u32);
        let reach = 0.25 * (self.aspect * self.aspect + 1.0);
        for (index, (pixel, target)) in self.pixels.iter().zip(out.chunks_exact_mut(3)).enumerate()
        {
            let (column, row) = (index % self.width, index / self.width);
            let dx = (column as f32 + 0.5) * self.pixel - self.aspect * 0.5;
            let dy = (row as f32 + 0.5) * self.pixel - 0.5;
            let corner = (dx * dx + dy * dy) / reach;
            let light = 255.0 * (1.0 - vignette * corner * corner);
            let noise = if grain > 0.0 {
                let (column, row) = (column as i32, row as i32);
                (speck(column, row, seed) + speck(row, column, seed ^ 0x5A5A) - 1.0) * grain
            } else {
                0.0
            };
            target[0] = (pixel.r * light + noise + 0.5) as u8;
            target[1] = (pixel.g * light + noise + 0.5) as u8;
            target[2] = (pixel.b * light + noise + 0.5) as u8;
        }
        out
    }
}

fn blur_line(pixels: &mut [Ink], start: usize, step: usize, count: usize, reach: usize) {
    let line: Vec<Ink> = (0..count)
        .map(|index| pixels[start + index * step])
        .collect();
    let get = |index: isize| line[index.clamp(0, count as isize - 1) as usize];
    let reach = reach as isize;
    let weight = 1.0 / (2 * reach + 1) as f32;
    let mut sum = (-reach..=reach).fold(ink(0), |sum, index| sum + get(index));
    for index in 0..count {
        pixels[start + index * step] = sum * weight;
        let here = index as isize;
        sum = sum + get(here + reach + 1) + get(here - reach) * -1.0;
    }
}
