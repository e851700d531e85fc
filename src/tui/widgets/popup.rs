//! A box over the screen.

use ratatui::{
    Frame,
    buffer::Buffer,
    layout::{Rect, Size},
    symbols::border,
    text::Line,
    widgets::{Block, BorderType, Borders, Clear, Padding, Widget},
};

use crate::{terminal::fit, tui::theme::Look};

/// Where a box of `wanted` (with its border) stands in `area`: in the middle, no larger than it.
#[must_use]
pub fn place(area: Rect, wanted: Size) -> Rect {
    let (width, height) = (wanted.width.min(area.width), wanted.height.min(area.height));
    Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    }
}

/// Clears `area`, draws the border with its title and what may be pressed below, and returns the
/// inside.
pub fn frame(frame: &mut Frame, area: Rect, title: &str, keys: &str, look: &Look) -> Rect {
    clear(frame.buffer_mut(), area);
    let room = usize::from(area.width.saturating_sub(4));
    let title = format!(" {} ", fit::truncate(title, room));
    let block = Block::new()
        .title_top(Line::styled(title, look.theme.title))
        .border_style(look.theme.border_focus);
    let block = if keys.is_empty() {
        block
    } else {
        let keys = format!(" {} ", fit::truncate(keys, room));
        block.title_bottom(Line::styled(keys, look.theme.dim))
    };
    let block = block.borders(Borders::ALL).padding(Padding::horizontal(1));
    let block = if look.symbols.boxes {
        block.border_type(BorderType::Rounded)
    } else {
        // Blank borders keep everything in its place and give a reader nothing to spell out.
        block.border_set(border::EMPTY)
    };
    let inside = block.inner(area);
    frame.render_widget(block, area);
    inside
}

/// Clears `area`, and the wide characters that reach into it from the left: half of one would hide
/// the border.
fn clear(buffer: &mut Buffer, area: Rect) {
    Clear.render(area, buffer);
    let Some(x) = area.x.checked_sub(1) else { return };
    for y in area.y..area.bottom() {
        if let Some(cell) = buffer.cell_mut((x, y))
            && fit::width(cell.symbol()) > 1
        {
            cell.set_symbol(" ");
        }
    }
}
