//! Variants: the named ways of delivery.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value, json};

use super::Context;
use super::body::RequestBody;
use super::error::{Answer, Refusal, success};
use super::form;
use super::library::VariantChange;
use crate::model::{Fit, MetadataPolicy, Variant, VariantId, VariantOptions};
use crate::wire::variant::{VariantAnswerDocument, document_from_variant};
use crate::wire::{OptionsDocument, VariantListDocument};

/// `GET images/v1/variants`.
pub(super) async fn list(cx: &Context) -> Answer {
    let variants = cx.server.library.read(Variant::all).await?;
    let variants: BTreeMap<_, _> = variants
        .iter()
        .map(document_from_variant)
        .map(|document| (document.id.clone(), document))
        .collect();
    Ok(success(VariantListDocument { variants }))
}

/// `POST images/v1/variants`.
pub(super) async fn create(cx: &Context, mut body: RequestBody) -> Answer {
    let object = form::json_object(&body.document().await?)?;
    let id = match object.get("id") {
        Some(id) => form::text_of("id", id)?,
        None => return Err(Refusal::bad_request("id is required")),
    };
    let id =
        VariantId::new(id).map_err(|error| Refusal::bad_request(format_args!("id: {error}")))?;
    let options = options(&object)?.ok_or_else(|| Refusal::bad_request("options is required"))?;
    let variant = Variant {
        id,
        options: merged(VariantOptions::default(), &options)?,
        never_require_signed_urls: never_require(&object)?.unwrap_or(false),
    };
    let change = cx
        .server
        .library
        .write(move |connection| variant.add(connection))
        .await?;
    match change {
        VariantChange::Done(variant) => Ok(answer(&variant)),
        VariantChange::No => Err(Refusal::exists()),
        VariantChange::Full => Err(Refusal::limit_reached(Variant::MAX_PER_ACCOUNT)),
    }
}

/// `GET images/v1/variants/{id}`.
pub(super) async fn get(cx: &Context, id: String) -> Answer {
    Ok(answer(&find(cx, id).await?))
}

/// `GET images/v1/variants/{id}/flat`: the same without the object around it.
pub(super) async fn get_flat(cx: &Context, id: String) -> Answer {
    Ok(success(document_from_variant(&find(cx, id).await?)))
}

/// `PATCH images/v1/variants/{id}`: what is not named stays.
pub(super) async fn change(cx: &Context, id: String, mut body: RequestBody) -> Answer {
    let object = form::json_object(&body.document().await?)?;
    let options = options(&object)?;
    let never_require = never_require(&object)?;
    // Read and written in one transaction: of two changes at once, neither is lost.
    let outcome = cx
        .server
        .library
        .write(move |connection| {
            let Some(mut variant) = Variant::find(connection, &id)? else {
                return Ok(Err(Refusal::variant_not_found()));
            };
            if let Some(options) = &options {
                match merged(variant.options.clone(), options) {
                    Ok(merged) => variant.options = merged,
                    Err(refusal) => return Ok(Err(refusal)),
                }
            }
            if let Some(never) = never_require {
                variant.never_require_signed_urls = never;
            }
            variant.save(connection)?;
            Ok(Ok(variant))
        })
        .await?;
    Ok(answer(&outcome?))
}

/// `DELETE images/v1/variants/{id}`. Deleting `public` is answered like any deletion, but it
/// stays: that is what accounts do.
pub(super) async fn delete(cx: &Context, id: String) -> Answer {
    let removed = cx
        .server
        .library
        .write(move |connection| {
            if id == VariantId::public().as_str() {
                return Ok(true);
            }
            Variant::remove(connection, &id)
        })
        .await?;
    if removed {
        Ok(success(json!({})))
    } else {
        Err(Refusal::variant_not_found())
    }
}

async fn find(cx: &Context, id: String) -> Answer<Variant> {
    cx.server
        .library
        .read(move |connection| Variant::find(connection, &id))
        .await?
        .ok_or_else(Refusal::variant_not_found)
}

fn answer(variant: &Variant) -> axum::response::Response {
    success(VariantAnswerDocument {
        variant: document_from_variant(variant),
    })
}

fn options(object: &Map<String, Value>) -> Answer<Option<OptionsDocument>> {
    match object.get("options") {
        None | Some(Value::Null) => Ok(None),
        Some(value @ Value::Object(_)) => serde_json::from_value(value.clone())
            .map(Some)
            .map_err(|error| Refusal::bad_request(format_args!("options: {error}"))),
        Some(_) => Err(Refusal::bad_request("options must be an object")),
    }
}

fn never_require(object: &Map<String, Value>) -> Answer<Option<bool>> {
    match object.get("neverRequireSignedURLs") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(never)) => Ok(Some(*never)),
        Some(_) => Err(Refusal::bad_request(
            "neverRequireSignedURLs must be true or false",
        )),
    }
}

/// Puts what is given over what is there, and checks the whole.
fn merged(mut options: VariantOptions, given: &OptionsDocument) -> Answer<VariantOptions> {
    let wrong = |field: &str, rule: &dyn std::fmt::Display| {
        Refusal::bad_request(format_args!("options.{field}: {rule}"))
    };
    let whole = |field: &str, number: &Number| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole and bounded"
        )]
        number
            .as_f64()
            .filter(|value| value.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(value))
            .map(|value| value as u32)
            .ok_or_else(|| wrong(field, &"must be a whole number"))
    };
    if let Some(fit) = &given.fit {
        options.fit = Fit::from_word(fit)
            .filter(|fit| Fit::NAMED.contains(fit))
            .ok_or_else(|| wrong("fit", &"must be scale-down, contain, cover, crop or pad"))?;
    }
    if let Some(metadata) = &given.metadata {
        options.metadata = MetadataPolicy::from_word(metadata)
            .ok_or_else(|| wrong("metadata", &"must be keep, copyright or none"))?;
    }
    if let Some(width) = &given.width {
        options.width = Some(whole("width", width)?);
    }
    if let Some(height) = &given.height {
        options.height = Some(whole("height", height)?);
    }
    if let Some(blur) = &given.blur {
        options.blur = blur.as_f64();
    }
    if let Some(ttl) = &given.browser_ttl {
        options.browser_ttl_secs = Some(whole("browser_ttl", ttl)?);
    }
    match options.validate().first() {
        None => Ok(options),
        Some(error) => {
            use crate::model::variant::VariantOptionsError as E;
            let field = match error {
                E::Width => "width",
                E::Height => "height",
                E::Blur => "blur",
                E::BrowserTtl => "browser_ttl",
                E::Fit => "fit",
            };
            Err(wrong(field, error))
        }
    }
}
