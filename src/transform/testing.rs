//! Pictures for tests, made by code.

use super::{Pixels, encode};
use crate::model::{FlexibleOptions, PixelSize};

/// A picture whose corners differ: red left to right, green top to bottom, blue in a corner.
pub(super) fn gradient(width: u32, height: u32) -> Pixels {
    let byte =
        |at: u32, of: u32| u8::try_from(at * 255 / of.max(2).saturating_sub(1)).unwrap_or(255);
    let rgba = (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .flat_map(|(x, y)| {
            let is_corner = x < width / 4 && y < height / 4;
            [
                byte(x, width),
                byte(y, height),
                if is_corner { 255 } else { 0 },
                255,
            ]
        })
        .collect();
    Pixels {
        size: PixelSize::new(width, height),
        rgba,
    }
}

pub(super) fn solid(width: u32, height: u32, rgba: [u8; 4]) -> Pixels {
    Pixels {
        size: PixelSize::new(width, height),
        rgba: rgba.repeat((width * height) as usize),
    }
}

pub(super) fn jpeg(pixels: &Pixels) -> Vec<u8> {
    encode::jpeg(pixels, 95, true, None).unwrap()
}

pub(super) fn png(pixels: &Pixels) -> Vec<u8> {
    encode::png(pixels).unwrap()
}

pub(super) fn webp(pixels: &Pixels) -> Vec<u8> {
    encode::webp(pixels, 90, false).unwrap()
}

/// An EXIF block with an orientation, a copyright and a place.
pub(super) fn exif_block(orientation: u8) -> Vec<u8> {
    let mut block = b"MM\0*\0\0\0\x08\0\x03".to_vec();
    block.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    block.extend([0x82, 0x98, 0, 2, 0, 0, 0, 10, 0, 0, 0, 50]);
    // The directory of the place, at 60: one entry, "N".
    block.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 60]);
    block.extend([0; 4]);
    block.extend(b"Ada Lovel\0");
    block.extend([0, 1, 0, 1, 0, 2, 0, 0, 0, 2, b'N', 0, 0, 0, 0, 0, 0, 0]);
    block
}

pub(super) fn jpeg_with_exif(pixels: &Pixels, orientation: u8) -> Vec<u8> {
    encode::jpeg(pixels, 95, true, Some(&exif_block(orientation))).unwrap()
}

/// How an upright picture is stored in a file with that orientation.
pub(super) fn as_stored(upright: &Pixels, orientation: u8) -> Pixels {
    // A quarter turn is undone by the opposite one; everything else by itself.
    let undone = match orientation {
        6 => 8,
        8 => 6,
        other => other,
    };
    super::orient::Turn::from_exif(undone).apply_to(upright.clone())
}

/// Frames of one color each, 100 ms apart.
pub(super) fn gif(width: u32, height: u32, colors: &[[u8; 4]]) -> Vec<u8> {
    let frames = colors
        .iter()
        .map(|color| encode::FinishedFrame {
            pixels: solid(width, height, *color),
            delay_millis: 100,
        })
        .collect();
    encode::animation(
        frames,
        None,
        super::Format::Gif,
        &FlexibleOptions::default(),
    )
    .unwrap()
}

/// The pixel at a place.
pub(super) fn at(pixels: &Pixels, x: u32, y: u32) -> [u8; 4] {
    let (all, _) = pixels.rgba.as_chunks::<4>();
    all[(y * pixels.size.width + x) as usize]
}

/// Whether each channel differs by at most `tolerance`.
pub(super) fn is_near(a: [u8; 4], b: [u8; 4], tolerance: u8) -> bool {
    a.iter().zip(b).all(|(a, b)| a.abs_diff(b) <= tolerance)
}
