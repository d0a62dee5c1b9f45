//! Pictures for the cases, made by code.

use std::io::Cursor;

use image::codecs::gif::{GifEncoder, Repeat};
use image::{DynamicImage, ImageFormat};
use reqwest::multipart::{Form, Part};

/// A picture with different corners.
pub(crate) fn picture(width: u32, height: u32) -> image::RgbImage {
    image::RgbImage::from_fn(width, height, |x, y| {
        let part = |at: u32, of: u32| u8::try_from(at * 255 / of.max(1)).unwrap();
        image::Rgb([part(x, width), part(y, height), 128])
    })
}

/// A picture as a file.
pub(crate) fn written(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub(crate) fn encoded(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    written(picture(width, height), format)
}

pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    encoded(width, height, ImageFormat::Png)
}

pub(crate) fn jpeg(width: u32, height: u32) -> Vec<u8> {
    encoded(width, height, ImageFormat::Jpeg)
}

/// A PNG whose left half is transparent; the right half is red.
pub(crate) fn half_transparent_png(width: u32, height: u32) -> Vec<u8> {
    half_transparent(width, height, ImageFormat::Png)
}

pub(crate) fn half_transparent(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let picture = image::RgbaImage::from_fn(width, height, |x, _| {
        let alpha = if x < width / 2 { 0 } else { 255 };
        image::Rgba([255, 0, 0, alpha])
    });
    written(picture, format)
}

/// Left half black, right half white, as PNG: shows mirroring, turning and which part was cut off.
pub(crate) fn black_and_white(width: u32, height: u32) -> Vec<u8> {
    let picture = image::RgbImage::from_fn(width, height, |x, _| {
        image::Rgb(if x < width / 2 { [0; 3] } else { [255; 3] })
    });
    written(picture, ImageFormat::Png)
}

/// One color, as PNG.
pub(crate) fn solid_png(width: u32, height: u32, rgb: [u8; 3]) -> Vec<u8> {
    let picture = image::RgbImage::from_pixel(width, height, image::Rgb(rgb));
    written(picture, ImageFormat::Png)
}

/// A GIF of so many frames, each of another color.
pub(crate) fn animated_gif(width: u32, height: u32, frames: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    {
        let mut encoder = GifEncoder::new_with_speed(&mut bytes, 30);
        encoder.set_repeat(Repeat::Infinite).unwrap();
        for n in 0..frames {
            let color = image::Rgba([n * 60, 255 - n * 60, 128, 255]);
            let buffer = image::RgbaImage::from_pixel(width, height, color);
            let delay = image::Delay::from_numer_denom_ms(100, 1);
            let frame = image::Frame::from_parts(buffer, 0, 0, delay);
            encoder.encode_frame(frame).unwrap();
        }
    }
    bytes
}

/// A GIF that announces frames of that size; their pixels are left out, since nobody decodes them.
pub(crate) fn hollow_gif(width: u16, height: u16, frames: usize) -> Vec<u8> {
    let ([w0, w1], [h0, h1]) = (width.to_le_bytes(), height.to_le_bytes());
    let mut bytes = b"GIF89a".to_vec();
    // Size, a color table of two entries, background, aspect.
    bytes.extend([w0, w1, h0, h1, 0x80, 0, 0, 0, 0, 0, 255, 255, 255]);
    for _ in 0..frames {
        bytes.extend([0x2C, 0, 0, 0, 0, w0, w1, h0, h1, 0]);
        bytes.extend([2, 2, 0x4C, 0x01, 0]);
    }
    bytes.push(0x3B);
    bytes
}

/// A PNG of one bit for each pixel, small at any size.
pub(crate) fn black_png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(::png::ColorType::Grayscale);
    encoder.set_depth(::png::BitDepth::One);
    encoder.set_compression(::png::Compression::Fastest);
    let mut writer = encoder.write_header().unwrap();
    let row = (width as usize).div_ceil(8);
    writer
        .write_image_data(&vec![0; row * height as usize])
        .unwrap();
    writer.finish().unwrap();
    bytes
}

/// A JPEG of gray, quick to make at any size.
pub(crate) fn gray_jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut settings = mozjpeg::Compress::new(mozjpeg::ColorSpace::JCS_GRAYSCALE);
    settings.set_size(width as usize, height as usize);
    settings.set_fastest_defaults();
    let mut started = settings.start_compress(Vec::new()).unwrap();
    let row = vec![128; width as usize];
    for _ in 0..height {
        started.write_scanlines(&row).unwrap();
    }
    started.finish().unwrap()
}

/// Puts an EXIF block into a JPEG: an orientation, the copyright `Ada Lovel`, and a place.
pub(crate) fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut block = b"Exif\0\0MM\0*\0\0\0\x08\0\x03".to_vec();
    block.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    block.extend([0x82, 0x98, 0, 2, 0, 0, 0, 10, 0, 0, 0, 50]);
    // The directory of the place, at 60: one entry, "N".
    block.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 60]);
    block.extend([0; 4]);
    block.extend(b"Ada Lovel\0");
    block.extend([0, 1, 0, 1, 0, 2, 0, 0, 0, 2, b'N', 0, 0, 0, 0, 0, 0, 0]);
    let length = u16::try_from(block.len() + 2).unwrap();
    let mut bytes = jpeg[..2].to_vec();
    bytes.extend([0xFF, 0xE1]);
    bytes.extend(length.to_be_bytes());
    bytes.extend(block);
    bytes.extend(&jpeg[2..]);
    bytes
}

/// Whether the bytes hold that text somewhere.
pub(crate) fn holds(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

pub(crate) const SVG: &[u8] =
    b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"6\"><rect width=\"8\" height=\"6\"/></svg>";

pub(crate) fn file_form(bytes: Vec<u8>, name: &str) -> Form {
    Form::new().part("file", Part::bytes(bytes).file_name(name.to_owned()))
}
