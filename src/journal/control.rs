//! What a person does to uploads: pause, resume, cancel, try again, upload anyway.
//!
//! None of these stops work that is on its way. They change what the work finds when it next
//! records a phase; whoever runs it aborts it as well, so that it is felt at once.

use rusqlite::{Transaction, named_params};

use super::queue::Current;
use super::{Journal, JournalError, Result, State, rows};
use crate::model::{ItemId, Phase, ProfileId, Reservation};

/// What became of items that were cancelled.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cancelled {
    /// Nothing of them was sent, and nothing is reserved.
    pub not_sent: Vec<ItemId>,
    /// An id may be reserved, and bytes may have arrived: what stays is asked from the service.
    pub unclear: Vec<(ItemId, Option<Reservation>)>,
    /// They were already uploaded, and stay.
    pub uploaded: Vec<ItemId>,
}

/// An item with its changed phase, so that a list can follow without reading all again.
pub type Changed = (ItemId, Phase);

impl Journal {
    /// Holds the whole queue: nothing is handed out until [`Journal::resume_all`], also after a
    /// restart.
    ///
    /// # Errors
    /// [`JournalError`] when it could not be written.
    pub fn pause_all(&self, profile: &ProfileId) -> Result<()> {
        set_paused(&mut self.state(), profile, true)
    }

    /// Lets the queue go on, single paused items included.
    ///
    /// # Errors
    /// [`JournalError`] when it could not be written.
    pub fn resume_all(&self, profile: &ProfileId) -> Result<Vec<Changed>> {
        let mut state = self.state();
        let ids = ids_where(&state, profile, "phase = 'paused'")?;
        let resumed = resume_items(&mut state, &ids)?;
        set_paused(&mut state, profile, false)?;
        Ok(resumed)
    }

    /// Whether the whole queue is held.
    ///
    /// # Errors
    /// [`JournalError`] when it could not be read.
    pub fn is_paused(&self, profile: &ProfileId) -> Result<bool> {
        super::queue::is_paused(&self.state().connection, profile)
    }

    /// Holds single items; those that are settled stay as they are.
    ///
    /// # Errors
    /// [`JournalError`] when it could not be written.
    pub fn pause(&self, ids: &[ItemId]) -> Result<Vec<Changed>> {
        change_each(&mut self.state(), ids, |current| {
            let phase = &current.item.what.phase;
            (!phase.is_settled() && *phase != Phase::Paused).then_some(Phase::Paused)
        })
    }

    /// Lets single paused items go on: queued, or in doubt when the pause cut them off.
    ///
    /// # Errors
    /// [`JournalError`] when it could not be written.
    pub fn resume(&self, ids: &[ItemId]) -> Result<Vec<Changed>> {
        resume_items(&mut self.state(), ids)
    }

    /// Gives items up, and says what stays: uploaded ones are uploaded, and of those in the
    /// middle only the service knows. If it has one, [`Journal::set_phase`] still takes `Done`.
    ///
    /// # Errors
    /// [`JournalError`] when it could not be written.
    pub fn cancel(&self, ids: &[ItemId]) -> Result<Cancelled> {
        let mut cancelled = Cancelled::default();
        change_each(&mut self.state(), ids, |current| {
            let id = current.item.id;
            match &current.item.what.phase {
                Phase::Done { .. } => {
                    cancelled.uploaded.push(id);
                    None
                }
                Phase::Cancelled => None,
                phase => {
                    let reservation = current.reservation.clone();
                    if phase.is_active() || current.was_cut_off || reservation.is_some() {
                        cancelled.unclear.push((id, reservation));
                    } else {
                        cancelled.not_sent.push(id);
                    }
                    Some(Phase::Cancelled)
                }
            }
        })?;
        Ok(cancelled)
    }

    /// Tries failed and cancelled items again, now.
    ///
    /// # Errors
    /// [`JournalError`] when it could not be written.
    pub fn retry(&self, ids: &[ItemId]) -> Result<Vec<Changed>> {
        retry_items(&mut self.state(), ids)
    }

