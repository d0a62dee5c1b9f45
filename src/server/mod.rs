//! The local library: the service's API and delivery, from a folder on this disk.
//!
//! [`Server::start`] opens the folder and answers on one loopback port for all four hosts of the
//! service: API, batch, one-time uploads, delivery. What a client may rely on at the real service
//! it may rely on here; what is answered with 200 survives a power cut.

mod account;
mod auth;
mod body;
mod connection;
mod delivery;
mod direct_upload;
mod error;
mod faults;
mod fetch;
mod fields;
mod form;
#[cfg(fuzzing)]
pub mod fuzzing;
mod images;
mod library;
mod lists;
mod rate;
mod resting;
mod router;
mod traffic;
mod upload;
mod variants;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Weak};

use http::{HeaderMap, Method, Uri};
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::task::JoinHandle;

use auth::{Right, State, Tokens};
use error::{Answer, Refusal};
use faults::Switch;
use library::{Account, Library, Record};
use rate::{Meter, Penalty};

pub use faults::{Call, CutWhen, Faults, FaultsError, Injected, Latency, Mishap, Share};
pub use library::LibraryError;
pub use rate::{RateLimit, RateLimitError};
pub use traffic::{Exchange, Traffic};

use crate::model::{AccountHash, AccountId, DeliveryUrl, Secret, Variant, VariantId};
use crate::wire::ImageDocument;

/// What to serve, and where.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// The folder; it is made when it does not exist.
    pub library: PathBuf,
    /// The address; port 0 takes any that is free.
    pub listen: SocketAddr,
    /// The account's id; `None` keeps the library's own.
    pub account_id: Option<AccountId>,
    /// The API token; `None` makes one for this run.
    pub token: Option<Secret<String>>,
    /// A token that may look and not change anything.
    pub read_token: Option<Secret<String>>,
    /// A token that was switched off.
    pub disabled_token: Option<Secret<String>>,
    /// A token whose time is over.
    pub expired_token: Option<Secret<String>>,
    /// How many images may be stored; `None` for as many as the disk holds.
    pub capacity: Option<u64>,
    /// How many requests may be made; `None` for as many as can be answered.
    pub rate_limit: Option<RateLimit>,
    /// What goes wrong on request.
    pub faults: Option<Faults>,
    /// Whether uploads by URL may reach addresses of the local network.
    pub allow_private_urls: bool,
    /// Whether other computers may connect, and under which name they like.
    pub allow_remote: bool,
}

