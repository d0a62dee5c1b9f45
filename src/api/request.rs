//! One request, from the token to the typed answer.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::timeout;
use url::Url;

use super::classify::{Failure, Place, error_from_failure};
use super::connection::error_from_transport;
use super::governor::{Governor, Permit, retry_after};
use super::retry::{Outcome, Repeat, repeat};
use super::{Client, Endpoint, Error, ErrorKind, Result, Settings};
use crate::wire::Envelope;

/// The longest JSON answer that is read: a thousand images with a hundred variants each.
const MAX_ANSWER_BYTES: usize = 256 << 20;
/// Of a failed answer no more is read than this.
const MAX_FAILURE_BYTES: usize = 64 << 10;

/// What the clones of a client share.
pub(super) struct Inner {
    pub(super) endpoint: Endpoint,
    pub(super) settings: Settings,
    pub(super) http: reqwest::Client,
    pub(super) governor: Governor,
    authorization: HeaderValue,
}

impl Inner {
    pub(super) fn new(mut endpoint: Endpoint, settings: Settings) -> Result<Self> {
        let token = endpoint.token.expose().trim().to_owned();
        endpoint.token = token.into();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("Lenticular/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(settings.connect)
            // An API that redirects is not this API, and the token is for nobody else.
            .redirect(reqwest::redirect::Policy::none())
            .referer(false);
        if endpoint.is_loopback() {
            builder = builder.no_proxy();
        }
        Ok(Self {
            authorization: authorization(endpoint.token.expose())?,
            http: builder.build().map_err(error_from_transport)?,
            governor: Governor::new(settings.parallel),
            endpoint,
            settings,
        })
    }
}

/// The header, if the token can be one: letters, digits and `-._~+/`, then `=`. The service would
/// answer anything else with 6003; a line break would never leave this computer.
fn authorization(token: &str) -> Result<HeaderValue> {
    let malformed = || Error::new(ErrorKind::MalformedToken, "not the form of a token");
    let body = token.trim_end_matches('=');
    let is_token = !body.is_empty()
        && body
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-._~+/".contains(&b));
    if !is_token {
        return Err(malformed());
    }
    let mut value =
        HeaderValue::try_from(format!("Bearer {token}")).map_err(|_error| malformed())?;
    value.set_sensitive(true);
    Ok(value)
}

/// What a call sends. It is made anew for each try, so it has to be small; files go another way.
#[derive(Debug)]
pub(super) enum Body {
    /// Nothing.
    None,
    /// A document.
    Json(Bytes),
    /// Fields of a form.
    Form(Vec<(&'static str, String)>),
}

/// A call of the API that is not an upload.
#[derive(Debug)]
pub(super) struct Call {
    method: Method,
    url: Url,
    body: Body,
    accept: &'static str,
    repeat: Repeat,
    max_attempts: u32,
}

impl Call {
    /// A call that may be repeated.
    pub(super) const fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            body: Body::None,
            accept: "application/json",
            repeat: Repeat::Always,
            max_attempts: u32::MAX,
        }
    }

    /// A read.
    pub(super) const fn get(url: Url) -> Self {
        Self::new(Method::GET, url)
    }

    /// The same with a document.
    pub(super) fn json(mut self, document: &impl Serialize) -> Self {
        let text = serde_json::to_vec(document).expect("wire documents have text keys only");
        self.body = Body::Json(text.into());
        self
    }

    /// The same with fields of a form.
    pub(super) fn form(mut self, fields: Vec<(&'static str, String)>) -> Self {
        self.body = Body::Form(fields);
        self
    }

    /// The same, for pictures instead of JSON.
    pub(super) const fn accepting(mut self, accept: &'static str) -> Self {
        self.accept = accept;
        self
    }

    /// The same, repeated only as said.
    pub(super) const fn repeating(mut self, repeat: Repeat) -> Self {
        self.repeat = repeat;
        self
    }

    /// The same, tried no more often than that.
    pub(super) const fn at_most(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }
}

/// An answer that has begun, and the leave to receive it.
pub(super) struct Answer {
    pub(super) response: reqwest::Response,
    wait: Duration,
    /// Held until the last byte is in, so that the number of transfers is bounded as well.
    _permit: Option<Permit>,
}

impl Answer {
    pub(super) const fn new(
        response: reqwest::Response,
        wait: Duration,
        permit: Option<Permit>,
    ) -> Self {
        Self {
            response,
            wait,
            _permit: permit,
        }
    }

