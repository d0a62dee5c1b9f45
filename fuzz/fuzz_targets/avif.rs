//! AVIF files: the header, the checks of an upload, and the pixels.

#![no_main]

use lenticular::transform::Format;
use lenticular_fuzz::{only_escaping_panics_count, picture};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: only_escaping_panics_count(), |data: &[u8]| {
    picture(Format::Avif, data);
});
