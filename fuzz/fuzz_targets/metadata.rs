//! The fields of uploads and reservations: as JSON, urlencoded, and metadata by itself.

#![no_main]

use lenticular::server::fuzzing::fields;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| fields(data));
