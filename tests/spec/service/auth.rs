//! Who may ask, and how a refusal looks.

use reqwest::{Method, RequestBuilder};
use serde_json::json;

use super::{Service, TOKEN, send};

fn bare(service: &Service, path: &str) -> RequestBuilder {
    service.http.get(service.images(path))
}

#[tokio::test]
async fn a_request_without_credentials_is_refused() {
    let service = Service::start().await;
    let answer = send(bare(&service, "v1")).await;
    let message = answer.refused(400, 9106);
    assert_eq!(
        message,
        "Missing X-Auth-Key, X-Auth-Email or Authorization headers"
    );
}

#[tokio::test]
async fn a_malformed_authorization_header_is_refused_with_its_chain() {
    let service = Service::start().await;
    for value in [
        "",
        "Bearer",
        "Bearer ",
        TOKEN,
        "Basic abc",
        "Bearer a b",
        "Bearer {token}",
    ] {
        let answer = send(bare(&service, "v1").header("authorization", value)).await;
        answer.refused(400, 6003);
        let chain = &answer.json()["errors"][0]["error_chain"];
        assert_eq!(
            *chain,
            json!([{"code": 6111, "message": "Invalid format for Authorization header"}])
        );
    }
}

#[tokio::test]
async fn an_unknown_token_is_refused() {
    let service = Service::start().await;
    for token in ["other", &TOKEN[1..], &format!("{TOKEN}0")] {
        let answer = send(bare(&service, "v1").bearer_auth(token)).await;
        assert_eq!(answer.refused(401, 10000), "Authentication error");
    }
}

#[tokio::test]
async fn a_global_key_is_refused_by_its_form_or_as_unknown() {
    let service = Service::start().await;
    let with = |key: &str, email: &str| {
        bare(&service, "v1")
            .header("x-auth-key", key)
            .header("x-auth-email", email)
    };
    let malformed = send(with("abc", "nobody")).await;
    malformed.refused(400, 6003);
    let chain = malformed.json()["errors"][0]["error_chain"].clone();
    assert_eq!(
        (&chain[0]["code"], &chain[1]["code"]),
        (&json!(6103), &json!(6102))
    );
    let key = "0123456789abcdef0123456789abcdef01234";
    send(with(key, "a@example.com")).await.refused(401, 10000);
}

#[tokio::test]
async fn a_token_is_verified_on_both_paths() {
    let service = Service::start().await;
    let base = service.server.api_base();
    for path in [
        format!("{base}/user/tokens/verify"),
        format!(
            "{base}/accounts/{}/tokens/verify",
            service.server.account_id()
        ),
    ] {
        let good = send(service.http.get(&path).bearer_auth(TOKEN)).await;
        let result = good.result();
        assert_eq!(result["status"], "active");
        assert_eq!(result["id"].as_str().unwrap().len(), 32);
        assert_eq!(
            good.json()["messages"][0]["message"],
            "This API Token is valid and active"
        );
        let bad = send(service.http.get(&path).bearer_auth("other")).await;
        assert_eq!(bad.refused(401, 1000), "Invalid API Token");
    }
}

#[tokio::test]
async fn another_account_is_refused() {
    let service = Service::start().await;
    let base = service.server.api_base();
    let url = |account: &str| format!("{base}/accounts/{account}/images/v1");
    let unknown = url("00000000000000000000000000000000");
    send(service.http.get(unknown).bearer_auth(TOKEN))
        .await
        .refused(403, 5403);
    let malformed = send(service.http.get(url("nonsense")).bearer_auth(TOKEN)).await;
    assert!(
        malformed
            .refused(404, 7003)
            .starts_with("Could not route to /client/v4/accounts/")
    );
    assert_eq!(malformed.json()["errors"][1]["code"], 7000);
}

#[tokio::test]
async fn an_unknown_path_is_not_found_in_the_envelope() {
    let service = Service::start().await;
    for path in [
        "v3",
        "v1/",
        "v1//x",
        "v1/a/b/c",
        "v1/this/is/my-customid",
        "v2/x",
    ] {
        let message = service.get(path).await.refused(404, 7000);
        assert_eq!(message, "No route for that URI");
    }
    service.get("v1/%ff").await.refused(404, 7003);
}

