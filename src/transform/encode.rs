//! Formats out.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::io::Write as _;

use image::codecs::gif::{GifEncoder, Repeat};
use mozjpeg::{ColorSpace, Compress, Marker};
use webp::{AnimEncoder, AnimFrame, PixelLayout, WebPConfig};

use super::effects::lay_under;
use super::metadata::EXIF_NAME;
use super::negotiate::Choice;
use super::probe::webp_chunks;
use super::{Format, MAX_SIDE, Pixels, TransformError, avif};
use crate::model::PixelSize;
use crate::model::flexible::{Color, FlexibleOptions, OutputChoice, Quality};

/// libwebp's effort, 0 to 6. Of a photograph, 2 takes two thirds of the time, but 6 % more bytes
/// for half a decibel less; 3 saves no time.
pub(super) const WEBP_METHOD: i32 = 4;

/// The longest side that WebP can store.
const WEBP_MAX_SIDE: u32 = 16_383;

/// Chroma is stored at full resolution from this quality on.
pub(super) const FULL_CHROMA_PERCENT: u8 = 90;

/// A finished frame of an animation.
pub(super) struct FinishedFrame {
    pub(super) pixels: Pixels,
    pub(super) delay_millis: u32,
}

pub(super) fn percent(options: &FlexibleOptions) -> u8 {
    options
        .quality
        .map_or(Quality::DEFAULT_PERCENT, Quality::percent)
}

/// Refuses what the format cannot hold or delivery does not hand out.
pub(super) fn check_size(size: PixelSize, format: Format) -> Result<(), TransformError> {
    let longest = if format == Format::WebP {
        WEBP_MAX_SIDE
    } else {
        MAX_SIDE
    };
    if size.longer_side() > longest {
        return Err(TransformError::OutputTooLarge { size });
    }
    Ok(())
}

/// Encodes a still picture. `exif` goes into JPEG only.
pub(super) fn encode(
    pixels: &Pixels,
    choice: Choice,
    options: &FlexibleOptions,
    exif: Option<&[u8]>,
) -> Result<Vec<u8>, TransformError> {
    let percent = percent(options);
    if choice.is_avif(pixels.size) {
        return avif::encode(pixels, percent);
    }
    check_size(pixels.size, choice.format)?;
    match choice.format {
        Format::Jpeg => jpeg(pixels, percent, choice.is_baseline, exif),
        Format::WebP => {
            let is_lossless = options.format == OutputChoice::Webp && percent == 100;
            webp(pixels, percent, is_lossless)
        }
        Format::Png if options.quality.is_some() && percent < 100 => png_with_palette(pixels),
        Format::Png => png(pixels),
        format => Err(TransformError::Encoding(format!(
            "{} is not written",
            format.name()
        ))),
    }
}

/// Whether a JPEG of that size pays off as a progressive one.
///
/// Source: Cloudflare Images documentation, "Limits": baseline below 50×50 and above 3000×3000.
pub(super) fn is_progressive(size: PixelSize) -> bool {
    let shorter = size.width.min(size.height);
    size.longer_side() >= 50 && shorter <= 3000
}

/// Whether a JPEG of that size is given a code of its own, which saves some percent. All coefficients
/// have to be kept until it is known, two bytes for each.
pub(super) fn pays_off(size: PixelSize) -> bool {
    size.area() <= 25_000_000
}

/// Rows that are gone through at a time.
const BAND_ROWS: u32 = 16;

pub(super) fn jpeg(
    pixels: &Pixels,
    percent: u8,
    is_baseline: bool,
    exif: Option<&[u8]>,
) -> Result<Vec<u8>, TransformError> {
    let failed = |error: std::io::Error| TransformError::Encoding(error.to_string());
    let mut settings = Compress::new(ColorSpace::JCS_EXT_RGBX);
    settings.set_size(pixels.size.width as usize, pixels.size.height as usize);
    // The defaults search for the smallest file and take ten times as long.
    settings.set_fastest_defaults();
    settings.set_quality(f32::from(percent));
    if percent >= FULL_CHROMA_PERCENT {
        settings.set_chroma_sampling_pixel_sizes((1, 1), (1, 1));
    }
    let is_progressive = !is_baseline && is_progressive(pixels.size);
    settings.set_optimize_coding(is_progressive || pays_off(pixels.size));
    if is_progressive {
        settings.set_progressive_mode();
    }
    let mut started = settings.start_compress(Vec::new()).map_err(failed)?;
    if let Some(exif) = exif {
        started.write_marker(Marker::APP(1), &[EXIF_NAME, exif].concat());
    }
    // A few rows at a time, since what is transparent becomes white in a copy.
    let size = PixelSize::new(pixels.size.width, BAND_ROWS);
    for rows in pixels
        .rgba
        .chunks(size.width as usize * 4 * BAND_ROWS as usize)
    {
        if is_opaque(rows) {
            started.write_scanlines(rows).map_err(failed)?;
        } else {
            let mut copy = Pixels {
                size,
                rgba: rows.to_vec(),
            };
            lay_under(&mut copy, Color::WHITE);
            started.write_scanlines(&copy.rgba).map_err(failed)?;
        }
    }
    started.finish().map_err(failed)
}

