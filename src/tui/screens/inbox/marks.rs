//! Rows that are marked to be answered together.

use std::{collections::HashSet, ops::RangeInclusive};

use traveloure_core::ids::RequestId;

use super::filter::Filter;
use crate::tui::listing::rows::Rows;

/// Marks, and a range that is being drawn from one row to the cursor.
#[derive(Debug, Default)]
pub struct Marks {
    marked: HashSet<RequestId>,
    anchor: Option<RequestId>,
}

impl Marks {
    /// Marks a row, or takes its mark away.
    pub fn turn(&mut self, id: RequestId) {
        if !self.marked.remove(&id) {
            self.marked.insert(id);
        }
    }

    /// Begins a range at the cursor, or ends it: its rows are marked then.
    pub fn turn_range(&mut self, rows: &Rows<Filter>) {
        if self.anchor.is_some() {
            self.end_range(rows);
        } else {
            self.anchor = rows.current().map(|row| row.id);
        }
    }

    /// Marks what the range covers and ends it.
    pub fn end_range(&mut self, rows: &Rows<Filter>) {
        if let Some(range) = self.range(rows) {
            self.marked.extend(rows.items()[range].iter().map(|row| row.id));
        }
        self.anchor = None;
    }

    /// Gives the range up, else all marks; `false` if there were none.
    pub fn back(&mut self) -> bool {
        if self.anchor.take().is_some() {
            return true;
        }
        let any = !self.marked.is_empty();
        self.marked.clear();
        any
    }

    pub fn clear(&mut self) {
        self.marked.clear();
        self.anchor = None;
    }

    /// What the range covers, as indices of `rows`.
    #[must_use]
    pub fn range(&self, rows: &Rows<Filter>) -> Option<RangeInclusive<usize>> {
        let anchor = rows.position(self.anchor?)?;
        let cursor = rows.list.cursor();
        Some(anchor.min(cursor)..=anchor.max(cursor))
    }

    /// Whether the row of that id is marked, not counting the range.
    #[must_use]
    pub fn contains(&self, id: RequestId) -> bool {
        self.marked.contains(&id)
    }

    /// How many are marked, the range counted.
    #[must_use]
    pub fn count(&self, rows: &Rows<Filter>) -> usize {
        let ranged = self.range(rows).map_or(0, |range| {
            rows.items()[range].iter().filter(|row| !self.marked.contains(&row.id)).count()
        });
        self.marked.len() + ranged
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.marked.is_empty() && self.anchor.is_none()
    }
}
