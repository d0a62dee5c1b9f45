//! From a failed answer to its meaning: JSON envelope, plain-text line, HTML page or nothing.

use std::time::Duration;

use serde_json::Value;

use super::{Error, ErrorKind};

/// Who answered, since the same number means different things in different places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The API.
    Api,
    /// The one-time URL of a direct creator upload.
    UploadUrl,
    /// The delivery host.
    Delivery,
}

/// What an answer says about its failure.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    code: Option<u32>,
    message: String,
    /// Codes below the first, from errors about headers.
    chain: Vec<u32>,
    /// Whether it is of the service's own forms.
    is_known_form: bool,
}

/// A failed answer, all of it that matters.
#[derive(Debug, Default)]
pub(super) struct Failure<'a> {
    pub(super) status: u16,
    pub(super) content_type: &'a str,
    pub(super) body: &'a [u8],
    /// The code in `cf-images` or `cf-resized` of delivery.
    pub(super) header_code: Option<u32>,
    pub(super) retry_after: Option<Duration>,
    pub(super) ray: Option<String>,
}

/// The longest text of a server that is kept, in characters.
const MESSAGE_CHARS: usize = 300;

/// The error that a failed answer means. `secret` is blotted out of the server's words.
pub(super) fn error_from_failure(place: Place, failure: Failure<'_>, secret: &str) -> Error {
    let told = read_failure(failure.content_type, failure.body);
    let code = told.code.or(failure.header_code);
    let kind = if is_rate_limit(failure.status, code) && place != Place::Delivery {
        ErrorKind::RateLimited {
            retry_after: failure.retry_after,
        }
    } else {
        let by_code = code.and_then(|code| {
            if place == Place::Delivery {
                delivery_kind(code, failure.status, &told.message)
            } else {
                api_kind(place, code, failure.status, &told)
            }
        });
        by_code.unwrap_or_else(|| {
            kind_of_status(
                place,
                failure.status,
                told.is_known_form,
                failure.retry_after,
            )
        })
    };
    let mut message = tidy(&told.message);
    if !secret.is_empty() {
        message = message.replace(secret, "••••");
    }
    Error::told(kind, failure.status, code, message, failure.ray)
}

const fn is_rate_limit(status: u16, code: Option<u32>) -> bool {
    status == 429 || matches!(code, Some(971 | 10_100 | 10_429))
}

/// Reads whatever form the failure has.
fn read_failure(content_type: &str, body: &[u8]) -> Told {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}').trim();
    if let Ok(value) = serde_json::from_str::<Value>(text)
        && let Some(told) = read_envelope(&value)
    {
        return told;
    }
    if let Some(told) = read_line(text) {
        return told;
    }
    let is_html = content_type.contains("html") || text.starts_with('<');
    let is_plain = content_type.starts_with("text/plain");
    Told {
        // A web page or broken JSON has no words for a person.
        message: if is_plain && !is_html {
            text.to_owned()
        } else {
            String::new()
        },
        is_known_form: is_plain && !is_html,
        ..Told::default()
    }
}

/// `{"success": false, "errors": [{"code", "message", "error_chain"}]}`; everything is optional.
fn read_envelope(value: &Value) -> Option<Told> {
    let object = value.as_object()?;
    let errors = object.get("errors").and_then(Value::as_array);
    if errors.is_none() && !object.contains_key("success") {
        return None;
    }
    let mut told = Told {
        is_known_form: true,
        ..Told::default()
    };
    if let Some(first) = errors.and_then(|errors| errors.first()) {
        told.code = code_of(first);
        let words = first.get("message").and_then(Value::as_str);
        told.message = words
            .or_else(|| first.as_str())
            .map(str::to_owned)
            .unwrap_or_default();
        let chain = first.get("error_chain").and_then(Value::as_array);
        told.chain = chain.into_iter().flatten().filter_map(code_of).collect();
    }
    Some(told)
}

/// A code, also one that was written as text.
fn code_of(error: &Value) -> Option<u32> {
    let code = error.get("code")?;
    code.as_u64()
        .and_then(|code| u32::try_from(code).ok())
        .or_else(|| code.as_str()?.trim().parse().ok())
}

