//! Opening and closing profiles.

use std::path::PathBuf;
use std::sync::Arc;

use futures_util::StreamExt;

use crate::api::{Client, Editor, Endpoint, ErrorKind, Upload, UploadBody};
use crate::config::FileError;
use crate::model::{AccountHash, Problem, Profile, ProfileId, ProfileKind, Secret};
use crate::samples;
use crate::server::{Server, ServerConfig, ServerError, ServerHandle};

use super::event::{ConnectField, Event, SessionInfo};
use super::journal::{in_journal, problem_from_journal};
use super::lanes::{Events, blocking};
use super::request::NewAccount;
use super::session::{Parts, Session};
use super::thumbnails::Thumbnails;
use super::{Shared, uploads::UploadRunner};

/// The longest side of the generated sample pictures.
const SAMPLE_SIDE_PX: u32 = 1600;

/// Why a profile could not be opened, and where on the form that belongs.
pub(super) struct OpenError {
    problem: Problem,
    field: ConnectField,
}

impl From<Problem> for OpenError {
    fn from(problem: Problem) -> Self {
        Self {
            problem,
            field: ConnectField::Form,
        }
    }
}

/// Checks a new account, saves its token and opens it.
pub(super) async fn connect(shared: Arc<Shared>, account: NewAccount) {
    let opened = async {
        let client = account_client(
            &account.account_id,
            account.api_base.as_deref(),
            &account.token,
            None,
        )?;
        check(&client).await?;
        let (wanted_id, wanted_base) = (account.account_id.clone(), account.api_base.clone());
        let known = shared.profiles(move |profiles| {
            profiles.list().into_iter().find(|profile| {
                matches!(&profile.kind, ProfileKind::Account { account_id, api_base, .. }
                    if *account_id == wanted_id && *api_base == wanted_base)
            })
        });
        let profile = known.await?.unwrap_or_else(|| Profile {
            id: ProfileId::generated(),
            name: account_name(&account),
            kind: ProfileKind::Account {
                account_id: account.account_id.clone(),
                api_base: account.api_base.clone(),
                account_hash: None,
            },
        });
        // The token is kept before the profile is: a profile without its token could not be opened.
        let (credentials, id, token) = (
            Arc::clone(&shared.credentials),
            profile.id.clone(),
            account.token.clone(),
        );
        let remember = account.remember;
        blocking(move || credentials.save_token(&id, &token, remember))
            .await?
            .map_err(|error| OpenError {
                problem: Problem::from(&error),
                field: ConnectField::Keyring,
            })?;
        save_profile(&shared, profile.clone()).await?;
        open_account(&shared, profile, client).await
    }
    .await;
    finish(&shared, None, opened).await;
}

/// Opens a saved profile.
pub(super) async fn open(shared: Arc<Shared>, id: ProfileId) {
    let wanted = id.clone();
    let opened = async {
        let found = shared.profiles(move |profiles| {
            profiles
                .list()
                .into_iter()
                .find(|profile| profile.id == wanted)
        });
        let profile = found
            .await?
            .ok_or_else(|| Problem::new("This profile is not there any more"))?;
        match &profile.kind {
            ProfileKind::Library { folder } => {
                open_library_profile(&shared, profile.clone(), folder.clone()).await
            }
            ProfileKind::Account {
                account_id,
                api_base,
                account_hash,
            } => {
                let (credentials, id) = (Arc::clone(&shared.credentials), profile.id.clone());
                let token = blocking(move || credentials.token(&id))
                    .await?
                    .map_err(|error| OpenError {
                        problem: Problem::from(&error),
                        field: ConnectField::Keyring,
                    })?
                    .ok_or_else(|| OpenError {
                        problem: Problem::new("The token of this account is not in the keyring")
                            .with_unaffected("The account and its upload queue are unchanged")
                            .with_hint("Enter the token again"),
                        field: ConnectField::Token,
                    })?;
                let client = account_client(
                    account_id,
                    api_base.as_deref(),
                    &token,
                    account_hash.clone(),
                )?;
                check(&client).await?;
                open_account(&shared, profile.clone(), client).await
            }
        }
    }
    .await;
    finish(&shared, Some(id), opened).await;
}

/// Opens a local library, made anew if there is none.
pub(super) async fn open_library(shared: Arc<Shared>, folder: Option<PathBuf>, with_samples: bool) {
    let opened = async {
        let folder = folder.unwrap_or_else(|| shared.dirs.default_library());
        let wanted = folder.clone();
        let known = shared.profiles(move |profiles| {
            profiles.list().into_iter().find(
                |profile| matches!(&profile.kind, ProfileKind::Library { folder } if *folder == wanted),
            )
        });
        let profile = known.await?.unwrap_or_else(|| {
            let name = if folder == shared.dirs.default_library() {
                "Local library".to_owned()
            } else {
                folder.file_name().map_or_else(|| "Library".to_owned(), |name| name.to_string_lossy().into_owned())
            };
            Profile { id: ProfileId::generated(), name, kind: ProfileKind::Library { folder: folder.clone() } }
        });
        let opened = open_library_profile(&shared, profile.clone(), folder).await?;
        save_profile(&shared, profile).await?;
        Ok(opened)
    }
    .await;
    let wants_samples = with_samples
        && opened
            .as_ref()
            .is_ok_and(|info: &SessionInfo| info.is_empty_library);
    finish(&shared, None, opened).await;
    if let Some(session) = shared.session().filter(|_| wants_samples) {
        shared.session_work(add_samples(session, shared.events.clone()));
    }
}

