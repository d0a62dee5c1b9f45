//! Gestures: what a person handed over, until each file of it is an item.
//!
//! Looking at a dropped folder can take minutes. The gesture is committed before the first look
//! and deleted after the last one, so that a crash in between is made good by looking again;
//! [`Journal::sources_of`] says what needs no second item.

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::named_params;

use super::rows::{damaged, insert_operation, source_from_row, source_to_columns};
use super::{Journal, Result};
use crate::model::{IdTemplate, Metadata, OperationId, ProfileId, Source, UploadSpec};

/// Files, folders and addresses that were handed over together and are not all items yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Gesture {
    /// The operation that its items belong to.
    pub operation: OperationId,
    /// What was handed over, in its order. A [`Source::File`] may be a folder.
    pub sources: Vec<Source>,
    /// The options that were set at that moment.
    pub spec: UploadSpec,
}

impl Journal {
    /// Accepts a gesture: when this returns, no crash loses it. It is at work until
    /// [`Journal::end_gesture`] or [`Journal::release_gesture`].
    ///
    /// # Errors
    /// [`super::JournalError`]; then nothing of it was accepted.
    pub fn begin_gesture(
        &self,
        profile: &ProfileId,
        sources: &[Source],
        spec: &UploadSpec,
    ) -> Result<OperationId> {
        let mut state = self.state();
        let now = Timestamp::now();
        // The operation, its sources and its options: all of them or nothing.
        let transaction = state.transaction()?;
        let operation = insert_operation(&transaction, profile, &now.to_string(), now)?;
        transaction.execute(
            "INSERT INTO gestures (operation, profile, require_signed_urls, id_template, metadata,
                 creator)
             VALUES (:operation, :profile, :signed, :template, :metadata, :creator)",
            named_params! {
                ":operation": operation.0,
                ":profile": profile.as_str(),
                ":signed": spec.require_signed_urls,
                ":template": spec.id_template.0,
                ":metadata": spec.metadata.to_string(),
                ":creator": spec.creator,
            },
        )?;
        for (position, source) in sources.iter().enumerate() {
            let (kind, bytes) = source_to_columns(source)?;
            transaction
                .prepare_cached(
                    "INSERT INTO gesture_sources (operation, position, source_kind, source)
                     VALUES (:operation, :position, :kind, :source)",
                )?
                .execute(named_params! {
                    ":operation": operation.0,
                    ":position": i64::try_from(position).unwrap_or(i64::MAX),
                    ":kind": kind,
                    ":source": bytes,
                })?;
        }
        transaction.commit()?;
        state.gestures_at_work.insert(operation);
        Ok(operation)
    }

    /// Everything of it is an item, or has been refused and said so.
    ///
    /// # Errors
    /// [`super::JournalError`] when it could not be written; the gesture then stays.
    pub fn end_gesture(&self, operation: OperationId) -> Result<()> {
        let mut state = self.state();
        state.connection.execute(
            "DELETE FROM gestures WHERE operation = :operation",
            named_params! { ":operation": operation.0 },
        )?;
        state.gestures_at_work.remove(&operation);
        Ok(())
    }

    /// Nobody works on it any more; the next [`Journal::take_up_gestures`] hands it out. Never waits
    /// for the database.
    pub fn release_gesture(&self, operation: OperationId) {
        self.released().gestures.push(operation);
    }

    /// Hands out the gestures of a profile that were not brought to their end and that nobody
    /// works on, oldest first.
    ///
    /// # Errors
    /// [`super::JournalError`] when they could not be read.
    pub fn take_up_gestures(&self, profile: &ProfileId) -> Result<Vec<Gesture>> {
        let mut state = self.state();
        let mut gestures = {
            let mut statement = state.connection.prepare_cached(
                "SELECT operation, require_signed_urls, id_template, metadata, creator
                 FROM gestures WHERE profile = :profile ORDER BY operation",
            )?;
            let rows =
                statement.query_map(named_params! { ":profile": profile.as_str() }, |row| {
                    let metadata: String = row.get("metadata")?;
                    let metadata = serde_json::from_str(&metadata)
                        .map(Metadata::from_object)
                        .map_err(|error| damaged(row, "metadata", &error.to_string()))?;
                    Ok(Gesture {
                        operation: OperationId(row.get("operation")?),
                        sources: Vec::new(),
                        spec: UploadSpec {
                            require_signed_urls: row.get("require_signed_urls")?,
                            id_template: IdTemplate(row.get("id_template")?),
                            metadata,
                            creator: row.get("creator")?,
                        },
                    })
                })?;
            rows.collect::<rusqlite::Result<Vec<_>>>()?
        };
        gestures.retain(|gesture| !state.gestures_at_work.contains(&gesture.operation));
        for gesture in &mut gestures {
            let mut statement = state.connection.prepare_cached(
                "SELECT source_kind, source FROM gesture_sources
                 WHERE operation = :operation ORDER BY position",
            )?;
            let sources = statement.query_map(
                named_params! { ":operation": gesture.operation.0 },
                source_from_row,
            )?;
            gesture.sources = sources.collect::<rusqlite::Result<_>>()?;
        }
        let taken = gestures.iter().map(|gesture| gesture.operation);
        state.gestures_at_work.extend(taken);
        Ok(gestures)
    }

    /// What has become an item of an operation.
    ///
    /// # Errors
    /// [`super::JournalError`] when it could not be read.
    pub fn sources_of(&self, operation: OperationId) -> Result<HashSet<Source>> {
        let state = self.state();
        let mut statement = state
            .connection
            .prepare_cached("SELECT source_kind, source FROM items WHERE operation = :operation")?;
        let sources =
            statement.query_map(named_params! { ":operation": operation.0 }, source_from_row)?;
        Ok(sources.collect::<rusqlite::Result<_>>()?)
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::super::testing::{journal_in, new_item, profile};
    use super::*;
    use crate::model::{NewItem, ProfileId};

    fn file(path: &str) -> Source {
        Source::File(PathBuf::from(path))
    }

    fn spec() -> UploadSpec {
        UploadSpec {
            id_template: IdTemplate("trip/{name}".to_owned()),
            metadata: Metadata::parse(r#"{"album":"été"}"#).unwrap(),
            creator: Some("me".to_owned()),
            ..UploadSpec::default()
        }
    }

    #[test]
    fn what_was_dropped_before_a_crash_is_looked_at_again_with_its_options() {
        let folder = tempfile::tempdir().unwrap();
        let sources = [
            file("/pictures/trip"),
            Source::Url("https://example.com/a.png".to_owned()),
            Source::Pasted(PathBuf::from("/staging/1.png")),
        ];
        let journal = journal_in(folder.path());
        let operation = journal
            .begin_gesture(&profile(), &sources, &spec())
            .unwrap();
        assert_eq!(journal.take_up_gestures(&profile()).unwrap(), []);
        drop(journal);

        let journal = journal_in(folder.path());
        let other = ProfileId::from_stored("p2");
        assert_eq!(journal.take_up_gestures(&other).unwrap(), []);
        let found = journal.take_up_gestures(&profile()).unwrap();
        let expected = Gesture {
            operation,
            sources: sources.to_vec(),
            spec: spec(),
        };
        assert_eq!(found, [expected]);
        assert_eq!(journal.take_up_gestures(&profile()).unwrap(), []);
        journal.release_gesture(operation);
        assert_eq!(journal.take_up_gestures(&profile()).unwrap(), found);

        journal.end_gesture(operation).unwrap();
        drop(journal);
        let journal = journal_in(folder.path());
        assert_eq!(journal.take_up_gestures(&profile()).unwrap(), []);
    }

    #[test]
    fn what_has_become_an_item_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal_in(folder.path());
        let operation = journal
            .begin_gesture(&profile(), &[file("/pictures")], &spec())
            .unwrap();
        let items: Vec<NewItem> = ["a.png", "b.png"].map(new_item).to_vec();
        journal.add_items(&profile(), operation, &items).unwrap();
        let known = journal.sources_of(operation).unwrap();
        assert_eq!(
            known,
            HashSet::from([file("/pictures/a.png"), file("/pictures/b.png")])
        );
    }

    #[test]
    fn clearing_the_queue_leaves_what_is_still_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal_in(folder.path());
        let operation = journal
            .begin_gesture(&profile(), &[file("/pictures")], &spec())
            .unwrap();
        journal.remove_settled(&profile()).unwrap();
        let added = journal.add_items(&profile(), operation, &[new_item("a.png")]);
        assert_eq!(added.unwrap().len(), 1);
    }

    #[test]
    fn removing_a_profile_removes_its_gestures() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal_in(folder.path());
        let operation = journal
            .begin_gesture(&profile(), &[file("/pictures")], &spec())
            .unwrap();
        journal.remove_profile(&profile()).unwrap();
        journal.release_gesture(operation);
        assert_eq!(journal.take_up_gestures(&profile()).unwrap(), []);
    }
}
