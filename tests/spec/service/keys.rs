//! Signing keys.

use reqwest::Method;
use serde_json::json;

use super::signed::{in_seconds, key_values, signed_with};
use super::{Service, send};

#[tokio::test]
async fn keys_are_listed_with_their_names_and_values() {
    let service = Service::start().await;
    let result = service.get("v1/keys").await.result();
    let keys = result["keys"].as_array().unwrap();
    assert!((1..=2).contains(&keys.len()));
    for key in keys {
        assert!(!key["name"].as_str().unwrap().is_empty());
        assert!(!key["value"].as_str().unwrap().is_empty());
        assert_eq!(key.as_object().unwrap().len(), 2);
    }
}

#[tokio::test]
async fn a_fresh_library_has_one_key_of_32_random_bytes() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let keys = service.get("v1/keys").await.result();
    assert_eq!(keys["keys"][0]["name"], "default");
    assert_eq!(keys["keys"][0]["value"].as_str().unwrap().len(), 44);
    assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn making_a_key_answers_with_all_keys() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let one = service.get("v1/keys").await.result();
    let two = service.put("v1/keys/second").await.result();
    assert_eq!(two["keys"].as_array().unwrap().len(), 2);
    assert_eq!(two["keys"][0], one["keys"][0]);
    assert_eq!(two["keys"][1]["name"], "second");
    assert_eq!(service.get("v1/keys").await.result(), two);
}

#[tokio::test]
async fn making_a_key_again_gives_it_a_new_value() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let before = service.put("v1/keys/second").await.result();
    let after = service.put("v1/keys/second").await.result();
    assert_ne!(after["keys"][1]["value"], before["keys"][1]["value"]);
    assert_eq!(after["keys"][0], before["keys"][0]);
}

#[tokio::test]
async fn deleting_a_key_answers_with_those_that_are_left() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let two = service.put("v1/keys/second").await.result();
    let one = service.delete("v1/keys/default").await.result();
    assert_eq!(one["keys"], json!([two["keys"][1]]));
}

#[tokio::test]
async fn in_place_of_the_last_key_a_fresh_default_appears() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let before = service.get("v1/keys").await.result();
    let fresh = service.delete("v1/keys/default").await.result();
    assert_eq!(fresh["keys"].as_array().unwrap().len(), 1);
    assert_eq!(fresh["keys"][0]["name"], "default");
    assert_ne!(fresh["keys"][0]["value"], before["keys"][0]["value"]);
}

#[tokio::test]
async fn a_third_key_is_refused_by_the_limit() {
    let Some(service) = Service::owned().await else {
        return;
    };
    service.put("v1/keys/second").await.result();
    let message = service.put("v1/keys/third").await.refused(403, 5453);
    assert_eq!(
        message,
        "The given account has reached a service limit (2). \
         Upgrade your plan to increase your service limit."
    );
    assert_eq!(
        service.get("v1/keys").await.result()["keys"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    service.put("v1/keys/default").await.result();
}

#[tokio::test]
async fn a_key_name_has_1_to_20_letters_digits_underscores_or_hyphens() {
    let Some(service) = Service::owned().await else {
        return;
    };
    for name in ["a", "key_1-B", "abcdefghijklmnopqrst"] {
        service.put(&format!("v1/keys/{name}")).await.result();
        service.delete(&format!("v1/keys/{name}")).await.result();
    }
    for name in ["a%20b", "a.b", "abcdefghijklmnopqrstu", "%C3%A4", "a%2Fb"] {
        let path = format!("v1/keys/{name}");
        service.put(&path).await.refused(400, 5400);
    }
}

#[tokio::test]
async fn an_unknown_key_is_not_deleted() {
    let service = Service::start().await;
    for name in ["nobodyMadeThisOne", "%C3%A4"] {
        let answer = service.delete(&format!("v1/keys/{name}")).await;
        assert_eq!(answer.refused(404, 5404), "Key not found");
    }
}

#[tokio::test]
async fn a_key_is_made_whatever_content_type_comes_without_a_body() {
    let Some(service) = Service::owned().await else {
        return;
    };
    let request = |method| {
        service
            .request(method, "v1/keys/second")
            .header("content-type", "application/json")
    };
    send(request(Method::PUT).header("content-length", "0"))
        .await
        .result();
    send(request(Method::DELETE)).await.result();
}

#[tokio::test]
async fn every_key_of_the_account_opens_a_private_image() {
    let Some(service) = Service::owned().await else {
        return;
    };
    service.put("v1/keys/second").await.result();
    let id = service.upload_private().await;
    let values = key_values(&service).await;
    assert_eq!(values.len(), 2);
    for value in values {
        let url = signed_with(&service, &value, &format!("{id}/public"), in_seconds(600));
        assert_eq!(send(service.http.get(url)).await.picture_size(), (8, 6));
    }
}

#[tokio::test]
async fn with_a_key_its_signatures_end() {
    let Some(service) = Service::owned().await else {
        return;
    };
    service.put("v1/keys/second").await.result();
    let id = service.upload_private().await;
    let values = key_values(&service).await;
    let urls: Vec<String> = values
        .iter()
        .map(|value| signed_with(&service, value, &format!("{id}/public"), in_seconds(600)))
        .collect();
    service.put("v1/keys/default").await.result();
    send(service.http.get(&urls[0]))
        .await
        .refused_in_text(403, 9425);
    assert_eq!(send(service.http.get(&urls[1])).await.status, 200);
    service.delete("v1/keys/second").await.result();
    send(service.http.get(&urls[1]))
        .await
        .refused_in_text(403, 9425);
}
