//! Doors for fuzzing: what the client reads from answers. They are there for cargo-fuzz alone;
//! `fuzz/README.md` tells how to run them. A broken promise panics.

#![expect(
    clippy::missing_panics_doc,
    reason = "a broken promise panics: that is what these functions are for"
)]

use http::HeaderMap;

use super::classify::{Failure, Place, error_from_failure};
use super::governor::{Governor, retry_after};

/// What must never be shown.
pub const SECRET: &str = "hunter2hunter2";

/// Reads a failed answer as each of the hosts would give it.
pub fn failure(status: u16, content_type: &str, headers: &HeaderMap, body: &[u8]) {
    for place in [Place::Api, Place::UploadUrl, Place::Delivery] {
        let failure = Failure {
            status,
            content_type,
            body,
            header_code: None,
            retry_after: retry_after(headers),
            ray: None,
        };
        let error = error_from_failure(place, failure, SECRET);
        let shown = format!("{error}\n{error:?}\n{:?}", error.hint());
        assert!(!shown.contains(SECRET), "{shown}");
        let line = error.to_string();
        assert!(line.chars().count() < 1000 && !line.contains(['\n', '\r', '\u{1b}']));
    }
}

/// Learns from the headers of an answer.
pub fn limits(status: u16, headers: &HeaderMap) {
    let governor = Governor::new(4);
    governor.observe(status, headers);
    _ = governor.waiting_until();
}
