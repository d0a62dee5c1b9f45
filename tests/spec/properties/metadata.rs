//! Metadata: every JSON object within the limit comes back as it was.

use lenticular::model::{Metadata, MetadataError};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::Bench;
use crate::service::Service;

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1000_i32..1000).prop_map(Value::from),
        any::<f64>()
            .prop_filter("JSON has no other", |number| number.is_finite())
            .prop_map(Value::from),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number(),
        ".{0,20}".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            object_of(inner).prop_map(Value::from),
        ]
    })
}

fn object_of(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    let name = prop_oneof!["[a-z_]{1,8}", "\\PC{0,12}", any::<String>()];
    prop::collection::vec((name, value), 0..6).prop_map(|fields| fields.into_iter().collect())
}

fn object() -> impl Strategy<Value = Map<String, Value>> {
    object_of(value())
}

/// Objects within the limit.
fn fitting() -> impl Strategy<Value = Map<String, Value>> {
    object().prop_filter("at most 1024 bytes", |object| {
        serde_json::to_string(object).unwrap().len() <= 1024
    })
}

proptest! {
    #[test]
    fn an_object_within_the_limit_survives_its_text(object in fitting()) {
        let metadata = Metadata::from_object(object.clone());
        prop_assert_eq!(metadata.check(), Ok(()));
        let again = Metadata::parse(&metadata.to_string()).unwrap();
        prop_assert_eq!(again.as_object(), &object);
        let pretty: Value = serde_json::from_str(&metadata.to_pretty_string()).unwrap();
        prop_assert_eq!(pretty, Value::Object(object));
    }

    #[test]
    fn the_length_is_that_of_the_compact_text(object in object()) {
        let metadata = Metadata::from_object(object.clone());
        let len = serde_json::to_string(&object).unwrap().len();
        // Nothing is sent when there is no field.
        let expected = if object.is_empty() { 0 } else { len };
        prop_assert_eq!(metadata.len_bytes(), expected);
        let wanted = if len > 1024 { Err(MetadataError::TooLong(len)) } else { Ok(()) };
        prop_assert_eq!(metadata.check(), wanted);
    }

    #[test]
    fn spaces_between_the_values_change_neither_meaning_nor_length(object in fitting()) {
        let pretty = serde_json::to_string_pretty(&object).unwrap();
        let metadata = Metadata::parse(&pretty).unwrap();
        prop_assert_eq!(metadata.len_bytes(), Metadata::from_object(object.clone()).len_bytes());
        prop_assert_eq!(metadata.as_object(), &object);
    }

    #[test]
    fn no_text_breaks_the_reading(text in "\\PC{0,100}|[\\[\\]{}\",:0-9eE.+\\- tfn\\\\u]{0,100}") {
        if let Ok(metadata) = Metadata::parse(&text) {
            prop_assert!(metadata.len_bytes() <= 1024);
            prop_assert_eq!(Metadata::parse(&metadata.to_string()), Ok(metadata));
        }
    }
}

#[test]
fn an_object_survives_upload_change_reservation_and_list() {
    let bench = Bench::new();
    let service = &bench.service;
    bench.check(file!(), 24, &fitting(), |object| async move {
        let wanted = Value::Object(object);
        let shown = |document: &Value| document.get("meta").cloned().unwrap_or_else(|| json!({}));
        let text = wanted.to_string();
        let fields = [("metadata", text.as_str()), ("creator", service.mark())];
        let uploaded = service.upload_with(&fields).await.result();
        prop_assert_eq!(&shown(&uploaded), &wanted);
        let path = Service::path_of(uploaded["id"].as_str().unwrap());
        prop_assert_eq!(&shown(&service.get(&path).await.result()), &wanted);
        let list = service
            .get(&format!("v2?creator={}", service.mark()))
            .await
            .result();
        prop_assert_eq!(&shown(&list["images"][0]), &wanted);
        service.delete(&path).await.result();
        let changed = service.upload_png().await;
        let path = Service::path_of(&changed);
        let changed = service
            .patch(&path, json!({"metadata": wanted}))
            .await
            .result();
        prop_assert_eq!(&shown(&changed), &wanted);
        service.delete(&path).await.result();
        let (draft, _) = service.reserve(json!({"metadata": wanted})).await;
        let path = Service::path_of(&draft);
        prop_assert_eq!(&shown(&service.get(&path).await.result()), &wanted);
        service.delete(&path).await.result();
        Ok(())
    });
}

#[test]
fn an_object_over_the_limit_is_refused_everywhere() {
    let bench = Bench::new();
    let service = &bench.service;
    let path = Service::path_of(&bench.runtime.block_on(service.upload_png()));
    let path = path.as_str();
    let over = (object(), 0_usize..300).prop_map(|(mut object, more)| {
        let missing = 1025_usize.saturating_sub(serde_json::to_string(&object).unwrap().len());
        object.insert("filler".to_owned(), "x".repeat(missing + more).into());
        Value::Object(object)
    });
    bench.check(file!(), 12, &over, |object| async move {
        let text = object.to_string();
        prop_assert!(text.len() > 1024);
        service
            .upload_with(&[("metadata", &text)])
            .await
            .refused(400, 5400);
        service
            .patch(path, json!({"metadata": object}))
            .await
            .refused(400, 5400);
        let reserved = service
            .post_json("v2/direct_upload", json!({"metadata": object}))
            .await;
        reserved.refused(400, 5400);
        Ok(())
    });
}
