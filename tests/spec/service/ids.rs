//! Custom ids.

use reqwest::multipart::Form;
use serde_json::{Value, json};

use super::{Service, delivered, file_form, jpeg, png, segment, send};

#[tokio::test]
async fn every_valid_id_makes_the_round_trip_through_path_and_delivery() {
    let service = Service::start().await;
    for (name, in_path) in [
        ("/is/my-customid", "%2Fis%2Fmy-customid"),
        ("100%.png", "100%25.png"),
        ("50%25off", "50%2525off"),
        ("caf\u{e9}/men\u{fc}.jpg", "caf%C3%A9%2Fmen%C3%BC.jpg"),
        ("a+b c", "a+b%20c"),
        (
            "\u{5e9}\u{5dc}\u{5d5}\u{5dd}/..a",
            "%D7%A9%D7%9C%D7%95%D7%9D%2F..a",
        ),
        ("q?x=1#f", "q%3Fx=1%23f"),
        ("file.blob", "file.blob"),
        ("a//b", "a%2F%2Fb"),
        ("back\\slash", "back%5Cslash"),
        ("{curly}|[square]^`", "%7Bcurly%7D%7C%5Bsquare%5D%5E%60"),
        (" spaces ", "%20spaces%20"),
        ("\u{202e}turned", "%E2%80%AEturned"),
        ("it's(1)!*;,:@&=$~", "it's(1)!*;,:@&=$~"),
        ("\"<quoted>\"", "%22%3Cquoted%3E%22"),
        (
            "\u{1f680}\u{1f469}\u{200d}\u{1f680}",
            "%F0%9F%9A%80%F0%9F%91%A9%E2%80%8D%F0%9F%9A%80",
        ),
    ] {
        let id = service.id(name);
        let in_path = format!("v1/{}-{in_path}", service.mark());
        let image = service.upload_with(&[("id", &id)]).await.result();
        assert_eq!(image["id"], id.as_str());
        assert_eq!(service.get(&in_path).await.image_id(), id);
        let blob = service.get(&format!("{in_path}/blob")).await;
        assert_eq!(blob.body, png(8, 6), "{id}");
        let urls = image["variants"].as_array().unwrap();
        let public = urls.iter().map(|url| url.as_str().unwrap());
        let public = { public }.find(|url| url.ends_with("/public")).unwrap();
        assert_eq!(
            send(service.http.get(public)).await.picture_size(),
            (8, 6),
            "{public}"
        );
        service.delete(&in_path).await.result();
        service.get(&in_path).await.refused(404, 5404);
    }
}

#[tokio::test]
async fn an_id_of_1024_characters_in_any_script_works_everywhere() {
    let service = Service::start().await;
    let id = format!(
        "{}{}",
        service.mark(),
        "\u{1d4b3}".repeat(1024 - service.mark().len())
    );
    assert_eq!(id.chars().count(), 1024);
    let image = service.upload_with(&[("id", &id)]).await.result();
    assert_eq!(image["id"], id.as_str());
    assert_eq!(service.get(&Service::path_of(&id)).await.image_id(), id);
    let path = format!("{}/public", delivered(&id));
    assert_eq!(service.deliver(&path).await.picture_size(), (8, 6));
    service.delete(&Service::path_of(&id)).await.result();
}

#[tokio::test]
async fn an_id_of_1025_characters_is_refused_however_many_bytes_they_take() {
    let service = Service::start().await;
    for character in ["a", "\u{e9}", "\u{1d4b3}"] {
        let id = character.repeat(1025);
        let message = service.upload_with(&[("id", &id)]).await.refused(400, 5411);
        assert!(
            message.starts_with("The Custom ID is invalid."),
            "{message}"
        );
    }
}

#[tokio::test]
async fn an_id_may_not_begin_or_end_with_a_slash() {
    let service = Service::start().await;
    for id in ["/a", "a/", "/", "/a/", "//"] {
        service.upload_with(&[("id", id)]).await.refused(400, 5411);
    }
}

