//! Which format each client gets.

use image::ImageFormat;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{Report, same};
use crate::service::{SVG, Service, animated_gif, encoded, half_transparent, jpeg};

fn source(vector: &Value) -> Vec<u8> {
    let has_alpha = vector["alpha"].as_bool().unwrap_or(false);
    let still = |format: ImageFormat| {
        if has_alpha {
            half_transparent(60, 40, format)
        } else {
            encoded(60, 40, format)
        }
    };
    match vector["source"].as_str().unwrap() {
        "jpeg" => jpeg(60, 40),
        "png" => still(ImageFormat::Png),
        "webp" => still(ImageFormat::WebP),
        "gif" => animated_gif(60, 40, 3),
        "svg" => SVG.to_vec(),
        other => panic!("unknown source {other}"),
    }
}

/// The head of an answer to a request whose `Accept` is that or missing. The usual client of these
/// tests would add one.
async fn head(service: &Service, url: &str, accept: Option<&str>) -> String {
    let host = service.server.plain_host().unwrap();
    let path = url.splitn(4, '/').nth(3).unwrap();
    let accept = accept.map_or(String::new(), |accept| format!("accept: {accept}\r\n"));
    let request =
        format!("HEAD /{path} HTTP/1.1\r\nhost: {host}\r\n{accept}connection: close\r\n\r\n");
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn every_client_gets_the_format_of_its_vector() {
    let Some(service) = Service::owned().await else {
        return;
    };
    service.enable_flexible().await;
    let mut report = Report::of("content_negotiation", 20);
    while let Some(vector) = report.next() {
        let id = service.upload_bytes(source(&vector)).await;
        let format = vector["format"].as_str().unwrap();
        let url = service.delivery(&format!("{id}/format={format}"));
        let answer = head(&service, &url, vector["accept"].as_str()).await;
        let outcome = (|| {
            same("the status", answer.starts_with("HTTP/1.1 200 "), true)
                .map_err(|found| format!("{found}: {answer}"))?;
            let mut lines = answer.lines();
            let found = lines.find_map(|line| line.strip_prefix("content-type: "));
            same("the type", found, vector["content_type"].as_str())
        })();
        report.note(&vector, outcome);
    }
    report.close();
}
