//! Notices: short news at the edge of the window, and the history of them.

use std::collections::VecDeque;

use crate::model::Problem;

/// The number of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoticeId(u64);

/// What a notice says; the words are in the locale.
#[derive(Debug, Clone, PartialEq)]
pub enum News {
    /// Text was copied; how many lines.
    Copied(usize),
    /// Images were uploaded.
    Uploaded(usize),
    /// Uploads of an earlier run go on.
    Resumed(usize),
    /// Images are gone.
    Deleted(usize),
    /// Images were changed.
    Edited(usize),
    /// Files were saved.
    Saved(usize),
    /// A variant was created.
    VariantCreated(String),
    /// A variant was saved.
    VariantSaved(String),
    /// A variant is gone.
    VariantDeleted(String),
    /// Flexible variants are on or off.
    Flexible(bool),
    /// An upload link was made.
    LinkCreated,
    /// A signing key was made.
    KeyCreated(String),
    /// A signing key is gone.
    KeyDeleted(String),
    /// Something may go wrong, for this many things.
    Warning(Problem, usize),
    /// Something went wrong, for this many things.
    Problem(Problem, usize),
}

impl News {
    /// Whether it stays until it is read.
    #[must_use]
    pub const fn stays(&self) -> bool {
        matches!(self, Self::Problem(..) | Self::Warning(..))
    }
}

/// One notice.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// Its number.
    pub id: NoticeId,
    /// What it says.
    pub news: News,
    /// How often the same was said while it was shown.
    pub times: usize,
}

/// The notices that are shown, oldest first.
#[derive(Debug, Default)]
pub struct Notices {
    shown: VecDeque<Notice>,
    next: u64,
}

impl Notices {
    /// The most that are shown at once; the oldest makes room.
    const MAX_SHOWN: usize = 5;

    /// Says something. The same words twice become one notice with a count.
    pub fn push(&mut self, news: News) {
        // Uploads are confirmed one after the other: one notice counts them.
        if let News::Uploaded(more) = &news
            && let Some((count, times)) = self.shown.iter_mut().find_map(|notice| match &mut notice
                .news
            {
                News::Uploaded(count) => Some((count, &mut notice.times)),
                _ => None,
            })
        {
            *count += more;
            // It is news again, so it is shown for as long as a new one.
            *times = 1;
            return;
        }
        if let Some(same) = self.shown.iter_mut().find(|notice| notice.news == news) {
            same.times += 1;
            return;
        }
        self.next += 1;
        self.shown.push_back(Notice {
            id: NoticeId(self.next),
            news,
            times: 1,
        });
        if self.shown.len() > Self::MAX_SHOWN {
            self.shown.pop_front();
        }
    }

    /// Says that something went wrong.
    pub fn problem(&mut self, problem: Problem) {
        self.push(News::Problem(problem, 1));
    }

    /// Takes a notice away.
    pub fn dismiss(&mut self, id: NoticeId) {
        self.shown.retain(|notice| notice.id != id);
    }

    /// The notices that are shown, oldest first.
    pub fn shown(&self) -> impl Iterator<Item = &Notice> {
        self.shown.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uploads_that_end_one_after_the_other_are_one_notice() {
        let mut notices = Notices::default();
        notices.push(News::Uploaded(1));
        notices.push(News::Uploaded(4));
        let shown: Vec<_> = notices.shown().map(|notice| notice.news.clone()).collect();
        assert_eq!(shown, [News::Uploaded(5)]);
    }

    #[test]
    fn the_same_words_twice_are_one_notice() {
        let mut notices = Notices::default();
        notices.push(News::Copied(1));
        notices.push(News::Copied(1));
        notices.problem(Problem::new("no connection"));
        let shown: Vec<_> = notices.shown().map(|notice| notice.times).collect();
        assert_eq!(shown, [2, 1]);
    }
}
