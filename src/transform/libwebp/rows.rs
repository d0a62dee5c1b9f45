//! Rows of a lossy picture while it is decoded.
//!
//! The public functions fill whole planes or scale sample by sample. The decoder below them hands
//! out rows of planes as they are done, up to 24 at a time. That interface is internal to libwebp:
//! `Cargo.toml` names one version, whose `vp8_dec.h` and `webpi_dec.h` are mirrored here, and the
//! tests hold the mirrors against it.
//!
//! Nothing in [`put`] panics: a panic that reached C would end the program.

use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::ops::Range;

use libwebp_sys as sys;

use crate::model::PixelSize;
use crate::transform::rows::Averages;

/// Decodes `rows` of a picture of `size`, from an even one on, into planes of VP8's own colors:
/// brightness, and blue and red for each four pixels. Without `is_smooth` the edges between blocks
/// stay as they are.
///
/// `None`, perhaps after some rows, when the file is damaged, lossless, transparent, animated or of
/// another size.
pub(in crate::transform) fn decode_rows(
    bytes: &[u8],
    size: PixelSize,
    rows: Range<u32>,
    planes: &mut [Averages; 3],
    is_smooth: bool,
) -> Option<()> {
    let signed = |px: u32| c_int::try_from(px).ok();
    let (width, height) = (signed(size.width)?, signed(size.height)?);
    let (top, bottom) = (signed(rows.start)?, signed(rows.end)?);
    if top % 2 != 0 || top >= bottom || bottom > height {
        return None;
    }
    let picture = picture_of(bytes)?;
    let mut io = new_io()?;
    io.data = picture.as_ptr();
    io.data_size = picture.len();
    let decoder = Decoder::new()?;
    // SAFETY: `io` is initialized, and its data are `bytes`, which outlive the decoder.
    let has_header = unsafe { VP8GetHeaders(decoder.0, &raw mut io) } != 0;
    if !has_header || (io.width, io.height) != (width, height) {
        return None;
    }
    let mut taker = Taker {
        planes,
        width: size.width as usize,
        end: usize::try_from(bottom - top).ok()?,
        next: 0,
    };
    io.use_cropping = 1;
    // Left and right are the picture's, as the header set them.
    io.crop_top = top;
    io.crop_bottom = bottom;
    io.bypass_filtering = c_int::from(!is_smooth);
    io.put = Some(put);
    io.opaque = (&raw mut taker).cast();
    // SAFETY: as above. The part is inside the picture and begins where color has a sample. `put`
    // gets `io`, whose `opaque` is the taker, and both live through the call.
    let is_decoded = unsafe { VP8Decode(decoder.0, &raw mut io) } != 0;
    (is_decoded && taker.next == taker.end).then_some(())
}

/// The rows that are yet to come, and where they go.
struct Taker<'a> {
    planes: &'a mut [Averages; 3],
    /// Pixels of a row.
    width: usize,
    /// How many rows there are.
    end: usize,
    /// The number of the row that comes next.
    next: usize,
}

impl Taker<'_> {
    /// Takes some rows; `None` when they are not the ones that are due.
    ///
    /// # Safety
    /// The planes of `io` have `mb_h` rows of `mb_w` pixels, as far apart as the strides say.
    unsafe fn take(&mut self, io: &Io) -> Option<()> {
        let number = |number: c_int| usize::try_from(number).ok();
        let (first, rows) = (number(io.mb_y)?, number(io.mb_h)?);
        let end = first.checked_add(rows)?;
        // Two rows share one of color, so only the last one may be alone.
        let is_whole = first.is_multiple_of(2) && (rows.is_multiple_of(2) || end == self.end);
        let is_due = first == self.next && rows > 0 && end <= self.end;
        if !is_whole || !is_due || number(io.mb_w)? != self.width {
            return None;
        }
        let (luma_stride, color_stride) = (number(io.y_stride)?, number(io.uv_stride)?);
        let (half_width, half_rows) = (self.width.div_ceil(2), rows.div_ceil(2));
        let [luma, blue, red] = &mut *self.planes;
        for (plane, start, stride, width, rows) in [
            (luma, io.y, luma_stride, self.width, rows),
            (blue, io.u, color_stride, half_width, half_rows),
            (red, io.v, color_stride, half_width, half_rows),
        ] {
            if start.is_null() || stride < width {
                return None;
            }
            for row in 0..rows {
                // SAFETY: the caller's promise; four pixels have one sample of color, and those on
                // an odd edge have one as well.
                plane.push(unsafe { std::slice::from_raw_parts(start.add(row * stride), width) });
            }
        }
        self.next = end;
        Some(())
    }
}

