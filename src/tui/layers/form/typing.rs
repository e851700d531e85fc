//! What the keys do in a field.

use chrono::{Days, NaiveDate, TimeDelta};
use crossterm::event::{KeyCode, KeyEvent};
use traveloure_core::text::{clean_line, clean_text};

use super::{Field, Kind, read};
use crate::tui::{keymap::Key, widgets::editing};

impl Field {
    /// Takes a key that types or edits; `false` when it does neither.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        self.error = None;
        if let Kind::Choice { options, chosen } = &mut self.kind {
            return choose(options, chosen, key);
        }
        if let Kind::Switch(on) = &mut self.kind {
            let turns = matches!(key.code, KeyCode::Char(' ') | KeyCode::Left | KeyCode::Right);
            *on ^= turns;
            return turns;
        }
        match self.kind {
            Kind::Date { .. } | Kind::Time => {
                if let Some((step, stepped)) = self.step(key) {
                    let is_date = matches!(self.kind, Kind::Date { .. });
                    self.stepped_on = self.offered && is_date && step > 0;
                    self.put(&stepped);
                    return true;
                }
            }
            Kind::Pick { .. } if key.code == KeyCode::Right && self.completion().is_some() => {
                self.begin_editing();
                self.settle();
                return true;
            }
            _ => {}
        }
        let key = Key::of(key);
        match key.typed() {
            Some(letter) => self.insert(&letter.to_string()),
            None if matches!(key.code, KeyCode::Enter | KeyCode::Tab) => return false,
            None => {
                // Keys that select have begun: they keep what they have.
                if self.offered {
                    self.begin_editing();
                }
                editing::edit(&mut self.editor, key);
            }
        }
        true
    }

    fn step(&self, key: KeyEvent) -> Option<(i64, String)> {
        let step = step_of(key)?;
        Some((step, self.stepped(step)?))
    }

    /// The next or previous day, or quarter of an hour, of a finished date or time. An unfinished
    /// one has no next: there `-` is a part of what is typed.
    fn stepped(&self, step: i64) -> Option<String> {
        let text = self.text();
        if let Kind::Date { today } = self.kind {
            let date = read::date(&text, today).ok().filter(|date| text == date.to_string())?;
            return Some(stepped_date(date, step).to_string());
        }
        let time = read::time(&text).ok()?;
        let time = time.overflowing_add_signed(TimeDelta::minutes(15 * step)).0;
        Some(time.format("%H:%M").to_string())
    }

    /// Puts `text` in at the cursor, or in place of what was filled in, as far as the limit goes.
    pub fn insert(&mut self, text: &str) {
        let is_ahead = self.stepped_on && text.starts_with(|first: char| first.is_ascii_digit());
        if self.offered {
            self.editor.cut();
            self.begin_editing();
        }
        if is_ahead {
            self.write("+");
        }
        self.write(text);
    }

    pub(super) fn write(&mut self, text: &str) {
        let room = self.limit.saturating_sub(self.length());
        let clean = match self.kind {
            Kind::Lines => clean_text(text).into_owned(),
            Kind::Choice { .. } | Kind::Switch(_) => return,
            // A secret is what it is: cleaning it would make another one.
            Kind::Secret => text.lines().next().unwrap_or_default().to_owned(),
            _ => clean_line(text).into_owned(),
        };
        if clean.chars().count() > room {
            self.error = Some(format!("at most {} characters", self.limit));
        }
        let fitting: String = clean.chars().take(room).collect();
        self.editor.insert_str(fitting);
    }

    pub(super) fn new_line(&mut self) {
        if matches!(self.kind, Kind::Lines) && self.length() < self.limit {
            self.editor.insert_newline();
        }
    }

    fn length(&self) -> usize {
        self.editor.lines().iter().map(|line| line.chars().count() + 1).sum::<usize>() - 1
    }

    pub(super) fn begin_editing(&mut self) {
        self.offered = false;
        self.stepped_on = false;
        self.editor.cancel_selection();
    }
}

