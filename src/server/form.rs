//! Forms as clients really send them.
//!
//! The file may come before the fields that speak about it, with or without a name or a type; all
//! other parts are text. Metadata may be one JSON text or many fields (`metadata[a][b]`,
//! `metadata.a.b`, `metadata[list][]`). Nothing but the file is held in memory or on disk beyond
//! small limits.

use std::sync::atomic::Ordering;

use bytes::Bytes;
use http::{HeaderMap, header};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::body::{BodyError, RequestBody};
use super::error::{Answer, Refusal};
use super::library::{LibraryError, blocking};
use crate::blobs::{Arrived, Blobs, Incoming};
use crate::model::{ByteSize, ImageId, Metadata};

/// More parts than this are no form that a client of this API sends.
const MAX_PARTS: usize = 1000;
/// The longest text of one field.
const MAX_FIELD_BYTES: usize = 64 * 1024;
/// All that comes with a file: other fields, part headers, padding.
const MAX_OTHER_BYTES: u64 = 2 * 1024 * 1024;
/// What may stand before a part's content: preamble, boundary, part headers.
const MAX_PART_HEAD_BYTES: usize = 64 * 1024;
/// How much of a file is gathered before it is written.
const WRITE_BYTES: usize = 256 * 1024;
/// A request that announces more than this is not looked at.
const MAX_DECLARED_BYTES: u64 = 100 * 1024 * 1024;

/// What a form held.
#[derive(Default)]
pub(super) struct Form {
    pub(super) file: Option<FormFile>,
    fields: Vec<(String, String)>,
}

/// The uploaded file of a form.
pub(super) struct FormFile {
    pub(super) name: Option<String>,
    pub(super) arrived: Arrived,
}

/// The fields that an upload or a reservation may have.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub(super) id: Option<ImageId>,
    pub(super) url: Option<String>,
    pub(super) metadata: Metadata,
    pub(super) require_signed_urls: bool,
    pub(super) creator: Option<String>,
    pub(super) expiry: Option<Timestamp>,
}

/// The boundary, when the content type is `multipart/form-data`.
pub(super) fn boundary(headers: &HeaderMap) -> Answer<Option<String>> {
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(value.as_bytes());
    let mut parameters = text.split(';').map(str::trim);
    let media_type = parameters.next().unwrap_or_default();
    if !media_type.eq_ignore_ascii_case("multipart/form-data") {
        return Ok(None);
    }
    parameters
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("boundary"))
        .map(|(_, boundary)| boundary.trim().trim_matches('"').to_owned())
        .filter(|boundary| (1..=200).contains(&boundary.len()))
        .map(Some)
        .ok_or_else(Refusal::broken_body)
}

