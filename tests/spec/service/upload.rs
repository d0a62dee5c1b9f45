//! Uploading a file: the answer, the fields, what is refused.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::{RAW, Service, file_form, jpeg, png, raw_form, raw_part, send, without_variants};

#[tokio::test]
async fn an_upload_answers_200_with_the_image() {
    let service = Service::start().await;
    let answer = service.upload(file_form(png(8, 6), "logo.png")).await;
    let image = answer.result();
    let id = image["id"].as_str().unwrap();
    assert_eq!(id.len(), 36);
    assert_eq!(image["filename"], "logo.png");
    assert_eq!(image["requireSignedURLs"], false);
    assert_eq!(image["creator"], Value::Null);
    assert!(image.get("draft").is_none());
}

#[tokio::test]
async fn the_time_of_an_upload_is_in_utc_with_milliseconds() {
    let service = Service::start().await;
    let before = jiff::Timestamp::now() - jiff::SignedDuration::from_secs(2);
    let image = service.upload(file_form(png(8, 6), "a.png")).await.result();
    let text = image["uploaded"].as_str().unwrap();
    assert_eq!(text.len(), "2022-01-31T16:39:28.458Z".len(), "{text}");
    assert!(text.ends_with('Z') && text.as_bytes()[19] == b'.');
    let uploaded: jiff::Timestamp = text.parse().unwrap();
    assert!(uploaded > before && uploaded < before + jiff::SignedDuration::from_mins(2));
}

#[tokio::test]
async fn an_image_shows_a_complete_url_for_each_variant() {
    let service = Service::start().await;
    let image = service.upload(file_form(png(8, 6), "a.png")).await.result();
    let id = image["id"].as_str().unwrap();
    let urls = image["variants"].as_array().unwrap();
    let public = service.delivery(&format!("{id}/public"));
    assert!(urls.contains(&json!(public)), "{urls:?}");
    let start = service.delivery(&format!("{id}/"));
    assert!(
        urls.iter()
            .all(|url| url.as_str().unwrap().starts_with(&start))
    );
}

#[tokio::test]
async fn a_private_image_shows_its_urls_without_a_signature() {
    let service = Service::start().await;
    let id = service.upload_private().await;
    let image = service.get(&Service::path_of(&id)).await.result();
    let urls = image["variants"].as_array().unwrap();
    assert!(urls.contains(&json!(service.delivery(&format!("{id}/public")))));
    assert!(urls.iter().all(|url| !url.as_str().unwrap().contains('?')));
}

