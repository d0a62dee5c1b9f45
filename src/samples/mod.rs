//! Sample pictures, painted by the program itself: the same bytes on every run.
//!
//! A new local library shows them so that its first grid is not empty; tests and benchmarks use
//! them where a photograph would be too large to carry along. Nothing here reads a file, a clock
//! or a source of randomness.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "pixels and noise move between integers and floats all the time, in small ranges"
)]
#![expect(
    clippy::similar_names,
    reason = "side, size, shape, shade are the words of the trade"
)]
#![expect(
    clippy::unreadable_literal,
    reason = "a color is read as one hexadecimal triple"
)]

mod emblems;
mod fields;
mod flowers;
mod leaves;
mod noise;
mod paint;
mod patterns;
mod photo;
mod pond;
mod shores;
mod skies;

use image::codecs::gif::{GifEncoder, Repeat};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder, RgbImage};
use paint::Canvas;

/// One generated picture: a file name, its encoded bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// A name as a person would give it, with the extension of its format.
    pub file_name: String,
    /// The encoded file.
    pub bytes: Vec<u8>,
    /// What the picture shows, in a few words; good as alternative text.
    pub alt: String,
}

/// How many distinct pictures there are.
pub const COUNT: usize = 24;

/// The quality of the JPEG samples: high enough for smooth skies.
const JPEG_QUALITY: u8 = 88;

/// A GIF has no use for more, and its frames multiply the cost.
const GIF_LONG_SIDE_PX: u32 = 480;

/// What a recipe paints with, and so which format it becomes.
enum Kind {
    /// JPEG with a vignette (0..=1) and film grain (8-bit steps).
    Photo(fn(&mut Canvas), f32, f32),
    Png(fn(&mut Canvas)),
    WebP(fn(&mut Canvas)),
    Badge,
    Lighthouse,
}

struct Recipe {
    file_name: &'static str,
    alt: &'static str,
    /// Width to height.
    ratio: (u32, u32),
    kind: Kind,
}

const fn recipe(
    file_name: &'static str,
    alt: &'static str,
    ratio: (u32, u32),
    kind: Kind,
) -> Recipe {
    Recipe {
        file_name,
        alt,
        ratio,
        kind,
    }
}

/// In the order of the grid: neighbors differ in color and subject.
const RECIPES: [Recipe; COUNT] = [
    recipe(
        "dusk-hills.jpg",
        "Layered hills at dusk",
        (16, 10),
        Kind::Photo(skies::dusk_hills, 0.3, 5.0),
    ),
    recipe(
        "yellow-flower.jpg",
        "A yellow flower, very close",
        (16, 10),
        Kind::Photo(flowers::yellow_flower, 0.35, 5.0),
    ),
    recipe(
        "milky-way.jpg",
        "The milky way over a still sea",
        (3, 2),
        Kind::Photo(skies::milky_way, 0.3, 6.0),
    ),
    recipe(
        "rain-drops.jpg",
        "Rain drops on a leaf",
        (3, 4),
        Kind::Photo(leaves::rain_drops, 0.3, 5.0),
    ),
    recipe(
        "painted-stripes.webp",
        "Stripes of pink and blue paint",
        (4, 3),
        Kind::WebP(patterns::painted_stripes),
    ),
    recipe(
        "dune-ridge.jpg",
        "A dune's ridge in evening light",
        (3, 2),
        Kind::Photo(shores::dune_ridge, 0.25, 6.0),
    ),
    recipe(
        "northern-lights.jpg",
        "Northern lights above a lake",
        (16, 10),
        Kind::Photo(skies::northern_lights, 0.3, 6.0),
    ),
    recipe(
        "tulip-field.jpg",
        "Rows of tulips and a windmill",
        (4, 3),
        Kind::Photo(fields::tulip_field, 0.2, 4.0),
    ),
    recipe(
        "ink-marble.jpg",
        "Marbled ink with a vein of gold",
        (1, 1),
        Kind::Photo(patterns::ink_marble, 0.2, 4.0),
    ),
    recipe(
        "storm-front.jpg",
        "A storm front over wheat",
        (16, 10),
        Kind::Photo(skies::storm_front, 0.4, 7.0),
    ),
    recipe(
        "dandelion.jpg",
        "A dandelion losing its seeds",
        (3, 4),
        Kind::Photo(flowers::dandelion, 0.3, 5.0),
    ),
    recipe(
        "stained-glass.png",
        "A sunrise in stained glass",
        (1, 1),
        Kind::Png(patterns::stained_glass),
    ),
    recipe(
        "evening-boats.jpg",
        "Sailing boats at sunset",
        (16, 10),
        Kind::Photo(shores::evening_boats, 0.3, 6.0),
    ),
    recipe(
        "green-meadow.jpg",
        "Grass and poppies in the sun",
        (4, 3),
        Kind::Photo(fields::green_meadow, 0.25, 5.0),
    ),
    recipe(
        "lens-badge.png",
        "A round badge with a ridged lens",
        (1, 1),
        Kind::Badge,
    ),
    recipe(
        "night-harbor.jpg",
        "A harbor's lights at night",
        (16, 10),
        Kind::Photo(shores::night_harbor, 0.3, 6.0),
    ),
    recipe(
        "autumn-tree.jpg",
        "A red umbrella by an autumn tree",
        (1, 1),
        Kind::Photo(leaves::autumn_tree, 0.2, 6.0),
    ),
    recipe(
        "cold-pier.jpg",
        "A pier in the fog",
        (4, 3),
        Kind::Photo(shores::cold_pier, 0.3, 8.0),
    ),
    recipe(
        "colorful-cups.png",
        "Paper cups in pink and blue",
        (4, 3),
        Kind::Png(patterns::colorful_cups),
    ),
    recipe(
        "koi-pond.jpg",
        "Koi among lily pads",
        (1, 1),
        Kind::Photo(pond::koi_pond, 0.3, 5.0),
    ),
    recipe(
        "morning-balloons.jpg",
        "Balloons over misty hills",
        (3, 2),
        Kind::Photo(skies::morning_balloons, 0.2, 5.0),
    ),
    recipe(
        "paper-canyon.webp",
        "A canyon cut from paper",
        (3, 4),
        Kind::WebP(patterns::paper_canyon),
    ),
    recipe(
        "city-rain.jpg",
        "City lights behind a wet window",
        (3, 2),
        Kind::Photo(shores::city_bokeh, 0.35, 6.0),
    ),
    recipe(
        "lighthouse.gif",
        "A lighthouse turning its light",
        (4, 3),
        Kind::Lighthouse,
    ),
];