    /// Tries all failed items of a profile again, now, except those of which a person was told
    /// that it cannot help.
    ///
    /// # Errors
    /// [`JournalError`] when it could not be written.
    pub fn retry_failed(&self, profile: &ProfileId) -> Result<Vec<Changed>> {
        let mut state = self.state();
        let can_help = "phase = 'failed' AND (problem_can_retry OR retry_at_us IS NOT NULL)";
        let ids = ids_where(&state, profile, can_help)?;
        retry_items(&mut state, &ids)
    }

    /// Queues a duplicate although the same bytes are in the account.
    ///
    /// # Errors
    /// [`JournalError::NoSuchItem`], [`JournalError::NotAllowed`] when it is no duplicate.
    pub fn upload_anyway(&self, id: ItemId) -> Result<()> {
        let mut state = self.state();
        let transaction = state.transaction()?;
        let current = Current::read(&transaction, id)?.ok_or(JournalError::NoSuchItem(id))?;
        let phase = &current.item.what.phase;
        if !matches!(phase, Phase::Duplicate { .. }) {
            return Err(JournalError::NotAllowed {
                from: phase.name(),
                to: Phase::Queued.name(),
            });
        }
        rows::write_phase(&transaction, id, &Phase::Queued, None)?;
        transaction.execute(
            "UPDATE items SET accepts_duplicate = 1 WHERE id = :id",
            named_params! { ":id": id.0 },
        )?;
        transaction.commit()?;
        Ok(())
    }
}

fn set_paused(state: &mut State, profile: &ProfileId, is_paused: bool) -> Result<()> {
    state.connection.execute(
        "INSERT INTO queues (profile, is_paused) VALUES (:profile, :is_paused)
         ON CONFLICT (profile) DO UPDATE SET is_paused = excluded.is_paused",
        named_params! { ":profile": profile.as_str(), ":is_paused": is_paused },
    )?;
    Ok(())
}

fn resume_items(state: &mut State, ids: &[ItemId]) -> Result<Vec<Changed>> {
    change_each(state, ids, |current| {
        (current.item.what.phase == Phase::Paused).then(|| current.starting_phase())
    })
}

fn retry_items(state: &mut State, ids: &[ItemId]) -> Result<Vec<Changed>> {
    let transaction = state.transaction()?;
    let changed = change_in(&transaction, ids, |current| {
        let phase = &current.item.what.phase;
        matches!(phase, Phase::Failed { .. } | Phase::Cancelled).then(|| current.starting_phase())
    })?;
    // A person's decision starts the count of tries anew, and with it the waiting between them.
    for (id, _) in &changed {
        transaction
            .prepare_cached("UPDATE items SET attempts = 0 WHERE id = :id")?
            .execute(named_params! { ":id": id.0 })?;
    }
    transaction.commit()?;
    state.let_go(&changed);
    Ok(changed)
}

/// As [`change_in`], in a transaction of its own.
fn change_each(
    state: &mut State,
    ids: &[ItemId],
    decide: impl FnMut(&Current) -> Option<Phase>,
) -> Result<Vec<Changed>> {
    let transaction = state.transaction()?;
    let changed = change_in(&transaction, ids, decide)?;
    transaction.commit()?;
    state.let_go(&changed);
    Ok(changed)
}

/// Gives each item the phase that `decide` says, if any. Items that are gone are passed over: a
/// person may click on a row that was just cleared.
fn change_in(
    transaction: &Transaction<'_>,
    ids: &[ItemId],
    mut decide: impl FnMut(&Current) -> Option<Phase>,
) -> Result<Vec<Changed>> {
    let mut changed = Vec::new();
    for &id in ids {
        let Some(current) = Current::read(transaction, id)? else {
            continue;
        };
        let Some(phase) = decide(&current) else {
            continue;
        };
        rows::write_phase(transaction, id, &phase, current.reservation.as_ref())?;
        let is_held = matches!(phase, Phase::Paused | Phase::Cancelled);
        if is_held && (current.item.what.phase.is_active() || current.was_cut_off) {
            transaction
                .prepare_cached("UPDATE items SET was_cut_off = 1 WHERE id = :id")?
                .execute(named_params! { ":id": id.0 })?;
        }
        changed.push((id, phase));
    }
    Ok(changed)
}

impl State {
    /// Whoever worked on these items has to stop; another may take them up.
    fn let_go(&mut self, changed: &[Changed]) {
        for (id, _) in changed {
            self.leased.remove(id);
        }
    }
}

