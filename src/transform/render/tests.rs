//! Renditions, looked at pixel by pixel: what the tests of every subject share.

mod colors;
mod files;
mod geometry;
mod previews;

use super::super::testing::{
    as_stored, at, exif_block, gif, gradient, is_near, jpeg, jpeg_with_exif, png, solid, webp,
};
use super::*;

const WEBP: Accepts = Accepts {
    avif: false,
    webp: true,
};

fn options(segment: &str) -> FlexibleOptions {
    FlexibleOptions::parse(segment).unwrap().0
}

fn original(bytes: Vec<u8>) -> Original {
    Original::open(bytes.into()).unwrap()
}

fn rendered(bytes: &[u8], segment: &str, accepts: Accepts) -> Rendition {
    render(&original(bytes.to_vec()), &options(segment), accepts).unwrap()
}

/// The rendition's pixels, and a check that its bytes are what it says.
fn seen(rendition: &Rendition) -> Pixels {
    let facts = probe(&rendition.bytes).unwrap();
    assert_eq!(facts.format, rendition.format);
    assert_eq!(facts.size, rendition.size);
    assert_eq!(facts.orientation, 1);
    let pixels = thumbnail(&rendition.bytes, 20_000).unwrap();
    assert_eq!(pixels.size, rendition.size);
    pixels
}

/// As a lossless rendition, so that colors can be compared.
fn seen_as_png(bytes: &[u8], segment: &str) -> Pixels {
    seen(&rendered(bytes, &format!("{segment},f=png"), WEBP))
}
