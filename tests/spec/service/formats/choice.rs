//! Which format a client gets, and which kind of JPEG or PNG.

use lenticular::model::PixelSize;
use lenticular::transform;
use serde_json::{Value, json};

use super::{
    AVIF, BROWSER, CLEAR_AVIF, SVG, accepting, at, flexible, gif, is_near, seen, solid_png, store,
};
use crate::service::{Answer, Service, jpeg, png};

/// The head of an answer to a request without an `Accept` header, which no client library leaves
/// out.
async fn without_accept(service: &Service, path: &str) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let url = url::Url::parse(&service.delivery(path)).unwrap();
    let host = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    let mut stream = tokio::net::TcpStream::connect(&host).await.unwrap();
    let request = format!(
        "GET {} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n",
        url.path()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let end = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap();
    String::from_utf8(answer[..end].to_vec()).unwrap()
}

fn webp(has_alpha: bool) -> Vec<u8> {
    let alpha = if has_alpha { 100 } else { 255 };
    let picture = image::RgbaImage::from_pixel(60, 40, image::Rgba([9, 99, 199, alpha]));
    webp::Encoder::from_rgba(&picture, 60, 40)
        .encode(90.0)
        .to_vec()
}

#[tokio::test]
async fn each_client_gets_the_format_of_the_table() {
    let vectors: Value = serde_json::from_str(include_str!("../../vectors/vectors.json")).unwrap();
    let Some(service) = flexible().await else {
        return;
    };
    for vector in vectors["content_negotiation"].as_array().unwrap() {
        let has_alpha = vector["alpha"].as_bool().unwrap_or(false);
        let bytes = match vector["source"].as_str().unwrap() {
            "jpeg" => jpeg(60, 40),
            "png" if has_alpha => solid_png(60, 40, [1, 2, 3, 99]),
            "png" => png(60, 40),
            "gif" => gif(60, 40, &[(0, 10), (1, 10)]),
            "webp" => webp(has_alpha),
            "svg" => SVG.as_bytes().to_vec(),
            other => panic!("unknown source {other}"),
        };
        let id = vector["id"].as_str().unwrap();
        store(&service, id, bytes).await;
        let format = vector["format"].as_str().unwrap();
        let path = format!("{id}/format={format}");
        let answer = accepting(&service, &path, vector["accept"].as_str()).await;
        assert_eq!(answer.status, 200, "{vector}");
        assert_eq!(
            answer.header("content-type"),
            vector["content_type"].as_str().unwrap(),
            "{vector}"
        );
        if answer.header("content-type").starts_with("image/") {
            let found = transform::probe(&answer.body).unwrap().format;
            assert_eq!(found.content_type(), answer.header("content-type"));
        }
    }
}

#[tokio::test]
async fn avif_is_taken_and_becomes_what_a_client_shows() {
    let Some(service) = flexible().await else {
        return;
    };
    store(&service, "photo", AVIF.to_vec()).await;
    store(&service, "clear", CLEAR_AVIF.to_vec()).await;
    for (id, accept, format) in [
        ("photo", Some(BROWSER), "image/avif"),
        ("photo", Some("image/webp"), "image/webp"),
        ("photo", Some("*/*"), "image/jpeg"),
        ("photo", None, "image/jpeg"),
        ("clear", None, "image/png"),
    ] {
        let answer = accepting(&service, &format!("{id}/public"), accept).await;
        assert_eq!(answer.header("content-type"), format, "{id} {accept:?}");
        assert_eq!(seen(&answer).size, PixelSize::new(64, 48));
    }
    let blob = service.get("v1/photo/blob").await;
    assert_eq!(blob.header("content-type"), "image/avif");
    assert_eq!(blob.body, AVIF);
    let json = service.deliver("photo/w=32,format=json").await.json();
    assert_eq!(json["original"]["format"], "image/avif");
    assert_eq!((&json["width"], &json["height"]), (&json!(32), &json!(24)));
}

#[tokio::test]
async fn avif_is_sent_to_whom_accepts_it_up_to_1200_pixels() {
    let Some(service) = flexible().await else {
        return;
    };
    store(&service, "wide", jpeg(1400, 40)).await;
    let large = accepting(&service, "wide/w=1300", Some(BROWSER)).await;
    assert_eq!(large.header("content-type"), "image/webp");
    assert!(large.header("warning").contains("image too large for AVIF"));
    let small = accepting(&service, "wide/w=1200", Some(BROWSER)).await;
    assert_eq!(small.header("content-type"), "image/avif");
    assert_eq!(small.header("warning"), "");
    assert_eq!(seen(&small).size, PixelSize::new(1200, 34));
    // Asked for by name: for clients that accept it, and for those that say nothing.
    for (accept, format) in [
        ("image/avif", "image/avif"),
        ("*/*", "image/webp"),
        ("", "image/webp"),
    ] {
        let answer = accepting(&service, "wide/w=100,f=avif", Some(accept)).await;
        assert_eq!(answer.header("content-type"), format, "{accept:?}");
    }
    let answer = without_accept(&service, "wide/w=100,f=avif").await;
    assert!(answer.contains("content-type: image/avif"), "{answer}");
}

#[tokio::test]
async fn the_fastest_encoder_is_that_of_jpeg() {
    let Some(service) = flexible().await else {
        return;
    };
    store(&service, "opaque", png(60, 40)).await;
    store(&service, "clear", solid_png(60, 40, [1, 2, 3, 99])).await;
    for (id, format) in [("opaque", "image/jpeg"), ("clear", "image/png")] {
        let path = format!("{id}/compression=fast");
        let answer = accepting(&service, &path, Some(BROWSER)).await;
        assert_eq!(answer.header("content-type"), format, "{id}");
    }
}

/// Whether the frame header is that of a progressive JPEG.
fn is_progressive(answer: &Answer) -> bool {
    assert_eq!(answer.header("content-type"), "image/jpeg");
    answer.body.windows(2).any(|pair| pair == [0xFF, 0xC2])
}

#[tokio::test]
async fn a_jpeg_is_progressive_where_that_pays() {
    let Some(service) = flexible().await else {
        return;
    };
    store(&service, "a", jpeg(200, 200)).await;
    for (options, expected) in [
        ("f=jpeg,w=100", true),
        ("f=jpeg,w=50", true),
        ("f=jpeg,w=49", false),
        ("f=baseline-jpeg,w=100", false),
        ("fit=squeeze,f=jpeg,w=3001,h=3001", false),
        ("fit=squeeze,f=jpeg,w=3001,h=60", true),
    ] {
        let answer = service.deliver(&format!("a/{options}")).await;
        assert_eq!(is_progressive(&answer), expected, "{options}");
    }
}

#[tokio::test]
async fn a_png_of_a_quality_may_have_a_palette() {
    let Some(service) = flexible().await else {
        return;
    };
    store(&service, "few", solid_png(60, 40, [1, 200, 3, 99])).await;
    store(&service, "many", png(200, 200)).await;
    let few = service.deliver("few/f=png,q=80").await;
    assert_eq!(few.body[25], 3, "the color type of a palette");
    assert_eq!(at(&seen(&few), 9, 9), [1, 200, 3, 99]);
    let whole = service.deliver("many/f=png,w=190").await;
    let many = service.deliver("many/f=png,w=190,q=50").await;
    assert!(many.body.len() <= whole.body.len());
    let (found, expected) = (at(&seen(&many), 95, 95), at(&seen(&whole), 95, 95));
    assert!(is_near(found, &expected, 24), "{found:?} is {expected:?}");
}
