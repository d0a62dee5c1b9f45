//! From what was dropped to items for the journal: sound ones queued, the others with the reason.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use url::Url;

use super::paste::is_web;
use super::scan::{Found, FoundFile, name_of, scan};
use super::{Destination, preflight, problems};
use crate::model::upload::{FileWords, UploadSpecError};
use crate::model::{ByteSize, ContentHash, ImageId, NewItem, Phase, Problem, Source, UploadSpec};
use crate::transform::Facts;

/// One file or address, ready for the journal.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The item: queued, or failed with what was found about it.
    pub item: NewItem,
    /// What its header says, if it is a picture that is understood.
    pub facts: Option<Facts>,
    /// Why it might be refused although it is queued.
    pub warning: Option<Problem>,
}

impl Candidate {
    /// Whether it waits to be sent.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.item.phase == Phase::Queued
    }
}

/// Walks the paths, looks at each file and reports it as soon as that is done.
///
/// Nothing is swallowed: what cannot be uploaded is reported as failed, with the reason.
/// Stops soon after `cancel` is set; what was reported stays reported.
///
/// # Errors
/// [`UploadSpecError`] when the options cannot be used for any file; then nothing was looked at.
pub fn candidates(
    paths: &[PathBuf],
    spec: &UploadSpec,
    destination: Destination,
    cancel: &AtomicBool,
    report: &mut dyn FnMut(Candidate),
) -> Result<(), UploadSpecError> {
    spec.check()?;
    let mut ids = HashSet::new();
    scan(paths, cancel, &mut |found| {
        report(match found {
            Found::File(file) => from_file(&file, spec, destination, &mut ids),
            Found::Problem { path, problem } => {
                let name = name_of(&path);
                Draft::of(Source::File(path), &name, "").refused(spec, problem)
            }
        });
    });
    Ok(())
}

/// The candidate for a picture that was pasted and staged; `file_name` is the person's.
///
/// # Errors
/// [`UploadSpecError`] when the options cannot be used for any file.
pub fn pasted_candidate(
    staged: &Path,
    file_name: &str,
    spec: &UploadSpec,
    destination: Destination,
) -> Result<Candidate, UploadSpecError> {
    spec.check()?;
    let draft = Draft::of(Source::Pasted(staged.to_owned()), file_name, "");
    Ok(draft.looked_at(staged, spec, destination, &mut HashSet::new()))
}

/// The candidates for web addresses, in their order; an address given twice is taken once.
///
/// # Errors
/// [`UploadSpecError`] when the options cannot be used for any file.
pub fn url_candidates(
    urls: &[String],
    spec: &UploadSpec,
) -> Result<Vec<Candidate>, UploadSpecError> {
    spec.check()?;
    let mut ids = HashSet::new();
    let mut seen = HashSet::new();
    let addresses = urls.iter().map(|url| url.trim());
    Ok(addresses
        .filter(|url| !url.is_empty() && seen.insert(*url))
        .map(|text| {
            let parsed = Url::parse(text).ok().filter(is_web);
            let name = parsed.as_ref().map_or_else(|| text.to_owned(), name_in_url);
            let draft = Draft::of(Source::Url(text.to_owned()), &name, "");
            match parsed.as_ref().map(Url::host_str) {
                None => draft.refused(spec, problems::not_a_web_address()),
                Some(Some("imagedelivery.net")) => {
                    draft.refused(spec, problems::own_delivery_address())
                }
                Some(_) => draft.finished(spec, &mut ids),
            }
        })
        .collect())
}

/// The last part of the path, decoded; the host for an address without one.
fn name_in_url(url: &Url) -> String {
    let last = url
        .path_segments()
        .and_then(|mut segments| segments.rfind(|segment| !segment.is_empty()))
        .map(|segment| percent_encoding::percent_decode_str(segment).decode_utf8_lossy());
    match last {
        Some(name) => name.into_owned(),
        None => url.host_str().unwrap_or_default().to_owned(),
    }
}

