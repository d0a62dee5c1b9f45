//! The only call from the engine back into the window: something is there to be read.

use std::fmt;
use std::sync::Arc;

/// Wakes whoever reads the events. Cheap to clone, callable from any thread.
#[derive(Clone)]
pub struct Waker(Arc<dyn Fn() + Send + Sync>);

impl Waker {
    /// A waker that calls `wake`.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Arc::new(wake))
    }

    /// A waker for those who wait by themselves.
    #[must_use]
    pub fn none() -> Self {
        Self::new(|| {})
    }

    /// Something is there to be read.
    pub fn wake(&self) {
        (self.0)();
    }
}

impl fmt::Debug for Waker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Waker")
    }
}
