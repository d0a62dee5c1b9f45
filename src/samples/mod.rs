//! samples.
