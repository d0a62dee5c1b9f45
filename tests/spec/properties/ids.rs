//! Ids: whatever a valid one holds, it comes back as it was.

use lenticular::model::delivery::{DeliveryUrl, api_segment};
use lenticular::model::{AccountHash, ImageId, VariantId};
use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use proptest::{prop_assert_eq, proptest};
use serde_json::json;

use super::Bench;
use crate::service::{Service, png, send, without_variants};

/// Texts of every kind: plain, of characters that mean something in URLs, of any script.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9/._-]{1,40}",
        r#"[-%/.+ ?#&=;,:@'()!*\\~"<>{}|^`\[\]$a2Ff]{1,40}"#,
        "(%2[Ff]|%25|%2e|%00|\\.\\.?|/|a){1,12}",
        "\\PC{1,60}",
        "[\u{590}-\u{6ff}\u{202a}-\u{202e}\u{2066}-\u{2069}/ ]{1,30}",
        "[\u{300}-\u{36f}e\u{e9}\u{1f468}-\u{1f469}\u{200d}]{1,30}",
        "\\PC{1000,1024}",
    ]
}

/// Ids that the rules allow.
fn id() -> impl Strategy<Value = String> {
    text().prop_filter("the rules allow it", |text| {
        ImageId::custom(text.as_str()).is_ok()
    })
}

proptest! {
    #[test]
    fn an_id_survives_its_api_path(id in id()) {
        let segment = api_segment(&ImageId::custom(id.as_str()).unwrap());
        prop_assert!(!segment.contains(['/', '?', '#', ' ', '\\']), "{}", segment);
        prop_assert_eq!(percent_decode_str(&segment).decode_utf8().unwrap(), id.as_str());
        // What a client's URL parser makes of it is the same segment.
        let url = url::Url::parse(&format!("https://api.example/v1/{segment}/blob")).unwrap();
        let segments: Vec<&str> = url.path_segments().unwrap().collect();
        prop_assert_eq!(segments, ["v1", segment.as_str(), "blob"]);
    }

    #[test]
    fn an_id_survives_its_delivery_url(id in id()) {
        let made = DeliveryUrl::of_variant(
            "https://images.example",
            &AccountHash::from_server("Vi7wi5KSItxGFsWRG2Us6Q"),
            &ImageId::custom(id.as_str()).unwrap(),
            &VariantId::public(),
        );
        let url = url::Url::parse(&made.to_string()).unwrap();
        prop_assert_eq!(url.path(), made.path());
        prop_assert_eq!((url.query(), url.fragment()), (None, None));
        let (hash, rest) = url.path()[1..].split_once('/').unwrap();
        let (middle, variant) = rest.rsplit_once('/').unwrap();
        prop_assert_eq!((hash, variant), ("Vi7wi5KSItxGFsWRG2Us6Q", "public"));
        prop_assert_eq!(percent_decode_str(middle).decode_utf8().unwrap(), id.as_str());
    }

    #[test]
    fn no_text_breaks_the_rules_of_ids(text in any::<String>()) {
        if let Ok(id) = ImageId::custom(text.as_str()) {
            prop_assert_eq!(id.as_str(), text.as_str());
            prop_assert!(id.as_str().chars().count() <= ImageId::MAX_CHARS);
        }
    }
}

#[test]
fn an_id_survives_upload_details_bytes_list_delivery_and_deletion() {
    let bench = Bench::new();
    let service = &bench.service;
    // A prefix of this run alone, since the account may be somebody's.
    let id = id().prop_filter("room for a prefix", |id| id.chars().count() <= 1000);
    bench.check(file!(), 24, &id, |id| async move {
        let id = format!("{}{id}", service.id(""));
        let image = service
            .upload_with(&[("id", &id), ("creator", &id)])
            .await
            .result();
        prop_assert_eq!(&image["id"], &json!(id));
        let path = format!("v1/{}", api_segment(&ImageId::from_server(id.as_str())));
        let details = service.get(&path).await.result();
        prop_assert_eq!(without_variants(details), without_variants(image.clone()));
        prop_assert_eq!(service.get(&format!("{path}/blob")).await.body, png(8, 6));
        let list = format!("v2?creator={}", crate::service::segment(&id));
        let list = service.get(&list).await.result();
        prop_assert_eq!(&list["images"][0]["id"], &json!(id));
        let public = image["variants"].as_array().unwrap().iter();
        let public = public
            .map(|url| url.as_str().unwrap())
            .find(|url| url.ends_with("/public"));
        let delivered = send(service.http.get(public.unwrap())).await;
        prop_assert_eq!(delivered.status, 200);
        service.delete(&path).await.result();
        service.get(&Service::path_of(&id)).await.refused(404, 5404);
        Ok(())
    });
}

#[test]
fn a_reserved_id_survives_its_one_time_url() {
    let bench = Bench::new();
    let service = &bench.service;
    let id = id().prop_filter("room for a prefix", |id| id.chars().count() <= 1000);
    bench.check(file!(), 12, &id, |id| async move {
        let id = format!("{}{id}", service.id(""));
        let (reserved, url) = service.reserve(json!({"id": id})).await;
        prop_assert_eq!(&reserved, &id);
        let form = crate::service::file_form(png(8, 6), "b.png");
        let sent = send(service.http.post(url).multipart(form)).await;
        prop_assert_eq!(sent.image_id(), id.clone());
        service.delete(&Service::path_of(&id)).await.result();
        Ok(())
    });
}
