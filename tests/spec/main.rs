//! The specification, as tests: one binary, laid out like the product.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail the test that calls them"
)]

mod client;
mod credentials;
mod floors;
mod journeys;
mod properties;
mod render;
mod screens;
mod service;
mod stage;
mod vectors;
mod views;
mod widgets;
