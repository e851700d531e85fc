//! Input bytes, as events.
//!
//! An SSH channel delivers bytes as it likes: a key in two pieces, ten keys in one. The decoder
//! takes them as they come and keeps what is not finished; it knows no clock, so its owner says when
//! nothing more came ([`Decoder::patience`], [`Decoder::flush`]). It never holds more than one
//! unfinished sequence or one piece of a paste, whatever is sent.
//!
//! The events are crossterm's, with its conventions, so that an app sees one vocabulary on every
//! link: an upper-case letter carries Shift, Ctrl-J is not Enter, Backspace is 0x7F.

mod csi;
mod keys;
mod mouse;
mod paste;

use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use csi::Sequence;
use paste::Paste;

/// How long an Esc may be the beginning of something longer.
pub const ESCAPE_PATIENCE: Duration = Duration::from_millis(30);

/// How long the rest of a sequence may take that cannot be a key by itself. Longer than any
/// network should need: what comes later would be taken for typed text.
pub const SEQUENCE_PATIENCE: Duration = Duration::from_secs(2);

/// Turns the input of one terminal into events.
#[derive(Debug, Default)]
pub struct Decoder {
    state: State,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Ground,
    /// Some bytes of one character.
    Character {
        bytes: Vec<u8>,
        alt: bool,
    },
    /// Esc; `twice`, if another one came before it.
    Escape {
        twice: bool,
    },
    /// Esc and a letter that begins a sequence, or is a key with Alt.
    Introducer {
        byte: u8,
        alt: bool,
    },
    /// `CSI` and some of what follows.
    Control {
        sequence: Sequence,
        alt: bool,
    },
    /// `CSI [`, which the Linux console puts before its function keys.
    LinuxKey {
        alt: bool,
    },
    /// `CSI M`, then three bytes of any kind.
    OldMouse {
        bytes: Vec<u8>,
    },
    /// The answer of a terminal that somebody asked something: read to its end and dropped.
    Answer {
        escape: bool,
    },
    Paste(Paste),
}

impl Decoder {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Decodes `bytes`, adding what is complete to `events`. However the bytes are cut into calls,
    /// the events are the same, as long as [`flush`](Self::flush) is not called in between; only a
    /// long paste comes in several pieces.
    pub fn feed(&mut self, bytes: &[u8], events: &mut Vec<Event>) {
        for &byte in bytes {
            self.step(byte, events);
        }
    }

    /// How long to wait for more before [`flush`](Self::flush), counted from the last byte; `None`
    /// when nothing is unfinished, or a paste is: the rest of that must not be taken for keys,
    /// however late it comes.
    #[must_use]
    pub fn patience(&self) -> Option<Duration> {
        match self.state {
            State::Ground | State::Paste(_) => None,
            State::Escape { .. } | State::Introducer { .. } => Some(ESCAPE_PATIENCE),
            _ => Some(SEQUENCE_PATIENCE),
        }
    }

    /// Says that nothing more came. An Esc was the key, after all; what cannot be a key is dropped.
    pub fn flush(&mut self, events: &mut Vec<Event>) {
        match std::mem::take(&mut self.state) {
            State::Escape { twice } => {
                if twice {
                    events.push(escape());
                }
                events.push(escape());
            }
            State::Introducer { byte, alt } => {
                if alt {
                    events.push(escape());
                }
                events.push(with_alt(keys::of_character(byte.into())));
            }
            State::Paste(paste) => self.state = State::Paste(paste),
            _ => {}
        }
    }

    /// How many bytes are kept of what is unfinished.
    #[cfg(test)]
    fn held(&self) -> usize {
        match &self.state {
            State::Character { bytes, .. } | State::OldMouse { bytes } => bytes.capacity(),
            State::Control { sequence, .. } => sequence.held(),
            State::Paste(paste) => paste.held(),
            _ => 0,
        }
    }

    fn step(&mut self, byte: u8, events: &mut Vec<Event>) {
        self.state = match std::mem::take(&mut self.state) {
            State::Ground => plain(byte, false, events),
            State::Character { bytes, alt } => continue_character(bytes, alt, byte, events),
            State::Escape { twice } => after_escape(twice, byte, events),
            State::Introducer { byte: first, alt } => after_introducer(first, alt, byte, events),
            State::Control { sequence, alt } => continue_control(sequence, alt, byte, events),
            State::LinuxKey { alt } => linux_key(alt, byte, events),
            State::OldMouse { bytes } => continue_old_mouse(bytes, byte, events),
            State::Answer { escape } => continue_answer(escape, byte),
            State::Paste(mut paste) => {
                if paste.step(byte, events) {
                    State::Ground
                } else {
                    State::Paste(paste)
                }
            }
        };
    }
}

/// A byte that no sequence is waiting for.
fn plain(byte: u8, alt: bool, events: &mut Vec<Event>) -> State {
    match byte {
        0x1b => return State::Escape { twice: false },
        0x80.. => {
            return if expected_length(byte).is_some() {
                State::Character { bytes: vec![byte], alt }
            } else {
                State::Ground
            };
        }
        _ => {}
    }
    let key = keys::of_ascii(byte);
    events.push(if alt { with_alt(key) } else { Event::Key(key) });
    State::Ground
}