fn choose(options: &[(&'static str, String)], chosen: &mut usize, key: KeyEvent) -> bool {
    let count = options.len().max(1);
    match key.code {
        KeyCode::Right | KeyCode::Char(' ') => *chosen = (*chosen + 1) % count,
        KeyCode::Left => *chosen = (*chosen + count - 1) % count,
        KeyCode::Char(letter) => {
            let begins = |label: &String| {
                label.chars().next().is_some_and(|first| first.eq_ignore_ascii_case(&letter))
            };
            // The next one that begins so, from where the choice is now.
            let next = (1..=count).map(|step| (*chosen + step) % count);
            let found = next
                .into_iter()
                .find(|index| options.get(*index).is_some_and(|(_, label)| begins(label)));
            match found {
                Some(index) => *chosen = index,
                None => return false,
            }
        }
        _ => return false,
    }
    true
}

fn step_of(key: KeyEvent) -> Option<i64> {
    match key.code {
        KeyCode::Char('+') => Some(1),
        KeyCode::Char('-') => Some(-1),
        _ => None,
    }
}

fn stepped_date(date: NaiveDate, step: i64) -> NaiveDate {
    let day = Days::new(1);
    let next = if step > 0 { date.checked_add_days(day) } else { date.checked_sub_days(day) };
    next.unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use crossterm::event::KeyModifiers;

    use super::*;

    fn press(field: &mut Field, code: KeyCode) {
        field.key(KeyEvent::new(code, KeyModifiers::NONE));
    }

    fn type_in(field: &mut Field, text: &str) {
        for letter in text.chars() {
            press(field, KeyCode::Char(letter));
        }
    }

    fn date() -> Field {
        let today = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        Field::new("date", "Date", Kind::Date { today }).with("2026-12-24")
    }

    #[test]
    fn the_first_letter_replaces_what_was_filled_in() {
        let mut field = Field::new("city", "City", Kind::Line).with("Lisbon").limit(6);
        assert!(field.is_offered());
        type_in(&mut field, "Porto");
        assert_eq!(field.text(), "Porto");
        assert!(field.error.is_none(), "what it replaces takes no room");
        assert!(!field.is_offered());
    }

    #[test]
    fn keys_that_move_or_delete_go_on_from_what_was_filled_in() {
        for (code, then) in [
            (KeyCode::Left, "Lisboxn"),
            (KeyCode::Right, "Lisbonx"),
            (KeyCode::Home, "xLisbon"),
            (KeyCode::End, "Lisbonx"),
            (KeyCode::Backspace, "Lisbox"),
        ] {
            let mut field = Field::new("city", "City", Kind::Line).with("Lisbon");
            press(&mut field, code);
            assert!(!field.is_offered(), "{code}");
            type_in(&mut field, "x");
            assert_eq!(field.text(), then, "{code}");
        }
    }

    #[test]
    fn what_was_replaced_can_be_had_back() {
        let mut field = Field::new("city", "City", Kind::Line).with("Lisbon");
        type_in(&mut field, "x");
        let undo = KeyEvent::new(KeyCode::Char('_'), KeyModifiers::CONTROL);
        while field.text() != "Lisbon" {
            let before = field.text();
            field.key(undo);
            assert_ne!(field.text(), before, "nothing more is taken back");
        }
    }

    #[test]
    fn a_paste_replaces_what_was_filled_in() {
        let mut field = Field::new("city", "City", Kind::Line).with("Lisbon");
        field.insert("Porto");
        assert_eq!(field.text(), "Porto");
        field.insert(" Novo");
        assert_eq!(field.text(), "Porto Novo");
    }

    #[test]
    fn ones_own_words_and_what_was_begun_are_gone_on_with() {
        let mut words = Field::new("message", "Words", Kind::Lines).with("Dear ");
        type_in(&mut words, "Ana");
        assert_eq!(words.text(), "Dear Ana");
        let mut rule = Field::new("rule", "Rule", Kind::Line).begun("closed ");
        type_in(&mut rule, "24 dec");
        assert_eq!(rule.text(), "closed 24 dec");
    }

    #[test]
    fn a_plus_steps_the_date_that_was_filled_in_or_begins_a_count_of_days() {
        let mut field = date();
        type_in(&mut field, "+");
        assert_eq!(field.text(), "2026-12-25");
        type_in(&mut field, "20");
        assert_eq!(field.text(), "+20");
        assert_eq!(field.date().unwrap().to_string(), "2026-12-10");
    }

    #[test]
    fn a_date_that_was_stepped_is_still_replaced() {
        let mut field = date();
        type_in(&mut field, "+-fri");
        assert_eq!(field.text(), "fri");
        let mut field = date();
        type_in(&mut field, "-3 dec");
        assert_eq!(field.text(), "3 dec");
    }

    #[test]
    fn settling_leaves_it_offered() {
        let mut field = date();
        field.set("fri");
        field.settle();
        assert_eq!(field.text(), "2026-11-27");
        assert!(field.is_offered());
        type_in(&mut field, "t");
        assert_eq!(field.text(), "t");
    }
}
