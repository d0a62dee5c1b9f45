//! The encoder held against a decoder that others wrote, for tests and for fuzzing.

use re_rav1d::dav1d::{Decoder, PlanarImageComponent, Settings};

use super::{Plane, encode_with};
use crate::transform::planar::Ycc;

/// Encodes without the filter between blocks, which comes after all that the encoder looks at, and
/// compares what a decoder makes of it with what the encoder took that to be.
///
/// # Panics
/// A sample differs, or it cannot be encoded or decoded.
pub(in crate::transform) fn exact(picture: &Ycc, quantizer: u8) {
    let (stream, own) = encode_with(picture, quantizer, 0).expect("a picture");
    let found = decoded(&stream, picture);
    for (number, (found, own)) in found.iter().zip(inside(&own, picture)).enumerate() {
        let first = found.iter().zip(&own).position(|(a, b)| a != b);
        assert_eq!(first, None, "plane {number}, quantizer {quantizer}");
    }
    assert_eq!(found.len(), own.len());
}

/// Planes as they are in the stream, without what lies beyond the picture.
pub(super) fn decoded(stream: &[u8], picture: &Ycc) -> Vec<Vec<u8>> {
    let mut settings = Settings::new();
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    let mut decoder = Decoder::with_settings(&settings).expect("a decoder reads it");
    decoder
        .send_data(stream.to_vec(), None, None, None)
        .expect("a decoder reads it");
    let frame = decoder.get_picture().expect("a decoder reads it");
    assert_eq!(
        (frame.width(), frame.height()),
        (picture.size.width, picture.size.height)
    );
    let count = if picture.chroma.is_some() { 3 } else { 1 };
    let components = [
        PlanarImageComponent::Y,
        PlanarImageComponent::U,
        PlanarImageComponent::V,
    ];
    let planes = components.into_iter().take(count).enumerate();
    planes
        .map(|(number, component)| {
            let size = match number {
                0 => picture.size,
                _ => picture.chroma_size(),
            };
            let samples = frame.plane(component);
            let stride = frame.stride(component) as usize;
            let rows = samples.chunks(stride).take(size.height as usize);
            rows.flat_map(|row| row[..size.width as usize].to_vec())
                .collect()
        })
        .collect()
}

/// The part of our own planes that is in the picture.
fn inside(planes: &[Plane], picture: &Ycc) -> Vec<Vec<u8>> {
    let planes = planes.iter().enumerate();
    planes
        .map(|(number, plane)| {
            let size = match number {
                0 => picture.size,
                _ => picture.chroma_size(),
            };
            (0..size.height as usize)
                .flat_map(|y| plane.row(y)[..size.width as usize].to_vec())
                .collect()
        })
        .collect()
}
