//! The views: what is asked of the engine when somebody uses them.

mod accounts;
mod gallery;
mod library;
mod uploads;
mod variants;
