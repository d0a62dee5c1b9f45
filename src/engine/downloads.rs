//! Downloads: originals and renditions saved to a folder, never over a file that is there.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;

use crate::model::{ImageId, Problem};
use crate::transform;

use super::event::Event;
use super::lanes::{Events, blocking};
use super::request::DownloadKind;
use super::session::Session;

/// What a download of a rendition asks for: what every program opens.
const ACCEPT: &str = "image/png,image/jpeg,image/gif";

/// Saves images to a folder, one after the other.
pub(super) async fn download(
    session: Arc<Session>,
    events: Events,
    images: Vec<(ImageId, String)>,
    what: DownloadKind,
    folder: PathBuf,
) {
    let total = images.len();
    let mut saved = 0;
    let mut failed = Vec::new();
    for (id, name) in images {
        events
            .send(Event::Downloading {
                done: saved + failed.len(),
                total,
            })
            .await;
        match save_one(&session, &id, &name, &what, &folder).await {
            Ok(()) => saved += 1,
            Err(problem) => failed.push((name, problem)),
        }
    }
    events
        .send(Event::Downloaded {
            what,
            folder,
            saved,
            failed,
        })
        .await;
}

async fn save_one(
    session: &Session,
    id: &ImageId,
    name: &str,
    what: &DownloadKind,
    folder: &Path,
) -> Result<(), Problem> {
    let bytes = match what {
        DownloadKind::Original => session.originals().bytes(session, id).await?,
        DownloadKind::Variant(variant) => {
            let url = session.delivery_url(id, variant)?;
            let is_private = session
                .client()
                .details(id)
                .await
                .map_err(|error| Problem::from(&error))?
                .require_signed_urls;
            if is_private {
                session.fetch_signed(&url, ACCEPT).await?
            } else {
                let delivered = session
                    .client()
                    .fetch_delivery(&url.to_string(), ACCEPT)
                    .await;
                delivered.map_err(|error| Problem::from(&error))?.bytes
            }
        }
    };
    let (name, folder) = (name.to_owned(), folder.to_owned());
    blocking(move || write_new(&folder, &name, &bytes))
        .await?
        .map_err(|error| {
            Problem::new(format!(
                "A file could not be saved: {}",
                super::problems::io_words(&error)
            ))
            .with_unaffected("Nothing was overwritten")
            .with_hint("Choose another folder, or make room on the disk")
            .retryable(true)
        })
}

/// Writes under a name that is free: `dune.jpg`, `dune (2).jpg`, … The file appears whole.
fn write_new(folder: &Path, name: &str, bytes: &Bytes) -> std::io::Result<()> {
    use std::io::Write as _;

    let (stem, extension) = file_name_parts(name, bytes);
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    for number in 1.. {
        let candidate = if number == 1 {
            format!("{stem}{extension}")
        } else {
            format!("{stem} ({number}){extension}")
        };
        match file.persist_noclobber(folder.join(candidate)) {
            Ok(_) => return Ok(()),
            Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
                file = error.file;
            }
            Err(error) => return Err(error.error),
        }
    }
    Ok(())
}

/// A name that every file system takes, with the ending that the bytes ask for.
fn file_name_parts(name: &str, bytes: &[u8]) -> (String, String) {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let safe: String = last
        .chars()
        .map(|c| {
            if c.is_control() || matches!(c, ':' | '*' | '?' | '"' | '<' | '>' | '|') {
                '_'
            } else {
                c
            }
        })
        .collect();
    let safe = safe.trim_matches(['.', ' ']);
    let (stem, extension) = match safe.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && extension.len() <= 5 => (stem, extension),
        _ => (safe, ""),
    };
    let extension = match transform::probe(bytes) {
        // `jpeg`, `JPG` and the like are right as they are.
        Ok(facts) if is_extension_of(facts.format, extension) => extension.to_owned(),
        Ok(facts) => facts.format.extension().to_owned(),
        Err(_) => extension.to_owned(),
    };
    // 255 bytes is what common file systems take; room is left for a number.
    let mut stem = if stem.is_empty() { "image" } else { stem }.to_owned();
    while stem.len() > 200 {
        stem.pop();
    }
    (
        stem,
        if extension.is_empty() {
            String::new()
        } else {
            format!(".{extension}")
        },
    )
}

/// Whether an ending of a file name stands for a format.
fn is_extension_of(format: transform::Format, extension: &str) -> bool {
    extension.eq_ignore_ascii_case(format.extension())
        || (format == transform::Format::Jpeg && extension.eq_ignore_ascii_case("jpeg"))
        || (format == transform::Format::Heic && extension.eq_ignore_ascii_case("heif"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_download_never_overwrites_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let bytes = Bytes::from_static(b"text");
        for _ in 0..3 {
            write_new(folder.path(), "../a/dune.txt", &bytes).unwrap();
        }
        let mut names: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        assert_eq!(names, ["dune (2).txt", "dune (3).txt", "dune.txt"]);
    }

    #[test]
    fn a_name_from_a_server_cannot_leave_the_folder() {
        assert_eq!(
            file_name_parts("../../etc/passwd", b""),
            ("passwd".to_owned(), String::new())
        );
        assert_eq!(file_name_parts("..", b"").0, "image");
        assert_eq!(file_name_parts("a:b?.png", b"").0, "a_b_");
    }
}
