//! What leaves the queue: rows that are settled, and all of a profile that is removed.
//!
//! What was uploaded is still known as such, so that the same bytes are not sent again.

use std::path::PathBuf;

use rusqlite::{ToSql, Transaction, named_params};

use super::{Journal, Result, rows};
use crate::model::{ItemId, ProfileId, Source};

/// What was taken out of the queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// The items that are gone.
    pub ids: Vec<ItemId>,
    /// Pasted pictures in the staging folder that nothing needs any more.
    pub staged: Vec<PathBuf>,
}

/// Nothing more happens to it by itself: [`Phase::is_settled`](crate::model::Phase::is_settled), in
/// the words of the database.
const SETTLED: &str = "(phase IN ('done', 'duplicate', 'cancelled')
     OR (phase = 'failed' AND retry_at_us IS NULL))";

impl Journal {
    /// Takes these items out of the queue, as far as they are settled. What was uploaded is still
    /// known as such.
    ///
    /// # Errors
    /// [`super::JournalError`] when it could not be written.
    pub fn remove(&self, profile: &ProfileId, ids: &[ItemId]) -> Result<Removed> {
        let mut state = self.state();
        // One transaction: the disk is waited for once, also for ten thousand rows.
        let transaction = state.transaction()?;
        let condition = format!("id = :id AND {SETTLED}");
        let mut removed = Removed::default();
        for id in ids {
            let parameters: &[(&str, &dyn ToSql)] =
                &[(":profile", &profile.as_str()), (":id", &id.0)];
            let one = delete_items(&transaction, &condition, parameters)?;
            removed.ids.extend(one.ids);
            removed.staged.extend(one.staged);
        }
        delete_empty_operations(&transaction, profile)?;
        transaction.commit()?;
        Ok(removed)
    }

    /// Takes what is settled out of the queue. What was uploaded is still known as such.
    ///
    /// # Errors
    /// [`super::JournalError`] when it could not be written.
    pub fn remove_settled(&self, profile: &ProfileId) -> Result<Removed> {
        let mut state = self.state();
        let transaction = state.transaction()?;
        let parameters = named_params! { ":profile": profile.as_str() };
        let removed = delete_items(&transaction, SETTLED, parameters)?;
        delete_empty_operations(&transaction, profile)?;
        transaction.commit()?;
        Ok(removed)
    }

    /// Forgets everything about a profile. Says which staged pictures nothing needs any more.
    ///
    /// # Errors
    /// [`super::JournalError`] when it could not be written.
    pub fn remove_profile(&self, profile: &ProfileId) -> Result<Removed> {
        let mut state = self.state();
        let transaction = state.transaction()?;
        let removed = delete_items(
            &transaction,
            "TRUE",
            named_params! { ":profile": profile.as_str() },
        )?;
        for table in ["operations", "uploaded", "queues", "links"] {
            transaction.execute(
                &format!("DELETE FROM {table} WHERE profile = :profile"),
                named_params! { ":profile": profile.as_str() },
            )?;
        }
        transaction.commit()?;
        state.leased.retain(|_, of| of != profile);
        Ok(removed)
    }
}

fn delete_empty_operations(transaction: &Transaction<'_>, profile: &ProfileId) -> Result<()> {
    transaction.execute(
        "DELETE FROM operations WHERE profile = :profile
             AND NOT EXISTS (SELECT 1 FROM items WHERE items.operation = operations.id)
             AND NOT EXISTS (SELECT 1 FROM gestures WHERE gestures.operation = operations.id)",
        named_params! { ":profile": profile.as_str() },
    )?;
    Ok(())
}

