//! Everything that the server reads from the headers of a request: credentials, host, form
//! boundary, file name, accepted formats, client hints, conditions.

#![no_main]

use lenticular::server::fuzzing::{headers, headers_from_lines};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    headers(&headers_from_lines(data));
});