/// Reads a form to its end. The part `file` goes to `files`, if that is given; else it is passed
/// over like every part that no upload has.
pub(super) async fn read_form(
    body: &mut RequestBody,
    boundary: String,
    files: Option<&Blobs>,
) -> Answer<Form> {
    if body
        .declared_bytes()
        .is_some_and(|len| len > MAX_DECLARED_BYTES)
    {
        return Err(Refusal::request_too_large());
    }
    let (stream, held) = body.stream(MAX_PART_HEAD_BYTES);
    let limits = multer::SizeLimit::new()
        .whole_stream(ByteSize::UPLOAD_LIMIT.0 + MAX_OTHER_BYTES + 64 * 1024);
    let constraints = multer::Constraints::new().size_limit(limits);
    let mut parts = multer::Multipart::with_constraints(stream, boundary, constraints);
    let mut form = Form::default();
    let mut count = 0;
    let mut other_bytes = 0;
    while let Some(mut part) = parts.next_field().await.map_err(refusal)? {
        count += 1;
        if count > MAX_PARTS {
            return Err(Refusal::bad_request("the form has too many parts"));
        }
        let name = part.name().unwrap_or_default().to_owned();
        if name == "file"
            && let Some(blobs) = files
        {
            if form.file.is_some() {
                return Err(Refusal::bad_request("there is more than one file"));
            }
            let file_name = file_name(part.headers());
            let mut writer = FileWriter::new(blobs).await?;
            loop {
                held.store(0, Ordering::Relaxed);
                let Some(chunk) = part.chunk().await.map_err(refusal)? else {
                    break;
                };
                writer.take(&chunk).await?;
            }
            form.file = Some(FormFile {
                name: file_name,
                arrived: writer.finish().await?,
            });
        } else {
            let is_wanted = is_known(&name);
            let mut text = Vec::new();
            loop {
                held.store(0, Ordering::Relaxed);
                let Some(chunk) = part.chunk().await.map_err(refusal)? else {
                    break;
                };
                other_bytes += chunk.len() as u64;
                if other_bytes > MAX_OTHER_BYTES {
                    return Err(Refusal::request_too_large());
                }
                if is_wanted && text.len() + chunk.len() > MAX_FIELD_BYTES {
                    return Err(Refusal::bad_request(format_args!("{name} is too long")));
                }
                if is_wanted {
                    text.extend_from_slice(&chunk);
                }
            }
            if is_wanted {
                let text = String::from_utf8(text)
                    .map_err(|_| Refusal::bad_request(format_args!("{name} is not UTF-8")))?;
                form.fields.push((name, text));
            }
        }
        held.store(0, Ordering::Relaxed);
    }
    drop(parts);
    // What follows the closing line is nothing to us, but it has to be out of the way before the
    // next request on this connection.
    Ok(form)
}

fn is_known(name: &str) -> bool {
    matches!(
        name,
        "id" | "url" | "creator" | "expiry" | "requireSignedURLs"
    ) || name.starts_with("metadata")
}

fn refusal(error: multer::Error) -> Refusal {
    match error {
        multer::Error::StreamReadFailed(source) => source
            .downcast_ref::<BodyError>()
            .map_or_else(Refusal::broken_body, |error| (*error).into()),
        multer::Error::StreamSizeExceeded { .. } => Refusal::request_too_large(),
        _ => Refusal::broken_body(),
    }
}

/// Writes a file as it arrives, in few large pieces, on the blocking pool.
struct FileWriter {
    incoming: Option<Incoming>,
    gathered: Vec<u8>,
    size: u64,
}

impl FileWriter {
    async fn new(blobs: &Blobs) -> Answer<Self> {
        let blobs = blobs.clone();
        let incoming = blocking(move || blobs.receive())
            .await?
            .map_err(LibraryError::Bytes)?;
        Ok(Self {
            incoming: Some(incoming),
            gathered: Vec::new(),
            size: 0,
        })
    }

    async fn take(&mut self, chunk: &[u8]) -> Answer<()> {
        self.size += chunk.len() as u64;
        if self.size > ByteSize::UPLOAD_LIMIT.0 {
            return Err(Refusal::image_too_large());
        }
        self.gathered.extend_from_slice(chunk);
        if self.gathered.len() >= WRITE_BYTES {
            self.write().await?;
        }
        Ok(())
    }

    async fn write(&mut self) -> Answer<()> {
        let mut incoming = self.incoming.take().expect("given back after each write");
        let mut gathered = std::mem::take(&mut self.gathered);
        let (incoming, gathered) = blocking(move || {
            incoming.write(&gathered)?;
            gathered.clear();
            Ok((incoming, gathered))
        })
        .await?
        .map_err(LibraryError::Bytes)?;
        self.incoming = Some(incoming);
        self.gathered = gathered;
        Ok(())
    }

    async fn finish(mut self) -> Answer<Arrived> {
        self.write().await?;
        Ok(self.incoming.expect("given back after each write").finish())
    }
}

/// Writes what a stream of pieces gives, up to the limit of a file.
pub(super) async fn receive_file<F>(blobs: &Blobs, mut next: impl FnMut() -> F) -> Answer<Arrived>
where
    F: Future<Output = Answer<Option<Bytes>>>,
{
    let mut writer = FileWriter::new(blobs).await?;
    while let Some(chunk) = next().await? {
        writer.take(&chunk).await?;
    }
    writer.finish().await
}