fn continue_character(mut bytes: Vec<u8>, alt: bool, byte: u8, events: &mut Vec<Event>) -> State {
    if byte & 0xC0 != 0x80 {
        // What was begun is no character; this byte may begin one.
        return plain(byte, false, events);
    }
    bytes.push(byte);
    if Some(bytes.len()) != bytes.first().and_then(|&first| expected_length(first)) {
        return State::Character { bytes, alt };
    }
    if let Some(c) = std::str::from_utf8(&bytes).ok().and_then(|s| s.chars().next()) {
        let key = keys::of_character(c);
        events.push(if alt { with_alt(key) } else { Event::Key(key) });
    }
    State::Ground
}

/// How many bytes the UTF-8 character that begins with `first` takes.
fn expected_length(first: u8) -> Option<usize> {
    match first {
        0xC2..=0xDF => Some(2),
        0xE0..=0xEF => Some(3),
        0xF0..=0xF4 => Some(4),
        _ => None,
    }
}

fn after_escape(twice: bool, byte: u8, events: &mut Vec<Event>) -> State {
    match byte {
        b'[' | b'O' | b']' | b'P' | b'_' => State::Introducer { byte, alt: twice },
        0x1b => {
            if twice {
                events.push(escape());
            }
            State::Escape { twice: true }
        }
        _ => {
            if twice {
                events.push(escape());
            }
            plain(byte, true, events)
        }
    }
}

fn after_introducer(first: u8, alt: bool, byte: u8, events: &mut Vec<Event>) -> State {
    match (first, byte) {
        (b'[', b'[') => State::LinuxKey { alt },
        (b'[', b'M') => State::OldMouse { bytes: Vec::new() },
        (b'[', 0x20..0x7f) => continue_control(Sequence::default(), alt, byte, events),
        (b'O', _) => {
            if let Some(key) = keys::of_application_mode(byte) {
                push_key(key, alt, events);
                return State::Ground;
            }
            // No terminal sends this: somebody pressed Alt-O, then something else.
            events.push(with_alt(keys::of_character('O')));
            plain(byte, false, events)
        }
        // The answers that terminals give begin like this; after Alt and the same letter, a person
        // would have to type it within the patience for an Esc.
        (b']', b'0'..=b'9') | (b'P', b'0'..=b'9' | b'>' | b'!' | b'$' | b'+') | (b'_', b'G') => {
            State::Answer { escape: false }
        }
        _ => {
            if alt {
                events.push(escape());
            }
            events.push(with_alt(keys::of_character(first.into())));
            plain(byte, false, events)
        }
    }
}

fn continue_control(mut sequence: Sequence, alt: bool, byte: u8, events: &mut Vec<Event>) -> State {
    match byte {
        // A control character or the beginning of another character: the sequence broke off.
        0..0x20 | 0x7f.. => plain(byte, false, events),
        _ if !sequence.ends_with(byte) => {
            sequence.push(byte);
            State::Control { sequence, alt }
        }
        _ if sequence.begins_paste(byte) => {
            if alt {
                events.push(escape());
            }
            State::Paste(Paste::default())
        }
        _ => {
            match sequence.event(byte) {
                Some(Event::Key(key)) => push_key(key, alt, events),
                Some(event) => {
                    if alt {
                        events.push(escape());
                    }
                    events.push(event);
                }
                None => {}
            }
            State::Ground
        }
    }
}

fn linux_key(alt: bool, byte: u8, events: &mut Vec<Event>) -> State {
    match byte {
        b'A'..=b'E' => {
            push_key(KeyCode::F(1 + byte - b'A').into(), alt, events);
            State::Ground
        }
        0..0x20 | 0x7f.. => plain(byte, false, events),
        _ => State::Ground,
    }
}

fn continue_old_mouse(mut bytes: Vec<u8>, byte: u8, events: &mut Vec<Event>) -> State {
    if byte < 0x20 {
        return plain(byte, false, events);
    }
    bytes.push(byte);
    let Ok([buttons, column, row]) = <[u8; 3]>::try_from(bytes.as_slice()) else {
        return State::OldMouse { bytes };
    };
    let place = |byte: u8| u16::from(byte - 0x20);
    let mouse = mouse::event(place(buttons), place(column), place(row), false);
    events.extend(mouse.map(Event::Mouse));
    State::Ground
}

fn continue_answer(escape: bool, byte: u8) -> State {
    match byte {
        0x07 => State::Ground,
        b'\\' if escape => State::Ground,
        _ => State::Answer { escape: byte == 0x1b },
    }
}

fn push_key(mut key: KeyEvent, alt: bool, events: &mut Vec<Event>) {
    if alt {
        key.modifiers |= KeyModifiers::ALT;
    }
    events.push(Event::Key(key));
}

fn with_alt(mut key: KeyEvent) -> Event {
    key.modifiers |= KeyModifiers::ALT;
    Event::Key(key)
}

fn escape() -> Event {
    Event::Key(KeyCode::Esc.into())
}

#[cfg(test)]
mod documented;
#[cfg(test)]
mod tests;
