//! Renditions beside the same resizing in double precision.
//!
//! The reference decodes in full, weights color by opacity, and applies the kernel exactly. What a
//! rendition may be off is stated in decibels for each kind of file.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "places in small pictures, and bytes that repeat"
)]

use image::{DynamicImage, ImageFormat, RgbaImage};

use super::super::testing::{as_stored, exif_block};
use super::*;
use crate::samples;

/// Red, green and blue times alpha, and alpha, from 0 to 1.
struct Exact {
    width: usize,
    height: usize,
    pixels: Vec<[f64; 4]>,
}

fn lanczos(x: f64) -> f64 {
    let sinc = |x: f64| {
        let x = x * std::f64::consts::PI;
        if x.abs() < 1e-12 { 1.0 } else { x.sin() / x }
    };
    if x.abs() < 3.0 {
        sinc(x) * sinc(x / 3.0)
    } else {
        0.0
    }
}

impl Exact {
    fn of(image: &RgbaImage) -> Self {
        let exact = |pixel: &image::Rgba<u8>| {
            let [red, green, blue, alpha] = pixel.0.map(|value| f64::from(value) / 255.0);
            [red * alpha, green * alpha, blue * alpha, alpha]
        };
        Self {
            width: image.width() as usize,
            height: image.height() as usize,
            pixels: image.pixels().map(exact).collect(),
        }
    }

    /// Each row: a part of it, scaled.
    fn scaled_rows(&self, start: f64, length: f64, out: usize) -> Self {
        let scale = length / out as f64;
        let reach = scale.max(1.0);
        let mut pixels = Vec::new();
        // For each sample that comes out: where its pixels begin, and how much each counts.
        let weights: Vec<(usize, Vec<f64>)> = (0..out)
            .map(|x| {
                let center = start + (x as f64 + 0.5) * scale;
                let first = (center - 3.0 * reach).floor().max(0.0) as usize;
                let end = ((center + 3.0 * reach).ceil() as usize).min(self.width);
                let weight = |at: usize| lanczos((at as f64 + 0.5 - center) / reach);
                let total: f64 = (first..end).map(weight).sum();
                (first, (first..end).map(|at| weight(at) / total).collect())
            })
            .collect();
        for row in self.pixels.chunks_exact(self.width) {
            for (first, weights) in &weights {
                let mut sum = [0.0; 4];
                for (weight, pixel) in weights.iter().zip(&row[*first..]) {
                    for (sum, value) in sum.iter_mut().zip(pixel) {
                        *sum += value * weight;
                    }
                }
                pixels.push(sum);
            }
        }
        Self {
            width: out,
            height: self.height,
            pixels,
        }
    }

    fn turned(&self) -> Self {
        let places = (0..self.width).flat_map(|x| (0..self.height).map(move |y| (x, y)));
        Self {
            width: self.height,
            height: self.width,
            pixels: places
                .map(|(x, y)| self.pixels[y * self.width + x])
                .collect(),
        }
    }

    fn scaled(&self, part: Rect, size: PixelSize) -> Self {
        self.scaled_rows(part.x, part.width, size.width as usize)
            .turned()
            .scaled_rows(part.y, part.height, size.height as usize)
            .turned()
    }

    /// How near a rendition is, in decibels. What is transparent has no color to be off.
    fn nearness(&self, found: &Pixels) -> f64 {
        assert_eq!(
            (self.width, self.height),
            (found.size.width as usize, found.size.height as usize)
        );
        let (pixels, _) = found.rgba.as_chunks::<4>();
        let mut sum = 0.0;
        for (exact, pixel) in self.pixels.iter().zip(pixels) {
            let [red, green, blue, alpha] = pixel.map(|value| f64::from(value) / 255.0);
            let found = [red * alpha, green * alpha, blue * alpha, alpha];
            for (exact, found) in exact.iter().zip(found) {
                sum += (exact.clamp(0.0, 1.0) - found).powi(2);
            }
        }
        let count = pixels.len() as f64 * 4.0;
        -10.0 * (sum / count).max(1e-12).log10()
    }
}

const WIDTH: u32 = 403;
const HEIGHT: u32 = 301;

fn photo() -> RgbaImage {
    DynamicImage::ImageRgb8(samples::photo_rgb(11, WIDTH, HEIGHT)).into_rgba8()
}

fn written(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    image.write_to(&mut file, format).unwrap();
    file.into_inner()
}

fn png_of(image: RgbaImage) -> Vec<u8> {
    written(&DynamicImage::ImageRgba8(image), ImageFormat::Png)
}

fn jpeg_of(is_progressive: bool, is_gray: bool, sampling: (u8, u8)) -> Vec<u8> {
    use mozjpeg::{ColorSpace, Compress};
    let rgb = samples::photo_rgb(11, WIDTH, HEIGHT);
    let mut settings = Compress::new(ColorSpace::JCS_RGB);
    settings.set_size(WIDTH as usize, HEIGHT as usize);
    settings.set_fastest_defaults();
    settings.set_quality(92.0);
    if is_gray {
        settings.set_color_space(ColorSpace::JCS_GRAYSCALE);
    } else {
        settings.set_chroma_sampling_pixel_sizes(sampling, sampling);
    }
    if is_progressive {
        settings.set_progressive_mode();
    }
    let mut started = settings.start_compress(Vec::new()).unwrap();
    started.write_scanlines(&rgb).unwrap();
    started.finish().unwrap()
}

