//! The EXIF block of a picture: where it stands, what of it is kept. However broken, the picture is
//! delivered, and what is kept says upright.

#![no_main]

use lenticular::transform::{check_upload, probe};
use lenticular_fuzz::{only_escaping_panics_count, photo_with_segment, rendered};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: only_escaping_panics_count(), |data: &[u8]| {
    let Some(photo) = photo_with_segment(0xE1, b"Exif\0\0", data) else {
        return;
    };
    let facts = check_upload(&photo).expect("broken metadata refuses no picture");
    assert!((1..=8).contains(&facts.orientation));
    for policy in ["none", "copyright", "keep"] {
        let made = rendered(&photo, &format!("w=8,f=jpeg,metadata={policy}"));
        let kept = probe(&made.expect("broken metadata refuses no picture")).expect("a JPEG");
        assert_eq!(kept.orientation, 1);
    }
});