/// The sample of that number (wraps around), at most `long_side_px` on its longer side.
///
/// ```
/// let sample = lenticular::samples::sample(0, 64);
/// assert_eq!(sample.file_name, "dusk-hills.jpg");
/// ```
#[must_use]
#[expect(
    clippy::missing_panics_doc,
    reason = "writing a picture into memory does not fail"
)]
pub fn sample(index: usize, long_side_px: u32) -> Sample {
    let index = index % COUNT;
    let recipe = &RECIPES[index];
    let limit = if matches!(recipe.kind, Kind::Lighthouse) {
        GIF_LONG_SIDE_PX
    } else {
        u32::MAX
    };
    let (width, height) = size_within(recipe.ratio, long_side_px.min(limit));
    let seed = index as u32 + 1;
    let painted = |paint: fn(&mut Canvas), vignette: f32, grain: f32| {
        let mut canvas = Canvas::new(width, height);
        paint(&mut canvas);
        canvas.finish(vignette, grain, seed)
    };
    let bytes = match recipe.kind {
        Kind::Photo(paint, vignette, grain) => jpeg(&painted(paint, vignette, grain), JPEG_QUALITY),
        Kind::Png(paint) => png(
            &painted(paint, 0.0, 0.0),
            (width, height),
            ExtendedColorType::Rgb8,
        ),
        Kind::WebP(paint) => {
            let mut bytes = Vec::new();
            WebPEncoder::new_lossless(&mut bytes)
                .encode(
                    &painted(paint, 0.0, 0.0),
                    width,
                    height,
                    ExtendedColorType::Rgb8,
                )
                .expect("a small RGB picture always encodes into memory");
            bytes
        }
        Kind::Badge => png(
            &emblems::lens_badge(width, height),
            (width, height),
            ExtendedColorType::Rgba8,
        ),
        Kind::Lighthouse => {
            let mut bytes = Vec::new();
            let mut encoder = GifEncoder::new_with_speed(&mut bytes, 30);
            encoder
                .set_repeat(Repeat::Infinite)
                .and_then(|()| encoder.encode_frames(emblems::lighthouse(width, height)))
                .expect("frames of at most 480 px always encode into memory");
            drop(encoder);
            bytes
        }
    };
    Sample {
        file_name: recipe.file_name.to_owned(),
        bytes,
        alt: recipe.alt.to_owned(),
    }
}

/// An RGB picture without encoding, for tests and benchmarks: photo-like content with fine detail
/// and noise.
///
/// Sizes of zero become one pixel.
#[must_use]
pub fn photo_rgb(seed: u64, width: u32, height: u32) -> RgbImage {
    photo::photo(seed, width, height)
}

/// A JPEG "photo" for tests: its file size is comparable to a camera's at that size.
///
/// # Panics
/// If a side is longer than 65,535 px, which JPEG cannot hold.
#[must_use]
pub fn photo_jpeg(seed: u64, width: u32, height: u32, quality: u8) -> Vec<u8> {
    jpeg(&photo_rgb(seed, width, height), quality)
}

