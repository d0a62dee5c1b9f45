//! The envelope around every answer of the API.

use reqwest::Method;
use serde_json::{Value, json};

use super::{RAW, Service, raw_field, raw_form, send};

#[tokio::test]
async fn every_success_has_result_success_errors_and_messages_and_nothing_else() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    for path in [
        "v1?per_page=1",
        "v2?per_page=1",
        "v1/stats",
        "v1/keys",
        "v1/variants",
        "v1/variants/public",
        "v1/variants/public/flat",
        "v1/config",
        "v1/batch_token",
        &Service::path_of(&id),
    ] {
        let answer = service.get(path).await;
        answer.result();
        let envelope = answer.json();
        let mut names: Vec<&str> = envelope
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        names.retain(|name| *name != "result_info");
        names.sort_unstable();
        assert_eq!(names, ["errors", "messages", "result", "success"], "{path}");
    }
}

#[tokio::test]
async fn every_refusal_has_a_null_result_and_one_numbered_reason() {
    let service = Service::start().await;
    let missing = Service::path_of(&service.id("nothing"));
    for (method, path) in [
        (Method::GET, missing.as_str()),
        (Method::DELETE, &missing),
        (Method::GET, "v1/variants/nothing"),
        (Method::GET, "v2?per_page=0"),
        (Method::POST, "v1"),
        (Method::POST, "v1/variants"),
        (Method::PATCH, "v1/config"),
        (Method::PUT, "v1"),
        (Method::GET, "v3"),
    ] {
        let answer = send(service.request(method, path)).await;
        let envelope = answer.json();
        assert!(answer.status >= 400, "{path}");
        assert_eq!(envelope["result"], Value::Null);
        assert_eq!(envelope["success"], false);
        assert_eq!(envelope["messages"], json!([]));
        let errors = envelope["errors"].as_array().unwrap();
        assert_eq!(errors.len(), 1, "{path}");
        assert!(errors[0]["code"].as_u64().unwrap() >= 1000, "{path}");
        assert!(!errors[0]["message"].as_str().unwrap().is_empty(), "{path}");
    }
}

#[tokio::test]
async fn successes_and_refusals_are_json_and_kept_by_no_cache() {
    let service = Service::start().await;
    for path in ["v2?per_page=1", "v1/variants/nothing", "v3"] {
        let answer = service.get(path).await;
        assert_eq!(answer.header("content-type"), "application/json");
        assert!(
            answer.header("cache-control").contains("no-store"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn unknown_query_parameters_are_passed_over() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    let plain = service.get(&Service::path_of(&id)).await.image_id();
    let path = format!("{}?api-version=2026-11-24&x", Service::path_of(&id));
    assert_eq!(service.get(&path).await.image_id(), plain);
    service.get("v2?per_page=1&a=b&c").await.result();
    service.get("v1/variants?page=3").await.result();
}

#[tokio::test]
async fn unknown_fields_of_a_body_are_passed_over() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    let body = json!({"creator": "ann", "unknown": {"deep": [1]}});
    let changed = service.patch(&Service::path_of(&id), body).await.result();
    assert_eq!(changed["creator"], "ann");
    let name = service.variant("v");
    let body = json!({"id": name, "options": {"width": 5, "unknown": 1}, "other": null});
    let made = service.post_json("v1/variants", body).await.result();
    assert_eq!(made["variant"]["options"]["width"], 5);
    let reserved = service
        .post_json("v2/direct_upload", json!({"other": 1}))
        .await;
    assert!(reserved.result()["id"].is_string());
}

#[tokio::test]
async fn a_refusal_repeats_nothing_secret_that_was_sent() {
    let service = Service::start().await;
    let form = raw_form(&[raw_field("id", "x"), raw_field("file", "no picture")]);
    let answer = service.upload_raw(RAW, form).await;
    answer.refused(415, 5455);
    let secret = "another-token-that-must-not-be-shown";
    let request = service.http.get(service.images("v1")).bearer_auth(secret);
    assert!(!send(request).await.text().contains(secret));
}

#[tokio::test]
async fn what_an_official_client_sends_along_changes_nothing() {
    let service = Service::start().await;
    let request = service
        .request(Method::GET, "v2?per_page=1")
        .header("accept", "application/json")
        .header("accept-language", "*")
        .header("accept-encoding", "gzip, deflate")
        .header("api-version", "2026-11-24")
        .header("sec-fetch-mode", "cors")
        .header("user-agent", "Cloudflare/JS 7.3.0")
        .header("x-stainless-lang", "js")
        .header("x-stainless-retry-count", "0")
        .header("x-stainless-timeout", "60");
    send(request).await.result();
}
