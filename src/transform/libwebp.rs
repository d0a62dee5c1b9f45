//! The one door to libwebp's own interface.
//!
//! The safe wrapper decodes whole pictures to full size and takes pixels only. Here the library
//! scales while it decodes, or hands out rows, so that a large picture is never in memory, decodes a
//! part alone, and takes planes as they are. Every pointer that goes out is to a buffer that outlives
//! the call, with a length that was computed from the same numbers.

#![expect(
    unsafe_code,
    reason = "the library is C; these are the only calls to it, each with its reason"
)]

mod rows;

use libwebp_sys as sys;

use super::encode::WEBP_METHOD;
use super::probe::damaged;
use super::{Format, Pixels, TransformError};
use crate::model::PixelSize;

pub(super) use rows::decode_rows;

/// A part of a picture, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) left: u32,
    pub(super) top: u32,
    pub(super) size: PixelSize,
}

/// Decodes a still picture: `part` of it, scaled to `size`, which is no larger. Without `is_smooth`
/// the edges between blocks stay as they are, which does not show in strong reductions.
pub(super) fn decode(
    bytes: &[u8],
    part: Part,
    size: PixelSize,
    is_smooth: bool,
) -> Result<Pixels, TransformError> {
    let failed = || damaged(Format::WebP);
    let signed = |px: u32| i32::try_from(px).map_err(|_too_large| failed());
    let mut config = sys::WebPDecoderConfig::new().map_err(|()| failed())?;
    let options = &mut config.options;
    options.bypass_filtering = i32::from(!is_smooth);
    options.no_fancy_upsampling = i32::from(!is_smooth);
    options.use_cropping = 1;
    options.crop_left = signed(part.left)?;
    options.crop_top = signed(part.top)?;
    options.crop_width = signed(part.size.width)?;
    options.crop_height = signed(part.size.height)?;
    if size != part.size {
        options.use_scaling = 1;
        options.scaled_width = signed(size.width)?;
        options.scaled_height = signed(size.height)?;
    }
    let stride = signed(size.width)?.checked_mul(4).ok_or_else(failed)?;
    let mut rgba = vec![0; size.width as usize * 4 * size.height as usize];
    config.output.colorspace = sys::WEBP_CSP_MODE::MODE_RGBA;
    config.output.is_external_memory = 1;
    config.output.u.RGBA = sys::WebPRGBABuffer {
        rgba: rgba.as_mut_ptr(),
        stride,
        size: rgba.len(),
    };
    // SAFETY: `bytes` and `rgba` live through the call and have the lengths that are told. The
    // library checks that `size.height` rows of `stride` bytes fit into the buffer, and refuses a
    // part that is not inside the picture.
    let status = unsafe { sys::WebPDecode(bytes.as_ptr(), bytes.len(), &raw mut config) };
    match status {
        sys::VP8StatusCode::VP8_STATUS_OK => Ok(Pixels { size, rgba }),
        _ => Err(failed()),
    }
}

/// Encodes planes in VP8's own colors: brightness 16 to 235, color 16 to 240, and one color, blue
/// and red, for each four pixels.
pub(super) fn encode_planes(
    size: PixelSize,
    luma: &mut [u8],
    chroma: &mut [Vec<u8>; 2],
    percent: u8,
) -> Result<Vec<u8>, TransformError> {
    let failed = |what: &str| TransformError::Encoding(format!("WebP: {what}"));
    let half = PixelSize::new(size.width.div_ceil(2), size.height.div_ceil(2));
    let length = |size: PixelSize| size.width as usize * size.height as usize;
    let is_complete = luma.len() == length(size)
        && chroma.iter().all(|plane| plane.len() == length(half))
        && !size.is_empty();
    if !is_complete {
        return Err(failed("planes of another size"));
    }
    let signed = |px: u32| i32::try_from(px).map_err(|_too_large| failed("too large"));
    let mut config =
        sys::WebPConfig::new().map_err(|()| failed("the library has another version"))?;
    config.quality = f32::from(percent);
    config.method = WEBP_METHOD;
    let mut picture =
        sys::WebPPicture::new().map_err(|()| failed("the library has another version"))?;
    picture.use_argb = 0;
    picture.colorspace = sys::WebPEncCSP::WEBP_YUV420;
    picture.width = signed(size.width)?;
    picture.height = signed(size.height)?;
    picture.y = luma.as_mut_ptr();
    picture.y_stride = signed(size.width)?;
    let [blue, red] = chroma;
    picture.u = blue.as_mut_ptr();
    picture.v = red.as_mut_ptr();
    picture.uv_stride = signed(half.width)?;
    let mut writer = Writer::new();
    picture.writer = Some(sys::WebPMemoryWrite);
    picture.custom_ptr = (&raw mut writer.0).cast();
    // SAFETY: the planes and the writer live through the call and have the sizes that were checked
    // above. The picture owns nothing: its planes are ours.
    let is_done = unsafe { sys::WebPEncode(&raw const config, &raw mut picture) } != 0;
    if !is_done {
        return Err(failed(&format!("{:?}", picture.error_code)));
    }
    Ok(writer.bytes().to_vec())
}

/// Memory of the library's, freed in the end.
struct Writer(sys::WebPMemoryWriter);

impl Writer {
    fn new() -> Self {
        let mut writer = sys::WebPMemoryWriter {
            mem: std::ptr::null_mut(),
            size: 0,
            max_size: 0,
            pad: [0],
        };
        // SAFETY: initializes what it is given.
        unsafe { sys::WebPMemoryWriterInit(&raw mut writer) };
        Self(writer)
    }

    const fn bytes(&self) -> &[u8] {
        if self.0.mem.is_null() {
            return &[];
        }
        // SAFETY: the library wrote `size` bytes there, and keeps them until it is dropped.
        unsafe { std::slice::from_raw_parts(self.0.mem, self.0.size) }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // SAFETY: initialized, and not used afterwards.
        unsafe { sys::WebPMemoryWriterClear(&raw mut self.0) };
    }
}
