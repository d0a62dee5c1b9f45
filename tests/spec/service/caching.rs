//! Headers of delivery, caches, conditional requests.

use reqwest::Method;
use serde_json::json;

use super::{Answer, Service, jpeg, png, send};

/// A public image under a variant of this case, which nobody else has asked for.
struct Rendition {
    service: Service,
    id: String,
    variant: String,
}

impl Rendition {
    async fn new() -> Self {
        let service = Service::start().await;
        // Of other bytes in each case: renditions are kept by what they are made of.
        let mut bytes = jpeg(80, 60);
        let comment = service.mark().as_bytes().to_owned();
        let length = u16::try_from(comment.len() + 2).unwrap().to_be_bytes();
        bytes.splice(2..2, [&[0xFF, 0xFE], &length[..], &comment].concat());
        let id = service.upload_bytes(bytes).await;
        let variant = service.make_variant("v", json!({"width": 40})).await;
        Self {
            service,
            id,
            variant,
        }
    }

    fn url(&self) -> String {
        self.service
            .delivery(&format!("{}/{}", self.id, self.variant))
    }

    async fn get(&self) -> Answer {
        send(self.service.http.get(self.url())).await
    }

    async fn with(&self, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.service.http.get(self.url());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        send(request).await
    }
}

/// Seconds from now, as HTTP writes times.
fn http_time(seconds: i64) -> String {
    let time = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds);
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[tokio::test]
async fn a_rendition_comes_with_its_type_length_and_safety_headers() {
    let rendition = Rendition::new().await;
    let answer = rendition.get().await;
    assert_eq!(answer.header("content-type"), "image/jpeg");
    assert_eq!(
        answer.header("content-length"),
        answer.body.len().to_string()
    );
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("vary").to_lowercase(), "accept");
    assert!(!answer.has_header("set-cookie"));
}

#[tokio::test]
async fn a_rendition_is_kept_for_two_days_when_nothing_is_said() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let id = service.upload_png().await;
    let answer = service.deliver(&format!("{id}/public")).await;
    assert_eq!(
        answer.header("cache-control"),
        "public, max-age=172800, stale-while-revalidate=7200"
    );
}

#[tokio::test]
async fn how_long_browsers_keep_it_is_said_by_the_variant_before_the_account() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let id = service.upload_png().await;
    service
        .patch("v1/config", json!({"browser_ttl": 7200}))
        .await
        .result();
    service.enable_flexible().await;
    let own = service
        .make_variant("own", json!({"width": 10, "browser_ttl": 86400}))
        .await;
    for (tail, age) in [("public", 7200), (own.as_str(), 86400), ("w=4", 7200)] {
        let answer = service.deliver(&format!("{id}/{tail}")).await;
        let expected = format!("public, max-age={age}, stale-while-revalidate=7200");
        assert_eq!(answer.header("cache-control"), expected, "{tail}");
    }
}

#[tokio::test]
async fn the_ttl_of_a_variant_follows_its_changes() {
    let rendition = Rendition::new().await;
    let path = format!("v1/variants/{}", rendition.variant);
    for ttl in [3600, 31_536_000] {
        let body = json!({"options": {"browser_ttl": ttl}});
        rendition.service.patch(&path, body).await.result();
        let answer = rendition.get().await;
        let expected = format!("public, max-age={ttl}, stale-while-revalidate=7200");
        assert_eq!(answer.header("cache-control"), expected);
    }
}

#[tokio::test]
async fn a_header_tells_a_fresh_rendition_from_a_cached_one_and_its_length() {
    let rendition = Rendition::new().await;
    let (first, second) = (rendition.get().await, rendition.get().await);
    assert!(
        first.header("cf-images").starts_with("internal=ok/m"),
        "{first:?}"
    );
    assert!(
        second.header("cf-images").starts_with("internal=ok/h"),
        "{second:?}"
    );
    let length = format!("l={}", first.body.len());
    for answer in [&first, &second] {
        assert!(
            answer
                .header("cf-images")
                .split(' ')
                .any(|word| word == length)
        );
    }
    assert_eq!(first.header("etag"), second.header("etag"));
    assert_eq!(first.body, second.body);
}

