//! Whole connections as they come from the wire, through the HTTP layer and every route.

#![no_main]

use std::cell::RefCell;

use lenticular::server::fuzzing::Served;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static SERVED: RefCell<Option<Served>> = const { RefCell::new(None) };
}

fuzz_target!(|data: &[u8]| {
    SERVED.with_borrow_mut(|served| {
        let answer = served.get_or_insert_with(Served::start).exchange(data);
        assert!(answer.is_empty() || answer.starts_with(b"HTTP/1."));
        assert!(
            !answer.starts_with(b"HTTP/1.1 500"),
            "{}",
            String::from_utf8_lossy(&answer)
        );
    });
});
