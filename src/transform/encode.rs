//! Formats out.

use std::io::Cursor;

use image::codecs::gif::{GifEncoder, Repeat};
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};
use mozjpeg::{ColorSpace, Compress, Marker};
use webp::{AnimEncoder, AnimFrame, PixelLayout, WebPConfig};

use super::effects::lay_under;
use super::metadata::EXIF_NAME;
use super::negotiate::Choice;
use super::{Format, MAX_SIDE, Pixels, TransformError};
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
    check_size(pixels.size, choice.format)?;
    let percent = percent(options);
    match choice.format {
        Format::Jpeg => jpeg(pixels, percent, choice.is_baseline, exif),
        Format::WebP => {
            let is_lossless = options.format == OutputChoice::Webp && percent == 100;
            webp(pixels, percent, is_lossless)
        }
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

pub(super) fn jpeg(
    pixels: &Pixels,
    percent: u8,
    is_baseline: bool,
    exif: Option<&[u8]>,
) -> Result<Vec<u8>, TransformError> {
    let failed = |error: std::io::Error| TransformError::Encoding(error.to_string());
    let flattened;
    let rgba = if is_opaque(pixels) {
        &pixels.rgba
    } else {
        let mut copy = pixels.clone();
        lay_under(&mut copy, Color::WHITE);
        flattened = copy.rgba;
        &flattened
    };
    let mut settings = Compress::new(ColorSpace::JCS_EXT_RGBX);
    settings.set_size(pixels.size.width as usize, pixels.size.height as usize);
    // The defaults search for the smallest file and take ten times as long.
    settings.set_fastest_defaults();
    settings.set_quality(f32::from(percent));
    if percent >= FULL_CHROMA_PERCENT {
        settings.set_chroma_sampling_pixel_sizes((1, 1), (1, 1));
    }
    settings.set_optimize_coding(true);
    if !is_baseline && is_progressive(pixels.size) {
        settings.set_progressive_mode();
    }
    let mut started = settings.start_compress(Vec::new()).map_err(failed)?;
    if let Some(exif) = exif {
        started.write_marker(Marker::APP(1), &[EXIF_NAME, exif].concat());
    }
    started.write_scanlines(rgba).map_err(failed)?;
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

pub(super) fn png(pixels: &Pixels) -> Result<Vec<u8>, TransformError> {
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(
        Cursor::new(&mut bytes),
        CompressionType::Default,
        FilterType::Adaptive,
    );
    let PixelSize { width, height } = pixels.size;
    let result = if is_opaque(pixels) {
        let (rgba, _) = pixels.rgba.as_chunks::<4>();
        let rgb: Vec<u8> = rgba.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]).collect();
        encoder.write_image(&rgb, width, height, ExtendedColorType::Rgb8)
    } else {
        encoder.write_image(&pixels.rgba, width, height, ExtendedColorType::Rgba8)
    };
    result.map_err(|error| TransformError::Encoding(error.to_string()))?;
    Ok(bytes)
}

pub(super) fn is_opaque(pixels: &Pixels) -> bool {
    pixels
        .rgba
        .as_chunks::<4>()
        .0
        .iter()
        .all(|pixel| pixel[3] == 255)
}

/// Encodes an animation, as GIF or WebP. It repeats forever.
pub(super) fn animation(
    frames: Vec<FinishedFrame>,
    format: Format,
    options: &FlexibleOptions,
) -> Result<Vec<u8>, TransformError> {
    let size = frames.first().map(|frame| frame.pixels.size);
    let size = size.ok_or(TransformError::EmptyOutput)?;
    check_size(size, format)?;
    match format {
        Format::WebP => animated_webp(&frames, size, percent(options)),
        Format::Gif => animated_gif(frames),
        format => Err(TransformError::Encoding(format!(
            "{} does not move",
            format.name()
        ))),
    }
}

fn animated_webp(
    frames: &[FinishedFrame],
    size: PixelSize,
    percent: u8,
) -> Result<Vec<u8>, TransformError> {
    let config = webp_config(percent, false)?;
    let mut encoder = AnimEncoder::new(size.width, size.height, &config);
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
    Ok(file.to_vec())
}

fn animated_gif(frames: Vec<FinishedFrame>) -> Result<Vec<u8>, TransformError> {
    let failed = |error: image::ImageError| TransformError::Encoding(error.to_string());
    let mut bytes = Vec::new();
    {
        // 1 chooses colors best, 30 fastest.
        let mut encoder = GifEncoder::new_with_speed(&mut bytes, 10);
        encoder.set_repeat(Repeat::Infinite).map_err(failed)?;
        for FinishedFrame {
            pixels,
            delay_millis,
        } in frames
        {
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
