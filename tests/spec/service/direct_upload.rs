//! Direct creator uploads: reserving an id and a one-time URL, and the life of the draft.

use jiff::{SignedDuration, Timestamp};
use reqwest::multipart::Form;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{Service, file_form, png, send, without_variants};

fn request(service: &Service) -> RequestBuilder {
    service.request(Method::POST, "v2/direct_upload")
}

fn in_minutes(minutes: i64) -> Timestamp {
    Timestamp::now() + SignedDuration::from_mins(minutes)
}

async fn with_expiry(service: &Service, text: &str) -> super::Answer {
    service
        .post_json("v2/direct_upload", json!({"expiry": text}))
        .await
}

#[tokio::test]
async fn a_reservation_gives_an_id_and_a_one_time_url() {
    let service = Service::start().await;
    let (id, url) = service.reserve(json!({})).await;
    assert_eq!(id.len(), 36);
    assert_eq!(url, service.upload_url(&id));
}

#[tokio::test]
async fn every_documented_and_recorded_body_is_a_reservation() {
    let service = Service::start().await;
    let id = service.id("custom-id");
    let expiry = in_minutes(30).to_string();
    let form = Form::new()
        .text("requireSignedURLs", "true")
        .text("metadata", r#"{"a":1}"#)
        .text("expiry", in_minutes(10).to_string().replace('Z', "+00:00"));
    let urlencoded = request(&service)
        .header("content-type", "application/x-www-form-urlencoded")
        .body("creator=ann&requireSignedURLs=false&metadata=%7B%22a%22%3A1%7D");
    let json_labeled_as_form = request(&service)
        .header("content-type", "application/x-www-form-urlencoded")
        .body("{\"creator\":\"ann\"}");
    for request in [
        request(&service).multipart(form),
        request(&service).json(&json!({"requireSignedURLs": false, "metadata": {"userId": "12345"}, "expiry": expiry, "id": id})),
        request(&service).json(&json!({"metadata": "{\"a\":1}", "requireSignedURLs": "true", "creator": null})),
        urlencoded,
        json_labeled_as_form,
        request(&service),
        request(&service).header("content-type", "application/json"),
        request(&service).header("content-type", "multipart/form-data; boundary=b").body("--b--\r\n"),
    ] {
        send(request).await.result();
    }
}

#[tokio::test]
async fn the_older_path_reserves_as_well() {
    let service = Service::start().await;
    let body = json!({"expiry": in_minutes(5).to_string()});
    let answer = service.post_json("v1/direct_upload", body).await;
    let result = answer.result();
    let id = result["id"].as_str().unwrap();
    assert_eq!(result["uploadURL"], service.upload_url(id));
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    let service = Service::start().await;
    for content_type in ["text/plain", "image/png", "application/xml"] {
        let other = request(&service)
            .header("content-type", content_type)
            .body("x");
        send(other).await.refused(415, 5415);
    }
}

#[tokio::test]
async fn a_document_that_is_none_is_refused() {
    let service = Service::start().await;
    for body in [
        "{\"id\":",
        "[]",
        "7",
        "{\"metadata\":[]}",
        "{\"requireSignedURLs\":1}",
        "{\"id\":5}",
        "{\"expiry\":5}",
    ] {
        let broken = request(&service)
            .header("content-type", "application/json")
            .body(body);
        send(broken).await.refused(400, 5400);
    }
}

#[tokio::test]
async fn a_draft_shows_in_details_with_what_was_said_about_it() {
    let service = Service::start().await;
    let body = json!({"metadata": {"key": "value"}, "creator": "ann", "requireSignedURLs": true});
    let (id, _) = service.reserve(body).await;
    let draft = service.get(&Service::path_of(&id)).await.result();
    assert_eq!(draft["draft"], true);
    assert_eq!(draft["filename"], Value::Null);
    assert_eq!(draft["meta"], json!({"key": "value"}));
    assert_eq!(draft["creator"], "ann");
    assert_eq!(draft["requireSignedURLs"], true);
    let public = service.delivery(&format!("{id}/public"));
    assert!(
        draft["variants"]
            .as_array()
            .unwrap()
            .contains(&json!(public))
    );
    let reserved: Timestamp = draft["uploaded"].as_str().unwrap().parse().unwrap();
    assert!(Timestamp::now().duration_since(reserved).abs() < SignedDuration::from_mins(1));
}

#[tokio::test]
async fn a_draft_is_in_neither_list() {
    let service = Service::start().await;
    let (_, url) = service.reserve(json!({"creator": service.mark()})).await;
    for list in ["v1", "v2"] {
        let path = format!("{list}?creator={}", service.mark());
        assert_eq!(service.get(&path).await.result()["images"], json!([]));
    }
    send(
        service
            .http
            .post(url)
            .multipart(file_form(png(8, 6), "b.png")),
    )
    .await
    .result();
    let path = format!("v2?creator={}", service.mark());
    assert_eq!(
        service.get(&path).await.result()["images"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_draft_is_delivered_like_an_image_that_does_not_exist() {
    let service = Service::flexible().await;
    let (id, _) = service.reserve(json!({})).await;
    for variant in ["public", "w=10"] {
        let answer = service.deliver(&format!("{id}/{variant}")).await;
        answer.refused_in_text(404, 9404);
    }
    let blob = service.get(&format!("v1/{id}/blob")).await;
    blob.refused(404, 5404);
}

#[tokio::test]
async fn a_draft_may_be_changed_and_the_image_shows_it() {
    let service = Service::start().await;
    let (id, url) = service.reserve(json!({"metadata": {"a": 1}})).await;
    let body = json!({"metadata": {"b": 2}, "creator": "ann", "requireSignedURLs": true});
    let draft = service.patch(&Service::path_of(&id), body).await.result();
    assert_eq!(draft["draft"], true);
    let sent = service
        .http
        .post(url)
        .multipart(file_form(png(8, 6), "b.png"));
    let image = send(sent).await.result();
    assert_eq!(image["meta"], json!({"b": 2}));
    assert_eq!(image["creator"], "ann");
    assert_eq!(image["requireSignedURLs"], true);
}

#[tokio::test]
async fn the_time_of_an_image_is_when_its_file_arrived() {
    let service = Service::start().await;
    let (id, url) = service.reserve(json!({})).await;
    let draft = service.get(&Service::path_of(&id)).await.result();
    tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    let sent = service
        .http
        .post(url)
        .multipart(file_form(png(8, 6), "b.png"));
    let image = send(sent).await.result();
    let time = |document: &Value| document["uploaded"].as_str().unwrap().to_owned();
    assert!(time(&image) > time(&draft));
}

#[tokio::test]
async fn an_expiry_lies_two_minutes_to_six_hours_ahead() {
    let service = Service::start().await;
    let asked = async |seconds: i64| {
        let expiry = Timestamp::now() + SignedDuration::from_secs(seconds);
        with_expiry(&service, &expiry.to_string()).await
    };
    asked(125).await.result();
    asked(6 * 3600 - 5).await.result();
    for seconds in [110, 6 * 3600 + 5, 0, -60, 86_400 * 365] {
        asked(seconds).await.refused(400, 5400);
    }
}

#[tokio::test]
async fn an_expiry_is_read_in_every_notation_that_clients_write() {
    let service = Service::start().await;
    let time = in_minutes(30);
    for text in [
        format!("{time:.0}"),
        format!("{time:.3}"),
        format!("{time:.6}").replace('Z', "+00:00"),
        format!("{time:.9}"),
        time.in_tz("Asia/Kolkata").map_or_else(
            |_| format!("{time:.0}"),
            |there| there.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        ),
    ] {
        with_expiry(&service, &text).await.result();
        let form = Form::new().text("expiry", text);
        send(request(&service).multipart(form)).await.result();
    }
}

#[tokio::test]
async fn an_expiry_that_is_no_time_is_refused() {
    let service = Service::start().await;
    for text in [
        "tomorrow",
        "2026-13-01T00:00:00Z",
        "1767225600",
        "2027-01-01",
    ] {
        with_expiry(&service, text).await.refused(400, 5400);
    }
}

#[tokio::test]
async fn a_reservation_without_expiry_lives_half_an_hour() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let (id, _) = service.reserve(json!({})).await;
    let expires_ms: i64 = service
        .records()
        .query_row(
            "SELECT expires_ms FROM images WHERE id = ?1",
            [&id],
            |row| row.get(0),
        )
        .unwrap();
    let life = Timestamp::from_millisecond(expires_ms)
        .unwrap()
        .duration_since(Timestamp::now());
    assert!((1790..=1800).contains(&life.as_secs()), "{life}");
}

#[tokio::test]
async fn an_expired_url_is_refused_and_its_draft_stays_for_a_day() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let (id, url) = service.reserve(json!({})).await;
    set_expiry(&service, &id, -1);
    let form = file_form(png(8, 6), "b.png");
    let answer = send(service.http.post(&url).multipart(form)).await;
    answer.refused_in_text(403, 5403);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let draft = service.get(&Service::path_of(&id)).await.result();
    assert_eq!(draft["draft"], true);
    service.delete(&Service::path_of(&id)).await.result();
}

#[tokio::test]
async fn a_draft_that_expired_a_day_ago_is_gone_and_its_id_is_free() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let (id, url) = service.reserve(json!({"id": "mine"})).await;
    set_expiry(&service, &id, -24 * 3600 - 1);
    service.get("v1/mine").await.refused(404, 5404);
    let form = file_form(png(8, 6), "b.png");
    let answer = send(service.http.post(&url).multipart(form)).await;
    answer.refused_in_text(404, 5404);
    service.upload_with(&[("id", "mine")]).await.result();
}

/// No test waits two minutes: the record is made older.
fn set_expiry(service: &Service, id: &str, seconds_from_now: i64) {
    let expires = Timestamp::now() + SignedDuration::from_secs(seconds_from_now);
    let changed = service
        .records()
        .execute(
            "UPDATE images SET expires_ms = ?1 WHERE id = ?2",
            (expires.as_millisecond(), id),
        )
        .unwrap();
    assert_eq!(changed, 1);
}

#[tokio::test]
async fn a_deleted_draft_is_gone_and_its_id_is_free() {
    let service = Service::start().await;
    let id = service.id("mine");
    service.reserve(json!({"id": id})).await;
    service.delete(&Service::path_of(&id)).await.result();
    service.get(&Service::path_of(&id)).await.refused(404, 5404);
    service
        .delete(&Service::path_of(&id))
        .await
        .refused(404, 5404);
    service.reserve(json!({"id": id})).await;
}

#[tokio::test]
async fn a_reserved_id_is_taken_for_uploads_and_reservations() {
    let service = Service::start().await;
    let id = service.id("mine");
    service.reserve(json!({"id": id})).await;
    service.upload_with(&[("id", &id)]).await.refused(409, 5409);
    let again = service
        .post_json("v2/direct_upload", json!({"id": id}))
        .await;
    again.refused(409, 5409);
    assert_eq!(again.header("x-should-retry"), "false");
}

#[tokio::test]
async fn the_id_of_an_image_cannot_be_reserved() {
    let service = Service::start().await;
    let id = service.id("mine");
    let image = service.upload_with(&[("id", &id)]).await.result();
    let answer = service
        .post_json("v2/direct_upload", json!({"id": id}))
        .await;
    answer.refused(409, 5409);
    let details = service.get(&Service::path_of(&id)).await.result();
    assert_eq!(without_variants(details), without_variants(image));
}

#[tokio::test]
async fn a_reservation_has_the_rules_of_an_upload() {
    let service = Service::start().await;
    for (body, code) in [
        (json!({"id": "/x"}), 5411),
        (json!({"id": "stats"}), 5411),
        (json!({"id": "2cdc28f0-017a-49c4-9ed7-87056c839010"}), 5411),
        (json!({"id": "a".repeat(1025)}), 5411),
        (json!({"metadata": {"k": "a".repeat(1024)}}), 5400),
        (json!({"metadata": "no json"}), 5400),
        (json!({"creator": "a".repeat(1025)}), 5400),
        (json!({"requireSignedURLs": "yes"}), 5400),
    ] {
        service
            .post_json("v2/direct_upload", body)
            .await
            .refused(400, code);
    }
}