/// The name of an uploaded file: `filename*` (RFC 5987) before `filename`, without folders, at
/// most 255 characters.
fn file_name(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_DISPOSITION)?;
    let text = String::from_utf8_lossy(value.as_bytes());
    let mut plain = None;
    let mut extended = None;
    for parameter in disposition_parameters(&text) {
        let Some((name, value)) = parameter.split_once('=') else {
            continue;
        };
        let (name, value) = (name.trim(), value.trim());
        if name.eq_ignore_ascii_case("filename*") {
            extended = value.splitn(3, '\'').nth(2).map(|encoded| {
                percent_encoding::percent_decode_str(encoded)
                    .decode_utf8_lossy()
                    .into_owned()
            });
        } else if name.eq_ignore_ascii_case("filename") {
            plain = Some(unquoted(value));
        }
    }
    clean_file_name(&extended.or(plain)?)
}

/// A name as it is stored; `None` when nothing is left of it.
pub(super) fn clean_file_name(name: &str) -> Option<String> {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let base: String = base.chars().filter(|c| !c.is_control()).take(255).collect();
    (!base.is_empty()).then_some(base)
}

/// Splits at semicolons that stand outside of quotes.
fn disposition_parameters(text: &str) -> Vec<&str> {
    let mut parameters = Vec::new();
    let (mut start, mut is_quoted, mut is_escaped) = (0, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            ';' if !is_quoted => {
                parameters.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parameters.push(&text[start..]);
    parameters
}

/// Browsers write `"` as `%22` and line breaks as `%0D%0A`; older clients escape with `\`.
fn unquoted(value: &str) -> String {
    let inner = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(value);
    inner
        .replace("\\\"", "\"")
        .replace("%22", "\"")
        .replace("%0D", "\r")
        .replace("%0A", "\n")
}

impl Form {
    /// The fields of a urlencoded body.
    pub(super) fn from_urlencoded(body: &[u8]) -> Self {
        let fields = url::form_urlencoded::parse(body)
            .filter(|(name, _)| is_known(name))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        Self { file: None, fields }
    }

    /// Reads the fields' texts. An empty field is one that was not given.
    pub(super) fn fields(&self) -> Answer<Fields> {
        let mut fields = Fields::default();
        let mut tree = Map::new();
        for (name, text) in &self.fields {
            match name.as_str() {
                _ if text.is_empty() => {}
                "id" => fields.id = Some(custom_id(text)?),
                "url" => fields.url = Some(text.clone()),
                "creator" => fields.creator = Some(creator(text)?),
                "requireSignedURLs" => fields.require_signed_urls = boolean(text)?,
                "expiry" => fields.expiry = Some(expiry(text)?),
                "metadata" => fields.metadata = metadata_from_text(text)?,
                name => {
                    if let Some(path) = metadata_path(name) {
                        put(&mut tree, &path, text);
                    }
                }
            }
        }
        if !tree.is_empty() {
            fields.metadata = metadata_from_object(tree)?;
        }
        fields.check()
    }
}

impl Fields {
    /// Reads a JSON body. A field that is `null` is one that was not given.
    pub(super) fn from_json(body: &[u8]) -> Answer<Self> {
        let object = json_object(body)?;
        let mut fields = Self::default();
        for (name, value) in object {
            if value.is_null() {
                continue;
            }
            match name.as_str() {
                "id" => {
                    let text = text_of(&name, &value)?;
                    if !text.is_empty() {
                        fields.id = Some(custom_id(text)?);
                    }
                }
                "creator" => {
                    let text = text_of(&name, &value)?;
                    fields.creator = Some(creator(text)?).filter(|text| !text.is_empty());
                }
                "requireSignedURLs" => fields.require_signed_urls = boolean_of(&value)?,
                "expiry" => fields.expiry = Some(expiry(text_of(&name, &value)?)?),
                "metadata" => fields.metadata = metadata_of(value)?,
                _ => {}
            }
        }
        fields.check()
    }

    /// Custom ids exclude signed URLs.
    fn check(self) -> Answer<Self> {
        if self.id.is_some() && self.require_signed_urls {
            return Err(Refusal::custom_id_and_private());
        }
        Ok(self)
    }
}

/// Reads a JSON object.
pub(super) fn json_object(body: &[u8]) -> Answer<Map<String, Value>> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Refusal::bad_request("the body must be a JSON object")),
        Err(error) => Err(Refusal::bad_request(format_args!(
            "the body is not valid JSON: {error}"
        ))),
    }
}