#[tokio::test]
async fn an_id_may_not_be_a_uuid_in_either_case() {
    let service = Service::start().await;
    for id in [
        "2cdc28f0-017a-49c4-9ed7-87056c839010",
        "2CDC28F0-017A-49C4-9ED7-87056C839010",
        "2CDC28f0-017a-49c4-9ed7-87056c839010",
    ] {
        let message = service.upload_with(&[("id", id)]).await.refused(400, 5411);
        assert!(message.ends_with("Must not be UUID"), "{message}");
    }
}

#[tokio::test]
async fn what_only_resembles_a_uuid_is_a_custom_id() {
    let service = Service::start().await;
    let uuid = uuid::Uuid::new_v4();
    for id in [
        format!("{uuid}.jpg"),
        format!("{uuid}/front"),
        uuid.simple().to_string(),
        uuid.braced().to_string(),
        uuid.urn().to_string(),
        uuid.to_string()[..35].to_owned(),
    ] {
        assert_eq!(service.upload_with(&[("id", &id)]).await.image_id(), id);
        assert_eq!(service.get(&Service::path_of(&id)).await.image_id(), id);
    }
}

#[tokio::test]
async fn an_id_with_a_dot_for_a_segment_is_refused_since_no_url_could_carry_it() {
    let service = Service::start().await;
    for id in [".", "..", "a/../b", "../a", "a/.", "a/./b", "a/.."] {
        service.upload_with(&[("id", id)]).await.refused(400, 5411);
    }
}

#[tokio::test]
async fn dots_among_other_characters_are_nothing_special() {
    let service = Service::start().await;
    for name in ["...", "a/...b", "..a/b..", ".hidden/x.", "%2e%2e/x"] {
        let id = service.id(name);
        assert_eq!(service.upload_with(&[("id", &id)]).await.image_id(), id);
        let path = format!("{}/public", delivered(&id));
        assert_eq!(service.deliver(&path).await.picture_size(), (8, 6), "{id}");
    }
}

#[tokio::test]
async fn an_id_with_control_characters_is_refused() {
    let service = Service::start().await;
    for id in ["a\u{0}b", "a\u{1}b", "a\tb", "a\u{7f}b", "a\u{85}b"] {
        let body = json!({"id": id});
        service
            .post_json("v2/direct_upload", body)
            .await
            .refused(400, 5411);
    }
}

#[tokio::test]
async fn the_words_of_the_api_are_no_ids_but_may_begin_one() {
    let service = Service::start().await;
    for word in [
        "keys",
        "stats",
        "variants",
        "config",
        "batch_token",
        "direct_upload",
    ] {
        service
            .upload_with(&[("id", word)])
            .await
            .refused(400, 5411);
        let id = format!("{word}/{}", service.mark());
        assert_eq!(service.upload_with(&[("id", &id)]).await.image_id(), id);
        assert_eq!(service.get(&Service::path_of(&id)).await.image_id(), id);
        service.delete(&Service::path_of(&id)).await.result();
    }
}

#[tokio::test]
async fn ids_that_differ_in_case_or_composition_are_different_images() {
    let service = Service::start().await;
    let names = ["caf\u{e9}", "cafe\u{301}", "CAF\u{c9}", "cafe"];
    for name in names {
        let id = service.id(name);
        service
            .upload_with(&[("id", &id), ("creator", name)])
            .await
            .result();
    }
    for name in names {
        let image = service
            .get(&Service::path_of(&service.id(name)))
            .await
            .result();
        assert_eq!(image["creator"], name);
    }
}

#[tokio::test]
async fn an_empty_id_is_one_that_was_not_given() {
    let service = Service::start().await;
    let id = service.upload_with(&[("id", "")]).await.image_id();
    assert!(uuid::Uuid::try_parse(&id).is_ok(), "{id}");
    let (id, _) = service.reserve(json!({"id": ""})).await;
    assert!(uuid::Uuid::try_parse(&id).is_ok(), "{id}");
}

#[tokio::test]
async fn a_generated_id_is_a_uuid_in_lower_case() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    assert_eq!(id.len(), 36);
    assert_eq!(id, uuid::Uuid::try_parse(&id).unwrap().to_string());
}

