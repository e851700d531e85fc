//! A long list that the server has: its rows come in pages as the cursor moves and stay in order as
//! others change them; words narrow it; the row that is read is fetched whole.
//!
//! A screen says what its rows are ([`Row`]), how they are asked for ([`Filter`]), and what is read
//! of one ([`Whole`]).

pub mod browse;
pub mod details;
pub mod find;
pub mod rows;

use std::fmt;

use super::app::{call::Call, desk::Desk};

/// One row of a list.
pub trait Row: Clone + fmt::Debug + Send {
    type Id: Copy + Eq + fmt::Debug + Send;

    fn id(&self) -> Self::Id;

    /// Grows with every change.
    fn version(&self) -> i64;

    /// Whether one of its names contains `words`, whatever the case.
    fn has(&self, words: &str) -> bool;
}

/// Which rows are shown, and in which order.
pub trait Filter: Clone + Default + fmt::Debug + Send {
    type Row: Row;

    /// The words that narrow the list; none when empty.
    fn words(&self) -> &str;

    /// The same list, narrowed by other words.
    #[must_use]
    fn with_words(&self, words: String) -> Self;

    /// Whether this is another list than `other`, whatever the words.
    fn is_apart_from(&self, other: &Self) -> bool;

    /// The call for a page; none while nobody is there to ask for.
    fn page(&self, after: Option<String>, limit: u32, desk: &Desk) -> Option<Call>;

    /// Whether a row that arrives belongs into the list.
    fn admits(&self, row: &Self::Row, desk: &Desk) -> bool;

    /// Where `row` belongs among `rows`, which are in the server's order.
    fn place(&self, row: &Self::Row, rows: &[Self::Row]) -> usize;
}

/// Everything about one row, as it is read.
pub trait Whole: Clone + fmt::Debug + Send {
    type Id: Copy + Eq + fmt::Debug + Send;

    fn id(&self) -> Self::Id;

    fn version(&self) -> i64;

    /// The call that brings it.
    fn fetch(id: Self::Id) -> Call;
}
