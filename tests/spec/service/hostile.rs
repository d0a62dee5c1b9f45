//! Requests that no good client sends: each gets its answer, and the next client is served.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{FILE, RAW, Service, png, raw_form, raw_part, token};

/// The head of a part named `file` that has no file name.
const UNNAMED: &str = "Content-Disposition: form-data; name=\"file\"";

/// The service, where it speaks plain HTTP; an account on the Internet does not.
async fn plain() -> Option<Service> {
    let service = Service::start().await;
    service.server.plain_host()?;
    Some(service)
}

async fn connect(service: &Service) -> TcpStream {
    let host = service.server.plain_host().unwrap();
    TcpStream::connect(host).await.unwrap()
}

/// Writes bytes and reads until the server closes, or for at most ten seconds.
async fn exchange(service: &Service, bytes: &[u8]) -> String {
    let mut stream = connect(service).await;
    stream.write_all(bytes).await.ok();
    read_all(&mut stream).await
}

async fn read_all(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer))
        .await
        .ok();
    String::from_utf8_lossy(&answer).into_owned()
}

fn upload_head(service: &Service, more: &str) -> String {
    format!(
        "POST /client/v4/accounts/{}/images/v1 HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n\
         content-type: {RAW}\r\nconnection: close\r\n{more}\r\n\r\n",
        service.server.account_id(),
        service.server.plain_host().unwrap(),
        token()
    )
}

/// A connection on which an upload has begun: one part, under this head, of what was announced.
async fn half_an_upload(service: &Service, part_head: &str) -> TcpStream {
    let mut stream = connect(service).await;
    let head = upload_head(service, "content-length: 100000");
    let part = raw_part(part_head, &png(8, 6));
    let sent = [head.as_bytes(), &part].concat();
    stream.write_all(&sent).await.unwrap();
    stream
}

/// The first bytes that come, within so many seconds.
async fn first_words(stream: &mut TcpStream, seconds: u64) -> String {
    let mut answer = vec![0; 1000];
    let reading = stream.read(&mut answer);
    let length = tokio::time::timeout(Duration::from_secs(seconds), reading).await;
    let length = length.unwrap().unwrap();
    String::from_utf8_lossy(&answer[..length]).into_owned()
}

fn assert_envelope(answer: &str, status: &str, code: u32) {
    assert!(
        answer.starts_with(&format!("HTTP/1.1 {status} ")),
        "{answer}"
    );
    assert!(
        answer.contains("content-type: application/json"),
        "{answer}"
    );
    assert!(answer.contains(&format!("\"code\":{code}")), "{answer}");
}

#[tokio::test]
async fn a_body_that_ends_inside_a_part_is_the_clients_fault() {
    let Some(service) = plain().await else {
        return;
    };
    let form = raw_form(&[raw_part(UNNAMED, &png(8, 6))]);
    let cut = &form[..form.len() - 20];
    let head = upload_head(&service, &format!("content-length: {}", cut.len()));
    let answer = exchange(&service, &[head.as_bytes(), cut].concat()).await;
    assert_envelope(&answer, "400", 5450);
}

#[tokio::test]
async fn a_connection_that_ends_inside_a_part_hurts_nobody() {
    let Some(service) = plain().await else {
        return;
    };
    let mut stream = half_an_upload(&service, UNNAMED).await;
    stream.shutdown().await.unwrap();
    let answer = read_all(&mut stream).await;
    assert!(!answer.contains(" 500 "), "{answer}");
    service.upload_png().await;
}

