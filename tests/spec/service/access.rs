//! Delivery: who may see what, and what is answered to the others.

use reqwest::Method;
use serde_json::json;

use super::{Service, delivered, png, send};

#[tokio::test]
async fn a_public_image_is_delivered_to_everybody_under_its_variants() {
    let service = Service::start().await;
    let name = service.make_variant("small", json!({"width": 4})).await;
    let id = service.upload_png().await;
    let public = service.deliver(&format!("{id}/public")).await;
    assert_eq!(public.picture_size(), (8, 6));
    let small = service.deliver(&format!("{id}/{name}")).await;
    assert_eq!(small.picture_size(), (4, 3));
}

#[tokio::test]
async fn methods_other_than_get_and_head_are_refused() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    let url = service.delivery(&format!("{id}/public"));
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let answer = send(service.http.request(method, &url)).await;
        assert_eq!(answer.status, 405);
        assert_eq!(answer.header("allow"), "GET, HEAD");
        assert!(answer.header("content-type").starts_with("text/plain"));
    }
}

#[tokio::test]
async fn a_path_without_a_variant_is_not_found() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    let (base, hash) = (
        service.server.delivery_base(),
        service.server.account_hash(),
    );
    for url in [
        format!("{base}/"),
        format!("{base}/{hash}"),
        format!("{base}/{hash}/"),
        format!("{base}/{hash}/{id}"),
        format!("{base}/{hash}/{id}/"),
        format!("{base}/{hash}//public"),
        format!("{base}/cdn-cgi/imagedelivery/{hash}/{id}"),
    ] {
        let answer = send(service.http.get(&url)).await;
        assert_eq!(
            answer.refused_in_text(404, 9431),
            "ERROR 9431: Not found",
            "{url}"
        );
    }
}

#[tokio::test]
async fn another_account_hash_is_refused_before_anything_else_is_looked_at() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    let base = service.server.delivery_base();
    for path in [
        format!("otherhash/{id}/public"),
        "Vi7wi5KSItxGFsWRG2Us6Q/nothing/nothing".to_owned(),
        "Vi7wi5KSItxGFsWRG2Us6Q/%ff/w=0".to_owned(),
        format!(
            "{}/{id}/public",
            swapped(service.server.account_hash().as_str())
        ),
    ] {
        let answer = send(service.http.get(format!("{base}/{path}"))).await;
        assert_eq!(
            answer.refused_in_text(403, 9427),
            "ERROR 9427: Image access denied with incorrect account id"
        );
    }
}

/// The same letters in another case.
fn swapped(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_ascii_lowercase() {
                c.to_ascii_uppercase()
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect()
}

#[tokio::test]
async fn a_path_that_decodes_to_no_text_is_refused() {
    let service = Service::start().await;
    for path in ["%ff/public", "a%C3/public", "%ff/nothing"] {
        let answer = service.deliver(path).await;
        assert_eq!(
            answer.refused_in_text(403, 9426),
            "ERROR 9426: The URL of imagedelivery.net has invalid text part"
        );
    }
}

#[tokio::test]
async fn options_are_refused_as_long_as_flexible_variants_are_off() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let id = service.upload_png().await;
    for path in [
        format!("{id}/w=4"),
        format!("{id}/w=0"),
        "nothing/nonsense=1".to_owned(),
        format!("{id}/w%3D4"),
    ] {
        let answer = service.deliver(&path).await;
        assert_eq!(
            answer.refused_in_text(403, 9429),
            "ERROR 9429: Flexible variants are not enabled for the account"
        );
    }
    service.enable_flexible().await;
    assert_eq!(
        service.deliver(&format!("{id}/w=4")).await.picture_size(),
        (4, 3)
    );
    let body = json!({"flexible_variants": false});
    service.patch("v1/config", body).await.result();
    service
        .deliver(&format!("{id}/w=4"))
        .await
        .refused_in_text(403, 9429);
}

#[tokio::test]
async fn wrong_options_are_refused_before_the_image_is_looked_for() {
    let service = Service::flexible().await;
    let path = format!("{}/w=0", service.id("nothing"));
    service.deliver(&path).await.refused_in_text(400, 9401);
    let path = format!("{}/w=1", service.id("nothing"));
    service.deliver(&path).await.refused_in_text(404, 9404);
}

#[tokio::test]
async fn an_unknown_variant_is_403_and_an_unknown_image_is_404() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    let nothing = service.variant("nothing");
    let variant = service.deliver(&format!("{id}/{nothing}")).await;
    assert_eq!(
        variant.refused_in_text(403, 9425),
        "ERROR 9425: Image access denied: This account doesn't have variant with this name"
    );
    let image = service
        .deliver(&format!("{}/public", service.id("nothing")))
        .await;
    assert_eq!(
        image.refused_in_text(404, 9404),
        "ERROR 9404: Could not fetch the image — the server returned HTTP error 404 Not Found"
    );
    // Of both, the variant is looked for first.
    let both = service
        .deliver(&format!("{}/{nothing}", service.id("nothing")))
        .await;
    both.refused_in_text(403, 9425);
}

#[tokio::test]
async fn variants_are_told_apart_by_case() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    for name in ["Public", "PUBLIC"] {
        let answer = service.deliver(&format!("{id}/{name}")).await;
        answer.refused_in_text(403, 9425);
    }
}

