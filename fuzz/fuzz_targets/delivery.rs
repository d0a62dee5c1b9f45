//! Delivery: the path, the options or the variant in it, the signature, and the headers that decide
//! about format and freshness. The images are SVG, so that no time goes into pixels.

#![no_main]

use std::cell::RefCell;

use http::Uri;
use lenticular::server::fuzzing::{Served, headers_from_lines};
use lenticular_fuzz::first_line;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static SERVED: RefCell<Option<Served>> = const { RefCell::new(None) };
}

// The URL from the id on (or the whole path, when it begins with a slash), then headers.
fuzz_target!(|data: &[u8]| {
    SERVED.with_borrow_mut(|served| {
        let served = served.get_or_insert_with(Served::start);
        let (first, lines) = first_line(data);
        let path = if first.starts_with(b"/") {
            first.to_vec()
        } else {
            [b"/", served.account_hash().as_bytes(), b"/", first].concat()
        };
        let Ok(uri) = Uri::try_from(path) else {
            return;
        };
        let status = served.deliver(uri, headers_from_lines(lines));
        assert!((200..500).contains(&status), "{status}");
    });
});
