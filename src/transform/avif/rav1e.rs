//! AV1 without a C compiler.
//!
//! `ravif`, which drives `rav1e` for others, allows blocks of one size only at its fastest, cuts
//! pictures into tiles of 128 pixels, and judges by how a film would look. Large blocks in smooth
//! areas, one tile and plain squared errors take a third off the bytes at the same distance from the
//! original; see docs/rendering.md.

use rav1e::prelude::{
    BlockSize, ChromaSampling, ColorDescription, ColorPrimaries, Config, Context, EncoderConfig,
    EncoderStatus, MatrixCoefficients, PartitionRange, PixelRange, SceneDetectionSpeed,
    SpeedSettings, TransferCharacteristics, Tune,
};

use crate::transform::planar::Ycc;

/// rav1e's fastest. With 8, the same bytes take three times as long.
const SPEED: u8 = 10;

/// One still picture.
///
/// # Errors
/// What rav1e says.
pub(super) fn encode(picture: &Ycc, quantizer: u8) -> Result<Vec<u8>, String> {
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
        width: picture.size.width as usize,
        height: picture.size.height as usize,
        bit_depth: 8,
        chroma_sampling: match &picture.chroma {
            None => ChromaSampling::Cs400,
            Some(_) if picture.is_halved => ChromaSampling::Cs420,
            Some(_) => ChromaSampling::Cs444,
        },
        pixel_range: PixelRange::Full,
        color_description: picture.chroma.is_some().then_some(ColorDescription {
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
    let mut encoder: Context<u8> = config.new_context().map_err(|error| error.to_string())?;
    let mut frame = encoder.new_frame();
    let [luma, color @ ..] = &mut frame.planes;
    luma.copy_from_raw_u8(&picture.luma, picture.size.width as usize, 1);
    let width = picture.chroma_size().width as usize;
    for (plane, samples) in color.iter_mut().zip(picture.chroma.iter().flatten()) {
        plane.copy_from_raw_u8(samples, width, 1);
    }
    encoder
        .send_frame(frame)
        .map_err(|error| error.to_string())?;
    encoder.flush();
    let mut bytes = Vec::new();
    loop {
        match encoder.receive_packet() {
            Ok(packet) => bytes.extend(packet.data),
            Err(EncoderStatus::Encoded) => {}
            Err(EncoderStatus::LimitReached) => return Ok(bytes),
            Err(error) => return Err(error.to_string()),
        }
    }
}
