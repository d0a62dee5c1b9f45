//! What several targets share.

use std::panic;
use std::sync::OnceLock;

use lenticular::model::FlexibleOptions;
use lenticular::samples;
use lenticular::transform::{
    Accepts, Format, Original, TransformError, check_upload, probe, render, thumbnail,
};

/// Larger pictures take the same paths, only longer.
const MAX_AREA: u64 = 256 * 256;

/// The first line, without its end, and the rest.
#[must_use]
pub fn first_line(data: &[u8]) -> (&[u8], &[u8]) {
    match data.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&data[..end], &data[end + 1..]),
        None => (data, &[]),
    }
}

/// The lines before the first blank one, and what follows it.
#[must_use]
pub fn until_blank_line(data: &[u8]) -> (&[u8], &[u8]) {
    match data.windows(2).position(|two| two == b"\n\n") {
        Some(end) => (&data[..end], &data[end + 2..]),
        None => (&[], data),
    }
}

/// A panic in a codec becomes an error of that picture: a promise that is kept by catching it. So
/// only a panic that reaches the target is a finding.
pub fn only_escaping_panics_count() {
    panic::set_hook(Box::new(|_| {}));
}

/// A picture from its header to its pixels.
pub fn picture(format: Format, bytes: &[u8]) {
    let checked = check_upload(bytes);
    let Ok(original) = Original::open(bytes.to_vec().into()) else {
        assert!(checked.is_err());
        return;
    };
    let facts = *original.facts();
    let area = facts.stored_size.area() * u64::from(facts.frames);
    if facts.format != format || area > MAX_AREA {
        return;
    }
    if let Ok(pixels) = thumbnail(bytes, 64) {
        assert_eq!(pixels.rgba.len() as u64, pixels.size.area() * 4);
        assert!(pixels.size.longer_side() <= 64 && !pixels.size.is_empty());
    }
    for options in [
        "w=40,h=30,fit=cover,metadata=keep,f=jpeg",
        "w=16",
        "w=16,f=webp,trim=border",
    ] {
        let Ok(made) = rendered(bytes, options) else {
            continue;
        };
        let again = probe(&made).expect("what was rendered is a picture");
        // An SVG may leave its size to whoever shows it.
        assert!(again.format == Format::Svg || !again.size.is_empty());
    }
}

/// The bytes of a rendition, which are a picture of the size that it tells.
///
/// # Errors
/// As [`render`].
pub fn rendered(bytes: &[u8], options: &str) -> Result<Vec<u8>, TransformError> {
    let original = Original::open(bytes.to_vec().into())?;
    let (options, _) = FlexibleOptions::parse(options).expect("options that a target wrote");
    let rendition = render(&original, &options, Accepts::default())?;
    if rendition.format != Format::Svg {
        let again = probe(&rendition.bytes).expect("what was rendered is a picture");
        assert_eq!(
            (again.format, again.size),
            (rendition.format, rendition.size)
        );
    }
    Ok(rendition.bytes)
}

/// A small photograph with a segment of that kind; `None` when the segment is too long for one.
#[must_use]
pub fn photo_with_segment(marker: u8, name: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    static PHOTO: OnceLock<Vec<u8>> = OnceLock::new();
    let photo = PHOTO.get_or_init(|| samples::photo_jpeg(1, 16, 12, 80));
    let (start, rest) = photo.split_at(2);
    let length = u16::try_from(2 + name.len() + data.len()).ok()?;
    let segment = [&[0xFF, marker], length.to_be_bytes().as_slice(), name, data].concat();
    Some([start, &segment, rest].concat())
}
