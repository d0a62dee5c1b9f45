//! What an upload, a reservation or a change says, in every spelling that clients use.
//!
//! Metadata may be one JSON text, an object, or many fields (`metadata[a][b]`, `metadata.a.b`,
//! `metadata[list][]`).

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::error::{Answer, Refusal};
use crate::model::{ImageId, ImageIdError, Metadata, MetadataError};

/// The fields that an upload or a reservation may have.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub(super) id: Option<ImageId>,
    pub(super) url: Option<String>,
    pub(super) metadata: Metadata,
    pub(super) require_signed_urls: bool,
    pub(super) creator: Option<String>,
    pub(super) expiry: Option<Timestamp>,
}

/// Whether a field of this name is read; others are passed over.
pub(super) fn is_known(name: &str) -> bool {
    matches!(
        name,
        "id" | "url" | "creator" | "expiry" | "requireSignedURLs"
    ) || name.starts_with("metadata")
}

impl Fields {
    /// Reads the fields of a form. An empty field is one that was not given.
    pub(super) fn from_texts(texts: &[(String, String)]) -> Answer<Self> {
        let mut fields = Self::default();
        let mut tree = Map::new();
        for (name, text) in texts {
            match name.as_str() {
                _ if text.is_empty() => {}
                "id" => fields.id = Some(custom_id(text)?),
                "url" => fields.url = Some(text.clone()),
                "creator" => fields.creator = Some(creator(text)?),
                "requireSignedURLs" => fields.require_signed_urls = boolean(text)?,
                "expiry" => fields.expiry = Some(expiry(text)?),
                "metadata" => fields.metadata = metadata_from_text(text)?,
                name => {
                    if let Some(path) = metadata_path(name) {
                        put(&mut tree, &path, text);
                    }
                }
            }
        }
        if !tree.is_empty() {
            fields.metadata = metadata_from_object(tree)?;
        }
        fields.check()
    }

    /// Reads a JSON body. A field that is `null` is one that was not given.
    pub(super) fn from_json(body: &[u8]) -> Answer<Self> {
        let object = json_object(body)?;
        let mut fields = Self::default();
        for (name, value) in object {
            if value.is_null() {
                continue;
            }
            match name.as_str() {
                "id" => {
                    let text = text_of(&name, &value)?;
                    if !text.is_empty() {
                        fields.id = Some(custom_id(text)?);
                    }
                }
                "creator" => {
                    let text = text_of(&name, &value)?;
                    fields.creator = Some(creator(text)?).filter(|text| !text.is_empty());
                }
                "requireSignedURLs" => fields.require_signed_urls = boolean_of(&value)?,
                "expiry" => fields.expiry = Some(expiry(text_of(&name, &value)?)?),
                "metadata" => fields.metadata = metadata_of(value)?,
                _ => {}
            }
        }
        fields.check()
    }

    /// Custom ids exclude signed URLs.
    fn check(self) -> Answer<Self> {
        if self.id.is_some() && self.require_signed_urls {
            return Err(Refusal::custom_id_and_private());
        }
        Ok(self)
    }
}

/// Reads a JSON object.
pub(super) fn json_object(body: &[u8]) -> Answer<Map<String, Value>> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Refusal::bad_request("the body must be a JSON object")),
        Err(error) => Err(Refusal::bad_request(format_args!(
            "the body is not valid JSON: {error}"
        ))),
    }
}

pub(super) fn text_of<'v>(name: &str, value: &'v Value) -> Answer<&'v str> {
    value
        .as_str()
        .ok_or_else(|| Refusal::bad_request(format_args!("{name} must be a string")))
}

pub(super) fn boolean_of(value: &Value) -> Answer<bool> {
    match value {
        Value::Bool(value) => Ok(*value),
        Value::String(text) => boolean(text),
        _ => Err(not_boolean()),
    }
}

/// An object, or a text that holds one.
pub(super) fn metadata_of(value: Value) -> Answer<Metadata> {
    match value {
        Value::Object(object) => metadata_from_object(object),
        Value::String(text) => metadata_from_text(&text),
        _ => Err(not_an_object()),
    }
}

pub(super) fn creator(text: &str) -> Answer<String> {
    if text.chars().count() > 1024 {
        return Err(Refusal::bad_request(
            "creator must not exceed 1024 characters",
        ));
    }
    Ok(text.to_owned())
}

