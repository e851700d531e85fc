//! Lines that may be more than fit.

use std::ops::Range;

use ratatui::{buffer::Buffer, layout::Rect, text::Line, widgets::Widget};

use crate::tui::{commands::ListAct, theme::Theme};

use super::text;

/// How far down a text is scrolled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scroll {
    offset: u16,
    height: u16,
    lines: u16,
}

impl Scroll {
    pub fn top(&mut self) {
        self.offset = 0;
    }

    /// Scrolls as `act` says; `false` when `act` is no move up or down.
    pub fn go(&mut self, act: ListAct) -> bool {
        let (half, page) = ((self.height / 2).max(1), self.height.max(1));
        let to = match act {
            ListAct::Down => self.offset.saturating_add(1),
            ListAct::Up => self.offset.saturating_sub(1),
            ListAct::HalfDown => self.offset.saturating_add(half),
            ListAct::HalfUp => self.offset.saturating_sub(half),
            ListAct::PageDown => self.offset.saturating_add(page),
            ListAct::PageUp => self.offset.saturating_sub(page),
            ListAct::Top => 0,
            ListAct::Bottom => u16::MAX,
            _ => return false,
        };
        self.offset = to.min(self.most());
        true
    }

    /// Scrolls no farther than needed for these lines to be seen in `height` rows, the first of them in any case.
    pub fn reveal(&mut self, lines: Range<u16>, height: u16) {
        let lowest = lines.end.saturating_sub(height).min(lines.start);
        self.offset = self.offset.clamp(lowest, lines.start);
    }

    /// Draws the visible part of `lines`, and in the last column of the last row how much follows.
    pub fn draw(&mut self, buffer: &mut Buffer, area: Rect, lines: &[Line], theme: &Theme) {
        self.height = area.height;
        self.lines = u16::try_from(lines.len()).unwrap_or(u16::MAX);
        self.offset = self.offset.min(self.most());
        let visible = lines.iter().skip(self.offset.into()).take(area.height.into());
        for (index, line) in (0..).zip(visible) {
            line.render(text::row(area, index), buffer);
        }
        let below = self.most() - self.offset;
        if below > 0 && area.height > 1 {
            let last = text::row(area, area.height - 1);
            text::put_end(buffer, last, &format!(" {below} more below"), theme.dim);
        }
    }

    const fn most(self) -> u16 {
        self.lines.saturating_sub(self.height)
    }
}
