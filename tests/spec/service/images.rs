//! Lists, details, bytes, changes, deletion, count.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use super::{Service, file_form, jpeg, png, send};

/// Uploads `count` images with the ids `i00`, `i01`, … in this order.
async fn with_images(count: usize) -> Service {
    let service = Service::start().await;
    for n in 0..count {
        let metadata = json!({"n": n, "parity": if n % 2 == 0 { "even" } else { "odd" }, "deep": {"flag": n > 2}});
        let mut fields = vec![
            ("id", format!("i{n:02}")),
            ("metadata", metadata.to_string()),
        ];
        if n % 3 == 0 {
            fields.push(("creator", "ann".to_owned()));
        }
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, text)| (*name, text.as_str()))
            .collect();
        service.upload_with(&fields).await.result();
    }
    service
}

fn ids(result: &Value) -> Vec<String> {
    let images = result["images"].as_array().unwrap();
    images
        .iter()
        .map(|image| image["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn an_empty_library_lists_nothing_and_has_no_next_page() {
    let service = Service::start().await;
    let result = service.get("v2").await.result();
    assert_eq!(result, json!({"images": [], "continuation_token": null}));
    assert_eq!(service.get("v1").await.result(), json!({"images": []}));
}

#[tokio::test]
async fn the_list_begins_with_the_newest_image() {
    let service = with_images(3).await;
    let result = service.get("v2").await.result();
    assert_eq!(ids(&result), ["i02", "i01", "i00"]);
    let details = service.get("v1/i02").await.result();
    assert_eq!(result["images"][0], details);
}

#[tokio::test]
async fn page_and_per_page_walk_the_list() {
    let service = with_images(5).await;
    let page = async |n| {
        ids(&service
            .get(&format!("v2?page={n}&per_page=2"))
            .await
            .result())
    };
    assert_eq!(page(1).await, ["i04", "i03"]);
    assert_eq!(page(2).await, ["i02", "i01"]);
    assert_eq!(page(3).await, ["i00"]);
    assert_eq!(page(4).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_numbered_page_has_100_images_when_nothing_is_said() {
    let service = with_images(101).await;
    assert_eq!(ids(&service.get("v2?page=1").await.result()).len(), 100);
    assert_eq!(ids(&service.get("v2?page=2").await.result()).len(), 1);
    assert_eq!(ids(&service.get("v2").await.result()).len(), 101);
}

#[tokio::test]
async fn version_1_pages_end_with_an_empty_list() {
    let service = with_images(3).await;
    let page = async |n| {
        ids(&service
            .get(&format!("v1?page={n}&per_page=2"))
            .await
            .result())
    };
    assert_eq!(page(1).await, ["i02", "i01"]);
    assert_eq!(page(2).await, ["i00"]);
    assert!(page(3).await.is_empty());
    assert_eq!(ids(&service.get("v1?creator=ann").await.result()), ["i00"]);
}

#[tokio::test]
async fn continuation_tokens_give_each_image_once_in_both_orders() {
    let service = with_images(7).await;
    for order in ["asc", "desc"] {
        let mut seen = Vec::new();
        let mut token = String::new();
        loop {
            let path = format!("v2?per_page=3&sort_order={order}&continuation_token={token}");
            let result = service.get(&path).await.result();
            seen.extend(ids(&result));
            match result["continuation_token"].as_str() {
                Some(next) => token = next.to_owned(),
                None => break,
            }
        }
        let mut expected: Vec<String> = (0..7).map(|n| format!("i{n:02}")).collect();
        if order == "desc" {
            expected.reverse();
        }
        assert_eq!(seen, expected);
    }
}

#[tokio::test]
async fn images_that_come_and_go_do_not_shift_the_next_page() {
    let service = with_images(6).await;
    let first = service.get("v2?per_page=2").await.result();
    assert_eq!(ids(&first), ["i05", "i04"]);
    service.delete("v1/i04").await.result();
    service.delete("v1/i05").await.result();
    service.upload_with(&[("id", "new")]).await.result();
    let token = first["continuation_token"].as_str().unwrap();
    let second = service
        .get(&format!("v2?per_page=2&continuation_token={token}"))
        .await;
    assert_eq!(ids(&second.result()), ["i03", "i02"]);
}

#[tokio::test]
async fn a_token_that_is_damaged_or_of_another_list_is_refused() {
    let service = with_images(3).await;
    let first = service.get("v2?per_page=1").await.result();
    let token = first["continuation_token"].as_str().unwrap();
    for path in [
        "v2?continuation_token=abc".to_owned(),
        format!("v2?continuation_token={token}&sort_order=asc"),
        format!("v2?continuation_token={token}&creator=ann"),
        format!("v2?continuation_token=A{token}"),
    ] {
        service.get(&path).await.refused(400, 5400);
    }
}

#[tokio::test]
async fn numbers_and_orders_that_are_none_are_refused() {
    let service = Service::start().await;
    for query in [
        "per_page=0",
        "per_page=10001",
        "per_page=x",
        "page=0",
        "page=-1",
        "sort_order=up",
    ] {
        service.get(&format!("v2?{query}")).await.refused(400, 5400);
    }
    service.get("v2?per_page=10000&unknown=1").await.result();
}

#[tokio::test]
async fn the_list_can_be_narrowed_to_a_creator_or_to_none() {
    let service = with_images(4).await;
    assert_eq!(
        ids(&service.get("v2?creator=ann").await.result()),
        ["i03", "i00"]
    );
    assert_eq!(
        ids(&service.get("v2?creator=").await.result()),
        ["i02", "i01"]
    );
    assert!(ids(&service.get("v2?creator=Ann").await.result()).is_empty());
}

#[tokio::test]
async fn the_list_can_be_narrowed_by_metadata() {
    let service = with_images(6).await;
    let found = async |query: &str| {
        let result = service
            .get(&format!("v2?sort_order=asc&{query}"))
            .await
            .result();
        ids(&result).join(" ")
    };
    assert_eq!(found("meta.parity%5Beq%5D=odd").await, "i01 i03 i05");
    assert_eq!(found("meta.parity[eq:string]=even").await, "i00 i02 i04");
    assert_eq!(found("meta.n[eq]=3").await, "i03");
    assert_eq!(found("meta.n[eq:number]=3.0").await, "i03");
    assert_eq!(found("meta.n[eq:string]=3").await, "");
    assert_eq!(
        found("meta.deep.flag[eq:boolean]=true").await,
        "i03 i04 i05"
    );
    assert_eq!(found("meta.deep.flag[eq]=false").await, "i00 i01 i02");
    assert_eq!(found("meta.n[in:number]=1%7C4").await, "i01 i04");
    assert_eq!(found("meta.parity[in]=odd|other").await, "i01 i03 i05");
    assert_eq!(found("meta.n[gt]=3").await, "i04 i05");
    assert_eq!(found("meta.n[gte:number]=3&meta.n[lt]=5").await, "i03 i04");
    assert_eq!(found("meta.n[lte]=0").await, "i00");
    assert_eq!(found("meta.parity[gt]=0").await, "");
    assert_eq!(found("meta.n[eq]=1&meta.n[eq]=2").await, "");
    assert_eq!(found("meta.missing=1").await, "");
    assert_eq!(found("creator=ann&meta.parity[eq]=odd").await, "i03");
}

#[tokio::test]
async fn wrong_metadata_filters_are_refused_with_the_documented_words() {
    let service = Service::start().await;
    let refused = async |query: &str| service.get(&format!("v2?{query}")).await.refused(400, 5400);
    let message = refused("meta.a[not-eq]=1").await;
    assert!(message.contains("Unsupported metadata filter operator: 'not-eq'"));
    let six: Vec<String> = (0..6).map(|n| format!("meta.f{n}[eq]=1")).collect();
    let message = refused(&six.join("&")).await;
    assert!(message.contains("Too many metadata filters: 6 provided, maximum 5 allowed"));
    refused("meta.a-b[eq]=1").await;
    refused("meta.a.b.c.d.e.f[eq]=1").await;
    refused("meta.n[in]=1|2|3|4|5|6|7|8|9|10|11").await;
}

#[tokio::test]
async fn details_of_an_unknown_image_are_not_found() {
    let service = Service::start().await;
    let answer = service.get("v1/nothing").await;
    assert_eq!(answer.refused(404, 5404), "Image not found");
}

#[tokio::test]
async fn every_valid_id_makes_the_round_trip_through_path_and_delivery() {
    let service = Service::start().await;
    for (id, segment) in [
        ("this/is/my-customid", "this%2Fis%2Fmy-customid"),
        ("100%.png", "100%25.png"),
        ("50%25off", "50%2525off"),
        ("café/menü.jpg", "caf%C3%A9%2Fmen%C3%BC.jpg"),
        ("a+b c", "a+b%20c"),
        ("שלום/..a", "%D7%A9%D7%9C%D7%95%D7%9D%2F..a"),
        ("q?x=1#f", "q%3Fx=1%23f"),
        ("file.blob", "file.blob"),
    ] {
        let image = service.upload_with(&[("id", id)]).await.result();
        assert_eq!(service.get(&format!("v1/{segment}")).await.image_id(), id);
        assert_eq!(
            service.get(&format!("v1/{segment}/blob")).await.body,
            png(8, 6)
        );
        let url = image["variants"][0].as_str().unwrap();
        assert_eq!(
            send(service.http.get(url)).await.picture_size(),
            (8, 6),
            "{url}"
        );
        service.delete(&format!("v1/{segment}")).await.result();
    }
}

#[tokio::test]
async fn the_blob_is_the_uploaded_file_byte_for_byte() {
    let service = Service::start().await;
    let bytes = jpeg(64, 48);
    let id = service
        .upload(file_form(bytes.clone(), "a.jpg"))
        .await
        .image_id();
    let blob = service.get(&format!("v1/{id}/blob")).await;
    assert_eq!((blob.status, blob.body == bytes), (200, true));
    assert_eq!(blob.header("content-type"), "image/jpeg");
    assert_eq!(blob.header("content-length"), bytes.len().to_string());
    service.get("v1/nothing/blob").await.refused(404, 5404);
}

#[tokio::test]
async fn a_change_replaces_metadata_and_leaves_the_rest() {
    let service = Service::start().await;
    let fields = [("metadata", r#"{"a":1,"b":2}"#), ("creator", "ann")];
    let before = service.upload_with(&fields).await.result();
    let path = format!("v1/{}", before["id"].as_str().unwrap());
    let after = service
        .patch(&path, json!({"metadata": {"c": 3}}))
        .await
        .result();
    assert_eq!(after["meta"], json!({"c": 3}));
    assert_eq!(after["creator"], "ann");
    assert_eq!(after["uploaded"], before["uploaded"]);
    let cleared = service
        .patch(&path, json!({"metadata": {}, "creator": ""}))
        .await
        .result();
    assert!(cleared.get("meta").is_none());
    assert_eq!(cleared["creator"], Value::Null);
    let nothing = service
        .patch(&path, json!({"unknown": 1, "creator": null}))
        .await
        .result();
    assert_eq!(nothing, cleared);
}

#[tokio::test]
async fn access_is_switched_by_a_change_unless_the_id_is_custom() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    let path = format!("v1/{id}");
    let private = service
        .patch(&path, json!({"requireSignedURLs": true}))
        .await
        .result();
    assert_eq!(private["requireSignedURLs"], true);
    let public = service
        .patch(&path, json!({"requireSignedURLs": false}))
        .await
        .result();
    assert_eq!(public["requireSignedURLs"], false);
    service.upload_with(&[("id", "mine")]).await.result();
    let refused = service
        .patch("v1/mine", json!({"requireSignedURLs": true}))
        .await;
    assert!(
        refused
            .refused(400, 5400)
            .contains("cannot be set to private")
    );
}

#[tokio::test]
async fn a_wrong_change_is_refused_and_changes_nothing() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    let path = format!("v1/{id}");
    for body in [
        "",
        "{",
        "[]",
        "{\"a\":1,}",
        "\u{feff}{}",
        "{\"metadata\":[]}",
        "{\"metadata\":3}",
        "{\"requireSignedURLs\":1}",
        "{\"creator\":5}",
    ] {
        let request = service.request(Method::PATCH, &path).body(body);
        send(request).await.refused(400, 5400);
    }
    let long = json!({"metadata": {"k": "a".repeat(1024)}});
    service.patch(&path, long).await.refused(400, 5400);
    service
        .patch("v1/nothing", json!({}))
        .await
        .refused(404, 5404);
}

#[tokio::test]
async fn a_deleted_image_is_gone_everywhere_and_its_id_is_free() {
    let service = Service::start().await;
    service.upload_with(&[("id", "x")]).await.result();
    assert_eq!(service.deliver("x/public").await.status, 200);
    let answer = service.delete("v1/x").await;
    assert_eq!(
        answer.json(),
        json!({"result": {}, "success": true, "errors": [], "messages": []})
    );
    let again = service.delete("v1/x").await.refused(404, 5404);
    assert!(again.contains("not found"));
    service.get("v1/x").await.refused(404, 5404);
    service.deliver("x/public").await.refused_in_text(404, 9404);
    assert!(ids(&service.get("v2").await.result()).is_empty());
    service.upload_with(&[("id", "x")]).await.result();
}

#[tokio::test]
async fn a_deletion_with_a_content_type_and_no_body_works() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    let request = service
        .request(Method::DELETE, &format!("v1/{id}"))
        .header("content-type", "application/json");
    send(request).await.result();
}

#[tokio::test]
async fn two_images_with_the_same_bytes_live_and_die_on_their_own() {
    let service = Service::start().await;
    let (first, second) = (service.upload_png().await, service.upload_png().await);
    let stored: BTreeSet<_> = [&first, &second].into();
    assert_eq!(stored.len(), 2);
    service.delete(&format!("v1/{first}")).await.result();
    assert_eq!(
        service.get(&format!("v1/{second}/blob")).await.body,
        png(8, 6)
    );
    service.delete(&format!("v1/{second}")).await.result();
}

#[tokio::test]
async fn the_count_follows_uploads_and_deletions() {
    let service = with_images(3).await;
    let count = async || service.get("v1/stats").await.result();
    assert_eq!(
        count().await,
        json!({"count": {"current": 3, "allowed": 100_000}})
    );
    service.delete("v1/i00").await.result();
    service
        .post_json("v2/direct_upload", json!({}))
        .await
        .result();
    assert_eq!(count().await["count"]["current"], 2);
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    let head = send(service.request(Method::HEAD, &format!("v1/{id}"))).await;
    let get = service.get(&format!("v1/{id}")).await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), get.body.len().to_string());
}
