//! Small files that are read and written whole.

use std::io::{self, Write as _};
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::model::Problem;

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The system refused.
    #[error("could not write the file")]
    Write(#[source] io::Error),
    /// What is to be written has no form in a file.
    #[error("could not put the settings into words")]
    Form(#[source] toml::ser::Error),
}

/// Reads a TOML document. One that is not there is `None`; one that cannot be understood is kept
/// aside, `None`, and a problem.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> (Option<T>, Option<Problem>) {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return (None, None),
        Err(error) => {
            tracing::warn!(%error, path = %path.display(), "a file of the settings cannot be read");
            return (
                None,
                Some(problem(path, "cannot be read", keep_aside(path))),
            );
        }
    };
    match toml::from_str(&text) {
        Ok(document) => (Some(document), None),
        Err(error) => {
            tracing::warn!(%error, path = %path.display(), "a file of the settings cannot be understood");
            (
                None,
                Some(problem(path, "cannot be understood", keep_aside(path))),
            )
        }
    }
}

/// Writes a TOML document: it is there whole, or as it was before.
pub(super) fn write<T: Serialize>(path: &Path, document: &T) -> Result<(), FileError> {
    let text = toml::to_string_pretty(document).map_err(FileError::Form)?;
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    // A temporary file is made readable for its owner alone.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(FileError::Write)?;
    file.write_all(text.as_bytes()).map_err(FileError::Write)?;
    file.as_file().sync_all().map_err(FileError::Write)?;
    file.persist(path)
        .map_err(|error| FileError::Write(error.error))?;
    Ok(())
}

fn keep_aside(path: &Path) -> bool {
    std::fs::rename(path, path.with_extension("toml.broken")).is_ok()
}

fn problem(path: &Path, what: &str, kept: bool) -> Problem {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let problem = Problem::new(format!("The file {name} {what}"))
        .with_unaffected("Your images are unaffected");
    if kept {
        problem.with_hint(format!(
            "It was kept as {name}.broken, and the usual settings hold"
        ))
    } else {
        problem.with_hint("The usual settings hold until it can be read")
    }
}
