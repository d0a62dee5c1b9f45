//! Uploading by URL, from a small server of our own.

use std::sync::Arc;

use reqwest::multipart::Form;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use lenticular::server::ServerConfig;

use super::{Answer, Service, TOKEN, png};

/// Serves fixed answers by path, until the test ends.
async fn origin() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let own = Arc::new(base.clone());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let own = Arc::clone(&own);
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    let Ok(byte) = stream.read_u8().await else {
                        return;
                    };
                    head.push(byte);
                }
                let head = String::from_utf8(head).unwrap();
                let path = head.split(' ').nth(1).unwrap();
                let answer = answer(&own, path);
                stream.write_all(&answer).await.ok();
                stream.shutdown().await.ok();
            });
        }
    });
    base
}

fn answer(base: &str, path: &str) -> Vec<u8> {
    let with = |head: &str, body: &[u8]| {
        let head = format!("HTTP/1.1 {head}\r\nconnection: close\r\n\r\n");
        [head.as_bytes(), body].concat()
    };
    match path {
        "/" | "/pictures/caf%C3%A9.png" | "/pictures/caf%C3%A9.png?x=1" => {
            with("200 OK", &png(8, 6))
        }
        "/page.html" => with("200 OK\r\ncontent-type: image/png", b"<html></html>"),
        "/large.png" => with("200 OK", &vec![0; 11 * 1024 * 1024]),
        "/cut.png" => with("200 OK\r\ncontent-length: 5000", &png(8, 6)),
        "/away" => with(
            &format!("302 Found\r\nlocation: {base}/pictures/caf%C3%A9.png"),
            b"",
        ),
        "/near" => with("302 Found\r\nlocation: /pictures/caf%C3%A9.png", b""),
        "/loop" => with("302 Found\r\nlocation: /loop", b""),
        "/hop5" => with("302 Found\r\nlocation: /hop4", b""),
        "/hop4" => with("303 See Other\r\nlocation: /hop3", b""),
        "/hop3" => with("307 Temporary Redirect\r\nlocation: /hop2", b""),
        "/hop2" => with("308 Permanent Redirect\r\nlocation: /hop1", b""),
        "/hop1" => with("301 Moved Permanently\r\nlocation: /near", b""),
        "/hop" => with("302 Found\r\nlocation: /hop1", b""),
        "/inside" => with("302 Found\r\nlocation: http://127.0.0.1:1/a.png", b""),
        "/empty.png" => with("200 OK\r\ncontent-length: 0", b""),
        "/file" => with("302 Found\r\nlocation: file:///etc/passwd", b""),
        "/error" => with("500 Internal Server Error", b""),
        _ => with("404 Not Found", b""),
    }
}

async fn upload(service: &Service, url: &str) -> Answer {
    service
        .upload(Form::new().text("url", url.to_owned()))
        .await
}

/// A server of its own: only that one surely reaches the small server of this test.
async fn both() -> Option<(Service, String)> {
    Some((Service::owned().await?, origin().await))
}

