//! Who may ask: tokens, and the hosts under which this server answers.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::error::{Answer, Refusal};
use super::library::random_bytes;
use super::rate::{Meter, Penalty, RateLimit};
use crate::model::Secret;

/// How long a batch token works.
const BATCH_TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(1);

/// More live batch tokens than this are not kept; the oldest goes.
const MAX_BATCH_TOKENS: usize = 1000;

/// The tokens of one server.
pub(super) struct Tokens {
    token: Secret<String>,
    /// Every token that is known, the one above first.
    known: Vec<(Secret<String>, State)>,
    batch: Mutex<Vec<BatchToken>>,
    batch_limit: Option<RateLimit>,
}

/// What a known token is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It works.
    Active(Right),
    /// It was switched off.
    Disabled,
    /// Its time is over.
    Expired,
}

/// What a token that works is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Right {
    /// Looking.
    Read,
    /// Looking and changing.
    Write,
}

impl State {
    /// As token verification says it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Active(_) => "active",
            Self::Disabled => "disabled",
            Self::Expired => "expired",
        }
    }
}

struct BatchToken {
    digest: [u8; 32],
    expires: Timestamp,
    rate: Arc<Meter>,
}

impl Tokens {
    /// The token that may do everything, made here if none is given, and others with less right.
    /// With `batch_limit`, each batch token gets that far and no further.
    pub(super) fn new(
        token: Option<Secret<String>>,
        others: impl IntoIterator<Item = (Secret<String>, State)>,
        batch_limit: Option<RateLimit>,
    ) -> Self {
        let token = token.unwrap_or_else(random_token);
        let first = (token.clone(), State::Active(Right::Write));
        Self {
            token,
            known: std::iter::once(first).chain(others).collect(),
            batch: Mutex::new(Vec::new()),
            batch_limit,
        }
    }

    pub(super) const fn token(&self) -> &Secret<String> {
        &self.token
    }

    /// Grants a request on the API host, and says how much.
    pub(super) fn check_api(&self, headers: &HeaderMap) -> Answer<Right> {
        match credentials(headers)?.and_then(|given| self.state_of(given)) {
            Some(State::Active(right)) => Ok(right),
            Some(State::Disabled | State::Expired) => Err(Refusal::new(
                StatusCode::FORBIDDEN,
                9109,
                "Invalid access token",
            )),
            None => Err(not_authenticated()),
        }
    }

    /// Grants a question about the token itself, which has its own words of refusal: the token's
    /// public name, which tells tokens apart and nothing about them, and its state.
    pub(super) fn check_verify(&self, headers: &HeaderMap) -> Answer<(String, State)> {
        let given = credentials(headers)?;
        let known = given.and_then(|given| Some((given, self.state_of(given)?)));
        let (given, state) = known
            .ok_or_else(|| Refusal::new(StatusCode::UNAUTHORIZED, 1000, "Invalid API Token"))?;
        let id = hex::encode(&digest(&format!("id of {given}"))[..16]);
        Ok((id, state))
    }

    /// Grants a request on the batch host, and says whose limit it counts against.
    pub(super) fn check_batch(&self, headers: &HeaderMap, now: Timestamp) -> Answer<Arc<Meter>> {
        let given = credentials(headers)?.map(digest);
        let batch = self.batch.lock().unwrap_or_else(PoisonError::into_inner);
        let known = given.and_then(|given| {
            batch
                .iter()
                .filter(|token| now < token.expires)
                .fold(None, |known, token| {
                    let is_it = bool::from(token.digest.ct_eq(&given));
                    if is_it { Some(&token.rate) } else { known }
                })
        });
        known.map(Arc::clone).ok_or_else(not_authenticated)
    }

