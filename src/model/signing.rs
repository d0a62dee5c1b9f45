//! Signed URLs: links that open a private image until they expire.
//!
//! The message is the percent-encoded path, `?`, and the query without `sig`; the key is the
//! UTF-8 text of the signing key as the API shows it; the signature is HMAC-SHA-256 in lower-case
//! hex. Source: Cloudflare Images documentation, "Serve private images".

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::{DeliveryUrl, Secret};

/// The name of a signing key: 1 to 20 of `a-z A-Z 0-9 _ -`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyName(String);

/// The text is no key name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key name has 1 to 20 letters, digits, “_” or “-”")]
pub struct KeyNameError;

impl KeyName {
    /// A name that a person chose.
    ///
    /// # Errors
    /// [`KeyNameError`] when it breaks the rule.
    pub fn new(text: impl Into<String>) -> Result<Self, KeyNameError> {
        let text = text.into();
        let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        if (1..=20).contains(&text.len()) && text.bytes().all(is_allowed) {
            Ok(Self(text))
        } else {
            Err(KeyNameError)
        }
    }

    /// A name as a server gave it.
    pub fn from_server(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A key that makes and checks signatures.
#[derive(Clone, Debug, PartialEq)]
pub struct SigningKey {
    /// Its name in the account; it never appears in a URL.
    pub name: KeyName,
    /// Its text as the API shows it.
    pub value: Secret<String>,
}

impl SigningKey {
    /// The most keys an account may have, as observed on the live service.
    pub const MAX_PER_ACCOUNT: usize = 2;

    /// The lower-case hex signature of `path` with `query`, which must not hold `sig`.
    #[must_use]
    pub fn signature(&self, path: &str, query: &str) -> String {
        self.signature_of_message(&format!("{path}?{query}"))
    }

    fn signature_of_message(&self, message: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.value.expose().as_bytes())
            .expect("HMAC takes keys of any length");
        mac.update(message.as_bytes());
        hex::encode(mac.finalize().into_bytes())
    }

    /// Signs a delivery URL; it opens until `expires`.
    #[must_use]
    pub fn sign(&self, url: &DeliveryUrl, expires: Timestamp) -> SignedUrl {
        let query = format!("exp={}", expires.as_second());
        let signature = self.signature(url.path(), &query);
        SignedUrl {
            url: url.clone(),
            query,
            signature: Secret::new(signature),
        }
    }
}

/// A delivery URL with its expiry and signature.
///
/// It prints without the signature; [`SignedUrl::to_text`] is for the clipboard and for requests.
#[derive(Clone, Debug, PartialEq)]
pub struct SignedUrl {
    url: DeliveryUrl,
    query: String,
    signature: Secret<String>,
}

impl SignedUrl {
    /// The whole URL: whoever has it sees the image.
    #[must_use]
    pub fn to_text(&self) -> Secret<String> {
        Secret::new(format!(
            "{}?{}&sig={}",
            self.url,
            self.query,
            self.signature.expose()
        ))
    }
}

impl fmt::Display for SignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}?{}&sig=…", self.url, self.query)
    }
}

/// Why a signature does not open an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// There is none.
    #[error("a signed URL is required")]
    Missing,
    /// No key of the account made it for this path and query.
    #[error("the signature is invalid")]
    Invalid,
    /// It was good until `exp`.
    #[error("the URL has expired")]
    Expired,
}

/// Checks the signature in `query` against every key; each comparison takes constant time.
///
/// `path` and `query` are raw, as they were received. Returns the expiry, `None` for a signature
/// that was made without one and never expires.
///
/// # Errors
/// [`SignatureError`].
pub fn check_signature(
    keys: &[SigningKey],
    path: &str,
    query: Option<&str>,
    now: Timestamp,
) -> Result<Option<Timestamp>, SignatureError> {
    let query = query.unwrap_or_default();
    let mut given = None;
    let mut rest = Vec::new();
    let mut expiry_text = None;
    for pair in query.split('&') {
        match pair.split_once('=') {
            Some(("sig", value)) => given = Some(value.to_ascii_lowercase()),
            Some(("exp", value)) => {
                expiry_text = Some(value);
                rest.push(pair);
            }
            _ if pair.is_empty() => {}
            _ => rest.push(pair),
        }
    }
    let given = given
        .filter(|text| !text.is_empty())
        .ok_or(SignatureError::Missing)?;
    let rest = rest.join("&");
    let mut messages = vec![format!("{path}?{rest}")];
    if expiry_text.is_none() && rest.is_empty() {
        messages.push(path.to_owned());
    }
    let mut is_valid = false;
    for key in keys {
        for message in &messages {
            let expected = key.signature_of_message(message);
            is_valid |= bool::from(expected.as_bytes().ct_eq(given.as_bytes()));
        }
    }
    if !is_valid {
        return Err(SignatureError::Invalid);
    }
    let Some(text) = expiry_text else {
        return Ok(None);
    };
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(SignatureError::Invalid);
    }
    let expires = text
        .parse()
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok());
    // A number too large for a time lies after every time there is.
    let expires = expires.unwrap_or(Timestamp::MAX);
    if now < expires {
        Ok(Some(expires))
    } else {
        Err(SignatureError::Expired)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SigningKey {
        SigningKey {
            name: KeyName::from_server("default"),
            value: Secret::new("Oix0bbNaT8Rge9PuyxUBrjI6zrgnsyJ5=".to_owned()),
        }
    }

    const PATH: &str = "/cheeW4oKsx5ljh8e8BoL2A/bc27a117-9509-446b-8c69-c81bfeac0a01/mobile";
    const SIGNATURE: &str = "72411885ee02134d38662f3e70ac8ff694f408e9d14b05125f6b022c3f403efa";

    #[test]
    fn the_documented_url_gets_the_known_signature() {
        assert_eq!(key().signature(PATH, "exp=1631289275"), SIGNATURE);
    }

    #[test]
    fn a_signature_opens_one_path_until_it_expires() {
        let query = format!("exp=1631289275&sig={SIGNATURE}");
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        let check = |path, query: &str, now| check_signature(&[key()], path, Some(query), at(now));
        assert_eq!(
            check(PATH, &query, 1_631_289_274),
            Ok(Some(at(1_631_289_275)))
        );
        assert_eq!(
            check(PATH, &query, 1_631_289_275),
            Err(SignatureError::Expired)
        );
        assert_eq!(check("/other", &query, 0), Err(SignatureError::Invalid));
        assert_eq!(
            check(PATH, "exp=1631289275", 0),
            Err(SignatureError::Missing)
        );
        assert_eq!(
            check(PATH, &query.replace("275", "276"), 0),
            Err(SignatureError::Invalid)
        );
    }

    #[test]
    fn a_signed_url_prints_without_its_signature() {
        let hash = crate::model::AccountHash::from_server("hash");
        let url = DeliveryUrl::of_options(
            "https://imagedelivery.net",
            &hash,
            &crate::model::ImageId::generated(),
            "w=1",
        );
        let signed = key().sign(&url, Timestamp::UNIX_EPOCH);
        assert!(signed.to_string().ends_with("?exp=0&sig=…"));
        assert!(
            !format!("{signed:?}")
                .contains(&signed.to_text().expose()[signed.to_text().expose().len() - 64..])
        );
    }
}
