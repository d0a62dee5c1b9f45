//! upload_url.