    /// Makes a batch token.
    pub(super) fn issue_batch_token(&self, now: Timestamp) -> (Secret<String>, Timestamp) {
        let token = random_token();
        let expires = now + BATCH_TOKEN_LIFE;
        let mut batch = self.batch.lock().unwrap_or_else(PoisonError::into_inner);
        batch.retain(|token| now < token.expires);
        if batch.len() >= MAX_BATCH_TOKENS {
            batch.remove(0);
        }
        batch.push(BatchToken {
            digest: digest(token.expose()),
            expires,
            rate: Arc::new(Meter::new(
                self.batch_limit,
                RateLimit::BATCH,
                Penalty::RestOfWindow,
            )),
        });
        (token, expires)
    }

    /// The digests are compared, each of them and in constant time: neither length nor content
    /// leaks. Of two equal tokens the first counts.
    fn state_of(&self, given: &str) -> Option<State> {
        let given = digest(given);
        self.known.iter().rev().fold(None, |found, (token, state)| {
            let is_it = bool::from(digest(token.expose()).ct_eq(&given));
            if is_it { Some(*state) } else { found }
        })
    }
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

fn random_token() -> Secret<String> {
    Secret::new(URL_SAFE_NO_PAD.encode(random_bytes()))
}

fn not_authenticated() -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, 10000, "Authentication error")
}

/// The bearer token, or `None` for a well-formed global key: this server has no such keys.
fn credentials(headers: &HeaderMap) -> Answer<Option<&str>> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let token = value.to_str().ok().and_then(bearer_token);
        return token.map(Some).ok_or_else(|| {
            Refusal::bad_headers(vec![(6111, "Invalid format for Authorization header")])
        });
    }
    let (key, email) = (headers.get("x-auth-key"), headers.get("x-auth-email"));
    if key.is_none() && email.is_none() {
        return Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            9106,
            "Missing X-Auth-Key, X-Auth-Email or Authorization headers",
        ));
    }
    let text = |value: Option<&http::HeaderValue>| {
        value.and_then(|value| value.to_str().ok().map(str::to_owned))
    };
    let mut chain = Vec::new();
    if !text(key).is_some_and(|key| key.len() == 37 && key.bytes().all(|b| b.is_ascii_hexdigit())) {
        chain.push((6103, "Invalid format for X-Auth-Key header"));
    }
    if !text(email).is_some_and(|email| {
        email
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
    }) {
        chain.push((6102, "Invalid format for X-Auth-Email header"));
    }
    if chain.is_empty() {
        Ok(None)
    } else {
        Err(Refusal::bad_headers(chain))
    }
}

/// RFC 6750: the scheme in any case, one space, then `token68`.
fn bearer_token(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    let body = token.trim_end_matches('=');
    let is_token68 = !body.is_empty()
        && body
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-._~+/".contains(&b));
    (scheme.eq_ignore_ascii_case("bearer") && is_token68).then_some(token)
}

/// Whether a `Host` value names this computer: a page on another origin that made its name point
/// here (DNS rebinding) sends its own name.
pub(super) fn is_loopback_host(host: &str) -> bool {
    let name = if let Some(rest) = host.strip_prefix('[') {
        rest.split_once(']').map_or(rest, |(name, _)| name)
    } else {
        host.split_once(':').map_or(host, |(name, _)| name)
    };
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_computer_are_loopback_hosts() {
        for host in [
            "localhost",
            "LOCALHOST:80",
            "127.0.0.1:8787",
            "127.9.9.9",
            "[::1]:80",
        ] {
            assert!(is_loopback_host(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example",
            "192.168.0.2",
            "[::2]",
            "127.0.0.1.nip.io",
        ] {
            assert!(!is_loopback_host(host), "{host}");
        }
    }

    #[test]
    fn a_bearer_token_is_one_word() {
        assert_eq!(bearer_token("Bearer abc-._~+/09=="), Some("abc-._~+/09=="));
        assert_eq!(bearer_token("bearer a"), Some("a"));
        for value in [
            "Bearer",
            "Bearer ",
            "Bearer  a",
            "Bearer a b",
            "Basic abc",
            "Bearer =",
            "Bearer ä",
        ] {
            assert_eq!(bearer_token(value), None, "{value}");
        }
    }
}
