//! Under which name each rendition is written.
//!
//! A rendition keeps the name of its picture. Where two would get the same one, the later picture
//! on the command line gets a number behind its name, whichever is finished first.

use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// One name for each file, without extension.
#[derive(Debug)]
pub(super) struct Names {
    stems: Vec<OsString>,
}

impl Names {
    /// Finds the names. `extension` tells what a file will become; it is asked only about files that
    /// share a name, since the answer is in the file.
    pub(super) fn of(files: &[PathBuf], extension: impl Fn(&Path) -> Option<&'static str>) -> Self {
        let stem = |file: &Path| file.file_stem().unwrap_or(OsStr::new("picture")).to_owned();
        let mut sharing: HashMap<OsString, usize> = HashMap::new();
        for file in files {
            *sharing.entry(folded(&stem(file))).or_default() += 1;
        }
        let mut taken: HashSet<(OsString, Option<&'static str>)> = HashSet::new();
        let mut stems = Vec::with_capacity(files.len());
        for file in files {
            let plain = stem(file);
            if sharing[&folded(&plain)] == 1 {
                stems.push(plain);
                continue;
            }
            let extension = extension(file);
            let mut name = plain.clone();
            let mut number = 1;
            // A numbered name may be the plain one of another picture.
            while (number > 1 && sharing.contains_key(&folded(&name)))
                || taken.contains(&(folded(&name), extension))
            {
                number += 1;
                name.clone_from(&plain);
                name.push(format!("-{number}"));
            }
            taken.insert((folded(&name), extension));
            stems.push(name);
        }
        Self { stems }
    }

    /// Where the rendition of a file goes.
    pub(super) fn path(&self, folder: &Path, index: usize, extension: &str) -> PathBuf {
        let mut name = self.stems[index].clone();
        name.push(".");
        name.push(extension);
        folder.join(name)
    }
}

/// The same for names that some disks do not tell apart.
fn folded(name: &OsStr) -> OsString {
    name.to_string_lossy().to_lowercase().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(files: &[&str]) -> Vec<String> {
        let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
        let extension = |file: &Path| {
            Some(match file.extension()?.to_str()? {
                "png" => "png",
                _ => "jpg",
            })
        };
        let names = Names::of(&files, extension);
        files
            .iter()
            .enumerate()
            .map(|(index, file)| {
                let path = names.path(Path::new("out"), index, extension(file).unwrap_or("jpg"));
                path.to_str().unwrap().replace('\\', "/")
            })
            .collect()
    }

    #[test]
    fn a_rendition_keeps_the_name_of_its_picture() {
        assert_eq!(
            named(&["a/one.jpeg", "b/two.tar.jpg"]),
            ["out/one.jpg", "out/two.tar.jpg"]
        );
    }

    #[test]
    fn pictures_of_the_same_name_get_numbers_in_the_order_they_were_given() {
        assert_eq!(
            named(&["a/x.jpg", "b/X.jpg", "c/x.png", "d/x.jpeg"]),
            ["out/x.jpg", "out/X-2.jpg", "out/x.png", "out/x-3.jpg"]
        );
    }

    #[test]
    fn a_number_does_not_take_the_name_of_another_picture() {
        assert_eq!(
            named(&["a/x.jpg", "b/x.jpg", "c/x-2.jpg"]),
            ["out/x.jpg", "out/x-3.jpg", "out/x-2.jpg"]
        );
    }
}
