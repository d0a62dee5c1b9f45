//! Requests that no good client sends: each gets its answer, and the next client is served.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{RAW, Service, TOKEN, png, raw_form, raw_part};

async fn connect(service: &Service) -> TcpStream {
    TcpStream::connect(service.server.addr()).await.unwrap()
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
        "POST /client/v4/accounts/{}/images/v1 HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {TOKEN}\r\n\
         content-type: {RAW}\r\nconnection: close\r\n{more}\r\n\r\n",
        service.server.account_id(),
        service.server.addr()
    )
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
    let service = Service::start().await;
    let form = raw_form(&[raw_part(
        "Content-Disposition: form-data; name=\"file\"",
        &png(8, 6),
    )]);
    let cut = &form[..form.len() - 20];
    let head = upload_head(&service, &format!("content-length: {}", cut.len()));
    let answer = exchange(&service, &[head.as_bytes(), cut].concat()).await;
    assert_envelope(&answer, "400", 5450);
}

#[tokio::test]
async fn a_connection_that_ends_inside_a_part_hurts_nobody() {
    let service = Service::start().await;
    let mut stream = connect(&service).await;
    let head = upload_head(&service, "content-length: 100000");
    let part = raw_part("Content-Disposition: form-data; name=\"file\"", &png(8, 6));
    stream
        .write_all(&[head.as_bytes(), &part].concat())
        .await
        .unwrap();
    stream.shutdown().await.unwrap();
    let answer = read_all(&mut stream).await;
    assert!(!answer.contains(" 500 "), "{answer}");
    service.upload_png().await;
    let incoming = service.folder.path().join("originals/incoming");
    assert_eq!(std::fs::read_dir(incoming).unwrap().count(), 0);
}

#[tokio::test]
async fn a_chunk_size_that_is_no_number_is_the_clients_fault() {
    let service = Service::start().await;
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
    let service = Service::start().await;
    let head = upload_head(&service, "content-length: 2147483648");
    let mut stream = connect(&service).await;
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&[b'x'; 10_000]).await.unwrap();
    let mut start = vec![0; 400];
    let len = tokio::time::timeout(Duration::from_secs(5), stream.read(&mut start))
        .await
        .unwrap()
        .unwrap();
    assert_envelope(&String::from_utf8_lossy(&start[..len]), "413", 7011);
}

#[tokio::test]
async fn deep_json_is_refused() {
    let service = Service::start().await;
    let deep = format!(
        "{{\"metadata\":{}{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let request = service.request(reqwest::Method::PATCH, "v1/x").body(deep);
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
    let service = Service::start().await;
    for len in [40_000, 70_000] {
        let answer = exchange(
            &service,
            format!(
                "GET /client/v4/{} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n",
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
    let service = Service::start().await;
    let answer = exchange(&service, b"\x16\x03\x01 hello\r\n\r\n").await;
    assert_envelope(&answer, "400", 6003);
    let head = format!(
        "GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n{}\r\n",
        "x-a: b\r\n".repeat(500)
    );
    assert_envelope(&exchange(&service, head.as_bytes()).await, "431", 6003);
}

#[tokio::test]
async fn a_request_without_a_host_is_refused() {
    let service = Service::start().await;
    let answer = exchange(
        &service,
        b"GET /client/v4/user/tokens/verify HTTP/1.1\r\nconnection: close\r\n\r\n",
    )
    .await;
    assert_envelope(&answer, "403", 1003);
}

#[tokio::test]
async fn a_refusal_reaches_a_client_that_is_still_sending() {
    let service = Service::start().await;
    let mut form = raw_part("Content-Disposition: form-data; name=\"file\"", &png(8, 6));
    form.resize(30 * 1024 * 1024, b'x');
    let url = service.images("v1");
    let request = service
        .http
        .post(url)
        .header("content-type", RAW)
        .body(form);
    super::send(request).await.refused(400, 9106);
}