fn ids_where(state: &State, profile: &ProfileId, condition: &str) -> Result<Vec<ItemId>> {
    let sql = format!("SELECT id FROM items WHERE profile = :profile AND {condition} ORDER BY id");
    let mut statement = state.connection.prepare_cached(&sql)?;
    let ids = statement.query_map(named_params! { ":profile": profile.as_str() }, |row| {
        row.get("id").map(ItemId)
    })?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn a_held_queue_hands_nothing_out_also_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal_in(folder.path());
        add(&journal, 2);
        journal.pause_all(&profile()).unwrap();
        drop(journal);
        let journal = journal_in(folder.path());
        assert!(journal.counts(&profile()).unwrap().is_paused);
        assert_eq!(journal.claim(&profile(), 9, at(0)).unwrap(), []);
        journal.resume_all(&profile()).unwrap();
        assert_eq!(journal.claim(&profile(), 9, at(0)).unwrap().len(), 2);
    }

    #[test]
    fn an_upload_that_a_pause_cut_off_asks_first_when_it_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal_in(folder.path());
        let ids = add(&journal, 4);
        journal
            .set_phase(ids[0], &Phase::Reserved(reservation()))
            .unwrap();
        journal
            .set_phase(ids[0], &Phase::Sending(Some(reservation())))
            .unwrap();
        journal.set_phase(ids[1], &Phase::Sending(None)).unwrap();
        journal.set_phase(ids[3], &failed(None)).unwrap();
        let paused = journal.pause(&ids).unwrap();
        assert_eq!(paused.len(), 3, "what has failed for good is not held");
        assert_eq!(journal.claim(&profile(), 9, at(0)).unwrap(), []);
        // The worker that has not noticed may not go on.
        assert!(journal.set_phase(ids[1], &Phase::InDoubt(None)).is_err());
        drop(journal);
        let journal = journal_in(folder.path());
        journal.recover(&profile()).unwrap();
        let resumed = journal.resume(&ids).unwrap();
        let expected = [
            (ids[0], Phase::InDoubt(Some(reservation()))),
            (ids[1], Phase::InDoubt(None)),
            (ids[2], Phase::Queued),
        ];
        assert_eq!(resumed, expected);
    }

    #[test]
    fn cancelling_says_what_stays() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal_in(folder.path());
        let ids = add(&journal, 3);
        for id in &ids[..2] {
            journal
                .set_phase(*id, &Phase::Reserved(reservation()))
                .unwrap();
            journal
                .set_phase(*id, &Phase::Sending(Some(reservation())))
                .unwrap();
        }
        journal.set_phase(ids[0], &done()).unwrap();
        let cancelled = journal.cancel(&ids).unwrap();
        assert_eq!(cancelled.uploaded, ids[..1]);
        assert_eq!(cancelled.unclear, [(ids[1], Some(reservation()))]);
        assert_eq!(cancelled.not_sent, ids[2..]);
        assert_eq!(phase_of(&journal, ids[0]), done());
        // It had arrived after all.
        assert!(journal.set_phase(ids[1], &failed(None)).is_err());
        journal.set_phase(ids[1], &done()).unwrap();
        assert_eq!(
            journal.cancel(&ids).unwrap(),
            Cancelled {
                uploaded: ids[..2].to_vec(),
                ..Cancelled::default()
            }
        );
    }

    #[test]
    fn trying_again_starts_the_count_anew_and_leaves_out_what_cannot_help() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal_in(folder.path());
        let ids = add(&journal, 3);
        journal.set_phase(ids[0], &Phase::Sending(None)).unwrap();
        journal.set_phase(ids[0], &failed(Some(at(60)))).unwrap();
        journal.set_phase(ids[1], &failed(None)).unwrap();
        let retried = journal.retry_failed(&profile()).unwrap();
        assert_eq!(retried, [(ids[0], Phase::Queued)]);
        assert_eq!(journal.item(ids[0]).unwrap().unwrap().attempts, 0);
        let retried = journal.retry(&ids[1..]).unwrap();
        assert_eq!(retried, [(ids[1], Phase::Queued)]);
    }
}
