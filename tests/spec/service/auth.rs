//! Who may ask, and how a refusal looks.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{Service, send, token};

const KEY: &str = "0123456789abcdef0123456789abcdef01234";

fn bare(service: &Service, path: &str) -> RequestBuilder {
    service.http.get(service.images(path))
}

fn verify_urls(service: &Service) -> [String; 2] {
    let (base, account) = (service.server.api_base(), service.server.account_id());
    [
        format!("{base}/user/tokens/verify"),
        format!("{base}/accounts/{account}/tokens/verify"),
    ]
}

fn chain_codes(envelope: &Value) -> Vec<u64> {
    let chain = envelope["errors"][0]["error_chain"].as_array().unwrap();
    chain
        .iter()
        .map(|link| link["code"].as_u64().unwrap())
        .collect()
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
        "Bearer  two-spaces",
        token(),
        "Basic abc",
        "Token abc",
        "Bearer a b",
        "Bearer {token}",
        "Bearer \"quoted\"",
        "Bearer =",
        "Bearer a=b",
        "Bearer a,b",
    ] {
        let answer = send(bare(&service, "v1").header("authorization", value)).await;
        assert_eq!(answer.refused(400, 6003), "Invalid request headers");
        let chain = &answer.json()["errors"][0]["error_chain"];
        assert_eq!(
            *chain,
            json!([{"code": 6111, "message": "Invalid format for Authorization header"}]),
            "{value}"
        );
    }
}

#[tokio::test]
async fn a_token_with_characters_beyond_ascii_is_malformed() {
    let service = Service::start().await;
    let value = reqwest::header::HeaderValue::from_bytes("Bearer schlüssel".as_bytes()).unwrap();
    let answer = send(bare(&service, "v1").header("authorization", value)).await;
    answer.refused(400, 6003);
    assert_eq!(chain_codes(&answer.json()), [6111]);
}

#[tokio::test]
async fn every_character_of_a_token_that_is_allowed_is_well_formed() {
    let service = Service::start().await;
    for token in ["abc-._~+/09", "padded==", "cfut_0123456789", "a"] {
        let answer = send(bare(&service, "v1").bearer_auth(token)).await;
        answer.refused(401, 10000);
    }
}

#[tokio::test]
async fn the_word_bearer_may_be_written_in_any_case() {
    let service = Service::start().await;
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let value = format!("{scheme} {}", token());
        let answer = send(bare(&service, "v1?per_page=1").header("authorization", value)).await;
        answer.result();
    }
}

#[tokio::test]
async fn an_unknown_token_is_refused() {
    let service = Service::start().await;
    for other in ["other", &token()[1..], &format!("{}0", token())] {
        let answer = send(bare(&service, "v1").bearer_auth(other)).await;
        assert_eq!(answer.refused(401, 10000), "Authentication error");
    }
}

