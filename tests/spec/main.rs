//! The specification, as tests: one binary, laid out like the product.

mod client;
#[cfg(target_os = "linux")]
mod credentials;
mod journeys;
mod render;
mod service;
mod widgets;
