//! The window's views: what they show, what a click asks of the engine, what controls are called.

mod gallery;
