//! One open profile at work: its client, its server if it is a library, and what is remembered of
//! it while it is open.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};

use crate::api::{Client, Editor};
use crate::config::Credentials;
use crate::journal::Journal;
use crate::model::{
    AccountHash, DeliveryUrl, Image, ImageId, KeyName, Problem, Profile, Secret, SignedUrl,
    SigningKey, Variant, VariantId,
};
use crate::server::ServerHandle;

use super::event::VariantsAnswer;
use super::lanes::blocking;
use super::listing::Listing;
use super::originals::Originals;
use super::thumbnails::Thumbnails;
use super::uploads::UploadRunner;

/// How long a signed URL works that is made to show a picture here.
const VIEW_LIFE: SignedDuration = SignedDuration::from_mins(15);

/// One open profile.
#[derive(Debug)]
pub(super) struct Session {
    profile: Profile,
    editor: Editor,
    delivery_base: String,
    account_hash: Mutex<Option<AccountHash>>,
    journal: Arc<Journal>,
    credentials: Arc<Credentials>,
    listing: Listing,
    originals: Originals,
    thumbnails: Arc<Thumbnails>,
    uploads: UploadRunner,
    variants: tokio::sync::Mutex<Option<Arc<VariantsAnswer>>>,
    keys: tokio::sync::Mutex<Option<Vec<SigningKey>>>,
    server: Mutex<Option<ServerHandle>>,
}

/// What a session is made of.
pub(super) struct Parts {
    pub(super) profile: Profile,
    pub(super) editor: Editor,
    pub(super) delivery_base: String,
    pub(super) account_hash: Option<AccountHash>,
    pub(super) journal: Arc<Journal>,
    pub(super) credentials: Arc<Credentials>,
    pub(super) thumbnails: Arc<Thumbnails>,
    pub(super) server: Option<ServerHandle>,
}

impl Session {
    pub(super) fn new(parts: Parts) -> Self {
        Self {
            profile: parts.profile,
            editor: parts.editor,
            delivery_base: parts.delivery_base,
            account_hash: Mutex::new(parts.account_hash),
            journal: parts.journal,
            credentials: parts.credentials,
            listing: Listing::default(),
            originals: Originals::default(),
            thumbnails: parts.thumbnails,
            uploads: UploadRunner::default(),
            variants: tokio::sync::Mutex::new(None),
            keys: tokio::sync::Mutex::new(None),
            server: Mutex::new(parts.server),
        }
    }

    /// The profile.
    #[must_use]
    pub(super) const fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Reads.
    #[must_use]
    pub(super) fn client(&self) -> &Client {
        self.editor.reads()
    }

    /// Writes.
    #[must_use]
    pub(super) const fn editor(&self) -> &Editor {
        &self.editor
    }

    /// The journal.
    #[must_use]
    pub(super) const fn journal(&self) -> &Arc<Journal> {
        &self.journal
    }

    /// What is known of the list.
    #[must_use]
    pub(super) const fn listing(&self) -> &Listing {
        &self.listing
    }

    /// Originals that were fetched.
    #[must_use]
    pub(super) const fn originals(&self) -> &Originals {
        &self.originals
    }

    /// The thumbnails that are wanted.
    #[must_use]
    pub(super) const fn thumbnails(&self) -> &Arc<Thumbnails> {
        &self.thumbnails
    }

    /// The upload queue at work.
    #[must_use]
    pub(super) const fn uploads(&self) -> &UploadRunner {
        &self.uploads
    }

