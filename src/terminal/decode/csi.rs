//! Control sequences: `CSI`, parameters, a final byte.
//!
//! Sources: ECMA-48 5.4 for the form; xterm's "Control Sequences" for the legacy keys, mouse and
//! modifyOtherKeys; the kitty keyboard protocol for `CSI … u` and for event types.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyEventState, KeyModifiers};

use super::{keys, mouse};

/// The longest sequence that means anything here is half as long.
const LONGEST: usize = 64;

/// What came between `CSI` and the final byte.
#[derive(Debug, Default)]
pub(super) struct Sequence {
    bytes: Vec<u8>,
    too_long: bool,
}

impl Sequence {
    /// Keeps one parameter or intermediate byte. Of a sequence that is too long nothing is kept, but
    /// its end is still recognised.
    pub(super) fn push(&mut self, byte: u8) {
        if self.bytes.len() < LONGEST {
            self.bytes.push(byte);
        } else {
            self.too_long = true;
        }
    }

    /// Whether `byte` (0x20 to 0x7E) is the last one.
    pub(super) fn ends_with(&self, byte: u8) -> bool {
        // rxvt ends keys pressed with Shift with a dollar, which by the standard is not an end.
        let shifted = byte == b'$'
            && self.bytes.first().is_some_and(u8::is_ascii_digit)
            && self.bytes.iter().all(u8::is_ascii_digit);
        byte >= 0x40 || shifted
    }

    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.bytes.capacity()
    }

    pub(super) fn begins_paste(&self, last: u8) -> bool {
        last == b'~' && self.bytes == b"200"
    }

    /// What the sequence means; `None` if nothing that is known here.
    pub(super) fn event(&self, last: u8) -> Option<Event> {
        if self.too_long {
            return None;
        }
        let (mark, rest) = match self.bytes.split_first() {
            Some((mark @ b'<'..=b'?', rest)) => (Some(*mark), rest),
            _ => (None, self.bytes.as_slice()),
        };
        let numbers = Numbers::parse(rest)?;
        match (mark, last) {
            (Some(b'<'), b'M' | b'm') => numbers.mouse(0, last == b'm'),
            (Some(_), _) => None,
            (None, b'M') => numbers.mouse(32, false),
            (None, b'I') if rest.is_empty() => Some(Event::FocusGained),
            (None, b'O') if rest.is_empty() => Some(Event::FocusLost),
            (None, b'u') => numbers.unicode_key().map(Event::Key),
            (None, b'~') => numbers.numbered_key().map(Event::Key),
            (None, b'$' | b'^' | b'@') => numbers.rxvt_key(last).map(Event::Key),
            (None, _) => numbers.lettered_key(last).map(Event::Key),
        }
    }
}

/// Parameters: numbers that may be missing, each with numbers of its own behind colons.
struct Numbers<'a>(Vec<&'a str>);

