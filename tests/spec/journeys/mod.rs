//! Journeys: what a person gets, from end to end.

mod engine;
