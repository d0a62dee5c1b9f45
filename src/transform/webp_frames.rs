//! The frames of an animated WebP, laid over one another as the file says.
//!
//! Each frame is a picture of its own for libwebp. Putting them together is done here: the crate
//! `image` forgets to take away what a frame leaves to the background, and libwebp's own animation
//! decoder, as its binding offers it, holds all frames in memory at once.
//!
//! Source: "WebP Container Specification", animation.

use super::probe::{damaged, webp_chunks};
use super::{Format, Pixels, TransformError};
use crate::model::PixelSize;

/// Where a frame lies, and how.
struct Place {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
    delay_millis: u32,
    /// What it leaves open shows what was there; else it replaces that.
    is_blended: bool,
    /// After it its place becomes transparent.
    is_disposed: bool,
}

/// Hands the whole picture after each frame, and how long it is shown, to `take`.
pub(super) fn each(
    bytes: &[u8],
    size: PixelSize,
    mut take: impl FnMut(Pixels, u32) -> Result<(), TransformError>,
) -> Result<(), TransformError> {
    let (width, height) = (size.width as usize, size.height as usize);
    let mut canvas = vec![[0_u8; 4]; width * height];
    for (kind, at) in webp_chunks(bytes) {
        if &kind != b"ANMF" {
            continue;
        }
        let (place, data) = read(bytes, at).ok_or_else(|| damaged(Format::WebP))?;
        if place.left + place.width > width || place.top + place.height > height {
            return Err(damaged(Format::WebP));
        }
        let frame = decode(&place, data).ok_or_else(|| damaged(Format::WebP))?;
        for (y, row) in frame.chunks_exact(place.width).enumerate() {
            let start = (place.top + y) * width + place.left;
            for (below, above) in canvas[start..].iter_mut().zip(row) {
                *below = if place.is_blended {
                    over(*above, *below)
                } else {
                    *above
                };
            }
        }
        let pixels = Pixels {
            size,
            rgba: canvas.as_flattened().to_vec(),
        };
        take(pixels, place.delay_millis)?;
        if place.is_disposed {
            for y in place.top..place.top + place.height {
                canvas[y * width + place.left..][..place.width].fill([0; 4]);
            }
        }
    }
    Ok(())
}

/// The picture after the first frame.
pub(super) fn first(bytes: &[u8], size: PixelSize) -> Result<Pixels, TransformError> {
    let mut first = None;
    let outcome = each(bytes, size, |pixels, _| {
        first = Some(pixels);
        // Nothing of what follows is wanted.
        Err(TransformError::EmptyOutput)
    });
    match (first, outcome) {
        (Some(pixels), _) => Ok(pixels),
        (None, Err(error)) => Err(error),
        (None, Ok(())) => Err(damaged(Format::WebP)),
    }
}

/// The head of a frame, and the chunks of its picture.
fn read(bytes: &[u8], at: usize) -> Option<(Place, &[u8])> {
    let length = u32::from_le_bytes(*bytes.get(at.checked_sub(4)?..)?.first_chunk()?) as usize;
    let body = bytes.get(at..at.checked_add(length)?)?;
    let three = |at: usize| {
        let three = body.get(at..at + 3)?;
        Some(u32::from_le_bytes([three[0], three[1], three[2], 0]))
    };
    let flags = *body.get(15)?;
    let place = Place {
        left: 2 * three(0)? as usize,
        top: 2 * three(3)? as usize,
        width: three(6)? as usize + 1,
        height: three(9)? as usize + 1,
        delay_millis: three(12)?,
        is_blended: flags & 2 == 0,
        is_disposed: flags & 1 == 1,
    };
    Some((place, body.get(16..)?))
}

/// Decodes the frame as a file of its own.
fn decode(place: &Place, data: &[u8]) -> Option<Vec<[u8; 4]>> {
    let mut file = b"RIFF\0\0\0\0WEBP".to_vec();
    if data.starts_with(b"ALPH") {
        // Transparency in a chunk of its own has to be announced.
        file.extend(b"VP8X\x0A\0\0\0\x10\0\0\0");
        file.extend(&u32::try_from(place.width - 1).ok()?.to_le_bytes()[..3]);
        file.extend(&u32::try_from(place.height - 1).ok()?.to_le_bytes()[..3]);
    }
    file.extend(data);
    let length = u32::try_from(file.len() - 8).ok()?;
    file[4..8].copy_from_slice(&length.to_le_bytes());
    let picture = webp::Decoder::new(&file).decode()?;
    let is_as_said =
        (picture.width() as usize, picture.height() as usize) == (place.width, place.height);
    if !is_as_said {
        return None;
    }
    Some(if picture.is_alpha() {
        picture.as_chunks::<4>().0.to_vec()
    } else {
        let (rgb, _) = picture.as_chunks::<3>();
        rgb.iter().map(|[r, g, b]| [*r, *g, *b, 255]).collect()
    })
}

/// One pixel over another, both with straight alpha.
fn over(above: [u8; 4], below: [u8; 4]) -> [u8; 4] {
    let opacity = u32::from(above[3]);
    if opacity == 255 || below[3] == 0 {
        return above;
    }
    if opacity == 0 {
        return below;
    }
    let shines = u32::from(below[3]) * (255 - opacity) / 255;
    let alpha = opacity + shines;
    let mix = |above: u8, below: u8| {
        let sum = u32::from(above) * opacity + u32::from(below) * shines;
        u8::try_from((sum + alpha / 2) / alpha).expect("a mean of two bytes")
    };
    let alpha = u8::try_from(alpha).expect("at most 255");
    [
        mix(above[0], below[0]),
        mix(above[1], below[1]),
        mix(above[2], below[2]),
        alpha,
    ]
}
