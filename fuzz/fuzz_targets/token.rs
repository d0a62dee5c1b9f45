//! The token that leads to the next page of a list.

#![no_main]

use lenticular::server::fuzzing::token;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| token(data));
