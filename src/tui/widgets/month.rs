//! A month as a grid of weeks, Monday first, a cell a day.

use std::ops::Range;

use chrono::{Datelike, Days, NaiveDate};
use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::{Modifier, Style},
};

use super::text;
use crate::tui::theme::Look;

/// Days of a grid: six weeks hold every month, so that nothing moves from month to month.
pub const DAYS: u64 = 42;
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// The narrowest cell: gutter, two digits, a sign, a flag.
const NARROWEST: u16 = 5;
const WIDEST: u16 = 12;
const HIGHEST: u16 = 5;

/// What one cell shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// The sign of the day's state, one column.
    pub sign: &'static str,
    pub style: Style,
    /// Beside the sign, one column: something to see about the day.
    pub flag: Option<(&'static str, Style)>,
    /// Below the number, as far as the cell is high enough.
    pub lines: Vec<(String, Style)>,
}

/// What is shown, and what is selected in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month {
    /// A day of the month.
    pub of: NaiveDate,
    pub cursor: Option<NaiveDate>,
    /// The first and the last day of a range.
    pub range: Option<(NaiveDate, NaiveDate)>,
    pub today: NaiveDate,
    /// Whether the keys go here.
    pub has_keys: bool,
}

/// Where the cells of a drawn month stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grid {
    area: Rect,
    first: Option<NaiveDate>,
    width: u16,
    height: u16,
}

/// The days that the grid of a month shows: whole weeks around it.
#[must_use]
pub fn window(of: NaiveDate) -> Range<NaiveDate> {
    let first = of.with_day(1).unwrap_or(of);
    let back = Days::new(first.weekday().num_days_from_monday().into());
    let start = first.checked_sub_days(back).unwrap_or(first);
    start..start.checked_add_days(Days::new(DAYS)).unwrap_or(NaiveDate::MAX)
}

/// How wide and high the cells are in a room of that size; the line of weekdays is not among them.
#[must_use]
pub fn cell_size(width: u16, height: u16) -> (u16, u16) {
    ((width / 7).clamp(NARROWEST, WIDEST), (height.saturating_sub(1) / 6).clamp(1, HIGHEST))
}

impl Month {
    /// Draws the month from the top left of `area` in cells of `size`, with what `cell` says about
    /// each day.
    pub fn draw(
        &self,
        buffer: &mut Buffer,
        area: Rect,
        size: (u16, u16),
        cell: impl Fn(NaiveDate) -> Cell,
        look: &Look,
    ) -> Grid {
        let (width, height) = size;
        for (name, column) in WEEKDAYS.iter().zip(0..) {
            let place = within(area, column * width + 1, 0, width - 1, 1);
            text::put(buffer, place, name, look.theme.dim);
        }
        let window = window(self.of);
        let weeks = area.height.saturating_sub(1).div_ceil(height).min(6);
        for (date, index) in window.start.iter_days().zip(0..weeks * 7) {
            let place = within(area, index % 7 * width, 1 + index / 7 * height, width, height);
            self.draw_day(buffer, place, date, &cell(date), look);
        }
        Grid {
            area: Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area },
            first: Some(window.start),
            width,
            height,
        }
    }

    fn draw_day(&self, buffer: &mut Buffer, area: Rect, date: NaiveDate, cell: &Cell, look: &Look) {
        let theme = &look.theme;
        let is_cursor = self.cursor == Some(date);
        let is_outside = date.month() != self.of.month();
        let in_range = self.range.is_some_and(|(first, last)| (first..=last).contains(&date));
        let row = text::row(area, 0);
        let body = Rect { x: row.x + 1.min(row.width), width: row.width.saturating_sub(1), ..row };
        let gutter = Rect { width: 1.min(row.width), ..row };
        let faint = |style: Style| if is_outside { theme.dim } else { style };
        let cursor = if self.has_keys { theme.cursor } else { theme.cursor_idle };
        if is_cursor {
            text::put(buffer, gutter, look.symbols.cursor, cursor);
        } else if in_range {
            text::put(buffer, gutter, look.symbols.bar, theme.marked);
        }
        let chosen = |style: Style| match (is_cursor, in_range) {
            (true, _) => cursor,
            (false, true) => theme.marked,
            (false, false) => faint(style),
        };
        let number = if date == self.today {
            chosen(theme.text).add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
        } else {
            chosen(theme.text)
        };
        text::put(buffer, body, &format!("{:2}", date.day()), number);
        let gap = u16::from(area.width > NARROWEST);
        if is_cursor {
            let rest = within(body, 2, 0, 2 + gap, 1);
            buffer.set_style(rest, cursor);
        }
        text::put(buffer, within(body, 2 + gap, 0, 1, 1), cell.sign, chosen(cell.style));
        if let Some((flag, style)) = cell.flag {
            let style = if is_cursor { cursor } else { faint(style) };
            text::put(buffer, within(body, 3 + gap, 0, 1, 1), flag, style);
        }
        for ((words, style), line) in cell.lines.iter().zip(1..area.height) {
            let room = within(area, 1, line, area.width.saturating_sub(1), 1);
            text::put(buffer, room, words, faint(*style));
        }
    }
}

