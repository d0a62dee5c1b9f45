//! One image: details and the stored bytes.

use image::ImageFormat;
use reqwest::Method;
use serde_json::json;

use super::pictures::SVG;
use super::{Service, encoded, file_form, jpeg, png, send, without_variants};

#[tokio::test]
async fn details_show_what_the_upload_answered() {
    let service = Service::start().await;
    let image = service
        .upload(file_form(jpeg(8, 6), "a.jpg"))
        .await
        .result();
    let path = Service::path_of(image["id"].as_str().unwrap());
    let details = service.get(&path).await.result();
    assert_eq!(without_variants(details), without_variants(image));
}

#[tokio::test]
async fn details_of_an_unknown_image_are_not_found() {
    let service = Service::start().await;
    for id in [service.id("nothing"), uuid::Uuid::new_v4().to_string()] {
        let answer = service.get(&Service::path_of(&id)).await;
        assert_eq!(answer.refused(404, 5404), "Image not found");
    }
}

#[tokio::test]
async fn details_tell_neither_size_nor_dimensions_nor_hash() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    let image = service.get(&Service::path_of(&id)).await.result();
    let known = [
        "id",
        "filename",
        "meta",
        "creator",
        "uploaded",
        "requireSignedURLs",
        "variants",
    ];
    for name in image.as_object().unwrap().keys() {
        assert!(known.contains(&name.as_str()), "{name}");
    }
}

#[tokio::test]
async fn the_blob_is_the_uploaded_file_byte_for_byte() {
    let service = Service::start().await;
    let bytes = jpeg(64, 48);
    let id = service.upload_bytes(bytes.clone()).await;
    let blob = service.get(&format!("v1/{id}/blob")).await;
    assert_eq!((blob.status, blob.body == bytes), (200, true));
    assert_eq!(blob.header("content-type"), "image/jpeg");
    assert_eq!(blob.header("content-length"), bytes.len().to_string());
}

#[tokio::test]
async fn the_blob_has_the_type_of_its_bytes_whatever_the_client_accepts() {
    let service = Service::start().await;
    for (bytes, media_type) in [
        (png(8, 6), "image/png"),
        (encoded(8, 6, ImageFormat::WebP), "image/webp"),
        (encoded(8, 6, ImageFormat::Gif), "image/gif"),
        (SVG.to_vec(), "image/svg+xml"),
    ] {
        let id = service.upload_bytes(bytes.clone()).await;
        for accept in ["image/*", "application/json", "*/*"] {
            let path = format!("v1/{id}/blob");
            let request = service.request(Method::GET, &path).header("accept", accept);
            let blob = send(request).await;
            assert_eq!(
                (blob.status, blob.header("content-type")),
                (200, media_type)
            );
            assert_eq!(blob.body, bytes);
        }
    }
}

#[tokio::test]
async fn the_blob_of_a_private_image_needs_the_token_and_no_signature() {
    let service = Service::start().await;
    let id = service.upload_private().await;
    let path = format!("v1/{id}/blob");
    assert_eq!(service.get(&path).await.body, png(8, 6));
    send(service.http.get(service.images(&path)))
        .await
        .refused(400, 9106);
}

#[tokio::test]
async fn the_blob_of_an_unknown_image_is_not_found() {
    let service = Service::start().await;
    let path = format!("{}/blob", Service::path_of(&service.id("nothing")));
    let answer = service.get(&path).await;
    assert_eq!(answer.refused(404, 5404), "Image not found");
}

#[tokio::test]
async fn a_change_of_an_image_leaves_its_bytes() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    let body = json!({"metadata": {"a": 1}, "requireSignedURLs": true, "creator": "ann"});
    service.patch(&Service::path_of(&id), body).await.result();
    assert_eq!(service.get(&format!("v1/{id}/blob")).await.body, png(8, 6));
}

#[tokio::test]
async fn an_id_named_blob_is_an_image_like_others() {
    let service = Service::start().await;
    let id = service.id("x/blob");
    service.upload_with(&[("id", &id)]).await.result();
    assert_eq!(service.get(&Service::path_of(&id)).await.image_id(), id);
    let blob = service
        .get(&format!("{}/blob", Service::path_of(&id)))
        .await;
    assert_eq!(blob.body, png(8, 6));
}

#[tokio::test]
async fn the_count_follows_uploads_deletions_and_drafts_that_are_filled() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let count = async || service.get("v1/stats").await.result()["count"]["current"].clone();
    assert_eq!(count().await, 0);
    let first = service.upload_png().await;
    service.upload_png().await;
    assert_eq!(count().await, 2);
    service.delete(&format!("v1/{first}")).await.result();
    assert_eq!(count().await, 1);
    let (draft, url) = service.reserve(json!({})).await;
    assert_eq!(count().await, 1);
    let sent = service
        .http
        .post(url)
        .multipart(file_form(png(8, 6), "b.png"));
    assert_eq!(send(sent).await.image_id(), draft);
    assert_eq!(count().await, 2);
}