/// Renders without loss and compares: the lowest nearness over some options.
fn nearness(file: &[u8]) -> f64 {
    let decoded = image::load_from_memory(file).unwrap().into_rgba8();
    let original = Original::open(file.to_vec().into()).unwrap();
    let exact = Exact::of(&decoded);
    let mut lowest = f64::INFINITY;
    for segment in [
        "w=300",
        "w=160",
        "w=97",
        "w=40",
        "fit=cover,w=80,h=120,g=left",
        "trim=70;30;40;100,w=70",
    ] {
        let options = FlexibleOptions::parse(segment).unwrap().0;
        let layout = layout(original.facts.size, None, &options).unwrap();
        let expected = exact.scaled(layout.visible, layout.plan.inner);
        let lossless = FlexibleOptions::parse(&format!("{segment},f=png"))
            .unwrap()
            .0;
        let rendition = render(&original, &lossless, Accepts::default()).unwrap();
        let found = image::load_from_memory(&rendition.bytes)
            .unwrap()
            .into_rgba8();
        let found = Pixels {
            size: PixelSize::new(found.width(), found.height()),
            rgba: found.into_raw(),
        };
        let near = expected.nearness(&found);
        lowest = lowest.min(near);
    }
    lowest
}

#[test]
fn a_png_is_resized_as_exactly_as_bytes_can_be() {
    let near = nearness(&png_of(photo()));
    assert!(near > 42.0, "{near}");
}

#[test]
fn transparency_weighs_color() {
    let mut image = photo();
    for (x, y, pixel) in image.enumerate_pixels_mut() {
        // Stripes and a ramp, with loud colors where nothing is seen.
        pixel.0[3] = if (x / 9) % 3 == 0 { 0 } else { (y % 256) as u8 };
        if pixel.0[3] == 0 {
            pixel.0 = [255, 0, 255, 0];
        }
    }
    let near = nearness(&png_of(image));
    assert!(near > 38.0, "{near}");
}

#[test]
fn sixteen_bits_gray_and_palettes_are_read() {
    let photo = DynamicImage::ImageRgba8(photo());
    for wide in [
        DynamicImage::ImageRgb16(photo.to_rgb16()),
        DynamicImage::ImageLuma16(photo.to_luma16()),
        DynamicImage::ImageLuma8(photo.to_luma8()),
        DynamicImage::ImageLumaA8(photo.to_luma_alpha8()),
    ] {
        let near = nearness(&written(&wide, ImageFormat::Png));
        assert!(near > 42.0, "{:?}: {near}", wide.color());
    }
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, WIDTH, HEIGHT);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Four);
    encoder.set_palette(
        (0..16_u8)
            .flat_map(|i| [i * 17, 255 - i * 17, 40])
            .collect::<Vec<_>>(),
    );
    encoder.set_trns((0..16_u8).map(|i| 255 - i * 9).collect::<Vec<_>>());
    let mut writer = encoder.write_header().unwrap();
    let row = WIDTH.div_ceil(2) as usize;
    let indices: Vec<u8> = (0..row * HEIGHT as usize)
        .map(|i| (i / 7 % 256) as u8)
        .collect();
    writer.write_image_data(&indices).unwrap();
    writer.finish().unwrap();
    // Stripes of all colors, finer than what is left: here averaging blocks first shows most.
    let near = nearness(&file);
    assert!(near > 36.0, "palette: {near}");
}

#[test]
fn photographs_keep_their_detail_however_they_are_stored() {
    for (name, file) in [
        ("halved", jpeg_of(false, false, (2, 2))),
        ("halved across", jpeg_of(false, false, (2, 1))),
        ("full", jpeg_of(false, false, (1, 1))),
        ("progressive", jpeg_of(true, false, (2, 2))),
        ("gray", jpeg_of(false, true, (1, 1))),
    ] {
        let near = nearness(&file);
        assert!(near > 32.0, "{name}: {near}");
    }
}

#[test]
fn a_webp_is_as_near_as_a_jpeg() {
    let rgb = samples::photo_rgb(11, WIDTH, HEIGHT);
    let file = ::webp::Encoder::from_rgb(&rgb, WIDTH, HEIGHT).encode(92.0);
    let near = nearness(&file);
    assert!(near > 32.0, "{near}");
}

#[test]
fn planes_that_go_straight_into_a_file_stand_upright() {
    // Red to the right, green to the bottom, however it is stored and whatever it becomes.
    let upright = super::super::testing::gradient(201, 151);
    for orientation in 1..=8_u8 {
        let stored = as_stored(&upright, orientation);
        let file = encode::jpeg(&stored, 95, true, Some(&exif_block(orientation))).unwrap();
        let original = Original::open(file.into()).unwrap();
        for segment in ["w=99,f=jpeg,q=95", "w=99,f=jpeg,q=80", "w=99,f=webp,q=95"] {
            let options = FlexibleOptions::parse(segment).unwrap().0;
            let rendition = render(&original, &options, Accepts::default()).unwrap();
            let found = thumbnail(&rendition.bytes, 1000).unwrap();
            assert_eq!(
                found.size,
                PixelSize::new(99, 74),
                "{orientation}, {segment}"
            );
            let at = |x, y| super::super::testing::at(&found, x, y);
            let [red, green, ..] = at(92, 5);
            assert!(
                red > 210 && green < 40,
                "{orientation}, {segment}: {red} {green}"
            );
            let [red, green, ..] = at(5, 69);
            assert!(
                red < 40 && green > 210,
                "{orientation}, {segment}: {red} {green}"
            );
            assert!(at(5, 5)[2] > 180, "{orientation}, {segment}");
        }
    }
}