/// Forgets a profile with its keyring entries and its queue.
pub(super) async fn remove(shared: Arc<Shared>, id: ProfileId) {
    let is_open = shared
        .session()
        .is_some_and(|session| session.profile().id == id);
    if is_open {
        close(&shared).await;
    }
    let (credentials, journal, profile) = (
        Arc::clone(&shared.credentials),
        Arc::clone(&shared.journal),
        id.clone(),
    );
    let removed = blocking(move || {
        credentials
            .forget_profile(&profile)
            .map_err(|error| Problem::from(&error))?;
        journal
            .remove_profile(&profile)
            .map_err(|error| problem_from_journal(&error))
    })
    .await
    .and_then(|result| result);
    // A profile whose secrets could not be removed stays, so that it can be tried again.
    if let Err(problem) = removed {
        return shared.events.send(Event::Failed(problem)).await;
    }
    let result = shared
        .profiles(move |profiles| profiles.remove(&id).map(|()| profiles.list()))
        .await;
    tell_profiles(&shared, result).await;
}

/// Gives a profile another name.
pub(super) async fn rename(shared: Arc<Shared>, id: ProfileId, name: String) {
    let result = shared
        .profiles(move |profiles| {
            if let Some(mut profile) = profiles.list().into_iter().find(|profile| profile.id == id)
            {
                profile.name = name;
                profiles.put(profile)?;
            }
            Ok(profiles.list())
        })
        .await;
    tell_profiles(&shared, result).await;
}

/// Closes the open profile.
pub(super) async fn close(shared: &Arc<Shared>) {
    let Some(session) = shared.replace_session(None) else {
        return;
    };
    shared.lanes.stop_session_work();
    session.uploads().stop();
    session.close().await;
    shared.events.send(Event::SessionClosed).await;
}

async fn finish(
    shared: &Arc<Shared>,
    profile: Option<ProfileId>,
    opened: Result<SessionInfo, OpenError>,
) {
    match opened {
        Ok(info) => {
            let profiles = shared.profiles(|profiles| profiles.list()).await;
            if let Ok(profiles) = profiles {
                shared.events.send(Event::Profiles(profiles)).await;
            }
            shared
                .events
                .send(Event::SessionOpened(Box::new(info)))
                .await;
            // Work begins after the window knows of the session, so that no event comes before it.
            if let Some(session) = shared.session() {
                let thumbnails = Arc::clone(session.thumbnails());
                shared.session_work(thumbnails.work(Arc::clone(&session), shared.events.clone()));
                shared.session_work(UploadRunner::work(
                    session,
                    Arc::clone(&shared.lanes),
                    shared.events.clone(),
                ));
            }
        }
        Err(OpenError { problem, field }) => {
            shared
                .events
                .send(Event::OpenFailed {
                    profile,
                    problem,
                    field,
                })
                .await;
        }
    }
}

fn account_client(
    account_id: &crate::model::AccountId,
    api_base: Option<&str>,
    token: &Secret<String>,
    hash: Option<AccountHash>,
) -> Result<Editor, OpenError> {
    let mut endpoint = match api_base {
        Some(base) => Endpoint::custom(base, account_id.clone(), token.clone()),
        None => Endpoint::cloudflare(account_id.clone(), token.clone()),
    };
    if let Some(hash) = hash {
        endpoint = endpoint.with_account_hash(hash);
    }
    let client = Client::new(endpoint).map_err(|error| OpenError::from(Problem::from(&error)))?;
    Ok(Editor::new(client))
}

/// Asks for what tells a wrong token from a wrong account, a missing permission and no connection.
async fn check(client: &Editor) -> Result<(), OpenError> {
    client
        .reads()
        .check_access()
        .await
        .map(|_| ())
        .map_err(|error| OpenError {
            field: match error.kind() {
                ErrorKind::MalformedToken
                | ErrorKind::TokenRefused
                | ErrorKind::PermissionMissing => ConnectField::Token,
                ErrorKind::AccountInvalid => ConnectField::AccountId,
                _ => ConnectField::Form,
            },
            problem: Problem::from(&error),
        })
}

async fn open_account(
    shared: &Arc<Shared>,
    profile: Profile,
    editor: Editor,
) -> Result<SessionInfo, OpenError> {
    let endpoint = editor.reads().endpoint().clone();
    start_session(shared, profile, editor, endpoint, None).await
}

