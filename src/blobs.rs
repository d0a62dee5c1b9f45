//! Bytes by content hash.
