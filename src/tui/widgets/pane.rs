//! Two panes side by side; what a pane says when it has nothing to show, and what it adds when what it shows may be
//! old.

use chrono::{DateTime, Utc};
use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{spinner, text};
use crate::tui::{
    app::{call::ApiError, desk::Desk, load::Load},
    commands::{Action, AppAct},
    theme::Theme,
};

/// Why there is nothing to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blank<'a> {
    /// It has been asked for.
    Loading { since: DateTime<Utc> },
    /// There is none.
    Empty { what: &'a str, next: &'a str },
    /// There are some, but none that the filter lets through.
    NothingMatches { filter: &'a str, next: &'a str },
    /// It could not be fetched.
    Failed(&'a ApiError),
}

impl<'a> Blank<'a> {
    /// Why `load` has no value: it failed, or it is still on its way.
    #[must_use]
    pub fn of<T>(load: &'a Load<T>, now: DateTime<Utc>) -> Self {
        match load.error() {
            Some(error) if !load.is_loading() => Self::Failed(error),
            _ => Self::Loading { since: load.loading_since().unwrap_or(now) },
        }
    }

    /// Draws it in place of what the pane would show.
    pub fn draw(&self, buffer: &mut Buffer, area: Rect, desk: &Desk) {
        let theme = &desk.look.theme;
        let retry = desk.key(Action::App(AppAct::Refresh));
        let lines: Vec<(String, Style)> = match self {
            Self::Loading { since } => match spinner::frame(*since, desk.now, &desk.look.symbols) {
                Some(sign) => vec![(format!("Loading {sign}"), theme.dim)],
                None => Vec::new(),
            },
            Self::Empty { what, next } => lines_of(what, next, theme),
            Self::NothingMatches { filter, next } => {
                lines_of(&format!("Nothing matches {filter}."), next, theme)
            }
            Self::Failed(ApiError::Offline(reason)) => vec![
                ("The server cannot be reached.".to_owned(), theme.warn),
                (reason.clone(), theme.dim),
                (format!("{retry} tries again."), theme.text),
            ],
            Self::Failed(error) => {
                vec![(error.to_string(), theme.bad), (format!("{retry} tries again."), theme.text)]
            }
        };
        draw_lines(buffer, area, &lines);
    }
}

fn lines_of(what: &str, next: &str, theme: &Theme) -> Vec<(String, Style)> {
    vec![(what.to_owned(), theme.text), (next.to_owned(), theme.dim)]
}

fn draw_lines(buffer: &mut Buffer, area: Rect, lines: &[(String, Style)]) {
    let width = area.width.saturating_sub(4).min(64);
    let wrapped: Vec<(String, Style)> = lines
        .iter()
        .filter(|(line, _)| !line.is_empty())
        .flat_map(|(line, style)| text::wrap(line, width).into_iter().map(|line| (line, *style)))
        .collect();
    let height = u16::try_from(wrapped.len()).unwrap_or(u16::MAX);
    let top = area.height.saturating_sub(height) / 3;
    for (index, (line, style)) in (top..).zip(&wrapped) {
        text::put_middle(buffer, text::row(area, index), line, *style);
    }
}

/// What to say at the right of a heading about how fresh the pane is; none when it is.
#[must_use]
pub fn freshness<T>(load: &Load<T>, desk: &Desk) -> Option<(String, Style)> {
    let theme = &desk.look.theme;
    load.get()?;
    let at = load
        .fetched_at()
        .map(|at| at.with_timezone(&desk.settings.zone).format("%H:%M").to_string())
        .unwrap_or_default();
    if desk.is_offline() || matches!(load.error(), Some(ApiError::Offline(_) | ApiError::TimedOut))
    {
        return Some((format!("offline, as of {at}"), theme.warn));
    }
    if load.error().is_some() {
        let retry = desk.key(Action::App(AppAct::Refresh));
        return Some((format!("as of {at}, {retry} tries again"), theme.warn));
    }
    let since = load.loading_since()?;
    spinner::frame(since, desk.now, &desk.look.symbols)
        .map(|sign| (format!("refreshing {sign}"), theme.dim))
}

/// Divides `area` into a list and, at its right, what is read of it, and draws the line between them; it shows
/// whether the keys go to the right one. Returns where the two are drawn.
pub fn side_by_side(
    buffer: &mut Buffer,
    area: Rect,
    is_right_focused: bool,
    desk: &Desk,
) -> (Rect, Rect) {
    let list = Rect { width: area.width * 3 / 5, ..area };
    let read = Rect { x: list.right() + 2, width: area.width - list.width - 2, ..area };
    let theme = &desk.look.theme;
    let style = if is_right_focused { theme.border_focus } else { theme.border };
    for index in (0..area.height).filter(|_| desk.look.symbols.boxes) {
        let line = text::row(Rect { x: list.right(), width: 1, ..area }, index);
        text::put(buffer, line, desk.look.symbols.bar, style);
    }
    (list, read)
}

/// One line: a title at the left, something about it at the right.
pub fn heading(
    buffer: &mut Buffer,
    area: Rect,
    title: &str,
    beside: Option<(String, Style)>,
    desk: &Desk,
) {
    let line = text::row(area, 0);
    let used = text::put(buffer, line, title, desk.look.theme.title);
    if let Some((words, style)) = beside {
        let left = line.width.saturating_sub(used + 1);
        let rest = Rect { x: line.right() - left, width: left, ..line };
        text::put_end(buffer, rest, &words, style);
    }
}
