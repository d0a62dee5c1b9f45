//! Formats in: bytes become RGBA pixels, no larger than the task needs.

use std::any::Any;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::{AnimationDecoder, ImageDecoder};
use img_parts::{Bytes, ImageICC};
use mozjpeg::{ColorSpace, Decompress, Marker};

use super::probe::damaged;
use super::{Facts, Format, Pixels, TransformError};
use crate::model::PixelSize;

/// A decoded picture as it is stored, not yet upright.
pub(super) struct Bitmap {
    pub(super) pixels: Pixels,
    /// The size that the pixels stand for; larger than theirs when decoding scaled down.
    pub(super) stands_for: PixelSize,
    pub(super) has_alpha: bool,
    /// The ICC profile, while the pixels are not yet sRGB.
    pub(super) profile: Option<Vec<u8>>,
}

/// One frame of an animation.
pub(super) struct Frame {
    pub(super) bitmap: Bitmap,
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
pub(super) fn decode(bytes: &[u8], facts: &Facts, scale: f64) -> Result<Bitmap, TransformError> {
    facts.check_limits()?;
    let (pixels, profile) = match facts.format {
        Format::Jpeg => decode_jpeg(bytes, scale)?,
        Format::Png => decode_png(bytes)?,
        Format::WebP if facts.frames == 1 => (decode_webp(bytes)?, webp_profile(bytes)),
        Format::WebP => {
            let decoder = image::codecs::webp::WebPDecoder::new(Cursor::new(bytes));
            let decoder = decoder.map_err(|error| broken(&error))?;
            (decode_first_frame(decoder)?, webp_profile(bytes))
        }
        Format::Gif => (decode_first_frame(gif_decoder(bytes)?)?, None),
        Format::Svg | Format::Avif | Format::Heic => {
            return Err(TransformError::Unsupported(facts.format));
        }
    };
    Ok(Bitmap {
        stands_for: facts.stored_size,
        has_alpha: facts.has_alpha,
        profile,
        pixels,
    })
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
        Format::WebP => image::codecs::webp::WebPDecoder::new(Cursor::new(bytes))
            .map_err(|error| broken(&error))?
            .into_frames(),
        format => return Err(TransformError::Unsupported(format)),
    };
    let profile = match facts.format {
        Format::WebP => webp_profile(bytes),
        _ => None,
    };
    for frame in frames {
        let frame = frame.map_err(|error| broken(&error))?;
        let (numerator, denominator) = frame.delay().numer_denom_ms();
        let buffer = frame.into_buffer();
        let size = PixelSize::new(buffer.width(), buffer.height());
        take(Frame {
            bitmap: Bitmap {
                pixels: Pixels {
                    size,
                    rgba: buffer.into_raw(),
                },
                stands_for: size,
                has_alpha: facts.has_alpha,
                profile: profile.clone(),
            },
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

fn webp_profile(bytes: &[u8]) -> Option<Vec<u8>> {
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
fn decode_jpeg(bytes: &[u8], scale: f64) -> Result<(Pixels, Option<Vec<u8>>), TransformError> {
    let mut decoder = Decompress::with_markers(&[Marker::APP(2), Marker::APP(14)])
        .from_mem(bytes)
        .map_err(|error| broken(&error))?;
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
        cmyk_to_rgb(&mut rgba, is_inverted);
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
    let mut rgba = Vec::with_capacity(area * 4);
    if reader.info().interlaced {
        let length = reader.output_buffer_size().ok_or(damaged(Format::Png))?;
        let mut all = vec![0; length];
        reader
            .next_frame(&mut all)
            .map_err(|error| broken(&error))?;
        push_rgba(&mut rgba, &all, color);
    } else {
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
