//! Variants.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{Fit, MetadataPolicy, Variant, VariantId, VariantOptions};

/// A variant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VariantDocument {
    /// Its name.
    pub id: String,
    /// What it does.
    #[serde(default)]
    pub options: OptionsDocument,
    /// Whether it is delivered without a signature even for private images.
    #[serde(default, rename = "neverRequireSignedURLs")]
    pub never_require_signed_urls: bool,
}

/// What a variant does. Every field is optional, since a PATCH names a subset.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct OptionsDocument {
    /// One of the API's words for [`Fit`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fit: Option<String>,
    /// One of the API's words for [`MetadataPolicy`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<String>,
    /// Bound of the width in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<serde_json::Number>,
    /// Bound of the height in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<serde_json::Number>,
    /// Radius, 0 to 250.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blur: Option<serde_json::Number>,
    /// Seconds, 3,600 to 31,536,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub browser_ttl: Option<serde_json::Number>,
}

/// The body of a PATCH; absent fields stay.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct VariantPatchDocument {
    /// The options that change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<OptionsDocument>,
    /// Whether it is delivered without a signature even for private images.
    #[serde(
        default,
        rename = "neverRequireSignedURLs",
        skip_serializing_if = "Option::is_none"
    )]
    pub never_require_signed_urls: Option<bool>,
}

/// All variants of the account: an object keyed by id; a list is read as well.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VariantListDocument {
    /// The variants.
    #[serde(deserialize_with = "variants_by_id")]
    pub variants: BTreeMap<String, VariantDocument>,
}

/// One variant, as create, get and change answer it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VariantAnswerDocument {
    /// The variant.
    pub variant: VariantDocument,
}

fn variants_by_id<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, VariantDocument>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Object(BTreeMap<String, VariantDocument>),
        List(Vec<VariantDocument>),
    }
    Ok(match Either::deserialize(deserializer)? {
        Either::Object(variants) => variants,
        Either::List(variants) => variants
            .into_iter()
            .map(|variant| (variant.id.clone(), variant))
            .collect(),
    })
}

/// The model's variant from a document. Words that are not known are read as the default, since
/// the service may learn new ones before we do.
#[must_use]
pub fn variant_from_document(document: &VariantDocument) -> Variant {
    let options = &document.options;
    let whole = |number: &Option<serde_json::Number>| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "bounded before the cast"
        )]
        number
            .as_ref()
            .and_then(serde_json::Number::as_f64)
            .filter(|value| (1.0..=f64::from(u32::MAX)).contains(value))
            .map(|value| value as u32)
    };
    Variant {
        id: VariantId::from_server(document.id.clone()),
        options: VariantOptions {
            fit: options
                .fit
                .as_deref()
                .and_then(Fit::from_word)
                .unwrap_or_default(),
            width: whole(&options.width),
            height: whole(&options.height),
            metadata: options
                .metadata
                .as_deref()
                .and_then(MetadataPolicy::from_word)
                .unwrap_or_default(),
            blur: options.blur.as_ref().and_then(serde_json::Number::as_f64),
            browser_ttl_secs: whole(&options.browser_ttl),
        },
        never_require_signed_urls: document.never_require_signed_urls,
    }
}

/// The document of a variant, with every option that is set.
#[must_use]
pub fn document_from_variant(variant: &Variant) -> VariantDocument {
    let options = &variant.options;
    VariantDocument {
        id: variant.id.as_str().to_owned(),
        options: OptionsDocument {
            fit: Some(options.fit.as_str().to_owned()),
            metadata: Some(options.metadata.as_str().to_owned()),
            width: options.width.map(Into::into),
            height: options.height.map(Into::into),
            blur: options.blur.and_then(number_from_f64),
            browser_ttl: options.browser_ttl_secs.map(Into::into),
        },
        never_require_signed_urls: variant.never_require_signed_urls,
    }
}

/// Whole values are written without a decimal point.
fn number_from_f64(value: f64) -> Option<serde_json::Number> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole and bounded"
    )]
    if value.fract() == 0.0 && (0.0..=1e9).contains(&value) {
        Some((value as u64).into())
    } else {
        serde_json::Number::from_f64(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_variants_is_read_as_object_and_as_array() {
        let object = r#"{"variants":{"hero":{"id":"hero","options":{"fit":"cover","metadata":"none","width":1600,"height":600},"neverRequireSignedURLs":true}}}"#;
        let array = r#"{"variants":[{"id":"hero","options":{"fit":"cover","metadata":"none","width":1600,"height":600},"neverRequireSignedURLs":true}]}"#;
        let read = |text| serde_json::from_str::<VariantListDocument>(text).unwrap();
        assert_eq!(read(object), read(array));
        assert_eq!(serde_json::to_string(&read(array)).unwrap(), object);
    }

    #[test]
    fn a_variant_survives_the_wire() {
        let variant = Variant {
            id: VariantId::new("hero").unwrap(),
            options: VariantOptions {
                fit: Fit::Cover,
                width: Some(1600),
                height: None,
                metadata: MetadataPolicy::Copyright,
                blur: Some(2.5),
                browser_ttl_secs: Some(86_400),
            },
            never_require_signed_urls: true,
        };
        assert_eq!(
            variant_from_document(&document_from_variant(&variant)),
            variant
        );
    }
}
