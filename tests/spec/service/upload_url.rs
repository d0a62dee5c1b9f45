//! Uploading by URL, from a small server of our own.

use std::sync::Arc;

use reqwest::multipart::Form;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use lenticular::server::{Server, ServerConfig};

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
        "/pictures/caf%C3%A9.png" | "/pictures/caf%C3%A9.png?x=1" => with("200 OK", &png(8, 6)),
        "/page.html" => with("200 OK\r\ncontent-type: image/png", b"<html></html>"),
        "/large.png" => with("200 OK", &vec![0; 11 * 1024 * 1024]),
        "/cut.png" => with("200 OK\r\ncontent-length: 5000", &png(8, 6)),
        "/away" => with(
            &format!("302 Found\r\nlocation: {base}/pictures/caf%C3%A9.png"),
            b"",
        ),
        "/near" => with("302 Found\r\nlocation: /pictures/caf%C3%A9.png", b""),
        "/loop" => with("302 Found\r\nlocation: /loop", b""),
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

#[tokio::test]
async fn an_image_is_fetched_from_its_address() {
    let (service, origin) = (Service::start().await, origin().await);
    let form = Form::new()
        .text("url", format!("{origin}/pictures/caf%C3%A9.png?x=1"))
        .text("id", "mine")
        .text("metadata", r#"{"source":"external"}"#)
        .text("requireSignedURLs", "false");
    let image = service.upload(form).await.result();
    assert_eq!(
        (&image["id"], &image["filename"]),
        (&"mine".into(), &"café.png".into())
    );
    assert_eq!(image["meta"]["source"], "external");
    assert_eq!(service.get("v1/mine/blob").await.body, png(8, 6));
}

#[tokio::test]
async fn redirects_are_followed_but_not_for_ever_and_not_anywhere() {
    let (service, origin) = (Service::start().await, origin().await);
    for path in ["away", "near"] {
        let image = upload(&service, &format!("{origin}/{path}")).await.result();
        assert_eq!(image["filename"], "café.png");
    }
    upload(&service, &format!("{origin}/loop"))
        .await
        .refused(400, 5454);
    upload(&service, &format!("{origin}/file"))
        .await
        .refused(400, 5454);
}

#[tokio::test]
async fn an_address_that_gives_no_image_is_refused() {
    let (service, origin) = (Service::start().await, origin().await);
    upload(&service, &format!("{origin}/missing"))
        .await
        .refused(400, 5454);
    upload(&service, &format!("{origin}/error"))
        .await
        .refused(400, 5454);
    upload(&service, &format!("{origin}/cut.png"))
        .await
        .refused(400, 5454);
    upload(&service, "http://127.0.0.1:1/a.png")
        .await
        .refused(400, 5454);
    upload(&service, "http://nowhere.invalid/a.png")
        .await
        .refused(400, 5454);
    upload(&service, &format!("{origin}/page.html"))
        .await
        .refused(415, 5455);
    upload(&service, &format!("{origin}/large.png"))
        .await
        .refused(413, 5413);
    assert_eq!(
        service.get("v1/stats").await.result()["count"]["current"],
        0
    );
}

#[tokio::test]
async fn other_protocols_and_the_delivery_host_are_refused() {
    let service = Service::start().await;
    for url in [
        "ftp://example.com/a.png",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "nonsense",
        "https://imagedelivery.net/hash/id/public",
    ] {
        upload(&service, url).await.refused(400, 5454);
    }
}

#[tokio::test]
async fn the_local_network_is_out_of_reach_unless_allowed() {
    let origin = origin().await;
    let folder = tempfile::tempdir().unwrap();
    let config = ServerConfig {
        token: Some(TOKEN.to_owned().into()),
        ..ServerConfig::local(folder.path())
    };
    let strict = Service {
        server: Server::start(config).await.unwrap(),
        http: reqwest::Client::builder().no_proxy().build().unwrap(),
        folder,
    };
    let port = origin.rsplit(':').next().unwrap();
    for host in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "0.0.0.0",
        "2130706433",
        "0x7f.1",
        "[::ffff:127.0.0.1]",
        "169.254.169.254",
    ] {
        let url = format!("http://{host}:{port}/pictures/caf%C3%A9.png");
        strict
            .upload(Form::new().text("url", url))
            .await
            .refused(400, 5454);
    }
}
