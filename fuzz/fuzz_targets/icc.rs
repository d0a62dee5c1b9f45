//! The color profile of a picture. However broken, the picture is delivered.

#![no_main]

use lenticular::transform::check_upload;
use lenticular_fuzz::{only_escaping_panics_count, photo_with_segment, rendered};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: only_escaping_panics_count(), |data: &[u8]| {
    let Some(photo) = photo_with_segment(0xE2, b"ICC_PROFILE\0\x01\x01", data) else {
        return;
    };
    check_upload(&photo).expect("a broken profile refuses no picture");
    rendered(&photo, "w=8,f=png").expect("a broken profile refuses no picture");
});
