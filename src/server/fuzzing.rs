//! Doors for fuzzing: parsers of the server that otherwise only a request reaches. They are there
//! for cargo-fuzz alone; `fuzz/README.md` tells how to run them. A broken promise panics.

#![expect(
    clippy::missing_panics_doc,
    reason = "a broken promise panics: that is what these functions are for"
)]

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::runtime::{Builder, Runtime};

use super::auth::{Tokens, is_loopback_host};
use super::fields::Fields;
use super::form::{boundary, clean_file_name, file_name, read_parts};
use super::library::{Account, Content, Library, NewImage, Page, Record, Start};
use super::router::Resource;
use super::{Context, ServerConfig, ServerState, delivery, lists, router};
use crate::blobs::Blobs;
use crate::model::flexible::FlexibleOptions;
use crate::model::{AccountId, ImageId, Metadata, Secret};
use crate::transform::Accepts;

/// The account that [`Served`] has.
pub const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";
/// The token that it wants.
pub const TOKEN: &str = "t";
/// An image that everybody may see, and one that only a signature opens.
pub const IMAGES: [&str; 2] = ["a/b c%.svg", "00000000-0000-4000-8000-000000000000"];

const SVG: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"6\"/>";

/// `name: value` lines as headers; lines that are none are left out.
#[must_use]
pub fn headers_from_lines(lines: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines.split(|byte| *byte == b'\n').take(64) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            continue;
        };
        let name = HeaderName::from_bytes(line[..colon].trim_ascii());
        let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    headers
}

/// Everything that is read from the headers of a request.
pub fn headers(headers: &HeaderMap) {
    let tokens = Tokens::new(Some(Secret::new(TOKEN.to_owned())), [], None);
    let is_granted = tokens.check_api(headers).is_ok();
    assert_eq!(is_granted, tokens.check_verify(headers).is_ok());
    assert!(tokens.check_batch(headers, Timestamp::now()).is_err());
    if is_granted {
        let value = &headers[header::AUTHORIZATION];
        assert!(value.as_bytes().ends_with(TOKEN.as_bytes()));
    }
    if let Some(host) = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
    {
        _ = is_loopback_host(host);
    }
    if let Ok(Some(boundary)) = boundary(headers) {
        assert!((1..=200).contains(&boundary.len()));
    }
    check_file_name(file_name(headers));
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    _ = Accepts::from_header(text(header::ACCEPT));
    if let Ok((options, _)) = FlexibleOptions::parse("width=auto,q=80,scq=40") {
        let settled = delivery::for_client(options, headers);
        assert!(settled.width.is_some_and(|px| px > 0));
    }
    let uploaded = Timestamp::from_second(1_700_000_000).expect("a time of this century");
    _ = delivery::is_known_to_client(headers, "\"cf-a:b\"", uploaded);
}

/// A stored name shows where it came from, but leads nowhere.
fn check_file_name(name: Option<String>) {
    if let Some(name) = name {
        assert!((1..=255).contains(&name.chars().count()));
        assert!(!name.contains(['/', '\\']) && !name.contains(char::is_control));
        assert_eq!(clean_file_name(&name).as_ref(), Some(&name));
    }
}

/// Forms, with a folder for their files.
pub struct Forms {
    runtime: Runtime,
    blobs: Blobs,
    _folder: TempDir,
}

impl Forms {
    /// An empty folder.
    #[must_use]
    pub fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        Self {
            runtime: runtime(),
            blobs: Blobs::open(&folder.path().join("originals")).expect("an empty folder"),
            _folder: folder,
        }
    }

    /// Reads a form whose body comes in pieces of that many bytes.
    pub fn read(&self, content_type: &[u8], body: &[u8], piece_bytes: usize) {
        let mut headers = HeaderMap::new();
        if let Ok(value) = HeaderValue::from_bytes(content_type) {
            headers.insert(header::CONTENT_TYPE, value);
        }
        let Ok(Some(boundary)) = boundary(&headers) else {
            return;
        };
        let held = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&held);
        let pieces: Vec<Bytes> = body
            .chunks(piece_bytes.max(1))
            .map(Bytes::copy_from_slice)
            .collect();
        let stream = futures_util::stream::unfold(pieces.into_iter(), move |mut pieces| {
            let counter = Arc::clone(&counter);
            async move {
                tokio::task::yield_now().await;
                let piece = pieces.next()?;
                counter.fetch_add(piece.len(), Ordering::Relaxed);
                Some((Ok(piece), pieces))
            }
        });
        let files = Some(&self.blobs);
        let read = self
            .runtime
            .block_on(read_parts(stream, &held, boundary, files));
        let Ok(form) = read else {
            return;
        };
        if let Ok(fields) = form.fields() {
            check_fields(&fields);
        }
        if let Some(file) = form.file {
            check_file_name(file.name);
            let bytes = file.arrived.read().expect("what was just written");
            assert_eq!(bytes.len() as u64, file.arrived.size.0);
            assert!(bytes.len() < body.len());
        }
    }
}

/// A JSON body of an upload or a reservation, and the same text as metadata and as fields.
pub fn fields(body: &[u8]) {
    if let Ok(fields) = Fields::from_json(body) {
        check_fields(&fields);
    }
    if let Ok(fields) = super::form::Form::from_urlencoded(body).fields() {
        check_fields(&fields);
    }
    if let Ok(text) = std::str::from_utf8(body)
        && let Ok(metadata) = Metadata::parse(text)
    {
        let again = Metadata::parse(&metadata.to_string());
        assert_eq!(again.as_ref(), Ok(&metadata));
    }
}