/// `ERROR 5409: Resource already exists`
fn read_line(text: &str) -> Option<Told> {
    let rest = text.strip_prefix("ERROR ")?;
    let (code, message) = rest.split_once(':')?;
    Some(Told {
        code: Some(code.trim().parse().ok()?),
        message: message.trim().to_owned(),
        is_known_form: true,
        ..Told::default()
    })
}

#[expect(
    clippy::match_same_arms,
    reason = "the order is that of the reference, and guards depend on it"
)]
fn api_kind(place: Place, code: u32, status: u16, told: &Told) -> Option<ErrorKind> {
    let message = told.message.to_ascii_lowercase();
    Some(match code {
        6003 | 6102 | 6103 | 6111 | 9106 => ErrorKind::MalformedToken,
        1000 | 10_502 => ErrorKind::TokenRefused,
        9109 if message.contains("invalid access token") => ErrorKind::TokenRefused,
        9109 => ErrorKind::PermissionMissing,
        10_000 if status == 405 || message.contains("not allowed") => ErrorKind::Rejected,
        // The same number for an unknown token (401) and a token without the right (403).
        10_000 if status == 403 => ErrorKind::PermissionMissing,
        10_000 => ErrorKind::TokenRefused,
        5403 if place == Place::UploadUrl => ErrorKind::LinkExpired,
        5403 | 7000 | 7003 => ErrorKind::AccountInvalid,
        5401 | 5404 => ErrorKind::NotFound,
        5408 => ErrorKind::UploadTooSlow,
        5409 => ErrorKind::Conflict,
        5411 => ErrorKind::InvalidId,
        5413 | 7011 => ErrorKind::TooLarge,
        5443 => ErrorKind::AnimationTooLarge,
        5433 | 5450 => ErrorKind::Connection(super::ConnectionFault::Lost),
        5453 => ErrorKind::LimitReached,
        5454 => ErrorKind::UrlNotFetched,
        5455 => ErrorKind::UnsupportedType,
        9422 | 9516 => ErrorKind::Damaged,
        5400 if message.contains("metadata") => ErrorKind::MetadataInvalid,
        _ if message.contains("custom id") && message.contains("private") => {
            ErrorKind::PrivateCustomId
        }
        5400 | 5415 => ErrorKind::Rejected,
        // 5550 came with status 415 in an incident: the number knows better than the status.
        5500..=5599 if status == 507 => ErrorKind::StorageFull,
        5500..=5599 => ErrorKind::ServerUnavailable,
        _ => return None,
    })
}

fn delivery_kind(code: u32, status: u16, message: &str) -> Option<ErrorKind> {
    Some(match code {
        9404 | 9431 => ErrorKind::NotFound,
        9425 if message.contains("variant with this name") => ErrorKind::NotFound,
        9425 => ErrorKind::SignatureNeeded,
        9427 => ErrorKind::AccountInvalid,
        9429 => ErrorKind::FlexibleOff,
        9412 | 9420 | 9520 => ErrorKind::UnsupportedType,
        // Used up for the month: waiting seconds does not help.
        9422 | 9423 if matches!(status, 403 | 429) => ErrorKind::LimitReached,
        9516 if status == 422 => ErrorKind::Damaged,
        9522 | 9527..=9529 => ErrorKind::ServerUnavailable,
        _ => return None,
    })
}

fn kind_of_status(
    place: Place,
    status: u16,
    is_known_form: bool,
    retry_after: Option<Duration>,
) -> ErrorKind {
    match status {
        401 if place != Place::Delivery => ErrorKind::TokenRefused,
        403 if is_known_form && place == Place::Api => ErrorKind::PermissionMissing,
        404 if is_known_form || place == Place::Delivery => ErrorKind::NotFound,
        407 => ErrorKind::Connection(super::ConnectionFault::Proxy),
        408 if place == Place::Delivery => ErrorKind::Timeout,
        408 => ErrorKind::UploadTooSlow,
        409 => ErrorKind::Conflict,
        413 => ErrorKind::TooLarge,
        415 => ErrorKind::UnsupportedType,
        422 => ErrorKind::Damaged,
        429 => ErrorKind::RateLimited { retry_after },
        507 => ErrorKind::StorageFull,
        500.. => ErrorKind::ServerUnavailable,
        // With 2xx: a success that says it is none.
        200..=299 | 400..=499 if is_known_form => ErrorKind::Rejected,
        // A web page of something in between, a redirect to a sign-in page, nothing at all.
        _ => ErrorKind::NotUnderstood,
    }
}

