//! Metadata: what an owner writes about an image, in every spelling that clients use.

use serde_json::{Value, json};

use super::{FILE, RAW, Service, file_form, png, raw_field, raw_form, raw_part};

/// A JSON object whose text has that many bytes.
fn of_len(len: usize) -> String {
    format!("{{\"k\":\"{}\"}}", "a".repeat(len - 8))
}

async fn stored(service: &Service, text: &str) -> Value {
    let image = service.upload_with(&[("metadata", text)]).await.result();
    image["meta"].clone()
}

#[tokio::test]
async fn metadata_may_nest_and_hold_every_kind_of_value() {
    let service = Service::start().await;
    let text =
        r#"{"a":{"b":{"c":1}},"list":[1,"two",null,{"x":[]}],"n":null,"t":true,"f":-1.5,"s":""}"#;
    let expected: Value = serde_json::from_str(text).unwrap();
    assert_eq!(stored(&service, text).await, expected);
}

#[tokio::test]
async fn metadata_keeps_every_script_and_every_escape() {
    let service = Service::start().await;
    let text = r#"{"写真":"🚀 שלום","quote":"\"\\\n\u0007","e\u0301":"é"}"#;
    let expected: Value = serde_json::from_str(text).unwrap();
    assert_eq!(stored(&service, text).await, expected);
}

