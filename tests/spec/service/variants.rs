//! Variants.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Service, png, send};

fn thumbnail(service: &Service) -> Value {
    json!({
        "id": service.variant("thumb"),
        "options": {"fit": "cover", "width": 30, "height": 30, "metadata": "none"},
        "neverRequireSignedURLs": false
    })
}

/// Makes [`thumbnail`] and returns its path.
async fn with_thumbnail(service: &Service) -> String {
    service
        .post_json("v1/variants", thumbnail(service))
        .await
        .result();
    format!("v1/variants/{}", service.variant("thumb"))
}

async fn refused(service: &Service, body: Value) -> String {
    service
        .post_json("v1/variants", body)
        .await
        .refused(400, 5400)
}

#[tokio::test]
async fn a_fresh_library_has_the_variant_public() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let expected = json!({"variants": {"public": {
        "id": "public",
        "options": {"fit": "scale-down", "metadata": "none", "width": 1366, "height": 768},
        "neverRequireSignedURLs": false
    }}});
    assert_eq!(service.get("v1/variants").await.result(), expected);
}

#[tokio::test]
async fn variants_are_listed_as_an_object_by_name() {
    let service = Service::start().await;
    with_thumbnail(&service).await;
    let list = service.get("v1/variants").await.result();
    let variants = list["variants"].as_object().unwrap();
    assert_eq!(variants[&service.variant("thumb")], thumbnail(&service));
    assert!(variants.contains_key("public"));
    assert!(
        variants
            .iter()
            .all(|(name, variant)| variant["id"] == name.as_str())
    );
}

#[tokio::test]
async fn a_variant_is_created_and_read_in_every_form() {
    let service = Service::start().await;
    let created = service
        .post_json("v1/variants", thumbnail(&service))
        .await
        .result();
    assert_eq!(created, json!({"variant": thumbnail(&service)}));
    let path = format!("v1/variants/{}", service.variant("thumb"));
    assert_eq!(service.get(&path).await.result(), created);
    let flat = service.get(&format!("{path}/flat")).await.result();
    assert_eq!(flat, thumbnail(&service));
}

#[tokio::test]
async fn options_that_are_not_given_get_their_defaults() {
    let service = Service::start().await;
    for (options, expected) in [
        (
            json!({"width": 100}),
            json!({"fit": "scale-down", "metadata": "none", "width": 100}),
        ),
        (json!({}), json!({"fit": "scale-down", "metadata": "none"})),
        (
            json!({"blur": 3}),
            json!({"fit": "scale-down", "metadata": "none", "blur": 3}),
        ),
    ] {
        let id = service.variant("w");
        let body = json!({"id": id, "options": options});
        let created = service.post_json("v1/variants", body).await.result();
        assert_eq!(created["variant"]["options"], expected);
        assert_eq!(created["variant"]["neverRequireSignedURLs"], false);
        service.delete(&format!("v1/variants/{id}")).await.result();
    }
}

#[tokio::test]
async fn every_fit_and_every_metadata_policy_is_kept() {
    let service = Service::start().await;
    for fit in ["scale-down", "contain", "cover", "crop", "pad"] {
        for metadata in ["keep", "copyright", "none"] {
            let id = service.variant(&format!("{}{metadata}", fit.replace('-', "")));
            let options = json!({"fit": fit, "metadata": metadata, "width": 10, "height": 20});
            let body = json!({"id": id, "options": options, "neverRequireSignedURLs": true});
            let created = service
                .post_json("v1/variants", body.clone())
                .await
                .result();
            assert_eq!(created["variant"], body);
            service.delete(&format!("v1/variants/{id}")).await.result();
        }
    }
}

#[tokio::test]
async fn every_number_is_kept_up_to_the_ends_of_its_range() {
    let service = Service::start().await;
    for options in [
        json!({"width": 1, "height": 1}),
        json!({"width": 9999, "height": 9999}),
        json!({"blur": 0}),
        json!({"blur": 2.5}),
        json!({"blur": 250}),
        json!({"browser_ttl": 3600}),
        json!({"browser_ttl": 31_536_000}),
    ] {
        let id = service.variant("v");
        let body = json!({"id": id, "options": options});
        let created = service.post_json("v1/variants", body).await.result();
        for (name, value) in options.as_object().unwrap() {
            assert_eq!(created["variant"]["options"][name], *value);
        }
        service.delete(&format!("v1/variants/{id}")).await.result();
    }
}

#[tokio::test]
async fn a_whole_number_may_be_written_with_a_decimal_point() {
    let service = Service::start().await;
    let id = service.variant("v");
    let body = json!({"id": id, "options": {"width": 100.0, "height": 50}});
    let created = service.post_json("v1/variants", body).await.result();
    assert_eq!(created["variant"]["options"]["width"], 100);
}

