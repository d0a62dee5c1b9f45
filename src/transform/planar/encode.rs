//! Planes into files, without a detour over red, green and blue.

use mozjpeg::{ColorSpace, Compress, Marker};

use super::Ycc;
use crate::model::PixelSize;
use crate::transform::encode::pays_off;
use crate::transform::metadata::EXIF_NAME;
use crate::transform::{TransformError, libwebp};

/// A JPEG file.
pub(in crate::transform) fn jpeg(
    picture: Ycc,
    percent: u8,
    is_progressive: bool,
    exif: Option<&[u8]>,
) -> Result<Vec<u8>, TransformError> {
    let failed = |error: std::io::Error| TransformError::Encoding(error.to_string());
    let PixelSize { width, height } = picture.size;
    let mut settings = Compress::new(if picture.chroma.is_some() {
        ColorSpace::JCS_YCbCr
    } else {
        ColorSpace::JCS_GRAYSCALE
    });
    settings.set_size(width as usize, height as usize);
    settings.set_fastest_defaults();
    settings.set_quality(f32::from(percent));
    if picture.chroma.is_some() {
        let pixels = if picture.is_halved { (2, 2) } else { (1, 1) };
        settings.set_chroma_sampling_pixel_sizes(pixels, pixels);
    }
    settings.set_optimize_coding(is_progressive || pays_off(picture.size));
    if is_progressive {
        settings.set_progressive_mode();
    }
    settings.set_raw_data_in(true);
    let mut started = settings.start_compress(Vec::new()).map_err(failed)?;
    if let Some(exif) = exif {
        started.write_marker(Marker::APP(1), &[EXIF_NAME, exif].concat());
    }
    let (size, chroma_size) = (picture.size, picture.chroma_size());
    let mut filled = vec![filled(picture.luma, size)];
    for plane in picture.chroma.into_iter().flatten() {
        filled.push(self::filled(plane, chroma_size));
    }
    let filled: Vec<&[u8]> = filled.iter().map(Vec::as_slice).collect();
    if !started.write_raw_data(&filled) {
        return Err(TransformError::Encoding(
            "the picture was not taken".to_owned(),
        ));
    }
    started.finish().map_err(failed)
}

/// The plane up to whole blocks, its last samples repeated. It is filled up where it is: of a large
/// picture there is no memory for a second one.
fn filled(mut plane: Vec<u8>, size: PixelSize) -> Vec<u8> {
    let (own_width, own_height) = (size.width as usize, size.height as usize);
    let width = own_width.next_multiple_of(8);
    let height = own_height.next_multiple_of(8);
    plane.resize(width * height, 0);
    if width > own_width {
        // From below, so that each row goes where none is left.
        for y in (0..own_height).rev() {
            plane.copy_within(y * own_width..(y + 1) * own_width, y * width);
            let end = y * width + own_width;
            let last = plane[end - 1];
            plane[end..(y + 1) * width].fill(last);
        }
    }
    for y in own_height..height {
        plane.copy_within((own_height - 1) * width..own_height * width, y * width);
    }
    plane
}

/// A lossy WebP file. Color must be halved.
pub(in crate::transform) fn webp(picture: Ycc, percent: u8) -> Result<Vec<u8>, TransformError> {
    debug_assert!(picture.is_halved, "WebP has one color for four pixels");
    let Ycc {
        size,
        mut luma,
        chroma,
        ..
    } = picture;
    // VP8 has room above white and below black.
    map(&mut luma, |luma| (luma * 219 + 127) / 255 + 16);
    let chroma_size = super::halved(size);
    let mut chroma = chroma.unwrap_or_else(|| {
        let length = chroma_size.width as usize * chroma_size.height as usize;
        [vec![128; length], vec![128; length]]
    });
    for plane in &mut chroma {
        map(plane, |color| (color * 224 + 128 * 31 + 127) / 255);
    }
    libwebp::encode_planes(size, &mut luma, &mut chroma, percent)
}

fn map(plane: &mut [u8], value: impl Fn(u32) -> u32) {
    let table: [u8; 256] = std::array::from_fn(|byte| {
        let byte = u32::try_from(byte).unwrap_or_default();
        u8::try_from(value(byte).min(255)).unwrap_or(255)
    });
    for sample in plane {
        *sample = table[usize::from(*sample)];
    }
}
