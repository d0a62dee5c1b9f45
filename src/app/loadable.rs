//! A value that comes from elsewhere: not asked, on its way, there, or refused.

use crate::model::Problem;

/// A value that comes from elsewhere. What was there before stays visible while the next is on
/// its way and when it fails.
#[derive(Debug, Clone, PartialEq)]
pub struct Loadable<T> {
    value: Option<T>,
    is_loading: bool,
    problem: Option<Problem>,
}

impl<T> Default for Loadable<T> {
    fn default() -> Self {
        Self {
            value: None,
            is_loading: false,
            problem: None,
        }
    }
}

impl<T> Loadable<T> {
    /// A new value was asked for.
    pub fn start(&mut self) {
        self.is_loading = true;
        self.problem = None;
    }

    /// The value is there.
    pub fn finish(&mut self, value: T) {
        *self = Self {
            value: Some(value),
            is_loading: false,
            problem: None,
        };
    }

    /// It could not be had.
    pub fn fail(&mut self, problem: Problem) {
        self.is_loading = false;
        self.problem = Some(problem);
    }

    /// The answer has come, whichever it is.
    pub fn receive(&mut self, result: Result<T, Problem>) {
        match result {
            Ok(value) => self.finish(value),
            Err(problem) => self.fail(problem),
        }
    }

    /// The latest value there is, perhaps of an earlier question.
    #[must_use]
    pub const fn value(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// The latest value there is, to keep it true after a change.
    pub const fn value_mut(&mut self) -> Option<&mut T> {
        self.value.as_mut()
    }

    /// Whether a new value is on its way.
    #[must_use]
    pub const fn is_loading(&self) -> bool {
        self.is_loading
    }

    /// Why the last question failed.
    #[must_use]
    pub const fn problem(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }
}
