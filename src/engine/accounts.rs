//! What belongs to the account: variants, upload links, signing keys, signed URLs, counts.

use std::sync::Arc;

use futures_util::StreamExt;
use jiff::{SignedDuration, Timestamp};

use crate::api::{Config, DirectUploadSpec, ErrorKind};
use crate::model::{ImageId, KeyName, Problem, Secret, SigningKey, UploadSpec, Variant, VariantId};

use super::event::{Event, LinkState, UploadLink};
use super::journal::in_journal;
use super::lanes::Events;
use super::session::Session;

/// Asks how many images there are.
pub(super) async fn stats(session: Arc<Session>, events: Events) {
    match session.client().stats().await {
        Ok(stats) => {
            events
                .send(Event::Stats {
                    current: stats.current,
                    allowed: stats.allowed,
                })
                .await;
        }
        // The grid speaks of its own failures; a missing count alone is not worth a word.
        Err(error) => tracing::info!(%error, "the number of images is not known"),
    }
}

/// Asks for the variants anew.
pub(super) async fn variants(session: Arc<Session>, events: Events) {
    let result = session
        .reload_variants()
        .await
        .map(|answer| Box::new((*answer).clone()));
    events.send(Event::Variants(result)).await;
}

/// Creates or saves a variant.
pub(super) async fn save_variant(
    session: Arc<Session>,
    events: Events,
    variant: Variant,
    created: bool,
) {
    let id = variant.id.clone();
    let result = if created {
        session.editor().create_variant(&variant).await
    } else {
        session.editor().update_variant(&variant).await
    };
    let result = result.map_err(|error| Problem::from(&error));
    if result.is_ok() {
        forget_variants(&session).await;
    }
    events
        .send(Event::VariantSaved {
            id,
            created,
            result,
        })
        .await;
}

/// Deletes a variant. One that is not there any more is as good as deleted.
pub(super) async fn delete_variant(session: Arc<Session>, events: Events, id: VariantId) {
    let result = match session.editor().delete_variant(&id).await {
        Err(error) if *error.kind() == ErrorKind::NotFound => Ok(()),
        other => other.map_err(|error| Problem::from(&error)),
    };
    if result.is_ok() {
        forget_variants(&session).await;
    }
    events.send(Event::VariantDeleted { id, result }).await;
}

/// Switches flexible variants.
pub(super) async fn set_flexible(session: Arc<Session>, events: Events, on: bool) {
    let config = Config {
        flexible_variants: Some(on),
        ..Config::default()
    };
    let result = session
        .editor()
        .set_config(config)
        .await
        .map_err(|error| Problem::from(&error));
    if result.is_ok() {
        forget_variants(&session).await;
    }
    events.send(Event::Flexible(result.map(|_| on))).await;
}

/// Thumbnails choose among the variants: what has changed is asked for again.
async fn forget_variants(session: &Session) {
    if let Err(problem) = session.reload_variants().await {
        tracing::info!(%problem, "the variants are asked for again later");
    }
}

/// Makes a link through which one file can be uploaded without a token.
pub(super) async fn create_link(
    session: Arc<Session>,
    events: Events,
    spec: UploadSpec,
    life: SignedDuration,
    note: String,
) {
    let result = make_link(&session, spec, life, note).await;
    events.send(Event::LinkCreated(result)).await;
}

async fn make_link(
    session: &Session,
    spec: UploadSpec,
    life: SignedDuration,
    note: String,
) -> Result<UploadLink, Problem> {
    spec.check()
        .map_err(|error| Problem::new(error.to_string()))?;
    let id = match spec.id_template.0.trim() {
        "" => None,
        text => Some(ImageId::custom(text).map_err(|error| Problem::new(error.to_string()))?),
    };
    let request = DirectUploadSpec {
        id,
        metadata: spec.metadata,
        require_signed_urls: spec.require_signed_urls,
        creator: spec.creator,
        expires: Some(Timestamp::now() + life),
    };
    let direct = session
        .editor()
        .reserve(&request)
        .await
        .map_err(|error| Problem::from(&error))?;
    let link = UploadLink {
        id: direct.id.clone(),
        url: Secret::new(direct.url.expose().clone()),
        expires: direct.expires,
        note: note.clone(),
        state: LinkState::Waiting,
    };
    let profile = session.profile().id.clone();
    in_journal(session.journal(), move |journal| {
        journal.add_link(&profile, &direct, &note)
    })
    .await?;
    Ok(link)
}

