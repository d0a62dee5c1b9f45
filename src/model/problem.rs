//! A problem as a person reads it: what happened, what is unaffected, what to do, the code.

use std::fmt;

/// Everything the window says about something that went wrong.
///
/// It holds no secret, no path and nothing of an image's metadata, so it may be copied and sent.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Problem {
    /// What happened, as a sentence without a period.
    pub what: String,
    /// What is unaffected, if it is worth a word.
    pub unaffected: Option<String>,
    /// What the person can do.
    pub hint: Option<String>,
    /// The service's code, for support.
    pub code: Option<u32>,
    /// Whether trying the same again may work.
    pub can_retry: bool,
}

impl Problem {
    /// A problem of which nothing more is known.
    pub fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            ..Self::default()
        }
    }

    /// The same with advice.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same with what is unaffected.
    #[must_use]
    pub fn with_unaffected(mut self, unaffected: impl Into<String>) -> Self {
        self.unaffected = Some(unaffected.into());
        self
    }

    /// The same with a code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<Option<u32>>) -> Self {
        self.code = code.into();
        self
    }

    /// The same, marked as worth another try.
    #[must_use]
    pub fn retryable(mut self, can_retry: bool) -> Self {
        self.can_retry = can_retry;
        self
    }
}

/// One line: `What. Unaffected. Hint. [code]`.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        for part in [&self.unaffected, &self.hint].into_iter().flatten() {
            write!(f, ". {part}")?;
        }
        if let Some(code) = self.code {
            write!(f, " [{code}]")?;
        }
        Ok(())
    }
}
