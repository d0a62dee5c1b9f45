//! How a service in trouble refuses: in the forms that clients meet at the real one.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};

use crate::server::error::{Reason, Refusal};
use crate::server::rate::RateLimit;
use crate::server::router::Area;
use crate::server::upload::allow_any_origin;

/// What a proxy in front of a service says when it cannot reach it: no envelope, no code.
const PROXY_PAGE: &str = "<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n\
    <center><h1>{status}</h1></center>\r\n</body>\r\n</html>\r\n";

/// The answer with this status, one of [`Faults::STATUSES`](super::Faults::STATUSES).
pub(super) fn response(status: u16, area: Area, is_upload_host: bool) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if matches!(
        status,
        StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT
    ) {
        return proxy_page(status);
    }
    let (code, message) = match status {
        StatusCode::TOO_MANY_REQUESTS if area == Area::Api => {
            let mut response = Refusal::rate_limited(1).into_json();
            RateLimit::default()
                .used_up(1)
                .write(response.headers_mut());
            return response;
        }
        StatusCode::TOO_MANY_REQUESTS => (971, RateLimit::MESSAGE),
        StatusCode::REQUEST_TIMEOUT => (5408, "Client was sending upload too slowly"),
        // Delivery has its own numbers.
        StatusCode::SERVICE_UNAVAILABLE if area == Area::Delivery && !is_upload_host => {
            (9522, "Too many images are being resized")
        }
        _ if area == Area::Delivery && !is_upload_host => (9523, "Internal error"),
        StatusCode::SERVICE_UNAVAILABLE => (5503, "Service unavailable"),
        _ => (5500, "Internal server error"),
    };
    let mut refusal = Refusal::new(status, code, message);
    if status == StatusCode::TOO_MANY_REQUESTS {
        refusal = refusal.retry_after(1);
    }
    if area.speaks_json() {
        return refusal.into_json();
    }
    let mut response = refusal.into_text();
    allow_any_origin(response.headers_mut());
    response
}

fn proxy_page(status: StatusCode) -> Response {
    let page = PROXY_PAGE.replace("{status}", &status.to_string());
    let mut response = Response::new(Body::from(page));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A failure as one line of text, as the service behind the API often tells it. What is no
/// failure, or has no code, stays as it is.
pub(super) fn told_as_text(mut response: Response) -> Response {
    let Some(reason) = response.extensions().get::<Reason>() else {
        return response;
    };
    *response.body_mut() = Body::from(reason.line());
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    response
}
