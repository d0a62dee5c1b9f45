//! Looks at one file before anything is sent: read once, hashed, and held to the limits.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::{Destination, problems};
use crate::model::{ByteSize, ContentHash, Problem};
use crate::transform::{Facts, Format, TransformError, check_upload};

/// What a look at a file told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its size in bytes.
    pub size: ByteSize,
    /// The hash of its bytes; `None` when they were not all read.
    pub content_hash: Option<ContentHash>,
    /// What its header says; `None` when it is no picture that is understood.
    pub facts: Option<Facts>,
    /// Why it cannot be uploaded.
    pub problem: Option<Problem>,
    /// Why it might be refused.
    pub warning: Option<Problem>,
}

impl Finding {
    fn refused(size: ByteSize, problem: Problem) -> Self {
        Self {
            size,
            content_hash: None,
            facts: None,
            problem: Some(problem),
            warning: None,
        }
    }
}

/// From how many bytes on a file is near the limit: ten million, the other reading of "10 MB".
const NEARLY_TOO_LARGE: ByteSize = ByteSize(10_000_000);

/// Opens a file and reads it once.
#[must_use]
pub fn preflight(path: &Path, destination: Destination) -> Finding {
    let read = || -> io::Result<(ByteSize, Option<Vec<u8>>)> {
        let file = File::open(path)?;
        let len = ByteSize(file.metadata()?.len());
        if len > ByteSize::UPLOAD_LIMIT {
            return Ok((len, None));
        }
        // The file may be growing: never more than the limit is held in memory.
        let mut bytes = Vec::with_capacity(usize::try_from(len.0).unwrap_or_default());
        file.take(ByteSize::UPLOAD_LIMIT.0 + 1)
            .read_to_end(&mut bytes)?;
        Ok((ByteSize(bytes.len() as u64), Some(bytes)))
    };
    match read() {
        Ok((size, Some(bytes))) if size <= ByteSize::UPLOAD_LIMIT => look_at(&bytes, destination),
        Ok((size, _)) => Finding::refused(size, problems::too_large(size)),
        Err(error) => Finding::refused(ByteSize(0), problems::unreadable(&error)),
    }
}

fn look_at(bytes: &[u8], destination: Destination) -> Finding {
    let size = ByteSize(bytes.len() as u64);
    if bytes.is_empty() {
        return Finding::refused(size, problems::empty_file());
    }
    let mut finding = Finding {
        size,
        content_hash: Some(ContentHash(Sha256::digest(bytes).into())),
        facts: None,
        problem: None,
        warning: (size > NEARLY_TOO_LARGE).then(|| problems::nearly_too_large(size)),
    };
    match check_upload(bytes) {
        Ok(facts) => {
            if facts.format == Format::Avif && destination == Destination::Account {
                finding.warning = Some(problems::heif_is_uncertain(facts.format));
            }
            finding.facts = Some(facts);
        }
        // Some plans take these, and only the service knows which.
        Err(TransformError::Unsupported(format)) if destination == Destination::Account => {
            finding.warning = Some(problems::heif_is_uncertain(format));
        }
        Err(error) => finding.problem = Some(problems::from_transform(&error)),
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::super::testing::{heic_header, png};
    use super::*;

    fn finding_of(bytes: &[u8]) -> Finding {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture");
        std::fs::write(&path, bytes).unwrap();
        preflight(&path, Destination::Library)
    }

    fn said(bytes: &[u8]) -> String {
        finding_of(bytes)
            .problem
            .map(|problem| problem.what)
            .unwrap_or_default()
    }

    #[test]
    fn a_sound_picture_is_hashed_and_measured() {
        let finding = finding_of(&png(30, 20));
        assert_eq!(finding.problem, None);
        assert_eq!(finding.warning, None);
        assert_eq!(
            finding.facts.unwrap().size,
            crate::model::PixelSize::new(30, 20)
        );
        let hash: [u8; 32] = Sha256::digest(png(30, 20)).into();
        assert_eq!(finding.content_hash, Some(ContentHash(hash)));
    }

    #[test]
    fn each_kind_of_bad_input_is_named() {
        assert_eq!(said(b""), "Empty file");
        assert_eq!(said(b"dear diary"), "Not an image");
        let whole = png(300, 200);
        assert_eq!(
            said(&whole[..whole.len() / 2]),
            "The picture is damaged or incomplete"
        );
        assert_eq!(
            said(&vec![0; 11_000_000]),
            "Too large: 11 MB, and 10 MB is the limit"
        );
        assert_eq!(said(&heic_header()), "HEIC pictures are not taken here");
        // Only the header says how large it is; nothing is decoded.
        let mut huge = png(2, 2);
        huge[16..20].copy_from_slice(&11_000_u32.to_be_bytes());
        huge[20..24].copy_from_slice(&11_000_u32.to_be_bytes());
        let said = said(&huge);
        assert!(said.starts_with("Too many pixels: 11000 × 11000"), "{said}");
    }

    #[test]
    fn an_account_may_take_what_is_not_decoded_here() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.heic");
        std::fs::write(&path, heic_header()).unwrap();
        let finding = preflight(&path, Destination::Account);
        assert_eq!(finding.problem, None);
        assert!(finding.warning.unwrap().what.contains("HEIC"));
    }

    #[test]
    fn a_file_at_the_limit_is_sent_with_a_warning() {
        let mut bytes = png(30, 20);
        // Bytes behind the end of a PNG do not belong to the picture, and no reader minds them.
        bytes.resize(10_000_001, 0);
        let finding = finding_of(&bytes);
        assert_eq!(finding.problem, None);
        assert!(finding.warning.is_some());
    }

    #[test]
    fn a_file_that_is_gone_or_locked_away_is_named() {
        let finding = preflight(Path::new("/nowhere/at/all.png"), Destination::Library);
        assert_eq!(finding.problem.unwrap().what, "The file is no longer there");
        // The administrator, as whom tests may run, reads everything: the words are tried alone.
        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        let problem = problems::unreadable(&denied);
        assert_eq!(problem.what, "Cannot be read: permission denied");
    }
}
