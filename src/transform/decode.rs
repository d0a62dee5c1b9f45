//! Formats in: bytes become RGBA pixels, no larger than the task needs.

use std::any::Any;
use std::borrow::Cow;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::{AnimationDecoder, ImageDecoder};
use img_parts::{Bytes, ImageICC};
use mozjpeg::{ColorSpace, Decompress, Marker};

use super::probe::damaged;
use super::{Facts, Format, Pixels, TransformError, metadata, webp_frames};
use crate::model::PixelSize;

/// A decoded picture as it is stored, not yet upright.
#[derive(Clone, Debug)]
pub(super) struct Bitmap<'a> {
    /// Owned, unless they are kept for the next time.
    pub(super) pixels: Cow<'a, Pixels>,
    /// The size that the pixels stand for; larger than theirs when decoding scaled down.
    pub(super) stands_for: PixelSize,
    /// Where the pixels begin, in pixels of what they stand for; not 0 when decoding left out parts.
    pub(super) origin: (f64, f64),
    /// Decoded pixels for each one of what they stand for, across and down.
    pub(super) scale: (f64, f64),
    pub(super) has_alpha: bool,
    /// The ICC profile, while the pixels are not yet sRGB.
    pub(super) profile: Option<Vec<u8>>,
}

impl Bitmap<'_> {
    /// The same, lent.
    pub(super) fn lent(&self) -> Bitmap<'_> {
        Bitmap {
            pixels: Cow::Borrowed(&*self.pixels),
            profile: self.profile.clone(),
            ..*self
        }
    }

    /// All of a picture.
    pub(super) fn whole(
        pixels: Pixels,
        stands_for: PixelSize,
        has_alpha: bool,
        profile: Option<Vec<u8>>,
    ) -> Self {
        let size = pixels.size;
        Self {
            pixels: Cow::Owned(pixels),
            stands_for,
            origin: (0.0, 0.0),
            scale: (
                f64::from(size.width) / f64::from(stands_for.width),
                f64::from(size.height) / f64::from(stands_for.height),
            ),
            has_alpha,
            profile,
        }
    }
}

/// One frame of an animation.
pub(super) struct Frame {
    pub(super) bitmap: Bitmap<'static>,
    pub(super) delay_millis: u32,
}

/// How much larger than needed a scaled decode must be, so that the resize still has something to
/// average; below that, its own coarse averaging would show.
const DECODE_MARGIN: f64 = 1.5;

/// Turns panics of codecs into an error. C decoders report by unwinding, and a broken file must
/// not bring down more than itself.
pub(super) fn guarded<T>(
    work: impl FnOnce() -> Result<T, TransformError>,
) -> Result<T, TransformError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload: Box<dyn Any + Send>| {
        let text = payload
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| payload.downcast_ref::<&str>().copied())
            .unwrap_or("the codec failed");
        Err(TransformError::Damaged(text.to_owned()))
    })
}

/// Decodes a still picture or the first frame. `scale` is the target's size relative to the stored
/// one; the result is at least that large, and never larger than stored.
pub(super) fn decode(
    bytes: &[u8],
    facts: &Facts,
    scale: f64,
) -> Result<Bitmap<'static>, TransformError> {
    facts.check_limits()?;
    let (pixels, profile) = match facts.format {
        Format::Jpeg => decode_jpeg(bytes, facts.stored_size, scale)?,
        Format::Png => decode_png(bytes)?,
        Format::WebP if facts.frames == 1 => (decode_webp(bytes)?, webp_profile(bytes)),
        Format::WebP => {
            let first = webp_frames::first(bytes, facts.stored_size)?;
            (first, webp_profile(bytes))
        }
        Format::Gif => (decode_first_frame(gif_decoder(bytes)?)?, None),
        Format::Avif => super::avif::decode(bytes, facts)?,
        Format::Svg | Format::Heic => {
            return Err(TransformError::Unsupported(facts.format));
        }
    };
    Ok(Bitmap::whole(
        pixels,
        facts.stored_size,
        facts.has_alpha,
        profile,
    ))
}