/// The two parts of an `ETag`.
fn etag_parts(answer: &Answer) -> (String, String) {
    let etag = answer.header("etag");
    let inner = etag
        .strip_prefix("\"cf-")
        .unwrap()
        .strip_suffix('"')
        .unwrap();
    let (render, original) = inner.split_once(':').unwrap();
    assert!(!render.is_empty() && !original.is_empty());
    (render.to_owned(), original.to_owned())
}

#[tokio::test]
async fn an_etag_names_the_rendition_and_the_original() {
    let rendition = Rendition::new().await;
    let service = &rendition.service;
    let other_variant = service.make_variant("w", json!({"width": 20})).await;
    let here = etag_parts(&rendition.get().await);
    let there = etag_parts(
        &service
            .deliver(&format!("{}/{other_variant}", rendition.id))
            .await,
    );
    assert_ne!(here.0, there.0);
    assert_eq!(here.1, there.1);
    let other = service.upload_bytes(png(5, 5)).await;
    let other = service
        .deliver(&format!("{other}/{}", rendition.variant))
        .await;
    assert_ne!(etag_parts(&other).1, here.1);
    let webp = rendition.with(&[("accept", "image/webp")]).await;
    assert_ne!(etag_parts(&webp).0, here.0);
    assert_eq!(etag_parts(&webp).1, here.1);
}

#[tokio::test]
async fn a_client_that_has_it_is_told_so_without_a_body() {
    let rendition = Rendition::new().await;
    let first = rendition.get().await;
    let same = rendition
        .with(&[("if-none-match", first.header("etag"))])
        .await;
    assert_eq!((same.status, same.body.len()), (304, 0));
    for name in [
        "etag",
        "cache-control",
        "vary",
        "access-control-allow-origin",
    ] {
        assert_eq!(same.header(name), first.header(name), "{name}");
    }
}

#[tokio::test]
async fn an_etag_is_found_in_a_list_in_its_weak_form_and_behind_a_star() {
    let rendition = Rendition::new().await;
    let etag = rendition.get().await.header("etag").to_owned();
    for value in [
        format!("\"x\", {etag}"),
        format!("{etag},\"y\""),
        format!("W/{etag}"),
        "*".to_owned(),
    ] {
        let answer = rendition.with(&[("if-none-match", &value)]).await;
        assert_eq!(answer.status, 304, "{value}");
    }
    for value in ["\"x\"", "", "W/\"x\", \"y\"", etag.trim_matches('"')] {
        let answer = rendition.with(&[("if-none-match", value)]).await;
        assert_eq!(
            (answer.status, answer.body.is_empty()),
            (200, false),
            "{value}"
        );
    }
}

#[tokio::test]
async fn a_changed_variant_is_new_to_a_client_that_had_the_old_one() {
    let rendition = Rendition::new().await;
    let etag = rendition.get().await.header("etag").to_owned();
    let path = format!("v1/variants/{}", rendition.variant);
    let body = json!({"options": {"width": 30}});
    rendition.service.patch(&path, body).await.result();
    let answer = rendition.with(&[("if-none-match", &etag)]).await;
    assert_eq!(answer.picture_size(), (30, 23));
}

#[tokio::test]
async fn the_time_of_the_upload_is_when_a_rendition_was_last_modified() {
    let rendition = Rendition::new().await;
    let answer = rendition.get().await;
    let details = rendition
        .service
        .get(&Service::path_of(&rendition.id))
        .await
        .result();
    let uploaded: jiff::Timestamp = details["uploaded"].as_str().unwrap().parse().unwrap();
    let expected = uploaded.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    assert_eq!(answer.header("last-modified"), expected);
}

