//! The query of a list: pages, order, filters. Whatever is accepted, the database can answer.

#![no_main]

use std::cell::RefCell;

use lenticular::server::fuzzing::Served;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static SERVED: RefCell<Option<Served>> = const { RefCell::new(None) };
}

fuzz_target!(|text: &str| {
    SERVED.with_borrow_mut(|served| served.get_or_insert_with(Served::start).list(text));
});
