//! The line of tabs above a screen, the line of notices and the line of keys below it.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::text;
use crate::terminal::fit;
use crate::tui::theme::Look;

/// One tab of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TabLabel {
    pub title: &'static str,
    pub count: Option<u64>,
    pub is_front: bool,
}

/// Draws the tabs from the left and `beside` at the right. Where there is not room for all tabs,
/// only the front one is named. Returns where each tab stands, for the mouse.
pub fn tabs(
    buffer: &mut Buffer,
    area: Rect,
    labels: &[TabLabel],
    beside: &[(String, Style)],
    look: &Look,
) -> Vec<Rect> {
    let widest = usize::from(area.width);
    let mut beside: Vec<_> = beside.to_vec();
    let taken = |beside: &[(String, Style)]| -> usize {
        beside.iter().map(|(words, _)| fit::width(words) + 2).sum()
    };
    let all: usize = labels.iter().map(|label| fit::width(&title(label)) + 2).sum();
    let front_only = all > widest;
    let needed = if front_only {
        labels.iter().find(|label| label.is_front).map_or(0, |label| fit::width(&title(label)) + 2)
    } else {
        all
    };
    // Who and what one is gives way first, the connection last.
    while !beside.is_empty() && needed + taken(&beside) > widest {
        beside.pop();
    }
    let mut places = Vec::with_capacity(labels.len());
    let mut rest = area;
    for label in labels {
        if front_only && !label.is_front {
            places.push(Rect::ZERO);
            continue;
        }
        let style = if label.is_front { look.theme.tab_on } else { look.theme.tab };
        let used = text::put(buffer, rest, &title(label), style);
        places.push(Rect { width: used, ..rest });
        let step = (used + 2).min(rest.width);
        rest = Rect { x: rest.x + step, width: rest.width - step, ..rest };
    }
    for (words, style) in &beside {
        let used = text::put_end(buffer, rest, words, *style);
        rest.width = rest.width.saturating_sub(used + 2);
    }
    places
}

fn title(label: &TabLabel) -> String {
    match label.count {
        Some(count) if count > 0 => format!("{} {}", label.title, text::grouped(count)),
        _ => label.title.to_owned(),
    }
}

/// One key of the key bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyHint {
    pub key: String,
    pub label: String,
}

/// Draws as many keys as fit, the first ones first; `last` keeps its place at the right end, whatever gives way for it.
pub fn keys(
    buffer: &mut Buffer,
    area: Rect,
    hints: &[KeyHint],
    last: Option<&KeyHint>,
    look: &Look,
) {
    let mut rest = text::row(area, 0);
    if let Some(last) = last {
        let width = last.width().min(rest.width);
        let place = Rect { x: rest.right() - width, width, ..rest };
        last.draw(buffer, place, look);
        rest.width = rest.width.saturating_sub(width + 2);
    }
    for hint in hints {
        let width = hint.width();
        if width > rest.width {
            continue;
        }
        hint.draw(buffer, rest, look);
        let step = (width + 2).min(rest.width);
        rest = Rect { x: rest.x + step, width: rest.width - step, ..rest };
    }
}

impl KeyHint {
    fn width(&self) -> u16 {
        let width = fit::width(&self.key) + 1 + fit::width(&self.label);
        u16::try_from(width).unwrap_or(u16::MAX)
    }

    fn draw(&self, buffer: &mut Buffer, area: Rect, look: &Look) {
        let used = (text::put(buffer, area, &self.key, look.theme.key) + 1).min(area.width);
        let label = Rect { x: area.x + used, width: area.width - used, ..area };
        text::put(buffer, label, &self.label, look.theme.key_label);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::{testing::render, theme::Tone};

    fn drawn(width: u16) -> String {
        let hint = |key: &str, label: &str| KeyHint { key: key.into(), label: label.into() };
        let hints = [hint("a", "accept"), hint("enter", "open"), hint("q", "quit")];
        let area = Rect { x: 0, y: 0, width, height: 1 };
        let mut buffer = Buffer::empty(area);
        keys(&mut buffer, area, &hints, Some(&hint("?", "help")), &Look::new(Tone::Dark, false));
        render::plain(&buffer)
    }

    #[test]
    fn the_last_key_keeps_its_place_and_the_others_give_way() {
        assert_eq!(drawn(40), "a accept  enter open  q quit      ? help\n");
        assert_eq!(drawn(34), "a accept  enter open        ? help\n");
        assert_eq!(drawn(20), "a accept      ? help\n");
        assert_eq!(drawn(6), "? help\n");
    }
}