#[tokio::test]
async fn a_token_differs_from_the_same_letters_in_another_case() {
    let service = Service::start().await;
    let other: String = token()
        .chars()
        .map(|c| {
            if c.is_ascii_lowercase() {
                c.to_ascii_uppercase()
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect();
    let answer = send(bare(&service, "v1").bearer_auth(other)).await;
    answer.refused(401, 10000);
}

#[tokio::test]
async fn a_malformed_global_key_is_refused_with_a_chain_for_each_part() {
    let service = Service::start().await;
    let with = |key: Option<&str>, email: Option<&str>| {
        let mut request = bare(&service, "v1");
        if let Some(key) = key {
            request = request.header("x-auth-key", key);
        }
        if let Some(email) = email {
            request = request.header("x-auth-email", email);
        }
        request
    };
    let good = "a@example.com";
    for (key, email, chain) in [
        (Some("abc"), Some("nobody"), vec![6103, 6102]),
        (Some("abc"), Some(good), vec![6103]),
        (Some(KEY), Some("nobody"), vec![6102]),
        (Some(KEY), None, vec![6102]),
        (None, Some(good), vec![6103]),
    ] {
        let answer = send(with(key, email)).await;
        answer.refused(400, 6003);
        assert_eq!(chain_codes(&answer.json()), chain);
    }
}

#[tokio::test]
async fn a_well_formed_global_key_that_nobody_has_is_refused_as_unknown() {
    let service = Service::start().await;
    let request = bare(&service, "v1")
        .header("x-auth-key", KEY)
        .header("x-auth-email", "a@example.com");
    send(request).await.refused(401, 10000);
}

#[tokio::test]
async fn a_token_is_verified_on_both_paths() {
    let service = Service::start().await;
    for path in verify_urls(&service) {
        let good = send(service.http.get(&path).bearer_auth(token())).await;
        let result = good.result();
        assert_eq!(result["status"], "active");
        assert_eq!(result["id"].as_str().unwrap().len(), 32);
        let message = &good.json()["messages"][0];
        assert_eq!(message["code"], 10000);
        assert_eq!(message["message"], "This API Token is valid and active");
    }
}

#[tokio::test]
async fn an_unknown_token_has_words_of_its_own_where_tokens_are_verified() {
    let service = Service::start().await;
    for path in verify_urls(&service) {
        let bad = send(service.http.get(&path).bearer_auth("other")).await;
        assert_eq!(bad.refused(401, 1000), "Invalid API Token");
        send(service.http.get(&path)).await.refused(400, 9106);
        let malformed = service
            .http
            .get(&path)
            .header("authorization", "Bearer a b");
        send(malformed).await.refused(400, 6003);
    }
}

#[tokio::test]
async fn verifying_tells_a_token_by_the_same_id_each_time() {
    let service = Service::start().await;
    let mut ids = Vec::new();
    for path in verify_urls(&service) {
        let answer = send(service.http.get(&path).bearer_auth(token())).await;
        let id = answer.result()["id"].as_str().unwrap().to_owned();
        assert!(id.bytes().all(|b| b.is_ascii_hexdigit()), "{id}");
        assert!(!token().contains(&id));
        ids.push(id);
    }
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn an_account_that_is_not_the_tokens_is_refused() {
    let service = Service::start().await;
    let base = service.server.api_base();
    for path in ["images/v1", "images/v2", "images/v1/stats", "tokens/verify"] {
        let url = format!("{base}/accounts/{}/{path}", "0".repeat(32));
        let answer = send(service.http.get(url).bearer_auth(token())).await;
        let message = answer.refused(403, 5403);
        assert_eq!(
            message,
            "The given account is not valid or is not authorized to access this service"
        );
    }
}

#[tokio::test]
async fn an_account_id_that_can_be_none_is_not_routed() {
    let service = Service::start().await;
    let base = service.server.api_base();
    let upper = service.server.account_id().as_str().to_uppercase();
    let long = format!("{}0", service.server.account_id());
    for account in [
        "nonsense",
        "0123",
        &long,
        &"g".repeat(32),
        &format!("{upper}A"),
    ] {
        let url = format!("{base}/accounts/{account}/images/v1");
        let answer = send(service.http.get(url).bearer_auth(token())).await;
        let message = answer.refused(404, 7003);
        assert!(message.starts_with("Could not route to /client/v4/accounts/"));
        assert!(message.ends_with("perhaps your object identifier is invalid?"));
        let second = &answer.json()["errors"][1];
        assert_eq!(
            *second,
            json!({"code": 7000, "message": "No route for that URI"})
        );
    }
}

#[tokio::test]
async fn of_several_faults_the_first_in_the_order_of_checks_answers() {
    let service = Service::start().await;
    let base = service.server.api_base();
    let foreign = format!("{base}/accounts/{}/images", "0".repeat(32));
    // The path before the credentials.
    send(service.http.get(format!("{foreign}/v9")))
        .await
        .refused(404, 7000);
    // The credentials before the account.
    send(service.http.get(format!("{foreign}/v1")))
        .await
        .refused(400, 9106);
    // The account before the method.
    let put = service
        .http
        .put(format!("{foreign}/v1"))
        .bearer_auth(token());
    send(put).await.refused(403, 5403);
    // The credentials before the method.
    let put = service.http.put(service.images("v1")).bearer_auth("other");
    send(put).await.refused(401, 10000);
    // The method before the content type, the content type before the fields.
    let put = service
        .request(Method::PUT, "v1")
        .header("content-type", "image/png");
    send(put).await.refused(405, 10000);
    let post = service
        .request(Method::POST, "v1")
        .header("content-type", "image/png");
    send(post.body("id=stats")).await.refused(415, 5415);
}

#[tokio::test]
async fn a_credential_in_the_query_is_none() {
    let service = Service::start().await;
    let url = format!("{}?token={}", service.images("v1"), token());
    send(service.http.get(url)).await.refused(400, 9106);
}
