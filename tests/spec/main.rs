//! The specification: what the product does, in tests named as sentences.

mod service;
