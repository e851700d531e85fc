//! Frames as text, for snapshots.

use std::fmt::Write;

use ratatui::{
    buffer::{Buffer, Cell},
    style::{Color, Modifier, Style},
};

/// A line per row, without blanks at the end.
pub(crate) fn plain(buffer: &Buffer) -> String {
    let mut text = String::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        let mut skip = 0;
        for x in 0..buffer.area.width {
            if skip > 0 {
                skip -= 1;
                continue;
            }
            let symbol = buffer[(x, y)].symbol();
            skip = crate::terminal::fit::width(symbol).saturating_sub(1);
            line.push_str(symbol);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// The text, then each run of cells that is not plain: row, columns, style.
pub(crate) fn styled(buffer: &Buffer) -> String {
    let mut text = plain(buffer);
    text.push_str("---\n");
    for y in 0..buffer.area.height {
        let mut runs = String::new();
        let mut x = 0;
        while x < buffer.area.width {
            let style = looks(&buffer[(x, y)]);
            let begin = x;
            while x < buffer.area.width && looks(&buffer[(x, y)]) == style {
                x += 1;
            }
            if style != Style::reset() && style != Style::new() {
                let _ = write!(runs, " {begin}-{}:{}", x - 1, name(style));
            }
        }
        if !runs.is_empty() {
            let _ = writeln!(text, "{y:2}{runs}");
        }
    }
    text
}

/// The style as far as it can be seen: a blank has no letter to be bold or red.
fn looks(cell: &Cell) -> Style {
    let mut style = Style::new();
    let mut modifier = cell.modifier;
    let inked = Modifier::REVERSED | Modifier::UNDERLINED;
    let is_blank = cell.symbol() == " ";
    if is_blank {
        modifier &= inked;
    }
    if cell.fg != Color::Reset && (!is_blank || modifier.intersects(inked)) {
        style = style.fg(cell.fg);
    }
    if cell.bg != Color::Reset {
        style = style.bg(cell.bg);
    }
    style.add_modifier(modifier)
}

fn name(style: Style) -> String {
    let mut words = Vec::new();
    if let Some(colour) = style.fg {
        words.push(colour.to_string().to_lowercase());
    }
    if let Some(colour) = style.bg {
        words.push(format!("on-{}", colour.to_string().to_lowercase()));
    }
    for (modifier, word) in [
        (Modifier::BOLD, "bold"),
        (Modifier::DIM, "dim"),
        (Modifier::UNDERLINED, "underlined"),
        (Modifier::REVERSED, "reversed"),
    ] {
        if style.add_modifier.contains(modifier) {
            words.push(word.to_owned());
        }
    }
    words.join("+")
}
