//! Rounds in turns, and the line that tells their medians.

use std::fmt;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::{Result, millis};

/// Both sides of one comparison.
pub(crate) struct Row {
    title: String,
    /// How many requests one round has.
    requests: usize,
    ours: Vec<Duration>,
    theirs: Vec<Duration>,
}

impl Row {
    pub(crate) const TITLE: &str =
        "milliseconds per request         Lenticular   compared   ratio   lowest … highest";

    pub(crate) const fn new(title: String, requests: usize) -> Self {
        Self {
            title,
            requests,
            ours: Vec::new(),
            theirs: Vec::new(),
        }
    }

    /// Runs both sides `rounds` times in turns, and once before that does not count. Who begins
    /// changes from round to round.
    pub(crate) fn rounds(
        &mut self,
        rounds: usize,
        mut ours: impl FnMut() -> Result<Duration>,
        mut theirs: impl FnMut() -> Result<Duration>,
    ) -> Result<()> {
        ours()?;
        theirs()?;
        for round in 0..rounds {
            if round % 2 == 0 {
                self.ours.push(ours()?);
                self.theirs.push(theirs()?);
            } else {
                self.theirs.push(theirs()?);
                self.ours.push(ours()?);
            }
        }
        Ok(())
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let requests = u32::try_from(self.requests).unwrap_or(u32::MAX);
        let each = |times: &[Duration]| {
            median(times.iter().map(|time| millis(*time / requests)).collect())
        };
        // Of rounds that stood side by side: what else the machine does hits both of them.
        let mut ratios: Vec<f64> = std::iter::zip(&self.ours, &self.theirs)
            .map(|(ours, theirs)| ours.as_secs_f64() / theirs.as_secs_f64())
            .collect();
        ratios.sort_by(f64::total_cmp);
        let (lowest, highest) = (
            ratios.first().copied().unwrap_or_default(),
            ratios.last().copied().unwrap_or_default(),
        );
        write!(
            f,
            "{:<32} {:>10.3} {:>10.3} {:>7.2}   {lowest:.2} … {highest:.2}",
            self.title,
            each(&self.ours),
            each(&self.theirs),
            median(ratios),
        )
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// How long the disk takes to make a few bytes durable: what every upload waits for.
pub(crate) fn flush_time(folder: &Path) -> io::Result<Duration> {
    let mut times = Vec::new();
    let mut file = File::create(folder.join("flushed"))?;
    for _ in 0..15 {
        file.write_all(b"a few bytes")?;
        let begin = Instant::now();
        file.sync_all()?;
        times.push(begin.elapsed());
    }
    times.sort();
    Ok(times[times.len() / 2])
}
