//! Lenticular: a desktop image manager for Cloudflare Images.
//!
//! One package, one binary. The floors, from the bottom:
//!
//! 0. [`model`]: the words and rules of the product, pure values.
//! 1. [`wire`] (the JSON), [`transform`] (the pixels), [`samples`], [`sqlite`], [`blobs`].
//! 2. [`api`] (the client), [`server`] (the same API on this disk), [`intake`], [`journal`],
//!    [`config`]. Neighbors never import one another.
//! 3. [`engine`]: everything asynchronous; the only place where the second floor meets.
//! 4. [`app`]: the decisions.
//! 5. [`ui`] (the window) and [`cli`] (the second door).
//!
//! A module imports only from lower floors; `tests/spec/floors.rs` keeps it so.
//! `ARCHITECTURE.md` tells the three walks through it.

pub mod api;
pub mod app;
pub mod blobs;
pub mod cli;
pub mod config;
pub mod engine;
pub mod intake;
pub mod journal;
pub mod model;
pub mod samples;
pub mod server;
pub mod sqlite;
pub mod transform;
#[cfg(feature = "gui")]
pub mod ui;
pub mod wire;
