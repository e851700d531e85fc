//! The calendar, driven by keys.

mod elsewhere;
mod fuzz;
mod keys;
mod looks;
mod scene;
mod writing;