fn check_fields(fields: &Fields) {
    assert!(fields.metadata.check().is_ok());
    if let Some(id) = &fields.id {
        assert!(ImageId::custom(id.as_str()).is_ok());
        assert!(!fields.require_signed_urls);
    }
    let creator = fields.creator.as_deref().unwrap_or_default();
    assert!(creator.chars().count() <= 1024);
}

/// The id that an API path leads to.
#[must_use]
pub fn id_of_api_path(path: &str) -> Option<String> {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let ["client", "v4", "accounts", _, rest @ ..] = segments.as_slice() else {
        return None;
    };
    match router::account_resource(path, rest) {
        Ok(Resource::Image(id) | Resource::Blob(id)) => Some(id.as_str().to_owned()),
        _ => None,
    }
}

/// A token that leads to the next page: any text, and any bytes behind a checksum that holds.
pub fn token(text: &[u8]) {
    lists::fuzz_token(text);
}

/// A library with two images, and a server without a socket.
pub struct Served {
    runtime: Runtime,
    server: Arc<ServerState>,
    _folder: TempDir,
}

impl Served {
    /// A fresh library.
    #[must_use]
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let account_id = AccountId::parse(ACCOUNT).expect("32 hex digits");
        let library = Library::open(folder.path(), Some(account_id)).expect("an empty folder");
        let library = Arc::new(library);
        let runtime = runtime();
        runtime.block_on(fill(&library));
        // Nothing is to leave this computer.
        let fetcher = reqwest::Client::builder()
            .timeout(Duration::from_millis(1))
            .build()
            .expect("a client without settings of its own");
        let config = ServerConfig {
            token: Some(Secret::new(TOKEN.to_owned())),
            ..ServerConfig::local(folder.path())
        };
        let server = ServerState::new(config, library, fetcher).expect("a library has an identity");
        Self {
            runtime,
            server: Arc::new(server),
            _folder: folder,
        }
    }

    /// The name of the account in delivery paths.
    #[must_use]
    pub fn account_hash(&self) -> &str {
        self.server.account_hash.as_str()
    }

    /// Delivers; returns the status.
    pub fn deliver(&self, uri: Uri, headers: HeaderMap) -> u16 {
        let cx = Context {
            server: Arc::clone(&self.server),
            origin: "http://localhost".to_owned(),
            now: Timestamp::now(),
            method: Method::GET,
            uri,
            headers,
        };
        let response = self.runtime.block_on(delivery::deliver(&cx));
        response.status().as_u16()
    }

    /// Reads the query of a list and lists what it asks for.
    pub fn list(&self, query: &str) {
        let Ok((page, filters)) = lists::fuzz_query(query) else {
            return;
        };
        let load = |connection: &rusqlite::Connection| page.load(connection, &filters);
        let listed = self.server.library.read_here(load);
        let (records, _) = listed.expect("a query that was accepted can be answered");
        assert!(records.len() <= IMAGES.len());
        // Without filters and from the first row, everything is there.
        let is_all = filters.creator.is_none() && filters.conditions.is_empty();
        if is_all
            && matches!(
                page,
                Page {
                    rows: 2..,
                    start: Start::Row(0),
                    ..
                }
            )
        {
            assert_eq!(records.len(), IMAGES.len());
        }
    }

    /// Answers what a connection sends until it is closed for writing.
    pub fn exchange(&self, request: &[u8]) -> Vec<u8> {
        let (mut client, stream) = tokio::io::duplex(256 * 1024);
        let service = service_fn(|request| {
            let server = Arc::clone(&self.server);
            async move { Ok::<_, Infallible>(router::answer(server, request).await) }
        });
        let mut server = http1::Builder::new();
        server.half_close(true).max_buf_size(128 * 1024);
        let connection = server.serve_connection(TokioIo::new(stream), service);
        let talk = async {
            let mut answer = Vec::new();
            // A server that has heard enough closes first.
            client.write_all(request).await.ok();
            client.shutdown().await.ok();
            client.read_to_end(&mut answer).await.ok();
            answer
        };
        let both = async { tokio::join!(connection, talk).1 };
        self.runtime.block_on(both)
    }
}

async fn fill(library: &Arc<Library>) {
    for (id, is_private) in std::iter::zip(IMAGES, [false, true]) {
        let mut incoming = library.blobs.receive().expect("an empty folder");
        incoming.write(SVG).expect("a few bytes");
        let arrived = incoming.finish();
        let content = Content {
            hash: arrived.hash,
            size_bytes: u32::try_from(SVG.len()).expect("a few bytes"),
            media_type: "image/svg+xml".to_owned(),
        };
        let new = NewImage {
            id: ImageId::from_server(id),
            metadata: Metadata::parse(r#"{"a":{"b":[1,"x"]},"n":1.5,"t":"x","y":true}"#)
                .expect("a short object"),
            creator: is_private.then(|| "me".to_owned()),
            require_signed_urls: is_private,
        };
        library
            .store(arrived, move |connection| {
                Record::add(connection, new, None, content, Timestamp::now())
            })
            .await
            .expect("an empty library");
    }
    library
        .write(|connection| {
            let mut account = Account::load(connection)?;
            account.flexible_variants = true;
            account.save(connection)
        })
        .await
        .expect("an empty library");
}

fn runtime() -> Runtime {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime on this thread")
}
