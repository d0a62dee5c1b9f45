//! The account: count, switches, signing keys, tokens.

use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};

use super::Context;
use super::auth::State;
use super::body::RequestBody;
use super::error::{Answer, Refusal, json, success};
use super::fields;
use super::library::{Account, KeyChange};
use crate::model::{KeyName, SigningKey};
use crate::wire::account::CountDocument;
use crate::wire::{
    BatchTokenDocument, ConfigDocument, Envelope, KeyDocument, KeysDocument, StatsDocument,
};

/// What accounts are sold in. A local library takes as many as the disk holds, so the number
/// shown grows with it.
const IMAGES_PER_PLAN: u64 = 100_000;

/// `GET images/v1/stats`.
pub(super) async fn stats(cx: &Context) -> Answer {
    let current = cx.server.library.read(Account::image_count).await?;
    let allowed = match cx.server.capacity {
        Some(capacity) => capacity,
        None => (current + 1).next_multiple_of(IMAGES_PER_PLAN),
    };
    Ok(success(StatsDocument {
        count: CountDocument { current, allowed },
    }))
}

/// `GET images/v1/config`.
pub(super) async fn config(cx: &Context) -> Answer {
    let account = cx.server.library.read(Account::load).await?;
    Ok(success(document(account)))
}

/// `PATCH images/v1/config`.
pub(super) async fn change_config(cx: &Context, mut body: RequestBody) -> Answer {
    let object = fields::json_object(&body.document().await?)?;
    let given: ConfigDocument = serde_json::from_value(Value::Object(object))
        .map_err(|error| Refusal::bad_request(format_args!("config: {error}")))?;
    if given
        .browser_ttl
        .is_some_and(|secs| !(3_600..=31_536_000).contains(&secs))
    {
        return Err(Refusal::bad_request(
            "browser_ttl must be between 3600 and 31536000 seconds",
        ));
    }
    let account = cx
        .server
        .library
        .write(move |connection| {
            let mut account = Account::load(connection)?;
            if let Some(flexible) = given.flexible_variants {
                account.flexible_variants = flexible;
            }
            if let Some(credentials) = given.preserve_content_credentials {
                account.preserve_content_credentials = credentials;
            }
            if given.browser_ttl.is_some() {
                account.browser_ttl_secs = given.browser_ttl;
            }
            account.save(connection)?;
            Ok(account)
        })
        .await?;
    Ok(success(document(account)))
}

const fn document(account: Account) -> ConfigDocument {
    ConfigDocument {
        flexible_variants: Some(account.flexible_variants),
        browser_ttl: account.browser_ttl_secs,
        preserve_content_credentials: Some(account.preserve_content_credentials),
    }
}

/// `GET images/v1/keys`.
pub(super) async fn keys(cx: &Context) -> Answer {
    let keys = cx.server.library.read(SigningKey::all).await?;
    Ok(key_list(keys))
}

/// `PUT images/v1/keys/{name}`: makes a key, or gives an existing one a new value.
pub(super) async fn make_key(cx: &Context, name: &str) -> Answer {
    let name = KeyName::new(name).map_err(Refusal::bad_request)?;
    let change = cx
        .server
        .library
        .write(move |connection| SigningKey::make(connection, &name))
        .await?;
    changed_keys(change)
}

/// `DELETE images/v1/keys/{name}`.
pub(super) async fn delete_key(cx: &Context, name: String) -> Answer {
    let change = cx
        .server
        .library
        .write(move |connection| SigningKey::remove(connection, &name))
        .await?;
    changed_keys(change)
}

fn changed_keys(change: KeyChange) -> Answer {
    match change {
        KeyChange::Done(keys) => Ok(key_list(keys)),
        KeyChange::Unknown => Err(Refusal::key_not_found()),
        KeyChange::Full => Err(Refusal::limit_reached(SigningKey::MAX_PER_ACCOUNT)),
    }
}

fn key_list(keys: Vec<SigningKey>) -> Response {
    success(KeysDocument {
        keys: keys
            .into_iter()
            .map(|key| KeyDocument {
                name: key.name.as_str().to_owned(),
                value: key.value.expose().clone(),
            })
            .collect(),
    })
}

/// `GET images/v1/batch_token`.
pub(super) fn batch_token(cx: &Context) -> Response {
    let (token, expires_at) = cx.server.tokens.issue_batch_token(cx.now);
    success(BatchTokenDocument {
        token: token.expose().clone(),
        expires_at,
    })
}

/// `GET user/tokens/verify` and `GET accounts/{account_id}/tokens/verify`.
pub(super) fn verify(cx: &Context) -> Answer {
    let (id, state) = cx.server.tokens.check_verify(&cx.headers)?;
    let mut envelope = Envelope::success(json!({"id": id, "status": state.word()}));
    if matches!(state, State::Active(_)) {
        // On this answer, the code of a refused login is a message of success.
        envelope.messages.push(crate::wire::Message {
            code: 10000,
            message: "This API Token is valid and active".to_owned(),
            error_chain: Vec::new(),
        });
    }
    Ok(json(StatusCode::OK, &envelope))
}
