//! Folders: where each kind of file lies.

use std::io;
use std::path::{Path, PathBuf};

/// The folders of the program, by the XDG rules and their counterparts elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dirs {
    config: PathBuf,
    data: PathBuf,
    cache: PathBuf,
}

impl Dirs {
    /// The folders of this person; with `data_dir`, everything in one folder. They are made, and
    /// nobody else may look into them.
    ///
    /// # Errors
    /// A system without a home, or a folder that cannot be made.
    pub fn open(data_dir: Option<&Path>) -> io::Result<Self> {
        let dirs = if let Some(folder) = data_dir {
            // What is remembered of a library is its path, which must not depend on where the
            // program was started.
            let folder = std::path::absolute(folder)?;
            Self {
                config: folder.join("config"),
                data: folder.join("data"),
                cache: folder.join("cache"),
            }
        } else {
            let dirs = directories::ProjectDirs::from("", "", "lenticular").ok_or_else(|| {
                io::Error::new(
                    io::ErrorKind::NotFound,
                    "there is no home folder; name one with --data-dir",
                )
            })?;
            Self {
                config: dirs.config_dir().to_owned(),
                data: dirs.data_dir().to_owned(),
                cache: dirs.cache_dir().to_owned(),
            }
        };
        for folder in [&dirs.config, &dirs.data, &dirs.cache] {
            create_private(folder)?;
        }
        Ok(dirs)
    }

    /// The file of the preferences.
    #[must_use]
    pub fn preferences(&self) -> PathBuf {
        self.config.join("preferences.toml")
    }

    /// The file of the profiles.
    #[must_use]
    pub fn profiles(&self) -> PathBuf {
        self.config.join("profiles.toml")
    }

    /// Where the window was, and how large.
    #[must_use]
    pub fn window(&self) -> PathBuf {
        self.data.join("window.ron")
    }

    /// The journal.
    #[must_use]
    pub fn journal(&self) -> PathBuf {
        self.data.join("journal.db")
    }

    /// Pasted pictures that wait for their upload.
    #[must_use]
    pub fn staging(&self) -> PathBuf {
        self.data.join("staging")
    }

    /// The local library that is opened when no other was chosen.
    #[must_use]
    pub fn default_library(&self) -> PathBuf {
        self.data.join("library")
    }

    /// The cache of thumbnails.
    #[must_use]
    pub fn thumbnails(&self) -> PathBuf {
        self.cache.join("thumbnails.db")
    }
}

fn create_private(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_folder_holds_everything_when_it_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let dirs = Dirs::open(Some(folder.path())).unwrap();
        for path in [
            dirs.preferences(),
            dirs.profiles(),
            dirs.journal(),
            dirs.staging(),
            dirs.thumbnails(),
        ] {
            assert!(path.starts_with(folder.path()), "{}", path.display());
        }
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_look_into_the_folders() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let dirs = Dirs::open(Some(folder.path())).unwrap();
        assert_eq!(
            std::fs::metadata(&dirs.data).unwrap().permissions().mode() & 0o777,
            0o700
        );
    }
}
