//! The contract of the service, over real HTTP, as any client meets it.
//!
//! Without anything set, each case starts a server of its own in this process, on an empty folder.
//! With `LENTICULAR_TEST_API` and the variables beside it (see `tests/README.md`), the same cases run
//! against that account: they use ids of their own, tell nothing about what else is there, and
//! delete what they made. What needs to own the server (its folder, its restart, a switch of the
//! whole account) says so with [`Service::owned`] and is skipped there.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails where the test would"
)]

mod access;
mod account;
mod answer;
mod auth;
mod batch;
mod caching;
mod changes;
mod choosing;
mod crowds;
mod direct_upload;
mod durability;
mod effects;
mod endpoint;
mod envelope;
mod faults;
mod filters;
mod formats;
mod hints;
mod hostile;
mod ids;
mod images;
mod keys;
mod library;
mod lists;
mod metadata;
mod options;
mod pictures;
mod rate_limit;
mod routing;
mod scope;
mod signed;
mod target;
mod tokens;
mod upload;
mod upload_forms;
mod upload_limits;
mod upload_link;
mod upload_url;
mod variants;

pub(crate) use answer::{Answer, send};
pub(crate) use endpoint::{Service, TOKEN, config, delivered, segment};
pub(crate) use pictures::{
    SVG, animated_gif, encoded, file_form, gray_jpeg, half_transparent, jpeg, picture, png,
    with_exif,
};
pub(crate) use target::token;

/// One part of a form as it stands on the wire.
pub(crate) fn raw_part(head: &str, body: &[u8]) -> Vec<u8> {
    let mut part = format!("--b\r\n{head}\r\n\r\n").into_bytes();
    part.extend_from_slice(body);
    part.extend_from_slice(b"\r\n");
    part
}

/// Parts and the closing line.
pub(crate) fn raw_form(parts: &[Vec<u8>]) -> Vec<u8> {
    let mut form = parts.concat();
    form.extend_from_slice(b"--b--\r\n");
    form
}

/// The content type of [`raw_form`].
pub(crate) const RAW: &str = "multipart/form-data; boundary=b";

/// The head of a part named `file`.
pub(crate) const FILE: &str = "Content-Disposition: form-data; name=\"file\"; filename=\"a.png\"";

/// A text field as it stands on the wire.
pub(crate) fn raw_field(name: &str, text: &str) -> Vec<u8> {
    let head = format!("Content-Disposition: form-data; name=\"{name}\"");
    raw_part(&head, text.as_bytes())
}

/// A document without the list of its variants: other cases make and delete variants meanwhile.
pub(crate) fn without_variants(mut image: serde_json::Value) -> serde_json::Value {
    image.as_object_mut().unwrap().remove("variants");
    image
}
