//! A text from the clipboard, read as files and web addresses.

#![no_main]

use lenticular::intake::parse_paste;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let pasted = parse_paste(text);
    for url in &pasted.urls {
        let read = url::Url::parse(url).expect("a web address");
        assert!(matches!(read.scheme(), "http" | "https") && read.has_host());
        assert!(text.contains(url.as_str()) && !url.contains(char::is_whitespace));
    }
    assert!(pasted.files.iter().all(|path| path.is_absolute()));
});
