//! `Endpoint`: the only thing in which an account and a local library differ.

use std::fmt;

use url::{Host, Url};

use super::{Error, ErrorKind, Result};
use crate::model::{AccountHash, AccountId, Secret};

/// Where requests go, and with which token.
#[derive(Clone, PartialEq)]
pub struct Endpoint {
    /// The API, e.g. `https://api.cloudflare.com/client/v4`.
    pub api_base: String,
    /// Delivery, e.g. `https://imagedelivery.net`.
    pub delivery_base: String,
    /// The batch host, e.g. `https://batch.imagedelivery.net`.
    pub batch_base: String,
    /// The account whose images these are.
    pub account_id: AccountId,
    /// Sent with each API call, and nowhere else.
    pub token: Secret<String>,
    /// The account's name in delivery URLs, once it was learned from one.
    pub account_hash: Option<AccountHash>,
}

impl Endpoint {
    /// An account at Cloudflare.
    #[must_use]
    pub fn cloudflare(account_id: AccountId, token: Secret<String>) -> Self {
        Self {
            api_base: "https://api.cloudflare.com/client/v4".to_owned(),
            delivery_base: "https://imagedelivery.net".to_owned(),
            batch_base: "https://batch.imagedelivery.net".to_owned(),
            account_id,
            token,
            account_hash: None,
        }
    }

    /// Any server that speaks the same API on one origin, as the local library does: delivery and
    /// batch are taken to live on the API's own host.
    #[must_use]
    pub fn custom(api_base: &str, account_id: AccountId, token: Secret<String>) -> Self {
        let api_base = api_base.trim().trim_end_matches('/').to_owned();
        let origin = Url::parse(&api_base)
            .map(|url| url.origin().ascii_serialization())
            .unwrap_or_default();
        Self {
            delivery_base: origin.clone(),
            batch_base: origin,
            api_base,
            account_id,
            token,
            account_hash: None,
        }
    }

    /// The same with another delivery origin.
    #[must_use]
    pub fn with_delivery_base(mut self, base: impl Into<String>) -> Self {
        self.delivery_base = base.into();
        self
    }

    /// The same with the account's delivery hash.
    #[must_use]
    pub fn with_account_hash(mut self, hash: AccountHash) -> Self {
        self.account_hash = Some(hash);
        self
    }

    /// Whether the API is on this computer; a proxy must not stand in between then.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        Url::parse(&self.api_base).is_ok_and(|url| is_loopback(&url))
    }

    /// The URL of a call; `tail` is already percent-encoded and has no leading slash.
    pub(super) fn api_url(&self, tail: &str) -> Result<Url> {
        let base = self.api_base.trim_end_matches('/');
        let url = Url::parse(&format!("{base}/{tail}"))
            .map_err(|error| Error::new(ErrorKind::Rejected, error.to_string()))?;
        require_web(&url)?;
        Ok(url)
    }

    /// The URL of a call below the account.
    pub(super) fn account_url(&self, tail: &str) -> Result<Url> {
        self.api_url(&format!("accounts/{}/{tail}", self.account_id))
    }

    /// A URL that the service or a person gave, if it may be asked: http or https, and not
    /// without encryption when the API itself has it.
    pub(super) fn foreign_url(&self, text: &str) -> Result<Url> {
        // The parser's words may quote the text, which can be a secret.
        let url =
            Url::parse(text).map_err(|_error| Error::new(ErrorKind::NotUnderstood, "not a URL"))?;
        require_web(&url)?;
        if self.api_base.starts_with("https:") && url.scheme() != "https" {
            return Err(Error::new(ErrorKind::Rejected, "the URL is not encrypted"));
        }
        Ok(url)
    }

    /// A URL on the delivery host.
    pub(super) fn delivery_url(&self, text: &str) -> Result<Url> {
        let url = self.foreign_url(text)?;
        let is_ours =
            Url::parse(&self.delivery_base).is_ok_and(|base| base.origin() == url.origin());
        if is_ours {
            Ok(url)
        } else {
            Err(Error::new(
                ErrorKind::Rejected,
                "the URL is not on the delivery host",
            ))
        }
    }
}

fn require_web(url: &Url) -> Result<()> {
    if matches!(url.scheme(), "http" | "https") && url.has_host() {
        Ok(())
    } else {
        Err(Error::new(ErrorKind::Rejected, "not an http or https URL"))
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Shows no token.
impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("api_base", &self.api_base)
            .field("delivery_base", &self.delivery_base)
            .field("account_id", &self.account_id.as_str())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(base: &str) -> Endpoint {
        let account = AccountId::parse("023e105f4ecef8ad9ca31a8372d0c353").unwrap();
        Endpoint::custom(base, account, Secret::new("canary".to_owned()))
    }

    #[test]
    fn a_custom_endpoint_has_everything_on_one_origin() {
        let endpoint = endpoint(" http://127.0.0.1:8787/client/v4/ ");
        assert_eq!(endpoint.delivery_base, "http://127.0.0.1:8787");
        assert!(endpoint.is_loopback());
        assert_eq!(
            endpoint.account_url("images/v1/a%2Fb").unwrap().as_str(),
            "http://127.0.0.1:8787/client/v4/accounts/023e105f4ecef8ad9ca31a8372d0c353/images/v1/a%2Fb"
        );
    }

    #[test]
    fn only_this_computer_is_loopback() {
        for (base, expected) in [
            ("http://localhost:1/client/v4", true),
            ("http://[::1]:1", true),
            ("http://127.0.0.2", true),
            ("https://api.cloudflare.com/client/v4", false),
            ("http://localhost.example.com", false),
            ("nonsense", false),
        ] {
            assert_eq!(endpoint(base).is_loopback(), expected, "{base}");
        }
    }

    #[test]
    fn an_encrypted_endpoint_is_not_left_for_an_open_one() {
        let account = AccountId::generated();
        let endpoint = Endpoint::cloudflare(account, Secret::default());
        assert!(
            endpoint
                .foreign_url("https://upload.imagedelivery.net/a/b")
                .is_ok()
        );
        assert!(
            endpoint
                .foreign_url("http://upload.imagedelivery.net/a/b")
                .is_err()
        );
        assert!(endpoint.foreign_url("file:///etc/passwd").is_err());
        assert!(
            endpoint
                .delivery_url("https://imagedelivery.net/a/b/public")
                .is_ok()
        );
        assert!(
            endpoint
                .delivery_url("https://imagedelivery.net.evil.example/a/b")
                .is_err()
        );
        assert!(
            endpoint
                .delivery_url("https://imagedelivery.net@evil.example/a")
                .is_err()
        );
    }

    #[test]
    fn an_endpoint_never_prints_its_token() {
        assert!(!format!("{:?}", endpoint("http://127.0.0.1:1")).contains("canary"));
    }
}