impl<'a> Numbers<'a> {
    /// `None` if there is anything but digits, semicolons and colons.
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        text.bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b';' | b':'))
            .then(|| Self(text.split(';').collect()))
    }

    /// The number at `index`, and there behind `part` colons. Missing is `None`; so is one too large
    /// for anything here.
    fn get(&self, index: usize, part: usize) -> Option<u32> {
        self.0.get(index)?.split(':').nth(part)?.parse().ok()
    }

    fn coordinate(&self, index: usize) -> Option<u16> {
        u16::try_from(self.get(index, 0)?).ok()
    }

    fn mouse(&self, offset: u16, released: bool) -> Option<Event> {
        let buttons = self.coordinate(0)?.checked_sub(offset)?;
        let event = mouse::event(buttons, self.coordinate(1)?, self.coordinate(2)?, released)?;
        Some(Event::Mouse(event))
    }

    /// One more than a bit set, and behind a colon what was done to the key.
    fn modifiers(&self, index: usize) -> Modifiers {
        let bits = self.get(index, 0).unwrap_or(1).saturating_sub(1);
        let mut keys = KeyModifiers::NONE;
        keys.set(KeyModifiers::SHIFT, bits & 1 != 0);
        keys.set(KeyModifiers::ALT, bits & 2 != 0);
        keys.set(KeyModifiers::CONTROL, bits & 4 != 0);
        keys.set(KeyModifiers::SUPER, bits & 8 != 0);
        keys.set(KeyModifiers::HYPER, bits & 16 != 0);
        keys.set(KeyModifiers::META, bits & 32 != 0);
        let mut state = KeyEventState::NONE;
        state.set(KeyEventState::CAPS_LOCK, bits & 64 != 0);
        state.set(KeyEventState::NUM_LOCK, bits & 128 != 0);
        let kind = match self.get(index, 1) {
            Some(2) => KeyEventKind::Repeat,
            Some(3) => KeyEventKind::Release,
            _ => KeyEventKind::Press,
        };
        Modifiers { keys, kind, state }
    }

    fn lettered_key(&self, last: u8) -> Option<KeyEvent> {
        if last == b'Z' {
            let modifiers = self.modifiers(1);
            return Some(modifiers.on(KeyCode::BackTab, KeyModifiers::SHIFT));
        }
        if let Some(code) = keys::of_letter(last) {
            return Some(self.modifiers(1).on(code, KeyModifiers::NONE));
        }
        // rxvt writes the arrows in lower case when Shift is held.
        let code = keys::of_arrow(last.to_ascii_uppercase()).filter(|_| self.0 == [""])?;
        Some(KeyEvent::new(code, KeyModifiers::SHIFT))
    }

    fn numbered_key(&self) -> Option<KeyEvent> {
        let number = self.get(0, 0)?;
        if number == 27 {
            // modifyOtherKeys: CSI 27 ; modifiers ; character ~
            let character = self.get(2, 0)?;
            return self.modifiers(1).on_character(character);
        }
        let code = keys::of_number(number)?;
        Some(self.modifiers(1).on(code, KeyModifiers::NONE))
    }

    /// rxvt: the final byte says which of Shift and Ctrl are held.
    fn rxvt_key(&self, last: u8) -> Option<KeyEvent> {
        let modifiers = match last {
            b'$' => KeyModifiers::SHIFT,
            b'^' => KeyModifiers::CONTROL,
            _ => KeyModifiers::SHIFT | KeyModifiers::CONTROL,
        };
        let code = keys::of_number(self.get(0, 0)?)?;
        Some(KeyEvent::new(code, modifiers))
    }

    /// `CSI character : shifted ; modifiers : what ; text u`
    fn unicode_key(&self) -> Option<KeyEvent> {
        let modifiers = self.modifiers(1);
        let mut key = modifiers.on_character(self.get(0, 0)?)?;
        let shifted = self.get(0, 1).and_then(char::from_u32);
        if let (KeyCode::Char(_), Some(shifted)) = (key.code, shifted)
            && key.modifiers.contains(KeyModifiers::SHIFT)
        {
            key.code = KeyCode::Char(shifted);
            key.modifiers -= KeyModifiers::SHIFT;
        }
        Some(key)
    }
}

struct Modifiers {
    keys: KeyModifiers,
    kind: KeyEventKind,
    state: KeyEventState,
}

impl Modifiers {
    fn on(&self, code: KeyCode, beside: KeyModifiers) -> KeyEvent {
        KeyEvent::new_with_kind_and_state(code, self.keys | beside, self.kind, self.state)
    }

    /// A key named by a Unicode character or, in the private use area, by the kitty protocol.
    fn on_character(&self, code: u32) -> Option<KeyEvent> {
        let shifted = self.keys.contains(KeyModifiers::SHIFT);
        let (code, state) = keys::of_unicode(code, shifted)?;
        let mut key = self.on(code, keys::held_by(code));
        key.state |= state;
        Some(key)
    }
}
