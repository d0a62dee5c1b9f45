//! Secrets: account tokens and signing keys in the keyring of the system, one entry each.
//!
//! Nothing falls back to a file. Where there is no keyring, a person may choose to keep a secret
//! for this run only; then it is in memory and nowhere else.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use keyring::v1::{Entry, Error};

use crate::model::{KeyName, Problem, ProfileId, Secret, SigningKey};

/// The name under which the keyring lists our entries.
const SERVICE: &str = "lenticular";

/// Where a secret is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remember {
    /// In the keyring of the system.
    Keyring,
    /// In memory, until the program ends.
    ThisRunOnly,
}

/// Why a secret could not be kept or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// There is no keyring.
    #[error("there is no keyring on this system: {0}")]
    Unavailable(String),
    /// It is locked, and nobody unlocked it.
    #[error("the keyring is locked")]
    Locked,
    /// It took the secret and gives back another.
    #[error("the keyring did not give back what was stored")]
    Mismatch,
    /// It refused for another reason.
    #[error("the keyring refused: {0}")]
    Refused(String),
}

impl From<&KeyringError> for Problem {
    fn from(error: &KeyringError) -> Self {
        let problem = match error {
            KeyringError::Unavailable(_) => Self::new("There is no keyring on this system").with_hint(
                "Start a Secret Service such as GNOME Keyring or KeePassXC and try again, or keep the token for \
                 this run only",
            ),
            KeyringError::Locked => Self::new("The keyring is locked")
                .with_hint("Unlock it and try again, or keep the token for this run only"),
            KeyringError::Mismatch => Self::new("The keyring did not give back what was stored")
                .with_hint("Look into the keyring's own settings, or keep the token for this run only"),
            KeyringError::Refused(_) => Self::new("The keyring refused")
                .with_hint("Look into the keyring's own settings, or keep the token for this run only"),
        };
        problem
            .with_unaffected("The token was written nowhere else")
            .retryable(true)
    }
}

/// The secrets of all profiles: those in the keyring, and those of this run.
#[derive(Debug, Default)]
pub struct Credentials {
    this_run: Mutex<HashMap<String, Secret<String>>>,
}

impl Credentials {
    /// Nothing is read until it is asked for.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps the token of a profile, and makes sure that it can be read back. Blocking.
    ///
    /// # Errors
    /// [`KeyringError`]; the token is kept nowhere then.
    pub fn save_token(
        &self,
        profile: &ProfileId,
        token: &Secret<String>,
        remember: Remember,
    ) -> Result<(), KeyringError> {
        let name = token_name(profile);
        match remember {
            Remember::ThisRunOnly => {
                self.this_run().insert(name, token.clone());
                Ok(())
            }
            Remember::Keyring => {
                save(&name, token)?;
                self.this_run().remove(&name);
                Ok(())
            }
        }
    }

    /// The token of a profile, if it is kept. Blocking.
    ///
    /// # Errors
    /// [`KeyringError`] when the keyring cannot be asked.
    pub fn token(&self, profile: &ProfileId) -> Result<Option<Secret<String>>, KeyringError> {
        let name = token_name(profile);
        if let Some(token) = self.this_run().get(&name) {
            return Ok(Some(token.clone()));
        }
        read(&name)
    }

    /// Keeps a signing key beside the token of its profile: in the keyring if the token is there.
    /// Blocking.
    ///
    /// # Errors
    /// [`KeyringError`].
    pub fn save_signing_key(
        &self,
        profile: &ProfileId,
        key: &SigningKey,
    ) -> Result<(), KeyringError> {
        let name = key_entry_name(profile, &key.name);
        if self.this_run().contains_key(&token_name(profile)) {
            self.this_run().insert(name, key.value.clone());
            return Ok(());
        }
        if read(&name)?.as_ref() == Some(&key.value) {
            return Ok(());
        }
        save(&name, &key.value)?;
        remember_key_name(profile, &key.name)
    }

    /// The signing keys that are kept for a profile. Blocking.
    ///
    /// # Errors
    /// [`KeyringError`] when the keyring cannot be asked.
    pub fn signing_keys(&self, profile: &ProfileId) -> Result<Vec<SigningKey>, KeyringError> {
        let mut keys = Vec::new();
        for name in key_names(profile)? {
            if let Some(value) = read(&key_entry_name(profile, &name))? {
                keys.push(SigningKey { name, value });
            }
        }
        Ok(keys)
    }

    /// Forgets a signing key. Blocking.
    ///
    /// # Errors
    /// [`KeyringError`].
    pub fn forget_signing_key(
        &self,
        profile: &ProfileId,
        name: &KeyName,
    ) -> Result<(), KeyringError> {
        let entry = key_entry_name(profile, name);
        if self.this_run().remove(&entry).is_some() {
            return Ok(());
        }
        delete(&entry)
    }

    /// Forgets every secret of a profile. Without a keyring there is nothing in it. Blocking.
    ///
    /// # Errors
    /// [`KeyringError`] when entries may have stayed.
    pub fn forget_profile(&self, profile: &ProfileId) -> Result<(), KeyringError> {
        let (token, keys) = (
            token_name(profile),
            format!("signing-key/{}/", profile.as_str()),
        );
        self.this_run()
            .retain(|name, _| *name != token && !name.starts_with(&keys));
        let names = match key_names(profile) {
            Err(KeyringError::Unavailable(_)) => return Ok(()),
            other => other?,
        };
        for name in names {
            delete(&key_entry_name(profile, &name))?;
        }
        delete(&key_list_name(profile))?;
        delete(&token)
    }

