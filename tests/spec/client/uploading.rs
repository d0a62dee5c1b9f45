//! Uploads: streamed, counted, cancelled, never repeated.

use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use lenticular::api::{ErrorKind, Upload, UploadBody};
use lenticular::model::{ImageId, Metadata, Secret};
use tempfile::TempDir;

use super::peer::{IMAGE, Peer, Step, failure, success};
use super::{TOKEN, editor_of};

type Log = Arc<Mutex<Vec<(u64, u64)>>>;

fn log() -> (Log, impl Fn(u64, u64) + Send + Sync + 'static) {
    let log = Log::default();
    let seen = Arc::clone(&log);
    (log, move |sent, total| {
        seen.lock().unwrap().push((sent, total));
    })
}

/// A file that says it is a PNG, of that many bytes.
fn file(folder: &TempDir, name: &str, len: usize) -> PathBuf {
    let path = folder.path().join(name);
    let mut bytes = vec![7; len.max(8)];
    bytes[..8].copy_from_slice(b"\x89PNG\r\n\x1a\n");
    std::fs::write(&path, bytes).unwrap();
    path
}

fn upload_of(path: PathBuf) -> Upload {
    Upload::new(UploadBody::File(path))
}

#[tokio::test]
async fn a_file_arrives_whole_and_its_progress_ends_at_its_length() {
    let folder = tempfile::tempdir().unwrap();
    let len = 300_000;
    let path = file(&folder, "größe 写真 \"1\".png", len);
    let peer = Peer::answering(success(IMAGE)).await;
    let (log, progress) = log();
    let upload = Upload {
        id: Some(ImageId::custom("brand/größe").unwrap()),
        metadata: Metadata::parse(r#"{"alt":"Düne"}"#).unwrap(),
        creator: Some("me".to_owned()),
        ..upload_of(path.clone())
    };
    let image = editor_of(&peer).upload(upload, progress).await.unwrap();
    assert_eq!(image.display_name(), "a.png");

    let log = log.lock().unwrap().clone();
    assert_eq!(
        (log[0], *log.last().unwrap()),
        ((0, len as u64), (len as u64, len as u64))
    );
    assert!(log.windows(2).all(|pair| pair[0].0 < pair[1].0), "{log:?}");
    assert!(log.len() >= 5, "a bar that moves: {log:?}");

    let request = peer.first().await;
    assert!(request.line().starts_with("POST /client/v4/accounts/") && request.is_complete);
    assert_eq!(
        request.header("authorization"),
        Some(format!("Bearer {TOKEN}").as_str())
    );
    assert!(
        request
            .header("content-type")
            .unwrap()
            .starts_with("multipart/form-data; boundary=")
    );
    let body = request.text();
    for part in [
        "name=\"requireSignedURLs\"\r\n\r\nfalse\r\n",
        "name=\"id\"\r\n\r\nbrand/größe\r\n",
        "name=\"metadata\"\r\n\r\n{\"alt\":\"Düne\"}\r\n",
        "name=\"creator\"\r\n\r\nme\r\n",
        "name=\"file\"; filename=\"größe 写真 %221%22.png\"\r\nContent-Type: image/png\r\n\r\n",
    ] {
        assert!(body.contains(part), "{part}");
    }
    let bytes = std::fs::read(path).unwrap();
    assert!(request.body.windows(len).any(|window| window == bytes));
}

#[tokio::test]
async fn a_url_is_sent_as_a_field_of_the_form() {
    let peer = Peer::answering(success(IMAGE)).await;
    let url = Secret::new("https://user:pass@example.com/a.png".to_owned());
    let editor = editor_of(&peer);
    editor
        .upload(Upload::new(UploadBody::Url(url)), |_, _| {})
        .await
        .unwrap();
    let body = peer.first().await.text();
    assert!(
        body.contains("name=\"url\"\r\n\r\nhttps://user:pass@example.com/a.png\r\n"),
        "{body}"
    );
    assert!(!body.contains("name=\"file\""));
}

#[tokio::test]
async fn a_one_time_url_gets_the_file_and_no_token() {
    let peer = Peer::answering(success(IMAGE)).await;
    let url = Secret::new(format!("{}/hash/brand%2Flogo", peer.origin()));
    let body = UploadBody::Bytes(Bytes::from_static(b"GIF89a"));
    editor_of(&peer)
        .send_to(&url, body, Some("a.gif".to_owned()), |_, _| {})
        .await
        .unwrap();
    let request = peer.first().await;
    assert_eq!(request.line(), "POST /hash/brand%2Flogo HTTP/1.1");
    assert_eq!(request.header("authorization"), None);
    assert!(
        request
            .text()
            .contains("name=\"file\"; filename=\"a.gif\"\r\nContent-Type: image/gif")
    );
}

#[tokio::test]
async fn a_refused_upload_says_why_and_is_not_repeated() {
    for (status, code, expected) in [
        ("413 Payload Too Large", 5413, ErrorKind::TooLarge),
        (
            "415 Unsupported Media Type",
            5455,
            ErrorKind::UnsupportedType,
        ),
        ("409 Conflict", 5409, ErrorKind::Conflict),
        (
            "503 Service Unavailable",
            5503,
            ErrorKind::ServerUnavailable,
        ),
    ] {
        let peer = Peer::answering(failure(status, code, "no")).await;
        let body = UploadBody::Bytes(Bytes::from_static(b"GIF89a"));
        let error = editor_of(&peer)
            .upload(Upload::new(body), |_, _| {})
            .await
            .unwrap_err();
        assert_eq!(error.kind(), &expected);
        assert_eq!(peer.received().len(), 1);
    }
    let plain = b"HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\ncontent-length: 19\r\n\r\nERROR 5403: expired".to_vec();
    let peer = Peer::answering(plain).await;
    let url = Secret::new(format!("{}/hash/secretid", peer.origin()));
    let body = UploadBody::Bytes(Bytes::from_static(b"GIF89a"));
    let error = editor_of(&peer)
        .send_to(&url, body, None, |_, _| {})
        .await
        .unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::LinkExpired);
    assert!(!format!("{error:?} {error}").contains("secretid"));
}

