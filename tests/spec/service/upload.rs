//! Uploading a file.

use reqwest::multipart::{Form, Part};
use serde_json::json;

use super::{RAW, Service, file_form, jpeg, png, raw_form, raw_part};

#[tokio::test]
async fn an_upload_answers_200_with_the_image() {
    let service = Service::start().await;
    let answer = service.upload(file_form(png(8, 6), "logo.png")).await;
    let image = answer.result();
    let id = image["id"].as_str().unwrap();
    assert_eq!(id.len(), 36);
    assert_eq!(image["filename"], "logo.png");
    assert_eq!(image["requireSignedURLs"], false);
    assert!(image.get("draft").is_none());
    let uploaded = image["uploaded"].as_str().unwrap();
    assert!(uploaded.ends_with('Z') && uploaded.len() == "2022-01-31T16:39:28.458Z".len());
    assert_eq!(
        image["variants"],
        json!([service.delivery(&format!("{id}/public"))])
    );
}

#[tokio::test]
async fn every_field_of_the_reference_is_taken_and_shown() {
    let service = Service::start().await;
    let answer = service
        .upload_with(&[
            ("id", "brand/logo.png"),
            ("metadata", r#"{"key":"value","n":1}"#),
            ("requireSignedURLs", "false"),
            ("creator", "user-12"),
        ])
        .await;
    let image = answer.result();
    assert_eq!(image["id"], "brand/logo.png");
    assert_eq!(image["meta"], json!({"key": "value", "n": 1}));
    assert_eq!(image["creator"], "user-12");
    assert_eq!(service.get("v1/brand%2Flogo.png").await.result(), image);
}

#[tokio::test]
async fn a_private_image_is_uploaded_with_require_signed_urls_true() {
    let service = Service::start().await;
    let answer = service.upload_with(&[("requireSignedURLs", "TRUE")]).await;
    assert_eq!(answer.result()["requireSignedURLs"], true);
}

#[tokio::test]
async fn the_file_may_stand_before_the_fields_that_speak_about_it() {
    let service = Service::start().await;
    let form = raw_form(&[
        raw_part(
            "Content-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: application/octet-stream",
            &png(8, 6),
        ),
        raw_part("Content-Disposition: form-data; name=\"id\"", b"late"),
        raw_part(
            "Content-Disposition: form-data; name=\"metadata\"",
            b"{\"a\":1}",
        ),
    ]);
    let image = service.upload_raw(RAW, form).await.result();
    assert_eq!(
        (&image["id"], &image["meta"]["a"]),
        (&json!("late"), &json!(1))
    );
}

#[tokio::test]
async fn a_file_without_a_name_is_still_a_file() {
    let service = Service::start().await;
    for head in [
        "Content-Disposition: form-data; name=\"file\"\r\nContent-Type: application/octet-stream",
        "Content-Disposition: form-data; name=\"file\"",
    ] {
        let form = raw_form(&[raw_part(head, &png(8, 6))]);
        let image = service.upload_raw(RAW, form).await.result();
        assert_eq!(image["filename"], json!(null));
    }
}

#[tokio::test]
async fn a_file_name_in_any_script_and_with_quotes_comes_back_as_it_was() {
    let service = Service::start().await;
    for (header, name) in [
        ("filename=\"写真 1.png\"", "写真 1.png"),
        ("filename=\"a%22b.png\"", "a\"b.png"),
        ("filename*=utf-8''%E5%86%99.png", "写.png"),
    ] {
        let head = format!("Content-Disposition: form-data; name=\"file\"; {header}");
        let form = raw_form(&[raw_part(&head, &png(8, 6))]);
        assert_eq!(
            service.upload_raw(RAW, form).await.result()["filename"],
            name
        );
    }
}

#[tokio::test]
async fn a_file_name_is_cut_at_255_characters() {
    let service = Service::start().await;
    let image = service
        .upload(file_form(png(8, 6), &format!("{}.png", "é".repeat(300))))
        .await
        .result();
    assert_eq!(image["filename"].as_str().unwrap().chars().count(), 255);
}

#[tokio::test]
async fn the_type_is_read_from_the_bytes_and_not_from_the_part() {
    let service = Service::start().await;
    let part = Part::bytes(jpeg(8, 6))
        .file_name("wrong.txt")
        .mime_str("text/plain")
        .unwrap();
    let id = service
        .upload(Form::new().part("file", part))
        .await
        .image_id();
    let blob = service.get(&format!("v1/{id}/blob")).await;
    assert_eq!(blob.header("content-type"), "image/jpeg");
}

#[tokio::test]
async fn gif_webp_and_svg_are_taken_too() {
    let service = Service::start().await;
    let gif = super::encoded(8, 6, image::ImageFormat::Gif);
    let webp = super::encoded(8, 6, image::ImageFormat::WebP);
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"6\"/>".to_vec();
    for (bytes, media_type) in [
        (gif, "image/gif"),
        (webp, "image/webp"),
        (svg, "image/svg+xml"),
    ] {
        let id = service
            .upload(file_form(bytes.clone(), "x"))
            .await
            .image_id();
        let blob = service.get(&format!("v1/{id}/blob")).await;
        assert_eq!(blob.header("content-type"), media_type);
        assert_eq!(blob.body, bytes);
    }
}

#[tokio::test]
async fn metadata_in_single_fields_is_gathered() {
    let service = Service::start().await;
    let brackets = service
        .upload_with(&[("metadata[role]", "x"), ("metadata[l][]", "1")])
        .await;
    assert_eq!(brackets.result()["meta"], json!({"role": "x", "l": ["1"]}));
    let dots = service
        .upload_with(&[("metadata.role", "x"), ("metadata.d.e", "2")])
        .await;
    assert_eq!(dots.result()["meta"], json!({"role": "x", "d": {"e": "2"}}));
}

#[tokio::test]
async fn metadata_of_1024_bytes_is_taken_and_1025_are_refused() {
    let service = Service::start().await;
    let of_len = |len: usize| format!("{{\"k\":\"{}\"}}", "a".repeat(len - 8));
    let fits = service.upload_with(&[("metadata", &of_len(1024))]).await;
    fits.result();
    let over = service.upload_with(&[("metadata", &of_len(1025))]).await;
    assert!(
        over.refused(400, 5400)
            .contains("must not exceed 1024 bytes")
    );
}

#[tokio::test]
async fn metadata_that_is_no_object_is_refused() {
    let service = Service::start().await;
    for text in ["[1]", "\"a\"", "null", "{a:1}", "{\"a\":1,}"] {
        let answer = service.upload_with(&[("metadata", text)]).await;
        assert!(
            answer
                .refused(400, 5400)
                .contains("metadata must be a JSON object")
        );
    }
}

#[tokio::test]
async fn file_and_url_exclude_each_other() {
    let service = Service::start().await;
    let answer = service
        .upload_with(&[("url", "http://127.0.0.1:9/a.png")])
        .await;
    answer.refused(400, 5400);
}

#[tokio::test]
async fn an_upload_without_file_and_url_is_refused() {
    let service = Service::start().await;
    service
        .upload(Form::new().text("id", "x"))
        .await
        .refused(400, 5400);
    // What the official clients send when there are no fields at all.
    service
        .upload_raw(RAW, "--b--\r\n")
        .await
        .refused(400, 5400);
}

#[tokio::test]
async fn a_body_that_is_no_form_is_refused() {
    let service = Service::start().await;
    let raw = service.upload_raw("image/png", png(8, 6)).await;
    assert!(raw.refused(415, 5415).contains("multipart/form-data"));
    service
        .upload_raw("application/json", "{}")
        .await
        .refused(415, 5415);
}

#[tokio::test]
async fn a_custom_id_that_breaks_the_rules_is_refused() {
    let service = Service::start().await;
    for id in ["/a", "a/", "a/../b", "a\u{1}b", "stats", "keys"] {
        service.upload_with(&[("id", id)]).await.refused(400, 5411);
    }
    let long = "é".repeat(1025);
    service
        .upload_with(&[("id", &long)])
        .await
        .refused(400, 5411);
    let uuid = "2CDC28F0-017a-49c4-9ed7-87056c839010";
    let message = service
        .upload_with(&[("id", uuid)])
        .await
        .refused(400, 5411);
    assert!(message.ends_with("Must not be UUID"), "{message}");
}

#[tokio::test]
async fn a_custom_id_of_1024_characters_in_any_script_works_everywhere() {
    let service = Service::start().await;
    let id = "𝒳".repeat(1024);
    let image = service.upload_with(&[("id", &id)]).await.result();
    assert_eq!(image["id"], id.as_str());
    let encoded = "%F0%9D%92%B3".repeat(1024);
    assert_eq!(service.get(&format!("v1/{encoded}")).await.image_id(), id);
    let url = image["variants"][0].as_str().unwrap();
    let picture = super::send(service.http.get(url)).await;
    assert_eq!(picture.picture_size(), (8, 6));
}

#[tokio::test]
async fn a_custom_id_and_signed_urls_exclude_each_other() {
    let service = Service::start().await;
    let answer = service
        .upload_with(&[("id", "x"), ("requireSignedURLs", "true")])
        .await;
    assert!(
        answer
            .refused(400, 5400)
            .contains("cannot be set to private")
    );
    service.get("v1/x").await.refused(404, 5404);
}

#[tokio::test]
async fn an_id_that_exists_is_refused_and_the_first_image_stays() {
    let service = Service::start().await;
    service.upload_with(&[("id", "x")]).await.result();
    let second = file_form(jpeg(9, 9), "b.jpg").text("id", "x");
    let answer = service.upload(second).await;
    assert_eq!(answer.refused(409, 5409), "Resource already exists");
    assert_eq!(answer.header("x-should-retry"), "false");
    assert_eq!(service.get("v1/x/blob").await.body, png(8, 6));
}

#[tokio::test]
async fn of_two_uploads_of_one_id_at_once_one_wins() {
    let service = Service::start().await;
    let fields = [("id", "x")];
    let uploads = (0..6).map(|_| service.upload_with(&fields));
    let answers = futures_util::future::join_all(uploads).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409]);
}

