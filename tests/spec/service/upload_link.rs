//! The one-time URL: one file, from anywhere, without a token.

use reqwest::multipart::Form;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::pictures::hollow_gif;
use super::{Answer, Service, file_form, jpeg, png, send, without_variants};

async fn send_file(service: &Service, url: &str) -> Answer {
    let form = file_form(png(8, 6), "b.png");
    send(service.http.post(url).multipart(form)).await
}

fn preflight(service: &Service, url: &str) -> RequestBuilder {
    service
        .http
        .request(Method::OPTIONS, url)
        .header("origin", "http://localhost:3000")
        .header("access-control-request-method", "POST")
}

#[tokio::test]
async fn a_file_sent_to_the_url_becomes_the_image() {
    let service = Service::start().await;
    let body = json!({"metadata": {"key": "value"}, "creator": "ann", "requireSignedURLs": true});
    let (id, url) = service.reserve(body).await;
    let image = send_file(&service, &url).await.result();
    assert_eq!(image["id"], id.as_str());
    assert_eq!(image["filename"], "b.png");
    assert_eq!(image["meta"], json!({"key": "value"}));
    assert_eq!(image["creator"], "ann");
    assert_eq!(image["requireSignedURLs"], true);
    assert!(image.get("draft").is_none());
    let details = service.get(&Service::path_of(&id)).await.result();
    assert_eq!(without_variants(details), without_variants(image));
    assert_eq!(service.get(&format!("v1/{id}/blob")).await.body, png(8, 6));
}

#[tokio::test]
async fn the_url_takes_one_body_only() {
    let service = Service::start().await;
    let (id, url) = service.reserve(json!({})).await;
    send_file(&service, &url).await.result();
    let again = service
        .http
        .post(&url)
        .multipart(file_form(jpeg(9, 9), "c.jpg"));
    send(again).await.refused_in_text(409, 5409);
    assert_eq!(service.get(&format!("v1/{id}/blob")).await.body, png(8, 6));
}

#[tokio::test]
async fn of_twenty_parallel_tries_one_wins() {
    let service = Service::start().await;
    let (id, url) = service.reserve(json!({})).await;
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
    let losers = answers.iter().filter(|answer| answer.status == 409);
    assert_eq!(losers.count(), 19);
    let details = service.get(&Service::path_of(&id)).await.result();
    assert_eq!(
        without_variants(details),
        without_variants(winners[0].result())
    );
}

#[tokio::test]
async fn every_fault_of_a_body_is_told_in_one_line_and_leaves_the_url_usable() {
    let service = Service::start().await;
    let (_, url) = service.reserve(json!({})).await;
    let post = |form: Form| send(service.http.post(&url).multipart(form));
    let text = post(file_form(b"text".to_vec(), "a.txt")).await;
    text.refused_in_text(415, 5455);
    post(Form::new().text("picture", "x"))
        .await
        .refused_in_text(400, 5400);
    let whole = png(64, 64);
    let half = whole[..whole.len() / 2].to_vec();
    post(file_form(half, "a.png"))
        .await
        .refused_in_text(422, 9422);
    let animation = hollow_gif(5000, 2000, 11);
    post(file_form(animation, "a.gif"))
        .await
        .refused_in_text(400, 5443);
    let mut large = png(8, 6);
    large.resize(11 * 1024 * 1024, 0);
    post(file_form(large, "a.png"))
        .await
        .refused_in_text(413, 5413);
    let raw = service.http.post(&url).header("content-type", "image/png");
    send(raw.body(png(8, 6))).await.refused_in_text(415, 5415);
    let broken = service
        .http
        .post(&url)
        .header("content-type", "multipart/form-data; boundary=b");
    send(broken.body("--b\r\n"))
        .await
        .refused_in_text(400, 5450);
    send_file(&service, &url).await.result();
}

#[tokio::test]
async fn an_address_in_place_of_the_file_is_not_fetched() {
    let service = Service::start().await;
    let (_, url) = service.reserve(json!({})).await;
    let form = Form::new().text("url", "https://example.com/a.png");
    let answer = send(service.http.post(&url).multipart(form)).await;
    answer.refused_in_text(400, 5400);
    send_file(&service, &url).await.result();
}

#[tokio::test]
async fn fields_beside_the_file_change_nothing_that_was_reserved() {
    let service = Service::start().await;
    let (id, url) = service
        .reserve(json!({"metadata": {"a": 1}, "creator": "ann"}))
        .await;
    let form = file_form(png(8, 6), "b.png")
        .text("id", "another")
        .text("metadata", "{\"b\":2}")
        .text("creator", "bob")
        .text("requireSignedURLs", "true")
        .text("dzuuid", "x");
    let image = send(service.http.post(&url).multipart(form)).await.result();
    assert_eq!(image["id"], id.as_str());
    assert_eq!(image["meta"], json!({"a": 1}));
    assert_eq!(image["creator"], "ann");
    assert_eq!(image["requireSignedURLs"], false);
}