fn boolean(text: &str) -> Answer<bool> {
    if text.eq_ignore_ascii_case("true") {
        Ok(true)
    } else if text.eq_ignore_ascii_case("false") {
        Ok(false)
    } else {
        Err(not_boolean())
    }
}

fn not_boolean() -> Refusal {
    Refusal::bad_request("requireSignedURLs must be true or false")
}

fn not_an_object() -> Refusal {
    Refusal::bad_request("metadata must be a JSON object")
}

fn expiry(text: &str) -> Answer<Timestamp> {
    text.trim()
        .parse()
        .map_err(|_not_a_time| Refusal::bad_request("expiry must be a time as in RFC 3339"))
}

fn custom_id(text: &str) -> Answer<ImageId> {
    ImageId::custom(text).map_err(|error| match error {
        ImageIdError::Uuid => Refusal::invalid_id("Must not be UUID"),
        other => Refusal::invalid_id(other),
    })
}

fn metadata_from_text(text: &str) -> Answer<Metadata> {
    // The bytes as received count, spaces included.
    if text.len() > Metadata::MAX_BYTES {
        return Err(metadata_too_long());
    }
    Metadata::parse(text).map_err(|error| match error {
        MetadataError::TooLong(_) => metadata_too_long(),
        _ => not_an_object(),
    })
}

fn metadata_from_object(object: Map<String, Value>) -> Answer<Metadata> {
    let metadata = Metadata::from_object(object);
    metadata.check().map_err(|_too_long| metadata_too_long())?;
    Ok(metadata)
}

fn metadata_too_long() -> Refusal {
    Refusal::bad_request("metadata must not exceed 1024 bytes")
}

/// `metadata[a][b]` and `metadata.a.b` as `["a", "b"]`; an empty name is a list's next place.
fn metadata_path(name: &str) -> Option<Vec<&str>> {
    let rest = name.strip_prefix("metadata")?;
    let mut path = Vec::new();
    if let Some(dotted) = rest.strip_prefix('.') {
        for name in dotted.split('.') {
            match name.strip_suffix("[]") {
                Some(list) => path.extend([list, ""]),
                None => path.push(name),
            }
        }
    } else {
        let inner = rest.strip_prefix('[')?.strip_suffix(']')?;
        path.extend(inner.split("]["));
    }
    // A kilobyte of metadata has no use for more.
    (path.len() <= 32 && path.first().is_some_and(|first| !first.is_empty())).then_some(path)
}

/// Puts a text where the path leads; what was of another shape there gives way.
fn put(object: &mut Map<String, Value>, path: &[&str], text: &str) {
    let Some((name, rest)) = path.split_first() else {
        return;
    };
    let place = object.entry(*name).or_insert(Value::Null);
    put_value(place, rest, text);
}

fn put_value(place: &mut Value, path: &[&str], text: &str) {
    match path.split_first() {
        None => *place = Value::String(text.to_owned()),
        Some((&"", rest)) => {
            if !place.is_array() {
                *place = Value::Array(Vec::new());
            }
            if let Value::Array(list) = place {
                let mut value = Value::Null;
                put_value(&mut value, rest, text);
                list.push(value);
            }
        }
        Some(_) => {
            if !place.is_object() {
                *place = Value::Object(Map::new());
            }
            if let Value::Object(object) = place {
                put(object, path, text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_in_many_fields_is_one_object() {
        let of = |texts: &[(&str, &str)]| {
            let texts: Vec<(String, String)> = texts
                .iter()
                .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
                .collect();
            Fields::from_texts(&texts).unwrap().metadata.to_string()
        };
        let expected = r#"{"role":"a","d":{"x":{"y":"1"}},"l":["p","q"]}"#;
        let brackets = [
            ("metadata[role]", "a"),
            ("metadata[d][x][y]", "1"),
            ("metadata[l][]", "p"),
            ("metadata[l][]", "q"),
        ];
        let dots = [
            ("metadata.role", "a"),
            ("metadata.d.x.y", "1"),
            ("metadata.l[]", "p"),
            ("metadata.l[]", "q"),
        ];
        assert_eq!(
            (of(&brackets).as_str(), of(&dots).as_str()),
            (expected, expected)
        );
    }
}
