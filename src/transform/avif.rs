//! AVIF in and out: AV1 pictures in the boxes of HEIF.
//!
//! `rav1d` (as `re_rav1d`, the one with an interface that needs no `unsafe`) decodes, an encoder of
//! our own encodes; both are Rust without assembly, so no further compiler is needed. Without the
//! feature `avif` neither is there: such a build refuses AVIF, and makes WebP instead.

#[cfg(feature = "avif")]
pub(super) mod av1;
#[cfg(feature = "avif")]
mod encode;
#[cfg(feature = "avif")]
mod planes;
#[cfg(test)]
#[cfg(feature = "avif")]
mod tests;

use super::{Facts, Pixels, TransformError};
#[cfg(feature = "avif")]
pub(super) use encode::{encode, encode_planes};
#[cfg(feature = "avif")]
use {
    super::Format,
    super::probe::damaged,
    super::probe::heif::{self, Coding, Heif, Item},
    planes::Planes,
    re_rav1d::dav1d::{Decoder, Error, Settings},
};

/// The longest side of an AVIF picture that is made or taken, in pixels.
///
/// Source: Cloudflare Images documentation, "Limits".
pub(super) const MAX_AVIF_SIDE: u32 = 1200;

/// Whether this build knows AVIF.
pub(super) const IS_KNOWN: bool = cfg!(feature = "avif");

/// The pixels of the file's picture, not yet turned, and the ICC profile they are in.
#[cfg(feature = "avif")]
pub(super) fn decode(
    bytes: &[u8],
    facts: &Facts,
) -> Result<(Pixels, Option<Vec<u8>>), TransformError> {
    let Heif {
        picture,
        alpha,
        is_premultiplied,
    } = heif::parse(bytes).ok_or_else(|| damaged(Format::Avif))?;
    let mut rgba = planes_of(bytes, &picture, facts)?.to_rgba(picture.coding)?;
    if let Some(alpha) = &alpha {
        let alpha = planes_of(bytes, alpha, facts)?.to_gray();
        for (pixel, alpha) in rgba.as_chunks_mut::<4>().0.iter_mut().zip(alpha) {
            pixel[3] = alpha;
            if is_premultiplied {
                straighten(pixel);
            }
        }
    }
    let pixels = Pixels {
        size: facts.stored_size,
        rgba,
    };
    Ok((pixels, picture.profile.or(picture.coding.and_then(profile))))
}

/// Without the feature there is no decoder.
#[cfg(not(feature = "avif"))]
pub(super) fn decode(
    _bytes: &[u8],
    facts: &Facts,
) -> Result<(Pixels, Option<Vec<u8>>), TransformError> {
    Err(TransformError::Unsupported(facts.format))
}

/// Divides what was multiplied with the opacity.
#[cfg(feature = "avif")]
fn straighten(pixel: &mut [u8; 4]) {
    let alpha = u16::from(pixel[3]);
    for channel in &mut pixel[..3] {
        let whole = (u16::from(*channel) * 255 + alpha / 2)
            .checked_div(alpha)
            .unwrap_or(0);
        *channel = u8::try_from(whole.min(255)).expect("at most 255");
    }
}

/// Decodes one item.
#[cfg(feature = "avif")]
fn planes_of(file: &[u8], item: &Item, facts: &Facts) -> Result<Planes, TransformError> {
    if &item.kind != b"av01" {
        // A picture put together from tiles, or an overlay.
        return Err(TransformError::Unsupported(Format::Avif));
    }
    let data = item.bytes(file).ok_or_else(|| damaged(Format::Avif))?;
    let broken =
        |error: Error| TransformError::Damaged(format!("Error while decoding AVIF image: {error}"));
    let mut settings = Settings::new();
    // The caller holds one core, and a panic on a thread of its own could not be caught.
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    settings.set_all_layers(false);
    // The stream has sizes of its own, and memory is taken for those.
    settings.set_frame_size_limit(u32::try_from(facts.stored_size.area()).unwrap_or(u32::MAX));
    let mut decoder = Decoder::with_settings(&settings).map_err(broken)?;
    match decoder.send_data(data.into_owned(), None, None, None) {
        Ok(()) | Err(Error::Again) => {}
        Err(error) => return Err(broken(error)),
    }
    let frame = loop {
        match decoder.get_picture() {
            Ok(frame) => break frame,
            Err(Error::Again) => match decoder.send_pending_data() {
                // Everything was sent, and still there is no picture.
                Ok(()) => break decoder.get_picture().map_err(broken)?,
                Err(Error::Again) => {}
                Err(error) => return Err(broken(error)),
            },
            Err(error) => return Err(broken(error)),
        }
    };
    let size = crate::model::PixelSize::new(frame.width(), frame.height());
    if size != facts.stored_size {
        return Err(damaged(Format::Avif));
    }
    Ok(Planes::new(frame))
}

/// An ICC profile for colors that are described by numbers; `None` for sRGB and for what is not
/// known.
#[cfg(feature = "avif")]
fn profile(coding: Coding) -> Option<Vec<u8>> {
    use moxcms::{CicpColorPrimaries, CicpProfile, ColorProfile, MatrixCoefficients};
    let Coding {
        primaries,
        transfer,
        ..
    } = coding;
    // Rec. 709 video and sRGB have the same primaries; so close are their curves that browsers
    // show both alike.
    if matches!((primaries, transfer), (0..=2, 0..=2 | 6 | 13)) {
        return None;
    }
    let primaries = CicpColorPrimaries::try_from(u8::try_from(primaries).ok()?).ok()?;
    let transfer = moxcms::TransferCharacteristics::try_from(u8::try_from(transfer).ok()?).ok()?;
    ColorProfile::new_from_cicp(CicpProfile {
        color_primaries: primaries,
        transfer_characteristics: transfer,
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    })
    .encode()
    .ok()
}

/// Without the feature there is no encoder.
#[cfg(not(feature = "avif"))]
pub(super) fn encode_planes(
    _picture: &super::planar::Ycc,
    _percent: u8,
) -> Result<Vec<u8>, TransformError> {
    Err(TransformError::Encoding("AVIF is not written".to_owned()))
}

/// Without the feature there is no encoder.
#[cfg(not(feature = "avif"))]
pub(super) fn encode(_pixels: &Pixels, _percent: u8) -> Result<Vec<u8>, TransformError> {
    Err(TransformError::Encoding("AVIF is not written".to_owned()))
}
