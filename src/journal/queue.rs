//! The road of an item: added, moved from phase to phase, recovered after a crash.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, named_params};

use super::rows::{self, COLUMNS, item_from_row, reservation_from_row};
use super::{Journal, JournalError, Result, uploaded};
use crate::model::{Item, ItemId, NewItem, OperationId, Phase, ProfileId, Reservation};

/// What was found unfinished when a session opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Items that go on by themselves, those in doubt included.
    pub resumed: usize,
    /// Items of which the service has to be asked first.
    pub in_doubt: usize,
}

/// An item in the middle of a transaction: its phase, its reservation whatever the phase, and
/// whether a pause cut it off.
pub(super) struct Current {
    pub(super) item: Item,
    pub(super) reservation: Option<Reservation>,
    pub(super) was_cut_off: bool,
}

impl Current {
    pub(super) fn read(connection: &rusqlite::Connection, id: ItemId) -> Result<Option<Self>> {
        let sql = format!("SELECT {COLUMNS}, was_cut_off FROM items WHERE id = :id");
        let mut statement = connection.prepare_cached(&sql)?;
        let current = statement
            .query_row(named_params! { ":id": id.0 }, |row| {
                Ok(Self {
                    item: item_from_row(row)?,
                    reservation: reservation_from_row(row)?,
                    was_cut_off: row.get("was_cut_off")?,
                })
            })
            .optional()?;
        Ok(current)
    }

    /// Where an item starts when it is tried again: what may have arrived is asked about first.
    pub(super) fn starting_phase(&self) -> Phase {
        if self.reservation.is_some() || self.was_cut_off {
            Phase::InDoubt(self.reservation.clone())
        } else {
            Phase::Queued
        }
    }
}

impl Journal {
    /// Starts an operation: one gesture, named `label`.
    ///
    /// # Errors
    /// [`JournalError`] when it could not be written.
    pub fn add_operation(&self, profile: &ProfileId, label: &str) -> Result<OperationId> {
        rows::insert_operation(&self.state().connection, profile, label, Timestamp::now())
    }

    /// Accepts items: when this returns, no crash loses them.
    ///
    /// # Errors
    /// [`JournalError`]; then none of them was accepted.
    pub fn add_items(
        &self,
        profile: &ProfileId,
        operation: OperationId,
        items: &[NewItem],
    ) -> Result<Vec<Item>> {
        let mut state = self.state();
        // One transaction for the batch: a crash leaves all of it or nothing, and the disk is
        // waited for once.
        let transaction = state.transaction()?;
        let mut added = Vec::with_capacity(items.len());
        for item in items {
            let id = rows::insert(&transaction, profile, operation, item)?;
            added.push(Item {
                id,
                operation,
                what: item.clone(),
                attempts: 0,
            });
        }
        transaction.commit()?;
        Ok(added)
    }

    /// Records how far the work on an item may have got; call it before the step it announces.
    ///
    /// # Errors
    /// [`JournalError::NotAllowed`] when the item was paused, cancelled or finished meanwhile: the
    /// work has to stop. Else [`JournalError`] when it could not be written: then the step must
    /// not be taken.
    pub fn set_phase(&self, id: ItemId, phase: &Phase) -> Result<()> {
        let mut state = self.state();
        let transaction = state.transaction()?;
        let current = Current::read(&transaction, id)?.ok_or(JournalError::NoSuchItem(id))?;
        let from = &current.item.what.phase;
        if !from.may_become(phase) {
            return Err(JournalError::NotAllowed {
                from: from.name(),
                to: phase.name(),
            });
        }
        rows::write_phase(&transaction, id, phase, current.reservation.as_ref())?;
        if let Phase::Done { id: image, at } = phase {
            uploaded::remember(&transaction, id, image, *at)?;
        }
        transaction.commit()?;
        if !phase.is_active() {
            state.leased.remove(&id);
        }
        Ok(())
    }

