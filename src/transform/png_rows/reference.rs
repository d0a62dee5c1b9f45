//! What tests and fuzzing hold the reader against: files made of any image data, and the rows as the
//! specification says, one byte after another.

use super::Rows;

/// A file with only what is read of it: the image data, in chunks of at most `length` bytes.
pub(in crate::transform) fn file(data: &[u8], length: usize) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1A\n".to_vec();
    let mut chunk = |kind: &[u8], body: &[u8]| {
        let length = u32::try_from(body.len()).expect("a short chunk");
        file.extend(length.to_be_bytes());
        file.extend(kind);
        file.extend(body);
        let mut checksum = crc32fast::Hasher::new();
        checksum.update(kind);
        checksum.update(body);
        file.extend(checksum.finalize().to_be_bytes());
    };
    chunk(b"tEXt", b"before");
    for part in data.chunks(length) {
        chunk(b"IDAT", part);
    }
    chunk(b"IEND", b"");
    file
}

/// The rows of inflated image data.
pub(in crate::transform) fn unfiltered(inflated: &[u8], rows: Rows) -> Option<Vec<u8>> {
    let stride = rows.pixel_bytes * rows.width;
    let mut pixels: Vec<u8> = Vec::new();
    for y in 0..rows.count {
        let (filter, stored) = inflated.get(y * (stride + 1)..)?.split_first()?;
        for (x, difference) in stored.get(..stride)?.iter().enumerate() {
            let here = y * stride + x;
            let is_inside = x >= rows.pixel_bytes;
            let byte = |is_there: bool, back: usize| {
                let at = is_there.then(|| here - back);
                at.map_or(0, |at| i32::from(pixels[at]))
            };
            let left = byte(is_inside, rows.pixel_bytes);
            let above = byte(y > 0, stride);
            let corner = byte(is_inside && y > 0, stride + rows.pixel_bytes);
            let foretold = match filter {
                0 => 0,
                1 => left,
                2 => above,
                3 => left.midpoint(above),
                4 => paeth(left, above, corner),
                _ => return None,
            };
            pixels.push(difference.wrapping_add(foretold.to_le_bytes()[0]));
        }
    }
    Some(pixels)
}

/// Source: PNG specification, third edition, section 9.4, "Filter type 4: Paeth".
pub(super) fn paeth(a: i32, b: i32, c: i32) -> i32 {
    let estimate = a + b - c;
    let [to_a, to_b, to_c] = [a, b, c].map(|value| (estimate - value).abs());
    if to_a <= to_b && to_a <= to_c {
        a
    } else if to_b <= to_c {
        b
    } else {
        c
    }
}
