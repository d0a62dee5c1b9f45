//! Refusals: status, code and words of everything that can go wrong, in one place.
//!
//! On the API every refusal is the JSON envelope; on the upload host and on delivery it is one
//! line of text, `ERROR code: message`, as the service does it.

use std::fmt;

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use super::library::LibraryError;
use super::rate::RateLimit;
use crate::wire::{Envelope, Message};

/// A request that is not granted.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) code: u32,
    pub(super) message: String,
    chain: Vec<(u32, &'static str)>,
    second: Option<(u32, &'static str)>,
    allow: Option<&'static str>,
    retry_after_secs: Option<u64>,
}

/// Why an answer is a refusal: goes along with it for whoever tells it in other words.
#[derive(Debug, Clone)]
pub(super) struct Reason {
    code: u32,
    message: String,
}

impl Reason {
    pub(super) const fn code(&self) -> u32 {
        self.code
    }

    /// `ERROR code: message`
    pub(super) fn line(&self) -> String {
        format!("ERROR {}: {}", self.code, self.message)
    }
}

pub(super) type Answer<T = Response> = Result<T, Refusal>;

impl Refusal {
    pub(super) fn new(status: StatusCode, code: u32, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            chain: Vec::new(),
            second: None,
            allow: None,
            retry_after_secs: None,
        }
    }

    /// The same, to be asked again after so many seconds.
    pub(super) const fn retry_after(mut self, secs: u64) -> Self {
        self.retry_after_secs = Some(secs);
        self
    }

    pub(super) fn rate_limited(retry_after_secs: u64) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, 971, RateLimit::MESSAGE)
            .retry_after(retry_after_secs)
    }

    /// The token is good, but not for this.
    pub(super) fn no_permission() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            9109,
            "Unauthorized to access requested resource",
        )
    }

    /// 400 / 5400 with what is wrong.
    pub(super) fn bad_request(what: impl fmt::Display) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            5400,
            format!("Bad request: {what}"),
        )
    }

    pub(super) fn image_not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, 5404, "Image not found")
    }

    pub(super) fn variant_not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, 5401, "Variant not found")
    }

    pub(super) fn key_not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, 5404, "Key not found")
    }

    pub(super) fn exists() -> Self {
        Self::new(StatusCode::CONFLICT, 5409, "Resource already exists")
    }

    pub(super) fn limit_reached(limit: impl fmt::Display) -> Self {
        let message = format!(
            "The given account has reached a service limit ({limit}). \
             Upgrade your plan to increase your service limit."
        );
        Self::new(StatusCode::FORBIDDEN, 5453, message)
    }

    pub(super) fn invalid_id(reason: impl fmt::Display) -> Self {
        let message = format!(
            "The Custom ID is invalid. Custom IDs can include 1024 characters or less, any number \
             of subpaths, and support the UTF-8 encoding standard for characters. Enter a new \
             Custom ID and try again: {reason}"
        );
        Self::new(StatusCode::BAD_REQUEST, 5411, message)
    }

    pub(super) fn custom_id_and_private() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            5400,
            "The image contains a custom ID and cannot be set to private. To make the image \
             private, delete and upload the image again using a regular ID.",
        )
    }

    pub(super) fn no_form() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            5415,
            "Images must be uploaded as a form, not as raw image data. \
             Please use multipart/form-data format",
        )
    }

    pub(super) fn not_an_image() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            5455,
            "Uploaded image must have image/jpeg, image/png, image/webp, image/gif or \
             image/svg+xml content-type",
        )
    }

    pub(super) fn image_too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            5413,
            "Maximum image size of 10 MB is reached",
        )
    }

    pub(super) fn request_too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            7011,
            "Request entity is too large",
        )
    }

    pub(super) fn too_slow() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            5408,
            "Client was sending upload too slowly",
        )
    }

    pub(super) fn broken_body() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            5450,
            "Error while receiving upload",
        )
    }

    pub(super) fn no_fetch(why: impl fmt::Display) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            5454,
            format!("Could not fetch the image: {why}"),
        )
    }

    pub(super) fn no_route() -> Self {
        Self::new(StatusCode::NOT_FOUND, 7000, "No route for that URI")
    }

    /// The path has the right shape, but an identifier in it cannot be one.
    pub(super) fn no_identifier(path: &str) -> Self {
        let message =
            format!("Could not route to {path}, perhaps your object identifier is invalid?");
        let mut refusal = Self::new(StatusCode::NOT_FOUND, 7003, message);
        refusal.second = Some((7000, "No route for that URI"));
        refusal
    }

    pub(super) fn method(method: &http::Method, allow: &'static str) -> Self {
        let message =
            format!("{method} method not allowed for the api_token authentication scheme");
        let mut refusal = Self::new(StatusCode::METHOD_NOT_ALLOWED, 10000, message);
        refusal.allow = Some(allow);
        refusal
    }

    pub(super) fn bad_headers(chain: Vec<(u32, &'static str)>) -> Self {
        let mut refusal = Self::new(StatusCode::BAD_REQUEST, 6003, "Invalid request headers");
        refusal.chain = chain;
        refusal
    }

    pub(super) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            5500,
            "Internal server error",
        )
    }

    /// Cloudflare's disks do not fill up; ours may. The status says so, the code is that of any
    /// failure inside.
    pub(super) fn storage_full() -> Self {
        Self::new(
            StatusCode::INSUFFICIENT_STORAGE,
            5500,
            "No space left on the disk that holds the images",
        )
    }

    /// As the API answers it.
    pub(super) fn into_json(self) -> Response {
        let reason = self.reason();
        let mut envelope = Envelope::<()>::failure(self.code, self.message);
        envelope.errors[0].error_chain = self.chain.into_iter().map(message).collect();
        envelope.errors.extend(self.second.map(message));
        let mut response = json(self.status, &envelope);
        response.extensions_mut().insert(reason);
        let headers = response.headers_mut();
        if let Some(allow) = self.allow {
            headers.insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        if let Some(secs) = self.retry_after_secs {
            headers.insert(header::RETRY_AFTER, secs.into());
        }
        // The official clients send a conflicting upload again two times; it cannot succeed.
        if self.status == StatusCode::CONFLICT {
            headers.insert("x-should-retry", HeaderValue::from_static("false"));
        }
        response
    }

    /// As the upload host and delivery answer it.
    pub(super) fn into_text(self) -> Response {
        let reason = self.reason();
        let mut response = Response::new(Body::from(reason.line()));
        *response.status_mut() = self.status;
        response.extensions_mut().insert(reason);
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/plain; charset=utf-8"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(allow) = self.allow {
            headers.insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        if let Some(secs) = self.retry_after_secs {
            headers.insert(header::RETRY_AFTER, secs.into());
        }
        response
    }

    fn reason(&self) -> Reason {
        Reason {
            code: self.code,
            message: self.message.clone(),
        }
    }
}

impl From<LibraryError> for Refusal {
    fn from(error: LibraryError) -> Self {
        // Nothing the client did; what the disk or the database says is for the log.
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "the library failed"
        );
        if error.is_disk_full() {
            return Self::storage_full();
        }
        Self::internal()
    }
}

fn message((code, text): (u32, &'static str)) -> Message {
    Message {
        code,
        message: text.to_owned(),
        error_chain: Vec::new(),
    }
}

/// A success: status 200 and the envelope.
pub(super) fn success<T: Serialize>(result: T) -> Response {
    json(StatusCode::OK, &Envelope::success(result))
}

/// Any envelope.
pub(super) fn json<T: Serialize>(status: StatusCode, envelope: &Envelope<T>) -> Response {
    let text = serde_json::to_vec(envelope).expect("documents have text keys only");
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
