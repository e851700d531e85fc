//! The frame: tabs above, the screen, what is said, and the keys that work here and now.

use ratatui::{Frame, layout::Rect, style::Style};

use super::{
    App,
    cx::{Notice, Weight},
    desk::{Connection, Desk},
    input::{contexts, role_title},
};
use crate::tui::{
    commands::{self, Action, AppAct},
    keymap::{Meaning, shown},
    layers::Layer,
    screens::Keys,
    theme::Theme,
    widgets::{
        bars::{self, KeyHint, TabLabel},
        countdown, text,
    },
};

const HELP: Action = Action::App(AppAct::Help);

/// The smallest terminal that shows more than what it needs.
pub const SMALLEST: (u16, u16) = (40, 12);

/// From this height on, notices have a line of their own.
const ROOMY: u16 = 16;

/// The most rows of a notice.
const MOST_LINES: usize = 4;

impl App {
    /// Draws everything. Drawing changes nothing but where things stand on the screen.
    pub fn view(&mut self, frame: &mut Frame) {
        let area = frame.area();
        if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
            too_small(frame, area, &self.desk.look.theme);
            return;
        }
        let notice = self.notice();
        let own_line = u16::from(area.height >= ROOMY);
        let [tabs, body, said, keys] = rows(area, own_line);
        self.draw_tabs(frame, tabs);
        if let Some(screen) = self.screens.get_mut(self.front) {
            screen.draw(frame, body, &self.desk);
            let over = Rect { height: area.height - 1, ..area };
            screen.draw_over(frame, over, &self.desk);
        }
        self.draw_keys(frame, keys);
        if let Some(notice) = notice {
            let bottom = if own_line == 1 { said.bottom() } else { keys.bottom() };
            draw_notice(frame, Rect { height: bottom - area.y, ..area }, &notice, &self.desk);
        }
        self.draw_layer(frame, Rect { height: area.height - 1, ..area });
    }

    /// The one line to say now: that we are leaving, what went wrong, what waits, what went well.
    fn notice(&self) -> Option<Notice> {
        if self.leaving.is_some() {
            let unsent = u64::try_from(self.unsent()).unwrap_or(0);
            let what = text::counted(unsent, "answer", "answers");
            let quit = self.desk.key(Action::App(AppAct::Quit));
            return Some(Notice::info(format!(
                "Sending {what} before leaving. {quit} leaves now."
            )));
        }
        let newest = |wanted: [Weight; 2]| {
            let mut shown = self.notices.iter().rev().map(|(notice, _)| notice);
            shown.find(|notice| wanted.contains(&notice.weight)).cloned()
        };
        newest([Weight::Warn, Weight::Bad])
            .or_else(|| self.screens.iter().find_map(|screen| screen.status(&self.desk)))
            .or_else(|| newest([Weight::Good, Weight::Info]))
    }

    fn draw_tabs(&mut self, frame: &mut Frame, area: Rect) {
        let labels: Vec<TabLabel> = self
            .screens
            .iter()
            .enumerate()
            .map(|(index, screen)| TabLabel {
                title: screen.tab().title(),
                count: screen.count(),
                is_front: index == self.front,
            })
            .collect();
        let beside = self.beside_tabs();
        let look = &self.desk.look;
        self.tabs = bars::tabs(frame.buffer_mut(), area, &labels, &beside, look);
    }

    /// What stands at the right of the tabs, the most important first: whether we are connected,
    /// then who acts.
    fn beside_tabs(&self) -> Vec<(String, Style)> {
        let theme = &self.desk.look.theme;
        let mut words = Vec::new();
        if let Connection::Offline { retry_at, .. } = self.desk.connection {
            let left = countdown::left(retry_at, self.desk.now);
            let said = if left == "over" {
                "offline, reconnecting".to_owned()
            } else {
                format!("offline, next try in {left}")
            };
            words.push((said, theme.warn));
        }
        if let Some(user) = &self.desk.user {
            words.push((format!("{}: {}", role_title(self.desk.role), user.name), theme.dim));
        }
        words
    }

    fn draw_keys(&self, frame: &mut Frame, area: Rect) {
        let hints = if self.pressed.is_empty() { self.hints() } else { self.chord_hints() };
        bars::keys(frame.buffer_mut(), area, &hints, self.help_hint().as_ref(), &self.desk.look);
    }

    /// Where there is help, how to get at it can always be seen.
    fn help_hint(&self) -> Option<KeyHint> {
        let screen = self.screens.get(self.front)?;
        let has_help = screen.focus().keys == Keys::Commands && self.pressed.is_empty();
        let key = self.desk.settings.keymap.key_of(HELP).filter(|_| has_help)?;
        Some(KeyHint { key, label: commands::find(HELP)?.label.to_owned() })
    }

    /// The commands that work here and now, the most useful first.
    fn hints(&self) -> Vec<KeyHint> {
        let Some(screen) = self.screens.get(self.front) else { return Vec::new() };
        let focus = screen.focus();
        if focus.keys == Keys::Modal {
            return screen.hints(&self.desk);
        }
        let contexts = contexts(focus);
        let mut commands: Vec<_> = commands::all()
            .filter(|command| command.bar > 0 && contexts.contains(&command.context))
            .filter(|command| command.action != HELP)
            .filter(|command| screen.why_not(command.action, &self.desk).is_none())
            .filter(|command| self.own_why_not(command.action).is_none())
            .collect();
        commands.sort_by_key(|command| std::cmp::Reverse(command.bar));
        let mut hints = screen.hints(&self.desk);
        for command in commands {
            let Some(key) = self.desk.settings.keymap.key_of(command.action) else { continue };
            // A key means one thing here: what the screen says of it, or what the first command does.
            if hints.iter().all(|hint| hint.key != key) {
                hints.push(KeyHint { key, label: command.label.to_owned() });
            }
        }
        if focus.keys == Keys::Typing {
            let (key, label) =
                if screen.is_home() { ("ctrl-c", "quit") } else { ("esc", "go back") };
            hints.push(KeyHint { key: key.to_owned(), label: label.to_owned() });
        }
        hints
    }

    /// What may follow the keys of a chord pressed so far.
    fn chord_hints(&self) -> Vec<KeyHint> {
        let Some(screen) = self.screens.get(self.front) else { return Vec::new() };
        let contexts = contexts(screen.focus());
        let Meaning::Begins(chords) = self.desk.settings.keymap.meaning(&contexts, &self.pressed)
        else {
            return Vec::new();
        };
        let begun = self.pressed.len();
        let mut hints: Vec<KeyHint> = chords
            .iter()
            .map(|(keys, command)| KeyHint {
                key: shown(&keys[begun..]),
                label: command.label.to_owned(),
            })
            .collect();
        hints.push(KeyHint { key: "esc".to_owned(), label: "go back".to_owned() });
        hints
    }

    fn draw_layer(&mut self, frame: &mut Frame, area: Rect) {
        let Some(screen) = self.screens.get(self.front) else { return };
        let screen = screen.as_ref();
        match &mut self.layer {
            None => {}
            Some(Layer::Help(help)) => help.draw(frame, area, screen, &self.desk),
            Some(Layer::Palette(palette)) => palette.draw(frame, area, screen, &self.desk),
            Some(Layer::Losing(losing)) => losing.draw(frame, area, &self.desk),
            Some(Layer::Roles(roles)) => roles.draw(frame, area, &self.desk),
        }
    }
}

