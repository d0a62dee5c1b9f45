//! Every route on one page.
//!
//! ```text
//! /client/v4/…              the API                 Authorization: Bearer
//! /images/v1|v2/…           the batch host          a batch token
//! /<hash>/<id>              POST, OPTIONS: one-time upload URLs
//! /<hash>/<id>/<variant>    GET, HEAD: delivery; also below /cdn-cgi/imagedelivery
//! ```
//!
//! Paths are split at their literal slashes before anything is decoded, since an id is one segment
//! in which `/` is written `%2F`, and since signatures are made over the raw path. A table of
//! patterns over the segments says that more plainly than a router that decodes first. The order
//! of the checks: path, credentials, account, permission, rate, method, then the handler's own.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::response::Response;
use futures_util::FutureExt as _;
use http::{Method, Request, StatusCode, header};
use hyper::body::Incoming;
use jiff::Timestamp;

use super::auth::Right;
use super::body::RequestBody;
use super::error::{Answer, Refusal};
use super::rate::Meter;
use super::{
    Context, ServerState, account, auth, delivery, direct_upload, images, lists, upload, variants,
};
use crate::model::{AccountId, ImageId};

/// Longer paths and queries are refused; an id of 1,024 four-byte characters takes 12 KiB.
const MAX_URI_BYTES: usize = 32 * 1024;

/// Answers one request, whatever happens.
pub(super) async fn answer(server: Arc<ServerState>, request: Request<Incoming>) -> Response {
    let is_api = Area::of(request.uri().path()).speaks_json();
    match AssertUnwindSafe(route(server, request))
        .catch_unwind()
        .await
    {
        Ok(response) => response,
        // The panic hook has told the log where. One request pays for it, no other.
        Err(_) if is_api => Refusal::internal().into_json(),
        Err(_) => Refusal::internal().into_text(),
    }
}

/// Which of the service's hosts a path belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Area {
    Api,
    Batch,
    Delivery,
}

impl Area {
    pub(super) fn of(path: &str) -> Self {
        match path.split('/').nth(1) {
            Some("client") => Self::Api,
            Some("images") => Self::Batch,
            _ => Self::Delivery,
        }
    }

    pub(super) fn speaks_json(self) -> bool {
        self != Self::Delivery
    }
}

async fn route(server: Arc<ServerState>, request: Request<Incoming>) -> Response {
    let (parts, body) = request.into_parts();
    let body = RequestBody::new(body, &parts.headers).counted(parts.extensions.get());
    let area = Area::of(parts.uri.path());
    let refused = |refusal: Refusal| {
        if area.speaks_json() {
            refusal.into_json()
        } else {
            refusal.into_text()
        }
    };
    let host = match host(&server, &parts) {
        Ok(host) => host,
        Err(refusal) => return refused(refusal),
    };
    if parts
        .uri
        .path_and_query()
        .map_or(0, |uri| uri.as_str().len())
        > MAX_URI_BYTES
    {
        return refused(Refusal::new(
            StatusCode::URI_TOO_LONG,
            7012,
            "Request URI is too long",
        ));
    }
    let cx = Context {
        server,
        origin: format!("http://{host}"),
        now: Timestamp::now(),
        method: parts.method,
        uri: parts.uri,
        headers: parts.headers,
    };
    match area {
        Area::Api => {
            let mut response = api(&cx, body).await.unwrap_or_else(Refusal::into_json);
            cx.server.rate.standing().write(response.headers_mut());
            response
        }
        Area::Batch => batch(&cx, body).await,
        Area::Delivery => public(&cx, body).await,
    }
}

/// The host that was asked for, if this server answers to it.
fn host(server: &ServerState, parts: &http::request::Parts) -> Answer<String> {
    let refusal = || {
        Refusal::new(
            StatusCode::FORBIDDEN,
            1003,
            "This server answers only under a loopback host name",
        )
    };
    let mut hosts = parts.headers.get_all(header::HOST).iter();
    let named = hosts.next().and_then(|value| value.to_str().ok());
    let host = parts
        .uri
        .authority()
        .map(http::uri::Authority::as_str)
        .or(named);
    let host = host.filter(|host| !host.is_empty()).ok_or_else(refusal)?;
    let is_plain = host
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"-._~:[]%".contains(&b));
    let is_ours = server.allow_remote || auth::is_loopback_host(host);
    if hosts.next().is_some() || !is_plain || !is_ours {
        return Err(refusal());
    }
    Ok(host.to_owned())
}