pub(super) fn text_of<'v>(name: &str, value: &'v Value) -> Answer<&'v str> {
    value
        .as_str()
        .ok_or_else(|| Refusal::bad_request(format_args!("{name} must be a string")))
}

pub(super) fn boolean_of(value: &Value) -> Answer<bool> {
    match value {
        Value::Bool(value) => Ok(*value),
        Value::String(text) => boolean(text),
        _ => Err(not_boolean()),
    }
}

/// An object, or a text that holds one.
pub(super) fn metadata_of(value: Value) -> Answer<Metadata> {
    match value {
        Value::Object(object) => metadata_from_object(object),
        Value::String(text) => metadata_from_text(&text),
        _ => Err(not_an_object()),
    }
}

pub(super) fn creator(text: &str) -> Answer<String> {
    if text.chars().count() > 1024 {
        return Err(Refusal::bad_request(
            "creator must not exceed 1024 characters",
        ));
    }
    Ok(text.to_owned())
}

fn boolean(text: &str) -> Answer<bool> {
    if text.eq_ignore_ascii_case("true") {
        Ok(true)
    } else if text.eq_ignore_ascii_case("false") {
        Ok(false)
    } else {
        Err(not_boolean())
    }
}

fn not_boolean() -> Refusal {
    Refusal::bad_request("requireSignedURLs must be true or false")
}

fn not_an_object() -> Refusal {
    Refusal::bad_request("metadata must be a JSON object")
}

fn expiry(text: &str) -> Answer<Timestamp> {
    text.trim()
        .parse()
        .map_err(|_| Refusal::bad_request("expiry must be a time as in RFC 3339"))
}

fn custom_id(text: &str) -> Answer<ImageId> {
    use crate::model::ImageIdError;
    ImageId::custom(text).map_err(|error| match error {
        ImageIdError::Uuid => Refusal::invalid_id("Must not be UUID"),
        other => Refusal::invalid_id(other),
    })
}

fn metadata_from_text(text: &str) -> Answer<Metadata> {
    use crate::model::MetadataError;
    // The bytes as received count, spaces included.
    if text.len() > Metadata::MAX_BYTES {
        return Err(metadata_too_long());
    }
    Metadata::parse(text).map_err(|error| match error {
        MetadataError::TooLong(_) => metadata_too_long(),
        _ => not_an_object(),
    })
}

fn metadata_from_object(object: Map<String, Value>) -> Answer<Metadata> {
    let metadata = Metadata::from_object(object);
    metadata.check().map_err(|_| metadata_too_long())?;
    Ok(metadata)
}

fn metadata_too_long() -> Refusal {
    Refusal::bad_request("metadata must not exceed 1024 bytes")
}

/// `metadata[a][b]` and `metadata.a.b` as `["a", "b"]`; an empty name is a list's next place.
fn metadata_path(name: &str) -> Option<Vec<&str>> {
    let rest = name.strip_prefix("metadata")?;
    let mut path = Vec::new();
    if let Some(dotted) = rest.strip_prefix('.') {
        for name in dotted.split('.') {
            match name.strip_suffix("[]") {
                Some(list) => path.extend([list, ""]),
                None => path.push(name),
            }
        }
    } else {
        let inner = rest.strip_prefix('[')?.strip_suffix(']')?;
        path.extend(inner.split("]["));
    }
    // A kilobyte of metadata has no use for more.
    (path.len() <= 32 && path.first().is_some_and(|first| !first.is_empty())).then_some(path)
}