#[tokio::test]
async fn a_variant_name_has_1_to_99_letters_and_digits() {
    let service = Service::start().await;
    for id in [
        "",
        "my-variant",
        "my_variant",
        "größe",
        "a b",
        "a.b",
        "w=1",
        "a/b",
        &"a".repeat(100),
    ] {
        refused(&service, json!({"id": id, "options": {"width": 1}})).await;
    }
    let fill = "a".repeat(99 - service.mark().len());
    let longest = json!({"id": service.variant(&fill), "options": {"width": 1}});
    service.post_json("v1/variants", longest).await.result();
}

#[tokio::test]
async fn variant_names_are_case_sensitive() {
    let service = Service::start().await;
    let (lower, upper) = (service.variant("thumb"), service.variant("Thumb"));
    for (id, width) in [(&lower, 1), (&upper, 2)] {
        let body = json!({"id": id, "options": {"width": width}});
        service.post_json("v1/variants", body).await.result();
    }
    for (id, width) in [(&lower, 1), (&upper, 2)] {
        let flat = service
            .get(&format!("v1/variants/{id}/flat"))
            .await
            .result();
        assert_eq!(flat["options"]["width"], width);
    }
    let other = format!("v1/variants/{}", service.variant("THUMB"));
    service.get(&other).await.refused(404, 5401);
}

#[tokio::test]
async fn wrong_options_are_refused_by_the_name_of_the_field() {
    let service = Service::start().await;
    for (field, value) in [
        ("fit", json!("stretch")),
        ("fit", json!("squeeze")),
        ("fit", json!("aspect-crop")),
        ("fit", json!("scale-up")),
        ("fit", json!("Cover")),
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
        let body = json!({"id": service.variant("x"), "options": {field: value}});
        let message = refused(&service, body).await;
        assert!(message.contains(&format!("options.{field}")), "{message}");
    }
    let path = format!("v1/variants/{}", service.variant("x"));
    service.get(&path).await.refused(404, 5401);
}

#[tokio::test]
async fn a_variant_needs_a_name_and_options_of_the_right_types() {
    let service = Service::start().await;
    let id = service.variant("x");
    for body in [
        json!({"options": {"width": 1}}),
        json!({"id": id}),
        json!({"id": id, "options": null}),
        json!({"id": id, "options": []}),
        json!({"id": id, "options": {"width": "1"}}),
        json!({"id": id, "options": {"fit": 1}}),
        json!({"id": 5, "options": {"width": 1}}),
        json!({"id": id, "options": {"width": 1}, "neverRequireSignedURLs": "no"}),
        json!([]),
    ] {
        refused(&service, body).await;
    }
    for body in ["", "{\"id\":", "{\"id\":\"x\",\"options\":{},}"] {
        let request = service.request(Method::POST, "v1/variants").body(body);
        send(request).await.refused(400, 5400);
    }
}

#[tokio::test]
async fn a_name_that_is_taken_is_refused_and_the_variant_stays() {
    let service = Service::start().await;
    let path = with_thumbnail(&service).await;
    let mut other = thumbnail(&service);
    other["options"]["width"] = json!(99);
    let answer = service.post_json("v1/variants", other).await;
    assert_eq!(answer.refused(409, 5409), "Resource already exists");
    assert_eq!(
        service.get(&path).await.result()["variant"],
        thumbnail(&service)
    );
    let public = json!({"id": "public", "options": {"width": 1}});
    service
        .post_json("v1/variants", public)
        .await
        .refused(409, 5409);
}

#[tokio::test]
async fn an_unknown_variant_is_not_found() {
    let service = Service::start().await;
    let path = format!("v1/variants/{}", service.variant("nothing"));
    assert_eq!(
        service.get(&path).await.refused(404, 5401),
        "Variant not found"
    );
    service
        .get(&format!("{path}/flat"))
        .await
        .refused(404, 5401);
    service.patch(&path, json!({})).await.refused(404, 5401);
    service.delete(&path).await.refused(404, 5401);
    service
        .get("v1/variants/not%2Fa-name")
        .await
        .refused(404, 5401);
}

#[tokio::test]
async fn a_change_merges_the_options_that_are_given() {
    let service = Service::start().await;
    let path = with_thumbnail(&service).await;
    let changed = service
        .patch(&path, json!({"options": {"width": 35, "blur": 1}}))
        .await
        .result();
    assert_eq!(
        changed["variant"]["options"],
        json!({"fit": "cover", "metadata": "none", "width": 35, "height": 30, "blur": 1})
    );
    let changed = service
        .patch(&path, json!({"neverRequireSignedURLs": true}))
        .await
        .result();
    assert_eq!(changed["variant"]["neverRequireSignedURLs"], true);
    assert_eq!(changed["variant"]["options"]["width"], 35);
    let changed = service
        .patch(&path, json!({"options": {"fit": "pad"}}))
        .await
        .result();
    assert_eq!(changed["variant"]["neverRequireSignedURLs"], true);
    assert_eq!(service.get(&path).await.result(), changed);
}