impl ServerConfig {
    /// A library on any free loopback port, for this computer only.
    #[must_use]
    pub fn local(library: impl Into<PathBuf>) -> Self {
        Self {
            library: library.into(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            account_id: None,
            token: None,
            read_token: None,
            disabled_token: None,
            expired_token: None,
            capacity: None,
            rate_limit: None,
            faults: None,
            allow_private_urls: false,
            allow_remote: false,
        }
    }
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Another process serves this folder.
    #[error("another program is using this library")]
    InUse,
    /// The address is not one of this computer alone, and that was not allowed.
    #[error("only loopback addresses are served, not {0}")]
    NotLoopback(SocketAddr),
    /// The address cannot be listened on.
    #[error("could not listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The folder cannot be opened.
    #[error("could not open the library")]
    Library(#[source] LibraryError),
    /// The client for uploads by URL cannot be made.
    #[error("could not set up uploads by URL")]
    Fetch(#[source] reqwest::Error),
}

impl From<LibraryError> for ServerError {
    fn from(error: LibraryError) -> Self {
        match error {
            LibraryError::InUse => Self::InUse,
            error => Self::Library(error),
        }
    }
}

/// Starts servers.
#[derive(Clone, Copy, Debug)]
pub struct Server;

/// A running server. Dropping it stops it, too, without waiting.
#[derive(Debug)]
pub struct ServerHandle {
    addr: SocketAddr,
    account_id: AccountId,
    account_hash: AccountHash,
    token: Secret<String>,
    faults: Arc<Switch>,
    traffic: Traffic,
    /// Not kept open from here: the lock of the folder is given back with the server.
    library: Weak<Library>,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
}

/// What there is in a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Images stored, drafts not counted.
    pub images: u64,
    /// Bytes of the uploaded files on the disk; equal ones lie there once.
    pub originals_bytes: u64,
    /// Bytes of what was made of them, which may be deleted at any time.
    pub renditions_bytes: u64,
}

/// What all requests share.
struct ServerState {
    library: Arc<Library>,
    tokens: Tokens,
    account_id: AccountId,
    account_hash: AccountHash,
    capacity: Option<u64>,
    rate: Meter,
    faults: Arc<Switch>,
    traffic: Traffic,
    fetcher: reqwest::Client,
    allow_private_urls: bool,
    allow_remote: bool,
    /// One permit for each core: decoding and encoding more at once only costs memory.
    cores: Arc<Semaphore>,
    /// As many of them as heavy renditions may take: the others stay free for everybody else.
    heavy: Arc<Semaphore>,
}

impl ServerState {
    /// What `config` asks for, over a library that is open. Its folder and address play no part.
    fn new(
        config: ServerConfig,
        library: Arc<Library>,
        fetcher: reqwest::Client,
    ) -> Result<Self, LibraryError> {
        let (account_id, account_hash) = library.identity()?;
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let lesser_tokens = [
            (config.read_token, State::Active(Right::Read)),
            (config.disabled_token, State::Disabled),
            (config.expired_token, State::Expired),
        ];
        let lesser_tokens = lesser_tokens
            .into_iter()
            .filter_map(|(token, state)| Some((token?, state)));
        // Tokens of the batch host have a limit of their own, which is on when the other is.
        let batch_limit = config.rate_limit.map(|_| RateLimit::BATCH);
        Ok(Self {
            library,
            tokens: Tokens::new(config.token, lesser_tokens, batch_limit),
            account_id,
            account_hash,
            capacity: config.capacity,
            rate: Meter::new(
                config.rate_limit,
                RateLimit::default(),
                Penalty::WholeWindow,
            ),
            faults: Arc::new(Switch::new(config.faults)),
            traffic: Traffic::new(),
            fetcher,
            allow_private_urls: config.allow_private_urls,
            allow_remote: config.allow_remote,
            cores: Arc::new(Semaphore::new(cores)),
            heavy: Arc::new(Semaphore::new((cores / 4).max(1))),
        })
    }

    /// Refuses what would be one image too many.
    fn full(&self) -> Refusal {
        Refusal::limit_reached(self.capacity.unwrap_or(u64::MAX))
    }
}

/// One request, but for its body.
struct Context {
    server: Arc<ServerState>,
    /// `http://host:port` as the client sees it; all hosts of the service share it.
    origin: String,
    now: Timestamp,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
}

impl Server {
    /// Opens the library and answers from now on. Needs a tokio runtime, which has to stay.
    ///
    /// # Errors
    /// [`ServerError`].
    pub async fn start(config: ServerConfig) -> Result<ServerHandle, ServerError> {
        if !config.allow_remote && !config.listen.ip().is_loopback() {
            return Err(ServerError::NotLoopback(config.listen));
        }
        let fetcher = fetch::client(config.allow_private_urls).map_err(ServerError::Fetch)?;
        let (folder, account_id) = (config.library.clone(), config.account_id.clone());
        let (library, ended_well) = library::blocking(move || {
            let library = Library::open(&folder, account_id)?;
            let ended_well = library.begin()?;
            Ok::<_, LibraryError>((Arc::new(library), ended_well))
        })
        .await??;
        let listen_error = |source| ServerError::Listen {
            address: config.listen,
            source,
        };
        let listener = TcpListener::bind(config.listen)
            .await
            .map_err(listen_error)?;
        let addr = listener.local_addr().map_err(listen_error)?;
        if !ended_well {
            let library = Arc::clone(&library);
            tokio::task::spawn_blocking(move || {
                if let Err(error) = library.sweep() {
                    tracing::warn!(%error, "could not sweep the library after a crash");
                }
            });
        }
        let state = Arc::new(ServerState::new(config, Arc::clone(&library), fetcher)?);
        let (stop, stopped) = oneshot::channel();
        let handle = ServerHandle {
            addr,
            account_id: state.account_id.clone(),
            account_hash: state.account_hash.clone(),
            token: state.tokens.token().clone(),
            faults: Arc::clone(&state.faults),
            traffic: state.traffic.clone(),
            library: Arc::downgrade(&library),
            stop: Some(stop),
            task: None,
        };
        let task = tokio::spawn(async move {
            connection::serve(listener, state, stopped).await;
            let end = library::blocking(move || library.end()).await;
            if let Err(error) = end.and_then(|result| result) {
                tracing::warn!(%error, "could not close the library");
            }
        });
        tracing::info!(%addr, "the library is served");
        Ok(ServerHandle {
            task: Some(task),
            ..handle
        })
    }
}

impl ServerHandle {
    /// The address that is listened on.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The API's base URL, `http://127.0.0.1:PORT/client/v4`.
    #[must_use]
    pub fn api_base(&self) -> String {
        format!("{}/client/v4", self.origin())
    }

    /// The origin of delivery URLs, `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn delivery_base(&self) -> String {
        self.origin()
    }

    /// The origin of one-time upload URLs.
    #[must_use]
    pub fn upload_base(&self) -> String {
        self.origin()
    }

    /// The origin of the batch paths.
    #[must_use]
    pub fn batch_base(&self) -> String {
        self.origin()
    }

    /// The account that is served.
    #[must_use]
    pub const fn account_id(&self) -> &AccountId {
        &self.account_id
    }

    /// Its name in delivery URLs.
    #[must_use]
    pub const fn account_hash(&self) -> &AccountHash {
        &self.account_hash
    }

    /// The token that the API wants.
    #[must_use]
    pub const fn token(&self) -> &Secret<String> {
        &self.token
    }

    /// What goes wrong on request at the moment.
    #[must_use]
    pub fn faults(&self) -> Option<Faults> {
        self.faults.get()
    }

    /// From now on these faults, or none. Their run begins anew; whoever is kept waiting under
    /// the old ones is let go.
    pub fn set_faults(&self, faults: Option<Faults>) {
        self.faults.set(faults);
    }

    /// What is asked of this server, and what it answers.
    #[must_use]
    pub const fn traffic(&self) -> &Traffic {
        &self.traffic
    }

    /// What there is in the library. The future does not hold on to the server.
    ///
    /// # Errors
    /// [`LibraryError`], also when the server has ended.
    pub fn contents(&self) -> impl Future<Output = Result<Contents, LibraryError>> + Send + use<> {
        let library = std::sync::Weak::clone(&self.library);
        async move {
            let library = library.upgrade().ok_or(LibraryError::Ended)?;
            let renditions_bytes = library.renditions.total_bytes();
            let read = library.read(|connection| {
                Ok((
                    Account::image_count(connection)?,
                    Account::stored_bytes(connection)?,
                ))
            });
            let (images, originals_bytes) = read.await?;
            Ok(Contents {
                images,
                originals_bytes,
                renditions_bytes,
            })
        }
    }

    /// Stops accepting, lets running requests end for a few seconds, and closes the library.
    pub async fn shutdown(mut self) {
        self.stop.take();
        if let Some(task) = self.task.take() {
            // It ends by itself; a panic in it has been logged.
            task.await.ok();
        }
    }

    fn origin(&self) -> String {
        format!("http://{}", self.addr)
    }
}

impl ServerState {
    /// Waits for a core to compute on.
    async fn core(&self) -> Result<OwnedSemaphorePermit, LibraryError> {
        permit(&self.cores).await
    }