fn from_file(
    file: &FoundFile,
    spec: &UploadSpec,
    destination: Destination,
    ids: &mut HashSet<ImageId>,
) -> Candidate {
    let draft = Draft::of(
        Source::File(file.path.clone()),
        &file.file_name,
        &file.folder,
    );
    draft.looked_at(&file.path, spec, destination, ids)
}

/// A candidate in the making.
struct Draft<'a> {
    source: Source,
    words: FileWords<'a>,
    size: ByteSize,
    content_hash: Option<ContentHash>,
    facts: Option<Facts>,
    warning: Option<Problem>,
}

impl<'a> Draft<'a> {
    fn of(source: Source, file: &'a str, folder: &'a str) -> Self {
        Self {
            source,
            words: FileWords { file, folder },
            size: ByteSize(0),
            content_hash: None,
            facts: None,
            warning: None,
        }
    }

    fn looked_at(
        mut self,
        path: &Path,
        spec: &UploadSpec,
        destination: Destination,
        ids: &mut HashSet<ImageId>,
    ) -> Candidate {
        let finding = preflight(path, destination);
        self.size = finding.size;
        self.content_hash = finding.content_hash;
        self.facts = finding.facts;
        self.warning = finding.warning;
        match finding.problem {
            Some(problem) => self.refused(spec, problem),
            None => self.finished(spec, ids),
        }
    }

    /// Fills the options in. Only sound files lay claim to an id.
    fn finished(self, spec: &UploadSpec, ids: &mut HashSet<ImageId>) -> Candidate {
        match spec.for_file(self.words) {
            Err(error) => {
                let problem = problems::from_spec(&error);
                self.refused(spec, problem)
            }
            Ok((Some(id), _)) if !ids.insert(id.clone()) => {
                self.refused(spec, problems::id_twice())
            }
            Ok((wanted_id, metadata)) => {
                let mut candidate = self.refused(spec, Problem::default());
                candidate.item.wanted_id = wanted_id;
                candidate.item.metadata = metadata;
                candidate.item.phase = Phase::Queued;
                candidate
            }
        }
    }

