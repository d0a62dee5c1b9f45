//! AVIF out: `rav1e` makes the AV1 picture, `avif-serialize` the boxes around it.
//!
//! `ravif`, which joins the two, allows blocks of one size only at its fastest, cuts pictures into
//! tiles of 128 pixels, and judges by how a film would look. Large blocks in smooth areas, one tile
//! and plain squared errors take a third off the bytes at the same distance from the original; see
//! docs/rendering.md.

use avif_serialize::Aviffy;
use avif_serialize::constants::MatrixCoefficients as Matrix;
use rav1e::prelude::{
    BlockSize, ChromaSampling, ColorDescription, ColorPrimaries, Config, Context, EncoderConfig,
    EncoderStatus, MatrixCoefficients, PartitionRange, PixelRange, SceneDetectionSpeed,
    SpeedSettings, TransferCharacteristics, Tune,
};

use crate::model::PixelSize;
use crate::transform::{Pixels, TransformError};

/// rav1e's fastest. With 8, the same bytes take three times as long.
const SPEED: u8 = 10;

/// Opaque pictures have no plane of opacity.
pub(in crate::transform) fn encode(
    pixels: &Pixels,
    percent: u8,
) -> Result<Vec<u8>, TransformError> {
    let (rgba, _) = pixels.rgba.as_chunks::<4>();
    let quantizer = quantizer(percent);
    let color = av1(&ycbcr(rgba), pixels.size, quantizer)?;
    let opacity = if rgba.iter().all(|pixel| pixel[3] == 255) {
        None
    } else {
        let plane = rgba.iter().map(|pixel| pixel[3]).collect();
        Some(av1(&[plane], pixels.size, quantizer)?)
    };
    let PixelSize { width, height } = pixels.size;
    Ok(Aviffy::new().matrix_coefficients(Matrix::Bt601).to_vec(
        &color,
        opacity.as_deref(),
        width,
        height,
        8,
    ))
}

/// AV1's index of quantization, 0 to 255, for a quality that is meant as with JPEG. Above 80 each
/// percent counts more: so it does there.
fn quantizer(percent: u8) -> u8 {
    let missing = 100_u16.saturating_sub(percent.into());
    let index = if missing <= 20 {
        missing * 6
    } else {
        120 + (missing - 20) * 135 / 80
    };
    u8::try_from(index).unwrap_or(u8::MAX)
}

/// Brightness, blue and red, all values from 0 to 255.
///
/// Source: ITU-R BT.601, full range; factors in 65536ths.
fn ycbcr(rgba: &[[u8; 4]]) -> [Vec<u8>; 3] {
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
    planes
}

/// One still picture of a plane or three, as AV1.
fn av1<const PLANES: usize>(
    planes: &[Vec<u8>; PLANES],
    size: PixelSize,
    quantizer: u8,
) -> Result<Vec<u8>, TransformError> {
    let failed = |error: &dyn std::fmt::Display| TransformError::Encoding(error.to_string());
    let is_gray = PLANES == 1;
    let mut speed = SpeedSettings::from_preset(SPEED);
    // There are no other frames to look at.
    speed.multiref = false;
    speed.rdo_lookahead_frames = 1;
    speed.scene_detection_mode = SceneDetectionSpeed::None;
    speed.partition.partition_range =
        PartitionRange::new(BlockSize::BLOCK_16X16, BlockSize::BLOCK_64X64);
    // At the qualities of pictures these cost time and save nothing.
    speed.cdef = false;
    speed.lrf = false;
    speed.prediction.fine_directional_intra = false;
    let config = EncoderConfig {
        width: size.width as usize,
        height: size.height as usize,
        bit_depth: 8,
        chroma_sampling: if is_gray {
            ChromaSampling::Cs400
        } else {
            ChromaSampling::Cs444
        },
        pixel_range: PixelRange::Full,
        color_description: (!is_gray).then_some(ColorDescription {
            color_primaries: ColorPrimaries::BT709,
            transfer_characteristics: TransferCharacteristics::SRGB,
            matrix_coefficients: MatrixCoefficients::BT601,
        }),
        still_picture: true,
        low_latency: true,
        quantizer: usize::from(quantizer),
        min_quantizer: quantizer,
        tune: Tune::Psnr,
        speed_settings: speed,
        ..EncoderConfig::default()
    };
    // The caller holds one core.
    let config = Config::new().with_encoder_config(config).with_threads(1);
    let mut encoder: Context<u8> = config.new_context().map_err(|error| failed(&error))?;
    let mut frame = encoder.new_frame();
    for (plane, samples) in frame.planes.iter_mut().zip(planes) {
        plane.copy_from_raw_u8(samples, size.width as usize, 1);
    }
    encoder.send_frame(frame).map_err(|error| failed(&error))?;
    encoder.flush();
    let mut bytes = Vec::new();
    loop {
        match encoder.receive_packet() {
            Ok(packet) => bytes.extend(packet.data),
            Err(EncoderStatus::Encoded) => {}
            Err(EncoderStatus::LimitReached) => return Ok(bytes),
            Err(error) => return Err(failed(&error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_higher_quality_is_never_coarser() {
        assert_eq!([100, 80, 0].map(quantizer), [0, 120, 255]);
        assert_eq!(quantizer(255), 0);
        for percent in 1..=100 {
            assert!(quantizer(percent) < quantizer(percent - 1), "{percent}");
        }
    }

    #[test]
    fn gray_stays_gray_and_colors_go_where_the_standard_puts_them() {
        let planes = ycbcr(&[[77, 77, 77, 255], [255, 0, 0, 255], [0, 0, 255, 255]]);
        assert_eq!(
            planes,
            [vec![77, 76, 29], vec![128, 85, 255], vec![128, 255, 107]]
        );
    }
}
