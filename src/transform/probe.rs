//! What a file's header says, and whether the file may be uploaded. Nothing is decoded here.

use std::io::Cursor;

use super::{Format, MAX_AREA, MAX_SIDE, TransformError, avif};
use crate::model::PixelSize;

mod chunks;
mod gif;
pub(super) mod heif;
mod jpeg;
#[cfg(test)]
mod tests;

pub(super) use chunks::{png_chunks, webp_chunks};
pub(super) use jpeg::markers as jpeg_markers;

/// What is known about an image without decoding it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Its kind, by content.
    pub format: Format,
    /// Its upright size, after EXIF orientation. 0 × 0 for SVG, which has none of its own.
    pub size: PixelSize,
    /// Its size as the pixels are stored.
    pub stored_size: PixelSize,
    /// EXIF orientation, 1 to 8; 1 is upright.
    pub orientation: u8,
    /// Whether it can have transparent pixels.
    pub has_alpha: bool,
    /// The number of frames; on a truncated file, of those that begin in it.
    pub frames: u32,
}

impl Facts {
    /// Whether the limits of what is decoded or stored hold.
    ///
    /// Source: Cloudflare Images documentation, "Limits".
    pub(super) fn check_limits(&self) -> Result<(), TransformError> {
        let size = self.stored_size;
        if size.is_empty() && self.format != Format::Svg {
            return Err(TransformError::Damaged(
                "a side is 0 pixels long".to_owned(),
            ));
        }
        if !self.format.may_be_long() && size.longer_side() > MAX_SIDE {
            return Err(TransformError::TooLargeSide { size });
        }
        if size.area() > MAX_AREA {
            return Err(TransformError::TooManyPixels { size });
        }
        if self.frames > 1 && self.total_area() > MAX_AREA {
            return Err(TransformError::AnimationTooLarge {
                frames: self.frames,
                size,
            });
        }
        Ok(())
    }

    /// Pixels of all frames together.
    pub(super) const fn total_area(&self) -> u64 {
        self.stored_size.area() * self.frames as u64
    }
}

/// What a format's own reader finds out.
struct Header {
    stored_size: PixelSize,
    has_alpha: bool,
    frames: u32,
    /// Whether the file goes on to its proper end.
    is_complete: bool,
}

/// Reads the header; the first 64 KB of a file are enough unless its metadata is larger.
///
/// # Errors
/// [`TransformError::NotAnImage`] when the kind is not known, [`TransformError::Damaged`] when the
/// header is incomplete or contradicts itself.
pub fn probe(bytes: &[u8]) -> Result<Facts, TransformError> {
    Ok(probe_all(bytes)?.0)
}

/// Whether a file may be uploaded: a decodable kind, complete, within the limits.
///
/// # Errors
/// As [`probe`], and [`TransformError::Unsupported`] for kinds that are not decoded,
/// [`TransformError::TooManyPixels`], [`TransformError::TooLargeSide`],
/// [`TransformError::TooLargeAvif`] and [`TransformError::AnimationTooLarge`] for the limits.
pub fn check_upload(bytes: &[u8]) -> Result<Facts, TransformError> {
    let (facts, is_complete) = probe_all(bytes)?;
    let is_decoded = match facts.format {
        Format::Heic => false,
        Format::Avif => avif::IS_KNOWN && heif::is_av1(bytes),
        _ => true,
    };
    if !is_decoded {
        return Err(TransformError::Unsupported(facts.format));
    }
    facts.check_limits()?;
    let size = facts.stored_size;
    if facts.format == Format::Avif && size.longer_side() > avif::MAX_AVIF_SIDE {
        return Err(TransformError::TooLargeAvif { size });
    }
    if !is_complete {
        return Err(damaged(facts.format));
    }
    Ok(facts)
}

/// How often an animation plays; `None` when it repeats forever.
pub(super) fn plays(bytes: &[u8], format: Format) -> Option<u32> {
    match format {
        Format::Gif => gif::plays(bytes),
        Format::WebP => chunks::webp_plays(bytes),
        _ => None,
    }
}

pub(super) fn damaged(format: Format) -> TransformError {
    TransformError::Damaged(format!("Error while decoding {} image", format.name()))
}

fn probe_all(bytes: &[u8]) -> Result<(Facts, bool), TransformError> {
    let format = Format::sniff(bytes).ok_or(TransformError::NotAnImage)?;
    let header = match format {
        Format::Jpeg => jpeg::read(bytes),
        Format::Png => chunks::read_png(bytes),
        Format::WebP => chunks::read_webp(bytes),
        Format::Gif => gif::read(bytes),
        Format::Avif | Format::Heic => Some(heif::read(bytes)),
        Format::Svg => Some(Header {
            stored_size: PixelSize::default(),
            has_alpha: true,
            frames: 1,
            is_complete: true,
        }),
    };
    let header = header.ok_or_else(|| damaged(format))?;
    let orientation = match format {
        Format::Jpeg | Format::Png | Format::WebP => orientation(bytes),
        Format::Avif => heif::orientation(bytes),
        Format::Gif | Format::Svg | Format::Heic => 1,
    };
    let facts = Facts {
        format,
        size: super::orient::Turn::from_exif(orientation).size(header.stored_size),
        stored_size: header.stored_size,
        orientation,
        has_alpha: header.has_alpha,
        frames: header.frames,
    };
    Ok((facts, header.is_complete))
}

fn orientation(bytes: &[u8]) -> u8 {
    exif_of(bytes)
        .and_then(|exif| {
            exif.get_field(exif::Tag::Orientation, exif::In::PRIMARY)?
                .value
                .get_uint(0)
        })
        .and_then(|value| u8::try_from(value).ok())
        .filter(|value| (1..=8).contains(value))
        .unwrap_or(1)
}

/// The EXIF data, as far as it can be read; if broken, it is no reason to refuse a picture.
pub(super) fn exif_of(bytes: &[u8]) -> Option<exif::Exif> {
    let bytes = match Format::sniff(bytes) {
        // Without it the reader would look for EXIF between the coefficients, up to the end.
        Some(Format::Jpeg) => jpeg::head(bytes),
        _ => bytes,
    };
    exif::Reader::new()
        .continue_on_error(true)
        .read_from_container(&mut Cursor::new(bytes))
        .or_else(|error| error.distill_partial_result(|_broken_fields| {}))
        .ok()
}
