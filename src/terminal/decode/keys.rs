//! Which key a byte, a letter or a number stands for.

use crossterm::event::{
    KeyCode, KeyEvent, KeyEventState, KeyModifiers, MediaKeyCode, ModifierKeyCode,
};

/// The key for one byte below 0x80 that is not Esc.
pub(super) fn of_ascii(byte: u8) -> KeyEvent {
    let control = |c: u8| KeyEvent::new(KeyCode::Char(c.into()), KeyModifiers::CONTROL);
    match byte {
        b'\r' => KeyCode::Enter.into(),
        b'\t' => KeyCode::Tab.into(),
        0x7f => KeyCode::Backspace.into(),
        0 => control(b' '),
        0x01..=0x1a => control(byte - 1 + b'a'),
        0x1c..=0x1f => control(byte - 0x1c + b'4'),
        _ => of_character(byte.into()),
    }
}

/// The key for a character: an upper-case one was typed with Shift.
pub(super) fn of_character(c: char) -> KeyEvent {
    let modifiers = if c.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
    KeyEvent::new(KeyCode::Char(c), modifiers)
}

/// The key for `SS3 letter`: application cursor and keypad modes, and rxvt's arrows with Ctrl.
pub(super) fn of_application_mode(letter: u8) -> Option<KeyEvent> {
    let keypad = |c: char| {
        let mut key = KeyEvent::from(KeyCode::Char(c));
        key.state = KeyEventState::KEYPAD;
        key
    };
    Some(match letter {
        b'M' => KeyCode::Enter.into(),
        b'X' => keypad('='),
        b'j'..=b'y' => keypad(char::from(letter - b'j' + b'*')),
        b'a'..=b'd' => {
            let arrow = of_arrow(letter.to_ascii_uppercase())?;
            KeyEvent::new(arrow, KeyModifiers::CONTROL)
        }
        _ => of_letter(letter)?.into(),
    })
}

/// The key for the letter that ends a sequence.
pub(super) fn of_letter(letter: u8) -> Option<KeyCode> {
    Some(match letter {
        b'A'..=b'D' => return of_arrow(letter),
        b'E' => KeyCode::KeypadBegin,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'P'..=b'S' => KeyCode::F(1 + letter - b'P'),
        _ => return None,
    })
}

pub(super) fn of_arrow(letter: u8) -> Option<KeyCode> {
    Some(match letter {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        _ => return None,
    })
}

/// The key for the number in `CSI number ~`, as VT220 and its successors count them.
pub(super) fn of_number(number: u32) -> Option<KeyCode> {
    let function =
        |first: u8, offset: u32| u8::try_from(offset).ok().map(|n| KeyCode::F(first + n));
    match number {
        1 | 7 => Some(KeyCode::Home),
        2 => Some(KeyCode::Insert),
        3 => Some(KeyCode::Delete),
        4 | 8 => Some(KeyCode::End),
        5 => Some(KeyCode::PageUp),
        6 => Some(KeyCode::PageDown),
        11..=15 => function(1, number - 11),
        17..=21 => function(6, number - 17),
        23..=26 => function(11, number - 23),
        28..=29 => function(15, number - 28),
        31..=34 => function(17, number - 31),
        57427 => Some(KeyCode::KeypadBegin),
        _ => None,
    }
}

/// The key for the number in `CSI number u`; `None` if no character has this number.
pub(super) fn of_unicode(code: u32, shifted: bool) -> Option<(KeyCode, KeyEventState)> {
    if let Some(key) = of_keypad(code) {
        return Some((key, KeyEventState::KEYPAD));
    }
    let key = match code {
        0x09 if shifted => KeyCode::BackTab,
        0x09 => KeyCode::Tab,
        0x0d => KeyCode::Enter,
        0x1b => KeyCode::Esc,
        0x7f => KeyCode::Backspace,
        _ => match of_private_use(code) {
            Some(key) => key,
            None => KeyCode::Char(char::from_u32(code)?),
        },
    };
    Some((key, KeyEventState::NONE))
}

