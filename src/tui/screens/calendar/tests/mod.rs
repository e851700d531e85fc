//! The calendar, driven by keys.

mod fuzz;
mod keys;
mod looks;
mod scene;
mod writing;