#[tokio::test]
async fn a_custom_id_and_signed_urls_exclude_each_other_in_an_upload() {
    let service = Service::start().await;
    let id = service.id("x");
    let answer = service
        .upload_with(&[("id", &id), ("requireSignedURLs", "true")])
        .await;
    assert_eq!(
        answer.refused(400, 5400),
        "The image contains a custom ID and cannot be set to private. To make the image private, \
         delete and upload the image again using a regular ID."
    );
    service.get(&Service::path_of(&id)).await.refused(404, 5404);
    let public = service
        .upload_with(&[("id", &id), ("requireSignedURLs", "false")])
        .await;
    assert_eq!(public.result()["requireSignedURLs"], false);
}

#[tokio::test]
async fn a_custom_id_and_signed_urls_exclude_each_other_in_a_reservation() {
    let service = Service::start().await;
    let id = service.id("x");
    let body = json!({"id": id, "requireSignedURLs": true});
    let answer = service.post_json("v2/direct_upload", body).await;
    assert!(
        answer
            .refused(400, 5400)
            .contains("cannot be set to private")
    );
    service.get(&Service::path_of(&id)).await.refused(404, 5404);
}

#[tokio::test]
async fn an_id_that_exists_is_refused_and_the_first_image_stays() {
    let service = Service::start().await;
    let id = service.id("x");
    service.upload_with(&[("id", &id)]).await.result();
    let second = file_form(jpeg(9, 9), "b.jpg").text("id", id.clone());
    let answer = service.upload(second).await;
    assert_eq!(answer.refused(409, 5409), "Resource already exists");
    let blob = service
        .get(&format!("{}/blob", Service::path_of(&id)))
        .await;
    assert_eq!(blob.body, png(8, 6));
}

#[tokio::test]
async fn a_conflict_tells_official_clients_not_to_try_again_and_stays_the_same() {
    let service = Service::start().await;
    let id = service.id("x");
    service.upload_with(&[("id", &id)]).await.result();
    for _ in 0..3 {
        let answer = service.upload_with(&[("id", &id)]).await;
        answer.refused(409, 5409);
        assert_eq!(answer.header("x-should-retry"), "false");
    }
}

#[tokio::test]
async fn of_several_uploads_of_one_id_at_once_one_wins() {
    let service = Service::start().await;
    let id = service.id("x");
    let fields = [("id", id.as_str())];
    let uploads = (0..6).map(|_| service.upload_with(&fields));
    let answers = futures_util::future::join_all(uploads).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409]);
}

#[tokio::test]
async fn an_id_stays_free_after_an_upload_that_failed() {
    let service = Service::start().await;
    let id = service.id("x");
    let no_image = file_form(b"text".to_vec(), "a.txt").text("id", id.clone());
    service.upload(no_image).await.refused(415, 5455);
    let whole = png(64, 64);
    let damaged = file_form(whole[..whole.len() / 2].to_vec(), "a.png").text("id", id.clone());
    service.upload(damaged).await.refused(422, 9422);
    service
        .upload(Form::new().text("id", id.clone()))
        .await
        .refused(400, 5400);
    service.get(&Service::path_of(&id)).await.refused(404, 5404);
    assert_eq!(service.upload_with(&[("id", &id)]).await.image_id(), id);
}

#[tokio::test]
async fn the_escapes_of_a_path_may_be_written_in_either_case() {
    let service = Service::start().await;
    let id = service.id("caf\u{e9}/x");
    service.upload_with(&[("id", &id)]).await.result();
    for path in [segment(&id), segment(&id).to_lowercase()] {
        assert_eq!(service.get(&format!("v1/{path}")).await.image_id(), id);
    }
}

#[tokio::test]
async fn an_id_is_decoded_once_and_no_more() {
    let service = Service::start().await;
    let (once, twice) = (service.id("a%2Fb"), service.id("a/b"));
    for id in [&once, &twice] {
        service
            .upload_with(&[("id", id), ("creator", id)])
            .await
            .result();
    }
    for id in [&once, &twice] {
        let image = service.get(&Service::path_of(id)).await.result();
        assert_eq!(image["creator"], Value::from(id.as_str()));
    }
}