    /// Turns what a crash or a closed window left into what to do next. Call it when a session
    /// opens, before anything is claimed: items that were reserved or sending are then in doubt.
    ///
    /// # Errors
    /// [`JournalError`] when it could not be read or written.
    pub fn recover(&self, profile: &ProfileId) -> Result<Recovered> {
        let mut state = self.state();
        let transaction = state.transaction()?;
        transaction.execute(
            "UPDATE items SET phase = 'in_doubt'
             WHERE profile = :profile AND phase IN ('reserved', 'sending')",
            named_params! { ":profile": profile.as_str() },
        )?;
        let recovered = transaction.query_row(
            "SELECT count(*) AS resumed, count(*) FILTER (WHERE phase = 'in_doubt') AS in_doubt
             FROM items WHERE profile = :profile
                 AND (phase IN ('queued', 'in_doubt')
                      OR (phase = 'failed' AND retry_at_us IS NOT NULL))",
            named_params! { ":profile": profile.as_str() },
            |row| {
                Ok(Recovered {
                    resumed: row.get::<_, u32>("resumed")? as usize,
                    in_doubt: row.get::<_, u32>("in_doubt")? as usize,
                })
            },
        )?;
        transaction.commit()?;
        // Whoever worked on them belonged to a session that is closed.
        state.leased.retain(|_, of| of != profile);
        Ok(recovered)
    }
}

