//! What keys and mouse do in a list that has beside it, or in its place, what is read of its row.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::{Filter, Row, find::Find, rows::Rows};
use crate::tui::{
    app::{cx::Cx, desk::Desk},
    commands::ListAct,
    screens::Handled,
    widgets::scroll::Scroll,
};

/// From this width on, the list and what is read stand side by side.
pub const SPLIT: u16 = 101;

/// Where the keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pane {
    List,
    /// Beside the list, or in its place where there is no room for both.
    Detail,
}

impl Pane {
    /// Whether what is read of a row can be seen.
    #[must_use]
    pub fn shows_detail(self, desk: &Desk) -> bool {
        self == Self::Detail || desk.size.width >= SPLIT
    }

    /// Whether the list can be seen.
    #[must_use]
    pub fn shows_list(self, desk: &Desk) -> bool {
        self == Self::List || desk.size.width >= SPLIT
    }
}

/// The parts of a screen that are moved.
#[derive(Debug)]
pub struct Browse<'a, F: Filter> {
    pub rows: &'a mut Rows<F>,
    pub find: &'a mut Find<F>,
    pub pane: &'a mut Pane,
    pub scroll: &'a mut Scroll,
}

impl<F: Filter> Browse<'_, F> {
    /// Does what a key asks for. Another row is read from its beginning.
    pub fn act(&mut self, act: ListAct, cx: &mut Cx) -> Handled {
        let before = self.rows.current().map(Row::id);
        let handled = self.take(act, cx);
        if self.rows.current().map(Row::id) != before {
            self.scroll.top();
        }
        handled
    }

    fn take(&mut self, act: ListAct, cx: &mut Cx) -> Handled {
        let has_row = self.rows.current().is_some();
        let is_beside = cx.desk.size.width >= SPLIT;
        match (*self.pane, act) {
            (
                Pane::List,
                ListAct::NextPane | ListAct::PreviousPane | ListAct::Open | ListAct::Right,
            ) if has_row => {
                *self.pane = Pane::Detail;
            }
            (_, ListAct::NextPane | ListAct::PreviousPane) => *self.pane = Pane::List,
            (Pane::Detail, ListAct::Left) if is_beside => *self.pane = Pane::List,
            // Where the list is not seen, the neighbours are one key away.
            (Pane::Detail, ListAct::Left) => return self.step(ListAct::Up, cx),
            (Pane::Detail, ListAct::Right) if !is_beside => return self.step(ListAct::Down, cx),
            (_, ListAct::Find) => {
                *self.pane = Pane::List;
                self.find.begin(self.rows, cx);
            }
            (_, ListAct::NextFound) => self.find.step(true, self.rows, cx),
            (_, ListAct::PreviousFound) => self.find.step(false, self.rows, cx),
            (Pane::List, ListAct::Bottom) => self.rows.go_to_the_end(cx),
            (Pane::List, act) => return self.step(act, cx),
            (Pane::Detail, act) => {
                if !self.scroll.go(act) {
                    return Handled::Ignored;
                }
            }
        }
        Handled::Consumed
    }

    /// Moves the cursor, whichever pane the keys go to.
    pub fn step(&mut self, act: ListAct, cx: &mut Cx) -> Handled {
        let len = self.rows.len();
        if !self.rows.list.go(act, len) {
            return Handled::Ignored;
        }
        self.rows.moved(cx);
        Handled::Consumed
    }

    /// Goes to the row under the mouse, and opens the one that the cursor is on; the wheel moves as the keys do.
    pub fn mouse(&mut self, mouse: MouseEvent, cx: &mut Cx) -> Handled {
        match mouse.kind {
            MouseEventKind::ScrollDown => self.act(ListAct::Down, cx),
            MouseEventKind::ScrollUp => self.act(ListAct::Up, cx),
            MouseEventKind::Down(MouseButton::Left) => {
                let at = Position { x: mouse.column, y: mouse.row };
                let row = self.rows.list.at(at, self.rows.len());
                let Some(index) = row.filter(|_| self.pane.shows_list(cx.desk)) else {
                    return Handled::Ignored;
                };
                let is_open = index == self.rows.list.cursor();
                *self.pane = if is_open { Pane::Detail } else { Pane::List };
                if !is_open {
                    self.rows.select(index);
                    self.rows.moved(cx);
                    self.scroll.top();
                }
                Handled::Consumed
            }
            _ => Handled::Ignored,
        }
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{Event, KeyModifiers};

    use super::*;
    use crate::tui::testing::Stage;

    /// The lists that are browsed.
    fn lists(width: u16, height: u16) -> [Stage; 3] {
        let mut bookings = Stage::at_work(width, height);
        bookings.press("4");
        bookings.serve();
        [Stage::at_work(width, height), bookings, Stage::on_a_trip(width, height)]
    }

    #[test]
    fn every_list_is_opened_and_left_by_the_same_keys() {
        for mut stage in lists(120, 40) {
            for (there, back) in [("right", "left"), ("enter", "esc"), ("tab", "tab")] {
                stage.press(there);
                assert!(!stage.app.is_home(), "{there}: {}", stage.screen());
                stage.press(back);
                assert!(stage.app.is_home(), "{back}: {}", stage.screen());
            }
        }
    }

    #[test]
    fn where_only_one_is_seen_the_neighbours_are_one_key_away() {
        for mut stage in lists(80, 24) {
            let first = stage.row_with("▌");
            stage.press("right");
            stage.serve();
            stage.press("right");
            stage.serve();
            assert!(!stage.app.is_home());
            stage.press("esc");
            assert_ne!(stage.row_with("▌"), first);
            stage.press("enter left esc");
            assert_eq!(stage.row_with("▌"), first);
        }
    }

    #[test]
    fn the_mouse_goes_to_a_row_and_opens_it() {
        for mut stage in lists(80, 24) {
            let at = |stage: &mut Stage| stage.screen().lines().position(|row| row.contains('▌'));
            let first = at(&mut stage).unwrap();
            let click = |stage: &mut Stage, row: usize| {
                let kind = MouseEventKind::Down(MouseButton::Left);
                let row = u16::try_from(row).unwrap();
                let modifiers = KeyModifiers::NONE;
                stage.event(Event::Mouse(MouseEvent { kind, column: 20, row, modifiers }));
            };
            click(&mut stage, first + 1);
            assert!(stage.app.is_home());
            assert_eq!(at(&mut stage), Some(first + 1));
            click(&mut stage, first + 1);
            stage.serve();
            assert!(!stage.app.is_home(), "{}", stage.screen());
            let read = stage.screen();
            click(&mut stage, first);
            assert_eq!(stage.screen(), read, "the list is not seen");
        }
    }
}
