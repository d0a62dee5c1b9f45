//! Changing and deleting an image.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Service, png, send, without_variants};

#[tokio::test]
async fn a_change_replaces_metadata_and_leaves_the_rest() {
    let service = Service::start().await;
    let fields = [("metadata", r#"{"a":1,"b":2}"#), ("creator", "ann")];
    let before = service.upload_with(&fields).await.result();
    let path = Service::path_of(before["id"].as_str().unwrap());
    let after = service
        .patch(&path, json!({"metadata": {"c": 3}}))
        .await
        .result();
    assert_eq!(after["meta"], json!({"c": 3}));
    assert_eq!(after["creator"], "ann");
    for field in ["id", "filename", "uploaded", "requireSignedURLs"] {
        assert_eq!(after[field], before[field]);
    }
    let details = service.get(&path).await.result();
    assert_eq!(without_variants(details), without_variants(after));
}

#[tokio::test]
async fn empty_metadata_and_an_empty_creator_clear_them() {
    let service = Service::start().await;
    let fields = [("metadata", r#"{"a":1}"#), ("creator", "ann")];
    let id = service.upload_with(&fields).await.image_id();
    let body = json!({"metadata": {}, "creator": ""});
    let cleared = service.patch(&Service::path_of(&id), body).await.result();
    assert!(cleared["meta"].is_null() || cleared["meta"] == json!({}));
    assert_eq!(cleared["creator"], Value::Null);
}

#[tokio::test]
async fn a_change_that_names_nothing_changes_nothing() {
    let service = Service::start().await;
    let fields = [("metadata", r#"{"a":1}"#), ("creator", "ann")];
    let before = service.upload_with(&fields).await.result();
    let path = Service::path_of(before["id"].as_str().unwrap());
    for body in [
        json!({}),
        json!({"unknown": 1}),
        json!({"creator": null, "metadata": null}),
    ] {
        let after = service.patch(&path, body).await.result();
        assert_eq!(without_variants(after), without_variants(before.clone()));
    }
}

#[tokio::test]
async fn a_change_takes_metadata_as_text_and_switches_as_words() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    let body = json!({"metadata": "{\"a\":1}", "requireSignedURLs": "true"});
    let after = service.patch(&Service::path_of(&id), body).await.result();
    assert_eq!(after["meta"], json!({"a": 1}));
    assert_eq!(after["requireSignedURLs"], true);
}

#[tokio::test]
async fn a_change_has_the_limit_of_an_upload() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    let path = Service::path_of(&id);
    let of_len = |len: usize| json!({"metadata": {"k": "a".repeat(len - 8)}});
    service.patch(&path, of_len(1024)).await.result();
    service.patch(&path, of_len(1025)).await.refused(400, 5400);
    service
        .patch(&path, json!({"creator": "ü".repeat(1025)}))
        .await
        .refused(400, 5400);
    let kept = service.get(&path).await.result();
    assert_eq!(kept["meta"]["k"].as_str().unwrap().len(), 1016);
}

#[tokio::test]
async fn access_is_switched_and_the_id_stays() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    let path = Service::path_of(&id);
    for private in [true, false, true] {
        let body = json!({"requireSignedURLs": private});
        let image = service.patch(&path, body).await.result();
        assert_eq!(image["requireSignedURLs"], private);
        assert_eq!(image["id"], id.as_str());
    }
}

#[tokio::test]
async fn an_image_with_a_custom_id_cannot_be_made_private() {
    let service = Service::start().await;
    let id = service.id("mine");
    service.upload_with(&[("id", &id)]).await.result();
    let path = Service::path_of(&id);
    let body = json!({"requireSignedURLs": true, "metadata": {"a": 1}});
    let refused = service.patch(&path, body).await;
    assert!(
        refused
            .refused(400, 5400)
            .contains("cannot be set to private")
    );
    let image = service.get(&path).await.result();
    assert_eq!(image["requireSignedURLs"], false);
    assert!(image["meta"]["a"].is_null());
    service
        .patch(&path, json!({"requireSignedURLs": false}))
        .await
        .result();
}

#[tokio::test]
async fn a_wrong_change_is_refused_and_changes_nothing() {
    let service = Service::start().await;
    let before = service
        .upload_with(&[("metadata", "{\"a\":1}")])
        .await
        .result();
    let path = Service::path_of(before["id"].as_str().unwrap());
    for body in [
        "",
        "{",
        "[]",
        "null",
        "{\"a\":1,}",
        "{\"a\":1} // why",
        "\u{feff}{}",
        "{\"metadata\":[]}",
        "{\"metadata\":3}",
        "{\"metadata\":\"[]\"}",
        "{\"metadata\":{\"b\":2},\"requireSignedURLs\":1}",
        "{\"metadata\":{\"b\":2},\"creator\":5}",
        "metadata=%7B%7D",
    ] {
        let request = service.request(Method::PATCH, &path).body(body);
        send(request).await.refused(400, 5400);
    }
    let no_text = service
        .request(Method::PATCH, &path)
        .body(vec![b'{', 0xFF, b'}']);
    send(no_text).await.refused(400, 5400);
    let after = service.get(&path).await.result();
    assert_eq!(without_variants(after), without_variants(before));
}

#[tokio::test]
async fn an_unknown_image_is_not_changed_and_not_deleted() {
    let service = Service::start().await;
    for id in [service.id("nothing"), uuid::Uuid::new_v4().to_string()] {
        let path = Service::path_of(&id);
        let body = json!({"requireSignedURLs": true});
        assert_eq!(
            service.patch(&path, body).await.refused(404, 5404),
            "Image not found"
        );
        assert_eq!(
            service.delete(&path).await.refused(404, 5404),
            "Image not found"
        );
    }
}

#[tokio::test]
async fn of_two_changes_at_once_neither_is_lost() {
    let service = Service::start().await;
    for _ in 0..5 {
        let id = service.upload_png().await;
        let path = Service::path_of(&id);
        let (first, second) = tokio::join!(
            service.patch(&path, json!({"metadata": {"a": 1}})),
            service.patch(&path, json!({"creator": "ann"})),
        );
        first.result();
        second.result();
        let image = service.get(&path).await.result();
        assert_eq!(
            (&image["meta"], &image["creator"]),
            (&json!({"a": 1}), &json!("ann"))
        );
    }
}

#[tokio::test]
async fn a_deletion_answers_with_an_empty_result() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    let answer = service.delete(&Service::path_of(&id)).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.json(),
        json!({"result": {}, "success": true, "errors": [], "messages": []})
    );
}

#[tokio::test]
async fn a_deleted_image_is_gone_everywhere_and_its_id_is_free() {
    let service = Service::start().await;
    let id = service.id("x");
    let fields = [("id", id.as_str()), ("creator", service.mark())];
    service.upload_with(&fields).await.result();
    let (path, public) = (Service::path_of(&id), format!("{id}/public"));
    assert_eq!(service.deliver(&public).await.status, 200);
    service.delete(&path).await.result();
    service.get(&path).await.refused(404, 5404);
    service
        .get(&format!("{path}/blob"))
        .await
        .refused(404, 5404);
    service.patch(&path, json!({})).await.refused(404, 5404);
    service.deliver(&public).await.refused_in_text(404, 9404);
    let list = format!("v2?creator={}", service.mark());
    assert_eq!(service.get(&list).await.result()["images"], json!([]));
    service.upload_with(&[("id", &id)]).await.result();
    assert_eq!(service.deliver(&public).await.status, 200);
}

#[tokio::test]
async fn a_second_deletion_says_in_lower_case_that_nothing_was_found() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    service.delete(&Service::path_of(&id)).await.result();
    let message = service
        .delete(&Service::path_of(&id))
        .await
        .refused(404, 5404);
    // A storage adapter takes the deletion as done only by these words.
    assert!(message.contains("not found"), "{message}");
}