#[tokio::test]
async fn a_change_of_all_four_options_replaces_them() {
    let service = Service::start().await;
    let path = with_thumbnail(&service).await;
    let options = json!({"fit": "contain", "metadata": "keep", "width": 70, "height": 80});
    let changed = service
        .patch(&path, json!({"options": options}))
        .await
        .result();
    assert_eq!(changed["variant"]["options"], options);
}

#[tokio::test]
async fn a_wrong_change_of_a_variant_changes_nothing() {
    let service = Service::start().await;
    let path = with_thumbnail(&service).await;
    for body in [
        json!({"options": {"width": 5, "blur": 300}}),
        json!({"options": {"width": 5, "fit": "squeeze"}}),
        json!({"options": {"width": 5}, "neverRequireSignedURLs": 1}),
        json!({"options": 5}),
        json!("x"),
    ] {
        service.patch(&path, body).await.refused(400, 5400);
    }
    assert_eq!(
        service.get(&path).await.result()["variant"],
        thumbnail(&service)
    );
}

#[tokio::test]
async fn a_variant_keeps_its_name() {
    let service = Service::start().await;
    let path = with_thumbnail(&service).await;
    let body = json!({"id": service.variant("other"), "options": {"width": 5}});
    let changed = service.patch(&path, body).await.result();
    assert_eq!(changed["variant"]["id"], service.variant("thumb"));
    let other = format!("v1/variants/{}", service.variant("other"));
    service.get(&other).await.refused(404, 5401);
}

#[tokio::test]
async fn a_change_of_a_variant_is_seen_in_delivery_at_once() {
    let service = Service::start().await;
    let path = with_thumbnail(&service).await;
    let id = service.upload_bytes(png(80, 60)).await;
    let url = format!("{id}/{}", service.variant("thumb"));
    assert_eq!(service.deliver(&url).await.picture_size(), (30, 30));
    service
        .patch(&path, json!({"options": {"width": 20}}))
        .await
        .result();
    assert_eq!(service.deliver(&url).await.picture_size(), (20, 30));
}

#[tokio::test]
async fn a_deleted_variant_is_gone_at_once_for_all_images() {
    let service = Service::start().await;
    let path = with_thumbnail(&service).await;
    let name = service.variant("thumb");
    let id = service.upload_png().await;
    let url = format!("{id}/{name}");
    assert_eq!(service.deliver(&url).await.status, 200);
    assert_eq!(service.delete(&path).await.result(), json!({}));
    service.get(&path).await.refused(404, 5401);
    service.deliver(&url).await.refused_in_text(403, 9425);
    service.delete(&path).await.refused(404, 5401);
    let image = service.get(&Service::path_of(&id)).await.result();
    let urls = image["variants"].as_array().unwrap();
    assert!(!urls.contains(&json!(service.delivery(&url))));
    with_thumbnail(&service).await;
    assert_eq!(service.deliver(&url).await.status, 200);
}

#[tokio::test]
async fn deleting_public_is_answered_and_public_stays() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let before = service.get("v1/variants/public").await.result();
    assert_eq!(
        service.delete("v1/variants/public").await.result(),
        json!({})
    );
    assert_eq!(service.get("v1/variants/public").await.result(), before);
}

#[tokio::test]
async fn public_may_be_changed_like_any_other() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let id = service.upload_bytes(png(80, 60)).await;
    service
        .patch("v1/variants/public", json!({"options": {"width": 40}}))
        .await
        .result();
    assert_eq!(
        service
            .deliver(&format!("{id}/public"))
            .await
            .picture_size(),
        (40, 30)
    );
}

#[tokio::test]
async fn an_account_has_at_most_100_variants() {
    let Some(service) = Service::owned().await else {
        return;
    };
    for n in 0..99 {
        let body = json!({"id": format!("v{n}"), "options": {"width": 1}});
        service.post_json("v1/variants", body).await.result();
    }
    let body = json!({"id": "v99", "options": {"width": 1}});
    let message = service
        .post_json("v1/variants", body.clone())
        .await
        .refused(403, 5453);
    assert!(message.contains("service limit (100)"));
    service.delete("v1/variants/v5").await.result();
    service.post_json("v1/variants", body).await.result();
}

#[tokio::test]
async fn every_image_shows_one_url_for_each_variant() {
    let service = Service::start().await;
    let before = service.upload_png().await;
    with_thumbnail(&service).await;
    let after = service.upload_png().await;
    let name = service.variant("thumb");
    for id in [before, after] {
        let image = service.get(&Service::path_of(&id)).await.result();
        let urls: Vec<&Value> = image["variants"].as_array().unwrap().iter().collect();
        for name in [&name, "public"] {
            let url = json!(service.delivery(&format!("{id}/{name}")));
            assert_eq!(urls.iter().filter(|other| ***other == url).count(), 1);
        }
    }
}
