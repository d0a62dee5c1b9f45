//! The upload queue as it is shown.

use std::collections::BTreeMap;

use crate::engine::{Request, UploadInput, UploadRow, UploadState, UploadsDelta};
use crate::model::{ByteSize, ItemId, UploadSpec};

/// The queue, and what waits for a look at the options.
#[derive(Debug, Default)]
pub struct Uploads {
    rows: BTreeMap<ItemId, UploadRow>,
    /// Dropped elsewhere or given at the start: waits for a look at the options.
    pub staged: Vec<UploadInput>,
    /// Whether the queue is held back.
    pub paused: bool,
    /// Bytes a second, smoothed.
    pub bytes_per_second: Option<u64>,
    /// Files being looked at before they enter the queue.
    pub checking: usize,
}

/// Sums over the queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UploadTotals {
    /// Rows that count: neither cancelled nor duplicates.
    pub files: usize,
    /// Confirmed.
    pub done: usize,
    /// Failed, and a person has to decide.
    pub failed: usize,
    /// Failed, and trying the same again may help.
    pub retryable: usize,
    /// Not settled.
    pub open: usize,
    /// Settled, whatever the end.
    pub settled: usize,
    /// Bytes of the files that count, without those that failed.
    pub bytes: ByteSize,
    /// Bytes of them that were sent.
    pub sent: ByteSize,
}

impl UploadTotals {
    /// How far the queue is, from 0 to 1.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a bar of some hundred pixels")]
    pub fn fraction(&self) -> f32 {
        if self.bytes.0 > 0 {
            return (self.sent.0 as f32 / self.bytes.0 as f32).clamp(0.0, 1.0);
        }
        if self.files > 0 {
            self.done as f32 / self.files as f32
        } else {
            0.0
        }
    }
}

impl Uploads {
    /// The rows, in the order they are worked on.
    #[must_use]
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &UploadRow> {
        self.rows.values()
    }

    /// The row with that number.
    #[must_use]
    pub fn row(&self, id: ItemId) -> Option<&UploadRow> {
        self.rows.get(&id)
    }

    /// Sums over the queue.
    #[must_use]
    pub fn totals(&self) -> UploadTotals {
        let mut totals = UploadTotals::default();
        for row in self.rows.values() {
            if row.state.is_settled() {
                totals.settled += 1;
            } else {
                totals.open += 1;
            }
            match &row.state {
                UploadState::Cancelled | UploadState::Duplicate { .. } => continue,
                UploadState::Failed(problem) => {
                    totals.failed += 1;
                    totals.retryable += usize::from(problem.can_retry);
                    totals.files += 1;
                    continue;
                }
                UploadState::Done { .. } => {
                    totals.done += 1;
                    totals.sent.0 += row.size.0;
                }
                UploadState::Sending { sent, .. } => totals.sent.0 += sent.min(&row.size.0),
                UploadState::Finishing | UploadState::Checking => totals.sent.0 += row.size.0,
                UploadState::Waiting | UploadState::WillRetry { .. } | UploadState::Paused => {}
            }
            totals.files += 1;
            totals.bytes.0 += row.size.0;
        }
        totals
    }

    /// How long the rest takes at the present speed, in whole seconds.
    #[must_use]
    pub fn seconds_left(&self) -> Option<u64> {
        let totals = self.totals();
        let speed = self.bytes_per_second.filter(|speed| *speed > 0)?;
        let left = totals.bytes.0.saturating_sub(totals.sent.0);
        (totals.open > 0 && left > 0).then(|| left.div_ceil(speed))
    }

    /// Something new of the queue.
    pub fn receive(&mut self, delta: UploadsDelta) {
        if delta.is_whole {
            self.rows.clear();
        }
        for row in delta.changed {
            self.rows.insert(row.id, row);
        }
        for id in &delta.removed {
            self.rows.remove(id);
        }
        self.paused = delta.paused;
        self.bytes_per_second = delta.bytes_per_second;
        self.checking = delta.checking;
    }

    /// Puts something aside for a look at the options.
    pub fn stage(&mut self, inputs: Vec<UploadInput>) {
        for input in inputs {
            if !self.staged.contains(&input) {
                self.staged.push(input);
            }
        }
    }

    /// Uploads what was put aside.
    pub fn upload_staged(&mut self, spec: Box<UploadSpec>) -> Vec<Request> {
        let inputs = std::mem::take(&mut self.staged);
        if inputs.is_empty() {
            Vec::new()
        } else {
            vec![Request::Upload { inputs, spec }]
        }
    }

    /// Another profile is open: its queue is on its way. What waits for a look stays.
    pub fn open(&mut self) {
        *self = Self {
            staged: std::mem::take(&mut self.staged),
            ..Self::default()
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ImageId, Problem, Source};

    fn row(id: i64, size: u64, state: UploadState) -> UploadRow {
        UploadRow {
            id: ItemId(id),
            source: Source::File("a.png".into()),
            file_name: "a.png".to_owned(),
            size: ByteSize(size),
            content_hash: None,
            image_id: None,
            require_signed_urls: false,
            state,
        }
    }

    #[test]
    fn the_bar_tells_bytes_of_what_can_still_succeed() {
        let mut uploads = Uploads::default();
        uploads.receive(UploadsDelta {
            changed: vec![
                row(
                    1,
                    100,
                    UploadState::Done {
                        id: ImageId::from_server("x"),
                    },
                ),
                row(
                    2,
                    100,
                    UploadState::Sending {
                        sent: 50,
                        since: jiff::Timestamp::UNIX_EPOCH,
                    },
                ),
                row(3, 1_000, UploadState::Failed(Problem::new("too large"))),
                row(4, 100, UploadState::Waiting),
                row(5, 100, UploadState::Cancelled),
            ],
            bytes_per_second: Some(15),
            ..UploadsDelta::default()
        });
        let totals = uploads.totals();
        assert_eq!(
            (totals.files, totals.done, totals.failed, totals.open),
            (4, 1, 1, 2)
        );
        assert_eq!((totals.bytes, totals.sent), (ByteSize(300), ByteSize(150)));
        assert_eq!(uploads.seconds_left(), Some(10));
    }
}
