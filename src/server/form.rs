//! Forms as clients really send them.
//!
//! The file may come before the fields that speak about it, with or without a name or a type; all
//! other parts are text. The file goes to the disk as it comes; everything else has small limits.

use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use futures_util::Stream;
use http::{HeaderMap, header};

use super::body::{BodyError, RequestBody};
use super::error::{Answer, Refusal};
use super::fields::{Fields, is_known};
use super::library::{LibraryError, blocking};
use crate::blobs::{Arrived, Blobs, Incoming};
use crate::model::ByteSize;

/// More parts than this are no form that a client of this API sends.
const MAX_PARTS: usize = 1000;
/// The longest text of one field.
const MAX_FIELD_BYTES: usize = 64 * 1024;
/// All that comes with a file: other fields, part headers, padding.
const MAX_OTHER_BYTES: u64 = 2 * 1024 * 1024;
/// What may be read before a part's content begins: preamble, boundary, part headers, and what came
/// along in the same reads, of which each may be 400 KB.
const MAX_PART_HEAD_BYTES: usize = 1024 * 1024;
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
    read_parts(stream, &held, boundary, files).await
}

/// Reads the parts from a stream; `held` counts the bytes that came since it was last set to zero.
pub(super) async fn read_parts(
    stream: impl Stream<Item = Result<Bytes, BodyError>> + Send,
    held: &AtomicUsize,
    boundary: String,
    files: Option<&Blobs>,
) -> Answer<Form> {
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
            let mut writer = FileWriter::new(blobs);
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
                let text = String::from_utf8(text).map_err(|_not_text| {
                    Refusal::bad_request(format_args!("{name} is not UTF-8"))
                })?;
                form.fields.push((name, text));
            }
        }
        held.store(0, Ordering::Relaxed);
    }
    Ok(form)
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

/// Writes a file as it arrives, in few large pieces, on the blocking pool. A file of one piece is
/// written when it is complete, and stays in memory for whoever looks at it next.
struct FileWriter {
    blobs: Blobs,
    /// `None` until the first piece is written.
    incoming: Option<Incoming>,
    gathered: Vec<u8>,
    size: u64,
}

impl FileWriter {
    fn new(blobs: &Blobs) -> Self {
        Self {
            blobs: blobs.clone(),
            incoming: None,
            gathered: Vec::new(),
            size: 0,
        }
    }

    async fn take(&mut self, chunk: &[u8]) -> Answer<()> {
        self.size += chunk.len() as u64;
        if self.size > ByteSize::UPLOAD_LIMIT.0 {
            return Err(Refusal::image_too_large());
        }
        self.gathered.extend_from_slice(chunk);
        if self.gathered.len() >= WRITE_BYTES {
            let (incoming, mut gathered) = self.write().await?;
            gathered.clear();
            self.incoming = Some(incoming);
            self.gathered = gathered;
        }
        Ok(())
    }

    /// Writes what has gathered, and gives it back.
    async fn write(&mut self) -> Answer<(Incoming, Vec<u8>)> {
        let (blobs, incoming) = (self.blobs.clone(), self.incoming.take());
        let gathered = std::mem::take(&mut self.gathered);
        let write = move || {
            let mut incoming = match incoming {
                Some(incoming) => incoming,
                None => blobs.receive()?,
            };
            incoming.write(&gathered)?;
            Ok((incoming, gathered))
        };
        Ok(blocking(write).await?.map_err(LibraryError::Bytes)?)
    }

    async fn finish(mut self) -> Answer<Arrived> {
        let is_one_piece = self.incoming.is_none();
        let (incoming, gathered) = self.write().await?;
        let arrived = incoming.finish();
        Ok(if is_one_piece {
            arrived.held(gathered)
        } else {
            arrived
        })
    }
}

/// Writes what a stream of pieces gives, up to the limit of a file.
pub(super) async fn receive_file<F>(blobs: &Blobs, mut next: impl FnMut() -> F) -> Answer<Arrived>
where
    F: Future<Output = Answer<Option<Bytes>>>,
{
    let mut writer = FileWriter::new(blobs);
    while let Some(chunk) = next().await? {
        writer.take(&chunk).await?;
    }
    writer.finish().await
}

/// The name of an uploaded file: `filename*` (RFC 5987) before `filename`, without folders, at
/// most 255 characters.
pub(super) fn file_name(headers: &HeaderMap) -> Option<String> {
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

    /// What the fields say.
    pub(super) fn fields(&self) -> Answer<Fields> {
        Fields::from_texts(&self.fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
