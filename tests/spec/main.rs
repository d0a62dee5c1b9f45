//! What the product promises, laid out like the product.

mod client;