    /// The account's delivery hash, once it was seen.
    #[must_use]
    pub(super) fn account_hash(&self) -> Option<AccountHash> {
        self.account_hash
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Learns the delivery hash from an image.
    pub(super) fn learn_from(&self, image: &Image) {
        let mut hash = self
            .account_hash
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if hash.is_none() {
            *hash = image
                .variant_urls
                .first()
                .and_then(|url| AccountHash::from_url(url));
        }
    }

    /// The delivery URL of a variant.
    ///
    /// # Errors
    /// When the account has not shown its hash yet.
    pub(super) fn delivery_url(
        &self,
        image: &ImageId,
        variant: &VariantId,
    ) -> Result<DeliveryUrl, Problem> {
        Ok(DeliveryUrl::of_variant(
            &self.delivery_base,
            &self.known_hash()?,
            image,
            variant,
        ))
    }

    /// The delivery URL of flexible options.
    ///
    /// # Errors
    /// When the account has not shown its hash yet.
    pub(super) fn delivery_url_of_options(
        &self,
        image: &ImageId,
        options: &str,
    ) -> Result<DeliveryUrl, Problem> {
        Ok(DeliveryUrl::of_options(
            &self.delivery_base,
            &self.known_hash()?,
            image,
            options,
        ))
    }

    fn known_hash(&self) -> Result<AccountHash, Problem> {
        self.account_hash().ok_or_else(|| {
            Problem::new("The address for delivery is not known yet")
                .with_hint("Upload a first image, then try again")
        })
    }

    /// A one-time URL as it can be reached now: a library listens on another port in each run.
    #[must_use]
    pub(super) fn reachable(&self, url: &Secret<String>) -> Secret<String> {
        let base = url::Url::parse(&self.delivery_base)
            .ok()
            .filter(|_| self.profile.is_library());
        let (Some(base), Ok(mut here)) = (base, url::Url::parse(url.expose())) else {
            return url.clone();
        };
        match here.set_port(base.port()) {
            Ok(()) => Secret::new(here.into()),
            Err(()) => url.clone(),
        }
    }

    /// The variants and the switch, asked for once.
    ///
    /// # Errors
    /// What the service refused.
    pub(super) async fn variants(&self) -> Result<Arc<VariantsAnswer>, Problem> {
        let mut known = self.variants.lock().await;
        if let Some(answer) = &*known {
            return Ok(Arc::clone(answer));
        }
        let answer = Arc::new(self.fetch_variants().await?);
        *known = Some(Arc::clone(&answer));
        Ok(answer)
    }

    /// Asks for the variants anew.
    ///
    /// # Errors
    /// What the service refused; what was known is forgotten then.
    pub(super) async fn reload_variants(&self) -> Result<Arc<VariantsAnswer>, Problem> {
        *self.variants.lock().await = None;
        self.variants().await
    }

    async fn fetch_variants(&self) -> Result<VariantsAnswer, Problem> {
        let mut variants: Vec<Variant> = self
            .client()
            .variants()
            .await
            .map_err(|error| Problem::from(&error))?;
        variants.sort_by(|a, b| (!a.id.is_public(), &a.id).cmp(&(!b.id.is_public(), &b.id)));
        // Reading the switch is not documented for accounts; without an answer it counts as unknown.
        let flexible = self
            .client()
            .config()
            .await
            .ok()
            .and_then(|config| config.flexible_variants);
        Ok(VariantsAnswer { variants, flexible })
    }

    /// The signing keys: asked for once, and kept in the keyring for when the service does not
    /// answer.
    ///
    /// # Errors
    /// What the service refused, if the keyring holds none either.
    pub(super) async fn keys(&self) -> Result<Vec<SigningKey>, Problem> {
        let mut known = self.keys.lock().await;
        if let Some(keys) = &*known {
            return Ok(keys.clone());
        }
        let keys = self
            .client()
            .keys()
            .await
            .map_err(|error| Problem::from(&error))?;
        self.remember_keys(&keys).await;
        *known = Some(keys.clone());
        Ok(keys)
    }

    /// These are the keys now.
    pub(super) async fn set_keys(&self, keys: Vec<SigningKey>) {
        let gone: Vec<KeyName> = {
            let mut known = self.keys.lock().await;
            let before = known.replace(keys.clone()).unwrap_or_default();
            before
                .into_iter()
                .map(|key| key.name)
                .filter(|name| keys.iter().all(|key| key.name != *name))
                .collect()
        };
        self.remember_keys(&keys).await;
        if !gone.is_empty() && !self.profile.is_library() {
            let (credentials, profile) = (Arc::clone(&self.credentials), self.profile.id.clone());
            let removed = blocking(move || {
                gone.iter()
                    .try_for_each(|name| credentials.forget_signing_key(&profile, name))
            });
            if let Ok(Err(error)) = removed.await {
                tracing::warn!(%error, "a removed key stays in the keyring");
            }
        }
    }

    /// Forgets the keys, so that they are asked for again.
    pub(super) async fn forget_keys(&self) {
        *self.keys.lock().await = None;
    }

    /// A library's keys lie in the library; an account's go to the keyring like its token.
    async fn remember_keys(&self, keys: &[SigningKey]) {
        if self.profile.is_library() {
            return;
        }
        let (credentials, profile, keys) = (
            Arc::clone(&self.credentials),
            self.profile.id.clone(),
            keys.to_vec(),
        );
        let saved = blocking(move || {
            keys.iter()
                .try_for_each(|key| credentials.save_signing_key(&profile, key))
        })
        .await;
        if let Ok(Err(error)) = saved {
            tracing::warn!(%error, "the signing keys are not in the keyring");
        }
    }

    /// Signs a URL.
    ///
    /// # Errors
    /// When there is no such key, or the service does not tell the keys.
    pub(super) async fn sign(
        &self,
        url: &DeliveryUrl,
        key: Option<&KeyName>,
        life: SignedDuration,
    ) -> Result<SignedUrl, Problem> {
        let keys = self.keys().await?;
        let key = match key {
            Some(name) => keys.iter().find(|key| key.name == *name),
            None => keys.first(),
        };
        let key = key.ok_or_else(|| {
            Problem::new("There is no such signing key")
                .with_hint("Choose another key, or make one in Signing keys")
        })?;
        Ok(key.sign(url, Timestamp::now() + life))
    }

    /// Fetches a rendition of a private image.
    pub(super) async fn fetch_signed(
        &self,
        url: &DeliveryUrl,
        accept: &str,
    ) -> Result<Bytes, Problem> {
        let signed = self.sign(url, None, VIEW_LIFE).await?;
        let delivered = self
            .client()
            .fetch_delivery(signed.to_text().expose(), accept)
            .await;
        delivered
            .map(|delivered| delivered.bytes)
            .map_err(|error| Problem::from(&error))
    }

    /// Asks the embedded server; `None` when the profile has none.
    pub(super) fn with_server<T>(&self, ask: impl FnOnce(&ServerHandle) -> T) -> Option<T> {
        self.server
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .map(ask)
    }

    /// Ends the embedded server, if there is one.
    pub(super) async fn close(&self) {
        let server = self
            .server
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(server) = server {
            server.shutdown().await;
        }
    }
}
