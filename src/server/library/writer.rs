//! The connection that writes, on a thread of its own: writes that wait for the disk at the same
//! time share one commit.
//!
//! A commit is answered when the disk has it, and that takes milliseconds however little is in it.
//! So whatever arrives during one commit goes into the next together. Each write stands alone all
//! the same: one that fails or panics is undone by itself, in the midst of the others.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use rusqlite::{Connection, TransactionBehavior, ffi};
use tokio::sync::oneshot;

use super::{LibraryError, Result};

/// More than this many writes in one transaction would let the first of them wait for no gain.
const MAX_TOGETHER: usize = 64;

/// Takes writes as long as it lives.
pub(super) struct Writer {
    jobs: Option<Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

/// What comes of a write, or the panic in it.
type Outcome<T> = std::result::Result<rusqlite::Result<T>, Box<dyn Any + Send>>;

/// A write on its way to its own commit.
pub(super) struct Pending<T>(oneshot::Receiver<Outcome<T>>);

impl Writer {
    pub(super) fn start(connection: Connection) -> std::io::Result<Self> {
        let (jobs, arriving) = channel();
        let thread = thread::Builder::new()
            .name("library-writer".to_owned())
            .spawn(move || work(connection, &arriving))?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// Hands a write over. It happens even when nobody waits for it.
    pub(super) fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Pending<T> {
        let (answer, answered) = oneshot::channel();
        let job = Write {
            work: Some(write),
            outcome: None,
            answer,
        };
        if let Some(jobs) = &self.jobs {
            // Without its thread the write is dropped, and that is what the receiver says then.
            jobs.send(Box::new(job)).ok();
        }
        Pending(answered)
    }
}

impl Drop for Writer {
    /// Waits for what was handed over, and for the database to be closed.
    fn drop(&mut self) {
        self.jobs.take();
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been logged; there is nobody left to tell.
            thread.join().ok();
        }
    }
}

impl<T> Pending<T> {
    /// Waits until the disk has it.
    pub(super) async fn done(self) -> Result<T> {
        outcome(self.0.await)
    }

    /// As [`Pending::done`], on a thread that may block.
    pub(super) fn wait(self) -> Result<T> {
        outcome(self.0.blocking_recv())
    }
}

fn outcome<T>(received: std::result::Result<Outcome<T>, oneshot::error::RecvError>) -> Result<T> {
    match received {
        Ok(Ok(answer)) => Ok(answer?),
        // The request that caused it answers for it; see the router.
        Ok(Err(panic)) => resume_unwind(panic),
        Err(_dropped) => Err(LibraryError::Ended),
    }
}

fn work(mut connection: Connection, arriving: &Receiver<Box<dyn Job>>) {
    while let Ok(first) = arriving.recv() {
        let mut jobs = vec![first];
        jobs.extend(arriving.try_iter().take(MAX_TOGETHER - 1));
        let committed = commit(&mut connection, &mut jobs);
        for job in jobs {
            job.answer(committed.as_ref().err());
        }
    }
}

fn commit(connection: &mut Connection, jobs: &mut [Box<dyn Job>]) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for job in jobs {
        transaction.prepare_cached("SAVEPOINT one")?.execute([])?;
        if !job.run(&transaction) {
            // A full disk may undo the whole transaction: then nobody's write stays, for the reason
            // that this one has.
            if transaction.is_autocommit() {
                return Err(job.error().unwrap_or_else(|| {
                    rusqlite::Error::SqliteFailure(
                        ffi::Error::new(ffi::SQLITE_ABORT_ROLLBACK),
                        None,
                    )
                }));
            }
            transaction.prepare_cached("ROLLBACK TO one")?.execute([])?;
        }
        transaction.prepare_cached("RELEASE one")?.execute([])?;
    }
    transaction.commit()
}

/// A write whose result the thread need not know.
trait Job: Send {
    /// Writes; whether that is to stay.
    fn run(&mut self, connection: &Connection) -> bool;

    /// The error that it ended with, if any.
    fn error(&self) -> Option<rusqlite::Error>;

    /// Tells the result, or why nothing of the transaction stayed.
    fn answer(self: Box<Self>, failed: Option<&rusqlite::Error>);
}

struct Write<T, F> {
    work: Option<F>,
    outcome: Option<Outcome<T>>,
    answer: oneshot::Sender<Outcome<T>>,
}

