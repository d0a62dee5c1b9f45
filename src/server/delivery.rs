//! Delivery: renditions of images, by named variant or by options in the URL.
//!
//! The checks stand in one order, and the first failure answers: method, path, account, options or
//! variant, image, access, pixels. Mind the pair that is easily swapped: an unknown variant is
//! 403, an unknown image is 404.

mod making;
mod wish;

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use jiff::Timestamp;

use super::Context;
use super::error::{Answer, Refusal};
use super::library::{Content, Record};
use super::upload::allow_any_origin;
use crate::model::flexible::{FlexibleOptions, OutputChoice};
use crate::model::signing::{SignatureError, check_signature};
use crate::model::{ImageId, SigningKey};
use crate::transform::{Accepts, Format};

use making::{key, make};
#[cfg(fuzzing)]
pub(super) use wish::for_client;
use wish::{Found, Wish, is_flexible, wish};

/// The longest that a browser keeps a private rendition.
const PRIVATE_TTL_SECS: i64 = 3_600;

const CUSTOM_DOMAIN_PREFIX: &str = "/cdn-cgi/imagedelivery";

/// `GET` and `HEAD` of a delivery URL.
pub(super) async fn deliver(cx: &Context) -> Response {
    let mut response = deliver_checked(cx).await.unwrap_or_else(|refusal| {
        let code = HeaderValue::from_str(&format!("err={}", refusal.code));
        let mut response = refusal.into_text();
        if let Ok(code) = code {
            response.headers_mut().insert("cf-resized", code.clone());
            response.headers_mut().insert("cf-images", code);
        }
        response
    });
    let headers = response.headers_mut();
    allow_any_origin(headers);
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}

async fn deliver_checked(cx: &Context) -> Answer {
    if cx.method != Method::GET && cx.method != Method::HEAD {
        let mut refusal = Refusal::method(&cx.method, "GET, HEAD");
        refusal.message = format!("{} is not allowed here", cx.method);
        return Err(refusal);
    }
    let path = cx.uri.path();
    let plain = path.strip_prefix(CUSTOM_DOMAIN_PREFIX).unwrap_or(path);
    let not_found = || refused(StatusCode::NOT_FOUND, 9431, "Not found");
    let (hash, rest) = plain
        .strip_prefix('/')
        .and_then(|plain| plain.split_once('/'))
        .ok_or_else(not_found)?;
    let (id, last) = rest.rsplit_once('/').ok_or_else(not_found)?;
    if hash.is_empty() || id.is_empty() || last.is_empty() {
        return Err(not_found());
    }
    if hash != cx.server.account_hash.as_str() {
        return Err(refused(
            StatusCode::FORBIDDEN,
            9427,
            "Image access denied with incorrect account id",
        ));
    }
    let id = percent_encoding::percent_decode_str(id)
        .decode_utf8()
        .map(ImageId::from_server)
        .map_err(|_not_text| {
            refused(
                StatusCode::FORBIDDEN,
                9426,
                "The URL of imagedelivery.net has invalid text part",
            )
        })?;
    let name = (!is_flexible(last)).then(|| {
        percent_encoding::percent_decode_str(last)
            .decode_utf8_lossy()
            .into_owned()
    });
    let now = cx.now;
    let found = cx
        .server
        .library
        .read(move |connection| Found::load(connection, name.as_deref(), &id, now))
        .await?;
    let wish = wish(cx, last, found.account, found.variant)?;
    let gone = || {
        refused(
            StatusCode::NOT_FOUND,
            9404,
            "Could not fetch the image — the server returned HTTP error 404 Not Found",
        )
    };
    let record = found.record.ok_or_else(gone)?;
    let content = record.content.clone().ok_or_else(gone)?;
    let cache_control = access(cx, &record, &wish, &found.keys, plain)?;
    respond(cx, &record, &content, wish, cache_control).await
}

fn refused(status: StatusCode, code: u32, message: impl Into<String>) -> Refusal {
    Refusal::new(status, code, message)
}

fn denied(reason: impl std::fmt::Display) -> Refusal {
    refused(
        StatusCode::FORBIDDEN,
        9425,
        format!("Image access denied: {reason}"),
    )
}