/// What the decoder calls with rows; 0 ends the decoding.
extern "C" fn put(io: *const Io) -> c_int {
    // SAFETY: the decoder passes what `decode_rows` gave it, and touches neither during this call.
    // Its rows lie in its cache until the next ones.
    let taken = unsafe {
        let io = &*io;
        (*io.opaque.cast::<Taker<'_>>()).take(io)
    };
    c_int::from(taken.is_some())
}

/// The bytes from the lossy picture on, behind all headers.
fn picture_of(bytes: &[u8]) -> Option<&[u8]> {
    let mut headers = Headers {
        data: bytes.as_ptr(),
        data_size: bytes.len(),
        have_all_data: 1,
        offset: 0,
        alpha_data: std::ptr::null(),
        alpha_data_size: 0,
        compressed_size: 0,
        riff_size: 0,
        is_lossless: 0,
    };
    // SAFETY: `bytes` have the length that is told.
    let status = unsafe { WebPParseHeaders(&raw mut headers) };
    let is_lossy = status == sys::VP8StatusCode::VP8_STATUS_OK
        && headers.is_lossless == 0
        && headers.alpha_data.is_null();
    is_lossy.then(|| bytes.get(headers.offset..)).flatten()
}

/// Without data and functions.
fn new_io() -> Option<Io> {
    let mut io = MaybeUninit::<Io>::zeroed();
    let version = c_int::try_from(sys::WEBP_DECODER_ABI_VERSION).ok()?;
    // SAFETY: writes zeros over what it is given, which `Io` mirrors.
    let is_known = unsafe { VP8InitIoInternal(io.as_mut_ptr(), version) } != 0;
    // SAFETY: zeros are numbers, null pointers and no functions.
    is_known.then(|| unsafe { io.assume_init() })
}

/// The library's decoder, freed in the end.
struct Decoder(*mut c_void);

impl Decoder {
    fn new() -> Option<Self> {
        // SAFETY: asks for nothing.
        let decoder = unsafe { VP8New() };
        (!decoder.is_null()).then_some(Self(decoder))
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        // SAFETY: from `VP8New`, and not used afterwards.
        unsafe { VP8Delete(self.0) };
    }
}

/// `VP8Io` of `vp8_dec.h`.
#[repr(C)]
struct Io {
    width: c_int,
    height: c_int,
    mb_y: c_int,
    mb_w: c_int,
    mb_h: c_int,
    y: *const u8,
    u: *const u8,
    v: *const u8,
    y_stride: c_int,
    uv_stride: c_int,
    opaque: *mut c_void,
    put: Option<extern "C" fn(*const Self) -> c_int>,
    setup: Option<extern "C" fn(*mut Self) -> c_int>,
    teardown: Option<extern "C" fn(*const Self)>,
    fancy_upsampling: c_int,
    data_size: usize,
    data: *const u8,
    bypass_filtering: c_int,
    use_cropping: c_int,
    crop_left: c_int,
    crop_right: c_int,
    crop_top: c_int,
    crop_bottom: c_int,
    use_scaling: c_int,
    scaled_width: c_int,
    scaled_height: c_int,
    a: *const u8,
}

/// `WebPHeaderStructure` of `webpi_dec.h`.
#[repr(C)]
struct Headers {
    data: *const u8,
    data_size: usize,
    have_all_data: c_int,
    offset: usize,
    alpha_data: *const u8,
    alpha_data_size: usize,
    compressed_size: usize,
    riff_size: usize,
    is_lossless: c_int,
}

unsafe extern "C" {
    fn VP8InitIoInternal(io: *mut Io, version: c_int) -> c_int;
    fn VP8New() -> *mut c_void;
    fn VP8GetHeaders(decoder: *mut c_void, io: *mut Io) -> c_int;
    fn VP8Decode(decoder: *mut c_void, io: *mut Io) -> c_int;
    fn VP8Delete(decoder: *mut c_void);
    fn WebPParseHeaders(headers: *mut Headers) -> sys::VP8StatusCode;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn photo(width: u32, height: u32, config: impl FnOnce(&mut sys::WebPConfig)) -> Vec<u8> {
        let photo = samples::photo_rgb(5, width, height);
        let mut usual = sys::WebPConfig::new().unwrap();
        config(&mut usual);
        let encoder = webp::Encoder::from_rgb(&photo, width, height);
        encoder.encode_advanced(&usual).unwrap().to_vec()
    }

    /// Whole planes of those rows, by the public function.
    fn whole(
        bytes: &[u8],
        size: PixelSize,
        rows: Range<u32>,
        is_smooth: bool,
    ) -> Option<[Vec<u8>; 3]> {
        let signed = |px: u32| i32::try_from(px).unwrap();
        let (width, height) = (size.width, rows.end - rows.start);
        let mut config = sys::WebPDecoderConfig::new().unwrap();
        config.options.bypass_filtering = i32::from(!is_smooth);
        config.options.use_cropping = 1;
        config.options.crop_top = signed(rows.start);
        config.options.crop_width = signed(width);
        config.options.crop_height = signed(height);
        let half = (width.div_ceil(2), height.div_ceil(2));
        let mut planes =
            [(width, height), half, half].map(|(width, height)| vec![0; (width * height) as usize]);
        let [y, u, v] = &mut planes;
        config.output.colorspace = sys::WEBP_CSP_MODE::MODE_YUV;
        config.output.is_external_memory = 1;
        config.output.u.YUVA = sys::WebPYUVABuffer {
            y: y.as_mut_ptr(),
            u: u.as_mut_ptr(),
            v: v.as_mut_ptr(),
            a: std::ptr::null_mut(),
            y_stride: signed(width),
            u_stride: signed(half.0),
            v_stride: signed(half.0),
            a_stride: 0,
            y_size: y.len(),
            u_size: u.len(),
            v_size: v.len(),
            a_size: 0,
        };
        // SAFETY: `bytes` and the planes live through the call and have the lengths that are told.
        let status = unsafe { sys::WebPDecode(bytes.as_ptr(), bytes.len(), &raw mut config) };
        (status == sys::VP8StatusCode::VP8_STATUS_OK).then_some(planes)
    }

    fn empty(size: PixelSize, block: (usize, usize)) -> [Averages; 3] {
        let (width, height) = (size.width as usize, size.height as usize);
        let half = || Averages::new(width.div_ceil(2), height.div_ceil(2), block);
        [Averages::new(width, height, block), half(), half()]
    }

    fn averages(
        bytes: &[u8],
        size: PixelSize,
        rows: Range<u32>,
        is_smooth: bool,
        block: (usize, usize),
    ) -> Option<[Vec<u8>; 3]> {
        let mut planes = empty(size, block);
        decode_rows(bytes, size, rows, &mut planes, is_smooth)?;
        Some(planes.map(Averages::finish))
    }

    #[test]
    fn rows_are_those_of_whole_planes() {
        for (width, height) in [(67, 83), (64, 48), (1, 1), (17, 33), (150, 16)] {
            let size = PixelSize::new(width, height);
            // Without smoothing, with the simple one, which is two rows behind, and with the other
            // one, which is eight.
            for (strength, kind) in [(0, 0), (60, 0), (60, 1)] {
                let file = photo(width, height, |config| {
                    config.quality = 40.0;
                    config.filter_strength = strength;
                    config.filter_type = kind;
                    config.partitions = 2;
                });
                let bottoms = [height, height / 2, height / 2 + 1, 10];
                let tops = [0, 2, 16, 22];
                for rows in bottoms.iter().flat_map(|end| tops.map(|top| top..*end)) {
                    if rows.is_empty() || rows.end > height {
                        continue;
                    }
                    for is_smooth in [false, true] {
                        let said = format!("{width} x {height}, {rows:?}, {kind}, {is_smooth}");
                        let expected = whole(&file, size, rows.clone(), is_smooth).unwrap();
                        let found = averages(&file, size, rows.clone(), is_smooth, (1, 1));
                        assert!(found.as_ref() == Some(&expected), "{said}");
                        let block = (3, 5);
                        let mut planes = empty(size, block);
                        let half = width.div_ceil(2);
                        for ((plane, samples), width) in
                            planes.iter_mut().zip(&expected).zip([width, half, half])
                        {
                            samples
                                .chunks(width as usize)
                                .for_each(|row| plane.push(row));
                        }
                        let expected = planes.map(Averages::finish);
                        let found = averages(&file, size, rows.clone(), is_smooth, block);
                        assert!(found == Some(expected), "{said}, averages");
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_not_wholly_there_or_not_lossy_has_no_rows() {
        let size = PixelSize::new(67, 83);
        let file = photo(67, 83, |_| {});
        let tried = |bytes: &[u8], size: PixelSize, rows: Range<u32>| {
            decode_rows(bytes, size, rows, &mut empty(size, (2, 2)), true)
        };
        assert!(tried(&file, size, 0..83).is_some());
        for rows in [1..83, 0..84, 40..40, 83..83, 84..90, 0..u32::MAX] {
            assert!(tried(&file, size, rows.clone()).is_none(), "{rows:?}");
        }
        for other in [PixelSize::new(66, 83), PixelSize::new(67, 84)] {
            assert!(tried(&file, other, 0..82).is_none());
        }
        for length in 0..file.len() {
            assert!(tried(&file[..length], size, 0..83).is_none(), "{length}");
        }
        let lossless = photo(67, 83, |config| config.lossless = 1);
        assert!(tried(&lossless, size, 0..83).is_none());
        let clear = vec![90; 67 * 83 * 4];
        let clear = webp::Encoder::from_rgba(&clear, 67, 83).encode(80.0);
        assert!(tried(&clear, size, 0..83).is_none());
    }

    #[test]
    fn damage_is_seen_where_the_public_function_sees_it() {
        let size = PixelSize::new(67, 83);
        let file = photo(67, 83, |_| {});
        for position in 0..file.len() {
            let mut bent = file.clone();
            bent[position] ^= 0x5A;
            let found = averages(&bent, size, 0..83, true, (1, 1));
            // Those four bytes are the size.
            let expected =
                whole(&bent, size, 0..83, true).filter(|_| !(26..30).contains(&position));
            assert!(found == expected, "{position}");
        }
    }

    /// As many bytes as C writes, and its fields where ours are.
    #[test]
    fn the_mirror_has_the_size_and_the_fields_of_the_library() {
        let mut memory = [[0xFF_u8; size_of::<Io>()]; 2];
        let version = c_int::try_from(sys::WEBP_DECODER_ABI_VERSION).unwrap();
        // SAFETY: there is room for two, however large it is in C.
        let is_known = unsafe { VP8InitIoInternal(memory.as_mut_ptr().cast(), version) };
        assert_eq!(is_known, 1);
        assert_eq!(memory, [[0; size_of::<Io>()], [0xFF; size_of::<Io>()]]);

        let file = photo(67, 83, |_| {});
        let picture = picture_of(&file).unwrap();
        // A file of one chunk: the RIFF header is 12 bytes, that of the chunk 8.
        assert_eq!(picture.as_ptr(), file[20..].as_ptr());
        let mut io = new_io().unwrap();
        (io.data, io.data_size) = (picture.as_ptr(), picture.len());
        let decoder = Decoder::new().unwrap();
        // SAFETY: `io` is initialized, and its data outlive the decoder.
        assert_eq!(unsafe { VP8GetHeaders(decoder.0, &raw mut io) }, 1);
        assert_eq!((io.width, io.height), (67, 83));
        assert_eq!((io.mb_w, io.mb_h), (67, 83));
        assert_eq!((io.crop_left, io.crop_right), (0, 67));
        assert_eq!((io.crop_top, io.crop_bottom), (0, 83));
        assert_eq!((io.scaled_width, io.scaled_height), (67, 83));
        assert_eq!((io.use_cropping, io.use_scaling), (0, 0));
        assert!(io.put.is_none() && io.setup.is_none() && io.teardown.is_none());
    }
}