/// What the API has, below `/client/v4`.
pub(super) enum Resource {
    VerifyUser,
    VerifyAccount,
    Uploads,
    ListV2,
    DirectUpload,
    Stats,
    Keys,
    Key(String),
    Variants,
    Variant(String),
    VariantFlat(String),
    Config,
    BatchToken,
    Image(ImageId),
    Blob(ImageId),
}

async fn api(cx: &Context, body: RequestBody) -> Answer {
    let path = cx.uri.path();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let (account, rest) = match segments.as_slice() {
        ["client", "v4", "user", "tokens", "verify"] => (None, None),
        ["client", "v4", "accounts", account, rest @ ..] => (Some(*account), Some(rest)),
        _ => return Err(Refusal::no_route()),
    };
    let resource = match rest {
        None => Resource::VerifyUser,
        Some(rest) => account_resource(path, rest)?,
    };
    let account = match account {
        None => None,
        // Only lower case: that is what accounts have, and what the live service routes.
        Some(text) => Some(
            AccountId::parse(text)
                .ok()
                .filter(|id| id.as_str() == text)
                .ok_or_else(|| Refusal::no_identifier(path))?,
        ),
    };
    let tokens = &cx.server.tokens;
    let right = match resource {
        Resource::VerifyUser | Resource::VerifyAccount => {
            tokens.check_verify(&cx.headers)?;
            Right::Read
        }
        _ => tokens.check_api(&cx.headers)?,
    };
    if account.is_some_and(|account| account != cx.server.account_id) {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            5403,
            "The given account is not valid or is not authorized to access this service",
        ));
    }
    if right == Right::Read && resource.needs_write(&cx.method) {
        return Err(Refusal::no_permission());
    }
    cx.server.rate.take()?;
    dispatch(cx, resource, body).await
}

impl Resource {
    /// Whether a token that may only read is refused. Keys and batch tokens are worth as much as
    /// the right to write.
    fn needs_write(&self, method: &Method) -> bool {
        match self {
            Self::VerifyUser | Self::VerifyAccount => false,
            Self::Keys | Self::Key(_) | Self::BatchToken => true,
            _ => [Method::POST, Method::PUT, Method::PATCH, Method::DELETE].contains(method),
        }
    }
}

pub(super) fn account_resource(path: &str, rest: &[&str]) -> Answer<Resource> {
    Ok(match rest {
        ["tokens", "verify"] => Resource::VerifyAccount,
        ["images", "v1"] => Resource::Uploads,
        ["images", "v2"] => Resource::ListV2,
        ["images", "v1" | "v2", "direct_upload"] => Resource::DirectUpload,
        ["images", "v1", "stats"] => Resource::Stats,
        ["images", "v1", "keys"] => Resource::Keys,
        ["images", "v1", "keys", name] => Resource::Key(decoded(path, name)?),
        ["images", "v1", "variants"] => Resource::Variants,
        ["images", "v1", "variants", id] => Resource::Variant(decoded(path, id)?),
        ["images", "v1", "variants", id, "flat"] => Resource::VariantFlat(decoded(path, id)?),
        ["images", "v1", "config"] => Resource::Config,
        ["images", "v1", "batch_token"] => Resource::BatchToken,
        ["images", "v1", id] => Resource::Image(ImageId::from_server(decoded(path, id)?)),
        ["images", "v1", id, "blob"] => Resource::Blob(ImageId::from_server(decoded(path, id)?)),
        _ => return Err(Refusal::no_route()),
    })
}

/// Decodes one segment, once. An empty one is the work of a duplicate or trailing slash.
fn decoded(path: &str, segment: &str) -> Answer<String> {
    if segment.is_empty() {
        return Err(Refusal::no_route());
    }
    percent_encoding::percent_decode_str(segment)
        .decode_utf8()
        .map(Into::into)
        .map_err(|_not_text| Refusal::no_identifier(path))
}