/// Hands frame after frame, composed with those before it, to `take`; one is in memory at a time.
pub(super) fn decode_frames(
    bytes: &[u8],
    facts: &Facts,
    mut take: impl FnMut(Frame) -> Result<(), TransformError>,
) -> Result<(), TransformError> {
    facts.check_limits()?;
    let frames = match facts.format {
        Format::Gif => gif_decoder(bytes)?.into_frames(),
        Format::WebP => {
            let profile = webp_profile(bytes);
            return webp_frames::each(bytes, facts.stored_size, |pixels, delay_millis| {
                take(Frame {
                    bitmap: Bitmap::whole(
                        pixels,
                        facts.stored_size,
                        facts.has_alpha,
                        profile.clone(),
                    ),
                    delay_millis,
                })
            });
        }
        format => return Err(TransformError::Unsupported(format)),
    };
    for frame in frames {
        let frame = frame.map_err(|error| broken(&error))?;
        let (numerator, denominator) = frame.delay().numer_denom_ms();
        let buffer = frame.into_buffer();
        let size = PixelSize::new(buffer.width(), buffer.height());
        take(Frame {
            bitmap: Bitmap::whole(
                Pixels {
                    size,
                    rgba: buffer.into_raw(),
                },
                size,
                facts.has_alpha,
                None,
            ),
            delay_millis: numerator / denominator.max(1),
        })?;
    }
    Ok(())
}

/// Any frame of a GIF may claim to be 65535×65535, on however small a picture: without a limit that
/// is 17 GB for a file of a hundred bytes.
fn gif_decoder(
    bytes: &[u8],
) -> Result<image::codecs::gif::GifDecoder<Cursor<&[u8]>>, TransformError> {
    let decoder = image::codecs::gif::GifDecoder::new(Cursor::new(bytes));
    let mut decoder = decoder.map_err(|error| broken(&error))?;
    let (width, height) = decoder.dimensions();
    let mut limits = image::Limits::no_limits();
    // The picture before and after a frame, the frame, and room for one that juts out.
    let whole_bytes = u64::from(width) * u64::from(height) * 4;
    limits.max_alloc = Some(whole_bytes * 4 + 16 * 1024 * 1024);
    decoder.set_limits(limits).map_err(|error| broken(&error))?;
    Ok(decoder)
}

fn broken(error: &impl std::fmt::Display) -> TransformError {
    TransformError::Damaged(error.to_string())
}

pub(super) fn webp_profile(bytes: &[u8]) -> Option<Vec<u8>> {
    let webp = img_parts::webp::WebP::from_bytes(Bytes::copy_from_slice(bytes)).ok()?;
    webp.icc_profile().map(|profile| profile.to_vec())
}

/// The ICC profile of a JPEG: too long for one segment, it may be spread over several, which are
/// numbered from 1.
fn jpeg_profile<'a>(segments: impl Iterator<Item = &'a [u8]>) -> Option<Vec<u8>> {
    let mut parts: Vec<(u8, &[u8])> = segments
        .filter_map(|segment| segment.strip_prefix(b"ICC_PROFILE\0"))
        .filter_map(|numbered| Some((*numbered.first()?, numbered.get(2..)?)))
        .collect();
    parts.sort_by_key(|(number, _)| *number);
    let whole: Vec<u8> = parts
        .into_iter()
        .flat_map(|(_, part)| part)
        .copied()
        .collect();
    (!whole.is_empty()).then_some(whole)
}

/// What a camera did not finish writing is shown as far as it goes, as browsers do; refusing
/// incomplete files is the upload's business.
fn decode_jpeg(
    bytes: &[u8],
    stored_size: PixelSize,
    scale: f64,
) -> Result<(Pixels, Option<Vec<u8>>), TransformError> {
    let mut decoder = Decompress::with_markers(&[Marker::APP(2), Marker::APP(14)])
        .from_mem(bytes)
        .map_err(|error| broken(&error))?;
    // The limits were held against that size, and memory is taken for this one.
    if PixelSize::new(side(decoder.width()), side(decoder.height())) != stored_size {
        return Err(damaged(Format::Jpeg));
    }
    // The eighths for which the inverse transform has fast code.
    let eighths = [1_u8, 2, 4]
        .into_iter()
        .find(|eighths| f64::from(*eighths) / 8.0 >= scale * DECODE_MARGIN)
        .unwrap_or(8);
    decoder.scale(eighths);
    let is_cmyk = matches!(
        decoder.color_space(),
        ColorSpace::JCS_CMYK | ColorSpace::JCS_YCCK
    );
    let is_inverted = is_cmyk && decoder.markers().any(|m| m.data.starts_with(b"Adobe"));
    let profile = jpeg_profile(decoder.markers().map(|marker| marker.data));
    let mut started = if is_cmyk {
        decoder.to_colorspace(ColorSpace::JCS_CMYK)
    } else {
        decoder.rgba()
    }
    .map_err(|error| broken(&error))?;
    let size = PixelSize::new(side(started.width()), side(started.height()));
    let mut rgba = vec![0; started.min_flat_buffer_size()];
    let expected = rgba.len();
    let read = started
        .read_scanlines_into::<u8>(&mut rgba)
        .map_err(|error| broken(&error))?;
    if read.len() < expected {
        return Err(damaged(Format::Jpeg));
    }
    started.finish().map_err(|error| broken(&error))?;
    if is_cmyk {
        let is_converted =
            profile.is_some_and(|profile| metadata::inks_to_srgb(&mut rgba, &profile, is_inverted));
        if !is_converted {
            cmyk_to_rgb(&mut rgba, is_inverted);
        }
        return Ok((Pixels { size, rgba }, None));
    }
    Ok((Pixels { size, rgba }, profile))
}