#[tokio::test]
async fn a_token_is_not_needed_and_not_looked_at() {
    let service = Service::start().await;
    let (_, url) = service.reserve(json!({})).await;
    let form = file_form(png(8, 6), "b.png");
    let request = service
        .http
        .post(&url)
        .bearer_auth("nonsense")
        .multipart(form);
    send(request).await.result();
}

#[tokio::test]
async fn an_id_or_an_account_that_nobody_has_is_not_found() {
    let service = Service::start().await;
    let unknown = service.upload_url(&service.id("unknown"));
    send_file(&service, &unknown)
        .await
        .refused_in_text(404, 5404);
    let (id, _) = service.reserve(json!({})).await;
    let foreign = format!(
        "{}/Vi7wi5KSItxGFsWRG2Us6Q/{id}",
        service.server.upload_base()
    );
    send_file(&service, &foreign)
        .await
        .refused_in_text(404, 5404);
    let image = service.upload_png().await;
    let of_an_image = service.upload_url(&image);
    send_file(&service, &of_an_image)
        .await
        .refused_in_text(409, 5409);
}

#[tokio::test]
async fn a_deleted_draft_kills_the_url() {
    let service = Service::start().await;
    let (id, url) = service.reserve(json!({})).await;
    service.delete(&Service::path_of(&id)).await.result();
    send_file(&service, &url).await.refused_in_text(404, 5404);
}

#[tokio::test]
async fn the_url_of_a_custom_id_works_with_its_slashes_in_both_spellings() {
    let service = Service::start().await;
    let id = service.id("a/b c");
    let (_, url) = service.reserve(json!({"id": id})).await;
    assert!(url.ends_with("-a%2Fb%20c"), "{url}");
    send_file(&service, &url.replace("%2F", "/")).await.result();
    let id = service.id("d/e");
    let (_, url) = service.reserve(json!({"id": id})).await;
    assert_eq!(send_file(&service, &url).await.image_id(), id);
}

#[tokio::test]
async fn a_page_on_another_origin_may_send_a_form_and_read_the_answer() {
    let service = Service::start().await;
    let (_, url) = service.reserve(json!({})).await;
    let form = file_form(png(8, 6), "b.png");
    let request = service
        .http
        .post(&url)
        .header("origin", "http://localhost:3000");
    let sent = send(request.multipart(form)).await;
    assert_eq!(sent.header("access-control-allow-origin"), "*");
    assert_eq!(sent.header("content-type"), "application/json");
    sent.result();
}

#[tokio::test]
async fn an_upload_widget_may_ask_first_with_the_headers_it_adds() {
    let service = Service::start().await;
    let (_, url) = service.reserve(json!({})).await;
    let wanted = "cache-control,x-requested-with";
    let asked = preflight(&service, &url).header("access-control-request-headers", wanted);
    let answer = send(asked).await;
    assert!((200..300).contains(&answer.status), "{}", answer.status);
    assert!(answer.body.is_empty());
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert!(
        answer
            .header("access-control-allow-methods")
            .contains("POST")
    );
    let allowed = answer.header("access-control-allow-headers").to_lowercase();
    assert!(
        allowed.contains("cache-control") && allowed.contains("x-requested-with"),
        "{allowed}"
    );
    send(preflight(&service, &url)).await;
    send_file(&service, &url).await.result();
}

#[tokio::test]
async fn a_public_page_may_reach_a_server_on_the_computer_itself() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let (_, url) = service.reserve(json!({})).await;
    let asked = preflight(&service, &url).header("access-control-request-private-network", "true");
    let answer = send(asked).await;
    assert_eq!(
        answer.header("access-control-allow-private-network"),
        "true"
    );
}

#[tokio::test]
async fn a_page_can_read_refusals_too() {
    let service = Service::start().await;
    let (_, url) = service.reserve(json!({})).await;
    let origin = "http://localhost:3000";
    let from_page = |url: &str| service.http.post(url).header("origin", origin);
    let mut refusals = vec![send(from_page(&url).body("x")).await];
    let text = file_form(b"text".to_vec(), "a.txt");
    refusals.push(send(from_page(&url).multipart(text)).await);
    let unknown = service.upload_url(&service.id("unknown"));
    let form = file_form(png(8, 6), "b.png");
    refusals.push(send(from_page(&unknown).multipart(form)).await);
    send_file(&service, &url).await.result();
    refusals.push(send_file(&service, &url).await);
    let statuses: Vec<u16> = refusals.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [415, 415, 404, 409]);
    for refusal in refusals {
        assert_eq!(refusal.header("access-control-allow-origin"), "*");
    }
}

#[tokio::test]
async fn the_url_shows_nothing_to_who_only_looks() {
    let service = Service::start().await;
    let (id, url) = service.reserve(json!({"metadata": {"secret": 1}})).await;
    let looked = send(service.http.get(&url)).await;
    looked.refused_in_text(404, 9431);
    let draft = service.get(&Service::path_of(&id)).await.result();
    assert_eq!(draft["draft"], Value::Bool(true));
}