/// One line without control characters, of bounded length.
fn tidy(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default().trim();
    let printable = line.chars().filter(|c| !c.is_control());
    let mut tidy: String = printable.take(MESSAGE_CHARS).collect();
    if line.chars().count() > MESSAGE_CHARS {
        tidy.push('…');
    }
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::ConnectionFault;

    fn error(place: Place, status: u16, content_type: &str, body: &str) -> Error {
        let failure = Failure {
            status,
            content_type,
            body: body.as_bytes(),
            ..Failure::default()
        };
        error_from_failure(place, failure, "canary-token")
    }

    fn kind(status: u16, code: u32, message: &str) -> ErrorKind {
        let body = format!(
            r#"{{"success":false,"errors":[{{"code":{code},"message":"{message}"}}],"result":null}}"#
        );
        error(Place::Api, status, "application/json", &body).kind
    }

    /// Source: reference of codes; the texts were seen on the live service.
    #[test]
    #[expect(clippy::too_many_lines, reason = "one table")]
    fn each_documented_code_has_its_meaning() {
        use ErrorKind as K;
        for (status, code, message, expected) in [
            (
                400,
                9106,
                "Missing X-Auth-Key, X-Auth-Email or Authorization headers",
                K::MalformedToken,
            ),
            (400, 6003, "Invalid request headers", K::MalformedToken),
            (401, 10_000, "Authentication error", K::TokenRefused),
            (403, 10_000, "Authentication error", K::PermissionMissing),
            (
                405,
                10_000,
                "POST method not allowed for the api_token authentication scheme",
                K::Rejected,
            ),
            (
                403,
                9109,
                "Unauthorized to access requested resource",
                K::PermissionMissing,
            ),
            (403, 9109, "Invalid access token", K::TokenRefused),
            (401, 1000, "Invalid API Token", K::TokenRefused),
            (
                403,
                10_502,
                "Too many authentication failures",
                K::TokenRefused,
            ),
            (
                403,
                5403,
                "The given account is not valid",
                K::AccountInvalid,
            ),
            (404, 7003, "Could not route to x", K::AccountInvalid),
            (404, 5404, "Image not found", K::NotFound),
            (404, 5401, "Variant not found", K::NotFound),
            (
                408,
                5408,
                "Client was sending upload too slowly",
                K::UploadTooSlow,
            ),
            (409, 5409, "Resource already exists", K::Conflict),
            (400, 5411, "The Custom ID is invalid", K::InvalidId),
            (
                413,
                5413,
                "Maximum image size of 10 MB is reached",
                K::TooLarge,
            ),
            (413, 7011, "Request entity is too large", K::TooLarge),
            (400, 5443, "animation too large", K::AnimationTooLarge),
            (
                400,
                5450,
                "Error while receiving upload",
                K::Connection(ConnectionFault::Lost),
            ),
            (
                403,
                5453,
                "The given account has reached a service limit (1)",
                K::LimitReached,
            ),
            (400, 5454, "unsupported protocol", K::UrlNotFetched),
            (
                415,
                5455,
                "Uploaded image must have image/jpeg",
                K::UnsupportedType,
            ),
            (415, 5550, "internal", K::ServerUnavailable),
            (500, 5500, "internal", K::ServerUnavailable),
            (507, 5500, "no space left", K::StorageFull),
            (422, 9422, "error during decoding", K::Damaged),
            (
                400,
                5400,
                "Bad request: metadata must be a JSON object",
                K::MetadataInvalid,
            ),
            (
                400,
                5400,
                "The image contains a custom ID and cannot be set to private.",
                K::PrivateCustomId,
            ),
            (400, 5400, "Bad request", K::Rejected),
            (
                429,
                971,
                "Please wait",
                K::RateLimited { retry_after: None },
            ),
            (
                200,
                10_100,
                "More than 1200 requests",
                K::RateLimited { retry_after: None },
            ),
            (503, 424_242, "never seen", K::ServerUnavailable),
            (418, 424_242, "never seen", K::Rejected),
        ] {
            assert_eq!(
                kind(status, code, message),
                expected,
                "{status} {code} {message}"
            );
        }
    }

    #[test]
    fn a_plain_text_line_is_read_like_an_envelope() {
        let error = error(
            Place::Api,
            409,
            "text/plain",
            "ERROR 5409: Resource already exists\n",
        );
        assert_eq!(
            (&error.kind, error.code, error.message.as_str()),
            (&ErrorKind::Conflict, Some(5409), "Resource already exists")
        );
    }

    #[test]
    fn web_pages_and_nothing_are_not_taken_for_the_service() {
        let kind = |status, content_type, body| error(Place::Api, status, content_type, body).kind;
        assert_eq!(
            kind(404, "text/html", "<html>404</html>"),
            ErrorKind::NotUnderstood
        );
        assert_eq!(kind(404, "text/plain", "not found"), ErrorKind::NotFound);
        assert_eq!(kind(302, "", ""), ErrorKind::NotUnderstood);
        assert_eq!(
            kind(502, "text/html", "<html>"),
            ErrorKind::ServerUnavailable
        );
        assert_eq!(kind(403, "text/html", "<html>"), ErrorKind::NotUnderstood);
        assert_eq!(
            kind(400, "application/json", "{\"succ"),
            ErrorKind::NotUnderstood
        );
    }

    #[test]
    fn delivery_tells_unknown_variants_from_missing_signatures() {
        let kind = |status, body| error(Place::Delivery, status, "text/plain", body).kind;
        assert_eq!(
            kind(
                403,
                "ERROR 9425: Image access denied: This account doesn't have variant with this name"
            ),
            ErrorKind::NotFound
        );
        assert_eq!(
            kind(403, "ERROR 9425: Image access denied: the URL has expired"),
            ErrorKind::SignatureNeeded
        );
        assert_eq!(
            kind(403, "ERROR 9429: Flexible variants are not enabled"),
            ErrorKind::FlexibleOff
        );
        assert_eq!(kind(429, "ERROR 9422: used up"), ErrorKind::LimitReached);
        assert_eq!(kind(422, "ERROR 9516: x"), ErrorKind::Damaged);
        assert_eq!(kind(503, "ERROR 9522: busy"), ErrorKind::ServerUnavailable);
    }

    #[test]
    fn an_expired_one_time_url_is_no_account_problem() {
        let error = error(Place::UploadUrl, 403, "text/plain", "ERROR 5403: expired");
        assert_eq!(error.kind, ErrorKind::LinkExpired);
    }

    #[test]
    fn a_server_that_echoes_the_token_does_not_get_it_into_a_message() {
        let body = r#"{"success":false,"errors":[{"code":6003,"message":"Bearer canary-token is bad\u0007"}]}"#;
        let error = error(Place::Api, 400, "application/json", body);
        assert_eq!(error.message, "Bearer •••• is bad");
    }

    #[test]
    fn odd_envelopes_are_read_as_far_as_they_go() {
        let read = |body: &str| error(Place::Api, 400, "application/json", body);
        assert_eq!(
            read(r#"{"success":false,"errors":null}"#).kind,
            ErrorKind::Rejected
        );
        assert_eq!(read(r#"{"success":false}"#).kind, ErrorKind::Rejected);
        assert_eq!(
            read(r#"{"errors":[{"code":"5409"}]}"#).kind,
            ErrorKind::Conflict
        );
        assert_eq!(read(r#"{"errors":["words"]}"#).message, "words");
        assert_eq!(read(r#"{"errors":[{"code":-1}]}"#).code, None);
        let long = format!(r#"{{"errors":[{{"message":"{}"}}]}}"#, "é".repeat(1000));
        assert_eq!(read(&long).message.chars().count(), MESSAGE_CHARS + 1);
    }
}