/// Puts a text where the path leads; what was of another shape there gives way.
fn put(object: &mut Map<String, Value>, path: &[&str], text: &str) {
    let Some((name, rest)) = path.split_first() else {
        return;
    };
    let place = object.entry(*name).or_insert(Value::Null);
    put_value(place, rest, text);
}

fn put_value(place: &mut Value, path: &[&str], text: &str) {
    match path.split_first() {
        None => *place = Value::String(text.to_owned()),
        Some((&"", rest)) => {
            if !place.is_array() {
                *place = Value::Array(Vec::new());
            }
            if let Value::Array(list) = place {
                let mut value = Value::Null;
                put_value(&mut value, rest, text);
                list.push(value);
            }
        }
        Some(_) => {
            if !place.is_object() {
                *place = Value::Object(Map::new());
            }
            if let Value::Object(object) = place {
                put(object, path, text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: &[(&str, &str)]) -> Form {
        Form {
            file: None,
            fields: fields
                .iter()
                .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
                .collect(),
        }
    }

    #[test]
    fn metadata_in_many_fields_is_one_object() {
        let brackets = form(&[
            ("metadata[role]", "a"),
            ("metadata[d][x][y]", "1"),
            ("metadata[l][]", "p"),
            ("metadata[l][]", "q"),
        ]);
        let dots = form(&[
            ("metadata.role", "a"),
            ("metadata.d.x.y", "1"),
            ("metadata.l[]", "p"),
            ("metadata.l[]", "q"),
        ]);
        let expected = r#"{"role":"a","d":{"x":{"y":"1"}},"l":["p","q"]}"#;
        assert_eq!(brackets.fields().unwrap().metadata.to_string(), expected);
        assert_eq!(dots.fields().unwrap().metadata.to_string(), expected);
    }

    #[test]
    fn a_file_name_is_read_in_every_spelling() {
        let name = |value: &str| {
            let mut headers = HeaderMap::new();
            let value = http::HeaderValue::from_bytes(value.as_bytes()).unwrap();
            headers.insert(header::CONTENT_DISPOSITION, value);
            file_name(&headers)
        };
        assert_eq!(
            name(r#"form-data; name="file"; filename="a;b.png""#).as_deref(),
            Some("a;b.png")
        );
        assert_eq!(
            name(r#"form-data; name="file"; filename=a.png"#).as_deref(),
            Some("a.png")
        );
        assert_eq!(
            name(r#"form-data; name="file"; filename="w%22x.png""#).as_deref(),
            Some("w\"x.png")
        );
        assert_eq!(
            name("form-data; name=\"file\"; filename=\"写真.png\"").as_deref(),
            Some("写真.png")
        );
        assert_eq!(
            name("form-data; name=\"file\"; filename=\"x\"; filename*=utf-8''%E5%86%99.png")
                .as_deref(),
            Some("写.png")
        );
        assert_eq!(
            name(r#"form-data; name="file"; filename="C:\dir\a.png""#).as_deref(),
            Some("a.png")
        );
        assert_eq!(name(r#"form-data; name="file""#), None);
        assert_eq!(name(r#"form-data; name="file"; filename="""#), None);
    }

    #[test]
    fn a_boundary_is_found_with_and_without_space_and_quotes() {
        let of = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, value.parse().unwrap());
            boundary(&headers)
        };
        assert_eq!(
            of("multipart/form-data;boundary=a=b").unwrap().as_deref(),
            Some("a=b")
        );
        assert_eq!(
            of("Multipart/Form-Data; charset=utf-8; Boundary=\"x y\"")
                .unwrap()
                .as_deref(),
            Some("x y")
        );
        assert_eq!(of("image/png").unwrap(), None);
        assert_eq!(of("multipart/form-data").unwrap_err().code, 5450);
    }
}
