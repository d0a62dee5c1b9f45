//! What belongs to the account: whether the token works, counts, switches, keys, the batch token.

use http::Method;
use jiff::Timestamp;

use super::images::segment;
use super::request::Call;
use super::retry::Repeat;
use super::{Client, Editor, Error, ErrorKind, Result};
use crate::model::{KeyName, Secret, SigningKey};
use crate::wire::{
    BatchTokenDocument, ConfigDocument, KeysDocument, StatsDocument, TokenStatusDocument,
};

/// How many images there are and may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stats {
    /// Images stored.
    pub current: u64,
    /// Images allowed.
    pub allowed: u64,
}

/// Whether a token works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenState {
    /// It does.
    Active,
    /// It was turned off.
    Disabled,
    /// Its time is over.
    Expired,
    /// A word that is not known.
    Other,
}

/// What the service says about a token. It does not tell permissions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenStatus {
    /// Its id, which is no secret.
    pub id: String,
    /// Whether it works.
    pub state: TokenState,
    /// When it stops working.
    pub expires: Option<Timestamp>,
}

/// Switches of the account; `None` where the service did not say, or shall leave it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// Whether options may stand in delivery URLs in place of a variant.
    pub flexible_variants: Option<bool>,
    /// How long browsers keep renditions, in seconds, 3,600 to 31,536,000.
    pub browser_ttl_secs: Option<u32>,
    /// Whether C2PA data survive.
    pub preserve_content_credentials: Option<bool>,
}

/// A token for the batch host.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchToken {
    /// The token.
    pub token: Secret<String>,
    /// Until when it works, about an hour.
    pub expires: Timestamp,
}

impl Client {
    /// Whether the token works. Tokens of an account and tokens of a user have each their own
    /// place to ask; both are tried.
    ///
    /// # Errors
    /// [`ErrorKind::MalformedToken`] or [`ErrorKind::TokenRefused`] when neither place knows it.
    pub async fn verify(&self) -> Result<TokenStatus> {
        let endpoint = &self.inner.endpoint;
        let of_account = Call::get(endpoint.account_url("tokens/verify")?).at_most(2);
        let first = match self.ask::<TokenStatusDocument>(of_account).await {
            Ok(document) => return Ok(status_from_document(document)),
            Err(error) => error,
        };
        // No connection and no room are the same everywhere.
        if first.is_retryable() || first.status().is_none() {
            return Err(first);
        }
        let of_user = Call::get(endpoint.api_url("user/tokens/verify")?).at_most(2);
        let document: TokenStatusDocument = self.ask(of_user).await?;
        Ok(status_from_document(document))
    }

    /// What connecting an account asks: does the token work, and may it read this account?
    ///
    /// # Errors
    /// Distinct by cause: [`ErrorKind::MalformedToken`], [`ErrorKind::TokenRefused`],
    /// [`ErrorKind::AccountInvalid`], [`ErrorKind::PermissionMissing`],
    /// [`ErrorKind::Connection`], [`ErrorKind::Timeout`], [`ErrorKind::NotUnderstood`] when
    /// something else than an Images server answers.
    pub async fn check_access(&self) -> Result<Stats> {
        match self.verify().await {
            Ok(status) => match status.state {
                TokenState::Disabled => return Err(refused("the token is turned off")),
                TokenState::Expired => return Err(refused("the token has expired")),
                TokenState::Active | TokenState::Other => {}
            },
            // A server of the same API need not have the call; whether it lets us read decides.
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::NotFound | ErrorKind::AccountInvalid
                ) => {}
            Err(error) => return Err(error),
        }
        self.stats().await.map_err(|error| match error.kind() {
            // The token is good, as was just said: so it is this account that it may not read.
            ErrorKind::TokenRefused => error.with_kind(ErrorKind::PermissionMissing),
            _ => error,
        })
    }

    /// How many images there are and may be.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn stats(&self) -> Result<Stats> {
        let url = self.inner.endpoint.account_url("images/v1/stats")?;
        let document: StatsDocument = self.ask(Call::get(url)).await?;
        Ok(Stats {
            current: document.count.current,
            allowed: document.count.allowed,
        })
    }

    /// The switches. The call is not documented, so a server that has none answers all unknown.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn config(&self) -> Result<Config> {
        let url = self.inner.endpoint.account_url("images/v1/config")?;
        match self.ask::<serde_json::Value>(Call::get(url)).await {
            Ok(value) => Ok(config_from_value(value)),
            Err(error) if matches!(error.status(), Some(404 | 405)) => Ok(Config::default()),
            Err(error) => Err(error),
        }
    }

    /// The signing keys; needs a token that may write.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn keys(&self) -> Result<Vec<SigningKey>> {
        let url = self.inner.endpoint.account_url("images/v1/keys")?;
        Ok(keys_from_document(self.ask(Call::get(url)).await?))
    }

    /// A fresh token for the batch host.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn batch_token(&self) -> Result<BatchToken> {
        let url = self.inner.endpoint.account_url("images/v1/batch_token")?;
        let document: BatchTokenDocument = self.ask(Call::get(url)).await?;
        Ok(BatchToken {
            token: document.token.into(),
            expires: document.expires_at,
        })
    }
}