    /// Waits until no other heavy work is going on. Asked for before the core, so that who waits
    /// for it keeps none from others.
    async fn heavy(&self) -> Result<OwnedSemaphorePermit, LibraryError> {
        permit(&self.heavy).await
    }
}

async fn permit(of: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, LibraryError> {
    let permit = Arc::clone(of).acquire_owned().await;
    permit.map_err(|_closed| LibraryError::Ended)
}

impl Context {
    fn query(&self) -> &str {
        self.uri.query().unwrap_or_default()
    }

    /// An image as every endpoint shows it.
    async fn document(&self, record: Record) -> Answer<ImageDocument> {
        let variants = self.server.library.read(Variant::ids).await?;
        Ok(self.document_with(record, &variants))
    }

    async fn documents(&self, records: Vec<Record>) -> Answer<Vec<ImageDocument>> {
        let variants = self.server.library.read(Variant::ids).await?;
        let document = |record| self.document_with(record, &variants);
        Ok(records.into_iter().map(document).collect())
    }

    fn document_with(&self, record: Record, variants: &[VariantId]) -> ImageDocument {
        let image = record.image;
        let hash = &self.server.account_hash;
        let urls = variants
            .iter()
            .map(|variant| {
                DeliveryUrl::of_variant(&self.origin, hash, &image.id, variant).to_string()
            })
            .collect();
        ImageDocument {
            id: image.id.as_str().to_owned(),
            filename: image.file_name,
            meta: (!image.metadata.is_empty()).then(|| image.metadata.into_object()),
            creator: image.creator,
            uploaded: image.uploaded,
            require_signed_urls: image.require_signed_urls,
            variants: urls,
            draft: image.is_draft,
        }
    }
}
