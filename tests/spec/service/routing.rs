//! Paths and methods.

use reqwest::Method;
use serde_json::json;

use super::{Service, send, token};

#[tokio::test]
async fn an_unknown_path_is_not_found_in_the_envelope() {
    let service = Service::start().await;
    for path in [
        "v3",
        "v1/",
        "v2/",
        "v1//x",
        "v1/a/b/c",
        "v1/this/is/my-customid",
        "v2/x",
        "v1/stats/",
        "v1/x/blob/",
        "v1/x/other",
        "v1/variants/a/other",
        "v1/variants/a/flat/b",
        "v1/keys/a/b",
        "v1/keys/",
        "v2/direct_upload/x",
    ] {
        let message = service.get(path).await.refused(404, 7000);
        assert_eq!(message, "No route for that URI", "{path}");
    }
}

#[tokio::test]
async fn a_path_outside_of_the_images_is_not_found() {
    let service = Service::start().await;
    let (base, account) = (service.server.api_base(), service.server.account_id());
    for url in [
        format!("{base}/"),
        format!("{base}/zones"),
        format!("{base}/accounts"),
        format!("{base}/accounts/{account}"),
        format!("{base}/accounts/{account}/images"),
        format!("{base}/accounts/{account}/images/"),
        format!("{base}//accounts/{account}/images/v1"),
        format!("{base}/user/tokens"),
        format!("{base}/user/tokens/verify/"),
    ] {
        let answer = send(service.http.get(&url).bearer_auth(token())).await;
        answer.refused(404, 7000);
    }
}

#[tokio::test]
async fn a_segment_that_decodes_to_no_text_is_not_found() {
    let service = Service::start().await;
    for path in [
        "v1/%ff",
        "v1/%C3",
        "v1/variants/%ff",
        "v1/keys/%ff",
        "v1/%ff/blob",
    ] {
        service.get(path).await.refused(404, 7003);
    }
}

#[tokio::test]
async fn a_method_that_a_path_does_not_offer_is_refused_in_the_envelope() {
    let service = Service::start().await;
    for (method, path, allow) in [
        (Method::PUT, "v1", "GET, HEAD, POST"),
        (Method::DELETE, "v1", "GET, HEAD, POST"),
        (Method::PATCH, "v1", "GET, HEAD, POST"),
        (Method::POST, "v2", "GET, HEAD"),
        (Method::GET, "v2/direct_upload", "POST"),
        (Method::GET, "v1/direct_upload", "POST"),
        (Method::POST, "v1/some-id", "GET, HEAD, PATCH, DELETE"),
        (Method::PUT, "v1/some-id", "GET, HEAD, PATCH, DELETE"),
        (Method::POST, "v1/some-id/blob", "GET, HEAD"),
        (Method::POST, "v1/stats", "GET, HEAD"),
        (Method::POST, "v1/keys", "GET, HEAD"),
        (Method::POST, "v1/keys/a", "PUT, DELETE"),
        (Method::PUT, "v1/variants", "GET, HEAD, POST"),
        (Method::POST, "v1/variants/a", "GET, HEAD, PATCH, DELETE"),
        (Method::PATCH, "v1/variants/a/flat", "GET, HEAD"),
        (Method::PUT, "v1/config", "GET, HEAD, PATCH"),
        (Method::POST, "v1/batch_token", "GET, HEAD"),
        (Method::OPTIONS, "v1", "GET, HEAD, POST"),
    ] {
        let answer = send(service.request(method.clone(), path)).await;
        let message = answer.refused(405, 10000);
        let expected =
            format!("{method} method not allowed for the api_token authentication scheme");
        assert_eq!(message, expected, "{path}");
        assert_eq!(answer.header("allow"), allow, "{path}");
    }
}

#[tokio::test]
async fn head_is_get_without_the_body_everywhere() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    for path in [
        Service::path_of(&id),
        format!("{}/blob", Service::path_of(&id)),
        "v1/variants/public".to_owned(),
        "v1/variants/public/flat".to_owned(),
    ] {
        let head = send(service.request(Method::HEAD, &path)).await;
        let get = service.get(&path).await;
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        assert_eq!(head.header("content-type"), get.header("content-type"));
        assert_eq!(head.header("content-length"), get.body.len().to_string());
    }
    let missing = Service::path_of(&service.id("nothing"));
    let head = send(service.request(Method::HEAD, &missing)).await;
    assert_eq!((head.status, head.body.len()), (404, 0));
}

#[tokio::test]
async fn the_api_sends_no_cors_headers_even_to_a_page_that_asks() {
    let service = Service::start().await;
    let origin = "http://localhost:3000";
    let request = service
        .request(Method::GET, "v1?per_page=1")
        .header("origin", origin)
        .header("sec-fetch-mode", "cors");
    let answer = send(request).await;
    answer.result();
    assert!(!answer.has_header("access-control-allow-origin"));
    let preflight = service
        .http
        .request(Method::OPTIONS, service.images("v1"))
        .header("origin", origin)
        .header("access-control-request-method", "POST");
    let preflight = send(preflight).await;
    assert!(preflight.status >= 400);
    assert!(!preflight.has_header("access-control-allow-origin"));
}

#[tokio::test]
async fn a_page_that_made_its_own_name_point_here_is_refused() {
    let Some(service) = Service::owned().await else {
        return;
    };
    for host in [
        "evil.example",
        "evil.example:80",
        "127.0.0.1.evil.example",
        "192.168.0.9",
    ] {
        let request = service.request(Method::GET, "v1").header("host", host);
        send(request).await.refused(403, 1003);
        let delivery = service.http.get(service.delivery("x/public"));
        send(delivery.header("host", host))
            .await
            .refused_in_text(403, 1003);
    }
}

#[tokio::test]
async fn the_urls_in_an_answer_lead_to_the_host_that_was_asked() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let port = service
        .server
        .plain_host()
        .unwrap()
        .rsplit(':')
        .next()
        .unwrap()
        .to_owned();
    let host = format!("localhost:{port}");
    let id = service.upload_png().await;
    let request = service.request(Method::GET, &Service::path_of(&id));
    let image = send(request.header("host", &host)).await.result();
    let url = image["variants"][0].as_str().unwrap();
    assert!(url.starts_with(&format!("http://{host}/")), "{url}");
    let request = service
        .request(Method::POST, "v2/direct_upload")
        .json(&json!({}));
    let reserved = send(request.header("host", &host)).await.result();
    let url = reserved["uploadURL"].as_str().unwrap();
    assert!(url.starts_with(&format!("http://{host}/")), "{url}");
}
