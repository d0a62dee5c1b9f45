//! Metadata and the filters of lists.

use serde_json::{Map, Value, json};

use super::{Report, built, same};
use crate::service::Service;

#[tokio::test]
async fn every_metadata_is_taken_or_refused_as_its_vector_says() {
    let service = Service::start().await;
    let mut report = Report::of("metadata", 16);
    while let Some(vector) = report.next() {
        let text = built(vector.get("json").unwrap_or(&vector["json_built"]));
        let outcome = async {
            same(
                "the length",
                Some(text.len() as u64),
                vector["bytes"].as_u64(),
            )?;
            let answer = service.upload_with(&[("metadata", &text)]).await;
            if vector["accepted"] == false {
                let code = answer.json()["errors"][0]["code"].clone();
                return same(
                    "the refusal",
                    (answer.status, &code),
                    (400, &vector["code"]),
                );
            }
            same("the status", answer.status, 200)?;
            let image = answer.result();
            let wanted: Value = serde_json::from_str(&text).unwrap();
            let details = service
                .get(&Service::path_of(image["id"].as_str().unwrap()))
                .await
                .result();
            for document in [&image, &details] {
                // No metadata is shown as none or as an empty object.
                let shown = document.get("meta").cloned().unwrap_or_else(|| json!({}));
                same("the metadata", &shown, &wanted)?;
            }
            Ok(())
        };
        let outcome = outcome.await;
        report.note(&vector, outcome);
    }
    report.close();
}

/// Puts a value where a dotted name leads.
fn put(object: &mut Map<String, Value>, field: &str, value: Value) {
    match field.split_once('.') {
        None => {
            object.insert(field.to_owned(), value);
        }
        Some((name, rest)) => {
            let inner = object.entry(name).or_insert_with(|| json!({}));
            put(inner.as_object_mut().unwrap(), rest, value);
        }
    }
}

/// A value that meets a condition.
fn meeting(condition: &Value) -> Value {
    let value = &condition["value"];
    match condition["op"].as_str().unwrap() {
        "in" => value[0].clone(),
        _ => value.clone(),
    }
}

/// A value of the same kind that does not.
fn missing(condition: &Value) -> Value {
    match meeting(condition) {
        Value::Bool(value) => json!(!value),
        Value::Number(_) => match condition["op"].as_str().unwrap() {
            "gt" | "gte" => json!(-1000),
            _ => json!(1000),
        },
        _ => json!("something else"),
    }
}

#[tokio::test]
async fn every_filter_finds_what_it_names_and_nothing_else() {
    let service = Service::start().await;
    let mut report = Report::of("metadata_filters", 15);
    while let Some(vector) = report.next() {
        let query = vector["query"].as_str().unwrap();
        let outcome = async {
            if vector["accepted"] == false {
                let answer = service.get(&format!("v2?{query}")).await;
                let error = &answer.json()["errors"][0];
                let status = vector["status"].as_u64().unwrap();
                let found = (u64::from(answer.status), &error["code"]);
                same("the refusal", found, (status, &vector["code"]))?;
                let wanted = vector["message"].as_str().unwrap_or_default();
                let message = error["message"].as_str().unwrap();
                return same("the message", message.contains(wanted), true);
            }
            let conditions = vector["parsed"].as_array().unwrap();
            let creator = format!("{}-{}", service.mark(), vector["id"].as_str().unwrap());
            let upload = async |value: &dyn Fn(&Value) -> Value| {
                let mut metadata = Map::new();
                for condition in conditions {
                    put(
                        &mut metadata,
                        condition["field"].as_str().unwrap(),
                        value(condition),
                    );
                }
                let metadata = Value::Object(metadata).to_string();
                let fields = [("metadata", metadata.as_str()), ("creator", &creator)];
                service.upload_with(&fields).await.image_id()
            };
            let wanted = upload(&meeting).await;
            upload(&missing).await;
            service.upload_with(&[("creator", &creator)]).await.result();
            let path = format!("v2?creator={creator}&{query}");
            let answer = service.get(&path).await;
            same("the status", answer.status, 200)?;
            let result = answer.result();
            let images = result["images"].as_array().unwrap().iter();
            let ids: Vec<&str> = images.map(|image| image["id"].as_str().unwrap()).collect();
            same("what is found", ids, vec![wanted.as_str()])
        };
        let outcome = outcome.await;
        report.note(&vector, outcome);
    }
    report.close();
}
