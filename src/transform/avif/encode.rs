//! AVIF out: [`av1`] makes the AV1 picture, `avif-serialize` the boxes around it.
//!
//! There is a sample of color for each pixel at every quality: it saves bytes at the same distance
//! from the original.

use avif_serialize::Aviffy;
use avif_serialize::constants::MatrixCoefficients as Matrix;

use super::av1;
use crate::model::PixelSize;
use crate::transform::planar::Ycc;
use crate::transform::{Pixels, TransformError};

/// Opaque pictures have no plane of opacity.
pub(in crate::transform) fn encode(
    pixels: &Pixels,
    percent: u8,
) -> Result<Vec<u8>, TransformError> {
    let (rgba, _) = pixels.rgba.as_chunks::<4>();
    let opacity = rgba.iter().any(|pixel| pixel[3] < 255).then(|| Ycc {
        size: pixels.size,
        luma: rgba.iter().map(|pixel| pixel[3]).collect(),
        chroma: None,
        is_halved: false,
    });
    write(&ycc(pixels), opacity.as_ref(), percent)
}

/// An opaque picture that is in planes already.
pub(in crate::transform) fn encode_planes(
    picture: &Ycc,
    percent: u8,
) -> Result<Vec<u8>, TransformError> {
    write(picture, None, percent)
}

fn write(picture: &Ycc, opacity: Option<&Ycc>, percent: u8) -> Result<Vec<u8>, TransformError> {
    let quantizer = quantizer(percent);
    let color = av1::encode(picture, quantizer).map_err(TransformError::Encoding)?;
    let opacity = opacity
        .map(|opacity| av1::encode(opacity, quantizer))
        .transpose()
        .map_err(TransformError::Encoding)?;
    let PixelSize { width, height } = picture.size;
    Ok(Aviffy::new()
        .matrix_coefficients(Matrix::Bt601)
        .set_chroma_subsampling((picture.is_halved, picture.is_halved))
        .set_monochrome(picture.chroma.is_none())
        // As the stream says: only color for each pixel needs more than the first profile.
        .set_seq_profile(u8::from(picture.chroma.is_some() && !picture.is_halved))
        .to_vec(&color, opacity.as_deref(), width, height, 8))
}

/// AV1's index of quantization, 0 to 255, for a quality that is meant as with JPEG. Above 80 each
/// percent counts more: so it does there.
fn quantizer(percent: u8) -> u8 {
    let missing = 100_u16.saturating_sub(percent.into());
    let index = if missing <= 20 {
        missing * 11 / 2
    } else {
        110 + (missing - 20) * 145 / 80
    };
    u8::try_from(index).unwrap_or(u8::MAX)
}

/// Brightness, blue and red, all values from 0 to 255.
///
/// Source: ITU-R BT.601, full range; factors in 65536ths.
fn ycc(pixels: &Pixels) -> Ycc {
    let (rgba, _) = pixels.rgba.as_chunks::<4>();
    let mut planes = [(); 3].map(|()| Vec::with_capacity(rgba.len()));
    let [luma, blue, red] = &mut planes;
    let byte = |sum: i32| {
        let [lowest, ..] = ((sum + 32_768) >> 16).clamp(0, 255).to_le_bytes();
        lowest
    };
    for [r, g, b, _] in rgba {
        let (r, g, b) = (i32::from(*r), i32::from(*g), i32::from(*b));
        luma.push(byte(19_595 * r + 38_470 * g + 7_471 * b));
        blue.push(byte(128 * 65_536 - 11_059 * r - 21_709 * g + 32_768 * b));
        red.push(byte(128 * 65_536 + 32_768 * r - 27_439 * g - 5_329 * b));
    }
    let [luma, blue, red] = planes;
    Ycc {
        size: pixels.size,
        luma,
        chroma: Some([blue, red]),
        is_halved: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_higher_quality_is_never_coarser() {
        assert_eq!([100, 80, 0].map(quantizer), [0, 110, 255]);
        assert_eq!(quantizer(255), 0);
        for percent in 1..=100 {
            assert!(quantizer(percent) < quantizer(percent - 1), "{percent}");
        }
    }

    #[test]
    fn gray_stays_gray_and_colors_go_where_the_standard_puts_them() {
        let pixels = Pixels {
            size: PixelSize::new(3, 1),
            rgba: [[77, 77, 77, 255], [255, 0, 0, 255], [0, 0, 255, 255]].concat(),
        };
        let planes = ycc(&pixels);
        assert_eq!(planes.luma, [77, 76, 29]);
        assert_eq!(
            planes.chroma,
            Some([vec![128, 85, 255], vec![128, 255, 107]])
        );
    }
}
