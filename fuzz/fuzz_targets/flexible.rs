//! Options in a URL: what is read is within its ranges, and its canonical form means the same.

#![no_main]

use lenticular::model::FlexibleOptions;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok((options, _)) = FlexibleOptions::parse(text) else {
        return;
    };
    let segment = options.to_segment();
    assert!(!segment.contains(['/', '?', '#', ' ']), "{segment}");
    if !segment.is_empty() {
        let (again, warnings) = FlexibleOptions::parse(&segment).expect(&segment);
        assert_eq!(again, options, "{segment}");
        assert!(warnings.is_empty(), "{segment}: {warnings:?}");
        assert_eq!(again.to_segment(), segment);
    }
    let settled = options.for_slow_connection().for_screen(Some(1000));
    assert!(!settled.auto_width);
});