/// The links that were made here, first as they are remembered, then with what became of them.
pub(super) async fn links(session: Arc<Session>, events: Events) {
    let profile = session.profile().id.clone();
    let stored = match in_journal(session.journal(), move |journal| journal.links(&profile)).await {
        Ok(stored) => stored,
        Err(problem) => return events.send(Event::Links(Err(problem))).await,
    };
    let links: Vec<UploadLink> = stored
        .into_iter()
        .map(|link| UploadLink {
            id: link.upload.id,
            url: session.reachable(&link.upload.url),
            expires: link.upload.expires,
            note: link.note,
            state: LinkState::Unknown,
        })
        .collect();
    events.send(Event::Links(Ok(links.clone()))).await;
    let asked: Vec<UploadLink> = futures_util::stream::iter(links)
        .map(|link| {
            let session = Arc::clone(&session);
            async move {
                let state = link_state(&session, &link).await;
                UploadLink { state, ..link }
            }
        })
        .buffered(4)
        .collect()
        .await;
    events.send(Event::Links(Ok(asked))).await;
}

async fn link_state(session: &Session, link: &UploadLink) -> LinkState {
    match session.client().details(&link.id).await {
        Ok(image) if !image.is_draft => LinkState::Used,
        Ok(_) if link.expires <= Timestamp::now() => LinkState::Expired,
        Ok(_) => LinkState::Waiting,
        Err(error) if *error.kind() == ErrorKind::NotFound && link.expires <= Timestamp::now() => {
            LinkState::Expired
        }
        Err(error) if *error.kind() == ErrorKind::NotFound => LinkState::Gone,
        Err(_) => LinkState::Unknown,
    }
}

/// Forgets a link; a draft that waits for its file is deleted, so that the link dies.
pub(super) async fn remove_link(session: Arc<Session>, events: Events, id: ImageId) {
    let result = async {
        match session.client().details(&id).await {
            Ok(image) if image.is_draft => {
                session
                    .editor()
                    .delete(&id)
                    .await
                    .map_err(|error| Problem::from(&error))?;
            }
            Ok(_) => {}
            Err(error) if *error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(Problem::from(&error)),
        }
        let (profile, id) = (session.profile().id.clone(), id.clone());
        in_journal(session.journal(), move |journal| {
            journal.remove_link(&profile, &id)
        })
        .await
    }
    .await;
    if let Err(problem) = result {
        events.send(Event::Failed(problem)).await;
    }
    links(session, events).await;
}

/// Asks for the signing keys anew.
pub(super) async fn keys(session: Arc<Session>, events: Events) {
    session.forget_keys().await;
    let result = session.keys().await;
    events.send(Event::Keys(result)).await;
}

/// Makes a key. An existing name is refused here, since the service would replace its value and
/// every URL it signed would stop working.
pub(super) async fn create_key(session: Arc<Session>, events: Events, name: KeyName) {
    let result = async {
        let existing = session.keys().await?;
        if existing.iter().any(|key| key.name == name) {
            return Err(
                Problem::new(format!("There is already a key named “{name}”"))
                    .with_unaffected("Its value is unchanged")
                    .with_hint("Choose another name"),
            );
        }
        if existing.len() >= SigningKey::MAX_PER_ACCOUNT {
            return Err(Problem::new("An account has at most two signing keys")
                .with_hint("Delete one first; URLs that it signed stop working then"));
        }
        session
            .editor()
            .put_key(&name)
            .await
            .map_err(|error| Problem::from(&error))
    }
    .await;
    tell_keys(&session, &events, result).await;
}

/// Removes a key.
pub(super) async fn delete_key(session: Arc<Session>, events: Events, name: KeyName) {
    let result = session
        .editor()
        .delete_key(&name)
        .await
        .map_err(|error| Problem::from(&error));
    tell_keys(&session, &events, result).await;
}

async fn tell_keys(session: &Session, events: &Events, result: Result<Vec<SigningKey>, Problem>) {
    match result {
        Ok(keys) => {
            session.set_keys(keys.clone()).await;
            events.send(Event::Keys(Ok(keys))).await;
        }
        Err(problem) => {
            events.send(Event::Failed(problem)).await;
            // The list that was shown is still what there is.
            let known = session.keys().await;
            events.send(Event::Keys(known)).await;
        }
    }
}

/// Makes signed URLs to copy.
pub(super) async fn sign_urls(
    session: Arc<Session>,
    events: Events,
    images: Vec<(ImageId, bool)>,
    variant: VariantId,
    key: Option<KeyName>,
    life: SignedDuration,
) {
    let result = async {
        let mut signed = Vec::with_capacity(images.len());
        for (image, is_signed) in &images {
            let url = session.delivery_url(image, &variant)?;
            signed.push(if *is_signed {
                session.sign(&url, key.as_ref(), life).await?.to_text()
            } else {
                Secret::new(url.to_string())
            });
        }
        Ok(signed)
    }
    .await;
    events.send(Event::SignedUrls(result)).await;
}