/// The modifier that a modifier key is itself: kitty reports it only from the next key on.
pub(super) fn held_by(code: KeyCode) -> KeyModifiers {
    let KeyCode::Modifier(key) = code else {
        return KeyModifiers::NONE;
    };
    match key {
        ModifierKeyCode::LeftShift | ModifierKeyCode::RightShift => KeyModifiers::SHIFT,
        ModifierKeyCode::LeftControl | ModifierKeyCode::RightControl => KeyModifiers::CONTROL,
        ModifierKeyCode::LeftAlt | ModifierKeyCode::RightAlt => KeyModifiers::ALT,
        ModifierKeyCode::LeftSuper | ModifierKeyCode::RightSuper => KeyModifiers::SUPER,
        ModifierKeyCode::LeftHyper | ModifierKeyCode::RightHyper => KeyModifiers::HYPER,
        ModifierKeyCode::LeftMeta | ModifierKeyCode::RightMeta => KeyModifiers::META,
        ModifierKeyCode::IsoLevel3Shift | ModifierKeyCode::IsoLevel5Shift => KeyModifiers::NONE,
    }
}

/// The kitty protocol's numbers for the keypad.
fn of_keypad(code: u32) -> Option<KeyCode> {
    const KEYS: [KeyCode; 29] = [
        KeyCode::Char('0'),
        KeyCode::Char('1'),
        KeyCode::Char('2'),
        KeyCode::Char('3'),
        KeyCode::Char('4'),
        KeyCode::Char('5'),
        KeyCode::Char('6'),
        KeyCode::Char('7'),
        KeyCode::Char('8'),
        KeyCode::Char('9'),
        KeyCode::Char('.'),
        KeyCode::Char('/'),
        KeyCode::Char('*'),
        KeyCode::Char('-'),
        KeyCode::Char('+'),
        KeyCode::Enter,
        KeyCode::Char('='),
        KeyCode::Char(','),
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::Insert,
        KeyCode::Delete,
        KeyCode::KeypadBegin,
    ];
    nth(&KEYS, code, 57399)
}

/// The kitty protocol's numbers for keys that have no character.
fn of_private_use(code: u32) -> Option<KeyCode> {
    const LOCKS: [KeyCode; 6] = [
        KeyCode::CapsLock,
        KeyCode::ScrollLock,
        KeyCode::NumLock,
        KeyCode::PrintScreen,
        KeyCode::Pause,
        KeyCode::Menu,
    ];
    const MEDIA: [MediaKeyCode; 13] = [
        MediaKeyCode::Play,
        MediaKeyCode::Pause,
        MediaKeyCode::PlayPause,
        MediaKeyCode::Reverse,
        MediaKeyCode::Stop,
        MediaKeyCode::FastForward,
        MediaKeyCode::Rewind,
        MediaKeyCode::TrackNext,
        MediaKeyCode::TrackPrevious,
        MediaKeyCode::Record,
        MediaKeyCode::LowerVolume,
        MediaKeyCode::RaiseVolume,
        MediaKeyCode::MuteVolume,
    ];
    const MODIFIERS: [ModifierKeyCode; 14] = [
        ModifierKeyCode::LeftShift,
        ModifierKeyCode::LeftControl,
        ModifierKeyCode::LeftAlt,
        ModifierKeyCode::LeftSuper,
        ModifierKeyCode::LeftHyper,
        ModifierKeyCode::LeftMeta,
        ModifierKeyCode::RightShift,
        ModifierKeyCode::RightControl,
        ModifierKeyCode::RightAlt,
        ModifierKeyCode::RightSuper,
        ModifierKeyCode::RightHyper,
        ModifierKeyCode::RightMeta,
        ModifierKeyCode::IsoLevel3Shift,
        ModifierKeyCode::IsoLevel5Shift,
    ];
    nth(&LOCKS, code, 57358)
        .or_else(|| nth(&MEDIA, code, 57428).map(KeyCode::Media))
        .or_else(|| nth(&MODIFIERS, code, 57441).map(KeyCode::Modifier))
        .or_else(|| match code {
            57376..=57398 => u8::try_from(code - 57376).ok().map(|n| KeyCode::F(13 + n)),
            _ => None,
        })
}

fn nth<T: Copy>(keys: &[T], code: u32, first: u32) -> Option<T> {
    let index = usize::try_from(code.checked_sub(first)?).ok()?;
    keys.get(index).copied()
}
