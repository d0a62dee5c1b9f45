//! Delivery.

use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::Method;
use serde_json::json;

use super::{Answer, Service, file_form, jpeg, send};

/// A library with one public 1080 × 720 JPEG named `photo`.
async fn with_photo() -> Service {
    let service = Service::start().await;
    let form = file_form(jpeg(1080, 720), "photo.jpg").text("id", "photo");
    service.upload(form).await.result();
    service
}

async fn with_variant(service: &Service, id: &str, options: serde_json::Value) {
    let body = json!({"id": id, "options": options});
    service.post_json("v1/variants", body).await.result();
}

/// The signature as a client makes it, from nothing but the documentation.
async fn signed(service: &Service, path: &str, expires: i64) -> String {
    let keys = service.get("v1/keys").await.result();
    let key = keys["keys"][0]["value"].as_str().unwrap().to_owned();
    let url = service.delivery(path);
    let url = url::Url::parse(&url).unwrap();
    let message = format!("{}?exp={expires}", url.path());
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(message.as_bytes());
    format!(
        "{url}?exp={expires}&sig={}",
        hex::encode(mac.finalize().into_bytes())
    )
}

fn in_seconds(seconds: i64) -> i64 {
    jiff::Timestamp::now().as_second() + seconds
}

async fn fetch(service: &Service, url: &str) -> Answer {
    send(service.http.get(url)).await
}

#[tokio::test]
async fn each_fit_delivers_the_documented_size() {
    let service = with_photo().await;
    for (id, options, size) in [
        (
            "a",
            json!({"fit": "scale-down", "width": 500, "height": 500}),
            (500, 333),
        ),
        (
            "b",
            json!({"fit": "scale-down", "width": 2000, "height": 2000}),
            (1080, 720),
        ),
        (
            "c",
            json!({"fit": "cover", "width": 500, "height": 500}),
            (500, 500),
        ),
        (
            "d",
            json!({"fit": "crop", "width": 1296, "height": 1296}),
            (1080, 720),
        ),
        (
            "e",
            json!({"fit": "pad", "width": 1080, "height": 1080}),
            (1080, 1080),
        ),
        (
            "f",
            json!({"fit": "contain", "width": 1620, "height": 2000}),
            (1620, 1080),
        ),
    ] {
        with_variant(&service, id, options).await;
        assert_eq!(
            service.deliver(&format!("photo/{id}")).await.picture_size(),
            size,
            "{id}"
        );
    }
}

#[tokio::test]
async fn the_format_follows_what_the_client_accepts() {
    let service = with_photo().await;
    let url = service.delivery("photo/public");
    let with = |accept: &str| service.http.get(&url).header("accept", accept);
    let webp = send(with("image/avif;q=0,image/webp,*/*;q=0.8")).await;
    assert_eq!(webp.header("content-type"), "image/webp");
    assert_eq!(webp.header("vary"), "accept");
    for accept in ["*/*", "image/*", "image/webp;q=0", "image/jpeg"] {
        let plain = send(with(accept)).await;
        assert_eq!(plain.header("content-type"), "image/jpeg", "{accept}");
    }
}

#[tokio::test]
async fn a_rendition_comes_with_cache_and_safety_headers() {
    let service = with_photo().await;
    let first = service.deliver("photo/public").await;
    assert_eq!(
        first.header("cache-control"),
        "public, max-age=172800, stale-while-revalidate=7200"
    );
    assert!(first.header("etag").starts_with("\"cf-"));
    assert!(first.header("cf-images").starts_with("internal=ok/m"));
    assert_eq!(first.header("x-content-type-options"), "nosniff");
    assert_eq!(first.header("access-control-allow-origin"), "*");
    assert_eq!(first.header("content-length"), first.body.len().to_string());
    let second = service.deliver("photo/public").await;
    assert!(second.header("cf-images").starts_with("internal=ok/h"));
    assert_eq!(
        (second.body, second.headers.get("etag")),
        (first.body, first.headers.get("etag"))
    );
}

#[tokio::test]
async fn how_long_browsers_keep_it_is_said_by_variant_before_account() {
    let service = with_photo().await;
    service
        .patch("v1/config", json!({"browser_ttl": 7200}))
        .await
        .result();
    let age = async |id: &str| {
        let answer = service.deliver(&format!("photo/{id}")).await;
        answer.header("cache-control").to_owned()
    };
    assert!(age("public").await.contains("max-age=7200,"));
    with_variant(&service, "own", json!({"width": 10, "browser_ttl": 86400})).await;
    assert!(age("own").await.contains("max-age=86400,"));
}