    /// The next piece; `None` at the end.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>> {
        timeout(self.wait, self.response.chunk())
            .await
            .map_err(|_elapsed| Error::new(ErrorKind::Timeout, "the answer stopped"))?
            .map_err(error_from_transport)
    }

    /// Everything, up to `limit` bytes; more is an error.
    pub(super) async fn bytes(&mut self, limit: usize) -> Result<Bytes> {
        let mut all = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            if all.len() + chunk.len() > limit {
                return Err(Error::new(ErrorKind::TooLarge, "the answer is too long"));
            }
            all.extend_from_slice(&chunk);
        }
        Ok(all.freeze())
    }

    /// At most the first `limit` bytes; what follows is left unread.
    pub(super) async fn prefix(&mut self, limit: usize) -> Result<Bytes> {
        let mut all = BytesMut::new();
        while all.len() < limit {
            let Some(chunk) = self.chunk().await? else {
                break;
            };
            all.extend_from_slice(&chunk[..chunk.len().min(limit - all.len())]);
        }
        Ok(all.freeze())
    }

    /// The media type without its parameters, in lower case.
    pub(super) fn content_type(&self) -> String {
        let text = self.header("content-type").unwrap_or_default();
        let essence = text.split(';').next().unwrap_or_default();
        essence.trim().to_ascii_lowercase()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// Goes on with a success; anything else becomes the error that it means.
    pub(super) async fn require_success(mut self, place: Place, secret: &str) -> Result<Self> {
        if self.response.status().is_success() {
            return Ok(self);
        }
        // Half an explanation is better than none.
        let body = self.prefix(MAX_FAILURE_BYTES).await.unwrap_or_default();
        Err(self.failure(place, &body, secret))
    }

    fn failure(&self, place: Place, body: &[u8], secret: &str) -> Error {
        let header_code = ["cf-images", "cf-resized"].iter().find_map(|name| {
            let text = self.header(name)?;
            let code = text.split_once("err=")?.1;
            let end = code.find(|c: char| !c.is_ascii_digit());
            code[..end.unwrap_or(code.len())].parse().ok()
        });
        let failure = Failure {
            status: self.response.status().as_u16(),
            content_type: &self.content_type(),
            body,
            header_code,
            retry_after: retry_after(self.response.headers()),
            ray: self.header("cf-ray").map(str::to_owned),
        };
        error_from_failure(place, failure, secret)
    }

    /// The `result` of an envelope, decided by the status and by `success`.
    pub(super) async fn envelope<T: DeserializeOwned>(
        self,
        place: Place,
        secret: &str,
    ) -> Result<Option<T>> {
        let mut answer = self.require_success(place, secret).await?;
        let body = answer.bytes(MAX_ANSWER_BYTES).await?;
        let error = match serde_json::from_slice::<Envelope<T>>(&body) {
            Ok(envelope) if envelope.success => return Ok(envelope.result),
            Ok(_) => None,
            Err(error) => Some(error),
        };
        // Rare forms take the slow road: a failure with status 200, `null` for a list.
        if let Some(error) = error
            && let Ok(value) = serde_json::from_slice::<Value>(&body)
            && value.get("success").and_then(Value::as_bool) == Some(true)
        {
            let result = value.get("result").cloned().unwrap_or_default();
            return match serde_json::from_value(result) {
                Ok(result) => Ok(Some(result)),
                // The parser's words may quote what was sent: only the place is told.
                Err(_) => Err(Error::told(
                    ErrorKind::NotUnderstood,
                    answer.response.status().as_u16(),
                    None,
                    format!("unexpected JSON at column {}", error.column()),
                    answer.header("cf-ray").map(str::to_owned),
                )),
            };
        }
        Err(answer.failure(place, &body, secret))
    }
}

impl Client {
    /// Sends a call until it succeeds or is not to be repeated, and reads the envelope.
    pub(super) async fn ask<T: DeserializeOwned>(&self, call: Call) -> Result<T> {
        self.try_ask(call).await.result
    }

