//! A key as the keymap writes it: `a`, `G`, `space`, `ctrl-d`, `shift-tab`, `f5`.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// One key press. Shift is part of a letter (`G`), not beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub code: KeyCode,
    pub modifiers: KeyModifiers,
}

/// A word that names no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no key; write it as in `a`, `G`, `space`, `ctrl-d`, `shift-tab`, `f5`")]
pub struct UnknownKey(pub String);

const NAMED: [(&str, KeyCode); 15] = [
    ("space", KeyCode::Char(' ')),
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pageup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
];

impl Key {
    /// The key of an event. Terminals say Shift-Tab and capital letters in several ways; here each
    /// has one form.
    #[must_use]
    pub fn of(event: KeyEvent) -> Self {
        Self::settled(event.code, event.modifiers)
    }

    fn settled(code: KeyCode, modifiers: KeyModifiers) -> Self {
        let known = KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT;
        let mut modifiers = modifiers & known;
        let code = match code {
            KeyCode::BackTab => {
                modifiers |= KeyModifiers::SHIFT;
                KeyCode::Tab
            }
            KeyCode::Char(letter) if modifiers.contains(KeyModifiers::SHIFT) => {
                modifiers -= KeyModifiers::SHIFT;
                KeyCode::Char(letter.to_ascii_uppercase())
            }
            code => code,
        };
        // A terminal cannot tell Ctrl-D from Ctrl-Shift-D.
        let code = match code {
            KeyCode::Char(letter) if modifiers.contains(KeyModifiers::CONTROL) => {
                KeyCode::Char(letter.to_ascii_lowercase())
            }
            code => code,
        };
        Self { code, modifiers }
    }

    /// # Errors
    /// [`UnknownKey`] when `text` names none.
    pub fn parse(text: &str) -> Result<Self, UnknownKey> {
        let mut modifiers = KeyModifiers::NONE;
        let mut rest = text;
        while let Some((word, after)) = rest.split_once('-') {
            modifiers |= match word {
                "ctrl" => KeyModifiers::CONTROL,
                "alt" => KeyModifiers::ALT,
                "shift" => KeyModifiers::SHIFT,
                _ => break,
            };
            rest = after;
        }
        let code = code(rest).ok_or_else(|| UnknownKey(text.to_owned()))?;
        Ok(Self::settled(code, modifiers))
    }

    /// The character that the key types into a field, if it types one.
    #[must_use]
    pub fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(letter) if self.modifiers.is_empty() => Some(letter),
            _ => None,
        }
    }
}

fn code(name: &str) -> Option<KeyCode> {
    let mut letters = name.chars();
    if let (Some(letter), None) = (letters.next(), letters.next()) {
        return Some(KeyCode::Char(letter));
    }
    if let Some((_, code)) = NAMED.iter().find(|(known, _)| *known == name) {
        return Some(*code);
    }
    let number: u8 = name.strip_prefix('f')?.parse().ok()?;
    (1..=12).contains(&number).then_some(KeyCode::F(number))
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (modifier, word) in [
            (KeyModifiers::CONTROL, "ctrl-"),
            (KeyModifiers::ALT, "alt-"),
            (KeyModifiers::SHIFT, "shift-"),
        ] {
            if self.modifiers.contains(modifier) {
                f.write_str(word)?;
            }
        }
        if let Some((name, _)) = NAMED.iter().find(|(_, code)| *code == self.code) {
            return f.write_str(name);
        }
        match self.code {
            KeyCode::Char(letter) => write!(f, "{letter}"),
            KeyCode::F(number) => write!(f, "f{number}"),
            _ => f.write_str("?"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_as_it_is_written() {
        for text in
            ["a", "G", "?", "-", "space", "ctrl-d", "shift-tab", "alt-enter", "f12", "ctrl--"]
        {
            assert_eq!(Key::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "ctrl-", "f13", "hyper-a", "return"] {
            assert!(Key::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn terminals_that_say_it_differently_mean_the_same() {
        let event = |code, modifiers| Key::of(KeyEvent::new(code, modifiers));
        let back_tab = event(KeyCode::BackTab, KeyModifiers::SHIFT);
        assert_eq!(back_tab, event(KeyCode::Tab, KeyModifiers::SHIFT));
        assert_eq!(back_tab, event(KeyCode::BackTab, KeyModifiers::NONE));
        let capital = event(KeyCode::Char('G'), KeyModifiers::SHIFT);
        assert_eq!(capital, event(KeyCode::Char('g'), KeyModifiers::SHIFT));
        assert_eq!(capital, event(KeyCode::Char('G'), KeyModifiers::NONE));
        assert_eq!(capital.typed(), Some('G'));
    }
}