impl Grid {
    /// The day under a mouse at `position`.
    #[must_use]
    pub fn at(&self, position: Position) -> Option<NaiveDate> {
        if !self.area.contains(position) {
            return None;
        }
        let column = (position.x - self.area.x) / self.width;
        let week = (position.y - self.area.y) / self.height;
        if column > 6 || week > 5 {
            return None;
        }
        self.first?.checked_add_days(Days::new(u64::from(week * 7 + column)))
    }
}

/// The part of `area` at these columns and rows from its top left, cut to fit.
fn within(area: Rect, x: u16, y: u16, width: u16, height: u16) -> Rect {
    Rect { x: area.x + x, y: area.y + y, width, height }.intersection(area)
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Size;

    use super::*;
    use crate::tui::theme::Tone;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn every_month_fits_into_six_weeks() {
        for first in (0..4_800)
            .filter_map(|months| date("1900-01-01").checked_add_months(chrono::Months::new(months)))
        {
            let window = window(first);
            let last =
                first.checked_add_months(chrono::Months::new(1)).unwrap().pred_opt().unwrap();
            assert!(window.contains(&first) && window.contains(&last), "{first}");
            assert_eq!(window.start.weekday(), chrono::Weekday::Mon);
        }
    }

    #[test]
    fn the_mouse_finds_what_was_drawn() {
        let area = Rect::new(3, 2, 42, 13);
        let month = Month {
            of: date("2028-02-29"),
            cursor: None,
            range: None,
            today: date("2028-02-01"),
            has_keys: true,
        };
        let mut buffer = Buffer::empty(Rect::new(0, 0, 60, 20));
        let look = Look::new(Tone::Dark, false);
        let size = cell_size(42, 13);
        assert_eq!(size, (6, 2));
        let grid = month.draw(&mut buffer, area, size, |_| Cell::default(), &look);
        // February 2028 begins on a Tuesday.
        assert_eq!(grid.at(Position { x: 3, y: 3 }), Some(date("2028-01-31")));
        assert_eq!(grid.at(Position { x: 3 + 6, y: 4 }), Some(date("2028-02-01")));
        assert_eq!(grid.at(Position { x: 44, y: 14 }), Some(date("2028-03-12")));
        assert_eq!(grid.at(Position { x: 45, y: 14 }), None);
        assert_eq!(grid.at(Position { x: 3, y: 2 }), None);
    }

    #[test]
    fn it_is_drawn_into_any_room() {
        for Size { width, height } in
            (0..20).flat_map(|width| (0..9).map(move |height| Size { width, height }))
        {
            let area = Rect::new(0, 0, width, height);
            let month = Month {
                of: date("2026-11-01"),
                cursor: Some(date("2026-11-30")),
                range: Some((date("2026-11-02"), date("2026-11-20"))),
                today: date("2026-11-20"),
                has_keys: false,
            };
            let cell = |_| Cell {
                sign: "x",
                flag: Some(("!", Style::new())),
                lines: vec![("5/8".to_owned(), Style::new()); 3],
                ..Cell::default()
            };
            let mut buffer = Buffer::empty(area);
            month.draw(
                &mut buffer,
                area,
                cell_size(width, height),
                cell,
                &Look::new(Tone::Mono, false),
            );
        }
    }
}