#[tokio::test]
async fn a_word_other_than_true_or_false_is_refused() {
    let service = Service::start().await;
    let answer = service.upload_with(&[("requireSignedURLs", "yes")]).await;
    answer.refused(400, 5400);
}

#[tokio::test]
async fn a_creator_has_at_most_1024_characters() {
    let service = Service::start().await;
    let fits = "ü".repeat(1024);
    service.upload_with(&[("creator", &fits)]).await.result();
    let over = "ü".repeat(1025);
    service
        .upload_with(&[("creator", &over)])
        .await
        .refused(400, 5400);
}

#[tokio::test]
async fn what_is_not_an_image_is_refused_with_the_list_of_types() {
    let service = Service::start().await;
    for bytes in [b"plain text".to_vec(), Vec::new(), b"%PDF-1.7".to_vec()] {
        let answer = service.upload(file_form(bytes, "a.png")).await;
        assert!(answer.refused(415, 5455).contains("image/svg+xml"));
    }
}

#[tokio::test]
async fn a_truncated_image_is_refused_as_damaged() {
    let service = Service::start().await;
    let whole = png(64, 64);
    let answer = service
        .upload(file_form(whole[..whole.len() / 2].to_vec(), "a.png"))
        .await;
    answer.refused(422, 9422);
}

