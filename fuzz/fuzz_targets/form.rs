//! Multipart forms, in pieces of any size.

#![no_main]

use std::cell::RefCell;

use lenticular::server::fuzzing::Forms;
use lenticular_fuzz::first_line;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static FORMS: RefCell<Option<Forms>> = const { RefCell::new(None) };
}

// One byte for the size of the pieces, the content type up to the line's end, the body.
fuzz_target!(|data: &[u8]| {
    let Some((piece, rest)) = data.split_first() else {
        return;
    };
    let (content_type, body) = first_line(rest);
    FORMS.with_borrow_mut(|forms| {
        let forms = forms.get_or_insert_with(Forms::open);
        forms.read(content_type, body, 1 + usize::from(*piece) * 4);
    });
});