#[tokio::test]
async fn a_method_that_a_path_does_not_offer_is_refused_in_the_envelope() {
    let service = Service::start().await;
    for (method, path, allow) in [
        (Method::PUT, "v1", "GET, HEAD, POST"),
        (Method::DELETE, "v1", "GET, HEAD, POST"),
        (Method::POST, "v2", "GET, HEAD"),
        (Method::GET, "v2/direct_upload", "POST"),
        (Method::POST, "v1/some-id", "GET, HEAD, PATCH, DELETE"),
        (Method::POST, "v1/keys/a", "PUT, DELETE"),
        (Method::OPTIONS, "v1", "GET, HEAD, POST"),
    ] {
        let answer = send(service.request(method.clone(), path)).await;
        let message = answer.refused(405, 10000);
        assert!(message.starts_with(method.as_str()), "{message}");
        assert_eq!(answer.header("allow"), allow);
    }
}

#[tokio::test]
async fn the_api_sends_no_cors_headers_and_is_never_cached() {
    let service = Service::start().await;
    let request = service
        .request(Method::GET, "v1")
        .header("origin", "http://localhost:3000")
        .header("sec-fetch-mode", "cors");
    let answer = send(request).await;
    answer.result();
    assert!(answer.headers.get("access-control-allow-origin").is_none());
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_page_that_made_its_own_name_point_here_is_refused() {
    let service = Service::start().await;
    for host in [
        "evil.example",
        "evil.example:80",
        "127.0.0.1.evil.example",
        "192.168.0.9",
    ] {
        let request = service.request(Method::GET, "v1").header("host", host);
        send(request).await.refused(403, 1003);
        let delivery = service
            .http
            .get(service.delivery("x/public"))
            .header("host", host);
        send(delivery).await.refused_in_text(403, 1003);
    }
    let port = service.server.addr().port();
    let host = format!("localhost:{port}");
    let request = service.request(Method::GET, "v1").header("host", &host);
    send(request).await.result();
}

#[tokio::test]
async fn the_batch_host_takes_batch_tokens_only() {
    let service = Service::start().await;
    let batch = service.server.batch_base();
    let result = service.get("v1/batch_token").await.result();
    let token = result["token"].as_str().unwrap();
    let expires: jiff::Timestamp = result["expiresAt"].as_str().unwrap().parse().unwrap();
    let life = expires.duration_since(jiff::Timestamp::now()).as_secs();
    assert!((3500..=3600).contains(&life));
    let list = format!("{batch}/images/v2");
    send(service.http.get(&list).bearer_auth(token))
        .await
        .result();
    send(service.http.get(&list).bearer_auth(TOKEN))
        .await
        .refused(401, 10000);
    send(service.http.get(&list)).await.refused(400, 9106);
    send(bare(&service, "v1").bearer_auth(token))
        .await
        .refused(401, 10000);
}

#[tokio::test]
async fn the_batch_host_has_the_image_operations_and_nothing_else() {
    let service = Service::start().await;
    let base = format!("{}/images", service.server.batch_base());
    let result = service.get("v1/batch_token").await.result();
    let token = result["token"].as_str().unwrap();
    let ask = |method: Method, path: &str| {
        let url = format!("{base}/{path}");
        service.http.request(method, url).bearer_auth(token)
    };
    let form = super::file_form(super::png(8, 6), "a.png");
    let id = send(ask(Method::POST, "v1").multipart(form))
        .await
        .image_id();
    let path = format!("v1/{id}");
    assert_eq!(send(ask(Method::GET, &path)).await.image_id(), id);
    let change = ask(Method::PATCH, &path).json(&json!({"creator": "ann"}));
    assert_eq!(send(change).await.result()["creator"], "ann");
    let list = send(ask(Method::GET, "v2")).await.result();
    assert_eq!(list["images"][0]["id"], id.as_str());
    assert_eq!(send(ask(Method::DELETE, &path)).await.result(), json!({}));
    let reserved = send(ask(Method::POST, "v2/direct_upload")).await.result();
    assert!(reserved["uploadURL"].is_string());
    for path in [
        "v1/stats",
        "v1/variants",
        "v1/keys",
        "v1/config",
        "v1/x/blob",
        "v3",
    ] {
        send(ask(Method::GET, path)).await.refused(404, 7000);
    }
}