    fn this_run(&self) -> std::sync::MutexGuard<'_, HashMap<String, Secret<String>>> {
        self.this_run.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn token_name(profile: &ProfileId) -> String {
    format!("token/{}", profile.as_str())
}

fn key_entry_name(profile: &ProfileId, name: &KeyName) -> String {
    format!("signing-key/{}/{name}", profile.as_str())
}

/// Names the entry that lists the names of the keys: not every keyring can be searched.
fn key_list_name(profile: &ProfileId) -> String {
    format!("signing-keys/{}", profile.as_str())
}

fn key_names(profile: &ProfileId) -> Result<Vec<KeyName>, KeyringError> {
    let list = read(&key_list_name(profile))?;
    let names = list.iter().flat_map(|list| {
        list.expose()
            .split(' ')
            .map(str::to_owned)
            .collect::<Vec<_>>()
    });
    Ok(names
        .filter(|name| !name.is_empty())
        .map(KeyName::from_server)
        .collect())
}

fn remember_key_name(profile: &ProfileId, name: &KeyName) -> Result<(), KeyringError> {
    let mut names = key_names(profile)?;
    if names.contains(name) {
        return Ok(());
    }
    names.push(name.clone());
    let list = names
        .iter()
        .map(KeyName::as_str)
        .collect::<Vec<_>>()
        .join(" ");
    save(&key_list_name(profile), &Secret::new(list))
}

fn save(name: &str, secret: &Secret<String>) -> Result<(), KeyringError> {
    let entry = entry(name)?;
    entry
        .set_password(secret.expose())
        .map_err(|error| error_from_keyring(&error))?;
    // Some services take a secret and drop it, so it is read back before anything relies on it.
    match read(name)? {
        Some(kept) if kept == *secret => Ok(()),
        _ => {
            // What it kept is not what was meant: nothing may rely on it later.
            delete(name)?;
            Err(KeyringError::Mismatch)
        }
    }
}

fn read(name: &str) -> Result<Option<Secret<String>>, KeyringError> {
    match entry(name)?.get_password() {
        Ok(password) => Ok(Some(Secret::new(password))),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(error_from_keyring(&error)),
    }
}

fn delete(name: &str) -> Result<(), KeyringError> {
    match entry(name)?.delete_credential() {
        Ok(()) | Err(Error::NoEntry) => Ok(()),
        Err(error) => Err(error_from_keyring(&error)),
    }
}

fn entry(name: &str) -> Result<Entry, KeyringError> {
    match Entry::new(SERVICE, name) {
        Err(Error::NoDefaultStore) => late_entry(name),
        entry => entry,
    }
    .map_err(|error| error_from_keyring(&error))
}

/// `keyring` looks for the Secret Service once in a run. A person who has just started one would
/// have to restart the program, so it is looked for again.
#[cfg(all(
    unix,
    not(any(target_os = "macos", target_os = "ios", target_os = "android"))
))]
fn late_entry(name: &str) -> keyring_core::Result<Entry> {
    use std::sync::atomic::{AtomicBool, Ordering};
    static IS_OPEN: AtomicBool = AtomicBool::new(false);

    if !IS_OPEN.load(Ordering::Acquire) {
        let store = zbus_secret_service_keyring_store::Store::new()
            .map_err(|_still_absent| Error::NoDefaultStore)?;
        keyring_core::set_default_store(store);
        IS_OPEN.store(true, Ordering::Release);
    }
    let inner = keyring_core::Entry::new(SERVICE, name)?;
    Ok(Entry { inner })
}

/// Elsewhere the store is part of the system: it does not come later.
#[cfg(not(all(
    unix,
    not(any(target_os = "macos", target_os = "ios", target_os = "android"))
)))]
fn late_entry(_name: &str) -> keyring_core::Result<Entry> {
    Err(Error::NoDefaultStore)
}

fn error_from_keyring(error: &Error) -> KeyringError {
    match error {
        Error::NoDefaultStore => KeyringError::Unavailable(match Entry::store_status() {
            Ok(()) => "unknown".to_owned(),
            Err(cause) => cause.to_string(),
        }),
        Error::NoStorageAccess(_) => KeyringError::Locked,
        // Never the values that some of them carry: they are the secret.
        Error::PlatformFailure(cause) => KeyringError::Refused(cause.to_string()),
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) => {
            KeyringError::Mismatch
        }
        _ => KeyringError::Refused("it does not take this entry".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_of_this_run_never_reaches_the_keyring() {
        let credentials = Credentials::new();
        let profile = ProfileId::generated();
        let token = Secret::new("token-of-this-run".to_owned());
        credentials
            .save_token(&profile, &token, Remember::ThisRunOnly)
            .unwrap();
        assert_eq!(credentials.token(&profile), Ok(Some(token)));
        assert!(!format!("{credentials:?}").contains("token-of-this-run"));
    }
}