#[tokio::test]
async fn a_client_may_ask_by_time() {
    let rendition = Rendition::new().await;
    let since = rendition.get().await.header("last-modified").to_owned();
    let later = http_time(3600);
    for time in [&since, &later] {
        let answer = rendition.with(&[("if-modified-since", time)]).await;
        assert_eq!((answer.status, answer.body.len()), (304, 0), "{time}");
    }
    let earlier = http_time(-3600);
    for time in [&earlier, "yesterday", ""] {
        let answer = rendition.with(&[("if-modified-since", time)]).await;
        assert_eq!(answer.status, 200, "{time}");
    }
}

#[tokio::test]
async fn an_etag_counts_more_than_a_time() {
    let rendition = Rendition::new().await;
    let first = rendition.get().await;
    let (etag, since) = (first.header("etag"), first.header("last-modified"));
    let other = rendition
        .with(&[("if-none-match", "\"x\""), ("if-modified-since", since)])
        .await;
    assert_eq!(other.status, 200);
    let earlier = http_time(-3600);
    let same = rendition
        .with(&[("if-none-match", etag), ("if-modified-since", &earlier)])
        .await;
    assert_eq!(same.status, 304);
}

#[tokio::test]
async fn head_has_the_headers_of_get_and_no_body() {
    let rendition = Rendition::new().await;
    let get = rendition.get().await;
    let head = send(rendition.service.http.head(rendition.url())).await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    for name in [
        "content-type",
        "content-length",
        "etag",
        "cache-control",
        "vary",
        "last-modified",
    ] {
        assert_eq!(head.header(name), get.header(name), "{name}");
    }
}

#[tokio::test]
async fn a_range_is_ignored_and_the_whole_is_sent() {
    let rendition = Rendition::new().await;
    let whole = rendition.get().await;
    for range in ["bytes=0-9", "bytes=-5", "bytes=999999-", "lines=1-2"] {
        let answer = rendition.with(&[("range", range)]).await;
        assert_eq!(answer.status, 200, "{range}");
        assert_eq!(answer.body, whole.body);
        assert!(!answer.has_header("content-range"));
    }
}

#[tokio::test]
async fn a_page_on_any_origin_may_read_a_rendition() {
    let rendition = Rendition::new().await;
    let answer = rendition.with(&[("origin", "http://localhost:3000")]).await;
    assert_eq!(answer.header("access-control-allow-origin"), "*");
}

#[tokio::test]
async fn a_new_image_under_an_old_id_is_delivered_anew() {
    let service = Service::start().await;
    let id = service.id("again");
    let upload = async |bytes: Vec<u8>| {
        let form = super::file_form(bytes, "a.png").text("id", id.clone());
        service.upload(form).await.result();
    };
    upload(png(8, 6)).await;
    let first = service.deliver(&format!("{id}/public")).await;
    service.delete(&Service::path_of(&id)).await.result();
    upload(png(10, 10)).await;
    let second = service.deliver(&format!("{id}/public")).await;
    assert_eq!(
        (first.picture_size(), second.picture_size()),
        ((8, 6), (10, 10))
    );
    assert_ne!(first.header("etag"), second.header("etag"));
}

#[tokio::test]
async fn twenty_requests_for_one_cold_rendition_get_the_same_bytes() {
    let rendition = Rendition::new().await;
    let url = rendition.url();
    let asked = (0..20).map(|_| send(rendition.service.http.request(Method::GET, &url)));
    let answers = futures_util::future::join_all(asked).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert!(answers.iter().all(|answer| answer.body == answers[0].body));
}

#[tokio::test]
async fn renditions_are_kept_once_and_outlive_a_restart() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let id = service.upload_bytes(jpeg(80, 60)).await;
    let path = format!("{id}/public");
    let asked = (0..20).map(|_| service.deliver(&path));
    let first = futures_util::future::join_all(asked).await.swap_remove(0);
    let renditions = service.folder().join("renditions");
    assert_eq!(std::fs::read_dir(renditions).unwrap().count(), 1);
    let service = service.restart().await;
    let second = service.deliver(&path).await;
    assert!(second.header("cf-images").starts_with("internal=ok/h"));
    assert_eq!(second.body, first.body);
}
