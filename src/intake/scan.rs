//! Walks what was dropped: files and folders, in natural order, telling each as it is found.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use walkdir::{DirEntry, WalkDir};

use super::{order, problems};
use crate::model::upload::FileWords;
use crate::model::{ByteSize, Problem};

/// A file that was found; nothing is known of its content yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundFile {
    /// Where it is, as the person gave it.
    pub path: PathBuf,
    /// Its name, for people.
    pub file_name: String,
    /// The folders between what was dropped and the file, the dropped folder included; empty for
    /// a file dropped by itself.
    pub folder: String,
    /// Its size.
    pub size: ByteSize,
}

impl FoundFile {
    /// The words that a template may use.
    #[must_use]
    pub fn words(&self) -> FileWords<'_> {
        FileWords {
            file: &self.file_name,
            folder: &self.folder,
        }
    }
}

/// What a walk comes across.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A file.
    File(FoundFile),
    /// Something that cannot be uploaded: unreadable, an empty folder, a device.
    Problem {
        /// Where it is.
        path: PathBuf,
        /// What is said about it.
        problem: Problem,
    },
}

/// Walks the paths and reports each file and each obstacle at once.
///
/// Hidden entries of folders are left out; a hidden file that was named itself is taken. Links are
/// followed, and nothing is reported twice, so that a link to a folder above does no harm.
/// Stops soon after `cancel` is set.
pub fn scan(paths: &[PathBuf], cancel: &AtomicBool, report: &mut dyn FnMut(Found)) {
    let mut sorted: Vec<&PathBuf> = paths.iter().collect();
    // File managers hand a selection over in the order of clicks, or in none.
    sorted.sort_by(|a, b| order::natural(&name_of(a), &name_of(b)));
    let mut walk = Walk {
        seen: HashSet::new(),
        cancel,
        report,
    };
    for path in sorted {
        walk.dropped(path);
    }
}

struct Walk<'a> {
    /// Real paths of what was reported.
    seen: HashSet<PathBuf>,
    cancel: &'a AtomicBool,
    report: &'a mut dyn FnMut(Found),
}

impl Walk<'_> {
    fn dropped(&mut self, path: &Path) {
        if self.is_cancelled() {
            return;
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.folder(path),
            Ok(metadata) => self.entry(path, String::new(), &metadata),
            Err(error) => self.problem(path, problems::unreadable(&error)),
        }
    }

    fn folder(&mut self, dropped: &Path) {
        let root_name = name_of(dropped);
        let mut has_found = false;
        let entries = WalkDir::new(dropped)
            .min_depth(1)
            .follow_links(true)
            .sort_by(|a, b| order::natural(&name_of(a.path()), &name_of(b.path())))
            .into_iter()
            .filter_entry(|entry| !is_hidden(entry));
        for entry in entries {
            if self.is_cancelled() {
                return;
            }
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) => {
                    has_found = true;
                    match entry.metadata() {
                        Ok(metadata) => {
                            let folder = folder_words(&root_name, dropped, entry.path());
                            self.entry(entry.path(), folder, &metadata);
                        }
                        Err(error) => self.walk_error(dropped, error),
                    }
                }
                // A link to a folder above: what is in it is being walked already.
                Err(error) if error.loop_ancestor().is_some() => {}
                Err(error) => {
                    has_found = true;
                    self.walk_error(dropped, error);
                }
            }
        }
        if !has_found {
            self.problem(dropped, problems::empty_folder());
        }
    }

    fn entry(&mut self, path: &Path, folder: String, metadata: &fs::Metadata) {
        // Opening a pipe or a device could wait forever.
        if !metadata.is_file() {
            return self.problem(path, problems::not_a_file());
        }
        if self.is_new(path) {
            (self.report)(Found::File(FoundFile {
                path: path.to_owned(),
                file_name: name_of(path),
                folder,
                size: ByteSize(metadata.len()),
            }));
        }
    }

    fn walk_error(&mut self, dropped: &Path, error: walkdir::Error) {
        let path = error.path().unwrap_or(dropped).to_owned();
        let error = error
            .into_io_error()
            .unwrap_or_else(|| io::Error::other("the folder cannot be walked"));
        self.problem(&path, problems::unreadable(&error));
    }

    fn problem(&mut self, path: &Path, problem: Problem) {
        if self.is_new(path) {
            (self.report)(Found::Problem {
                path: path.to_owned(),
                problem,
            });
        }
    }

    fn is_new(&mut self, path: &Path) -> bool {
        let real = fs::canonicalize(path).unwrap_or_else(|_not_there| path.to_owned());
        self.seen.insert(real)
    }

    fn is_cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }
}

