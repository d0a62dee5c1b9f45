//! Who works on what: items are handed out to one worker each, and taken back.
//!
//! What somebody works on is remembered in memory only, so that a crash forgets it.

use jiff::Timestamp;
use rusqlite::{ToSql, Transaction, named_params};

use super::queue::{Current, is_paused};
use super::{Journal, JournalError, Result, State, rows};
use crate::model::{Item, ItemId, Phase, ProfileId};

impl Journal {
    /// Hands out up to `limit` items to work on: those in doubt first, then failed ones whose time
    /// has come, then the queue in its order. Nothing while the queue is paused.
    ///
    /// An item is not handed out again in this run until its phase is one that ends the work
    /// (anything but reserved, sending and in doubt), or until [`Journal::release`].
    /// A failed item comes back as queued, or as in doubt when it still has its reservation. One
    /// whose work was cut off in the middle comes back as in doubt.
    ///
    /// # Errors
    /// [`JournalError`] when it could not be read or written.
    pub fn claim(&self, profile: &ProfileId, limit: usize, now: Timestamp) -> Result<Vec<Item>> {
        let mut state = self.state();
        let State {
            connection, leased, ..
        } = &mut *state;
        if is_paused(connection, profile)? {
            return Ok(Vec::new());
        }
        let profile_name = profile.as_str();
        let now = now.as_microsecond();
        let mut claimed = Vec::new();
        for (condition, needs_now) in [
            ("phase IN ('in_doubt', 'reserved', 'sending')", false),
            ("phase = 'failed' AND retry_at_us <= :now", true),
            ("phase = 'queued'", false),
        ] {
            let wanted = limit - claimed.len();
            if wanted == 0 {
                break;
            }
            // Leased items are few, and they are skipped here: a lease in the table would have to
            // be taken back after a crash.
            let rows = i64::try_from(wanted + leased.len()).unwrap_or(i64::MAX);
            let mut parameters: Vec<(&str, &dyn ToSql)> =
                vec![(":profile", &profile_name), (":rows", &rows)];
            if needs_now {
                parameters.push((":now", &now));
            }
            let condition = format!("profile = :profile AND {condition} ORDER BY id LIMIT :rows");
            let found = rows::select_items(connection, &condition, &parameters)?;
            let free = found
                .into_iter()
                .filter(|item| !leased.contains_key(&item.id));
            claimed.extend(free.take(wanted));
        }
        begin_work(&mut state, &mut claimed)?;
        let leases = claimed.iter().map(|item| (item.id, profile.clone()));
        state.leased.extend(leases);
        Ok(claimed)
    }

    /// Says that nobody works on these items any more, however the work ended; what is not claimed
    /// is left alone. An item in doubt can be claimed again after this. Never waits for the database.
    pub fn release(&self, items: &[ItemId]) {
        self.released().items.extend(items);
    }

    /// When the next failed item is due to be tried again by itself.
    ///
    /// # Errors
    /// [`JournalError`] when it could not be read.
    pub fn next_retry_at(&self, profile: &ProfileId) -> Result<Option<Timestamp>> {
        let state = self.state();
        let mut statement = state.connection.prepare_cached(
            "SELECT min(retry_at_us) AS retry_at_us FROM items
             WHERE profile = :profile AND phase = 'failed' AND retry_at_us IS NOT NULL",
        )?;
        let next = statement.query_row(named_params! { ":profile": profile.as_str() }, |row| {
            rows::optional_time_from_row(row, "retry_at_us")
        })?;
        Ok(next)
    }
}

/// What was claimed starts where its past allows, and has been tried once more: each time an item is
/// handed out is a try, however far it gets, so that one that cannot even reserve its id has to wait
/// longer each time as well. Committed together, before anybody works on it.
fn begin_work(state: &mut State, claimed: &mut [Item]) -> Result<()> {
    if claimed.is_empty() {
        return Ok(());
    }
    let transaction = state.transaction()?;
    for item in claimed {
        if let Some(phase) = phase_to_begin_with(&transaction, item)? {
            rows::write_phase(&transaction, item.id, &phase, None)?;
            item.what.phase = phase;
        }
        item.attempts += 1;
        transaction
            .prepare_cached("UPDATE items SET attempts = :attempts WHERE id = :id")?
            .execute(named_params! { ":attempts": item.attempts, ":id": item.id.0 })?;
    }
    transaction.commit()?;
    Ok(())
}