impl Editor {
    /// Turns the switches that are `Some`. Answers what the service tells, which may be nothing.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`] when the time is out of range; see [`ErrorKind`].
    pub async fn set_config(&self, config: Config) -> Result<Config> {
        let url = self.inner.endpoint.account_url("images/v1/config")?;
        let document = ConfigDocument {
            flexible_variants: config.flexible_variants,
            browser_ttl: config.browser_ttl_secs,
            preserve_content_credentials: config.preserve_content_credentials,
        };
        let call = Call::new(Method::PATCH, url).json(&document);
        // The answer's body is not documented: with a success, anything will do.
        let outcome = self.try_ask::<serde_json::Value>(call).await.result;
        match outcome {
            Ok(value) => Ok(config_from_value(value)),
            Err(error) if error.kind() == &ErrorKind::NotUnderstood && error.status().is_none() => {
                Ok(Config::default())
            }
            Err(error) => Err(error),
        }
    }

    /// Makes a key, or gives an existing one a new value: its old signatures then open nothing.
    /// Never repeated by itself, since each time makes another value.
    ///
    /// # Errors
    /// [`ErrorKind::LimitReached`] when there are two already; see [`ErrorKind`].
    pub async fn put_key(&self, name: &KeyName) -> Result<Vec<SigningKey>> {
        let call = Call::new(Method::PUT, self.key_url(name)?).repeating(Repeat::IfNotCarriedOut);
        Ok(keys_from_document(self.ask(call).await?))
    }

    /// Removes a key. Answers those that exist now.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there was none; see [`ErrorKind`].
    pub async fn delete_key(&self, name: &KeyName) -> Result<Vec<SigningKey>> {
        let call = Call::new(Method::DELETE, self.key_url(name)?);
        let outcome = self.try_ask::<KeysDocument>(call).await;
        match outcome.result {
            Err(error) if error.kind() == &ErrorKind::NotFound && outcome.attempts > 1 => {
                self.keys().await
            }
            result => result.map(keys_from_document),
        }
    }

    fn key_url(&self, name: &KeyName) -> Result<url::Url> {
        let name = segment(name.as_str())?;
        self.inner
            .endpoint
            .account_url(&format!("images/v1/keys/{name}"))
    }
}

fn refused(message: &str) -> Error {
    Error::new(ErrorKind::TokenRefused, message)
}

fn status_from_document(document: TokenStatusDocument) -> TokenStatus {
    TokenStatus {
        id: document.id,
        state: match document.status.as_str() {
            "active" => TokenState::Active,
            "disabled" => TokenState::Disabled,
            "expired" => TokenState::Expired,
            _ => TokenState::Other,
        },
        expires: document.expires_on,
    }
}

/// Whatever the service answers is fine; what is not a switch is not looked at.
fn config_from_value(value: serde_json::Value) -> Config {
    let document: ConfigDocument = serde_json::from_value(value).unwrap_or_default();
    Config {
        flexible_variants: document.flexible_variants,
        browser_ttl_secs: document.browser_ttl,
        preserve_content_credentials: document.preserve_content_credentials,
    }
}

fn keys_from_document(document: KeysDocument) -> Vec<SigningKey> {
    let keys = document.keys.into_iter();
    keys.map(|key| SigningKey {
        name: KeyName::from_server(key.name),
        value: key.value.into(),
    })
    .collect()
}
