//! Direct creator uploads.

use jiff::{SignedDuration, Timestamp};
use reqwest::multipart::Form;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{Answer, Service, file_form, jpeg, png, send};

async fn reserve(service: &Service, body: Value) -> (String, String) {
    let result = service.post_json("v2/direct_upload", body).await.result();
    let text = |name: &str| result[name].as_str().unwrap().to_owned();
    (text("id"), text("uploadURL"))
}

async fn send_file(service: &Service, url: &str) -> Answer {
    send(
        service
            .http
            .post(url)
            .multipart(file_form(png(8, 6), "b.png")),
    )
    .await
}

fn request(service: &Service) -> RequestBuilder {
    service.request(Method::POST, "v2/direct_upload")
}

#[tokio::test]
async fn a_reservation_gives_an_id_and_a_one_time_url() {
    let service = Service::start().await;
    let (id, url) = reserve(&service, json!({})).await;
    assert_eq!(id.len(), 36);
    assert_eq!(url, service.delivery(&id));
}

#[tokio::test]
async fn every_documented_and_recorded_body_is_a_reservation() {
    let service = Service::start().await;
    let form = Form::new()
        .text("requireSignedURLs", "true")
        .text("metadata", r#"{"a":1}"#)
        .text("expiry", in_minutes(10).to_string().replace('Z', "+00:00"));
    let urlencoded = request(&service)
        .header("content-type", "application/x-www-form-urlencoded")
        .body("creator=ann&requireSignedURLs=false&metadata=%7B%22a%22%3A1%7D");
    for request in [
        request(&service).multipart(form),
        request(&service).json(&json!({"requireSignedURLs": false, "metadata": {"userId": "12345"}, "expiry": in_minutes(30).to_string(), "id": "custom-id"})),
        request(&service).json(&json!({"metadata": "{\"a\":1}", "requireSignedURLs": "true", "creator": null})),
        urlencoded,
        request(&service),
        request(&service).header("content-type", "application/json"),
        request(&service).header("content-type", "multipart/form-data; boundary=b").body("--b--\r\n"),
        service.request(Method::POST, "v1/direct_upload").json(&json!({"expiry": in_minutes(5).to_string()})),
    ] {
        send(request).await.result();
    }
    let other = request(&service)
        .header("content-type", "text/plain")
        .body("x");
    send(other).await.refused(415, 5415);
    let broken = request(&service)
        .header("content-type", "application/json")
        .body("{\"id\":");
    send(broken).await.refused(400, 5400);
}

fn in_minutes(minutes: i64) -> Timestamp {
    Timestamp::now() + SignedDuration::from_mins(minutes)
}

#[tokio::test]
async fn a_draft_shows_in_details_but_not_in_lists_nor_in_delivery() {
    let service = Service::start().await;
    let (id, _) = reserve(&service, json!({"metadata": {"key": "value"}})).await;
    let draft = service.get(&format!("v1/{id}")).await.result();
    assert_eq!(draft["draft"], true);
    assert_eq!(draft["filename"], Value::Null);
    assert_eq!(draft["meta"], json!({"key": "value"}));
    assert_eq!(
        draft["variants"],
        json!([service.delivery(&format!("{id}/public"))])
    );
    assert_eq!(service.get("v2").await.result()["images"], json!([]));
    assert_eq!(service.get("v1").await.result()["images"], json!([]));
    service
        .deliver(&format!("{id}/public"))
        .await
        .refused_in_text(404, 9404);
    service
        .get(&format!("v1/{id}/blob"))
        .await
        .refused(404, 5404);
}

#[tokio::test]
async fn a_file_sent_to_the_url_becomes_the_image() {
    let service = Service::start().await;
    let body = json!({"metadata": {"key": "value"}, "creator": "ann", "requireSignedURLs": true});
    let (id, url) = reserve(&service, body).await;
    let image = send_file(&service, &url).await.result();
    assert_eq!(image["id"], id.as_str());
    assert_eq!(image["filename"], "b.png");
    assert_eq!(
        (&image["creator"], &image["requireSignedURLs"]),
        (&json!("ann"), &json!(true))
    );
    assert!(image.get("draft").is_none());
    assert_eq!(service.get(&format!("v1/{id}")).await.result(), image);
    assert_eq!(service.get("v2").await.result()["images"], json!([image]));
}

#[tokio::test]
async fn the_url_takes_one_body_only() {
    let service = Service::start().await;
    let (id, url) = reserve(&service, json!({})).await;
    send_file(&service, &url).await.result();
    let again = send(
        service
            .http
            .post(&url)
            .multipart(file_form(jpeg(9, 9), "c.jpg")),
    )
    .await;
    again.refused_in_text(409, 5409);
    assert_eq!(service.get(&format!("v1/{id}/blob")).await.body, png(8, 6));
}

#[tokio::test]
async fn of_twenty_parallel_tries_one_wins() {
    let service = Service::start().await;
    let (id, url) = reserve(&service, json!({})).await;
    let tries = (0..20).map(|n| {
        let form = file_form(png(8 + n, 6), &format!("{n}.png"));
        send(service.http.post(&url).multipart(form))
    });
    let answers = futures_util::future::join_all(tries).await;
    let winners: Vec<&Answer> = answers
        .iter()
        .filter(|answer| answer.status == 200)
        .collect();
    assert_eq!(winners.len(), 1);
    assert_eq!(
        answers.iter().filter(|answer| answer.status == 409).count(),
        19
    );
    let details = service.get(&format!("v1/{id}")).await.result();
    assert_eq!(details, winners[0].result());
    assert_eq!(
        service.get("v1/stats").await.result()["count"]["current"],
        1
    );
}

#[tokio::test]
async fn a_refused_file_leaves_the_url_usable() {
    let service = Service::start().await;
    let (_, url) = reserve(&service, json!({})).await;
    let post = |form: Form| send(service.http.post(&url).multipart(form));
    post(file_form(b"text".to_vec(), "a.txt"))
        .await
        .refused_in_text(415, 5455);
    post(Form::new().text("picture", "x"))
        .await
        .refused_in_text(400, 5400);
    let mut large = png(8, 6);
    large.resize(11 * 1024 * 1024, 0);
    post(file_form(large, "a.png"))
        .await
        .refused_in_text(413, 5413);
    let raw = service
        .http
        .post(&url)
        .header("content-type", "image/png")
        .body(png(8, 6));
    send(raw).await.refused_in_text(415, 5415);
    send_file(&service, &url).await.result();
}

#[tokio::test]
async fn an_expiry_lies_two_minutes_to_six_hours_ahead() {
    let service = Service::start().await;
    let asked = async |seconds: i64| {
        let expiry = Timestamp::now() + SignedDuration::from_secs(seconds);
        service
            .post_json("v2/direct_upload", json!({"expiry": expiry.to_string()}))
            .await
    };
    asked(125).await.result();
    asked(6 * 3600 - 5).await.result();
    asked(110).await.refused(400, 5400);
    asked(6 * 3600 + 5).await.refused(400, 5400);
    asked(-60).await.refused(400, 5400);
    let words = json!({"expiry": "tomorrow"});
    service
        .post_json("v2/direct_upload", words)
        .await
        .refused(400, 5400);
}

#[tokio::test]
async fn an_expired_url_is_refused() {
    let service = Service::start().await;
    let (id, url) = reserve(&service, json!({})).await;
    set_expiry(&service, &id, -1);
    send_file(&service, &url).await.refused_in_text(403, 5403);
    assert_eq!(
        service.get(&format!("v1/{id}")).await.result()["draft"],
        true
    );
}

#[tokio::test]
async fn a_draft_that_expired_a_day_ago_is_gone_and_its_id_is_free() {
    let service = Service::start().await;
    let (id, url) = reserve(&service, json!({"id": "mine"})).await;
    set_expiry(&service, &id, -24 * 3600 - 1);
    service.get("v1/mine").await.refused(404, 5404);
    send_file(&service, &url).await.refused_in_text(404, 5404);
    service.upload_with(&[("id", "mine")]).await.result();
}

/// No test waits two minutes: the record is made older.
fn set_expiry(service: &Service, id: &str, seconds_from_now: i64) {
    let expires = Timestamp::now() + SignedDuration::from_secs(seconds_from_now);
    let connection = rusqlite::Connection::open(service.folder.path().join("library.db")).unwrap();
    let changed = connection
        .execute(
            "UPDATE images SET expires_ms = ?1 WHERE id = ?2",
            (expires.as_millisecond(), id),
        )
        .unwrap();
    assert_eq!(changed, 1);
}

#[tokio::test]
async fn a_deleted_draft_kills_the_url() {
    let service = Service::start().await;
    let (id, url) = reserve(&service, json!({})).await;
    service.delete(&format!("v1/{id}")).await.result();
    send_file(&service, &url).await.refused_in_text(404, 5404);
}

#[tokio::test]
async fn a_reserved_id_is_taken_for_uploads_and_reservations() {
    let service = Service::start().await;
    reserve(&service, json!({"id": "mine"})).await;
    service
        .upload_with(&[("id", "mine")])
        .await
        .refused(409, 5409);
    service
        .post_json("v2/direct_upload", json!({"id": "mine"}))
        .await
        .refused(409, 5409);
}

#[tokio::test]
async fn a_custom_id_with_slashes_works_in_both_spellings_of_the_url() {
    let service = Service::start().await;
    let (_, url) = reserve(&service, json!({"id": "a/b c"})).await;
    assert!(url.ends_with("/a%2Fb%20c"), "{url}");
    send_file(&service, &url.replace("%2F", "/")).await.result();
    reserve(&service, json!({"id": "d/e"})).await;
    send_file(&service, &service.delivery("d%2Fe"))
        .await
        .result();
}

#[tokio::test]
async fn a_custom_id_and_signed_urls_exclude_each_other_in_a_reservation() {
    let service = Service::start().await;
    let body = json!({"id": "x", "requireSignedURLs": true});
    let answer = service.post_json("v2/direct_upload", body).await;
    assert!(
        answer
            .refused(400, 5400)
            .contains("cannot be set to private")
    );
    service
        .post_json("v2/direct_upload", json!({"id": "/x"}))
        .await
        .refused(400, 5411);
    let long = json!({"metadata": {"k": "a".repeat(1024)}});
    service
        .post_json("v2/direct_upload", long)
        .await
        .refused(400, 5400);
}

#[tokio::test]
async fn a_page_on_another_origin_may_upload_and_read_the_answer() {
    let service = Service::start().await;
    let (_, url) = reserve(&service, json!({})).await;
    let preflight = service
        .http
        .request(Method::OPTIONS, &url)
        .header("origin", "http://localhost:3000")
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "cache-control,x-requested-with",
        );
    let preflight = send(preflight).await;
    assert_eq!(preflight.status, 204);
    assert_eq!(preflight.header("access-control-allow-origin"), "*");
    assert!(
        preflight
            .header("access-control-allow-methods")
            .contains("POST")
    );
    assert_eq!(
        preflight.header("access-control-allow-headers"),
        "cache-control,x-requested-with"
    );
    let refused = service
        .http
        .post(&url)
        .header("origin", "http://localhost:3000")
        .body("x");
    assert_eq!(
        send(refused).await.header("access-control-allow-origin"),
        "*"
    );
    let sent = send_file(&service, &url).await;
    assert_eq!(sent.header("access-control-allow-origin"), "*");
    sent.result();
    let unknown = send_file(&service, &service.delivery("unknown")).await;
    assert_eq!(unknown.header("access-control-allow-origin"), "*");
    unknown.refused_in_text(404, 5404);
}