/// Deletes items of the profile `:profile` under a further condition.
fn delete_items(
    transaction: &Transaction<'_>,
    condition: &str,
    parameters: &[(&str, &dyn ToSql)],
) -> Result<Removed> {
    let doomed = format!("profile = :profile AND {condition}");
    let mut staged = Vec::new();
    let pasted = format!("{doomed} AND source_kind = 'pasted'");
    for item in rows::select_items(transaction, &pasted, parameters)? {
        if let Source::Pasted(path) = item.what.source {
            staged.push(path);
        }
    }
    let mut statement =
        transaction.prepare_cached(&format!("DELETE FROM items WHERE {doomed} RETURNING id"))?;
    let ids = statement
        .query_map(parameters, |row| row.get("id").map(ItemId))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Removed { ids, staged })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::model::Phase;

    #[test]
    fn what_was_cleared_is_still_known_as_uploaded() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal_in(folder.path());
        let ids = add(&journal, 2);
        let mut pasted = new_item("pasted.png");
        pasted.source = Source::Pasted(PathBuf::from("/staging/pasted.png"));
        let operation = journal.add_operation(&profile(), "paste").unwrap();
        let pasted = journal.add_items(&profile(), operation, &[pasted]).unwrap();
        for id in [ids[0], pasted[0].id] {
            journal.set_phase(id, &Phase::Sending(None)).unwrap();
            journal.set_phase(id, &done()).unwrap();
        }
        let removed = journal.remove_settled(&profile()).unwrap();
        assert_eq!(removed.ids, [ids[0], pasted[0].id]);
        assert_eq!(removed.staged, [PathBuf::from("/staging/pasted.png")]);
        assert_eq!(journal.operations(&profile()).unwrap().len(), 1);

        let left = journal.items(&profile(), 0, 9).unwrap();
        let twin = journal.duplicate_of(&profile(), &left[0]).unwrap();
        let Some((of, at)) = twin else {
            panic!("the same bytes were uploaded");
        };
        let duplicate = Phase::Duplicate { of: of.clone(), at };
        journal.set_phase(left[0].id, &duplicate).unwrap();
        assert_eq!(phase_of(&journal, left[0].id), duplicate);
        journal.upload_anyway(left[0].id).unwrap();
        assert_eq!(journal.duplicate_of(&profile(), &left[0]).unwrap(), None);
        let hash = left[0].what.content_hash.unwrap();
        assert!(journal.find_uploaded(&profile(), &hash).unwrap().is_some());
        journal.forget_image(&profile(), &of).unwrap();
        assert_eq!(journal.find_uploaded(&profile(), &hash).unwrap(), None);
    }

    #[test]
    fn single_rows_are_cleared_only_when_nothing_happens_to_them_any_more() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal_in(folder.path());
        let ids = add(&journal, 3);
        journal.set_phase(ids[0], &failed(None)).unwrap();
        journal.set_phase(ids[1], &failed(Some(at(9)))).unwrap();
        let other = ProfileId::from_stored("p2");
        assert_eq!(journal.remove(&other, &ids).unwrap().ids, []);
        assert_eq!(journal.remove(&profile(), &ids).unwrap().ids, ids[..1]);
        let left = journal.items(&profile(), 0, 9).unwrap();
        assert_eq!([left[0].id, left[1].id], [ids[1], ids[2]]);
    }

    #[test]
    fn whatever_is_settled_is_cleared_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal_in(folder.path());
        let duplicate = match done() {
            Phase::Done { id, at } => Phase::Duplicate { of: id, at },
            phase => panic!("{phase:?}"),
        };
        let ways: [&[Phase]; 8] = [
            &[],
            &[Phase::Reserved(reservation())],
            &[Phase::Sending(None)],
            &[Phase::Sending(None), Phase::InDoubt(None)],
            &[Phase::Sending(None), done()],
            &[failed(None)],
            &[failed(Some(at(9)))],
            &[duplicate],
        ];
        let ids = add(&journal, ways.len() + 2);
        for (id, way) in ids.iter().zip(ways) {
            for phase in way {
                journal.set_phase(*id, phase).unwrap();
            }
        }
        journal.pause(&ids[ways.len()..=ways.len()]).unwrap();
        journal.cancel(&ids[ways.len() + 1..]).unwrap();
        let settled: Vec<ItemId> = ids
            .iter()
            .copied()
            .filter(|id| phase_of(&journal, *id).is_settled())
            .collect();
        assert_eq!(settled.len(), 4);
        assert_eq!(journal.remove(&profile(), &ids).unwrap().ids, settled);
    }

    #[test]
    fn a_removed_profile_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal_in(folder.path());
        let id = add(&journal, 2)[0];
        journal
            .set_phase(id, &Phase::Reserved(reservation()))
            .unwrap();
        journal.pause_all(&profile()).unwrap();
        assert_eq!(journal.remove_profile(&profile()).unwrap().ids.len(), 2);
        let state = journal.state();
        for table in ["operations", "items", "uploaded", "queues", "links"] {
            let sql = format!("SELECT count(*) FROM {table}");
            let rows: u32 = state
                .connection
                .query_row(&sql, [], |row| row.get(0))
                .unwrap();
            assert_eq!(rows, 0, "{table}");
        }
    }
}
