//! SVG files: the markup, the checks of an upload, and what is delivered of it.

#![no_main]

use lenticular::transform::Format;
use lenticular_fuzz::{only_escaping_panics_count, picture};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: only_escaping_panics_count(), |data: &[u8]| {
    picture(Format::Svg, data);
});