impl<T, F> Job for Write<T, F>
where
    T: Send,
    F: FnOnce(&Connection) -> rusqlite::Result<T> + Send,
{
    fn run(&mut self, connection: &Connection) -> bool {
        let Some(work) = self.work.take() else {
            return false;
        };
        let outcome = catch_unwind(AssertUnwindSafe(|| work(connection)));
        let stays = matches!(outcome, Ok(Ok(_)));
        self.outcome = Some(outcome);
        stays
    }

    fn error(&self) -> Option<rusqlite::Error> {
        match &self.outcome {
            Some(Ok(Err(error))) => Some(copy(error)),
            _ => None,
        }
    }

    fn answer(self: Box<Self>, failed: Option<&rusqlite::Error>) {
        let outcome = match (self.outcome, failed) {
            (Some(Ok(Ok(_))) | None, Some(error)) => Ok(Err(copy(error))),
            (Some(outcome), _) => outcome,
            // Nothing failed and nothing was done: there is no such job.
            (None, None) => return,
        };
        // Whoever left does not want to know.
        self.answer.send(outcome).ok();
    }
}

/// The same error for each of those whom it hit.
fn copy(error: &rusqlite::Error) -> rusqlite::Error {
    match error {
        rusqlite::Error::SqliteFailure(code, text) => {
            rusqlite::Error::SqliteFailure(*code, text.clone())
        }
        other => rusqlite::Error::SqliteFailure(
            ffi::Error::new(ffi::SQLITE_ERROR),
            Some(other.to_string()),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writer() -> (Writer, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let table = "CREATE TABLE numbers (number INTEGER NOT NULL UNIQUE) STRICT;";
        let connection =
            crate::sqlite::open(&path, crate::sqlite::Durability::Full, &[table]).unwrap();
        (Writer::start(connection).unwrap(), folder)
    }

    fn add(number: i64) -> impl FnOnce(&Connection) -> rusqlite::Result<usize> + Send {
        move |connection| connection.execute("INSERT INTO numbers VALUES (?1)", [number])
    }

    fn numbers(connection: &Connection) -> rusqlite::Result<Vec<i64>> {
        connection
            .prepare("SELECT number FROM numbers ORDER BY number")?
            .query_map([], |row| row.get(0))?
            .collect()
    }

    #[test]
    fn writes_that_wait_together_share_a_commit_and_fail_alone() {
        let (writer, _folder) = writer();
        let (go, gate) = channel::<()>();
        // Holds the thread until the others have gathered.
        let first = writer.write(move |connection| {
            gate.recv().ok();
            add(1)(connection)
        });
        let second = writer.write(add(2));
        let twice = writer.write(|connection| {
            add(3)(connection)?;
            add(2)(connection)
        });
        let panicked = writer.write(|connection| -> rusqlite::Result<()> {
            add(4)(connection)?;
            panic!("on purpose");
        });
        let last = writer.write(add(5));
        go.send(()).unwrap();
        assert_eq!(first.wait().unwrap(), 1);
        assert_eq!(second.wait().unwrap(), 1);
        assert!(matches!(twice.wait(), Err(LibraryError::Database(_))));
        let panic = catch_unwind(AssertUnwindSafe(|| panicked.wait()));
        assert!(panic.is_err());
        assert_eq!(last.wait().unwrap(), 1);
        assert_eq!(writer.write(numbers).wait().unwrap(), [1, 2, 5]);
    }

    #[test]
    fn when_the_commit_fails_nobody_is_told_that_it_worked() {
        let (writer, folder) = writer();
        let (go, gate) = channel::<()>();
        let (running, runs) = channel::<()>();
        let first = writer.write(move |connection| {
            running.send(()).ok();
            gate.recv().ok();
            add(1)(connection)
        });
        // From here on, what is handed over comes into the commit after that.
        runs.recv().unwrap();
        // Found out at the commit only.
        let broken = writer.write(|connection| {
            connection.execute_batch(
                "CREATE TABLE parents (id INTEGER PRIMARY KEY);
                 CREATE TABLE children (parent INTEGER REFERENCES parents (id)
                    DEFERRABLE INITIALLY DEFERRED);
                 INSERT INTO children VALUES (7);",
            )
        });
        let beside = writer.write(add(2));
        go.send(()).unwrap();
        assert!(first.wait().is_ok());
        assert!(broken.wait().is_err());
        assert!(beside.wait().is_err());
        drop(writer);
        let reader = crate::sqlite::open_reader(&folder.path().join("a.db")).unwrap();
        assert_eq!(numbers(&reader).unwrap(), [1]);
    }

    #[test]
    fn what_was_handed_over_is_done_before_the_writer_ends() {
        let (writer, folder) = writer();
        let pending: Vec<_> = (0..100).map(|number| writer.write(add(number))).collect();
        drop(pending);
        drop(writer);
        let reader = crate::sqlite::open_reader(&folder.path().join("a.db")).unwrap();
        assert_eq!(numbers(&reader).unwrap().len(), 100);
    }
}
