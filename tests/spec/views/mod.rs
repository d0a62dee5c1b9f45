//! The views, as a person meets them: the whole window on an engine that a test speaks for.

mod variants;
