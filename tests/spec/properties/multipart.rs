//! Forms: however they are cut into pieces, and whatever they hold.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::Bench;
use crate::service::{Answer, FILE, RAW, Service, png, raw_field, raw_form, raw_part};

/// A body that arrives in pieces of those lengths, again and again.
fn in_pieces(body: &[u8], lengths: &[usize]) -> reqwest::Body {
    let mut rest = body;
    let mut pieces: Vec<Result<Vec<u8>, std::io::Error>> = Vec::new();
    for length in lengths.iter().cycle() {
        let (piece, after) = rest.split_at((*length).min(rest.len()));
        if !piece.is_empty() {
            pieces.push(Ok(piece.to_owned()));
        }
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    reqwest::Body::wrap_stream(futures_util::stream::iter(pieces))
}

/// What a form says: its parts in some order, with text around them.
#[derive(Clone, Debug)]
struct Sent {
    metadata: Value,
    creator: String,
    file: Vec<u8>,
    body: Vec<u8>,
}

prop_compose! {
    fn sent()(
        name in "[a-z]{1,8}",
        text in "\\PC{0,60}",
        creator in "[^\\x00-\\x1f]{1,40}",
        tail in prop::collection::vec(any::<u8>(), 0..200),
        preamble in "([a-z :]{0,20}\r\n)?",
        epilogue in "[a-z\r\n :-]{0,20}",
        order in Just(vec![0, 1, 2, 3]).prop_shuffle(),
    ) -> Sent {
        let metadata = json!({name: text});
        // What stands around the parts holds no line that could begin one: that would be a fault.
        // Bytes behind a picture belong to its file, whatever they look like.
        let mut file = png(8, 6);
        file.extend(tail);
        let parts = [
            raw_field("metadata", &metadata.to_string()),
            raw_field("creator", &creator),
            raw_part(FILE, &file),
            raw_field("other", "-b"),
        ];
        let parts: Vec<Vec<u8>> = order.into_iter().map(|at: usize| parts[at].clone()).collect();
        let body = [preamble.as_bytes(), &raw_form(&parts), epilogue.as_bytes()].concat();
        Sent { metadata, creator, file, body }
    }
}

#[test]
fn a_form_means_the_same_however_it_is_cut_into_pieces() {
    let bench = Bench::new();
    let service = &bench.service;
    let lengths = prop_oneof![
        prop::collection::vec(1_usize..4, 1..4),
        prop::collection::vec(1_usize..40, 1..6),
        prop::collection::vec(1_usize..2000, 1..6),
    ];
    bench.check(
        file!(),
        60,
        &(sent(), lengths),
        |(sent, lengths)| async move {
            let answer = service
                .upload_raw(RAW, in_pieces(&sent.body, &lengths))
                .await;
            prop_assert_eq!(answer.status, 200, "{}", answer.json());
            let image = answer.result();
            prop_assert_eq!(&image["meta"], &sent.metadata);
            prop_assert_eq!(&image["creator"], &json!(sent.creator));
            prop_assert_eq!(&image["filename"], "a.png");
            let path = Service::path_of(image["id"].as_str().unwrap());
            let blob = service.get(&format!("{path}/blob")).await;
            prop_assert_eq!(blob.body, sent.file);
            service.delete(&path).await.result();
            Ok(())
        },
    );
}

/// Bytes that resemble a form more or less.
fn garbage() -> impl Strategy<Value = Vec<u8>> {
    let pieces: &[&[u8]] = &[
        b"--b",
        b"--b--",
        b"\r\n",
        b"\r\n\r\n",
        b"--",
        b"\n",
        b"\r",
        b"\0",
        b":",
        b"; ",
        b"=",
        b"\"",
        b"Content-Disposition: form-data; name=\"id\"",
        b"Content-Disposition: form-data; name=\"file\"",
        b"Content-Disposition: form-data",
        b"Content-Disposition: attachment; name=",
        b"Content-Type: application/json",
        b"metadata[a][",
        b"name=\"metadata[a]\"",
        b"filename*=utf-8''%ff",
        b"{\"a\":1}",
        b"\xff\xfe",
        b"\x89PNG\r\n\x1a\n",
        b"x",
    ];
    let pieces: Vec<Vec<u8>> = pieces.iter().map(|piece| piece.to_vec()).collect();
    let mixed = prop::collection::vec(prop::sample::select(pieces), 0..40)
        .prop_map(|pieces| pieces.concat());
    prop_oneof![mixed, prop::collection::vec(any::<u8>(), 0..400)]
}

/// A body is the client's, so a fault in it is, too.
fn assert_clients_fault(answer: &Answer) -> Result<(), TestCaseError> {
    prop_assert!(
        matches!(answer.status, 400 | 413 | 415 | 422),
        "{}: {}",
        answer.status,
        String::from_utf8_lossy(&answer.body)
    );
    prop_assert!(answer.json()["errors"][0]["code"].is_u64());
    Ok(())
}

#[test]
fn no_body_of_an_upload_makes_the_service_fail() {
    let bench = Bench::new();
    let service = &bench.service;
    let content_type = prop_oneof![
        4 => Just(RAW.to_owned()),
        1 => "multipart/form-data; ?boundary=[ -~]{0,80}",
        1 => "[!-~][ -~]{0,40}",
    ];
    let inputs = (
        content_type,
        garbage(),
        prop::collection::vec(1_usize..50, 1..4),
    );
    bench.check(
        file!(),
        200,
        &inputs,
        |(content_type, body, lengths)| async move {
            let answer = service
                .upload_raw(&content_type, in_pieces(&body, &lengths))
                .await;
            assert_clients_fault(&answer)
        },
    );
    bench.runtime.block_on(service.upload_png());
}

#[test]
fn no_body_of_a_reservation_makes_the_service_fail() {
    let bench = Bench::new();
    let service = &bench.service;
    let content_type = prop::sample::select(vec![
        RAW,
        "application/json",
        "application/x-www-form-urlencoded",
        "text/plain",
    ]);
    let json = "[\\[\\]{}\",:0-9a-z \\\\]{0,80}".prop_map(String::into_bytes);
    let inputs = (content_type, prop_oneof![garbage(), json]);
    bench.check(file!(), 120, &inputs, |(content_type, body)| async move {
        let request = service.request(reqwest::Method::POST, "v2/direct_upload");
        let answer =
            crate::service::send(request.header("content-type", content_type).body(body)).await;
        if answer.status == 200 {
            let id = answer.image_id();
            service.delete(&Service::path_of(&id)).await.result();
            return Ok(());
        }
        assert_clients_fault(&answer)
    });
}

#[test]
fn a_form_that_is_cut_off_anywhere_stores_nothing() {
    let bench = Bench::new();
    let service = &bench.service;
    let id = service.id("cut");
    let id = id.as_str();
    let parts = [
        raw_field("id", id),
        raw_part(FILE, &png(8, 6)),
        raw_field("creator", "ann"),
    ];
    let whole = raw_form(&parts);
    // Without the line break at its end, and even without the closing hyphens, all parts are there.
    let cut = 0..whole.len() - 8;
    let whole = whole.as_slice();
    bench.check(file!(), 60, &cut, |at| async move {
        let answer = service.upload_raw(RAW, whole[..at].to_vec()).await;
        assert_clients_fault(&answer)?;
        service.get(&Service::path_of(id)).await.refused(404, 5404);
        Ok(())
    });
}
