//! Signed URLs, made from nothing but the documentation.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;

use super::{Answer, Service, send};

/// The texts of the account's keys.
pub(super) async fn key_values(service: &Service) -> Vec<String> {
    let result = service.get("v1/keys").await.result();
    let keys = result["keys"].as_array().unwrap().iter();
    keys.map(|key| key["value"].as_str().unwrap().to_owned())
        .collect()
}

/// HMAC-SHA-256 in lower-case hex.
fn signature(key: &str, message: &str) -> String {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(message.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

/// A delivery path with that query, signed.
fn signed_query(service: &Service, key: &str, path: &str, query: &str) -> String {
    let url = service.delivery(path);
    let path = url::Url::parse(&url).unwrap().path().to_owned();
    let signature = signature(key, &format!("{path}?{query}"));
    format!("{url}?{query}&sig={signature}")
}

/// A delivery path that opens until `expires`.
pub(super) fn signed_with(service: &Service, key: &str, path: &str, expires: i64) -> String {
    signed_query(service, key, path, &format!("exp={expires}"))
}

/// As [`signed_with`], with the account's first key.
pub(super) async fn signed(service: &Service, path: &str, expires: i64) -> String {
    let keys = key_values(service).await;
    signed_with(service, &keys[0], path, expires)
}

pub(super) fn in_seconds(seconds: i64) -> i64 {
    jiff::Timestamp::now().as_second() + seconds
}

/// A private image, its path under `public`, and a key.
struct Private {
    service: Service,
    path: String,
    key: String,
}

impl Private {
    async fn new() -> Self {
        let service = Service::start().await;
        let id = service.upload_private().await;
        let key = key_values(&service).await.swap_remove(0);
        Self {
            service,
            path: format!("{id}/public"),
            key,
        }
    }

    fn signed(&self, expires: i64) -> String {
        signed_with(&self.service, &self.key, &self.path, expires)
    }

    async fn fetch(&self, url: &str) -> Answer {
        send(self.service.http.get(url)).await
    }

    async fn assert_refused(&self, url: &str, reason: &str) {
        let message = self.fetch(url).await.refused_in_text(403, 9425);
        assert_eq!(
            message,
            format!("ERROR 9425: Image access denied: {reason}"),
            "{url}"
        );
    }
}

const INVALID: &str = "the signature is invalid";
const EXPIRED: &str = "the URL has expired";
const MISSING: &str = "a signed URL is required";

#[tokio::test]
async fn a_private_image_opens_with_its_signature() {
    let private = Private::new().await;
    let open = private.fetch(&private.signed(in_seconds(600))).await;
    assert_eq!(open.picture_size(), (8, 6));
}

#[tokio::test]
async fn a_private_rendition_is_kept_as_long_as_its_url_opens_and_an_hour_at_most() {
    let private = Private::new().await;
    let age = async |seconds: i64| {
        let answer = private.fetch(&private.signed(in_seconds(seconds))).await;
        let control = answer.header("cache-control").to_owned();
        control
            .strip_prefix("private, max-age=")
            .unwrap()
            .parse::<i64>()
            .unwrap()
    };
    assert!((590..=600).contains(&age(600).await));
    assert_eq!(age(90_000).await, 3600);
    let body = json!({"options": {"browser_ttl": 31_536_000}});
    let name = private
        .service
        .make_variant("own", body["options"].clone())
        .await;
    let path = private.path.replace("public", &name);
    let url = signed_with(&private.service, &private.key, &path, in_seconds(90_000));
    let answer = private.fetch(&url).await;
    assert_eq!(answer.header("cache-control"), "private, max-age=3600");
}

#[tokio::test]
async fn a_signature_that_is_wrong_in_one_digit_is_refused() {
    let private = Private::new().await;
    let url = private.signed(in_seconds(600));
    let (head, sig) = url.split_once("sig=").unwrap();
    for at in [0, 31, 63] {
        let mut sig: Vec<u8> = sig.bytes().collect();
        sig[at] = if sig[at] == b'0' { b'1' } else { b'0' };
        let wrong = format!("{head}sig={}", String::from_utf8(sig).unwrap());
        private.assert_refused(&wrong, INVALID).await;
    }
    for sig in [
        &sig[..63],
        &format!("{sig}0"),
        "x",
        &sig.replace(char::is_alphabetic, "é"),
    ] {
        private
            .assert_refused(&format!("{head}sig={sig}"), INVALID)
            .await;
    }
}

#[tokio::test]
async fn a_signature_for_another_variant_image_or_time_is_refused() {
    let private = Private::new().await;
    let name = private
        .service
        .make_variant("other", json!({"width": 4}))
        .await;
    let other = private.service.upload_private().await;
    let url = private.signed(in_seconds(600));
    private
        .assert_refused(&url.replace("/public", &format!("/{name}")), INVALID)
        .await;
    let id = private.path.split('/').next().unwrap();
    private
        .assert_refused(&url.replace(id, &other), INVALID)
        .await;
    private
        .assert_refused(&url.replace("exp=1", "exp=2"), INVALID)
        .await;
}

#[tokio::test]
async fn a_url_opens_until_its_expiry_and_not_from_then_on() {
    let private = Private::new().await;
    private
        .assert_refused(&private.signed(in_seconds(-1)), EXPIRED)
        .await;
    private
        .assert_refused(&private.signed(in_seconds(0)), EXPIRED)
        .await;
    private.assert_refused(&private.signed(1), EXPIRED).await;
    assert_eq!(
        private.fetch(&private.signed(in_seconds(30))).await.status,
        200
    );
    // Milliseconds by mistake: far in the future, but valid.
    assert_eq!(
        private
            .fetch(&private.signed(in_seconds(0) * 1000))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_url_without_a_signature_is_refused_as_unsigned() {
    let private = Private::new().await;
    let url = private.service.delivery(&private.path);
    for query in [
        "",
        "?",
        "?exp=4102444800",
        "?sig=",
        "?exp=4102444800&sig=",
        "?signature=abc",
    ] {
        private
            .assert_refused(&format!("{url}{query}"), MISSING)
            .await;
    }
}

#[tokio::test]
async fn an_expiry_that_is_no_whole_number_is_refused_though_it_was_signed() {
    let private = Private::new().await;
    for expiry in ["tomorrow", "-1", "4102444800.5", "+4102444800", "0x10", ""] {
        let query = format!("exp={expiry}");
        let url = signed_query(&private.service, &private.key, &private.path, &query);
        private.assert_refused(&url, INVALID).await;
    }
}

#[tokio::test]
async fn a_signature_without_expiry_opens_for_ever() {
    let private = Private::new().await;
    let url = private.service.delivery(&private.path);
    let path = url::Url::parse(&url).unwrap().path().to_owned();
    for message in [path.clone(), format!("{path}?")] {
        let open = format!("{url}?sig={}", signature(&private.key, &message));
        let answer = private.fetch(&open).await;
        assert_eq!(answer.picture_size(), (8, 6));
        assert_eq!(answer.header("cache-control"), "private, max-age=3600");
    }
}

#[tokio::test]
async fn other_parameters_are_part_of_what_is_signed() {
    let private = Private::new().await;
    let query = format!("download=1&exp={}", in_seconds(600));
    let url = signed_query(&private.service, &private.key, &private.path, &query);
    assert_eq!(private.fetch(&url).await.status, 200);
    private
        .assert_refused(&url.replace("download=1", "download=2"), INVALID)
        .await;
    private
        .assert_refused(&url.replace("download=1&", ""), INVALID)
        .await;
    private
        .assert_refused(&format!("{url}&more=1"), INVALID)
        .await;
}

#[tokio::test]
async fn the_signature_may_stand_anywhere_in_the_query() {
    let private = Private::new().await;
    let url = private.signed(in_seconds(600));
    let (head, query) = url.split_once('?').unwrap();
    let (expiry, signature) = query.split_once('&').unwrap();
    let turned = format!("{head}?{signature}&{expiry}");
    assert_eq!(private.fetch(&turned).await.status, 200);
}

#[tokio::test]
async fn a_signature_in_upper_case_is_the_same() {
    let private = Private::new().await;
    let url = private.signed(in_seconds(600));
    let (head, sig) = url.split_once("sig=").unwrap();
    let upper = format!("{head}sig={}", sig.to_uppercase());
    assert_eq!(private.fetch(&upper).await.status, 200);
}

#[tokio::test]
async fn what_circulating_guides_sign_opens_nothing() {
    let private = Private::new().await;
    let expires = in_seconds(600);
    let url = private.service.delivery(&private.path);
    let path = url::Url::parse(&url).unwrap().path().to_owned();
    let id = private.path.split('/').next().unwrap();
    for message in [
        format!("{id}public{expires}"),
        format!("{url}?exp={expires}"),
        format!("{path}exp={expires}"),
        format!("{}?exp={expires}", &path[1..]),
    ] {
        let wrong = format!(
            "{url}?exp={expires}&sig={}",
            signature(&private.key, &message)
        );
        private.assert_refused(&wrong, INVALID).await;
    }
    let message = format!("{path}?exp={expires}");
    let foreign = format!(
        "{url}?exp={expires}&sig={}",
        signature("another key", &message)
    );
    private.assert_refused(&foreign, INVALID).await;
}

#[tokio::test]
async fn on_a_custom_domain_the_path_is_signed_with_or_without_its_prefix() {
    let private = Private::new().await;
    let expires = in_seconds(600);
    let (base, hash) = (
        private.service.server.delivery_base(),
        private.service.server.account_hash(),
    );
    let plain = format!("/{hash}/{}", private.path);
    let prefixed = format!("/cdn-cgi/imagedelivery{plain}");
    for path in [&plain, &prefixed] {
        let signature = signature(&private.key, &format!("{path}?exp={expires}"));
        let url = format!("{base}{prefixed}?exp={expires}&sig={signature}");
        assert_eq!(private.fetch(&url).await.status, 200, "{path}");
    }
    // The other way round a prefix is not forgiven.
    let signature = signature(&private.key, &format!("{prefixed}?exp={expires}"));
    let url = format!("{base}{plain}?exp={expires}&sig={signature}");
    private.assert_refused(&url, INVALID).await;
}

#[tokio::test]
async fn a_client_that_has_a_private_rendition_is_told_so_only_with_a_signature() {
    let private = Private::new().await;
    let url = private.signed(in_seconds(600));
    let etag = private.fetch(&url).await.header("etag").to_owned();
    let known = |url: &str| private.service.http.get(url).header("if-none-match", &etag);
    assert_eq!(send(known(&url)).await.status, 304);
    let bare = private.service.delivery(&private.path);
    assert_eq!(send(known(&bare)).await.status, 403);
}

#[tokio::test]
async fn an_unknown_variant_of_a_private_image_is_refused_by_its_name() {
    let private = Private::new().await;
    let path = private
        .path
        .replace("public", &private.service.variant("nothing"));
    let url = signed_with(&private.service, &private.key, &path, in_seconds(600));
    let message = private.fetch(&url).await.refused_in_text(403, 9425);
    assert!(message.ends_with("This account doesn't have variant with this name"));
}