fn webp_config(percent: u8, is_lossless: bool) -> Result<WebPConfig, TransformError> {
    let mut config = WebPConfig::new()
        .map_err(|()| TransformError::Encoding("libwebp has another version".to_owned()))?;
    config.quality = f32::from(percent);
    config.method = WEBP_METHOD;
    config.lossless = i32::from(is_lossless);
    Ok(config)
}

pub(super) fn webp(
    pixels: &Pixels,
    percent: u8,
    is_lossless: bool,
) -> Result<Vec<u8>, TransformError> {
    let config = webp_config(percent, is_lossless)?;
    let encoder = webp::Encoder::from_rgba(&pixels.rgba, pixels.size.width, pixels.size.height);
    let file = encoder
        .encode_advanced(&config)
        .map_err(|error| TransformError::Encoding(format!("{error:?}")))?;
    Ok(file.to_vec())
}

/// zlib's effort, 1 to 9. Of photographs and of screens, 6 takes twice as long for 1 to 2 % less bytes;
/// 3 makes 2 % more of them.
const PNG_LEVEL: u8 = 4;

pub(super) fn png(pixels: &Pixels) -> Result<Vec<u8>, TransformError> {
    let failed = |error: &dyn std::fmt::Display| TransformError::Encoding(error.to_string());
    let PixelSize { width, height } = pixels.size;
    let is_opaque = is_opaque(&pixels.rgba);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(if is_opaque {
        png::ColorType::Rgb
    } else {
        png::ColorType::Rgba
    });
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_filter(png::Filter::Adaptive);
    encoder.set_deflate_compression(png::DeflateCompression::Level(PNG_LEVEL));
    let mut header = encoder.write_header().map_err(|error| failed(&error))?;
    let mut rows = header.stream_writer().map_err(|error| failed(&error))?;
    let mut rgb = Vec::new();
    for row in pixels.rgba.chunks_exact(width as usize * 4) {
        let row = if is_opaque {
            let (pixels, _) = row.as_chunks::<4>();
            rgb.clear();
            rgb.extend(pixels.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]));
            &rgb
        } else {
            row
        };
        rows.write_all(row).map_err(|error| failed(&error))?;
    }
    rows.finish().map_err(|error| failed(&error))?;
    header.finish().map_err(|error| failed(&error))?;
    Ok(bytes)
}

/// A PNG of at most 256 colors, unless that makes it larger: exact ones if there are no more, else
/// those that come nearest.
fn png_with_palette(pixels: &Pixels) -> Result<Vec<u8>, TransformError> {
    let (rgba, _) = pixels.rgba.as_chunks::<4>();
    let (palette, indices) = exact_palette(rgba).unwrap_or_else(|| near_palette(&pixels.rgba));
    let failed = |error: png::EncodingError| TransformError::Encoding(error.to_string());
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, pixels.size.width, pixels.size.height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    let colors: Vec<u8> = palette
        .iter()
        .flat_map(|[r, g, b, _]| [*r, *g, *b])
        .collect();
    encoder.set_palette(colors);
    if palette.iter().any(|color| color[3] < 255) {
        encoder.set_trns(palette.iter().map(|color| color[3]).collect::<Vec<u8>>());
    }
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&indices).map_err(failed)?;
    writer.finish().map_err(failed)?;
    let plain = png(pixels)?;
    Ok(if plain.len() < bytes.len() {
        plain
    } else {
        bytes
    })
}

/// The colors in the order of their appearance, and which of them each pixel has; `None` when there
/// are more than 256.
fn exact_palette(pixels: &[[u8; 4]]) -> Option<(Vec<[u8; 4]>, Vec<u8>)> {
    let mut numbers = HashMap::new();
    let mut palette = Vec::new();
    let mut indices = Vec::with_capacity(pixels.len());
    for pixel in pixels {
        let next = palette.len();
        let index = *numbers.entry(*pixel).or_insert(next);
        if index == next {
            palette.push(*pixel);
        }
        indices.push(u8::try_from(index).ok()?);
    }
    Some((palette, indices))
}

fn near_palette(rgba: &[u8]) -> (Vec<[u8; 4]>, Vec<u8>) {
    // Every tenth pixel is learned from, as for GIF.
    let colors = color_quant::NeuQuant::new(10, 256, rgba);
    let palette = colors.color_map_rgba().as_chunks::<4>().0.to_vec();
    let (pixels, _) = rgba.as_chunks::<4>();
    let nearest =
        |pixel: &[u8; 4]| u8::try_from(colors.index_of(pixel)).expect("one of 256 colors");
    let indices = pixels.iter().map(nearest).collect();
    (palette, indices)
}

/// Whether nothing shines through.
pub(super) fn is_opaque(rgba: &[u8]) -> bool {
    let (pixels, _) = rgba.as_chunks::<4>();
    pixels.iter().all(|pixel| pixel[3] == 255)
}

