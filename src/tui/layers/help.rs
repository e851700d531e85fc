//! Every key that works here, read from the catalogue.

use ratatui::{
    Frame,
    layout::{Rect, Size},
    text::{Line, Span},
};

use crate::{
    terminal::fit,
    tui::{
        app::desk::Desk,
        commands::{self, Command, Context, ListAct},
        screens::Screen,
        widgets::{popup, scroll::Scroll, text},
    },
};

/// See the module's head.
#[derive(Clone, Debug)]
pub struct Help {
    contexts: Vec<Context>,
    scroll: Scroll,
}

impl Help {
    /// About `contexts`, the innermost first.
    #[must_use]
    pub fn new(contexts: Vec<Context>) -> Self {
        Self { contexts, scroll: Scroll::default() }
    }

    pub fn go(&mut self, act: ListAct) {
        self.scroll.go(act);
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, screen: &dyn Screen, desk: &Desk) {
        let place = popup::place(area, Size::new(76, area.height));
        let inside = popup::frame(frame, place, "Keys", "j k move  esc go back", &desk.look);
        let lines = self.lines(inside.width, screen, desk);
        self.scroll.draw(frame.buffer_mut(), inside, &lines, &desk.look.theme);
    }

    fn lines(&self, width: u16, screen: &dyn Screen, desk: &Desk) -> Vec<Line<'static>> {
        let theme = &desk.look.theme;
        let mut lines = Vec::new();
        for context in &self.contexts {
            if !lines.is_empty() {
                lines.push(Line::default());
            }
            lines.push(Line::styled(context.title(), theme.title));
            for command in commands::all().filter(|command| command.context == *context) {
                lines.extend(entry(command, width, screen, desk));
            }
        }
        lines
    }
}

/// The keys of one command and what it does, or why it does not.
fn entry(command: &Command, width: u16, screen: &dyn Screen, desk: &Desk) -> Vec<Line<'static>> {
    let theme = &desk.look.theme;
    let keys = desk.settings.keymap.keys_of(command.action).join("  ");
    let keys_width = (width / 3).clamp(8, 16);
    let why_not = screen.why_not(command.action, desk);
    let style = if why_not.is_some() { theme.dim } else { theme.text };
    let mut words = command.help.to_owned();
    if let Some(why) = why_not {
        words = format!("{words} (not now: {why})");
    }
    let rest = width.saturating_sub(keys_width + 1);
    let column = usize::from(keys_width);
    text::wrap(&words, rest)
        .into_iter()
        .enumerate()
        .map(|(index, words)| {
            let keys = if index == 0 { fit::pad_end(&keys, column) } else { " ".repeat(column) };
            Line::from(vec![
                Span::styled(keys, theme.key),
                Span::raw(" "),
                Span::styled(words, style),
            ])
        })
        .collect()
}
