//! What may be stored: formats and limits.

use image::ImageFormat;

use super::pictures::{SVG, animated_gif, black_png, gray_jpeg, hollow_gif};
use super::{RAW, Service, encoded, file_form, jpeg, png, raw_field, raw_form};

const TYPES: &str = "Uploaded image must have image/jpeg, image/png, image/webp, image/gif or \
    image/svg+xml content-type";

#[tokio::test]
async fn jpeg_png_gif_webp_and_svg_are_stored_byte_for_byte() {
    let service = Service::start().await;
    for (bytes, media_type) in [
        (jpeg(8, 6), "image/jpeg"),
        (png(8, 6), "image/png"),
        (encoded(8, 6, ImageFormat::Gif), "image/gif"),
        (encoded(8, 6, ImageFormat::WebP), "image/webp"),
        (SVG.to_vec(), "image/svg+xml"),
        (animated_gif(8, 6, 3), "image/gif"),
    ] {
        let id = service.upload_bytes(bytes.clone()).await;
        let blob = service.get(&format!("v1/{id}/blob")).await;
        assert_eq!(blob.header("content-type"), media_type);
        assert_eq!(blob.body, bytes);
    }
}

#[tokio::test]
async fn an_svg_with_a_script_is_stored_unchanged_and_runs_nothing_when_its_bytes_are_opened() {
    let service = Service::start().await;
    let svg = b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let id = service.upload_bytes(svg.to_vec()).await;
    let blob = service.get(&format!("v1/{id}/blob")).await;
    assert_eq!(blob.body, svg);
    assert!(blob.header("content-security-policy").contains("sandbox"));
    assert_eq!(blob.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn what_is_not_an_image_is_refused_with_the_list_of_types() {
    let service = Service::start().await;
    for bytes in [
        b"plain text".to_vec(),
        b"%PDF-1.7".to_vec(),
        b"<html><svg/></html>".to_vec(),
        b"BM\x1e\0\0\0\0\0\0\0\x1a\0\0\0".to_vec(),
        b"II*\0\x08\0\0\0".to_vec(),
        b"RIFF\x04\0\0\0WAVE".to_vec(),
        b"\0\0\0\x18ftypisom\0\0\0\0mp42isom".to_vec(),
        b"\0\0\x01\0\x01\0".to_vec(),
    ] {
        let answer = service.upload(file_form(bytes, "a.png")).await;
        assert_eq!(answer.refused(415, 5455), TYPES);
    }
}

#[tokio::test]
async fn an_empty_file_is_no_image() {
    let service = Service::start().await;
    let answer = service.upload(file_form(Vec::new(), "a.png")).await;
    assert_eq!(answer.refused(415, 5455), TYPES);
}

#[tokio::test]
async fn a_truncated_image_is_refused_as_damaged() {
    let service = Service::start().await;
    for whole in [
        png(64, 64),
        jpeg(64, 64),
        encoded(64, 64, ImageFormat::WebP),
        animated_gif(64, 64, 3),
    ] {
        let half = whole[..whole.len() / 2].to_vec();
        let message = service
            .upload(file_form(half, "a"))
            .await
            .refused(422, 9422);
        assert!(
            message.contains("may be incomplete or damaged"),
            "{message}"
        );
    }
}

#[tokio::test]
async fn a_file_of_10_mebibytes_is_taken_and_one_byte_more_is_refused() {
    let service = Service::start().await;
    let mut bytes = jpeg(8, 6);
    // Comments in front of the picture: the file stays whole.
    let limit = 10 * 1024 * 1024;
    let mut missing = limit - bytes.len();
    let mut comments = Vec::new();
    while missing > 0 {
        let length = if missing > 60_000 { 50_000 } else { missing };
        comments.extend([0xFF, 0xFE]);
        comments.extend(u16::try_from(length - 2).unwrap().to_be_bytes());
        comments.resize(comments.len() + length - 4, b'x');
        missing -= length;
    }
    bytes.splice(2..2, comments);
    assert_eq!(bytes.len(), limit);
    let id = service.upload_bytes(bytes.clone()).await;
    let blob = service.get(&format!("v1/{id}/blob")).await;
    assert_eq!((blob.status, blob.body == bytes), (200, true));
    bytes.push(0);
    let answer = service.upload(file_form(bytes, "a.jpg")).await;
    assert_eq!(
        answer.refused(413, 5413),
        "Maximum image size of 10 MB is reached"
    );
}

#[tokio::test]
async fn a_file_that_is_too_large_leaves_nothing() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let mut bytes = png(8, 6);
    bytes.resize(11 * 1024 * 1024, 0);
    let form = file_form(bytes, "a.png").text("id", "large");
    service.upload(form).await.refused(413, 5413);
    service.get("v1/large").await.refused(404, 5404);
    let incoming = service.folder().join("originals/incoming");
    assert_eq!(std::fs::read_dir(incoming).unwrap().count(), 0);
}

#[tokio::test]
async fn a_request_far_too_large_is_refused() {
    let service = Service::start().await;
    let form = raw_form(&[raw_field("other", &"x".repeat(13 * 1024 * 1024))]);
    let answer = service.upload_raw(RAW, form).await;
    assert_eq!(answer.refused(413, 7011), "Request entity is too large");
}

#[tokio::test]
async fn a_side_of_12000_pixels_is_taken_and_12001_are_refused() {
    let service = Service::start().await;
    for bytes in [
        black_png(12_000, 2),
        black_png(2, 12_000),
        gray_jpeg(12_000, 2),
    ] {
        service.upload_bytes(bytes).await;
    }
    for bytes in [
        black_png(12_001, 2),
        black_png(2, 12_001),
        gray_jpeg(12_001, 2),
    ] {
        service
            .upload(file_form(bytes, "a"))
            .await
            .refused(400, 5400);
    }
}

#[tokio::test]
async fn a_webp_may_have_a_longer_side() {
    let service = Service::start().await;
    service
        .upload_bytes(encoded(12_001, 1, ImageFormat::WebP))
        .await;
}

#[tokio::test]
async fn an_area_of_100_megapixels_is_taken_and_more_is_refused() {
    let service = Service::start().await;
    service.upload_bytes(black_png(10_000, 10_000)).await;
    let over = black_png(10_001, 10_000);
    service
        .upload(file_form(over, "a.png"))
        .await
        .refused(400, 5400);
}

#[tokio::test]
async fn an_animation_of_100_megapixels_is_taken_and_one_frame_more_is_refused() {
    let service = Service::start().await;
    service.upload_bytes(hollow_gif(5000, 2000, 10)).await;
    let answer = service
        .upload(file_form(hollow_gif(5000, 2000, 11), "a.gif"))
        .await;
    assert!(answer.refused(400, 5443).contains("animation"));
}

#[tokio::test]
async fn a_picture_of_one_pixel_is_an_image() {
    let service = Service::start().await;
    let id = service.upload_bytes(png(1, 1)).await;
    assert_eq!(
        service
            .deliver(&format!("{id}/public"))
            .await
            .picture_size(),
        (1, 1)
    );
}
