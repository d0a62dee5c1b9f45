//! The service as the cases ask it: a server of their own, or an account from the environment.

use std::path::Path;

use lenticular::model::Secret;
use lenticular::server::{Server, ServerConfig, ServerHandle};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::multipart::Form;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::scope::Scope;
use super::target::{Target, is_shared, shared};
use super::{Answer, file_form, png, send};

/// The token of servers that a case starts itself.
pub(crate) const TOKEN: &str = "test-token_0123456789";

/// What RFC 3986 calls unreserved; everything else is escaped.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// An id as one segment of an API path.
pub(crate) fn segment(id: &str) -> String {
    utf8_percent_encode(id, SEGMENT).to_string()
}

/// An id as the middle of a delivery path: its slashes stand as they are.
pub(crate) fn delivered(id: &str) -> String {
    let segments: Vec<String> = id.split('/').map(segment).collect();
    segments.join("/")
}

/// The service under test and a client that knows its token.
pub(crate) struct Service {
    pub(crate) server: Target,
    pub(crate) http: reqwest::Client,
    pub(super) scope: Scope,
    own: Option<Own>,
}

/// A server of this case alone.
struct Own {
    handle: ServerHandle,
    folder: tempfile::TempDir,
}

pub(crate) fn config(folder: &Path) -> ServerConfig {
    ServerConfig {
        token: Some(Secret::new(TOKEN.to_owned())),
        allow_private_urls: true,
        ..ServerConfig::local(folder)
    }
}

pub(super) fn client() -> reqwest::Client {
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let builder = if is_shared() {
        builder
    } else {
        builder.no_proxy()
    };
    builder.build().unwrap()
}

impl Service {
    /// The account of the environment, else a server of its own.
    pub(crate) async fn start() -> Self {
        match shared() {
            Some(target) => Self {
                server: target.clone(),
                http: client(),
                scope: Scope::new(),
                own: None,
            },
            None => Self::with(config).await,
        }
    }

    /// A server of its own; `None`, and a word about it, when the environment names an account.
    pub(crate) async fn owned() -> Option<Self> {
        if is_shared() {
            let case = std::thread::current();
            let case = case.name().unwrap_or("a case").to_owned();
            eprintln!("skipped: {case} needs a server of its own");
            return None;
        }
        Some(Self::with(config).await)
    }

    /// As [`Service::start`], with flexible variants switched on.
    pub(crate) async fn flexible() -> Self {
        let service = Self::start().await;
        service.enable_flexible().await;
        service
    }

    /// A server of its own, set up in a way of its own.
    pub(crate) async fn with(config: impl FnOnce(&Path) -> ServerConfig) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let handle = Server::start(config(folder.path())).await.unwrap();
        Self {
            server: Target::of(&handle),
            http: client(),
            scope: Scope::new(),
            own: Some(Own { handle, folder }),
        }
    }

    /// Ends the server; `change` sees the folder before it is served anew.
    pub(crate) async fn restart_after(self, change: impl FnOnce(&Path)) -> Self {
        let Own { handle, folder } = self.own.unwrap();
        handle.shutdown().await;
        change(folder.path());
        let handle = Server::start(config(folder.path())).await.unwrap();
        Self {
            server: Target::of(&handle),
            http: self.http,
            scope: self.scope,
            own: Some(Own { handle, folder }),
        }
    }

    /// The same folder, served anew.
    pub(crate) async fn restart(self) -> Self {
        self.restart_after(|_folder| {}).await
    }

    /// The folder of a server of its own.
    pub(crate) fn folder(&self) -> &Path {
        self.own.as_ref().unwrap().folder.path()
    }

    /// A server of its own, as the program that started it has it.
    pub(crate) fn handle(&self) -> &ServerHandle {
        &self.own.as_ref().unwrap().handle
    }

    /// The records of a server of its own.
    pub(crate) fn records(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.folder().join("library.db")).unwrap()
    }

    /// An id that no other case has.
    pub(crate) fn id(&self, name: &str) -> String {
        format!("{}-{name}", self.scope.prefix)
    }

    /// A variant's name that no other case has.
    pub(crate) fn variant(&self, name: &str) -> String {
        format!("{}{name}", self.scope.prefix)
    }

    /// A text that no other case has.
    pub(crate) fn mark(&self) -> &str {
        &self.scope.prefix
    }

    /// A URL below `/client/v4/accounts/<id>/images`.
    pub(crate) fn images(&self, path: &str) -> String {
        let (base, account) = (self.server.api_base(), self.server.account_id());
        format!("{base}/accounts/{account}/images/{path}")
    }

    /// The API path of an image.
    pub(crate) fn path_of(id: &str) -> String {
        format!("v1/{}", segment(id))
    }

    /// A delivery URL.
    pub(crate) fn delivery(&self, path: &str) -> String {
        let (base, hash) = (self.server.delivery_base(), self.server.account_hash());
        format!("{base}/{hash}/{path}")
    }

    /// Where the file of a reserved id is sent.
    pub(crate) fn upload_url(&self, path: &str) -> String {
        let (base, hash) = (self.server.upload_base(), self.server.account_hash());
        format!("{base}/{hash}/{path}")
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, self.images(path))
            .bearer_auth(&self.server.token)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        send(self.request(Method::DELETE, path)).await
    }

    pub(crate) async fn put(&self, path: &str) -> Answer {
        send(self.request(Method::PUT, path)).await
    }

    pub(crate) async fn post_json(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::POST, path).json(&body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::PATCH, path).json(&body)).await
    }

    pub(crate) async fn upload(&self, form: Form) -> Answer {
        send(self.request(Method::POST, "v1").multipart(form)).await
    }

    /// A body written by hand.
    pub(crate) async fn upload_raw(
        &self,
        content_type: &str,
        body: impl Into<reqwest::Body>,
    ) -> Answer {
        let request = self.request(Method::POST, "v1");
        send(request.header("content-type", content_type).body(body)).await
    }

    /// Uploads a small PNG and returns its id.
    pub(crate) async fn upload_png(&self) -> String {
        self.upload(file_form(png(8, 6), "a.png")).await.image_id()
    }

    /// Uploads bytes and returns the id.
    pub(crate) async fn upload_bytes(&self, bytes: Vec<u8>) -> String {
        self.upload(file_form(bytes, "a")).await.image_id()
    }

    pub(crate) async fn upload_with(&self, fields: &[(&'static str, &str)]) -> Answer {
        let mut form = file_form(png(8, 6), "a.png");
        for (name, text) in fields {
            form = form.text(*name, (*text).to_owned());
        }
        self.upload(form).await
    }

    /// Uploads a small private PNG and returns its id.
    pub(crate) async fn upload_private(&self) -> String {
        let answer = self.upload_with(&[("requireSignedURLs", "true")]).await;
        answer.image_id()
    }

    /// Reserves an id; returns it and the one-time URL.
    pub(crate) async fn reserve(&self, body: Value) -> (String, String) {
        let result = self.post_json("v2/direct_upload", body).await.result();
        let text = |name: &str| result[name].as_str().unwrap().to_owned();
        (text("id"), text("uploadURL"))
    }

    /// Makes a variant under a name of this case; returns the name.
    pub(crate) async fn make_variant(&self, name: &str, options: Value) -> String {
        let id = self.variant(name);
        let body = json!({"id": id, "options": options});
        self.post_json("v1/variants", body).await.result();
        id
    }

    pub(crate) async fn deliver(&self, path: &str) -> Answer {
        send(self.http.get(self.delivery(path))).await
    }
}
