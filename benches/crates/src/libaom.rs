//! libaom, beside our own encoder of AVIF: a picture as AV1, with the settings that were best for its time.
//!
//! Every pointer that goes out is to a value of this module, or of its caller, that outlives the
//! call; the planes were measured against the size before. What comes back is copied before the
//! next call.

use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::ptr;

use avif_serialize::Aviffy;
use avif_serialize::constants::MatrixCoefficients;
use image::RgbImage;
use libaom_sys as sys;

/// Brightness, blue and red, with as many samples each as there are pixels.
struct Picture {
    width: u32,
    height: u32,
    planes: [Vec<u8>; 3],
}

/// From careful to fast, 0 to 9. 8 takes half the time and, at the same distance from the original, 20 %
/// more bytes; 6 takes half as much time again and saves 3 %.
const CPU_USED: c_int = 7;

/// Steps of frequencies that the eye sees less are wider, as in JPEG: from 1, the most different, to 15,
/// all alike. Of 6 and 8, the first is 3 % better at low qualities and the second at high ones; on the
/// whole either takes 5 % less bytes at the same SSIMULACRA 2, and a tenth more time.
const FREQUENCY_WEIGHTS: c_int = 8;

/// What takes time and changes little; together a fifth of the time for 3 % more bytes.
const SHORTCUTS: [(sys::aome_enc_control_id, c_int); 8] = [
    (sys::AV1E_SET_ENABLE_QM, 1),
    (sys::AV1E_SET_QM_MIN, FREQUENCY_WEIGHTS),
    (sys::AV1E_SET_QM_MAX, FREQUENCY_WEIGHTS),
    // Coefficients are weighed against their cost only once all else is decided.
    (sys::AV1E_SET_DISABLE_TRELLIS_QUANT, 2),
    // One size of transform for each block.
    (sys::AV1E_SET_ENABLE_TX_SIZE_SEARCH, 0),
    // Costs are looked up anew for each row of tiles, that is once.
    (sys::AV1E_SET_COEFF_COST_UPD_FREQ, 2),
    (sys::AV1E_SET_MODE_COST_UPD_FREQ, 2),
    // Blocks of 128 pixels pay off on larger pictures than there are.
    (
        sys::AV1E_SET_SUPERBLOCK_SIZE,
        sys::AOM_SUPERBLOCK_SIZE_64X64.cast_signed(),
    ),
];

/// An AVIF file. `quantizer` is AV1's index, 0 to 255, of which libaom has every fourth.
///
/// # Errors
/// What libaom says, or that the planes are not as large as they should be.
pub(crate) fn avif(pixels: &RgbImage, quantizer: u8) -> Result<Vec<u8>, String> {
    let picture = picture_of(pixels);
    let stream = encode(&picture, quantizer)?;
    Ok(Aviffy::new()
        .matrix_coefficients(MatrixCoefficients::Bt601)
        .to_vec(&stream, None, picture.width, picture.height, 8))
}

/// Source: ITU-R BT.601, full range; factors in 65536ths, as in our own encoder.
fn picture_of(pixels: &RgbImage) -> Picture {
    let mut planes = [(); 3].map(|()| Vec::with_capacity(pixels.as_raw().len() / 3));
    let [luma, blue, red] = &mut planes;
    let byte = |sum: i32| {
        let [lowest, ..] = ((sum + 32_768) >> 16).clamp(0, 255).to_le_bytes();
        lowest
    };
    for pixel in pixels.pixels() {
        let [r, g, b] = pixel.0.map(i32::from);
        luma.push(byte(19_595 * r + 38_470 * g + 7_471 * b));
        blue.push(byte(128 * 65_536 - 11_059 * r - 21_709 * g + 32_768 * b));
        red.push(byte(128 * 65_536 + 32_768 * r - 27_439 * g - 5_329 * b));
    }
    Picture {
        width: pixels.width(),
        height: pixels.height(),
        planes,
    }
}

fn encode(picture: &Picture, quantizer: u8) -> Result<Vec<u8>, String> {
    let image = image_of(picture)?;
    let mut encoder = Encoder::new(picture, quantizer)?;
    let mut bytes = Vec::new();
    encoder.send(&raw const image)?;
    encoder.receive(&mut bytes);
    // No picture means that there are no more.
    encoder.send(ptr::null())?;
    encoder.receive(&mut bytes);
    if bytes.is_empty() {
        return Err("the encoder gave nothing".to_owned());
    }
    Ok(bytes)
}

/// The planes as libaom takes them. It only reads them, and no longer than the picture lives.
fn image_of(picture: &Picture) -> Result<sys::aom_image_t, String> {
    let Picture {
        width,
        height,
        planes,
    } = picture;
    let side = |side: u32| {
        c_int::try_from(side)
            .ok()
            .filter(|side| (1..=65_536).contains(side))
            .ok_or("the picture is too large")
    };
    let samples = *width as usize * *height as usize;
    if planes.iter().any(|plane| plane.len() != samples) {
        return Err("a plane is not as large as the picture".to_owned());
    }
    // SAFETY: numbers and pointers, for all of which zero is a value.
    let mut image: sys::aom_image_t = unsafe { MaybeUninit::zeroed().assume_init() };
    (image.w, image.d_w) = (*width, *width);
    (image.h, image.d_h) = (*height, *height);
    image.bit_depth = 8;
    image.bps = 24;
    image.range = sys::AOM_CR_FULL_RANGE;
    image.fmt = sys::AOM_IMG_FMT_I444;
    side(*height)?;
    image.stride.fill(side(*width)?);
    for (pointer, plane) in image.planes.iter_mut().zip(planes) {
        *pointer = plane.as_ptr().cast_mut();
    }
    Ok(image)
}