#[tokio::test]
async fn an_image_is_fetched_from_its_address() {
    let Some((service, origin)) = both().await else {
        return;
    };
    let form = Form::new()
        .text("url", format!("{origin}/pictures/caf%C3%A9.png?x=1"))
        .text("id", "mine")
        .text("metadata", r#"{"source":"external"}"#)
        .text("creator", "ann")
        .text("requireSignedURLs", "false");
    let image = service.upload(form).await.result();
    assert_eq!(image["id"], "mine");
    assert_eq!(image["meta"]["source"], "external");
    assert_eq!(image["creator"], "ann");
    assert_eq!(service.get("v1/mine/blob").await.body, png(8, 6));
}

#[tokio::test]
async fn the_last_part_of_the_address_is_the_file_name() {
    let Some((service, origin)) = both().await else {
        return;
    };
    let url = format!("{origin}/pictures/caf%C3%A9.png?x=1");
    let image = upload(&service, &url).await.result();
    assert_eq!(image["filename"], "café.png");
    let image = upload(&service, &origin).await.result();
    assert_eq!(image["filename"], serde_json::Value::Null);
}

#[tokio::test]
async fn redirects_are_followed_and_the_last_address_gives_the_name() {
    let Some((service, origin)) = both().await else {
        return;
    };
    for path in ["away", "near", "hop"] {
        let image = upload(&service, &format!("{origin}/{path}")).await.result();
        assert_eq!(image["filename"], "café.png");
    }
}

#[tokio::test]
async fn redirects_are_not_followed_for_ever_and_not_anywhere() {
    let Some((service, origin)) = both().await else {
        return;
    };
    for path in ["loop", "hop5", "file", "inside"] {
        let answer = upload(&service, &format!("{origin}/{path}")).await;
        answer.refused(400, 5454);
    }
}

#[tokio::test]
async fn an_address_that_answers_with_an_error_is_refused() {
    let Some((service, origin)) = both().await else {
        return;
    };
    for path in ["missing", "error"] {
        let answer = upload(&service, &format!("{origin}/{path}")).await;
        assert!(answer.refused(400, 5454).contains("HTTP error"));
    }
}

#[tokio::test]
async fn an_address_that_cannot_be_reached_is_refused() {
    let Some((service, origin)) = both().await else {
        return;
    };
    for url in [
        format!("{origin}/cut.png"),
        "http://127.0.0.1:1/a.png".to_owned(),
        "http://nowhere.invalid/a.png".to_owned(),
    ] {
        upload(&service, &url).await.refused(400, 5454);
    }
}

#[tokio::test]
async fn an_address_that_gives_no_image_is_refused_like_a_file() {
    let Some((service, origin)) = both().await else {
        return;
    };
    let at = |path: &str| format!("{origin}/{path}");
    upload(&service, &at("page.html")).await.refused(415, 5455);
    upload(&service, &at("empty.png")).await.refused(415, 5455);
    upload(&service, &at("large.png")).await.refused(413, 5413);
    let stats = service.get("v1/stats").await.result();
    assert_eq!(stats["count"]["current"], 0);
}

#[tokio::test]
async fn other_protocols_and_the_delivery_host_are_refused() {
    let service = Service::start().await;
    for url in [
        "ftp://example.com/a.png",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
        "nonsense",
        "//example.com/a.png",
        "http://",
        "https://imagedelivery.net/hash/id/public",
    ] {
        upload(&service, url).await.refused(400, 5454);
    }
}

#[tokio::test]
async fn the_fields_of_an_upload_by_url_are_checked_before_anything_is_fetched() {
    let service = Service::start().await;
    let with = |name: &'static str, text: &'static str| {
        Form::new()
            .text("url", "http://nowhere.invalid/a.png")
            .text(name, text)
    };
    service.upload(with("id", "stats")).await.refused(400, 5411);
    service
        .upload(with("metadata", "[]"))
        .await
        .refused(400, 5400);
    service
        .upload(with("requireSignedURLs", "yes"))
        .await
        .refused(400, 5400);
    let id = service.id("taken");
    service.upload_with(&[("id", &id)]).await.result();
    let form = Form::new()
        .text("url", "http://nowhere.invalid/a.png")
        .text("id", id);
    service.upload(form).await.refused(409, 5409);
}

#[tokio::test]
async fn the_local_network_is_out_of_reach_unless_allowed() {
    if Service::owned().await.is_none() {
        return;
    }
    let origin = origin().await;
    let strict = Service::with(|folder| ServerConfig {
        token: Some(TOKEN.to_owned().into()),
        ..ServerConfig::local(folder)
    })
    .await;
    let port = origin.rsplit(':').next().unwrap();
    for host in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "0.0.0.0",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "169.254.169.254",
        "10.0.0.1",
        "user:password@127.0.0.1",
    ] {
        let url = format!("http://{host}:{port}/pictures/caf%C3%A9.png");
        upload(&strict, &url).await.refused(400, 5454);
    }
}