/// Encodes an animation, as GIF or WebP. It is shown `plays` times, or else repeats forever.
pub(super) fn animation(
    frames: Vec<FinishedFrame>,
    plays: Option<u32>,
    format: Format,
    options: &FlexibleOptions,
) -> Result<Vec<u8>, TransformError> {
    let size = frames.first().map(|frame| frame.pixels.size);
    let size = size.ok_or(TransformError::EmptyOutput)?;
    check_size(size, format)?;
    match format {
        Format::WebP => animated_webp(&frames, size, plays, percent(options)),
        Format::Gif => animated_gif(frames, plays),
        format => Err(TransformError::Encoding(format!(
            "{} does not move",
            format.name()
        ))),
    }
}

fn animated_webp(
    frames: &[FinishedFrame],
    size: PixelSize,
    plays: Option<u32>,
    percent: u8,
) -> Result<Vec<u8>, TransformError> {
    let config = webp_config(percent, false)?;
    let mut encoder = AnimEncoder::new(size.width, size.height, &config);
    // 0 is forever.
    encoder.set_loop_count(plays.map_or(0, |plays| {
        i32::from(u16::try_from(plays).unwrap_or(u16::MAX))
    }));
    let mut starts_at_millis = 0_i32;
    for FinishedFrame {
        pixels,
        delay_millis,
    } in frames
    {
        encoder.add_frame(AnimFrame::new(
            &pixels.rgba,
            PixelLayout::Rgba,
            size.width,
            size.height,
            starts_at_millis,
            None,
        ));
        let delay = i32::try_from(*delay_millis).unwrap_or(i32::MAX);
        starts_at_millis = starts_at_millis.saturating_add(delay);
    }
    let file = encoder
        .try_encode()
        .map_err(|error| TransformError::Encoding(format!("{error:?}")))?;
    let mut file = file.to_vec();
    set_last_duration(&mut file, starts_at_millis);
    Ok(file)
}

/// The library is not told how long the last frame lasts and takes the average of the others. What
/// is right is whatever is left of the whole.
fn set_last_duration(file: &mut [u8], whole_millis: i32) {
    // A frame's duration are three bytes behind its place and size, of three bytes each.
    let durations: Vec<usize> = webp_chunks(file)
        .filter(|(kind, _)| kind == b"ANMF")
        .map(|(_, at)| at + 12)
        .collect();
    let Some((last, others)) = durations.split_last() else {
        return;
    };
    let read = |at: usize| {
        let three = file.get(at..at + 3)?;
        Some(i64::from(u32::from_le_bytes([
            three[0], three[1], three[2], 0,
        ])))
    };
    let before: i64 = others.iter().filter_map(|at| read(*at)).sum();
    let left = (i64::from(whole_millis) - before).clamp(0, 0x00FF_FFFF);
    let left = u32::try_from(left).expect("clamped").to_le_bytes();
    if let Some(place) = file.get_mut(*last..last + 3) {
        place.copy_from_slice(&left[..3]);
    }
}

fn animated_gif(frames: Vec<FinishedFrame>, plays: Option<u32>) -> Result<Vec<u8>, TransformError> {
    let failed = |error: image::ImageError| TransformError::Encoding(error.to_string());
    let mut bytes = Vec::new();
    {
        // 1 chooses colors best, 30 fastest.
        let mut encoder = GifEncoder::new_with_speed(&mut bytes, 10);
        // The file counts the repetitions after the first time; of none it says nothing.
        let repeat = plays.map_or(Repeat::Infinite, |plays| {
            Repeat::Finite(u16::try_from(plays.saturating_sub(1)).unwrap_or(u16::MAX))
        });
        encoder.set_repeat(repeat).map_err(failed)?;
        // Times are hundredths of a second. Rounding where a frame ends, rather than how long it
        // lasts, keeps the whole as long as it was.
        let mut ends_at_millis = 0_u64;
        let mut shown_hundredths = 0_u64;
        for FinishedFrame {
            mut pixels,
            delay_millis,
        } in frames
        {
            ends_at_millis += u64::from(delay_millis);
            let hundredths = ((ends_at_millis + 5) / 10).saturating_sub(shown_hundredths);
            shown_hundredths += hundredths;
            let delay_millis = u32::try_from(hundredths * 10).unwrap_or(u32::MAX);
            // A pixel is there or not.
            for pixel in pixels.rgba.as_chunks_mut::<4>().0 {
                pixel[3] = if pixel[3] < 128 { 0 } else { 255 };
            }
            let PixelSize { width, height } = pixels.size;
            let buffer = image::RgbaImage::from_raw(width, height, pixels.rgba)
                .expect("four bytes for each pixel");
            let delay = image::Delay::from_numer_denom_ms(delay_millis, 1);
            encoder
                .encode_frame(image::Frame::from_parts(buffer, 0, 0, delay))
                .map_err(failed)?;
        }
    }
    Ok(bytes)
}
