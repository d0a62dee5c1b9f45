//! Delivery.
use super::Context;
use super::error::Refusal;
use axum::response::Response;
use http::StatusCode;

pub(super) async fn deliver(_cx: &Context) -> Response {
    Refusal::new(StatusCode::NOT_FOUND, 9431, "Not found").into_text()
}
