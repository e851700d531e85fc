//! A list of which only what is visible costs anything.

use std::ops::Range;

use ratatui::layout::{Position, Rect};

use crate::tui::commands::ListAct;

/// Rows that stay visible above and below the cursor.
const MARGIN: usize = 2;

/// Where the cursor is and what is visible. It does not know the rows, only how many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListState {
    cursor: usize,
    offset: usize,
    area: Rect,
}

impl ListState {
    /// The row of the cursor; 0 in an empty list.
    #[must_use]
    pub const fn cursor(&self) -> usize {
        self.cursor
    }

    /// Puts the cursor on `row`, or the last one of `len`.
    pub fn select(&mut self, row: usize, len: usize) {
        self.cursor = row.min(len.saturating_sub(1));
    }

    /// Moves as `act` says in a list of `len` rows. `false` when `act` is no move up or down.
    pub fn go(&mut self, act: ListAct, len: usize) -> bool {
        let page = usize::from(self.area.height).max(1);
        let half = (page / 2).max(1);
        let to = match act {
            ListAct::Down => self.cursor.saturating_add(1),
            ListAct::Up => self.cursor.saturating_sub(1),
            ListAct::HalfDown => self.cursor.saturating_add(half),
            ListAct::HalfUp => self.cursor.saturating_sub(half),
            ListAct::PageDown => self.cursor.saturating_add(page),
            ListAct::PageUp => self.cursor.saturating_sub(page),
            ListAct::Top => 0,
            ListAct::Bottom => usize::MAX,
            _ => return false,
        };
        self.select(to, len);
        true
    }

    /// The rows to draw into `area`, the cursor among them. Remembers the area for the mouse.
    pub fn visible(&mut self, area: Rect, len: usize) -> Range<usize> {
        self.area = area;
        self.select(self.cursor, len);
        let height = usize::from(area.height);
        let margin = MARGIN.min(height.saturating_sub(1) / 2);
        let lowest = (self.cursor + margin + 1).saturating_sub(height);
        let highest = self.cursor.saturating_sub(margin);
        self.offset =
            self.offset.clamp(lowest, highest.max(lowest)).min(len.saturating_sub(height));
        self.offset..(self.offset + height).min(len)
    }

    /// A row was put in at `at`: what is under the cursor stays under it, and stays in its place
    /// on the screen where there is room.
    pub fn inserted(&mut self, at: usize) {
        if at <= self.cursor {
            self.cursor += 1;
        }
        if at <= self.offset && self.offset > 0 {
            self.offset += 1;
        }
    }

    /// The row at `at` was taken out.
    pub fn removed(&mut self, at: usize) {
        if at < self.cursor {
            self.cursor -= 1;
        }
        if at < self.offset {
            self.offset -= 1;
        }
    }

    /// The row under a mouse at `position`, of `len`.
    #[must_use]
    pub fn at(&self, position: Position, len: usize) -> Option<usize> {
        if !self.area.contains(position) {
            return None;
        }
        let row = self.offset + usize::from(position.y - self.area.y);
        (row < len).then_some(row)
    }

    /// The rows that were drawn last, as far as there are still `len`.
    #[must_use]
    pub fn drawn(&self, len: usize) -> Range<usize> {
        let end = (self.offset + usize::from(self.area.height)).min(len);
        self.offset.min(end)..end
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn area(height: u16) -> Rect {
        Rect { x: 0, y: 2, width: 20, height }
    }

    #[test]
    fn the_view_follows_the_cursor_and_no_more() {
        let mut list = ListState::default();
        assert_eq!(list.visible(area(10), 100), 0..10);
        list.select(7, 100);
        assert_eq!(list.visible(area(10), 100), 0..10);
        list.go(ListAct::Down, 100);
        assert_eq!(list.visible(area(10), 100), 1..11);
        list.go(ListAct::Bottom, 100);
        assert_eq!(list.visible(area(10), 100), 90..100);
        list.go(ListAct::Up, 100);
        assert_eq!(list.visible(area(10), 100), 90..100);
    }

    #[test]
    fn what_arrives_above_moves_nothing_that_is_seen() {
        let mut list = ListState::default();
        list.select(50, 100);
        let before = list.visible(area(10), 100);
        list.inserted(3);
        assert_eq!(list.cursor(), 51);
        let after = list.visible(area(10), 101);
        assert_eq!(after, before.start + 1..before.end + 1);
        list.removed(3);
        assert_eq!((list.cursor(), list.visible(area(10), 100)), (50, before));
    }

    #[test]
    fn the_mouse_finds_the_row() {
        let mut list = ListState::default();
        list.select(50, 100);
        let first = list.visible(area(10), 100).start;
        assert_eq!(list.at(Position { x: 3, y: 4 }, 100), Some(first + 2));
        assert_eq!(list.at(Position { x: 3, y: 1 }, 100), None);
    }

    proptest! {
        #[test]
        fn the_cursor_is_always_visible(
            len in 0_usize..200,
            steps in prop::collection::vec((0_usize..8, 0_u16..30), 1..40),
        ) {
            let acts = [
                ListAct::Down, ListAct::Up, ListAct::Top, ListAct::Bottom,
                ListAct::HalfDown, ListAct::HalfUp, ListAct::PageDown, ListAct::PageUp,
            ];
            let mut list = ListState::default();
            for (act, height) in steps {
                list.go(acts[act], len);
                let seen = list.visible(area(height), len);
                prop_assert!(seen.len() <= usize::from(height));
                prop_assert_eq!(seen.len(), len.min(usize::from(height)));
                prop_assert!(len == 0 || height == 0 || seen.contains(&list.cursor()));
            }
        }
    }
}
