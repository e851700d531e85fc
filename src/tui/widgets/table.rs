//! Rows below the titles of their columns, with a cursor.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{
    columns::{self, Align, Column},
    list::ListState,
    text,
};
use crate::tui::app::desk::Desk;

/// Columns left of the first: the cursor and a blank.
const SIGNS: u16 = 2;

/// Draws the titles and as many of `len` rows as fit, the cursor's among them. `cell` says what stands in
/// a row below a title, in so many columns; `is_focused` whether the keys go here.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    columns: &[Column],
    list: &mut ListState,
    len: usize,
    is_focused: bool,
    desk: &Desk,
    cell: impl Fn(usize, &str, u16) -> (String, Style),
) {
    let theme = &desk.look.theme;
    let cells =
        |row: Rect| Rect { x: row.x + SIGNS, width: row.width.saturating_sub(SIGNS), ..row };
    let places = columns::fit(columns, area.width.saturating_sub(SIGNS));
    columns::titles(buffer, cells(text::row(area, 0)), columns, &places, theme.dim);
    let body =
        Rect { y: area.y + 1.min(area.height), height: area.height.saturating_sub(1), ..area };
    for (index, at) in list.visible(body, len).zip(0..) {
        let row = text::row(body, at);
        let style = if is_focused { theme.cursor } else { theme.cursor_idle };
        let cursor = (index == list.cursor()).then_some(style);
        if let Some(style) = cursor {
            buffer.set_style(row, style);
            text::put(buffer, row, desk.look.symbols.cursor, style);
        }
        for (column, place) in columns.iter().zip(&places) {
            let Some(place) = place else { continue };
            let (words, style) = cell(index, column.title, place.1);
            let (at, style) = (columns::cell(cells(row), *place), cursor.unwrap_or(style));
            match column.align {
                Align::Start => text::put(buffer, at, &words, style),
                Align::End => text::put_end(buffer, at, &words, style),
            };
        }
    }
}
