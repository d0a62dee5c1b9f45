//! What of the original's metadata a rendition keeps, and its colors made sRGB.
//!
//! Only JPEG renditions carry EXIF. Orientation is applied to the pixels, so what is kept says
//! "upright".
//!
//! Source: Cloudflare Images documentation, "Features", `metadata`.

use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

use super::Pixels;
use super::probe::exif_of;
use crate::model::MetadataPolicy;

const ORIENTATION: u16 = 0x0112;
const COPYRIGHT: u16 = 0x8298;

/// The longest EXIF block that fits into a JPEG segment beside its name and length.
const MAX_EXIF_BYTES: usize = 65_533 - EXIF_NAME.len();

/// What an EXIF segment begins with.
pub(super) const EXIF_NAME: &[u8] = b"Exif\0\0";

/// The EXIF block for a JPEG rendition, without [`EXIF_NAME`]; `None` when nothing is kept.
pub(super) fn exif_to_keep(original: &[u8], policy: MetadataPolicy) -> Option<Vec<u8>> {
    let kept = match policy {
        MetadataPolicy::None => return None,
        MetadataPolicy::Copyright => copyright_alone(&exif_of(original)?)?,
        MetadataPolicy::Keep => upright(exif_of(original)?.buf().to_vec()),
    };
    (kept.len() <= MAX_EXIF_BYTES).then_some(kept)
}

/// A new block that holds the copyright and nothing else.
fn copyright_alone(exif: &exif::Exif) -> Option<Vec<u8>> {
    let field = exif.get_field(exif::Tag::Copyright, exif::In::PRIMARY)?;
    let exif::Value::Ascii(parts) = &field.value else {
        return None;
    };
    // Photographer and editor are separated by a null byte.
    let mut text = parts.join(&0);
    text.push(0);
    let length = u32::try_from(text.len()).ok()?;
    let mut block = b"II*\0\x08\0\0\0\x01\0".to_vec();
    block.extend(COPYRIGHT.to_le_bytes());
    block.extend(2_u16.to_le_bytes());
    block.extend(length.to_le_bytes());
    if text.len() <= 4 {
        // So short a value stands in the place of its offset.
        text.resize(4, 0);
        block.extend(text);
        block.extend([0; 4]);
    } else {
        // Eight bytes of header, two of count, twelve of entry, four of end.
        block.extend(26_u32.to_le_bytes());
        block.extend([0; 4]);
        block.extend(text);
    }
    Some(block)
}

/// The block with its orientation set to 1, in the picture's directory and the preview's.
fn upright(mut exif: Vec<u8>) -> Vec<u8> {
    let is_big_endian = exif.starts_with(b"MM");
    let u16_at = |bytes: &[u8], at: usize| {
        let two: [u8; 2] = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if is_big_endian {
            u16::from_be_bytes(two)
        } else {
            u16::from_le_bytes(two)
        })
    };
    let u32_at = |bytes: &[u8], at: usize| {
        let four: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if is_big_endian {
            u32::from_be_bytes(four)
        } else {
            u32::from_le_bytes(four)
        } as usize)
    };
    let mut directory = u32_at(&exif, 4);
    // Two directories; a loop of offsets must not hold us.
    for _ in 0..2 {
        let Some(start) = directory.filter(|start| *start > 0) else {
            break;
        };
        let count = usize::from(u16_at(&exif, start).unwrap_or(0));
        for entry in (0..count).map(|i| start.saturating_add(2 + i * 12)) {
            if u16_at(&exif, entry) == Some(ORIENTATION)
                && let Some(value) = exif.get_mut(entry + 8..entry + 10)
            {
                value.copy_from_slice(&if is_big_endian { [0, 1] } else { [1, 0] });
            }
        }
        directory = u32_at(&exif, start.saturating_add(2 + count * 12));
    }
    exif
}

/// Converts pixels with an RGB or gray profile to sRGB. A profile that cannot be read leaves them
/// alone: slightly wrong colors are better than no picture.
pub(super) fn to_srgb(pixels: &mut Pixels, profile: &[u8]) {
    let Ok(source) = ColorProfile::new_from_slice(profile) else {
        return;
    };
    match source.color_space {
        DataColorSpace::Rgb => {
            if let Some(converted) = converted(&source, Layout::Rgba, &pixels.rgba, Layout::Rgba) {
                pixels.rgba = converted;
            }
        }
        DataColorSpace::Gray => {
            // Gray has only so many values.
            let all: Vec<u8> = (0..=255).collect();
            let Some(table) = converted(&source, Layout::Gray, &all, Layout::Rgb) else {
                return;
            };
            let (table, _) = table.as_chunks::<3>();
            for pixel in pixels.rgba.as_chunks_mut::<4>().0 {
                let [red, green, blue] = table[usize::from(pixel[0])];
                *pixel = [red, green, blue, pixel[3]];
            }
        }
        _ => {}
    }
}

/// Converts cyan, magenta, yellow and black, four bytes for each pixel, to opaque sRGB; returns
/// whether that could be done. 255 is full ink, unless the file counts the light that passes.
pub(super) fn inks_to_srgb(pixels: &mut Vec<u8>, profile: &[u8], is_inverted: bool) -> bool {
    let Ok(source) = ColorProfile::new_from_slice(profile) else {
        return false;
    };
    if source.color_space != DataColorSpace::Cmyk {
        return false;
    }
    let inks: Vec<u8> = if is_inverted {
        pixels.iter().map(|light| 255 - light).collect()
    } else {
        pixels.clone()
    };
    let Some(mut rgba) = converted(&source, Layout::Rgba, &inks, Layout::Rgba) else {
        return false;
    };
    for pixel in rgba.as_chunks_mut::<4>().0 {
        pixel[3] = 255;
    }
    *pixels = rgba;
    true
}

/// Samples in sRGB; `None` when the profile does not tell how.
fn converted(
    source: &ColorProfile,
    source_layout: Layout,
    samples: &[u8],
    layout: Layout,
) -> Option<Vec<u8>> {
    let target = ColorProfile::new_srgb();
    let transform = source
        .create_transform_8bit(source_layout, &target, layout, TransformOptions::default())
        .ok()?;
    let pixels = samples.len() / source_layout.channels();
    let mut converted = vec![0; pixels * layout.channels()];
    transform.transform(samples, &mut converted).ok()?;
    Some(converted)
}