struct Encoder(sys::aom_codec_ctx_t);

impl Encoder {
    fn new(picture: &Picture, quantizer: u8) -> Result<Self, String> {
        // SAFETY: takes nothing, and gives a table that lives as long as the program.
        let av1 = unsafe { sys::aom_codec_av1_cx() };
        let mut config = MaybeUninit::uninit();
        // SAFETY: both pointers are valid; what is written is read only when it says that it was.
        let code = unsafe {
            sys::aom_codec_enc_config_default(av1, config.as_mut_ptr(), sys::AOM_USAGE_ALL_INTRA)
        };
        check(code)?;
        // SAFETY: the call before succeeded, so it has been written.
        let mut config: sys::aom_codec_enc_cfg_t = unsafe { config.assume_init() };
        (config.g_w, config.g_h) = (picture.width, picture.height);
        // One picture, on the core that the caller holds.
        (config.g_limit, config.g_lag_in_frames, config.g_threads) = (1, 0, 1);
        // The profile that has a sample of color for each pixel.
        config.g_profile = 1;
        config.rc_end_usage = sys::AOM_Q;
        let level = u32::from(quantizer).div_ceil(4).min(63);
        (config.rc_min_quantizer, config.rc_max_quantizer) = (level, level);

        let mut context = MaybeUninit::zeroed();
        let version = c_int::try_from(sys::AOM_ENCODER_ABI_VERSION).unwrap_or_default();
        // SAFETY: all pointers are valid. The context is written when this succeeds, and keeps a copy
        // of the configuration; when it fails, there is nothing to be destroyed.
        let code = unsafe {
            sys::aom_codec_enc_init_ver(context.as_mut_ptr(), av1, &raw const config, 0, version)
        };
        check(code)?;
        // SAFETY: the call before succeeded, so it has been written.
        let mut encoder = Self(unsafe { context.assume_init() });
        encoder.set(sys::AOME_SET_CPUUSED, CPU_USED)?;
        // As it looks, not as a difference of numbers: 3 % less bytes at the same SSIMULACRA 2.
        encoder.set(sys::AOME_SET_TUNING, sys::AOM_TUNE_SSIM.cast_signed())?;
        for (what, value) in SHORTCUTS {
            encoder.set(what, value)?;
        }
        encoder.set(sys::AOME_SET_CQ_LEVEL, level.cast_signed())?;
        encoder.set(
            sys::AV1E_SET_COLOR_RANGE,
            sys::AOM_CR_FULL_RANGE.cast_signed(),
        )?;
        for (what, value) in [
            (
                sys::AV1E_SET_COLOR_PRIMARIES,
                sys::AOM_CICP_CP_BT_709.cast_signed(),
            ),
            (
                sys::AV1E_SET_TRANSFER_CHARACTERISTICS,
                sys::AOM_CICP_TC_SRGB.cast_signed(),
            ),
            (
                sys::AV1E_SET_MATRIX_COEFFICIENTS,
                sys::AOM_CICP_MC_BT_601.cast_signed(),
            ),
        ] {
            encoder.set(what, value)?;
        }
        Ok(encoder)
    }

    fn set(&mut self, what: sys::aome_enc_control_id, value: c_int) -> Result<(), String> {
        let what = c_int::try_from(what).unwrap_or_default();
        // SAFETY: the context is an initialized one, and each of these settings takes one `int`.
        check(unsafe { sys::aom_codec_control(&raw mut self.0, what, value) })
    }

    fn send(&mut self, image: *const sys::aom_image_t) -> Result<(), String> {
        // SAFETY: the context is an initialized one; the image is null or one of `image_of`, whose
        // planes are borrowed by the caller of this module and are copied during this call.
        check(unsafe { sys::aom_codec_encode(&raw mut self.0, image, 0, 1, 0) })
    }

    fn receive(&mut self, bytes: &mut Vec<u8>) {
        let mut iterator = ptr::null();
        loop {
            // SAFETY: the context is an initialized one, and the iterator is its own.
            let packet = unsafe { sys::aom_codec_get_cx_data(&raw mut self.0, &raw mut iterator) };
            // SAFETY: null, or a packet that is valid until the next call on this context.
            let Some(packet) = (unsafe { packet.as_ref() }) else {
                return;
            };
            if packet.kind != sys::AOM_CODEC_CX_FRAME_PKT {
                continue;
            }
            // SAFETY: of this kind the union holds a frame, whose buffer has that many bytes.
            let frame = unsafe {
                let frame = packet.data.frame;
                std::slice::from_raw_parts(frame.buf.cast::<u8>(), frame.sz)
            };
            bytes.extend_from_slice(frame);
        }
    }
}

impl Drop for Encoder {
    fn drop(&mut self) {
        // SAFETY: the context is an initialized one, and is not used any more.
        let _ = unsafe { sys::aom_codec_destroy(&raw mut self.0) };
    }
}

fn check(code: sys::aom_codec_err_t) -> Result<(), String> {
    match code {
        sys::AOM_CODEC_OK => Ok(()),
        sys::AOM_CODEC_MEM_ERROR => Err("libaom got no memory".to_owned()),
        code => Err(format!("libaom refused with code {code}")),
    }
}
