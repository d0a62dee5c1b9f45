//! Tokens with less right than all, and a library with less room than the disk has.

use reqwest::{Method, RequestBuilder};
use serde_json::json;

use super::faults::started_with;
use super::{Answer, Service, TOKEN, file_form, png, send};

const READER: &str = "may-only-look";

async fn with_tokens() -> Service {
    started_with(|config| {
        config.read_token = Some(READER.to_owned().into());
        config.disabled_token = Some("switched-off".to_owned().into());
        config.expired_token = Some("long-over".to_owned().into());
    })
    .await
}

fn as_reader(service: &Service, method: Method, path: &str) -> RequestBuilder {
    service
        .http
        .request(method, service.images(path))
        .bearer_auth(READER)
}

#[tokio::test]
async fn a_read_token_may_look_at_everything() {
    let service = with_tokens().await;
    let id = service.upload_png().await;
    for path in [
        "v1".to_owned(),
        "v2?per_page=10".to_owned(),
        format!("v1/{id}"),
        "v1/stats".to_owned(),
        "v1/variants".to_owned(),
        "v1/variants/public".to_owned(),
        "v1/variants/public/flat".to_owned(),
        "v1/config".to_owned(),
    ] {
        send(as_reader(&service, Method::GET, &path)).await.result();
        let head = send(as_reader(&service, Method::HEAD, &path)).await;
        assert_eq!(head.status, 200, "{path}");
    }
    let blob = send(as_reader(&service, Method::GET, &format!("v1/{id}/blob"))).await;
    assert_eq!(blob.body, png(8, 6));
}

#[tokio::test]
async fn a_read_token_may_change_nothing_and_see_no_secret() {
    let service = with_tokens().await;
    let id = service.upload_png().await;
    let image = format!("v1/{id}");
    for (method, path) in [
        (Method::POST, "v1"),
        (Method::POST, "v2/direct_upload"),
        (Method::PATCH, image.as_str()),
        (Method::DELETE, image.as_str()),
        (Method::GET, "v1/keys"),
        (Method::PUT, "v1/keys/second"),
        (Method::DELETE, "v1/keys/default"),
        (Method::POST, "v1/variants"),
        (Method::PATCH, "v1/variants/public"),
        (Method::DELETE, "v1/variants/public"),
        (Method::PATCH, "v1/config"),
        (Method::GET, "v1/batch_token"),
    ] {
        let answer = send(as_reader(&service, method.clone(), path)).await;
        let message = answer.refused(403, 9109);
        assert_eq!(
            message, "Unauthorized to access requested resource",
            "{method} {path}"
        );
    }
    let form = file_form(png(8, 6), "a.png");
    let upload = as_reader(&service, Method::POST, "v1").multipart(form);
    send(upload).await.refused(403, 9109);
    service.get(&image).await.result();
    assert_eq!(
        service.get("v1/stats").await.result()["count"]["current"],
        1
    );
    assert_eq!(
        service.get("v1/keys").await.result()["keys"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_wrong_path_or_account_is_told_before_a_missing_permission() {
    let service = with_tokens().await;
    let base = service.server.api_base();
    let other = format!("{base}/accounts/00000000000000000000000000000000/images/v1");
    let other = service.http.post(other).bearer_auth(READER);
    send(other).await.refused(403, 5403);
    send(as_reader(&service, Method::POST, "v1/a/b/c"))
        .await
        .refused(404, 7000);
}

async fn verified(service: &Service, token: &str) -> Answer {
    let url = format!("{}/user/tokens/verify", service.server.api_base());
    send(service.http.get(url).bearer_auth(token)).await
}

#[tokio::test]
async fn a_token_that_is_switched_off_or_over_is_refused_and_its_state_is_told() {
    let service = with_tokens().await;
    for (token, state) in [("switched-off", "disabled"), ("long-over", "expired")] {
        let stats = service.http.get(service.images("v1/stats"));
        let answer = send(stats.bearer_auth(token)).await;
        assert_eq!(answer.refused(403, 9109), "Invalid access token");
        let answer = verified(&service, token).await;
        assert_eq!(answer.result()["status"], state);
        assert_eq!(answer.json()["messages"], json!([]));
    }
}

#[tokio::test]
async fn each_token_has_a_name_of_its_own_that_tells_nothing() {
    let service = with_tokens().await;
    let mut ids = Vec::new();
    for token in [TOKEN, READER, "switched-off", "long-over"] {
        let id = verified(&service, token).await.result()["id"].clone();
        let id = id.as_str().unwrap().to_owned();
        assert!(id.len() == 32 && !token.contains(&id));
        assert!(!ids.contains(&id));
        ids.push(id);
    }
    let reader = verified(&service, READER).await;
    assert_eq!(reader.result()["status"], "active");
}

#[tokio::test]
async fn of_two_equal_tokens_the_one_with_more_right_counts() {
    let service = started_with(|config| {
        config.read_token = Some(TOKEN.to_owned().into());
        config.expired_token = Some(TOKEN.to_owned().into());
    })
    .await;
    service.upload_png().await;
}

async fn small(capacity: u64) -> Service {
    started_with(|config| config.capacity = Some(capacity)).await
}

#[tokio::test]
async fn a_full_library_takes_no_further_image_by_any_road() {
    let service = small(2).await;
    let draft = service
        .post_json("v2/direct_upload", json!({}))
        .await
        .result();
    let url = draft["uploadURL"].as_str().unwrap();
    let id = service.upload_png().await;
    service.upload_png().await;
    let stats = service.get("v1/stats").await.result();
    assert_eq!(stats["count"], json!({"current": 2, "allowed": 2}));

    let form = || file_form(png(9, 9), "b.png");
    let message = service.upload(form()).await.refused(403, 5453);
    assert!(message.contains("service limit (2)"), "{message}");
    service
        .post_json("v2/direct_upload", json!({}))
        .await
        .refused(403, 5453);
    send(service.http.post(url).multipart(form()))
        .await
        .refused_in_text(403, 5453);
    let stored = service.handle().contents().await.unwrap();
    assert_eq!(
        stored.originals_bytes,
        png(8, 6).len() as u64,
        "nothing is left over"
    );

    service.delete(&format!("v1/{id}")).await.result();
    // The refused link is still good.
    send(service.http.post(url).multipart(form()))
        .await
        .result();
    service.upload(form()).await.refused(403, 5453);
}

#[tokio::test]
async fn the_last_place_is_given_to_one_of_many() {
    let service = small(3).await;
    let uploads = (0..12).map(|number| service.upload(file_form(png(8, 6 + number), "a.png")));
    let answers = futures_util::future::join_all(uploads).await;
    let stored = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(stored, 3);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.refused(403, 5453);
    }
}

#[tokio::test]
async fn without_a_capacity_there_is_always_room() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let stats = service.get("v1/stats").await.result();
    assert_eq!(stats["count"], json!({"current": 0, "allowed": 100_000}));
}
