//! What the file says about itself, kept by the file.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{UNMET, all};

/// Every vector: the objects with an id, wherever they stand.
fn vectors(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Object(object) if object.get("id").is_some_and(Value::is_string) => {
            found.push(value.clone());
        }
        Value::Object(object) => object.values().for_each(|value| vectors(value, found)),
        Value::Array(list) => list.iter().for_each(|value| vectors(value, found)),
        _ => {}
    }
}

fn every_vector() -> Vec<Value> {
    let mut found = Vec::new();
    vectors(&all(), &mut found);
    found
}

#[test]
fn the_file_has_the_sections_that_are_tested_and_no_others() {
    let all = all();
    let names: Vec<&str> = all
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        names,
        [
            "about",
            "signing",
            "geometry",
            "image_ids",
            "variant_ids",
            "signing_key_names",
            "metadata",
            "flexible_strings",
            "delivery_paths",
            "content_negotiation",
            "metadata_filters"
        ]
    );
    // The counts of the sections, as their tests assert them.
    let counts = [24, 16, 75, 38, 13, 8, 16, 67, 30, 14, 20, 15];
    assert_eq!(every_vector().len(), counts.iter().sum::<usize>());
}

#[test]
fn every_vector_has_a_name_of_its_own() {
    let vectors = every_vector();
    let names: BTreeSet<&str> = vectors
        .iter()
        .map(|vector| vector["id"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), vectors.len());
    for (unmet, _) in UNMET {
        assert!(names.contains(unmet), "{unmet}");
    }
}

#[test]
fn every_vector_rests_on_a_basis_that_is_explained() {
    let all = all();
    let known = all["about"]["basis"].as_object().unwrap();
    for vector in every_vector() {
        let basis = vector["basis"].as_str().unwrap();
        assert!(known.contains_key(basis), "{vector}");
    }
}

#[test]
fn every_rounding_is_one_that_is_explained_and_true() {
    let all = all();
    let known = all["about"]["rounding"].as_object().unwrap();
    for vector in every_vector() {
        for name in ["rounding", "intermediate_rounding", "offset_rounding"] {
            if let Some(rounding) = vector.get(name) {
                assert!(known.contains_key(rounding.as_str().unwrap()), "{vector}");
            }
        }
    }
}
