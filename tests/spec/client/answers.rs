//! Every form of answer has a meaning, and none can panic.

use lenticular::api::{ErrorKind, ListQuery};
use lenticular::model::{ImageId, Problem, VariantId};

use super::peer::{Peer, Step, answer, failure, json, success};
use super::{TOKEN, client_at};

async fn details_answered(bytes: Vec<u8>) -> lenticular::api::Error {
    let peer = Peer::answering(bytes).await;
    let id = ImageId::from_server("a");
    client_at(&peer.api_base()).details(&id).await.unwrap_err()
}

#[tokio::test]
async fn a_failure_in_json_and_in_plain_text_mean_the_same() {
    let plain = [("content-type", "text/plain"), ("cf-ray", "8f2-AMS")];
    let plain = details_answered(answer(
        "404 Not Found",
        &plain,
        "ERROR 5404: Image not found",
    ))
    .await;
    let json = details_answered(failure("404 Not Found", 5404, "Image not found")).await;
    assert_eq!(plain.kind(), &ErrorKind::NotFound);
    assert_eq!(
        (plain.kind(), plain.code(), plain.message()),
        (json.kind(), json.code(), json.message())
    );
    assert_eq!(plain.ray(), Some("8f2-AMS"));
}

#[tokio::test]
async fn a_web_page_nothing_and_broken_json_are_not_understood() {
    let html = [("content-type", "text/html")];
    for bytes in [
        answer("200 OK", &html, "<html>Sign in to the Wi-Fi</html>"),
        answer("200 OK", &[], ""),
        json("200 OK", r#"{"result":{"id":"a""#),
        json("200 OK", r#"{"success":true,"result":{"id":7}}"#),
        json("200 OK", r#"{"success":true}"#),
        json("200 OK", "[]"),
        answer("302 Found", &[("location", "http://127.0.0.1:1/login")], ""),
        answer("404 Not Found", &html, "<html>nginx</html>"),
    ] {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let error = details_answered(bytes).await;
        assert_eq!(error.kind(), &ErrorKind::NotUnderstood, "{text}");
    }
}

#[tokio::test]
async fn success_is_decided_by_status_and_by_the_envelope() {
    let error = details_answered(failure("200 OK", 5400, "Bad request")).await;
    assert_eq!(
        (error.kind(), error.code()),
        (&ErrorKind::Rejected, Some(5400))
    );
    let error = details_answered(json("500 Internal", r#"{"success":true,"result":{}}"#)).await;
    assert_eq!(error.kind(), &ErrorKind::ServerUnavailable);
}

#[tokio::test]
async fn a_redirect_is_not_followed_with_the_token() {
    let thief = Peer::answering(success("{}")).await;
    let location = format!("{}/steal", thief.origin());
    let error = details_answered(answer(
        "307 Temporary Redirect",
        &[("location", &location)],
        "",
    ))
    .await;
    assert_eq!(error.kind(), &ErrorKind::NotUnderstood);
    assert!(thief.received().is_empty());
}

#[tokio::test]
async fn the_token_is_in_no_error_whatever_the_server_says() {
    let echo = failure(
        "400 Bad Request",
        6003,
        &format!("Bearer {TOKEN} is malformed"),
    );
    let peer = Peer::answering(echo).await;
    let client = client_at(&peer.api_base());
    let error = client.stats().await.unwrap_err();
    let problem = Problem::from(&error);
    let everything = format!("{error} {error:?} {problem} {problem:?} {client:?}");
    assert!(!everything.contains("canary"), "{everything}");
    let request = peer.first().await;
    assert_eq!(
        request.header("authorization"),
        Some(format!("Bearer {TOKEN}").as_str())
    );
}

#[tokio::test]
async fn an_id_is_one_segment_of_the_path_and_never_another_call() {
    let peer = Peer::answering(failure("404 Not Found", 5404, "Image not found")).await;
    let client = client_at(&peer.api_base());
    for id in ["..", ".", "", "keys", "stats"] {
        let error = client.details(&ImageId::from_server(id)).await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::InvalidId, "{id}");
    }
    assert!(peer.received().is_empty());
    drop(
        client
            .details(&ImageId::from_server("../a b/50%/é+?#"))
            .await,
    );
    let line = peer.first().await.line().to_owned();
    assert!(
        line.ends_with("/images/v1/..%2Fa%20b%2F50%25%2F%C3%A9%2B%3F%23 HTTP/1.1"),
        "{line}"
    );
}

#[tokio::test]
async fn a_list_asks_for_the_next_page_with_the_token_of_the_last() {
    let first = success(r#"{"images":[],"continuation_token":"a+/=&b"}"#);
    let last = success(r#"{"images":[],"continuation_token":null}"#);
    let peer = Peer::start([Step::Write(first), Step::Write(last)]).await;
    let client = client_at(&peer.api_base());
    let mut query = ListQuery {
        creator: Some(String::new()),
        ..ListQuery::default()
    };
    query.after = client.list(&query).await.unwrap().next;
    assert!(query.after.is_some());
    assert_eq!(client.list(&query).await.unwrap().next, None);
    let lines: Vec<_> = peer
        .received()
        .iter()
        .map(|r| r.line().to_owned())
        .collect();
    assert!(
        lines[0].contains("per_page=100&sort_order=desc&creator= "),
        "{lines:?}"
    );
    assert!(
        lines[1].contains("continuation_token=a%2B%2F%3D%26b "),
        "{lines:?}"
    );
}

#[tokio::test]
async fn variants_are_read_as_object_and_as_list() {
    for result in [
        r#"{"variants":{"hero":{"id":"hero"}}}"#,
        r#"{"variants":[{"id":"hero"}]}"#,
    ] {
        let peer = Peer::answering(success(result)).await;
        let variants = client_at(&peer.api_base()).variants().await.unwrap();
        assert_eq!(variants[0].id, VariantId::new("hero").unwrap());
    }
}

#[tokio::test]
async fn an_error_line_or_a_web_page_is_never_taken_for_a_picture() {
    let html = answer(
        "200 OK",
        &[("content-type", "text/html; charset=utf-8")],
        "<html>",
    );
    let line = answer(
        "403 Forbidden",
        &[("content-type", "text/plain"), ("cf-resized", "err=9425")],
        "ERROR 9425: Image access denied: the URL has expired",
    );
    let header_only = answer(
        "403 Forbidden",
        &[("cf-images", "internal=no err=9429 q=0")],
        "",
    );
    for (bytes, expected) in [
        (html, ErrorKind::NotUnderstood),
        (line, ErrorKind::SignatureNeeded),
        (header_only, ErrorKind::FlexibleOff),
    ] {
        let peer = Peer::answering(bytes).await;
        let client = client_at(&peer.api_base());
        let url = format!("{}/hash/id/public?exp=1&sig=secretsignature", peer.origin());
        let error = client.fetch_delivery(&url, "image/*").await.unwrap_err();
        assert_eq!(error.kind(), &expected);
        assert!(!format!("{error:?}").contains("secretsignature"));
        assert_eq!(peer.first().await.header("authorization"), None);
    }
    let peer = Peer::answering(answer("200 OK", &[("content-type", "text/html")], "<html>")).await;
    let blob = client_at(&peer.api_base())
        .blob_bytes(&ImageId::from_server("a"), 100)
        .await;
    assert_eq!(blob.unwrap_err().kind(), &ErrorKind::NotUnderstood);
}

#[tokio::test]
async fn only_the_delivery_host_is_asked_for_renditions() {
    let stranger = Peer::answering(answer("200 OK", &[("content-type", "image/png")], "x")).await;
    let client = client_at("http://127.0.0.1:1/client/v4");
    let url = format!("{}/hash/id/public", stranger.origin());
    assert!(client.fetch_delivery(&url, "*/*").await.is_err());
    assert!(stranger.received().is_empty());
}

#[tokio::test]
async fn the_beginning_of_an_original_is_had_without_the_rest() {
    let body = "x".repeat(4 << 20);
    let peer = Peer::answering(answer("200 OK", &[("content-type", "image/png")], &body)).await;
    let client = client_at(&peer.api_base());
    let id = ImageId::from_server("a");
    let prefix = client.blob_prefix(&id, 1000).await.unwrap();
    assert_eq!((prefix.bytes.len(), prefix.length), (1000, Some(4 << 20)));
    assert_eq!(prefix.content_type, "image/png");
    let error = client.blob_bytes(&id, 1 << 20).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::TooLarge);
    assert_eq!(
        client.blob_bytes(&id, 4 << 20).await.unwrap().len(),
        4 << 20
    );
}

#[tokio::test]
async fn an_original_that_breaks_off_is_an_error_and_no_shorter_picture() {
    let mut bytes = answer("200 OK", &[("content-type", "image/png")], "0123456789");
    bytes.truncate(bytes.len() - 3);
    let peer = Peer::answering(bytes).await;
    let mut blob = client_at(&peer.api_base())
        .blob(&ImageId::from_server("a"))
        .await
        .unwrap();
    let error = loop {
        match blob.next_chunk().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("seven of ten bytes are not a picture"),
            Err(error) => break error,
        }
    };
    assert!(
        matches!(error.kind(), ErrorKind::Connection(_)),
        "{error:?}"
    );
}