async fn dispatch(cx: &Context, resource: Resource, body: RequestBody) -> Answer {
    // HEAD is GET without the body, which the connection leaves out by itself.
    let method = match &cx.method {
        &Method::HEAD => &Method::GET,
        method => method,
    };
    let no = |allow| Err(Refusal::method(&cx.method, allow));
    match (resource, method) {
        (Resource::VerifyUser | Resource::VerifyAccount, &Method::GET) => account::verify(cx),
        (Resource::Uploads, &Method::POST) => upload::upload(cx, body).await,
        (Resource::Uploads, &Method::GET) => lists::list_v1(cx).await,
        (Resource::ListV2, &Method::GET) => lists::list_v2(cx).await,
        (Resource::DirectUpload, &Method::POST) => direct_upload::reserve(cx, body).await,
        (Resource::DirectUpload, _) => no("POST"),
        (Resource::Stats, &Method::GET) => account::stats(cx).await,
        (Resource::Keys, &Method::GET) => account::keys(cx).await,
        (Resource::Key(name), &Method::PUT) => account::make_key(cx, &name).await,
        (Resource::Key(name), &Method::DELETE) => account::delete_key(cx, name).await,
        (Resource::Key(_), _) => no("PUT, DELETE"),
        (Resource::Variants, &Method::GET) => variants::list(cx).await,
        (Resource::Variants, &Method::POST) => variants::create(cx, body).await,
        (Resource::Uploads | Resource::Variants, _) => no("GET, HEAD, POST"),
        (Resource::Variant(id), &Method::GET) => variants::get(cx, id).await,
        (Resource::Variant(id), &Method::PATCH) => variants::change(cx, id, body).await,
        (Resource::Variant(id), &Method::DELETE) => variants::delete(cx, id).await,
        (Resource::VariantFlat(id), &Method::GET) => variants::get_flat(cx, id).await,
        (Resource::Config, &Method::GET) => account::config(cx).await,
        (Resource::Config, &Method::PATCH) => account::change_config(cx, body).await,
        (Resource::Config, _) => no("GET, HEAD, PATCH"),
        (Resource::BatchToken, &Method::GET) => Ok(account::batch_token(cx)),
        (Resource::Image(id), &Method::GET) => images::details(cx, id).await,
        (Resource::Image(id), &Method::PATCH) => images::change(cx, id, body).await,
        (Resource::Image(id), &Method::DELETE) => images::delete(cx, id).await,
        (Resource::Variant(_) | Resource::Image(_), _) => no("GET, HEAD, PATCH, DELETE"),
        (Resource::Blob(id), &Method::GET) => images::blob(cx, id).await,
        _ => no("GET, HEAD"),
    }
}

/// The batch host: the image operations without the account in the path. Each token has a limit
/// of its own.
async fn batch(cx: &Context, body: RequestBody) -> Response {
    let (resource, rate) = match batch_resource(cx) {
        Ok(granted) => granted,
        Err(refusal) => return refusal.into_json(),
    };
    let answer = match rate.take() {
        Err(refusal) => Err(refusal),
        Ok(()) if matches!(resource, Resource::Uploads) && cx.method != Method::POST => {
            Err(Refusal::method(&cx.method, "POST"))
        }
        Ok(()) => dispatch(cx, resource, body).await,
    };
    let mut response = answer.unwrap_or_else(Refusal::into_json);
    rate.standing().write(response.headers_mut());
    response
}

fn batch_resource(cx: &Context) -> Answer<(Resource, Arc<Meter>)> {
    let path = cx.uri.path();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let resource = match segments.as_slice() {
        ["images", "v1"] => Resource::Uploads,
        ["images", "v2"] => Resource::ListV2,
        ["images", "v2", "direct_upload"] => Resource::DirectUpload,
        ["images", "v1", id] if !ImageId::RESERVED.contains(id) => {
            Resource::Image(ImageId::from_server(decoded(path, id)?))
        }
        _ => return Err(Refusal::no_route()),
    };
    let rate = cx.server.tokens.check_batch(&cx.headers, cx.now)?;
    Ok((resource, rate))
}

/// Delivery and one-time upload URLs: no token, plain text refusals.
async fn public(cx: &Context, body: RequestBody) -> Response {
    if cx.method == Method::POST || cx.method == Method::OPTIONS {
        return upload_host(cx, body).await;
    }
    delivery::deliver(cx).await
}

async fn upload_host(cx: &Context, body: RequestBody) -> Response {
    let refused = |refusal: Refusal| {
        let mut response = refusal.into_text();
        upload::allow_any_origin(response.headers_mut());
        response
    };
    let path = cx.uri.path();
    let Some((hash, id)) = path[1..].split_once('/') else {
        return refused(Refusal::new(StatusCode::NOT_FOUND, 9431, "Not found"));
    };
    if hash != cx.server.account_hash.as_str() {
        return refused(Refusal::image_not_found());
    }
    if cx.method == Method::OPTIONS {
        return upload::preflight(&cx.headers);
    }
    // The id is one segment here, but its slashes may also stand as they are.
    match percent_encoding::percent_decode_str(id).decode_utf8() {
        Ok(id) => upload::upload_once(cx, &ImageId::from_server(id), body).await,
        Err(_) => refused(Refusal::image_not_found()),
    }
}
