//! The account: count and switches.

use serde_json::json;

use super::Service;

#[tokio::test]
async fn stats_tell_how_many_images_there_are_and_may_be() {
    let service = Service::start().await;
    let stats = service.get("v1/stats").await.result();
    let count = &stats["count"];
    let (current, allowed) = (
        count["current"].as_u64().unwrap(),
        count["allowed"].as_u64().unwrap(),
    );
    assert!(current <= allowed && allowed >= 100_000);
    assert_eq!(count.as_object().unwrap().len(), 2);
}

#[tokio::test]
async fn a_fresh_library_has_room_for_100000_images() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let stats = service.get("v1/stats").await.result();
    assert_eq!(stats, json!({"count": {"current": 0, "allowed": 100_000}}));
}

#[tokio::test]
async fn a_fresh_library_has_its_switches_off_and_no_ttl() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let config = service.get("v1/config").await.result();
    assert_eq!(config["flexible_variants"], false);
    assert_eq!(config["preserve_content_credentials"], false);
    assert!(config.get("browser_ttl").is_none());
}

#[tokio::test]
async fn a_change_of_the_config_answers_with_the_whole_config() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let body = json!({"flexible_variants": true, "browser_ttl": 172_800});
    let on = service.patch("v1/config", body).await.result();
    assert_eq!(
        (&on["flexible_variants"], &on["browser_ttl"]),
        (&json!(true), &json!(172_800))
    );
    let off = service
        .patch("v1/config", json!({"flexible_variants": false}))
        .await
        .result();
    assert_eq!(
        (&off["flexible_variants"], &off["browser_ttl"]),
        (&json!(false), &json!(172_800))
    );
    let same = service.patch("v1/config", json!({})).await.result();
    assert_eq!(same, off);
    assert_eq!(service.get("v1/config").await.result(), off);
}

#[tokio::test]
async fn content_credentials_are_a_switch_of_their_own() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let body = json!({"preserve_content_credentials": true});
    let config = service.patch("v1/config", body).await.result();
    assert_eq!(config["preserve_content_credentials"], true);
    assert_eq!(config["flexible_variants"], false);
}

#[tokio::test]
async fn browsers_may_be_told_an_hour_to_a_year() {
    let Some(service) = Service::owned().await else {
        return;
    };
    for secs in [3_600, 31_536_000] {
        let config = service
            .patch("v1/config", json!({"browser_ttl": secs}))
            .await
            .result();
        assert_eq!(config["browser_ttl"], secs);
    }
    for secs in [3_599, 31_536_001, 0] {
        let body = json!({"browser_ttl": secs});
        service.patch("v1/config", body).await.refused(400, 5400);
    }
    assert_eq!(
        service.get("v1/config").await.result()["browser_ttl"],
        31_536_000
    );
}

#[tokio::test]
async fn a_wrong_config_is_refused_and_changes_nothing() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let before = service.get("v1/config").await.result();
    for body in [
        json!({"flexible_variants": "true"}),
        json!({"flexible_variants": 1}),
        json!({"flexible_variants": true, "browser_ttl": "7200"}),
        json!({"flexible_variants": true, "browser_ttl": 7200.5}),
        json!({"flexible_variants": true, "browser_ttl": -1}),
        json!({"preserve_content_credentials": []}),
        json!([]),
        json!("on"),
    ] {
        service.patch("v1/config", body).await.refused(400, 5400);
    }
    let broken = service
        .request(reqwest::Method::PATCH, "v1/config")
        .body("{\"flexible_variants\":true,}");
    super::send(broken).await.refused(400, 5400);
    assert_eq!(service.get("v1/config").await.result(), before);
}
