//! One image: details, the stored bytes, changes, deletion.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, header};
use serde_json::json;

use super::Context;
use super::body::RequestBody;
use super::error::{Answer, Refusal, success};
use super::fields;
use super::library::{LibraryError, Record, blocking};
use crate::model::{ImageChange, ImageId};

/// `GET images/v1/{id}`.
pub(super) async fn details(cx: &Context, id: ImageId) -> Answer {
    let record = find(cx, id).await?;
    Ok(success(cx.document(record).await?))
}

/// `GET images/v1/{id}/blob`: the bytes as they were uploaded.
pub(super) async fn blob(cx: &Context, id: ImageId) -> Answer {
    let content = find(cx, id)
        .await?
        .content
        .ok_or_else(Refusal::image_not_found)?;
    let blobs = cx.server.library.blobs.clone();
    let file = blocking(move || blobs.open_blob(content.hash))
        .await?
        .map_err(LibraryError::Bytes)?
        .ok_or(LibraryError::Missing)?;
    let stream =
        tokio_util::io::ReaderStream::with_capacity(tokio::fs::File::from_std(file), 64 * 1024);
    let mut response = Response::new(Body::from_stream(stream));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, content.size_bytes.into());
    if let Ok(media_type) = HeaderValue::from_str(&content.media_type) {
        headers.insert(header::CONTENT_TYPE, media_type);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    // An SVG that is opened in a tab would otherwise run its scripts on this origin.
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox"),
    );
    Ok(response)
}

/// `PATCH images/v1/{id}`.
pub(super) async fn change(cx: &Context, id: ImageId, mut body: RequestBody) -> Answer {
    let mut change = ImageChange::default();
    for (name, value) in fields::json_object(&body.document().await?)? {
        match name.as_str() {
            _ if value.is_null() => {}
            "metadata" => change.metadata = Some(fields::metadata_of(value)?),
            "requireSignedURLs" => change.require_signed_urls = Some(fields::boolean_of(&value)?),
            "creator" => change.creator = Some(fields::creator(fields::text_of(&name, &value)?)?),
            _ => {}
        }
    }
    let now = cx.now;
    if change.require_signed_urls == Some(true) && !id.is_generated() {
        find(cx, id).await?;
        return Err(Refusal::custom_id_and_private());
    }
    let record = cx
        .server
        .library
        .write(move |connection| Record::change(connection, &id, change, now))
        .await?
        .ok_or_else(Refusal::image_not_found)?;
    Ok(success(cx.document(record).await?))
}

/// `DELETE images/v1/{id}`.
pub(super) async fn delete(cx: &Context, id: ImageId) -> Answer {
    let now = cx.now;
    let library = &cx.server.library;
    let removed = library
        .write(move |connection| Record::remove(connection, &id, now))
        .await?
        .ok_or_else(Refusal::image_not_found)?;
    if let Some(content) = removed.content {
        library.forget_bytes(content.hash).await?;
    }
    Ok(success(json!({})))
}

async fn find(cx: &Context, id: ImageId) -> Answer<Record> {
    let now = cx.now;
    cx.server
        .library
        .read(move |connection| Record::find(connection, &id, now))
        .await?
        .ok_or_else(Refusal::image_not_found)
}
