//! The specification, as tests: one binary, laid out like the product.

mod render;
mod views;
mod widgets;