#[tokio::test]
async fn of_two_deletions_at_once_one_finds_the_image() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    let path = Service::path_of(&id);
    let (first, second) = tokio::join!(service.delete(&path), service.delete(&path));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404]);
}

#[tokio::test]
async fn a_deletion_with_a_content_type_and_no_body_works() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    let request = service
        .request(Method::DELETE, &Service::path_of(&id))
        .header("content-type", "application/json");
    send(request).await.result();
}

#[tokio::test]
async fn a_read_with_a_content_type_and_no_body_works() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    let request = service
        .request(Method::GET, &Service::path_of(&id))
        .header("content-type", "application/json");
    send(request).await.result();
}

#[tokio::test]
async fn two_images_with_the_same_bytes_live_and_die_on_their_own() {
    let service = Service::start().await;
    let (first, second) = (service.upload_png().await, service.upload_png().await);
    service.delete(&Service::path_of(&first)).await.result();
    let blob = service.get(&format!("v1/{second}/blob")).await;
    assert_eq!(blob.body, png(8, 6));
    assert_eq!(
        service
            .deliver(&format!("{second}/public"))
            .await
            .picture_size(),
        (8, 6)
    );
    service.delete(&Service::path_of(&second)).await.result();
}

#[tokio::test]
async fn a_deletion_without_an_id_is_no_deletion() {
    let service = Service::start().await;
    let answer = service.delete("v1").await;
    let message = answer.refused(405, 10000);
    assert!(message.starts_with("DELETE method not allowed"));
}