/// Ink to light, without a profile. Adobe's programs store how much light passes.
fn cmyk_to_rgb(pixels: &mut [u8], is_inverted: bool) {
    for pixel in pixels.as_chunks_mut::<4>().0 {
        let light = |ink: u8| u16::from(if is_inverted { ink } else { 255 - ink });
        let black = light(pixel[3]);
        for channel in &mut pixel[..3] {
            *channel = u8::try_from((light(*channel) * black + 127) / 255)
                .expect("a product of two values up to 255, divided by 255");
        }
        pixel[3] = 255;
    }
}

fn side(px: usize) -> u32 {
    u32::try_from(px).expect("the sides of a JPEG are 16 bits long")
}

fn decode_png(bytes: &[u8]) -> Result<(Pixels, Option<Vec<u8>>), TransformError> {
    // What a text or profile chunk may inflate to; the rows are bounded by the size, which is
    // checked.
    let limits = png::Limits {
        bytes: 64 * 1024 * 1024,
    };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_ignore_text_chunk(true);
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let mut reader = decoder.read_info().map_err(|error| broken(&error))?;
    let size = PixelSize::new(reader.info().width, reader.info().height);
    let profile = reader.info().icc_profile.as_deref().map(<[u8]>::to_vec);
    let (color, _) = reader.output_color_type();
    let area = size.width as usize * size.height as usize;
    let stride = size.width as usize * 4;
    let mut rgba = Vec::new();
    if reader.info().interlaced {
        rgba.resize(area * 4, 0);
        let mut pixels = Vec::with_capacity(stride);
        while let Some(row) = reader.next_interlaced_row().map_err(|e| broken(&e))? {
            pixels.clear();
            push_rgba(&mut pixels, row.data(), color);
            match row.interlace() {
                png::InterlaceInfo::Adam7(places) => {
                    png::expand_interlaced_row(&mut rgba, stride, &pixels, places, 32);
                }
                png::InterlaceInfo::Null(_) => return Err(damaged(Format::Png)),
            }
        }
    } else {
        rgba.reserve_exact(area * 4);
        while let Some(row) = reader.next_row().map_err(|error| broken(&error))? {
            push_rgba(&mut rgba, row.data(), color);
        }
    }
    if rgba.len() != area * 4 {
        return Err(damaged(Format::Png));
    }
    Ok((Pixels { size, rgba }, profile))
}

fn push_rgba(rgba: &mut Vec<u8>, samples: &[u8], color: png::ColorType) {
    match color {
        png::ColorType::Rgba => rgba.extend_from_slice(samples),
        png::ColorType::Rgb => {
            rgba.extend(
                samples
                    .as_chunks::<3>()
                    .0
                    .iter()
                    .flat_map(|[r, g, b]| [*r, *g, *b, 255]),
            );
        }
        png::ColorType::GrayscaleAlpha => {
            rgba.extend(
                samples
                    .as_chunks::<2>()
                    .0
                    .iter()
                    .flat_map(|[v, a]| [*v, *v, *v, *a]),
            );
        }
        // Palettes were expanded.
        png::ColorType::Grayscale | png::ColorType::Indexed => {
            rgba.extend(samples.iter().flat_map(|v| [*v, *v, *v, 255]));
        }
    }
}

fn decode_webp(bytes: &[u8]) -> Result<Pixels, TransformError> {
    let decoded = webp::Decoder::new(bytes)
        .decode()
        .ok_or_else(|| damaged(Format::WebP))?;
    let size = PixelSize::new(decoded.width(), decoded.height());
    let rgba = if decoded.is_alpha() {
        decoded.to_vec()
    } else {
        let mut rgba = Vec::with_capacity(decoded.len() / 3 * 4);
        push_rgba(&mut rgba, &decoded, png::ColorType::Rgb);
        rgba
    };
    Ok(Pixels { size, rgba })
}

fn decode_first_frame(decoder: impl ImageDecoder) -> Result<Pixels, TransformError> {
    let image = image::DynamicImage::from_decoder(decoder).map_err(|error| broken(&error))?;
    let size = PixelSize::new(image.width(), image.height());
    Ok(Pixels {
        size,
        rgba: image.into_rgba8().into_raw(),
    })
}
