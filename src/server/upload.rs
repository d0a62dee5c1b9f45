//! Uploads: from a form, from a URL, and through a one-time URL.
//!
//! The order of the checks: form, fields, conflicts, bytes. A refused upload leaves nothing, and
//! its id stays free.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::Timestamp;

use super::Context;
use super::body::RequestBody;
use super::error::{Answer, Refusal, success};
use super::fetch;
use super::fields::Fields;
use super::form::{self, FormFile};
use super::library::{Account, Content, NewImage, Record, Stored, blocking};
use crate::blobs::Arrived;
use crate::model::ImageId;
use crate::transform::{self, TransformError};

/// `POST images/v1`.
pub(super) async fn upload(cx: &Context, mut body: RequestBody) -> Answer {
    let boundary = form::boundary(&cx.headers)?.ok_or_else(Refusal::no_form)?;
    let library = &cx.server.library;
    let form = form::read_form(&mut body, boundary, Some(&library.blobs)).await?;
    let fields = form.fields()?;
    let source = match (form.file, &fields.url) {
        (Some(_), Some(_)) => {
            return Err(Refusal::bad_request("file and url exclude each other"));
        }
        (None, None) => return Err(Refusal::bad_request("file or url is required")),
        (Some(file), None) => Ok(file),
        (None, Some(url)) => Err(url.clone()),
    };
    if let Some(id) = fields.id.clone() {
        let now = cx.now;
        if library
            .read(move |connection| Record::find(connection, &id, now))
            .await?
            .is_some()
        {
            return Err(Refusal::exists());
        }
    }
    let file = match source {
        Ok(file) => file,
        Err(url) => fetch::fetch(&cx.server, &url).await?,
    };
    let (arrived, content) = examined(cx, file.arrived).await?;
    let new = new_image(fields);
    let capacity = cx.server.capacity;
    let stored = library
        .store(arrived, move |connection| {
            if Account::is_full(connection, capacity)? {
                return Ok(Stored::Full);
            }
            Record::add(connection, new, file.name, content, Timestamp::now())
        })
        .await?;
    match stored {
        Stored::Yes(record) => Ok(success(cx.document(*record).await?)),
        Stored::Full => Err(cx.server.full()),
        Stored::Conflict | Stored::NoDraft => Err(Refusal::exists()),
    }
}

/// What is stored about an image whose fields were checked.
pub(super) fn new_image(fields: Fields) -> NewImage {
    NewImage {
        id: fields.id.unwrap_or_else(ImageId::generated),
        metadata: fields.metadata,
        creator: fields.creator,
        require_signed_urls: fields.require_signed_urls,
    }
}

/// Whether the bytes are an image that may be stored.
async fn examined(cx: &Context, arrived: Arrived) -> Answer<(Arrived, Content)> {
    let core = cx.server.core().await?;
    blocking(move || {
        // Held until the work is done, even when nobody waits for it any more.
        let _core = core;
        let bytes = arrived.read().map_err(super::LibraryError::Bytes)?;
        let facts = transform::check_upload(&bytes).map_err(|error| not_accepted(&error))?;
        let content = Content {
            hash: arrived.hash,
            size_bytes: u32::try_from(bytes.len()).expect("at most ten megabytes"),
            media_type: facts.format.content_type().to_owned(),
        };
        Ok((arrived, content))
    })
    .await?
}

fn not_accepted(error: &TransformError) -> Refusal {
    match error {
        TransformError::NotAnImage | TransformError::Unsupported(_) => Refusal::not_an_image(),
        TransformError::AnimationTooLarge { .. } => {
            Refusal::new(StatusCode::BAD_REQUEST, 5443, error.to_string())
        }
        TransformError::Damaged(_) => {
            Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, 9422, error.to_string())
        }
        other => Refusal::bad_request(other),
    }
}

/// `POST <one-time URL>`: takes one file for a draft, without a token.
pub(super) async fn upload_once(cx: &Context, id: &ImageId, body: RequestBody) -> Response {
    let answer = fill_draft(cx, id, body).await;
    let mut response = answer.unwrap_or_else(Refusal::into_text);
    allow_any_origin(response.headers_mut());
    response
}

async fn fill_draft(cx: &Context, id: &ImageId, mut body: RequestBody) -> Answer {
    let boundary = form::boundary(&cx.headers)?.ok_or_else(Refusal::no_form)?;
    let library = &cx.server.library;
    let (wanted, now) = (id.clone(), cx.now);
    let draft = library
        .read(move |connection| Record::find(connection, &wanted, now))
        .await?
        .ok_or_else(Refusal::image_not_found)?;
    match draft.expires {
        None => return Err(Refusal::exists()),
        Some(expires) if expires <= now => {
            return Err(Refusal::new(
                StatusCode::FORBIDDEN,
                5403,
                "The upload URL has expired",
            ));
        }
        Some(_) => {}
    }
    let form = form::read_form(&mut body, boundary, Some(&library.blobs)).await?;
    let Some(FormFile { name, arrived }) = form.file else {
        return Err(Refusal::bad_request("the form has no part named file"));
    };
    let (arrived, content) = examined(cx, arrived).await?;
    let id = id.clone();
    let capacity = cx.server.capacity;
    let stored = library
        .store(arrived, move |connection| {
            if Account::is_full(connection, capacity)? {
                return Ok(Stored::Full);
            }
            Record::fill(connection, &id, name.as_deref(), &content, Timestamp::now())
        })
        .await?;
    match stored {
        Stored::Yes(record) => Ok(success(cx.document(*record).await?)),
        Stored::Full => Err(cx.server.full()),
        Stored::Conflict => Err(Refusal::exists()),
        Stored::NoDraft => Err(Refusal::image_not_found()),
    }
}

/// `OPTIONS <one-time URL>`: a page on any origin may send a form here, with the headers that
/// upload widgets add.
pub(super) fn preflight(headers: &HeaderMap) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let answer = response.headers_mut();
    allow_any_origin(answer);
    answer.insert(
        header::ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("POST, OPTIONS"),
    );
    let wanted = headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    answer.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        wanted.unwrap_or(HeaderValue::from_static("*")),
    );
    answer.insert(
        header::ACCESS_CONTROL_MAX_AGE,
        HeaderValue::from_static("86400"),
    );
    // Browsers ask for this before a public page may reach a server on the computer itself.
    if headers.contains_key("access-control-request-private-network") {
        answer.insert(
            "access-control-allow-private-network",
            HeaderValue::from_static("true"),
        );
    }
    response
}

pub(super) fn allow_any_origin(headers: &mut HeaderMap) {
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
}
