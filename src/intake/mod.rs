//! The drop: from paths to sound candidates.
//!
//! Everything that may be uploaded comes through here: files, folders, a pasted picture, web
//! addresses. Each is looked at once before anything is sent, and becomes an item for the journal:
//! queued, or failed with the reason and what helps. Nothing is swallowed.
//!
//! All of it reads the disk and blocks: call it where blocking is allowed. It reports as it goes,
//! so that rows appear while a large folder is still being walked.

mod candidates;
mod order;
mod paste;
mod preflight;
mod problems;
mod scan;

#[cfg(test)]
mod testing;

pub use candidates::{Candidate, candidates, pasted_candidate, url_candidates};
pub use paste::{Pasted, StageError, parse_paste, stage_png};
pub use preflight::{Finding, preflight};
pub use scan::{Found, FoundFile, scan};

/// Where the pictures will go: an account may take kinds that the local library does not decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// An account; its plan decides about AVIF and HEIC.
    Account,
    /// The local library.
    Library,
}
