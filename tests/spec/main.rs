//! The specification, as tests: one binary, laid out like the product.

mod client;
mod credentials;
mod floors;
mod journeys;
mod render;
mod screens;
mod service;
mod views;
mod widgets;