#[tokio::test]
async fn metadata_keeps_the_order_of_its_fields() {
    let service = Service::start().await;
    let image = service
        .upload_with(&[("metadata", r#"{"z":1,"a":2,"m":3}"#)])
        .await
        .result();
    let names: Vec<&String> = image["meta"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["z", "a", "m"]);
}

#[tokio::test]
async fn an_image_without_metadata_shows_none() {
    let service = Service::start().await;
    for fields in [&[][..], &[("metadata", "{}")], &[("metadata", "")]] {
        let image = service.upload_with(fields).await.result();
        let meta = &image["meta"];
        assert!(meta.is_null() || *meta == json!({}), "{meta}");
    }
}

#[tokio::test]
async fn metadata_of_1024_bytes_is_taken_and_1025_are_refused() {
    let service = Service::start().await;
    let fits: Value = serde_json::from_str(&of_len(1024)).unwrap();
    assert_eq!(stored(&service, &of_len(1024)).await, fits);
    let over = service.upload_with(&[("metadata", &of_len(1025))]).await;
    assert!(
        over.refused(400, 5400)
            .contains("must not exceed 1024 bytes")
    );
}

#[tokio::test]
async fn in_a_form_the_bytes_as_sent_are_counted_spaces_included() {
    let service = Service::start().await;
    let padded = |len: usize| format!("{{\"k\":\"v\"{}}}", " ".repeat(len - 9));
    assert_eq!(stored(&service, &padded(1024)).await, json!({"k": "v"}));
    let over = service.upload_with(&[("metadata", &padded(1025))]).await;
    over.refused(400, 5400);
}

#[tokio::test]
async fn in_a_document_the_compact_text_is_counted() {
    let service = Service::start().await;
    let id = service.upload_png().await;
    let path = Service::path_of(&id);
    let text = |len: usize| {
        format!(
            "{{\"metadata\":  {{ \"k\" : \"{}\" }} }}",
            "a".repeat(len - 8)
        )
    };
    let change =
        |body: String| super::send(service.request(reqwest::Method::PATCH, &path).body(body));
    change(text(1024)).await.result();
    change(text(1025)).await.refused(400, 5400);
}

#[tokio::test]
async fn metadata_that_is_no_object_is_refused() {
    let service = Service::start().await;
    for text in [
        "[1]",
        "\"a\"",
        "null",
        "7",
        "true",
        "{a:1}",
        "{\"a\":1,}",
        "{\"a\":1",
        "x",
        "{} {}",
    ] {
        let answer = service.upload_with(&[("metadata", text)]).await;
        assert!(
            answer
                .refused(400, 5400)
                .contains("metadata must be a JSON object"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn metadata_nested_beyond_reason_is_refused() {
    let service = Service::start().await;
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(400), "]".repeat(400));
    service
        .upload_with(&[("metadata", &deep)])
        .await
        .refused(400, 5400);
}

#[tokio::test]
async fn a_part_with_json_as_its_type_is_metadata_too() {
    let service = Service::start().await;
    for head in [
        "Content-Disposition: form-data; name=\"metadata\"\r\nContent-Type: application/json",
        "Content-Type: application/json; charset=utf-8\r\nContent-Disposition: form-data; name=\"metadata\"",
        "Content-Disposition: form-data; name=\"metadata\"; filename=\"metadata\"",
        "Content-Disposition: form-data; name=metadata",
    ] {
        let form = raw_form(&[raw_part(head, b"{\"a\":[1]}"), raw_part(FILE, &png(8, 6))]);
        let image = service.upload_raw(RAW, form).await.result();
        assert_eq!(image["meta"], json!({"a": [1]}), "{head}");
    }
}

#[tokio::test]
async fn single_fields_in_brackets_are_gathered_as_texts() {
    let service = Service::start().await;
    let image = service
        .upload_with(&[
            ("metadata[role]", "x"),
            ("metadata[d][x][y]", "1"),
            ("metadata[l][]", "p"),
            ("metadata[l][]", "q"),
            ("metadata[flag]", "true"),
        ])
        .await
        .result();
    let expected = json!({"role": "x", "d": {"x": {"y": "1"}}, "l": ["p", "q"], "flag": "true"});
    assert_eq!(image["meta"], expected);
}

#[tokio::test]
async fn single_fields_with_dots_are_gathered_as_texts() {
    let service = Service::start().await;
    let image = service
        .upload_with(&[
            ("metadata.role", "x"),
            ("metadata.d.x.y", "1"),
            ("metadata.l[]", "p"),
            ("metadata.l[]", "q"),
        ])
        .await
        .result();
    assert_eq!(
        image["meta"],
        json!({"role": "x", "d": {"x": {"y": "1"}}, "l": ["p", "q"]})
    );
}

#[tokio::test]
async fn single_fields_have_the_limit_of_the_whole() {
    let service = Service::start().await;
    let form = |count: usize| {
        let mut parts: Vec<Vec<u8>> = (0..count)
            .map(|n| raw_field(&format!("metadata[{n:03}]"), "0123456789"))
            .collect();
        parts.push(raw_part(FILE, &png(8, 6)));
        raw_form(&parts)
    };
    // Each takes 18 bytes and a comma: "000":"0123456789".
    service.upload_raw(RAW, form(53)).await.result();
    service.upload_raw(RAW, form(54)).await.refused(400, 5400);
}

#[tokio::test]
async fn a_reservation_takes_metadata_as_object_as_text_and_in_single_fields() {
    let service = Service::start().await;
    let expected = json!({"userId": "12345"});
    for body in [
        json!({"metadata": {"userId": "12345"}}),
        json!({"metadata": "{\"userId\":\"12345\"}"}),
    ] {
        let (id, _) = service.reserve(body).await;
        let draft = service.get(&Service::path_of(&id)).await.result();
        assert_eq!(draft["meta"], expected);
    }
    let form = reqwest::multipart::Form::new().text("metadata[userId]", "12345");
    let request = service
        .request(reqwest::Method::POST, "v2/direct_upload")
        .multipart(form);
    let id = super::send(request).await.image_id();
    let draft = service.get(&Service::path_of(&id)).await.result();
    assert_eq!(draft["meta"], expected);
}

#[tokio::test]
async fn metadata_of_one_image_is_nothing_to_another_with_the_same_bytes() {
    let service = Service::start().await;
    let upload = async |text: &'static str| {
        let form = file_form(png(8, 6), "a.png").text("metadata", text);
        service.upload(form).await.image_id()
    };
    let (first, second) = (upload("{\"n\":1}").await, upload("{\"n\":2}").await);
    for (id, n) in [(first, 1), (second, 2)] {
        let image = service.get(&Service::path_of(&id)).await.result();
        assert_eq!(image["meta"]["n"], n);
    }
}