    /// Keeps the id and the metadata as far as they can be made: a person may mend the file and
    /// try again.
    fn refused(self, spec: &UploadSpec, problem: Problem) -> Candidate {
        let (wanted_id, metadata) = spec.for_file(self.words).unwrap_or_default();
        Candidate {
            item: NewItem {
                source: self.source,
                file_name: self.words.file.to_owned(),
                size: self.size,
                content_hash: self.content_hash,
                wanted_id,
                metadata,
                require_signed_urls: spec.require_signed_urls,
                creator: spec.creator.clone(),
                phase: Phase::Failed {
                    problem,
                    retry_at: None,
                },
            },
            facts: self.facts,
            warning: self.warning,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::testing::png;
    use super::*;
    use crate::model::{IdTemplate, Metadata};

    fn found(paths: &[PathBuf], spec: &UploadSpec) -> Vec<Candidate> {
        let mut all = Vec::new();
        let cancel = AtomicBool::new(false);
        candidates(paths, spec, Destination::Library, &cancel, &mut |one| {
            all.push(one)
        })
        .unwrap();
        all
    }

    fn lines(candidates: &[Candidate]) -> Vec<String> {
        let line = |candidate: &Candidate| match &candidate.item.phase {
            Phase::Failed { problem, retry_at } => {
                assert_eq!(*retry_at, None);
                assert!(problem.hint.is_some(), "{problem}");
                format!("{}: {}", candidate.item.file_name, problem.what)
            }
            phase => format!("{}: {}", candidate.item.file_name, phase.name()),
        };
        candidates.iter().map(line).collect()
    }

    #[test]
    fn wrong_files_are_listed_and_not_swallowed() {
        let folder = tempfile::tempdir().unwrap();
        let drop = folder.path().join("drop");
        fs::create_dir_all(drop.join("sub")).unwrap();
        fs::write(drop.join("1.png"), png(30, 20)).unwrap();
        fs::write(drop.join("2.txt"), "hello").unwrap();
        fs::write(drop.join("3.jpg"), "").unwrap();
        fs::write(drop.join("sub/4.jpg"), png(8, 8)).unwrap();
        fs::create_dir(folder.path().join("empty")).unwrap();
        let spec = UploadSpec {
            metadata: Metadata::parse(r#"{"from":"{path}"}"#).unwrap(),
            creator: Some("ann".to_owned()),
            require_signed_urls: true,
            ..UploadSpec::default()
        };
        let all = found(&[drop, folder.path().join("empty")], &spec);
        assert_eq!(
            lines(&all),
            [
                "1.png: queued",
                "2.txt: Not an image",
                "3.jpg: Empty file",
                "4.jpg: queued",
                "empty: The folder has no files"
            ]
        );
        let item = &all[3].item;
        assert_eq!(item.metadata.to_string(), r#"{"from":"drop/sub/4.jpg"}"#);
        assert_eq!(
            (item.creator.as_deref(), item.require_signed_urls),
            (Some("ann"), true)
        );
        assert!(item.content_hash.is_some() && all[3].facts.is_some());
    }

    #[test]
    fn two_files_with_the_same_id_are_told_before_sending() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.jpg", "a.png", "b.txt", "keys.png"] {
            fs::write(folder.path().join(name), png(4, 4)).unwrap();
        }
        fs::write(folder.path().join("a.gif"), "not a picture").unwrap();
        let spec = UploadSpec {
            id_template: IdTemplate("{name}".to_owned()),
            ..UploadSpec::default()
        };
        let all = found(&[folder.path().to_owned()], &spec);
        assert_eq!(
            lines(&all),
            [
                "a.gif: Not an image",
                "a.jpg: queued",
                "a.png: Another file added with it gets the same ID",
                "b.txt: queued",
                "keys.png: The ID template does not fit this file: “keys” is a word of the API \
                 and cannot be an image ID",
            ]
        );
        assert_eq!(all[1].item.wanted_id, Some(ImageId::custom("a").unwrap()));
    }

    #[test]
    fn options_that_exclude_each_other_are_told_before_anything_is_read() {
        let spec = UploadSpec {
            id_template: IdTemplate("{name}".to_owned()),
            require_signed_urls: true,
            ..UploadSpec::default()
        };
        let cancel = AtomicBool::new(false);
        let refused = candidates(&[], &spec, Destination::Library, &cancel, &mut |_| ());
        assert_eq!(refused, Err(UploadSpecError::CustomIdWithSignedUrls));
    }

    #[test]
    fn web_addresses_become_items_with_the_name_of_their_file() {
        let urls = [
            " https://example.com/a/caf%C3%A9.jpg?x=1 ",
            "https://example.com",
            "ftp://example.com/a.png",
            "https://imagedelivery.net/h/id/public",
            "https://example.com",
        ]
        .map(str::to_owned);
        let all = url_candidates(&urls, &UploadSpec::default()).unwrap();
        assert_eq!(
            lines(&all),
            [
                "café.jpg: queued",
                "example.com: queued",
                "ftp://example.com/a.png: Not a web address",
                "public: The service does not fetch from its own delivery address",
            ]
        );
        let source = &all[0].item.source;
        let address = "https://example.com/a/caf%C3%A9.jpg?x=1".to_owned();
        assert_eq!(*source, Source::Url(address));
    }

    #[test]
    fn a_pasted_picture_goes_the_same_way_as_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let staged = folder.path().join("pasted-1.png");
        fs::write(&staged, png(5, 5)).unwrap();
        let spec = UploadSpec::default();
        let one = pasted_candidate(&staged, "Screenshot.png", &spec, Destination::Account);
        let one = one.unwrap();
        assert!(one.is_sound());
        assert_eq!(one.item.source, Source::Pasted(staged));
        assert_eq!(one.item.file_name, "Screenshot.png");
    }
}
