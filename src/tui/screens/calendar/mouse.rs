//! The mouse: a press selects, dragging marks a range, the wheel turns the months.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::{Calendar, Over, place::Pane};
use crate::tui::{app::cx::Cx, screens::Handled};

impl Calendar {
    pub(super) fn act_on_mouse(&mut self, mouse: MouseEvent, cx: &mut Cx) -> Handled {
        if !matches!(self.over, Over::Nothing) {
            return Handled::Ignored;
        }
        let at = Position { x: mouse.column, y: mouse.row };
        let day = self.grid.at(at);
        match mouse.kind {
            MouseEventKind::ScrollDown => self.step_months(1, cx),
            MouseEventKind::ScrollUp => self.step_months(-1, cx),
            MouseEventKind::Down(MouseButton::Left) => {
                self.pressed = day;
                let rows = self.rows();
                let Some(place) = &mut self.place else { return Handled::Ignored };
                if let Some(day) = day {
                    place.end_range();
                    place.pane = Pane::Month;
                    place.go(day);
                    self.moved(cx);
                } else if self.table.contains(at) {
                    let shown = usize::from(self.table.height);
                    let chosen = place.row(&rows);
                    let cursor = rows.iter().position(|row| Some(*row) == chosen).unwrap_or(0);
                    let top = (cursor + 1).saturating_sub(shown);
                    if let Some(row) = rows.get(top + usize::from(at.y - self.table.y)) {
                        place.choose(*row);
                        place.pane = Pane::Table;
                    }
                }
            }
            MouseEventKind::Drag(MouseButton::Left) => {
                if let (Some(from), Some(day), Some(place)) = (self.pressed, day, &mut self.place) {
                    place.go(day);
                    if day != from {
                        place.mark_from(from);
                    }
                    self.moved(cx);
                }
            }
            _ => return Handled::Ignored,
        }
        Handled::Consumed
    }
}
