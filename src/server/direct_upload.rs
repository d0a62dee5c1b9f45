//! Direct creator uploads: an id and a one-time URL, reserved ahead of the file.

use http::header;

use super::Context;
use super::body::RequestBody;
use super::error::{Answer, Refusal, success};
use super::fields::Fields;
use super::form::{self, Form};
use super::library::{Account, Record, Stored};
use super::upload::new_image;
use crate::model::delivery::api_segment;
use crate::model::direct_upload::{DEFAULT_LIFE, expiry_is_allowed};
use crate::wire::DirectUploadDocument;

/// `POST images/v2/direct_upload`.
pub(super) async fn reserve(cx: &Context, body: RequestBody) -> Answer {
    let fields = fields(cx, body).await?;
    let now = cx.now;
    let expires = fields.expiry.unwrap_or(now + DEFAULT_LIFE);
    if !expiry_is_allowed(now, expires) {
        return Err(Refusal::bad_request(
            "expiry must be between 2 minutes and 6 hours from now",
        ));
    }
    let new = new_image(fields);
    let capacity = cx.server.capacity;
    let stored = cx
        .server
        .library
        .write(move |connection| {
            if Account::is_full(connection, capacity)? {
                return Ok(Stored::Full);
            }
            Record::reserve(connection, new, now, expires)
        })
        .await?;
    let record = match stored {
        Stored::Yes(record) => record,
        Stored::Full => return Err(cx.server.full()),
        Stored::Conflict | Stored::NoDraft => return Err(Refusal::exists()),
    };
    let id = &record.image.id;
    Ok(success(DirectUploadDocument {
        upload_url: format!(
            "{}/{}/{}",
            cx.origin,
            cx.server.account_hash,
            api_segment(id)
        ),
        id: id.as_str().to_owned(),
    }))
}

/// The service wants a form; the published example is JSON; some clients send nothing at all.
async fn fields(cx: &Context, mut body: RequestBody) -> Answer<Fields> {
    if let Some(boundary) = form::boundary(&cx.headers)? {
        return form::read_form(&mut body, boundary, None).await?.fields();
    }
    let content_type = cx
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    let document = body.document().await?;
    if document.iter().all(u8::is_ascii_whitespace) {
        return Ok(Fields::default());
    }
    if media_type.eq_ignore_ascii_case("application/json") {
        Fields::from_json(&document)
    } else if media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        // `curl --data '{…}'` labels JSON as a form.
        if document.trim_ascii_start().starts_with(b"{") {
            Fields::from_json(&document)
        } else {
            Form::from_urlencoded(&document).fields()
        }
    } else {
        Err(Refusal::no_form())
    }
}
