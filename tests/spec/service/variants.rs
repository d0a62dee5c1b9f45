//! Variants.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Service, send};

fn thumbnail() -> Value {
    json!({
        "id": "thumbnail",
        "options": {"fit": "cover", "width": 300, "height": 300, "metadata": "none"},
        "neverRequireSignedURLs": false
    })
}

#[tokio::test]
async fn a_fresh_library_has_the_variant_public() {
    let service = Service::start().await;
    let expected = json!({"variants": {"public": {
        "id": "public",
        "options": {"fit": "scale-down", "metadata": "none", "width": 1366, "height": 768},
        "neverRequireSignedURLs": false
    }}});
    assert_eq!(service.get("v1/variants").await.result(), expected);
}

#[tokio::test]
async fn a_variant_is_created_and_read_in_every_form() {
    let service = Service::start().await;
    let created = service.post_json("v1/variants", thumbnail()).await.result();
    assert_eq!(created, json!({"variant": thumbnail()}));
    assert_eq!(service.get("v1/variants/thumbnail").await.result(), created);
    assert_eq!(
        service.get("v1/variants/thumbnail/flat").await.result(),
        thumbnail()
    );
    let list = service.get("v1/variants").await.result();
    assert_eq!(list["variants"]["thumbnail"], thumbnail());
}

#[tokio::test]
async fn options_that_are_not_given_get_their_defaults() {
    let service = Service::start().await;
    let body = json!({"id": "w", "options": {"width": 100}});
    let created = service.post_json("v1/variants", body).await.result();
    assert_eq!(
        created["variant"],
        json!({"id": "w", "options": {"fit": "scale-down", "metadata": "none", "width": 100},
               "neverRequireSignedURLs": false})
    );
}

#[tokio::test]
async fn every_option_is_kept() {
    let service = Service::start().await;
    for fit in ["scale-down", "contain", "cover", "crop", "pad"] {
        for metadata in ["keep", "copyright", "none"] {
            let id = format!("{}{metadata}", fit.replace('-', ""));
            let options = json!({"fit": fit, "metadata": metadata, "width": 10, "height": 20,
                "blur": 2.5, "browser_ttl": 3600});
            let body = json!({"id": id, "options": options, "neverRequireSignedURLs": true});
            let created = service
                .post_json("v1/variants", body.clone())
                .await
                .result();
            assert_eq!(created["variant"], body);
        }
    }
}

#[tokio::test]
async fn a_change_merges_the_options_that_are_given() {
    let service = Service::start().await;
    service.post_json("v1/variants", thumbnail()).await.result();
    let body = json!({"options": {"width": 350, "height": 350}});
    let changed = service.patch("v1/variants/thumbnail", body).await.result();
    assert_eq!(
        changed["variant"]["options"],
        json!({"fit": "cover", "metadata": "none", "width": 350, "height": 350})
    );
    let body = json!({"neverRequireSignedURLs": true});
    let changed = service.patch("v1/variants/thumbnail", body).await.result();
    assert_eq!(changed["variant"]["neverRequireSignedURLs"], true);
    assert_eq!(changed["variant"]["options"]["width"], 350);
}

#[tokio::test]
async fn a_variant_name_has_letters_and_digits_only() {
    let service = Service::start().await;
    for id in ["", "my-variant", "my_variant", "größe", &"a".repeat(100)] {
        let body = json!({"id": id, "options": {"width": 1}});
        service
            .post_json("v1/variants", body)
            .await
            .refused(400, 5400);
    }
    let longest = json!({"id": "a".repeat(99), "options": {"width": 1}});
    service.post_json("v1/variants", longest).await.result();
}

#[tokio::test]
async fn wrong_options_are_refused_by_the_name_of_the_field() {
    let service = Service::start().await;
    for (field, value) in [
        ("fit", json!("stretch")),
        ("fit", json!("squeeze")),
        ("metadata", json!("all")),
        ("width", json!(0)),
        ("width", json!(-5)),
        ("width", json!(1.5)),
        ("height", json!(0)),
        ("blur", json!(251)),
        ("blur", json!(-1)),
        ("browser_ttl", json!(60)),
        ("browser_ttl", json!(31_536_001)),
    ] {
        let body = json!({"id": "x", "options": {field: value}});
        let message = service
            .post_json("v1/variants", body)
            .await
            .refused(400, 5400);
        assert!(message.contains(&format!("options.{field}")), "{message}");
    }
    for body in [
        json!({"options": {"width": 1}}),
        json!({"id": "x"}),
        json!({"id": "x", "options": []}),
        json!({"id": "x", "options": {"width": "1"}}),
        json!({"id": "x", "options": {"width": 1}, "neverRequireSignedURLs": "no"}),
    ] {
        service
            .post_json("v1/variants", body)
            .await
            .refused(400, 5400);
    }
    let broken = service
        .request(Method::POST, "v1/variants")
        .body("{\"id\":");
    send(broken).await.refused(400, 5400);
}

#[tokio::test]
async fn a_name_that_is_taken_and_an_unknown_one_are_refused() {
    let service = Service::start().await;
    service.post_json("v1/variants", thumbnail()).await.result();
    service
        .post_json("v1/variants", thumbnail())
        .await
        .refused(409, 5409);
    let unknown = service.get("v1/variants/nothing").await;
    assert_eq!(unknown.refused(404, 5401), "Variant not found");
    service
        .get("v1/variants/nothing/flat")
        .await
        .refused(404, 5401);
    service
        .patch("v1/variants/nothing", json!({}))
        .await
        .refused(404, 5401);
    service
        .delete("v1/variants/nothing")
        .await
        .refused(404, 5401);
    // Names are case-sensitive.
    service
        .get("v1/variants/Thumbnail")
        .await
        .refused(404, 5401);
}

#[tokio::test]
async fn a_deleted_variant_is_gone_but_public_stays() {
    let service = Service::start().await;
    service.post_json("v1/variants", thumbnail()).await.result();
    let id = service.upload_png().await;
    assert_eq!(
        service
            .deliver(&format!("{id}/thumbnail"))
            .await
            .picture_size(),
        (300, 300)
    );
    assert_eq!(
        service.delete("v1/variants/thumbnail").await.result(),
        json!({})
    );
    service
        .get("v1/variants/thumbnail")
        .await
        .refused(404, 5401);
    service
        .deliver(&format!("{id}/thumbnail"))
        .await
        .refused_in_text(403, 9425);
    service.delete("v1/variants/public").await.result();
    service.get("v1/variants/public").await.result();
}

#[tokio::test]
async fn an_account_has_at_most_100_variants() {
    let service = Service::start().await;
    for n in 0..99 {
        let body = json!({"id": format!("v{n}"), "options": {"width": 1}});
        service.post_json("v1/variants", body).await.result();
    }
    let body = json!({"id": "v99", "options": {"width": 1}});
    let message = service
        .post_json("v1/variants", body)
        .await
        .refused(403, 5453);
    assert!(message.contains("service limit (100)"));
}

#[tokio::test]
async fn an_image_shows_one_url_for_each_variant() {
    let service = Service::start().await;
    service.post_json("v1/variants", thumbnail()).await.result();
    let id = service.upload_png().await;
    let image = service.get(&format!("v1/{id}")).await.result();
    let mut urls: Vec<&str> = image["variants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|url| url.as_str().unwrap())
        .collect();
    urls.sort_unstable();
    assert_eq!(
        urls,
        [
            service.delivery(&format!("{id}/public")),
            service.delivery(&format!("{id}/thumbnail"))
        ]
    );
}