pub(super) fn is_paused(connection: &rusqlite::Connection, profile: &ProfileId) -> Result<bool> {
    let mut statement =
        connection.prepare_cached("SELECT is_paused FROM queues WHERE profile = :profile")?;
    let found = statement
        .query_row(named_params! { ":profile": profile.as_str() }, |row| {
            row.get("is_paused")
        })
        .optional()?;
    Ok(found.unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::super::testing::*;
    use super::*;
    use crate::model::{ImageId, Secret};

    #[test]
    fn what_was_accepted_is_there_after_a_crash() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal_in(folder.path());
        let operation = journal
            .add_operation(&profile(), "Drop of 2 files")
            .unwrap();
        let mut refused = new_item("notes.txt");
        refused.phase = failed(None);
        refused.content_hash = None;
        let what = [new_item("a.png"), refused];
        let added = journal.add_items(&profile(), operation, &what).unwrap();
        drop(journal);
        let journal = journal_in(folder.path());
        assert_eq!(journal.items(&profile(), 0, 10).unwrap(), added);
        assert_eq!(added[1].what, what[1]);
        assert_eq!(
            journal.operations(&profile()).unwrap()[0].label,
            "Drop of 2 files"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_file_whose_name_is_not_unicode_is_found_again() {
        use std::os::unix::ffi::OsStrExt as _;
        let folder = tempfile::tempdir().unwrap();
        let journal = journal_in(folder.path());
        let path = std::path::Path::new(std::ffi::OsStr::from_bytes(b"/p/\xff.png"));
        let mut item = new_item("?.png");
        item.source = crate::model::Source::File(path.to_owned());
        let operation = journal.add_operation(&profile(), "drop").unwrap();
        journal
            .add_items(&profile(), operation, &[item.clone()])
            .unwrap();
        drop(journal);
        let journal = journal_in(folder.path());
        assert_eq!(journal.items(&profile(), 0, 10).unwrap()[0].what, item);
    }

    #[test]
    fn a_crash_in_any_phase_leaves_an_item_that_goes_on() {
        let reserved = Phase::Reserved(reservation());
        let sending = Phase::Sending(Some(reservation()));
        let in_doubt = Phase::InDoubt(Some(reservation()));
        let steps = [
            (vec![], Phase::Queued),
            (vec![reserved.clone()], in_doubt.clone()),
            (vec![reserved.clone(), sending.clone()], in_doubt.clone()),
            (vec![Phase::Sending(None)], Phase::InDoubt(None)),
            (
                vec![reserved.clone(), sending.clone(), in_doubt.clone()],
                in_doubt.clone(),
            ),
            (vec![reserved.clone(), sending.clone(), done()], done()),
            (vec![failed(None)], failed(None)),
            (vec![failed(Some(at(60)))], failed(Some(at(60)))),
        ];
        for (announced, expected) in steps {
            let folder = tempfile::tempdir().unwrap();
            let journal = journal_in(folder.path());
            let id = add(&journal, 1)[0];
            journal.claim(&profile(), 1, at(0)).unwrap();
            for phase in &announced {
                journal.set_phase(id, phase).unwrap();
            }
            // A crash runs no destructor: what follows reads only what the disk has.
            std::mem::forget(journal);
            let copy = tempfile::tempdir().unwrap();
            for name in ["journal.db", "journal.db-wal"] {
                std::fs::copy(folder.path().join(name), copy.path().join(name)).unwrap();
            }
            let journal = journal_in(copy.path());
            let recovered = journal.recover(&profile()).unwrap();
            assert_eq!(phase_of(&journal, id), expected);
            let is_in_doubt = matches!(expected, Phase::InDoubt(_));
            assert_eq!(recovered.in_doubt, usize::from(is_in_doubt));
            assert_eq!(recovered.resumed, usize::from(!expected.is_settled()));
            let again = journal.claim(&profile(), 1, at(60)).unwrap();
            assert_eq!(again.len(), recovered.resumed, "{announced:?}");
        }
    }

    #[test]
    fn nothing_is_done_without_having_been_sent() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal_in(folder.path());
        let id = add(&journal, 1)[0];
        let refused = journal.set_phase(id, &done());
        assert!(matches!(
            refused,
            Err(JournalError::NotAllowed {
                from: "queued",
                to: "done"
            })
        ));
        assert_eq!(phase_of(&journal, id), Phase::Queued);
        assert!(matches!(
            journal.set_phase(ItemId(99), &done()),
            Err(JournalError::NoSuchItem(ItemId(99)))
        ));
    }

    #[test]
    fn a_one_time_url_is_printed_nowhere_and_wiped_when_it_is_used_up() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal_in(folder.path());
        let id = add(&journal, 1)[0];
        journal
            .set_phase(id, &Phase::Reserved(reservation()))
            .unwrap();
        let item = journal.item(id).unwrap().unwrap();
        assert!(!format!("{item:?} {journal:?}").contains("canary"));
        journal
            .set_phase(id, &Phase::Sending(Some(reservation())))
            .unwrap();
        journal.set_phase(id, &done()).unwrap();
        drop(journal);
        let bytes = std::fs::read(folder.path().join("journal.db")).unwrap();
        assert!(!bytes.windows(6).any(|window| window == b"canary"));
    }

    #[test]
    fn ten_thousand_files_are_accepted_and_counted_quickly() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal_in(folder.path());
        let begin = Instant::now();
        add(&journal, 10_000);
        let added = begin.elapsed();
        let begin = Instant::now();
        for _ in 0..100 {
            let claimed = journal.claim(&profile(), 4, at(0)).unwrap();
            journal.release(&[claimed[0].id]);
        }
        assert_eq!(journal.counts(&profile()).unwrap().queued, 10_000);
        let asked = begin.elapsed();
        println!("10,000 items added in {added:?}; 100 claims and a count in {asked:?}");
        assert!(added.as_secs() < 10 && asked.as_secs() < 5);
    }

    fn any_phase() -> impl Strategy<Value = Phase> {
        let reservation = ("[a-z]{1,8}", 0_i64..10_000).prop_map(|(id, seconds)| Reservation {
            id: ImageId::from_server(id.clone()),
            url: Secret::new(format!("https://upload.example/{id}")),
            expires: at(seconds) + SignedDuration::from_micros(7),
        });
        let maybe = prop::option::of(reservation.clone());
        prop_oneof![
            Just(Phase::Queued),
            reservation.prop_map(Phase::Reserved),
            maybe.clone().prop_map(Phase::Sending),
            maybe.prop_map(Phase::InDoubt),
            Just(done()),
            prop::option::of(0_i64..100).prop_map(|retry| failed(retry.map(at))),
            Just(Phase::Duplicate {
                of: ImageId::from_server("other"),
                at: at(3)
            }),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn any_legal_sequence_of_phases_survives_a_reopening(
            wishes in prop::collection::vec(any_phase(), 1..12)
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut journal = journal_in(folder.path());
            let id = add(&journal, 1)[0];
            let mut phase = Phase::Queued;
            for wish in wishes {
                let is_legal = phase.may_become(&wish);
                prop_assert_eq!(journal.set_phase(id, &wish).is_ok(), is_legal);
                if is_legal {
                    phase = wish;
                }
                drop(journal);
                journal = journal_in(folder.path());
                prop_assert_eq!(&phase_of(&journal, id), &phase);
            }
        }
    }
}