#[tokio::test]
async fn every_field_of_the_reference_is_taken_and_shown() {
    let service = Service::start().await;
    let id = service.id("brand/logo.png");
    let answer = service
        .upload_with(&[
            ("id", &id),
            ("metadata", r#"{"key":"value","n":1}"#),
            ("requireSignedURLs", "false"),
            ("creator", "user-12"),
        ])
        .await;
    let image = answer.result();
    assert_eq!(image["id"], id.as_str());
    assert_eq!(image["meta"], json!({"key": "value", "n": 1}));
    assert_eq!(image["creator"], "user-12");
    let details = service.get(&Service::path_of(&id)).await.result();
    assert_eq!(without_variants(details), without_variants(image));
}

#[tokio::test]
async fn a_custom_id_stands_in_its_urls_as_delivery_wants_it() {
    let service = Service::start().await;
    let id = service.id("a b/caf\u{e9}%");
    let image = service.upload_with(&[("id", &id)]).await.result();
    let expected = service.delivery(&format!("{}-a%20b/caf%C3%A9%25/public", service.mark()));
    assert!(
        image["variants"]
            .as_array()
            .unwrap()
            .contains(&json!(expected))
    );
}

#[tokio::test]
async fn true_and_false_may_be_written_in_any_case() {
    let service = Service::start().await;
    for (text, expected) in [
        ("true", true),
        ("TRUE", true),
        ("True", true),
        ("false", false),
        ("False", false),
    ] {
        let answer = service.upload_with(&[("requireSignedURLs", text)]).await;
        assert_eq!(answer.result()["requireSignedURLs"], expected);
    }
}

#[tokio::test]
async fn a_word_other_than_true_or_false_is_refused() {
    let service = Service::start().await;
    for text in ["yes", "1", "0", "on", "t"] {
        let answer = service.upload_with(&[("requireSignedURLs", text)]).await;
        answer.refused(400, 5400);
    }
}

#[tokio::test]
async fn a_creator_has_at_most_1024_characters() {
    let service = Service::start().await;
    let fits = "ü".repeat(1024);
    let image = service.upload_with(&[("creator", &fits)]).await.result();
    assert_eq!(image["creator"], fits.as_str());
    let over = "ü".repeat(1025);
    service
        .upload_with(&[("creator", &over)])
        .await
        .refused(400, 5400);
}

#[tokio::test]
async fn an_empty_creator_is_none() {
    let service = Service::start().await;
    let image = service.upload_with(&[("creator", "")]).await.result();
    assert_eq!(image["creator"], Value::Null);
}

/// The file name of an image whose part came under this head.
async fn file_name(service: &Service, head: &str) -> Value {
    let form = raw_form(&[raw_part(head, &png(8, 6))]);
    let image = service.upload_raw(RAW, form).await.result();
    image["filename"].clone()
}

#[tokio::test]
async fn a_file_without_a_name_is_still_a_file() {
    let service = Service::start().await;
    for head in [
        "Content-Disposition: form-data; name=\"file\"\r\nContent-Type: application/octet-stream",
        "Content-Disposition: form-data; name=\"file\"",
        "Content-Disposition: form-data; name=\"file\"; filename=\"\"",
    ] {
        assert_eq!(file_name(&service, head).await, Value::Null);
    }
}

#[tokio::test]
async fn a_file_name_in_any_script_and_with_quotes_comes_back_as_it_was() {
    let service = Service::start().await;
    for (header, name) in [
        ("filename=\"写真 1.png\"", "写真 1.png"),
        ("filename=\"a%22b.png\"", "a\"b.png"),
        ("filename*=utf-8''%E5%86%99.png", "写.png"),
        ("filename=\"a;b=c.png\"", "a;b=c.png"),
        ("filename=upload", "upload"),
        ("filename=\"cloudflare-images\"", "cloudflare-images"),
    ] {
        let head = format!("Content-Disposition: form-data; name=\"file\"; {header}");
        assert_eq!(file_name(&service, &head).await, name);
    }
}

#[tokio::test]
async fn folders_before_a_file_name_are_left_out() {
    let service = Service::start().await;
    for (given, name) in [
        ("holiday/beach.png", "beach.png"),
        ("C:\\Users\\me\\beach.png", "beach.png"),
        ("../../etc/passwd", "passwd"),
    ] {
        let head = format!("Content-Disposition: form-data; name=\"file\"; filename=\"{given}\"");
        assert_eq!(file_name(&service, &head).await, name);
    }
}

#[tokio::test]
async fn a_file_name_is_cut_at_255_characters() {
    let service = Service::start().await;
    let name = format!("{}.png", "é".repeat(300));
    let image = service.upload(file_form(png(8, 6), &name)).await.result();
    assert_eq!(image["filename"].as_str().unwrap().chars().count(), 255);
}

#[tokio::test]
async fn the_type_is_read_from_the_bytes_and_not_from_the_part() {
    let service = Service::start().await;
    for declared in [
        "text/plain",
        "application/octet-stream",
        "image/png",
        "application/json",
    ] {
        let part = Part::bytes(jpeg(8, 6))
            .file_name("wrong.txt")
            .mime_str(declared)
            .unwrap();
        let id = service
            .upload(Form::new().part("file", part))
            .await
            .image_id();
        let blob = service.get(&format!("v1/{id}/blob")).await;
        assert_eq!(blob.header("content-type"), "image/jpeg", "{declared}");
    }
}

#[tokio::test]
async fn file_and_url_exclude_each_other() {
    let service = Service::start().await;
    let form = file_form(png(8, 6), "a.png").text("url", "http://127.0.0.1:1/a.png");
    service.upload(form).await.refused(400, 5400);
}

#[tokio::test]
async fn an_upload_without_file_and_url_is_refused() {
    let service = Service::start().await;
    let form = Form::new().text("creator", "x");
    service.upload(form).await.refused(400, 5400);
    service
        .upload(Form::new().text("url", ""))
        .await
        .refused(400, 5400);
    // What the official clients send when there are no fields at all.
    service
        .upload_raw(RAW, "--b--\r\n")
        .await
        .refused(400, 5400);
}

#[tokio::test]
async fn two_files_in_one_form_are_refused() {
    let service = Service::start().await;
    let file = raw_part(super::FILE, &png(8, 6));
    let form = raw_form(&[file.clone(), file]);
    service.upload_raw(RAW, form).await.refused(400, 5400);
}

#[tokio::test]
async fn a_body_that_is_no_form_is_refused() {
    let service = Service::start().await;
    for (content_type, body) in [
        ("image/png", png(8, 6)),
        ("application/json", b"{}".to_vec()),
        (
            "application/x-www-form-urlencoded",
            b"url=http%3A%2F%2Fexample.com".to_vec(),
        ),
        ("multipart/mixed; boundary=b", b"--b--\r\n".to_vec()),
        ("text/plain", Vec::new()),
    ] {
        let answer = service.upload_raw(content_type, body).await;
        assert_eq!(
            answer.refused(415, 5415),
            "Images must be uploaded as a form, not as raw image data. \
             Please use multipart/form-data format"
        );
    }
    let bare = service.request(reqwest::Method::POST, "v1").body(png(8, 6));
    send(bare).await.refused(415, 5415);
    let empty = service.request(reqwest::Method::POST, "v1");
    send(empty).await.refused(415, 5415);
}

#[tokio::test]
async fn a_form_without_its_boundary_is_broken() {
    let service = Service::start().await;
    let form = raw_form(&[raw_part(super::FILE, &png(8, 6))]);
    for content_type in ["multipart/form-data", "multipart/form-data; boundary="] {
        let answer = service.upload_raw(content_type, form.clone()).await;
        assert_eq!(answer.refused(400, 5450), "Error while receiving upload");
    }
    let other = service
        .upload_raw("multipart/form-data; boundary=other", form)
        .await;
    other.refused(400, 5450);
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

#[tokio::test]
async fn each_upload_without_an_id_is_another_image() {
    let service = Service::start().await;
    let (first, second) = (service.upload_png().await, service.upload_png().await);
    assert_ne!(first, second);
    for id in [&first, &second] {
        assert_eq!(service.get(&format!("v1/{id}/blob")).await.body, png(8, 6));
    }
}

#[tokio::test]
async fn what_was_uploaded_is_seen_at_once_in_details_lists_and_delivery() {
    let service = Service::start().await;
    let answer = service.upload_with(&[("creator", service.mark())]).await;
    let id = answer.image_id();
    service.get(&format!("v1/{id}")).await.result();
    for list in ["v1", "v2"] {
        let path = format!("{list}?creator={}", service.mark());
        assert_eq!(
            service.get(&path).await.result()["images"][0]["id"],
            id.as_str()
        );
    }
    assert_eq!(
        service
            .deliver(&format!("{id}/public"))
            .await
            .picture_size(),
        (8, 6)
    );
}
