//! The contract of the service, over real HTTP, as any client meets it.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails where the test would"
)]

mod account;
mod auth;
mod delivery;
mod direct_upload;
mod durability;
mod faults;
mod hostile;
mod images;
mod rate_limit;
mod tokens;
mod upload;
mod upload_url;
mod variants;

use std::io::Cursor;

use lenticular::model::Secret;
use lenticular::server::{Server, ServerConfig, ServerHandle};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;

const TOKEN: &str = "test-token_0123456789";

/// A running library and a client that knows its token.
struct Service {
    server: ServerHandle,
    http: reqwest::Client,
    folder: tempfile::TempDir,
}

/// An answer, read to its end.
#[derive(Debug)]
struct Answer {
    status: u16,
    headers: reqwest::header::HeaderMap,
    body: Vec<u8>,
}

impl Service {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start(config(folder.path())).await.unwrap();
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self {
            server,
            http,
            folder,
        }
    }

    /// The same folder, served anew.
    async fn restart(self) -> Self {
        let Self {
            server,
            http,
            folder,
        } = self;
        server.shutdown().await;
        let server = Server::start(config(folder.path())).await.unwrap();
        Self {
            server,
            http,
            folder,
        }
    }

    /// A URL below `/client/v4/accounts/<id>/images`.
    fn images(&self, path: &str) -> String {
        let (base, account) = (self.server.api_base(), self.server.account_id());
        format!("{base}/accounts/{account}/images/{path}")
    }

    /// A delivery URL.
    fn delivery(&self, path: &str) -> String {
        let (base, hash) = (self.server.delivery_base(), self.server.account_hash());
        format!("{base}/{hash}/{path}")
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, self.images(path))
            .bearer_auth(TOKEN)
    }

    async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    async fn delete(&self, path: &str) -> Answer {
        send(self.request(Method::DELETE, path)).await
    }

    async fn put(&self, path: &str) -> Answer {
        send(self.request(Method::PUT, path)).await
    }

    async fn post_json(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::POST, path).json(&body)).await
    }

    async fn patch(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::PATCH, path).json(&body)).await
    }

    async fn upload(&self, form: Form) -> Answer {
        send(self.request(Method::POST, "v1").multipart(form)).await
    }

    /// A body written by hand.
    async fn upload_raw(&self, content_type: &str, body: impl Into<reqwest::Body>) -> Answer {
        let request = self.request(Method::POST, "v1");
        send(request.header("content-type", content_type).body(body)).await
    }

    /// Uploads a small PNG and returns its id.
    async fn upload_png(&self) -> String {
        self.upload(file_form(png(8, 6), "a.png")).await.image_id()
    }

    async fn upload_with(&self, fields: &[(&'static str, &str)]) -> Answer {
        let mut form = file_form(png(8, 6), "a.png");
        for (name, text) in fields {
            form = form.text(*name, (*text).to_owned());
        }
        self.upload(form).await
    }

    async fn deliver(&self, path: &str) -> Answer {
        send(self.http.get(self.delivery(path))).await
    }

    async fn enable_flexible(&self) {
        let answer = self
            .patch("v1/config", serde_json::json!({"flexible_variants": true}))
            .await;
        answer.result();
    }
}

fn config(folder: &std::path::Path) -> ServerConfig {
    ServerConfig {
        token: Some(Secret::new(TOKEN.to_owned())),
        allow_private_urls: true,
        ..ServerConfig::local(folder)
    }
}

async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let body = response.bytes().await.unwrap().to_vec();
    Answer {
        status,
        headers,
        body,
    }
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/json", "{self:?}");
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The result of a success.
    #[track_caller]
    fn result(&self) -> Value {
        let mut envelope = self.json();
        assert_eq!(self.status, StatusCode::OK.as_u16(), "{envelope}");
        assert_eq!(envelope["success"], true);
        assert_eq!(envelope["errors"], serde_json::json!([]));
        assert!(envelope["messages"].is_array());
        envelope["result"].take()
    }

    #[track_caller]
    fn image_id(&self) -> String {
        self.result()["id"].as_str().unwrap().to_owned()
    }

    /// A failure in the envelope; returns the message.
    #[track_caller]
    fn refused(&self, status: u16, code: u32) -> String {
        let envelope = self.json();
        assert_eq!(
            (self.status, &envelope["errors"][0]["code"]),
            (status, &Value::from(code)),
            "{envelope}"
        );
        assert_eq!(envelope["success"], false);
        assert_eq!(envelope["result"], Value::Null);
        assert_eq!(envelope["messages"], serde_json::json!([]));
        let message = envelope["errors"][0]["message"].as_str().unwrap();
        assert!(!message.contains(TOKEN));
        message.to_owned()
    }

    /// A failure in one line of text; returns the line.
    #[track_caller]
    fn refused_in_text(&self, status: u16, code: u32) -> String {
        assert!(self.header("content-type").starts_with("text/plain"));
        assert_eq!(self.status, status, "{}", self.text());
        let start = format!("ERROR {code}: ");
        assert!(self.text().starts_with(&start), "{}", self.text());
        self.text().to_owned()
    }

    /// Width and height of the picture in the body.
    #[track_caller]
    fn picture_size(&self) -> (u32, u32) {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.body));
        let picture = image::load_from_memory(&self.body).unwrap();
        (picture.width(), picture.height())
    }
}

/// A picture with different corners.
fn picture(width: u32, height: u32) -> image::RgbImage {
    image::RgbImage::from_fn(width, height, |x, y| {
        let part = |at: u32, of: u32| u8::try_from(at * 255 / of.max(1)).unwrap();
        image::Rgb([part(x, width), part(y, height), 128])
    })
}

fn encoded(width: u32, height: u32, format: image::ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture(width, height).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn png(width: u32, height: u32) -> Vec<u8> {
    encoded(width, height, image::ImageFormat::Png)
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    encoded(width, height, image::ImageFormat::Jpeg)
}

fn file_form(bytes: Vec<u8>, name: &str) -> Form {
    Form::new().part("file", Part::bytes(bytes).file_name(name.to_owned()))
}

/// One part of a form as it stands on the wire.
fn raw_part(head: &str, body: &[u8]) -> Vec<u8> {
    let mut part = format!("--b\r\n{head}\r\n\r\n").into_bytes();
    part.extend_from_slice(body);
    part.extend_from_slice(b"\r\n");
    part
}

fn raw_form(parts: &[Vec<u8>]) -> Vec<u8> {
    let mut form = parts.concat();
    form.extend_from_slice(b"--b--\r\n");
    form
}

const RAW: &str = "multipart/form-data; boundary=b";
