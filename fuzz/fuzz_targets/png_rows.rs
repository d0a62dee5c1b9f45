//! The compressed rows of a PNG file, beside what another library inflates and the specification
//! makes of that. The first bytes say how the rows are stored and where the chunks end.

#![no_main]

use std::io::Read;

use lenticular::transform::fuzzing;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(([kind, width, chunk], data)) = data.split_first_chunk() else {
        return;
    };
    let pixel_bytes = [1, 2, 3, 4, 6, 8][usize::from(kind % 6)];
    let (width, chunk) = (usize::from(*width) + 1, usize::from(*chunk) + 1);
    let mut inflated = Vec::new();
    let mut decoder = flate2::read::ZlibDecoder::new(data).take(1 << 20);
    let is_right = decoder.read_to_end(&mut inflated).is_ok();
    let count = inflated.len() / (width * pixel_bytes + 1);
    if count == 0 {
        return;
    }
    let (found, expected) =
        fuzzing::png_rows(data, chunk * 8, &inflated, (pixel_bytes, width, count));
    // What is damaged may be given up, but must not be read differently.
    assert!(found.is_none() || found == expected);
    assert!(found.is_some() || !is_right || expected.is_none());
});