    /// As [`Client::ask`], telling how many tries it took.
    pub(super) async fn try_ask<T: DeserializeOwned>(&self, call: Call) -> Outcome<T> {
        let call = &call;
        self.repeating(call, || async move {
            let answer = self.send(call).await?;
            let result = answer.envelope(Place::Api, self.secret()).await?;
            result.ok_or_else(|| Error::new(ErrorKind::NotUnderstood, "the answer has no result"))
        })
        .await
    }

    /// As [`Client::try_ask`] for calls whose `result` says nothing.
    pub(super) async fn try_tell(&self, call: Call) -> Outcome<()> {
        let call = &call;
        self.repeating(call, || async move {
            let answer = self.send(call).await?;
            answer.envelope::<Value>(Place::Api, self.secret()).await?;
            Ok(())
        })
        .await
    }

    /// Sends a call whose answer is a picture, and hands the begun answer to `read`.
    pub(super) async fn fetch<T, F, Fut>(&self, call: Call, read: F) -> Result<T>
    where
        F: Fn(Answer) -> Fut,
        Fut: Future<Output = Result<T>>,
    {
        let (call, read) = (&call, &read);
        self.repeating(call, || async move {
            let answer = self.send(call).await?;
            read(answer.require_success(Place::Api, self.secret()).await?).await
        })
        .await
        .result
    }

    async fn repeating<T, F, Fut>(&self, call: &Call, attempt: F) -> Outcome<T>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = Result<T>>,
    {
        let mut policy = self.inner.settings.retry;
        policy.max_attempts = policy.max_attempts.min(call.max_attempts);
        let patience = policy.patience(self.priority);
        repeat(
            &policy,
            patience,
            call.repeat,
            self.observer.as_ref(),
            attempt,
        )
        .await
    }

    /// One try, up to the head of the answer.
    async fn send(&self, call: &Call) -> Result<Answer> {
        let permit = self.admit().await?;
        let request = self
            .authorized(call.method.clone(), call.url.clone())
            .header(ACCEPT, call.accept);
        let request = match &call.body {
            Body::None => request,
            Body::Json(text) => request
                .header(CONTENT_TYPE, "application/json")
                .body(text.clone()),
            Body::Form(fields) => {
                let mut form = reqwest::multipart::Form::new();
                for (name, value) in fields {
                    form = form.text(*name, value.clone());
                }
                request.multipart(form)
            }
        };
        let wait = self.inner.settings.answer;
        let response = timeout(self.inner.settings.connect + wait, request.send())
            .await
            .map_err(|_elapsed| Error::new(ErrorKind::Timeout, "no answer"))?
            .map_err(error_from_transport)?;
        self.inner
            .governor
            .observe(response.status().as_u16(), response.headers());
        Ok(Answer::new(response, wait, Some(permit)))
    }

    /// A request with the token.
    pub(super) fn authorized(&self, method: Method, url: Url) -> reqwest::RequestBuilder {
        self.inner
            .http
            .request(method, url)
            .header(AUTHORIZATION, self.inner.authorization.clone())
    }

    /// Leave to send one call of the API.
    pub(super) async fn admit(&self) -> Result<Permit> {
        let patience = self.inner.settings.retry.patience(self.priority);
        self.inner
            .governor
            .admit(self.priority, patience)
            .await
            .map_err(|wait| {
                let retry_after = Some(wait);
                Error::new(
                    ErrorKind::RateLimited { retry_after },
                    "not sent: the limit is used up",
                )
            })
    }

    /// What must not appear in any message.
    pub(super) fn secret(&self) -> &str {
        self.inner.endpoint.token.expose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_no_header_can_hold_is_refused_before_sending() {
        for token in [
            "",
            "a b",
            "a\nb",
            "Bearer x",
            "schlüssel",
            "\"a\"",
            "==",
            "a=b",
        ] {
            let error = authorization(token).unwrap_err();
            assert_eq!(error.kind(), &ErrorKind::MalformedToken, "{token:?}");
        }
        let value = authorization("v1.0-abc_DEF~+/09==").unwrap();
        assert!(!format!("{value:?}").contains("abc"));
    }
}