#[tokio::test]
async fn a_client_that_has_it_is_told_so() {
    let service = with_photo().await;
    let url = service.delivery("photo/public");
    let first = fetch(&service, &url).await;
    let etag = first.header("etag");
    let same = send(service.http.get(&url).header("if-none-match", etag)).await;
    assert_eq!(
        (same.status, same.body.len(), same.header("etag")),
        (304, 0, etag)
    );
    assert_eq!(same.header("cache-control"), first.header("cache-control"));
    let other = send(service.http.get(&url).header("if-none-match", "\"x\"")).await;
    assert_eq!(other.status, 200);
    let since = first.header("last-modified");
    let unchanged = send(service.http.get(&url).header("if-modified-since", since)).await;
    assert_eq!(unchanged.status, 304);
    let head = send(service.http.head(&url)).await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(
        head.header("content-length"),
        first.header("content-length")
    );
}

#[tokio::test]
async fn a_change_of_a_variant_is_seen_at_once() {
    let service = with_photo().await;
    with_variant(
        &service,
        "small",
        json!({"fit": "cover", "width": 100, "height": 100}),
    )
    .await;
    assert_eq!(
        service.deliver("photo/small").await.picture_size(),
        (100, 100)
    );
    service
        .patch("v1/variants/small", json!({"options": {"width": 60}}))
        .await
        .result();
    assert_eq!(
        service.deliver("photo/small").await.picture_size(),
        (60, 100)
    );
}

#[tokio::test]
async fn the_custom_domain_form_delivers_the_same() {
    let service = with_photo().await;
    let plain = service.deliver("photo/public").await;
    let url = service.delivery("photo/public").replacen(
        service.server.account_hash().as_str(),
        &format!("cdn-cgi/imagedelivery/{}", service.server.account_hash()),
        1,
    );
    assert_eq!(fetch(&service, &url).await.body, plain.body);
}

#[tokio::test]
async fn what_is_unknown_is_refused_with_its_own_code() {
    let service = with_photo().await;
    let base = service.server.delivery_base();
    let other = fetch(&service, &format!("{base}/otherhash/photo/public")).await;
    other.refused_in_text(403, 9427);
    let variant = service.deliver("photo/nothing").await;
    assert!(
        variant
            .refused_in_text(403, 9425)
            .contains("doesn't have variant with this name")
    );
    let image = service.deliver("nothing/public").await;
    image.refused_in_text(404, 9404);
    assert_eq!(image.header("cf-images"), "err=9404");
    assert_eq!(image.header("cf-resized"), "err=9404");
    assert_eq!(image.header("cache-control"), "no-store");
    service.deliver("photo").await.refused_in_text(404, 9431);
    service
        .deliver("%ff/public")
        .await
        .refused_in_text(403, 9426);
    fetch(&service, &format!("{base}/"))
        .await
        .refused_in_text(404, 9431);
    let put = send(service.http.put(service.delivery("photo/public"))).await;
    put.refused_in_text(405, 10000);
    assert_eq!(put.header("allow"), "GET, HEAD");
}

#[tokio::test]
async fn options_in_the_url_work_once_flexible_variants_are_on() {
    let service = with_photo().await;
    service
        .deliver("photo/w=100")
        .await
        .refused_in_text(403, 9429);
    service.enable_flexible().await;
    for (options, size) in [
        ("w=40,h=30,f=webp,fit=cover", (40, 30)),
        ("width=500", (500, 333)),
        ("fit=squeeze,w=1080,h=540", (1080, 540)),
        ("rotate=90,w=240", (240, 360)),
        ("format=auto", (1080, 720)),
        ("w=200,dpr=2", (400, 267)),
    ] {
        let answer = service.deliver(&format!("photo/{options}")).await;
        assert_eq!(answer.picture_size(), size, "{options}");
    }
    let message = service
        .deliver("photo/w=0")
        .await
        .refused_in_text(400, 9401);
    assert!(message.contains("Missing or invalid resizing parameters"));
    service
        .deliver("photo/unknown=1")
        .await
        .refused_in_text(400, 9401);
    service
        .deliver("photo/f=mp4")
        .await
        .refused_in_text(400, 9401);
    service
        .deliver("photo/fit=contain,w=20000")
        .await
        .refused_in_text(403, 9413);
    let json = service.deliver("photo/w=540,format=json").await;
    assert_eq!(json.header("content-type"), "application/json");
    let document: serde_json::Value = serde_json::from_slice(&json.body).unwrap();
    assert_eq!(
        (&document["width"], &document["height"]),
        (&json!(540), &json!(360))
    );
    assert_eq!(document["original"]["format"], "image/jpeg");
    let ignored = service.deliver("photo/w=abc,h=72").await;
    assert_eq!(ignored.picture_size(), (108, 72));
    assert!(ignored.header("warning").starts_with("cf-images 299 \""));
}

#[tokio::test]
async fn a_private_image_opens_with_its_signature_only() {
    let service = Service::start().await;
    let id = service
        .upload_with(&[("requireSignedURLs", "true")])
        .await
        .image_id();
    let path = format!("{id}/public");
    let message = service.deliver(&path).await.refused_in_text(403, 9425);
    assert!(message.ends_with("a signed URL is required"));
    let url = signed(&service, &path, in_seconds(600)).await;
    let open = fetch(&service, &url).await;
    assert_eq!(open.picture_size(), (8, 6));
    let control = open.header("cache-control").to_owned();
    let age: i64 = control
        .strip_prefix("private, max-age=")
        .unwrap()
        .parse()
        .unwrap();
    assert!((590..=600).contains(&age));
    let longer = fetch(&service, &signed(&service, &path, in_seconds(90_000)).await).await;
    assert_eq!(longer.header("cache-control"), "private, max-age=3600");
}

