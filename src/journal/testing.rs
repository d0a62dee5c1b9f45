//! What the tests of the journal share.

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

use super::Journal;
use crate::model::{
    ByteSize, ContentHash, ImageId, ItemId, Metadata, NewItem, Phase, Problem, ProfileId,
    Reservation, Secret, Source,
};

/// A URL that nobody may ever see printed.
pub(super) const URL: &str = "https://upload.example/hash/one-time-canary";

pub(super) fn profile() -> ProfileId {
    ProfileId::from_stored("p1")
}

pub(super) fn journal_in(folder: &Path) -> Journal {
    Journal::open(&folder.join("journal.db")).unwrap()
}

/// A moment of the tests, in seconds.
pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_000_000 + seconds)
}

pub(super) fn new_item(name: &str) -> NewItem {
    NewItem {
        source: Source::File(PathBuf::from(format!("/pictures/{name}"))),
        file_name: name.to_owned(),
        size: ByteSize(1000),
        content_hash: Some(ContentHash([7; 32])),
        wanted_id: None,
        metadata: Metadata::parse(r#"{"z":1,"a":"ü"}"#).unwrap(),
        require_signed_urls: false,
        creator: Some("me".to_owned()),
        phase: Phase::Queued,
    }
}

/// Adds that many items; says their numbers.
pub(super) fn add(journal: &Journal, count: usize) -> Vec<ItemId> {
    let operation = journal.add_operation(&profile(), "drop").unwrap();
    let items: Vec<NewItem> = (0..count).map(|n| new_item(&format!("{n}.png"))).collect();
    let added = journal.add_items(&profile(), operation, &items).unwrap();
    added.iter().map(|item| item.id).collect()
}

pub(super) fn reservation() -> Reservation {
    Reservation {
        id: ImageId::from_server("img"),
        url: Secret::new(URL.to_owned()),
        expires: at(1800),
    }
}

pub(super) fn failed(retry_at: Option<Timestamp>) -> Phase {
    Phase::Failed {
        problem: Problem::new("No connection")
            .with_hint("Check the network")
            .with_code(17)
            .retryable(retry_at.is_some()),
        retry_at,
    }
}

pub(super) fn done() -> Phase {
    Phase::Done {
        id: ImageId::from_server("img"),
        at: at(5),
    }
}

pub(super) fn phase_of(journal: &Journal, id: ItemId) -> Phase {
    journal.item(id).unwrap().unwrap().what.phase
}
