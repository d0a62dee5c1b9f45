//! The batch host: the image operations with a token of their own.

use reqwest::{Method, RequestBuilder};
use serde_json::json;

use super::{Service, file_form, png, segment, send, token, without_variants};

/// A client that knows a fresh batch token.
struct Batch<'s> {
    service: &'s Service,
    token: String,
}

impl<'s> Batch<'s> {
    async fn open(service: &'s Service) -> Self {
        let result = service.get("v1/batch_token").await.result();
        let token = result["token"].as_str().unwrap().to_owned();
        Self { service, token }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/images/{path}", self.service.server.batch_base());
        self.service
            .http
            .request(method, url)
            .bearer_auth(&self.token)
    }
}

#[tokio::test]
async fn a_batch_token_lives_for_an_hour() {
    let service = Service::start().await;
    let result = service.get("v1/batch_token").await.result();
    let expires: jiff::Timestamp = result["expiresAt"].as_str().unwrap().parse().unwrap();
    let life = expires.duration_since(jiff::Timestamp::now()).as_secs();
    assert!((3500..=3601).contains(&life), "{life}");
    assert!(!result["token"].as_str().unwrap().is_empty());
    assert_eq!(result.as_object().unwrap().len(), 2);
}

#[tokio::test]
async fn the_batch_host_takes_batch_tokens_only() {
    let service = Service::start().await;
    let batch = Batch::open(&service).await;
    send(batch.request(Method::GET, "v2?per_page=1"))
        .await
        .result();
    let list = format!("{}/images/v2?per_page=1", service.server.batch_base());
    let with = |token: &str| service.http.get(&list).bearer_auth(token);
    send(with(token())).await.refused(401, 10000);
    send(with("other")).await.refused(401, 10000);
    send(service.http.get(&list)).await.refused(400, 9106);
    send(
        service
            .http
            .get(&list)
            .header("authorization", "Bearer a b"),
    )
    .await
    .refused(400, 6003);
}

#[tokio::test]
async fn a_batch_token_opens_nothing_on_the_api_host() {
    let service = Service::start().await;
    let batch = Batch::open(&service).await;
    let list = service
        .http
        .get(service.images("v1"))
        .bearer_auth(&batch.token);
    send(list).await.refused(401, 10000);
    let verify = format!("{}/user/tokens/verify", service.server.api_base());
    let verify = service.http.get(verify).bearer_auth(&batch.token);
    send(verify).await.refused(401, 1000);
}

#[tokio::test]
async fn several_batch_tokens_work_side_by_side() {
    let service = Service::start().await;
    let (first, second) = (Batch::open(&service).await, Batch::open(&service).await);
    assert_ne!(first.token, second.token);
    for batch in [&first, &second] {
        send(batch.request(Method::GET, "v2?per_page=1"))
            .await
            .result();
    }
}

#[tokio::test]
async fn an_image_lives_its_whole_life_over_the_batch_host() {
    let service = Service::start().await;
    let batch = Batch::open(&service).await;
    let form = file_form(png(8, 6), "a.png").text("creator", service.mark().to_owned());
    let image = send(batch.request(Method::POST, "v1").multipart(form))
        .await
        .result();
    let id = image["id"].as_str().unwrap();
    let path = format!("v1/{id}");
    let details = send(batch.request(Method::GET, &path)).await.result();
    assert_eq!(
        without_variants(details.clone()),
        without_variants(image.clone())
    );
    let over_api = service.get(&path).await.result();
    assert_eq!(without_variants(over_api), without_variants(details));
    let change = batch
        .request(Method::PATCH, &path)
        .json(&json!({"metadata": {"a": 1}}));
    assert_eq!(send(change).await.result()["meta"], json!({"a": 1}));
    let list = format!("v2?creator={}", service.mark());
    let list = send(batch.request(Method::GET, &list)).await.result();
    assert_eq!(list["images"][0]["id"], id);
    assert_eq!(
        send(batch.request(Method::DELETE, &path)).await.result(),
        json!({})
    );
    send(batch.request(Method::DELETE, &path))
        .await
        .refused(404, 5404);
}

#[tokio::test]
async fn a_custom_id_and_a_reservation_work_over_the_batch_host() {
    let service = Service::start().await;
    let batch = Batch::open(&service).await;
    let id = service.id("a/b c");
    let form = file_form(png(8, 6), "a.png").text("id", id.clone());
    assert_eq!(
        send(batch.request(Method::POST, "v1").multipart(form))
            .await
            .image_id(),
        id
    );
    let path = format!("v1/{}", segment(&id));
    assert_eq!(send(batch.request(Method::GET, &path)).await.image_id(), id);
    send(batch.request(Method::DELETE, &path)).await.result();
    let reserved = send(batch.request(Method::POST, "v2/direct_upload"))
        .await
        .result();
    let url = reserved["uploadURL"].as_str().unwrap();
    let sent = service
        .http
        .post(url)
        .multipart(file_form(png(8, 6), "b.png"));
    assert_eq!(
        send(sent).await.image_id(),
        reserved["id"].as_str().unwrap()
    );
}

#[tokio::test]
async fn the_batch_host_has_nothing_but_the_image_operations() {
    let service = Service::start().await;
    let batch = Batch::open(&service).await;
    for path in [
        "v1/stats",
        "v1/variants",
        "v1/variants/public",
        "v1/keys",
        "v1/config",
        "v1/batch_token",
        "v1/x/blob",
        "v3",
        "v2/",
        "",
    ] {
        send(batch.request(Method::GET, path))
            .await
            .refused(404, 7000);
    }
}

#[tokio::test]
async fn refusals_of_the_batch_host_are_those_of_the_api() {
    let service = Service::start().await;
    let batch = Batch::open(&service).await;
    let missing = format!("v1/{}", service.id("nothing"));
    let answer = send(batch.request(Method::GET, &missing)).await;
    assert_eq!(answer.refused(404, 5404), "Image not found");
    let raw = batch
        .request(Method::POST, "v1")
        .header("content-type", "image/png");
    send(raw.body(png(8, 6))).await.refused(415, 5415);
    send(batch.request(Method::GET, "v2?per_page=0"))
        .await
        .refused(400, 5400);
    let put = send(batch.request(Method::PUT, "v2")).await;
    put.refused(405, 10000);
}