/// Whether this request may see the image; returns the value of `cache-control`.
fn access(
    cx: &Context,
    record: &Record,
    wish: &Wish,
    keys: &[SigningKey],
    plain_path: &str,
) -> Answer<String> {
    let public = || {
        format!(
            "public, max-age={}, stale-while-revalidate=7200",
            wish.ttl_secs
        )
    };
    if !record.image.require_signed_urls || wish.is_always_public {
        return Ok(public());
    }
    if wish.is_flexible {
        return Err(denied("flexible variants cannot be used with signed URLs"));
    }
    let query = cx.uri.query();
    let path = cx.uri.path();
    let mut checked = check_signature(keys, path, query, cx.now);
    if checked == Err(SignatureError::Invalid) && plain_path != path {
        checked = check_signature(keys, plain_path, query, cx.now);
    }
    let expires = checked.map_err(denied)?;
    let left = expires.map_or(PRIVATE_TTL_SECS, |expires: Timestamp| {
        expires.duration_since(cx.now).as_secs()
    });
    Ok(format!(
        "private, max-age={}",
        left.clamp(0, PRIVATE_TTL_SECS)
    ))
}

async fn respond(
    cx: &Context,
    record: &Record,
    content: &Content,
    wish: Wish,
    cache_control: String,
) -> Answer {
    let accept = cx
        .headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    let is_svg = content.media_type == Format::Svg.content_type();
    let (options, accepts) = if is_svg {
        for_svg(&wish.options)?
    } else {
        let mut accepts = Accepts::from_header(accept);
        // Who says nothing at all about formats is taken at the word of the URL.
        accepts.avif |= accept.is_none() && wish.options.format == OutputChoice::Avif;
        let accepts = accepts.that_count_for(wish.options.format);
        (wish.options, accepts)
    };
    let key = key(content, &options, accepts);
    let etag = format!(
        "\"cf-{}:{}\"",
        hex::encode(&key.0[..12]),
        hex::encode(&content.hash.0[..12])
    );
    let mut headers = HeaderMap::new();
    let mut put = |name: header::HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.append(name, value);
        }
    };
    put(header::ETAG, &etag);
    put(header::CACHE_CONTROL, &cache_control);
    put(header::VARY, &wish.vary);
    put(header::LAST_MODIFIED, &http_date(record.image.uploaded));
    if is_known_to_client(&cx.headers, &etag, record.image.uploaded) {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.headers_mut() = headers;
        return Ok(response);
    }
    let (outcome, was_cached) = cx
        .server
        .library
        .renditions
        .get_or_make(key, || make(cx, content, &options, accepts))
        .await;
    let rendition = outcome.map_err(|no| {
        let status = StatusCode::from_u16(no.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        refused(status, no.code, no.message)
    })?;
    put(header::CONTENT_TYPE, &rendition.media_type);
    put(
        header::HeaderName::from_static("cf-images"),
        &format!(
            "internal=ok/{} l={}",
            if was_cached { "h" } else { "m" },
            rendition.bytes.len()
        ),
    );
    for warning in wish.warnings.iter().chain(&rendition.warnings) {
        put(
            header::WARNING,
            &format!("cf-images 299 \"{}\"", warning.replace('"', "'")),
        );
    }
    if rendition.media_type == Format::Svg.content_type() {
        put(
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; navigate-to 'none'; form-action 'none'; img-src data:; \
             style-src 'unsafe-inline'",
        );
    }
    let mut response = Response::new(Body::from(rendition.bytes.clone()));
    *response.headers_mut() = headers;
    Ok(response)
}

/// What is left of a wish for an SVG, which is one sanitized file for every variant, every option
/// and every client; only its description differs.
///
/// `auto`, `webp` and `avif` leave the service a choice and get the SVG. The other formats are
/// conversions, and those are refused.
fn for_svg(options: &FlexibleOptions) -> Answer<(FlexibleOptions, Accepts)> {
    let format = match options.format {
        OutputChoice::Auto | OutputChoice::Webp | OutputChoice::Avif => OutputChoice::Auto,
        OutputChoice::Json => OutputChoice::Json,
        OutputChoice::Jpeg | OutputChoice::BaselineJpeg | OutputChoice::Png => {
            return Err(refused(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                9412,
                "Could not resize the image: conversion between SVG and raster formats is not \
                 supported",
            ));
        }
    };
    let options = FlexibleOptions {
        format,
        ..FlexibleOptions::default()
    };
    Ok((options, Accepts::default()))
}

pub(super) fn is_known_to_client(headers: &HeaderMap, etag: &str, uploaded: Timestamp) -> bool {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    if let Some(known) = text(header::IF_NONE_MATCH) {
        // Weak comparison, as conditional requests for reading want it.
        return known
            .split(',')
            .map(|tag| tag.trim().trim_start_matches("W/"))
            .any(|tag| tag == "*" || tag == etag);
    }
    text(header::IF_MODIFIED_SINCE)
        .and_then(|text| jiff::fmt::rfc2822::parse(text).ok())
        .is_some_and(|since| since.timestamp().as_second() >= uploaded.as_second())
}

/// The time as HTTP writes it, e.g. `Sun, 06 Nov 1994 08:49:37 GMT`.
fn http_date(time: Timestamp) -> String {
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