#[tokio::test]
async fn a_wrong_expired_or_moved_signature_is_refused() {
    let service = Service::start().await;
    with_variant(&service, "other", json!({"width": 4})).await;
    let id = service
        .upload_with(&[("requireSignedURLs", "true")])
        .await
        .image_id();
    let path = format!("{id}/public");
    let url = signed(&service, &path, in_seconds(600)).await;
    let reason = async |url: &str| fetch(&service, url).await.refused_in_text(403, 9425);
    let last = url.chars().last().unwrap();
    let wrong = format!(
        "{}{}",
        &url[..url.len() - 1],
        if last == '0' { '1' } else { '0' }
    );
    assert!(reason(&wrong).await.ends_with("the signature is invalid"));
    assert!(
        reason(&url.replace("/public", "/other"))
            .await
            .ends_with("the signature is invalid")
    );
    assert!(
        reason(&url.replace("exp=1", "exp=2"))
            .await
            .ends_with("the signature is invalid")
    );
    let expired = signed(&service, &path, in_seconds(-1)).await;
    assert!(reason(&expired).await.ends_with("the URL has expired"));
    service.put("v1/keys/default").await.result();
    assert!(reason(&url).await.ends_with("the signature is invalid"));
    let upper = signed(&service, &path, in_seconds(600)).await;
    let (head, sig) = upper.split_once("sig=").unwrap();
    let upper = format!("{head}sig={}", sig.to_uppercase());
    assert_eq!(fetch(&service, &upper).await.status, 200);
}

#[tokio::test]
async fn an_always_public_variant_opens_private_images_and_options_never_do() {
    let service = Service::start().await;
    service.enable_flexible().await;
    let body = json!({"id": "open", "options": {"width": 4}, "neverRequireSignedURLs": true});
    service.post_json("v1/variants", body).await.result();
    let id = service
        .upload_with(&[("requireSignedURLs", "true")])
        .await
        .image_id();
    assert_eq!(
        service.deliver(&format!("{id}/open")).await.picture_size(),
        (4, 3)
    );
    let path = format!("{id}/w=4");
    service.deliver(&path).await.refused_in_text(403, 9425);
    let url = signed(&service, &path, in_seconds(600)).await;
    let message = fetch(&service, &url).await.refused_in_text(403, 9425);
    assert!(message.contains("flexible variants"));
}

#[tokio::test]
async fn a_signature_on_something_public_is_ignored() {
    let service = with_photo().await;
    let answer = service.deliver("photo/public?exp=1&sig=nonsense&v=2").await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn switching_access_acts_at_once() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    let path = format!("{id}/public");
    assert_eq!(service.deliver(&path).await.status, 200);
    service
        .patch(&format!("v1/{id}"), json!({"requireSignedURLs": true}))
        .await
        .result();
    assert_eq!(service.deliver(&path).await.status, 403);
    service
        .patch(&format!("v1/{id}"), json!({"requireSignedURLs": false}))
        .await
        .result();
    assert_eq!(service.deliver(&path).await.status, 200);
}

#[tokio::test]
async fn an_svg_is_delivered_with_scripts_forbidden() {
    let service = Service::start().await;
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"6\"/>".to_vec();
    let id = service.upload(file_form(svg, "a.svg")).await.image_id();
    let answer = service.deliver(&format!("{id}/public")).await;
    assert_eq!(answer.header("content-type"), "image/svg+xml");
    assert!(
        answer
            .header("content-security-policy")
            .contains("default-src 'none'")
    );
    service.enable_flexible().await;
    service
        .deliver(&format!("{id}/f=png"))
        .await
        .refused_in_text(415, 9412);
}

#[tokio::test]
async fn renditions_outlive_a_restart() {
    let service = with_photo().await;
    let first = service.deliver("photo/public").await;
    let service = service.restart().await;
    let second = service.deliver("photo/public").await;
    assert!(second.header("cf-images").starts_with("internal=ok/h"));
    assert_eq!(second.body, first.body);
}

#[tokio::test]
async fn twenty_requests_for_one_cold_rendition_get_the_same_bytes() {
    let service = with_photo().await;
    let url = service.delivery("photo/public");
    let asked = (0..20).map(|_| send(service.http.request(Method::GET, &url)));
    let answers = futures_util::future::join_all(asked).await;
    assert!(
        answers
            .iter()
            .all(|answer| answer.status == 200 && answer.body == answers[0].body)
    );
    let renditions = service.folder.path().join("renditions");
    assert_eq!(std::fs::read_dir(renditions).unwrap().count(), 1);
}
