//! What a paste holds: files, web addresses, or a picture.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder as _};
use url::Url;

use crate::model::PixelSize;

/// A text from the clipboard, read as what may be uploaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pasted {
    /// Files and folders on this computer.
    pub files: Vec<PathBuf>,
    /// Web addresses.
    pub urls: Vec<String>,
    /// Whether there is also text that is neither; it is never uploaded.
    pub other: bool,
}

/// Reads a pasted text line by line: `file://` addresses, absolute paths that exist, and web
/// addresses.
#[must_use]
pub fn parse_paste(text: &str) -> Pasted {
    let mut pasted = Pasted::default();
    // GNOME's file manager puts its own words before the addresses.
    let is_from_files = text.contains("file://");
    let file_manager_words = ["x-special/nautilus-clipboard", "copy", "cut"];
    for line in text.lines().map(str::trim) {
        let is_comment = line.is_empty() || line.starts_with('#');
        if is_comment || (is_from_files && file_manager_words.contains(&line)) {
            continue;
        }
        if let Some(path) = existing_path(line) {
            pasted.files.push(path);
            continue;
        }
        match Url::parse(line) {
            Ok(url) if url.scheme() == "file" => match url.to_file_path() {
                Ok(path) => pasted.files.push(path),
                // On another computer.
                Err(()) => pasted.other = true,
            },
            Ok(url) if is_web(&url) && !line.contains(char::is_whitespace) => {
                pasted.urls.push(line.to_owned());
            }
            _ => pasted.other = true,
        }
    }
    pasted
}

fn existing_path(line: &str) -> Option<PathBuf> {
    let unquoted = line
        .strip_prefix(['"', '\''])
        .and_then(|rest| rest.strip_suffix(['"', '\'']))
        .unwrap_or(line);
    let path = Path::new(unquoted);
    (path.is_absolute() && path.exists()).then(|| path.to_owned())
}

/// Whether an address is one that a service can fetch.
pub(super) fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host()
}

/// Why a pasted picture could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// The bytes do not make up a picture of that size.
    #[error("the clipboard holds a picture of {size} with {bytes} bytes")]
    Shape {
        /// The size that was said.
        size: PixelSize,
        /// The bytes that came with it.
        bytes: usize,
    },
    /// It could not be written as PNG.
    #[error("the picture could not be written as PNG")]
    Encode(#[source] image::ImageError),
    /// The staging folder could not be written.
    #[error("the picture could not be kept until it is uploaded")]
    Write(#[source] std::io::Error),
}

/// Keeps a pasted picture as a PNG in the staging folder until it is uploaded.
///
/// `rgba`: row-major, `len = width * height * 4`. When this returns, the file is on the disk:
/// the journal may promise it.
///
/// # Errors
/// [`StageError`].
pub fn stage_png(folder: &Path, size: PixelSize, rgba: &[u8]) -> Result<PathBuf, StageError> {
    if size.is_empty() || size.area().saturating_mul(4) != rgba.len() as u64 {
        return Err(StageError::Shape {
            size,
            bytes: rgba.len(),
        });
    }
    let mut png = Vec::new();
    PngEncoder::new_with_quality(&mut png, CompressionType::Default, FilterType::Adaptive)
        .write_image(rgba, size.width, size.height, ExtendedColorType::Rgba8)
        .map_err(StageError::Encode)?;
    let keep = || -> std::io::Result<PathBuf> {
        std::fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new()
            .prefix("pasted-")
            .suffix(".png")
            .tempfile_in(folder)?;
        file.write_all(&png)?;
        file.as_file().sync_all()?;
        let (_file, path) = file.keep().map_err(|error| error.error)?;
        Ok(path)
    };
    keep().map_err(StageError::Write)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_addresses_or_files_are_taken_and_other_text_never() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a b.png");
        std::fs::write(&file, b"x").unwrap();
        let as_url = Url::from_file_path(&file).unwrap();
        let text = format!(
            "https://example.com/a.png\r\n  http://example.com/b c.png\n# comment\n\n{as_url}\n\
             {}\n\"{}\"\nhello\n/no/such/file.png\nftp://example.com/c.png",
            file.display(),
            file.display()
        );
        let pasted = parse_paste(&text);
        assert_eq!(pasted.urls, ["https://example.com/a.png"]);
        assert_eq!(pasted.files, [file.clone(), file.clone(), file]);
        assert!(pasted.other);
        let other = parse_paste("my diary\nC:relative");
        assert_eq!(
            (other.files.len(), other.urls.len(), other.other),
            (0, 0, true)
        );
        assert_eq!(parse_paste(" \n"), Pasted::default());
    }

    #[cfg(unix)]
    #[test]
    fn files_copied_in_the_file_manager_are_taken() {
        let text = "x-special/nautilus-clipboard\ncopy\nfile:///tmp/%C3%BC.png\n";
        let pasted = parse_paste(text);
        assert_eq!(pasted.files, [PathBuf::from("/tmp/ü.png")]);
        assert!(!pasted.other);
    }

    #[test]
    fn a_pasted_picture_is_kept_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let staging = folder.path().join("staging");
        let rgba: Vec<u8> = (0..3 * 2 * 4).collect();
        let path = stage_png(&staging, PixelSize::new(3, 2), &rgba).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let picture = image::load_from_memory(&bytes).unwrap();
        assert_eq!(picture.into_rgba8().into_raw(), rgba);
        let wrong = stage_png(&staging, PixelSize::new(3, 3), &rgba);
        assert!(matches!(wrong, Err(StageError::Shape { .. })));
        assert_eq!(std::fs::read_dir(&staging).unwrap().count(), 1);
    }
}