async fn open_library_profile(
    shared: &Arc<Shared>,
    profile: Profile,
    folder: PathBuf,
) -> Result<SessionInfo, OpenError> {
    // The library that is open already cannot be opened a second time, not even by ourselves.
    let is_open = shared.session().is_some_and(|session| {
        matches!(&session.profile().kind, ProfileKind::Library { folder: other } if *other == folder)
    });
    if is_open {
        close(shared).await;
    }
    let server = Server::start(ServerConfig::local(folder))
        .await
        .map_err(|error| OpenError::from(problem_from_server(&error)))?;
    let endpoint = Endpoint::custom(
        &server.api_base(),
        server.account_id().clone(),
        server.token().clone(),
    )
    .with_delivery_base(server.delivery_base())
    .with_account_hash(server.account_hash().clone());
    let client =
        Client::new(endpoint.clone()).map_err(|error| OpenError::from(Problem::from(&error)))?;
    let info = start_session(shared, profile, Editor::new(client), endpoint, Some(server)).await?;
    Ok(info)
}

async fn start_session(
    shared: &Arc<Shared>,
    profile: Profile,
    editor: Editor,
    endpoint: Endpoint,
    server: Option<ServerHandle>,
) -> Result<SessionInfo, OpenError> {
    close(shared).await;
    let id = profile.id.clone();
    let recovered = in_journal(&shared.journal, move |journal| journal.recover(&id)).await?;
    let is_library = server.is_some();
    let is_empty_library = is_library
        && editor
            .reads()
            .stats()
            .await
            .is_ok_and(|stats| stats.current == 0);
    let session = Arc::new(Session::new(Parts {
        profile: profile.clone(),
        editor,
        delivery_base: endpoint.delivery_base.clone(),
        account_hash: endpoint.account_hash.clone(),
        journal: Arc::clone(&shared.journal),
        credentials: Arc::clone(&shared.credentials),
        thumbnails: Arc::new(Thumbnails::new(shared.cache.clone())),
        server,
    }));
    shared.replace_session(Some(session));
    Ok(SessionInfo {
        profile,
        account_id: endpoint.account_id.clone(),
        account_hash: endpoint.account_hash,
        delivery_base: endpoint.delivery_base,
        api_base: endpoint.api_base,
        resumed: recovered.resumed,
        is_empty_library,
    })
}

/// Puts the generated pictures into a library, through the API like any other upload. The window is
/// open meanwhile, and sees them come.
pub(super) async fn add_samples(session: Arc<Session>, events: Events) {
    const SHOWN_TOGETHER: usize = 4;
    let mut samples = futures_util::stream::iter((0..samples::COUNT).rev())
        .map(|index| blocking(move || samples::sample(index, SAMPLE_SIDE_PX)))
        .buffered(2);
    let mut added = 0;
    while let Some(sample) = samples.next().await {
        let uploaded = match sample {
            Ok(sample) => upload_sample(&session, sample).await,
            Err(problem) => Err(problem),
        };
        if let Err(problem) = uploaded {
            return events.send(Event::Failed(problem)).await;
        }
        added += 1;
        if added % SHOWN_TOGETHER == 0 {
            events.send(Event::ImagesAdded).await;
        }
    }
    events.send(Event::ImagesAdded).await;
}

async fn upload_sample(session: &Session, sample: samples::Sample) -> Result<(), Problem> {
    let mut metadata = crate::model::Metadata::default();
    metadata
        .as_object_mut()
        .insert("alt".to_owned(), sample.alt.into());
    metadata
        .as_object_mut()
        .insert("source".to_owned(), "sample".into());
    let upload = Upload {
        file_name: Some(sample.file_name),
        metadata,
        ..Upload::new(UploadBody::Bytes(sample.bytes.into()))
    };
    let uploaded = session.editor().upload(upload, |_, _| {}).await;
    uploaded.map(|_| ()).map_err(|error| Problem::from(&error))
}

async fn save_profile(shared: &Arc<Shared>, profile: Profile) -> Result<(), OpenError> {
    shared
        .profiles(move |profiles| profiles.put(profile))
        .await?
        .map_err(|error| {
            tracing::warn!(%error, "the profile is not saved");
            OpenError::from(
                Problem::new("The profile could not be saved")
                    .with_hint("Make room on the disk and try again")
                    .retryable(true),
            )
        })
}

async fn tell_profiles(
    shared: &Arc<Shared>,
    result: Result<Result<Vec<Profile>, FileError>, Problem>,
) {
    let event = match result {
        Ok(Ok(profiles)) => Event::Profiles(profiles),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the profiles are not saved");
            Event::Failed(
                Problem::new("The profiles could not be saved")
                    .with_hint("Make room on the disk and try again"),
            )
        }
        Err(problem) => Event::Failed(problem),
    };
    shared.events.send(event).await;
}

fn account_name(account: &NewAccount) -> String {
    match account.name.trim() {
        "" => format!("Account {}", &account.account_id.as_str()[..6]),
        name => name.to_owned(),
    }
}

fn problem_from_server(error: &ServerError) -> Problem {
    tracing::warn!(%error, "the library cannot be opened");
    match error {
        ServerError::InUse => Problem::new("This library is open in another window or program")
            .with_unaffected("Nothing in it was touched")
            .with_hint("Close the other one first, or open another library"),
        _ => Problem::new("The library cannot be opened")
            .with_unaffected("Nothing in it was touched")
            .with_hint("Look whether its folder exists and may be written"),
    }
}