/// The largest size of that ratio whose longer side is `long_side_px`, at least 1×1.
fn size_within((wide, high): (u32, u32), long_side_px: u32) -> (u32, u32) {
    // Larger than any screen, and within what every one of the formats can hold.
    let long = u64::from(long_side_px.clamp(1, 16_000));
    let longer = u64::from(wide.max(high));
    let side = |part: u32| ((long * u64::from(part) + longer / 2) / longer).max(1) as u32;
    (side(wide), side(high))
}

fn jpeg(picture: &RgbImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode_image(picture)
        .expect("an RGB picture within 65,535 px always encodes into memory");
    bytes
}

fn png(pixels: &[u8], (width, height): (u32, u32), color: ExtendedColorType) -> Vec<u8> {
    let mut bytes = Vec::new();
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Adaptive)
        .write_image(pixels, width, height, color)
        .expect("a small picture always encodes into memory");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{AnimationDecoder, GenericImageView};
    use std::collections::HashSet;
    use std::io::Cursor;

    #[test]
    fn every_sample_opens_and_keeps_within_its_size() {
        for index in 0..COUNT {
            for limit in [1, 7, 160] {
                let sample = sample(index, limit);
                let picture = image::load_from_memory(&sample.bytes).expect(&sample.file_name);
                let (width, height) = picture.dimensions();
                assert_eq!(width.max(height), limit, "{}", sample.file_name);
            }
        }
    }

    #[test]
    fn the_extension_tells_the_format() {
        for index in 0..COUNT {
            let sample = sample(index, 32);
            let told = image::ImageFormat::from_path(&sample.file_name).unwrap();
            assert_eq!(
                image::guess_format(&sample.bytes).unwrap(),
                told,
                "{}",
                sample.file_name
            );
        }
    }

    #[test]
    fn the_same_number_gives_the_same_bytes_and_numbers_wrap_around() {
        for index in 0..COUNT {
            assert!(
                sample(index, 90) == sample(index, 90),
                "sample {index} differs from itself"
            );
        }
        assert_eq!(sample(3, 40).file_name, sample(3 + COUNT, 40).file_name);
        assert!(
            sample(3, 40) == sample(3 + COUNT, 40),
            "a wrapped number is another picture"
        );
    }

    #[test]
    fn names_are_unique_and_all_are_described() {
        let names: HashSet<_> = RECIPES.iter().map(|recipe| recipe.file_name).collect();
        assert_eq!(names.len(), COUNT);
        let words: HashSet<_> = RECIPES.iter().map(|recipe| recipe.alt).collect();
        assert_eq!(words.len(), COUNT);
        assert!(
            words
                .iter()
                .all(|alt| !alt.is_empty() && !alt.ends_with('.'))
        );
    }

    #[test]
    fn no_sample_is_of_one_color() {
        for index in 0..COUNT {
            let sample = sample(index, 64);
            let picture = image::load_from_memory(&sample.bytes).unwrap().to_luma8();
            let (low, high) = picture
                .iter()
                .fold((255, 0), |(low, high), &v| (v.min(low), v.max(high)));
            assert!(
                high - low > 60,
                "{} spans only {low}..{high}",
                sample.file_name
            );
        }
    }

    #[test]
    fn the_badge_is_transparent_around_and_opaque_within() {
        let badge = RECIPES
            .iter()
            .position(|recipe| matches!(recipe.kind, Kind::Badge))
            .unwrap();
        let picture = image::load_from_memory(&sample(badge, 120).bytes).unwrap();
        assert!(picture.color().has_alpha());
        let picture = picture.to_rgba8();
        assert_eq!(picture.get_pixel(0, 0)[3], 0);
        assert_eq!(picture.get_pixel(60, 58)[3], 255);
        assert!(
            picture.pixels().any(|pixel| (20..200).contains(&pixel[3])),
            "no soft shadow"
        );
    }

    #[test]
    fn the_lighthouse_turns() {
        let index = RECIPES
            .iter()
            .position(|recipe| matches!(recipe.kind, Kind::Lighthouse))
            .unwrap();
        let bytes = sample(index, 2000).bytes;
        let decoder = image::codecs::gif::GifDecoder::new(Cursor::new(bytes)).unwrap();
        let frames = decoder.into_frames().collect_frames().unwrap();
        assert_eq!(frames.len(), usize::from(emblems::FRAMES));
        assert_eq!(frames[0].buffer().width(), GIF_LONG_SIDE_PX);
        assert_ne!(frames[0].buffer(), frames[3].buffer());
    }

    #[test]
    fn a_photo_weighs_what_a_camera_makes_of_that_size() {
        let bytes = photo_jpeg(5, 1200, 800, 88);
        let bits = bytes.len() as f32 * 8.0 / (1200.0 * 800.0);
        assert!((1.5..7.0).contains(&bits), "{bits} bits for a pixel");
        assert!(
            photo_rgb(5, 90, 60) == photo_rgb(5, 90, 60),
            "a seed gives one picture"
        );
        assert!(
            photo_rgb(5, 90, 60) != photo_rgb(6, 90, 60),
            "seeds give different pictures"
        );
    }
}
