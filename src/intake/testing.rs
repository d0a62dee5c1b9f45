//! Pictures that the tests of the intake share.

use image::{ExtendedColorType, ImageEncoder as _, codecs::png::PngEncoder};

/// A PNG of that size that does not compress to nothing.
pub(super) fn png(width: u32, height: u32) -> Vec<u8> {
    let noise = |n: u32| n.wrapping_mul(2_654_435_761).to_be_bytes()[0];
    let pixels: Vec<u8> = (0..width * height * 3).map(noise).collect();
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(&pixels, width, height, ExtendedColorType::Rgb8)
        .unwrap();
    bytes
}

/// The first box of a HEIC file; enough to be recognized.
pub(super) fn heic_header() -> Vec<u8> {
    let mut bytes = Vec::from([0, 0, 0, 24]);
    bytes.extend_from_slice(b"ftypheic\0\0\0\0mif1heic");
    bytes.extend_from_slice(&[0; 64]);
    bytes
}
