//! The specification, as tests: one binary, laid out like the product.

mod client;
mod journeys;
mod render;
mod service;
mod widgets;
