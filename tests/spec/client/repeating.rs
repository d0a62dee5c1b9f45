//! What is harmless to repeat is repeated, and nothing else.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use lenticular::api::{DirectUploadSpec, ErrorKind, RetryNotice};
use lenticular::model::{ImageId, KeyName, Variant, VariantId, VariantOptions};

use super::peer::{IMAGE, Peer, STATS, Step, answer, failure, success};
use super::{client_at, editor_of};

fn busy() -> Step {
    Step::Write(failure("503 Service Unavailable", 5503, "unavailable"))
}

#[tokio::test]
async fn a_read_survives_a_busy_server_and_a_lost_connection() {
    let lost = Step::Write(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"res".to_vec());
    let peer = Peer::start([busy(), Step::Close, lost, Step::Write(success(STATS))]).await;
    let notices = Arc::new(Mutex::new(Vec::<RetryNotice>::new()));
    let seen = Arc::clone(&notices);
    let client = client_at(&peer.api_base()).observed_by(Arc::new(move |notice| {
        seen.lock().unwrap().push(notice.clone());
    }));
    assert_eq!(client.stats().await.unwrap().current, 3);
    assert_eq!(peer.received().len(), 4);
    let numbers: Vec<_> = notices
        .lock()
        .unwrap()
        .iter()
        .map(|n| (n.attempt, n.max_attempts))
        .collect();
    assert_eq!(numbers, [(2, 4), (3, 4), (4, 4)]);
}

#[tokio::test]
async fn four_tries_are_enough() {
    let peer = Peer::start([busy()]).await;
    let error = client_at(&peer.api_base()).stats().await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::ServerUnavailable);
    assert_eq!(peer.received().len(), 4);
}

#[tokio::test]
async fn what_cannot_get_better_is_asked_once() {
    for (status, code) in [
        ("404 Not Found", 5404),
        ("403 Forbidden", 9109),
        ("400 Bad Request", 5400),
    ] {
        let peer = Peer::answering(failure(status, code, "no")).await;
        client_at(&peer.api_base()).stats().await.unwrap_err();
        assert_eq!(peer.received().len(), 1, "{code}");
    }
}

#[tokio::test]
async fn a_deletion_whose_answer_was_lost_is_a_deletion() {
    let gone = || Step::Write(failure("404 Not Found", 5404, "Image not found"));
    let id = ImageId::from_server("a");
    let peer = Peer::start([Step::Close, gone()]).await;
    editor_of(&peer).delete(&id).await.unwrap();
    let peer = Peer::start([gone()]).await;
    let error = editor_of(&peer).delete(&id).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::NotFound);
}

#[tokio::test]
async fn a_variant_whose_answer_was_lost_is_not_taken_for_another_ones() {
    let taken = || Step::Write(failure("409 Conflict", 5409, "Resource already exists"));
    let ours =
        r#"{"variant":{"id":"hero","options":{"fit":"scale-down","metadata":"none","width":800}}}"#;
    let theirs = ours.replace("800", "400");
    let variant = Variant {
        id: VariantId::new("hero").unwrap(),
        options: VariantOptions {
            width: Some(800),
            ..VariantOptions::default()
        },
        never_require_signed_urls: false,
    };
    let peer = Peer::start([Step::Close, taken(), Step::Write(success(ours))]).await;
    assert_eq!(
        editor_of(&peer).create_variant(&variant).await.unwrap(),
        variant
    );
    let peer = Peer::start([Step::Close, taken(), Step::Write(success(&theirs))]).await;
    let error = editor_of(&peer).create_variant(&variant).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Conflict);
    let peer = Peer::start([taken()]).await;
    assert!(editor_of(&peer).create_variant(&variant).await.is_err());
    assert_eq!(peer.received().len(), 1);
}

#[tokio::test]
async fn a_reservation_is_repeated_unless_it_would_meet_itself() {
    let reserved =
        r#"{"id":"2cdc28f0-017a-49c4-9ed7-87056c839010","uploadURL":"http://127.0.0.1:1/h/i"}"#;
    let peer = Peer::start([Step::Close, Step::Write(success(reserved))]).await;
    let reservation = editor_of(&peer)
        .reserve(&DirectUploadSpec::default())
        .await
        .unwrap();
    assert_eq!(reservation.url.expose(), "http://127.0.0.1:1/h/i");
    let body = peer.received()[1].text();
    assert!(
        body.contains("name=\"requireSignedURLs\"\r\n\r\nfalse\r\n"),
        "{body}"
    );
    assert!(body.contains("name=\"expiry\"\r\n\r\n2"), "{body}");
    let peer = Peer::start([Step::Close]).await;
    let spec = DirectUploadSpec {
        id: Some(ImageId::custom("mine").unwrap()),
        ..Default::default()
    };
    assert!(
        editor_of(&peer)
            .reserve(&spec)
            .await
            .unwrap_err()
            .is_in_doubt()
    );
    assert_eq!(peer.received().len(), 1);
}

#[tokio::test]
async fn a_key_is_never_made_twice() {
    let peer = Peer::start([Step::Close]).await;
    let name = KeyName::new("backup").unwrap();
    assert!(editor_of(&peer).put_key(&name).await.is_err());
    assert_eq!(peer.received().len(), 1);
}

#[tokio::test]
async fn the_wait_that_the_service_names_is_kept_by_all_requests() {
    let headers = [("content-type", "application/json"), ("retry-after", "1")];
    let refusal = r#"{"success":false,"errors":[{"code":971,"message":"Please wait"}]}"#;
    let refusal = answer("429 Too Many Requests", &headers, refusal);
    let peer = Peer::start([Step::Write(refusal), Step::Write(success(STATS))]).await;
    let client = client_at(&peer.api_base());
    let start = Instant::now();
    let bulk = client.bulk();
    let other = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let waiting = bulk.stats();
        let watching = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            assert!(client.waiting_until().is_some());
        };
        tokio::join!(waiting, watching).0
    };
    let (first, second) = tokio::join!(client.stats(), other);
    assert_eq!((first.unwrap().current, second.unwrap().current), (3, 3));
    assert!(start.elapsed() >= Duration::from_millis(990));
    assert_eq!(peer.received().len(), 3);
    assert_eq!(client.waiting_until(), None);
}

#[tokio::test]
async fn a_person_is_told_of_a_long_wait_and_does_not_sit_through_it() {
    let refusal = answer("429 Too Many Requests", &[("retry-after", "300")], "");
    let peer = Peer::answering(refusal).await;
    let client = client_at(&peer.api_base());
    let start = Instant::now();
    for _ in 0..2 {
        let error = client.stats().await.unwrap_err();
        let wait = error.retry_after().unwrap();
        assert!(wait > Duration::from_secs(290), "{wait:?}");
    }
    assert!(start.elapsed() < Duration::from_secs(2));
    assert_eq!(peer.received().len(), 1, "the second is not even sent");
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up() {
    let peer = Peer::start([Step::Silence]).await;
    let id = ImageId::from_server("a");
    let change = lenticular::model::ImageChange::default();
    let error = editor_of(&peer).edit(&id, change).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Timeout);
    let peer = Peer::start([Step::Silence, Step::Write(success(IMAGE))]).await;
    assert!(client_at(&peer.api_base()).details(&id).await.is_ok());
}