#[tokio::test]
async fn a_file_over_10_mb_is_refused_and_leaves_nothing() {
    let service = Service::start().await;
    let mut bytes = png(8, 6);
    bytes.resize(11 * 1024 * 1024, 0);
    let form = file_form(bytes, "a.png").text("id", "large");
    let answer = service.upload(form).await;
    assert_eq!(
        answer.refused(413, 5413),
        "Maximum image size of 10 MB is reached"
    );
    service.get("v1/large").await.refused(404, 5404);
    let incoming = service.folder.path().join("originals/incoming");
    assert_eq!(std::fs::read_dir(incoming).unwrap().count(), 0);
}

#[tokio::test]
async fn a_request_far_too_large_is_refused_by_its_length() {
    let service = Service::start().await;
    let form = raw_form(&[raw_part(
        "Content-Disposition: form-data; name=\"other\"",
        &vec![b'x'; 13 * 1024 * 1024],
    )]);
    service.upload_raw(RAW, form).await.refused(413, 7011);
}

#[tokio::test]
async fn an_upload_without_announced_length_is_taken() {
    let service = Service::start().await;
    let form = raw_form(&[raw_part(
        "Content-Disposition: form-data; name=\"file\"; filename=\"a.png\"",
        &png(8, 6),
    )]);
    let pieces: Vec<Result<Vec<u8>, std::io::Error>> =
        form.chunks(7).map(|piece| Ok(piece.to_vec())).collect();
    let body = reqwest::Body::wrap_stream(futures_util::stream::iter(pieces));
    service.upload_raw(RAW, body).await.result();
}

#[tokio::test]
async fn upload_times_go_up_from_one_upload_to_the_next() {
    let service = Service::start().await;
    let mut times = Vec::new();
    for _ in 0..8 {
        let image = service.upload(file_form(png(8, 6), "a.png")).await.result();
        times.push(image["uploaded"].as_str().unwrap().to_owned());
    }
    assert!(times.is_sorted_by(|a, b| a < b), "{times:?}");
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