fn rows(area: Rect, own_line: u16) -> [Rect; 4] {
    let line = |y: u16, height: u16| Rect { y, height, ..area };
    let keys = area.bottom() - 1;
    let said = keys - own_line;
    [line(area.y, 1), line(area.y + 1, said - area.y - 1), line(said, own_line), line(keys, 1)]
}

/// Draws a notice at the bottom of `area`, over as many rows as its words need.
fn draw_notice(frame: &mut Frame, area: Rect, notice: &Notice, desk: &Desk) {
    let look = &desk.look;
    let (sign, style) = match notice.weight {
        Weight::Good => (look.symbols.yes, look.theme.good),
        Weight::Info => (look.symbols.dot, look.theme.info),
        Weight::Warn => (look.symbols.warn, look.theme.warn),
        Weight::Bad => (look.symbols.no, look.theme.bad),
    };
    let mut lines = text::wrap(&format!("{sign} {}", notice.text), area.width);
    lines.truncate(MOST_LINES);
    let height = u16::try_from(lines.len()).unwrap_or(1).min(area.height);
    let place = Rect { y: area.bottom() - height, height, ..area };
    frame.render_widget(ratatui::widgets::Clear, place);
    for (index, line) in (0..).zip(&lines) {
        text::put(frame.buffer_mut(), text::row(place, index), line, style);
    }
}

fn too_small(frame: &mut Frame, area: Rect, theme: &Theme) {
    let (width, height) = SMALLEST;
    let words = format!(
        "This terminal has {} x {}; Traveloure needs {width} x {height}.",
        area.width, area.height
    );
    for (index, line) in (0..).zip(text::wrap(&words, area.width)) {
        text::put(frame.buffer_mut(), text::row(area, index), &line, theme.text);
    }
}