#[tokio::test]
async fn a_connection_that_ends_inside_a_part_leaves_no_bytes() {
    let Some(service) = Service::owned().await else {
        return;
    };
    drop(half_an_upload(&service, FILE).await);
    service.upload_png().await;
    let incoming = service.folder().join("originals/incoming");
    for _ in 0..100 {
        if std::fs::read_dir(&incoming).unwrap().count() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("half an upload stays in {}", incoming.display());
}

#[tokio::test]
async fn a_client_that_waits_for_leave_to_send_gets_it() {
    let Some(service) = plain().await else {
        return;
    };
    let form = raw_form(&[raw_part(FILE, &png(8, 6))]);
    let more = format!("content-length: {}\r\nexpect: 100-continue", form.len());
    let mut stream = connect(&service).await;
    let head = upload_head(&service, &more);
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut start = [0; 25];
    tokio::time::timeout(Duration::from_secs(5), stream.read_exact(&mut start))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(&start, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(&form).await.unwrap();
    let answer = read_all(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let id = answer.split("\"id\":\"").nth(1).unwrap();
    let id = id.split('"').next().unwrap();
    service.delete(&Service::path_of(id)).await.result();
}

#[tokio::test]
async fn two_requests_on_one_connection_are_answered_in_turn() {
    let Some(service) = plain().await else {
        return;
    };
    let head = |last: bool, path: &str| {
        format!(
            "GET /client/v4/accounts/{}/images/{path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n{}\r\n",
            service.server.account_id(),
            service.server.plain_host().unwrap(),
            token(),
            if last { "connection: close\r\n" } else { "" }
        )
    };
    let both = head(false, "v3") + &head(true, "v1/variants/public");
    let answer = exchange(&service, both.as_bytes()).await;
    let second = answer.rfind("HTTP/1.1 ").unwrap();
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    assert!(answer[second..].starts_with("HTTP/1.1 200 "), "{answer}");
}

#[tokio::test]
async fn a_chunk_size_that_is_no_number_is_the_clients_fault() {
    let Some(service) = plain().await else {
        return;
    };
    let head = upload_head(&service, "transfer-encoding: chunked");
    let answer = exchange(&service, &[head.as_bytes(), b"xyz\r\n"].concat()).await;
    assert_envelope(&answer, "400", 5450);
}

#[tokio::test]
async fn a_form_of_100_000_fields_is_refused() {
    let service = Service::start().await;
    let field = raw_part("Content-Disposition: form-data; name=\"metadata[a]\"", b"1");
    let mut form = field.repeat(100_000);
    form.extend_from_slice(b"--b--\r\n");
    service.upload_raw(RAW, form).await.refused(400, 5400);
}

#[tokio::test]
async fn a_part_whose_headers_never_end_is_refused() {
    let service = Service::start().await;
    let mut form = b"--b\r\nX: ".to_vec();
    form.resize(4 * 1024 * 1024, b'x');
    service.upload_raw(RAW, form).await.refused(400, 5450);
    let preamble = vec![b'x'; 4 * 1024 * 1024];
    service.upload_raw(RAW, preamble).await.refused(400, 5450);
}

#[tokio::test]
async fn an_announced_length_of_2_gb_is_refused_before_the_body() {
    let Some(service) = plain().await else {
        return;
    };
    let head = upload_head(&service, "content-length: 2147483648");
    let mut stream = connect(&service).await;
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&[b'x'; 10_000]).await.unwrap();
    assert_envelope(&first_words(&mut stream, 5).await, "413", 7011);
}

#[tokio::test]
async fn deep_json_is_refused() {
    let service = Service::start().await;
    let deep = format!(
        "{{\"metadata\":{}{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let path = Service::path_of(&service.upload_png().await);
    let request = service.request(reqwest::Method::PATCH, &path).body(deep);
    super::send(request).await.refused(400, 5400);
}

#[tokio::test]
async fn a_document_over_1_mb_is_refused() {
    let service = Service::start().await;
    let request = service
        .request(reqwest::Method::PATCH, "v1/config")
        .body(vec![b' '; 1024 * 1024 + 1]);
    super::send(request).await.refused(413, 7011);
}

#[tokio::test]
async fn a_path_that_is_too_long_is_refused_in_the_envelope() {
    let Some(service) = plain().await else {
        return;
    };
    for len in [40_000, 70_000] {
        let answer = exchange(
            &service,
            format!(
                "GET /client/v4/{} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
                "a".repeat(len)
            )
            .as_bytes(),
        )
        .await;
        assert_envelope(&answer, "414", 7012);
    }
}

#[tokio::test]
async fn what_is_no_http_is_refused_in_the_envelope() {
    let Some(service) = plain().await else {
        return;
    };
    let answer = exchange(&service, b"\x16\x03\x01 hello\r\n\r\n").await;
    assert_envelope(&answer, "400", 6003);
    let head = format!(
        "GET / HTTP/1.1\r\nhost: localhost\r\n{}\r\n",
        "x-a: b\r\n".repeat(500)
    );
    assert_envelope(&exchange(&service, head.as_bytes()).await, "431", 6003);
}

#[tokio::test]
async fn a_request_without_a_host_is_refused() {
    let Some(service) = plain().await else {
        return;
    };
    let answer = exchange(
        &service,
        b"GET /client/v4/user/tokens/verify HTTP/1.1\r\nconnection: close\r\n\r\n",
    )
    .await;
    assert_envelope(&answer, "403", 1003);
}

#[tokio::test]
async fn a_refusal_reaches_a_client_that_sends_everything_before_it_reads() {
    let Some(service) = plain().await else {
        return;
    };
    let body = vec![b'x'; 30 * 1024 * 1024];
    let head = upload_head(&service, &format!("content-length: {}", body.len()));
    let head = head.replace(token(), "another-token");
    let mut stream = connect(&service).await;
    stream.write_all(head.as_bytes()).await.unwrap();
    // Were the connection cut after the refusal, this would fail, and the answer would be lost.
    stream.write_all(&body).await.unwrap();
    assert_envelope(&read_all(&mut stream).await, "401", 10000);
}

/// Takes as long as the service waits: fifteen seconds.
#[tokio::test]
async fn a_sender_that_falls_silent_is_told_that_it_was_too_slow() {
    let Some(service) = plain().await else {
        return;
    };
    let mut stream = half_an_upload(&service, FILE).await;
    let answer = first_words(&mut stream, 25).await;
    assert_envelope(&answer, "408", 5408);
    assert!(answer.contains("Client was sending upload too slowly"));
}