#[tokio::test]
async fn a_refusal_has_its_code_in_two_headers_and_is_kept_by_no_cache() {
    let service = Service::start().await;
    let id = service.upload_private().await;
    for (path, code) in [
        (format!("{}/public", service.id("nothing")), 9404),
        (format!("{id}/public"), 9425),
        ("%ff/public".to_owned(), 9426),
        (service.id("nothing"), 9431),
    ] {
        let answer = service.deliver(&path).await;
        let expected = format!("err={code}");
        assert_eq!(answer.header("cf-resized"), expected);
        assert_eq!(answer.header("cf-images"), expected);
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert!(!answer.has_header("etag"));
    }
}

#[tokio::test]
async fn a_private_image_needs_a_signature() {
    let service = Service::start().await;
    let id = service.upload_private().await;
    let message = service
        .deliver(&format!("{id}/public"))
        .await
        .refused_in_text(403, 9425);
    assert!(message.ends_with("a signed URL is required"), "{message}");
}

#[tokio::test]
async fn an_always_public_variant_opens_private_images() {
    let service = Service::start().await;
    let id = service.upload_private().await;
    let name = service.variant("open");
    let body = json!({"id": name, "options": {"width": 4}, "neverRequireSignedURLs": true});
    service.post_json("v1/variants", body).await.result();
    let url = format!("{id}/{name}");
    let open = service.deliver(&url).await;
    assert_eq!(open.picture_size(), (4, 3));
    assert!(open.header("cache-control").starts_with("public"));
    let body = json!({"neverRequireSignedURLs": false});
    service
        .patch(&format!("v1/variants/{name}"), body)
        .await
        .result();
    service.deliver(&url).await.refused_in_text(403, 9425);
}

#[tokio::test]
async fn options_never_open_private_images() {
    let service = Service::flexible().await;
    let id = service.upload_private().await;
    let path = format!("{id}/w=4");
    let message = service.deliver(&path).await.refused_in_text(403, 9425);
    assert!(
        message.ends_with("flexible variants cannot be used with signed URLs"),
        "{message}"
    );
    let url = super::signed::signed(&service, &path, super::signed::in_seconds(600)).await;
    let message = send(service.http.get(url)).await.refused_in_text(403, 9425);
    assert!(
        message.ends_with("flexible variants cannot be used with signed URLs"),
        "{message}"
    );
}

#[tokio::test]
async fn switching_access_acts_at_once() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    let (path, url) = (Service::path_of(&id), format!("{id}/public"));
    for (private, status) in [(true, 403), (false, 200), (true, 403)] {
        let body = json!({"requireSignedURLs": private});
        service.patch(&path, body).await.result();
        assert_eq!(service.deliver(&url).await.status, status);
    }
}

#[tokio::test]
async fn the_slashes_of_an_id_stand_as_they_are_or_escaped() {
    let service = Service::start().await;
    let id = service.id("products/shoes/red");
    service.upload_with(&[("id", &id)]).await.result();
    for path in [
        delivered(&id),
        id.replace('/', "%2F"),
        id.replace("s/s", "s%2fs"),
    ] {
        let answer = service.deliver(&format!("{path}/public")).await;
        assert_eq!(answer.picture_size(), (8, 6), "{path}");
    }
}

#[tokio::test]
async fn only_the_last_segment_is_read_as_options_or_as_a_variant() {
    let service = Service::start().await;
    for name in ["width=200", "public", "w=1/public", "a,b=c"] {
        let id = service.id(name);
        service.upload_with(&[("id", &id)]).await.result();
        let answer = service.deliver(&format!("{id}/public")).await;
        assert_eq!(answer.picture_size(), (8, 6), "{id}");
    }
}

#[tokio::test]
async fn what_follows_the_question_mark_is_ignored_for_public_images() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    let plain = service.deliver(&format!("{id}/public")).await;
    for query in ["v=2", "width=1", "exp=1&sig=nonsense", "sig=0", "%ff"] {
        let answer = service.deliver(&format!("{id}/public?{query}")).await;
        assert_eq!((answer.status, &answer.body), (200, &plain.body), "{query}");
    }
}

#[tokio::test]
async fn a_plus_in_a_path_is_a_plus() {
    let service = Service::start().await;
    let id = service.id("a+b");
    service.upload_with(&[("id", &id)]).await.result();
    assert_eq!(service.deliver(&format!("{id}/public")).await.status, 200);
    let space = service
        .deliver(&format!("{}/public", id.replace('+', "%20")))
        .await;
    space.refused_in_text(404, 9404);
}

#[tokio::test]
async fn the_custom_domain_form_delivers_the_same() {
    let service = Service::start().await;
    let id = service.id("a/b");
    service.upload_with(&[("id", &id)]).await.result();
    let plain = service.deliver(&format!("{id}/public")).await;
    let (base, hash) = (
        service.server.delivery_base(),
        service.server.account_hash(),
    );
    let url = format!("{base}/cdn-cgi/imagedelivery/{hash}/{id}/public");
    let other = send(service.http.get(url)).await;
    assert_eq!(
        (other.status, other.header("etag")),
        (200, plain.header("etag"))
    );
    assert_eq!(other.body, plain.body);
    let url = format!(
        "{base}/cdn-cgi/imagedelivery/{hash}/{id}/{}",
        service.variant("nothing")
    );
    send(service.http.get(url)).await.refused_in_text(403, 9425);
}

#[tokio::test]
async fn every_image_is_delivered_as_the_same_picture_that_was_uploaded() {
    let service = Service::start().await;
    let id = service.upload_bytes(png(31, 17)).await;
    let picture = service.deliver(&format!("{id}/public")).await.picture();
    assert_eq!(picture.to_rgb8(), super::picture(31, 17));
}
