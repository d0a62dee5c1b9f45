//! Forms as clients really write them on the wire.

use reqwest::multipart::{Form, Part};
use serde_json::json;

use super::{FILE, RAW, Service, png, raw_field, raw_form, raw_part};

#[tokio::test]
async fn the_file_may_stand_before_the_fields_that_speak_about_it() {
    let service = Service::start().await;
    let id = service.id("late");
    let form = raw_form(&[
        raw_part(
            "Content-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: application/octet-stream",
            &png(8, 6),
        ),
        raw_field("id", &id),
        raw_field("metadata", "{\"a\":1}"),
    ]);
    let image = service.upload_raw(RAW, form).await.result();
    assert_eq!((&image["id"], &image["meta"]["a"]), (&json!(id), &json!(1)));
}

#[tokio::test]
async fn parts_may_come_in_any_order() {
    let service = Service::start().await;
    let parts = |id: &str| {
        [
            raw_field("id", id),
            raw_field("creator", "ann"),
            raw_part(FILE, &png(8, 6)),
            raw_field("metadata", "{\"a\":1}"),
        ]
    };
    for turn in 0..4 {
        let id = service.id(&turn.to_string());
        let mut parts = parts(&id);
        parts.rotate_left(turn);
        let image = service.upload_raw(RAW, raw_form(&parts)).await.result();
        assert_eq!(image["id"], id.as_str());
        assert_eq!(
            (&image["creator"], &image["meta"]["a"]),
            (&json!("ann"), &json!(1))
        );
    }
}

#[tokio::test]
async fn unknown_parts_are_passed_over() {
    let service = Service::start().await;
    let form = raw_form(&[
        raw_field("dzuuid", "1234"),
        raw_part(
            "Content-Disposition: form-data; name=\"thumbnail\"; filename=\"t.png\"",
            &png(2, 2),
        ),
        raw_part(FILE, &png(8, 6)),
        raw_field("", "nothing"),
        raw_field("name", "x"),
    ]);
    let id = service.upload_raw(RAW, form).await.image_id();
    assert_eq!(service.get(&format!("v1/{id}/blob")).await.body, png(8, 6));
}

#[tokio::test]
async fn the_boundary_is_read_in_every_spelling() {
    let service = Service::start().await;
    let body = raw_form(&[raw_part(FILE, &png(8, 6))]);
    for content_type in [
        "multipart/form-data;boundary=b",
        "multipart/form-data; boundary=\"b\"",
        "Multipart/Form-Data; Boundary=b",
        "multipart/form-data; charset=utf-8; boundary=b",
        "multipart/form-data ; boundary=b",
    ] {
        service
            .upload_raw(content_type, body.clone())
            .await
            .result();
    }
    for boundary in [
        "----formdata-undici-012345678901",
        "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        "a'()+_,-./:=?z",
    ] {
        let text = String::from_utf8_lossy(&body).into_owned();
        assert!(text.starts_with("--b\r\n"));
        let mut form = format!("--{boundary}\r\n{FILE}\r\n\r\n").into_bytes();
        form.extend(png(8, 6));
        form.extend(format!("\r\n--{boundary}--\r\n").into_bytes());
        let content_type = format!("multipart/form-data; boundary=\"{boundary}\"");
        service.upload_raw(&content_type, form).await.result();
    }
}

#[tokio::test]
async fn bytes_that_look_like_a_boundary_inside_the_file_do_not_end_it() {
    let service = Service::start().await;
    let mut bytes = png(8, 6);
    bytes.extend(b"\r\n--a\r\n--\r\n-b\r\n--B--\r\n\r\n");
    let form = raw_form(&[raw_part(FILE, &bytes)]);
    let id = service.upload_raw(RAW, form).await.image_id();
    assert_eq!(service.get(&format!("v1/{id}/blob")).await.body, bytes);
}

#[tokio::test]
async fn what_stands_before_and_after_the_form_is_passed_over() {
    let service = Service::start().await;
    let form = raw_form(&[raw_part(FILE, &png(8, 6))]);
    let body = [b"This is a form.\r\n", form.as_slice(), b"The end.\r\n"].concat();
    let id = service.upload_raw(RAW, body).await.image_id();
    assert_eq!(service.get(&format!("v1/{id}/blob")).await.body, png(8, 6));
}

#[tokio::test]
async fn the_last_line_may_lack_its_end() {
    let service = Service::start().await;
    let mut form = raw_form(&[raw_part(FILE, &png(8, 6))]);
    form.truncate(form.len() - 2);
    service.upload_raw(RAW, form).await.result();
}

#[tokio::test]
async fn the_headers_of_a_part_may_be_written_in_any_case() {
    let service = Service::start().await;
    let form = raw_form(&[raw_part(
        "content-type: image/png\r\ncontent-transfer-encoding: binary\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.png\"",
        &png(8, 6),
    )]);
    let image = service.upload_raw(RAW, form).await.result();
    assert_eq!(image["filename"], "a.png");
}

#[tokio::test]
async fn an_upload_without_announced_length_is_taken() {
    let service = Service::start().await;
    let form = raw_form(&[raw_part(FILE, &png(8, 6))]);
    let pieces: Vec<Result<Vec<u8>, std::io::Error>> =
        form.chunks(7).map(|piece| Ok(piece.to_vec())).collect();
    let body = reqwest::Body::wrap_stream(futures_util::stream::iter(pieces));
    service.upload_raw(RAW, body).await.result();
}

#[tokio::test]
async fn a_form_without_a_file_that_is_urlencoded_is_refused_with_the_word_form() {
    let service = Service::start().await;
    let answer = service
        .upload_raw("application/x-www-form-urlencoded", "id=x")
        .await;
    assert!(answer.refused(415, 5415).contains("multipart/form-data"));
}

#[tokio::test]
async fn a_field_that_is_no_text_is_refused() {
    let service = Service::start().await;
    let id = "Content-Disposition: form-data; name=\"id\"";
    let form = raw_form(&[raw_part(id, &[0xFF, 0xFE]), raw_part(FILE, &png(8, 6))]);
    service.upload_raw(RAW, form).await.refused(400, 5400);
}

/// The fields and the first 400 KB of the file may come in one read; that was once taken for
/// something endless between two parts.
#[tokio::test]
async fn a_large_file_right_behind_its_fields_is_taken() {
    let service = Service::start().await;
    let bytes = lenticular::samples::photo_jpeg(7, 1600, 1200, 95);
    assert!(bytes.len() > 400_000);
    for _ in 0..5 {
        let file = Part::bytes(bytes.clone()).file_name("large.jpg");
        let form = Form::new()
            .text("requireSignedURLs", "false")
            .text("metadata", r#"{"alt":"large"}"#)
            .part("file", file);
        let answer = service.upload(form).await;
        assert_eq!(answer.status, 200, "{:?}", answer.json());
    }
}
