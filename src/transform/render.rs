//! From an original and options to a rendition.

mod animation;
mod decoded;
mod planes;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod tests;

use bytes::Bytes;

use super::decode::{Bitmap, decode, guarded};
use super::encode;
use super::fit::{Layout, layout};
use super::negotiate::{Choice, choose, is_animated};
use super::orient::{Rect, Turn};
use super::part;
use super::planar::{self, Chroma};
use super::unchanged::may_stand_in;
use super::{
    Accepts, Facts, Format, Pixels, TransformError, avif, effects, metadata, probe, resize, svg,
};
use crate::model::flexible::{FlexibleOptions, Gravity, Trim};
use crate::model::{Fit, MetadataPolicy, PixelSize};
pub use decoded::{Decoded, pixels_decoded, render_decoded};

use planes::Wanted;

/// The quality of cached thumbnails.
const THUMBNAIL_PERCENT: u8 = 85;

/// An original whose header has been read.
#[derive(Clone, Debug)]
pub struct Original {
    bytes: Bytes,
    facts: Facts,
}

impl Original {
    /// Reads the header; the bytes are shared, not copied.
    ///
    /// # Errors
    /// As [`probe`].
    pub fn open(bytes: Bytes) -> Result<Self, TransformError> {
        let facts = guarded(|| probe(&bytes))?;
        Ok(Self { bytes, facts })
    }

    /// What the header says.
    #[must_use]
    pub const fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The stored bytes.
    #[must_use]
    pub const fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}

/// A finished picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendition {
    /// The encoded file.
    pub bytes: Vec<u8>,
    /// Its kind.
    pub format: Format,
    /// Its size.
    pub size: PixelSize,
    /// What was not done as asked, one remark each.
    pub warnings: Vec<String>,
}

/// Makes the rendition that delivery hands out.
///
/// An SVG comes back sanitized, whatever the options. Animations keep moving where the options and
/// the format allow it.
///
/// # Errors
/// [`TransformError`]; [`TransformError::delivery_code`] is how delivery reports it.
pub fn render(
    original: &Original,
    options: &FlexibleOptions,
    accepts: Accepts,
) -> Result<Rendition, TransformError> {
    let facts = original.facts;
    if facts.format == Format::Svg {
        return guarded(|| {
            Ok(Rendition {
                bytes: svg::sanitize(&original.bytes)?,
                format: Format::Svg,
                size: facts.size,
                warnings: Vec::new(),
            })
        });
    }
    facts.check_limits()?;
    let choice = choose(&facts, options, accepts);
    if is_animated(&facts, options) {
        return animation::render(original, options, choice);
    }
    guarded(|| {
        if let Some(rendition) = planes::render(original, options, choice)? {
            return Ok(smaller(original, rendition, options));
        }
        let pixels = picture(&original.bytes, &facts, options)?;
        let rendition = encode_still(original, &pixels, options, choice)?;
        Ok(smaller(original, rendition, options))
    })
}

/// The rendition, or the stored file where that is as good and smaller.
fn smaller(original: &Original, rendition: Rendition, options: &FlexibleOptions) -> Rendition {
    let is_smaller = rendition.format == original.facts.format
        && original.bytes.len() < rendition.bytes.len()
        && may_stand_in(&original.bytes, &original.facts, rendition.size, options);
    if !is_smaller {
        return rendition;
    }
    let mut warnings = rendition.warnings;
    warnings.push("original is smaller".to_owned());
    as_stored(original, warnings)
}

/// A finished still picture that is not yet encoded.
fn picture(
    bytes: &[u8],
    facts: &Facts,
    options: &FlexibleOptions,
) -> Result<Pixels, TransformError> {
    let turn = Turn::from_exif(facts.orientation);
    if matches!(options.trim, Some(Trim::Border { .. })) {
        // The edge is found pixel by pixel.
        return compose(decode(bytes, facts, 1.0)?, turn, options);
    }
    let wanted = Wanted::of(facts, options)?;
    if let Some(planes) = wanted.planes(bytes, facts, Chroma::Full) {
        let profile = planes.profile.clone();
        let ycc = planar::scaled(planes, wanted.part, wanted.size, wanted.turn, Chroma::Full)?;
        let mut pixels = ycc.into_pixels();
        if let Some(profile) = &profile {
            metadata::to_srgb(&mut pixels, profile);
        }
        return finished(pixels, &wanted.layout, options);
    }
    let bitmap = match part::decode(bytes, facts, &wanted.need())? {
        Some(bitmap) => bitmap,
        None => decode(bytes, facts, wanted.scale())?,
    };
    compose(bitmap, turn, options)
}

/// Pixels that fit into a square of `max_side_px`, upright and never enlarged; of an animation, the
/// first frame.
///
/// # Errors
/// [`TransformError::Unsupported`] for SVG and kinds that are not decoded, else as [`render`].
pub fn thumbnail(bytes: &[u8], max_side_px: u32) -> Result<Pixels, TransformError> {
    guarded(|| {
        let facts = probe(bytes)?;
        facts.check_limits()?;
        picture(bytes, &facts, &square(max_side_px))
    })
}

fn square(max_side_px: u32) -> FlexibleOptions {
    FlexibleOptions {
        width: Some(max_side_px.max(1)),
        height: Some(max_side_px.max(1)),
        ..FlexibleOptions::default()
    }
}

/// A small file of a thumbnail for a cache: JPEG, or WebP when there is transparency.
#[must_use]
pub fn encode_thumbnail(pixels: &Pixels) -> Vec<u8> {
    let encoded = guarded(|| {
        if encode::is_opaque(&pixels.rgba) {
            encode::jpeg(pixels, THUMBNAIL_PERCENT, true, None)
        } else {
            encode::webp(pixels, THUMBNAIL_PERCENT, false)
        }
    });
    // Thumbnails are far below what the encoders can hold; an empty file is a cache miss.
    encoded.unwrap_or_default()
}

