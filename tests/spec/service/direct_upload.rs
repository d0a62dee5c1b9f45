//! direct_upload.