#[tokio::test]
async fn a_refusal_that_comes_before_the_file_is_through_is_heard() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "a.png", 30 << 20);
    let early = failure(
        "413 Payload Too Large",
        5413,
        "Maximum image size of 10 MB is reached",
    );
    let peer = Peer::start([Step::AnswerEarly(early)]).await;
    let error = editor_of(&peer)
        .upload(upload_of(path), |_, _| {})
        .await
        .unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::TooLarge, "{error:?}");
}

#[tokio::test]
async fn cancelling_stops_the_sending_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let len = 64 << 20;
    let path = file(&folder, "a.png", len);
    let peer = Peer::start([Step::ReadSlowly(16 << 10)]).await;
    let editor = editor_of(&peer);
    let (log, progress) = log();
    let task = tokio::spawn(async move { editor.upload(upload_of(path), progress).await });
    while log.lock().unwrap().len() < 3 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    task.abort();
    let cancelled = Instant::now();
    let count = log.lock().unwrap().len();
    let received = peer.first().await;
    assert!(
        !received.is_complete && received.body.len() < len,
        "{}",
        received.body.len()
    );
    assert!(cancelled.elapsed() < Duration::from_secs(10));
    // One piece may have been under way.
    assert!(log.lock().unwrap().len() <= count + 1);
}

#[tokio::test]
async fn an_upload_that_no_longer_moves_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, "a.png", 64 << 20);
    let peer = Peer::start([Step::StopReading]).await;
    let start = Instant::now();
    let error = editor_of(&peer)
        .upload(upload_of(path), |_, _| {})
        .await
        .unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::UploadTooSlow);
    assert!(error.is_in_doubt() && start.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn an_upload_whose_answer_does_not_come_is_in_doubt() {
    for step in [Step::Silence, Step::Close] {
        let peer = Peer::start([step]).await;
        let body = UploadBody::Bytes(Bytes::from_static(b"GIF89a"));
        let error = editor_of(&peer)
            .upload(Upload::new(body), |_, _| {})
            .await
            .unwrap_err();
        assert!(error.is_in_doubt(), "{error:?}");
        assert_eq!(peer.received().len(), 1);
    }
}

#[tokio::test]
async fn a_file_that_changes_while_it_is_sent_is_not_stored() {
    for grows in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let path = file(&folder, "a.png", 8 << 20);
        let peer = Peer::start([Step::ReadSlowly(256 << 10)]).await;
        let editor = editor_of(&peer);
        let changing = path.clone();
        let progress = move |sent: u64, _| {
            if (1..200_000).contains(&sent) {
                let file = std::fs::OpenOptions::new().append(true).open(&changing);
                let mut file = file.unwrap();
                if grows {
                    file.write_all(b"more").unwrap();
                } else {
                    file.set_len(1 << 20).unwrap();
                }
            }
        };
        let error = editor.upload(upload_of(path), progress).await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::FileChanged, "{error:?}");
        assert!(!peer.first().await.is_complete);
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_is_said_so_without_its_path() {
    let peer = Peer::answering(success(IMAGE)).await;
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().join("gone.png"), folder.path().to_owned()] {
        let error = editor_of(&peer)
            .upload(upload_of(path), |_, _| {})
            .await
            .unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::FileUnreadable);
        let folder = folder.path().to_str().unwrap();
        assert!(!format!("{error:?} {error}").contains(folder));
    }
    assert!(peer.received().is_empty());
}

#[tokio::test]
async fn an_empty_file_is_sent_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("empty.png");
    std::fs::write(&path, b"").unwrap();
    let peer = Peer::answering(failure("415 Unsupported Media Type", 5455, "no")).await;
    let error = editor_of(&peer)
        .upload(upload_of(path), |_, _| {})
        .await
        .unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::UnsupportedType);
}