fn as_stored(original: &Original, warnings: Vec<String>) -> Rendition {
    Rendition {
        bytes: original.bytes.to_vec(),
        format: original.facts.format,
        size: original.facts.size,
        warnings,
    }
}

fn encode_still(
    original: &Original,
    pixels: &Pixels,
    options: &FlexibleOptions,
    choice: Choice,
) -> Result<Rendition, TransformError> {
    let exif = match choice.format {
        Format::Jpeg => exif_to_keep(original, options),
        _ => None,
    };
    let mut warnings = warnings(options, &original.facts);
    let is_avif = choice.is_avif(pixels.size);
    if choice.wanted_avif && !is_avif {
        warnings.push(avif_warning(pixels.size).to_owned());
    }
    Ok(Rendition {
        bytes: encode::encode(pixels, choice, options, exif.as_deref())?,
        format: if is_avif { Format::Avif } else { choice.format },
        size: pixels.size,
        warnings,
    })
}

fn exif_to_keep(original: &Original, options: &FlexibleOptions) -> Option<Vec<u8>> {
    let policy = options.metadata.unwrap_or(MetadataPolicy::Copyright);
    metadata::exif_to_keep(&original.bytes, policy)
}

/// The service gives up AVIF for large pictures with the first text; the second is that of a build
/// without it.
const fn avif_warning(size: PixelSize) -> &'static str {
    if size.longer_side() > avif::MAX_AVIF_SIDE {
        "image too large for AVIF"
    } else {
        "AVIF is not written here"
    }
}

/// Everything between decoding and encoding.
fn compose(
    bitmap: Bitmap<'_>,
    orientation: Turn,
    options: &FlexibleOptions,
) -> Result<Pixels, TransformError> {
    let kept = content(&bitmap, orientation, options)?;
    compose_part(bitmap, orientation, kept, options)
}

/// As [`compose`], with what trimming an edge of one color leaves.
fn compose_part(
    bitmap: Bitmap<'_>,
    orientation: Turn,
    kept: Option<Rect>,
    options: &FlexibleOptions,
) -> Result<Pixels, TransformError> {
    let upright = orientation.size(bitmap.stands_for);
    let layout = layout(upright, kept, options)?;
    let visible = orientation.undo(layout.visible, bitmap.stands_for);
    let part = Rect {
        x: visible.x - bitmap.origin.0,
        y: visible.y - bitmap.origin.1,
        ..visible
    }
    .scaled(bitmap.scale.0, bitmap.scale.1);
    let turn = orientation.then(layout.turn);
    // Turned last: by then the picture is small.
    let size = turn.size(layout.plan.inner);
    let mut pixels = turn.apply_to(resize::resize(bitmap.pixels, part, size, bitmap.has_alpha)?);
    if let Some(profile) = &bitmap.profile {
        metadata::to_srgb(&mut pixels, profile);
    }
    finished(pixels, &layout, options)
}

/// What happens to the pixels after resizing.
fn finished(
    pixels: Pixels,
    layout: &Layout,
    options: &FlexibleOptions,
) -> Result<Pixels, TransformError> {
    let mut pixels = effects::frame(pixels, layout, options);
    effects::apply(&mut pixels, options)?;
    Ok(pixels)
}

/// What trimming an edge of one color leaves, in pixels of the upright source.
fn content(
    bitmap: &Bitmap<'_>,
    orientation: Turn,
    options: &FlexibleOptions,
) -> Result<Option<Rect>, TransformError> {
    let Some(Trim::Border {
        color,
        tolerance,
        keep_px,
    }) = &options.trim
    else {
        return Ok(None);
    };
    let found = effects::content(&bitmap.pixels, orientation, *color, *tolerance, *keep_px)
        .ok_or(TransformError::EmptyOutput)?;
    let upright = orientation.size(bitmap.stands_for);
    let decoded = orientation.size(bitmap.pixels.size);
    let scale_x = f64::from(upright.width) / f64::from(decoded.width);
    let scale_y = f64::from(upright.height) / f64::from(decoded.height);
    let scaled = found.scaled(scale_x, scale_y);
    // Whole pixels, since the geometry counts in them.
    let (left, top) = (scaled.x.floor(), scaled.y.floor());
    Ok(Some(Rect {
        x: left,
        y: top,
        width: (scaled.x + scaled.width).ceil() - left,
        height: (scaled.y + scaled.height).ceil() - top,
    }))
}

/// What cannot be done as asked.
fn warnings(options: &FlexibleOptions, facts: &Facts) -> Vec<String> {
    let mut warnings = Vec::new();
    let mut warn = |applies: bool, text: &str| {
        if applies {
            warnings.push(text.to_owned());
        }
    };
    let cuts = matches!(options.fit, Fit::Cover | Fit::Crop | Fit::AspectCrop);
    let has_one_side = options.width.is_some() != options.height.is_some();
    warn(
        options.fit == Fit::Cover && has_one_side,
        "cover fit mode needs both width and height",
    );
    let looks_for_content = matches!(
        options.gravity,
        Gravity::Auto | Gravity::Face | Gravity::Entropy
    );
    warn(
        cuts && looks_for_content,
        "the gravity is the center: pictures are not searched here",
    );
    warn(
        options.segment_foreground,
        "segment is ignored: the foreground is not found here",
    );
    warn(
        options.upscale_generate,
        "upscale is interpolated: no detail is invented here",
    );
    warn(
        facts.frames > 1 && !is_animated(facts, options) && options.animate,
        "only the first frame is delivered in this format",
    );
    warnings
}
