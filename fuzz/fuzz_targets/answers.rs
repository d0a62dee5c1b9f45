//! What the client reads from answers: envelopes and their documents, lines of text, web pages, and
//! the headers about limits.

#![no_main]

use lenticular::api::fuzzing;
use lenticular::server::fuzzing::headers_from_lines;
use lenticular::wire::image::image_from_document;
use lenticular::wire::variant::{VariantAnswerDocument, variant_from_document};
use lenticular::wire::{
    BatchTokenDocument, ConfigDocument, DirectUploadDocument, Envelope, ImageDocument,
    ImageListDocument, KeysDocument, StatsDocument, TokenStatusDocument, VariantListDocument,
};
use lenticular_fuzz::{first_line, until_blank_line};
use libfuzzer_sys::fuzz_target;
use serde::de::DeserializeOwned;

// `<status> <content type>`, headers, a blank line, the body.
fuzz_target!(|data: &[u8]| {
    let (first, rest) = first_line(data);
    let first = String::from_utf8_lossy(first);
    let (status, content_type) = first.split_once(' ').unwrap_or((&first, ""));
    let status = status.parse().unwrap_or(500);
    let (lines, body) = until_blank_line(rest);
    let headers = headers_from_lines(lines);
    fuzzing::failure(status, content_type, &headers, body);
    fuzzing::limits(status, &headers);
    if let Some(document) = result::<ImageDocument>(body) {
        let image = image_from_document(document);
        assert!(
            !image.display_name().is_empty()
                || image.id.as_str().ends_with('/')
                || image.id.as_str().is_empty()
        );
    }
    if let Some(list) = result::<ImageListDocument>(body) {
        list.images
            .into_iter()
            .map(image_from_document)
            .for_each(drop);
    }
    if let Some(list) = result::<VariantListDocument>(body) {
        list.variants
            .values()
            .map(variant_from_document)
            .for_each(drop);
    }
    if let Some(answer) = result::<VariantAnswerDocument>(body) {
        drop(variant_from_document(&answer.variant));
    }
    drop(result::<DirectUploadDocument>(body));
    drop(result::<KeysDocument>(body));
    drop(result::<StatsDocument>(body));
    drop(result::<ConfigDocument>(body));
    drop(result::<BatchTokenDocument>(body));
    drop(result::<TokenStatusDocument>(body));
});

fn result<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    serde_json::from_slice::<Envelope<T>>(body).ok()?.result
}