/// The phase in which an item has to be taken up, where it is another than its own. Nobody works on
/// it: so what was reserved or on its way is in doubt, as after a crash.
fn phase_to_begin_with(transaction: &Transaction<'_>, item: &Item) -> Result<Option<Phase>> {
    Ok(match &item.what.phase {
        Phase::Reserved(reservation) => Some(Phase::InDoubt(Some(reservation.clone()))),
        Phase::Sending(reservation) => Some(Phase::InDoubt(reservation.clone())),
        Phase::Failed { .. } => {
            let current =
                Current::read(transaction, item.id)?.ok_or(JournalError::NoSuchItem(item.id))?;
            Some(current.starting_phase())
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn an_item_is_worked_on_by_one_only() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal_in(folder.path());
        let ids = add(&journal, 3);
        let claimed = |limit| -> Vec<ItemId> {
            let items = journal.claim(&profile(), limit, at(0)).unwrap();
            items.iter().map(|item| item.id).collect()
        };
        assert_eq!(claimed(2), ids[..2]);
        assert_eq!(claimed(2), ids[2..]);
        assert_eq!(claimed(2), []);
        journal.release(&ids[1..2]);
        assert_eq!(claimed(2), ids[1..2]);
        let other = ProfileId::from_stored("p2");
        assert_eq!(journal.claim(&other, 9, at(0)).unwrap(), []);
    }

    #[test]
    fn whoever_stops_work_does_not_wait_for_the_database() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal_in(folder.path());
        let ids = add(&journal, 1);
        assert_eq!(journal.claim(&profile(), 1, at(0)).unwrap().len(), 1);
        let writing = journal.state();
        std::thread::scope(|scope| {
            let (sender, receiver) = std::sync::mpsc::channel();
            let (journal, ids) = (&journal, &ids);
            scope.spawn(move || {
                journal.release(ids);
                journal.release_gesture(crate::model::OperationId(1));
                sender.send(()).unwrap();
            });
            let is_released = receiver.recv_timeout(std::time::Duration::from_secs(20));
            drop(writing);
            assert!(is_released.is_ok());
        });
        assert_eq!(journal.claim(&profile(), 1, at(0)).unwrap().len(), 1);
    }

    #[test]
    fn what_is_in_doubt_is_settled_before_new_work_begins() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal_in(folder.path());
        let ids = add(&journal, 3);
        journal
            .set_phase(ids[2], &Phase::Reserved(reservation()))
            .unwrap();
        journal.recover(&profile()).unwrap();
        let claimed = journal.claim(&profile(), 2, at(0)).unwrap();
        assert_eq!([claimed[0].id, claimed[1].id], [ids[2], ids[0]]);
    }

    #[test]
    fn an_upload_that_was_cut_off_is_taken_up_again_and_asks_first() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal_in(folder.path());
        let ids = add(&journal, 3);
        journal.claim(&profile(), 2, at(0)).unwrap();
        for id in &ids[..2] {
            let reserved = Phase::Reserved(reservation());
            journal.set_phase(*id, &reserved).unwrap();
        }
        let sending = Phase::Sending(Some(reservation()));
        journal.set_phase(ids[1], &sending).unwrap();
        assert_eq!(journal.claim(&profile(), 9, at(0)).unwrap().len(), 1);
        // The tasks were aborted, by a pause for instance, and have let go.
        journal.release(&ids);
        let again = journal.claim(&profile(), 2, at(0)).unwrap();
        assert_eq!([again[0].id, again[1].id], ids[..2]);
        for id in &ids[..2] {
            let in_doubt = Phase::InDoubt(Some(reservation()));
            assert_eq!(phase_of(&journal, *id), in_doubt);
        }
    }

    #[test]
    fn a_failed_item_comes_back_when_its_time_has_come_and_keeps_its_reservation() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal_in(folder.path());
        let id = add(&journal, 1)[0];
        journal.claim(&profile(), 1, at(0)).unwrap();
        journal
            .set_phase(id, &Phase::Reserved(reservation()))
            .unwrap();
        journal
            .set_phase(id, &Phase::Sending(Some(reservation())))
            .unwrap();
        journal.set_phase(id, &failed(Some(at(60)))).unwrap();
        assert_eq!(journal.next_retry_at(&profile()).unwrap(), Some(at(60)));
        assert_eq!(journal.claim(&profile(), 1, at(59)).unwrap(), []);
        let claimed = journal.claim(&profile(), 1, at(60)).unwrap();
        assert_eq!(claimed[0].what.phase, Phase::InDoubt(Some(reservation())));
        assert_eq!(
            claimed[0].attempts, 2,
            "each time it is handed out is a try"
        );
        assert_eq!(phase_of(&journal, id), claimed[0].what.phase);
        assert_eq!(journal.next_retry_at(&profile()).unwrap(), None);
    }
}