/// The last part of a path, for people. `.` and `/` have none of their own.
pub(super) fn name_of(path: &Path) -> String {
    match path.file_name() {
        Some(name) => name.to_string_lossy().into_owned(),
        None => fs::canonicalize(path)
            .ok()
            .and_then(|real| Some(real.file_name()?.to_string_lossy().into_owned()))
            .unwrap_or_default(),
    }
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

fn folder_words(root_name: &str, dropped: &Path, file: &Path) -> String {
    let between = file
        .parent()
        .and_then(|folder| folder.strip_prefix(dropped).ok())
        .unwrap_or(Path::new(""));
    let parts = between
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned());
    std::iter::once(root_name.to_owned())
        .chain(parts)
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walked(paths: &[PathBuf]) -> Vec<Found> {
        let mut found = Vec::new();
        scan(paths, &AtomicBool::new(false), &mut |one| found.push(one));
        found
    }

    fn names(found: &[Found]) -> Vec<String> {
        found
            .iter()
            .map(|found| match found {
                Found::File(file) => format!("{}|{}", file.folder, file.file_name),
                Found::Problem { problem, .. } => format!("! {}", problem.what),
            })
            .collect()
    }

    fn tree() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let travel = folder.path().join("travel");
        fs::create_dir_all(travel.join("2026/deep")).unwrap();
        fs::create_dir_all(travel.join(".thumbnails")).unwrap();
        for name in [
            "img10.png",
            "img2.png",
            ".hidden.png",
            "2026/deep/a.png",
            ".thumbnails/t.png",
        ] {
            fs::write(travel.join(name), b"x").unwrap();
        }
        folder
    }

    #[test]
    fn a_dropped_folder_is_walked_in_natural_order_without_hidden_files() {
        let folder = tree();
        let found = walked(&[folder.path().join("travel")]);
        assert_eq!(
            names(&found),
            [
                "travel/2026/deep|a.png",
                "travel|img2.png",
                "travel|img10.png"
            ]
        );
    }

    #[test]
    fn a_file_named_by_itself_has_no_folder_and_may_be_hidden() {
        let folder = tree();
        let file = folder.path().join("travel/.hidden.png");
        assert_eq!(names(&walked(&[file])), ["|.hidden.png"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_in_a_circle_end_and_nothing_is_told_twice() {
        let folder = tree();
        let travel = folder.path().join("travel");
        std::os::unix::fs::symlink(&travel, travel.join("2026/again")).unwrap();
        std::os::unix::fs::symlink(travel.join("img2.png"), travel.join("zz.png")).unwrap();
        std::os::unix::fs::symlink("nowhere", travel.join("zzz.png")).unwrap();
        let found = walked(&[travel.clone(), travel.join("img2.png")]);
        assert_eq!(
            names(&found),
            [
                "|img2.png",
                "travel/2026/deep|a.png",
                "travel|img10.png",
                "! The file is no longer there"
            ]
        );
    }

    #[test]
    fn an_empty_folder_and_a_lost_file_are_told() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("empty")).unwrap();
        let paths = [folder.path().join("empty"), folder.path().join("lost.png")];
        assert_eq!(
            names(&walked(&paths)),
            ["! The folder has no files", "! The file is no longer there"]
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_socket_in_a_folder_is_told_and_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
        assert_eq!(names(&walked(&[path])), ["! Neither a file nor a folder"]);
    }

    #[test]
    fn a_cancelled_walk_stops() {
        let folder = tree();
        let cancel = AtomicBool::new(false);
        let mut found = 0;
        scan(&[folder.path().join("travel")], &cancel, &mut |_| {
            found += 1;
            cancel.store(true, Ordering::Relaxed);
        });
        assert_eq!(found, 1);
    }
}
