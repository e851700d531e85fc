//! What real terminals send, from their documentation: xterm's "Control Sequences", the kitty
//! keyboard protocol, terminfo. Complete sequences only: none needs a timeout.

use crossterm::event::{
    Event,
    KeyCode::{self, *},
    KeyEvent, KeyEventKind, KeyEventState, KeyModifiers, MediaKeyCode, ModifierKeyCode,
    MouseButton, MouseEvent, MouseEventKind,
};

const SHIFT: KeyModifiers = KeyModifiers::SHIFT;
const ALT: KeyModifiers = KeyModifiers::ALT;
const CONTROL: KeyModifiers = KeyModifiers::CONTROL;
const NONE: KeyModifiers = KeyModifiers::NONE;

pub(super) type Example = (&'static [u8], Vec<Event>);

pub(super) fn all() -> Vec<Example> {
    [characters(), vt220(), rxvt(), modify_other_keys(), kitty(), mice(), answers()].concat()
}

pub(super) fn key(code: KeyCode, modifiers: KeyModifiers) -> Event {
    Event::Key(KeyEvent::new(code, modifiers))
}

pub(super) fn typed(c: char, modifiers: KeyModifiers) -> Event {
    key(Char(c), modifiers)
}

fn keypad(code: KeyCode) -> Event {
    let (kind, state) = (KeyEventKind::Press, KeyEventState::KEYPAD);
    Event::Key(KeyEvent::new_with_kind_and_state(code, NONE, kind, state))
}

fn mouse(kind: MouseEventKind, column: u16, row: u16, modifiers: KeyModifiers) -> Event {
    Event::Mouse(MouseEvent { kind, column, row, modifiers })
}

/// Text, control characters and Alt (RFC 3629; xterm, "metaSendsEscape").
fn characters() -> Vec<Example> {
    vec![
        (b"a", vec![typed('a', NONE)]),
        (b"G", vec![typed('G', SHIFT)]),
        (b" ", vec![typed(' ', NONE)]),
        (b"\r", vec![key(Enter, NONE)]),
        (b"\n", vec![typed('j', CONTROL)]),
        (b"\t", vec![key(Tab, NONE)]),
        (b"\x7f", vec![key(Backspace, NONE)]),
        (b"\x08", vec![typed('h', CONTROL)]),
        (b"\x00", vec![typed(' ', CONTROL)]),
        (b"\x04", vec![typed('d', CONTROL)]),
        (b"\x1c", vec![typed('4', CONTROL)]),
        (b"\x1f", vec![typed('7', CONTROL)]),
        ("é".as_bytes(), vec![typed('é', NONE)]),
        ("É".as_bytes(), vec![typed('É', SHIFT)]),
        ("漢".as_bytes(), vec![typed('漢', NONE)]),
        ("🦀".as_bytes(), vec![typed('🦀', NONE)]),
        (b"\x1ba", vec![typed('a', ALT)]),
        (b"\x1bA", vec![typed('A', ALT | SHIFT)]),
        ("\x1bé".as_bytes(), vec![typed('é', ALT)]),
        (b"\x1b\r", vec![key(Enter, ALT)]),
        (b"\x1b\x7f", vec![key(Backspace, ALT)]),
        (b"\x1b\x01", vec![typed('a', ALT | CONTROL)]),
    ]
}

/// Cursor, editing and function keys (VT220, xterm, the Linux console).
fn vt220() -> Vec<Example> {
    vec![
        (b"\x1b[A", vec![key(Up, NONE)]),
        (b"\x1b[B", vec![key(Down, NONE)]),
        (b"\x1b[C", vec![key(Right, NONE)]),
        (b"\x1b[D", vec![key(Left, NONE)]),
        (b"\x1b[H", vec![key(Home, NONE)]),
        (b"\x1b[F", vec![key(End, NONE)]),
        (b"\x1b[E", vec![key(KeypadBegin, NONE)]),
        (b"\x1bOA", vec![key(Up, NONE)]),
        (b"\x1bOD", vec![key(Left, NONE)]),
        (b"\x1bOP", vec![key(F(1), NONE)]),
        (b"\x1bOS", vec![key(F(4), NONE)]),
        (b"\x1bOM", vec![key(Enter, NONE)]),
        (b"\x1bOj", vec![keypad(Char('*'))]),
        (b"\x1bOp", vec![keypad(Char('0'))]),
        (b"\x1bOy", vec![keypad(Char('9'))]),
        (b"\x1b[Z", vec![key(BackTab, SHIFT)]),
        (b"\x1b[1;2Z", vec![key(BackTab, SHIFT)]),
        (b"\x1b[1;2A", vec![key(Up, SHIFT)]),
        (b"\x1b[1;3B", vec![key(Down, ALT)]),
        (b"\x1b[1;5C", vec![key(Right, CONTROL)]),
        (b"\x1b[1;6D", vec![key(Left, CONTROL | SHIFT)]),
        (b"\x1b[1;8H", vec![key(Home, CONTROL | SHIFT | ALT)]),
        (b"\x1b[1;9F", vec![key(End, KeyModifiers::SUPER)]),
        (b"\x1b[1;2P", vec![key(F(1), SHIFT)]),
        (b"\x1b[1;2R", vec![key(F(3), SHIFT)]),
        (b"\x1b[1~", vec![key(Home, NONE)]),
        (b"\x1b[2~", vec![key(Insert, NONE)]),
        (b"\x1b[3~", vec![key(Delete, NONE)]),
        (b"\x1b[3;5~", vec![key(Delete, CONTROL)]),
        (b"\x1b[4~", vec![key(End, NONE)]),
        (b"\x1b[5~", vec![key(PageUp, NONE)]),
        (b"\x1b[6;2~", vec![key(PageDown, SHIFT)]),
        (b"\x1b[7~", vec![key(Home, NONE)]),
        (b"\x1b[8~", vec![key(End, NONE)]),
        (b"\x1b[11~", vec![key(F(1), NONE)]),
        (b"\x1b[15~", vec![key(F(5), NONE)]),
        (b"\x1b[17~", vec![key(F(6), NONE)]),
        (b"\x1b[21~", vec![key(F(10), NONE)]),
        (b"\x1b[23~", vec![key(F(11), NONE)]),
        (b"\x1b[24;6~", vec![key(F(12), CONTROL | SHIFT)]),
        (b"\x1b[25~", vec![key(F(13), NONE)]),
        (b"\x1b[34~", vec![key(F(20), NONE)]),
        (b"\x1b[[A", vec![key(F(1), NONE)]),
        (b"\x1b[[E", vec![key(F(5), NONE)]),
    ]
}

/// rxvt, and Alt as it and others send it: an Esc before the sequence.
fn rxvt() -> Vec<Example> {
    vec![
        (b"\x1b[a", vec![key(Up, SHIFT)]),
        (b"\x1bOb", vec![key(Down, CONTROL)]),
        (b"\x1b[3$", vec![key(Delete, SHIFT)]),
        (b"\x1b[3^", vec![key(Delete, CONTROL)]),
        (b"\x1b[5@", vec![key(PageUp, CONTROL | SHIFT)]),
        (b"\x1b\x1b[A", vec![key(Up, ALT)]),
        (b"\x1b\x1bOA", vec![key(Up, ALT)]),
        (b"\x1b\x1b[3~", vec![key(Delete, ALT)]),
    ]
}

/// xterm's modifyOtherKeys.
fn modify_other_keys() -> Vec<Example> {
    vec![
        (b"\x1b[27;5;105~", vec![typed('i', CONTROL)]),
        (b"\x1b[27;2;13~", vec![key(Enter, SHIFT)]),
        (b"\x1b[27;5;9~", vec![key(Tab, CONTROL)]),
        (b"\x1b[27;6;9~", vec![key(BackTab, CONTROL | SHIFT)]),
    ]
}

/// The kitty keyboard protocol.
fn kitty() -> Vec<Example> {
    vec![
        (b"\x1b[27u", vec![key(Esc, NONE)]),
        (b"\x1b[13;2u", vec![key(Enter, SHIFT)]),
        (b"\x1b[127;5u", vec![key(Backspace, CONTROL)]),
        (b"\x1b[9;2u", vec![key(BackTab, SHIFT)]),
        (b"\x1b[97;5u", vec![typed('a', CONTROL)]),
        (b"\x1b[97:65;2u", vec![typed('A', NONE)]),
        (b"\x1b[97;1;97u", vec![typed('a', NONE)]),
        (
            b"\x1b[97;5:3u",
            vec![Event::Key(KeyEvent::new_with_kind(Char('a'), CONTROL, KeyEventKind::Release))],
        ),
        (b"\x1b[1;1:2A", vec![Event::Key(KeyEvent::new_with_kind(Up, NONE, KeyEventKind::Repeat))]),
        (
            b"\x1b[98;65u",
            vec![Event::Key(KeyEvent::new_with_kind_and_state(
                Char('b'),
                NONE,
                KeyEventKind::Press,
                KeyEventState::CAPS_LOCK,
            ))],
        ),
        (b"\x1b[57358u", vec![key(CapsLock, NONE)]),
        (b"\x1b[57376u", vec![key(F(13), NONE)]),
        (b"\x1b[57398u", vec![key(F(35), NONE)]),
        (b"\x1b[57399u", vec![keypad(Char('0'))]),
        (b"\x1b[57414u", vec![keypad(Enter)]),
        (b"\x1b[57428u", vec![key(Media(MediaKeyCode::Play), NONE)]),
        (b"\x1b[57440u", vec![key(Media(MediaKeyCode::MuteVolume), NONE)]),
        (b"\x1b[57441u", vec![key(Modifier(ModifierKeyCode::LeftShift), SHIFT)]),
        (b"\x1b[57454u", vec![key(Modifier(ModifierKeyCode::IsoLevel5Shift), NONE)]),
    ]
}

/// The mouse in its three encodings (SGR, rxvt, X10), the focus, a paste.
fn mice() -> Vec<Example> {
    vec![
        (b"\x1b[<0;1;1M", vec![mouse(MouseEventKind::Down(MouseButton::Left), 0, 0, NONE)]),
        (b"\x1b[<0;20;10m", vec![mouse(MouseEventKind::Up(MouseButton::Left), 19, 9, NONE)]),
        (
            b"\x1b[<2;500;300M",
            vec![mouse(MouseEventKind::Down(MouseButton::Right), 499, 299, NONE)],
        ),
        (b"\x1b[<32;2;3M", vec![mouse(MouseEventKind::Drag(MouseButton::Left), 1, 2, NONE)]),
        (b"\x1b[<35;2;3M", vec![mouse(MouseEventKind::Moved, 1, 2, NONE)]),
        (b"\x1b[<64;5;5M", vec![mouse(MouseEventKind::ScrollUp, 4, 4, NONE)]),
        (b"\x1b[<65;5;5M", vec![mouse(MouseEventKind::ScrollDown, 4, 4, NONE)]),
        (
            b"\x1b[<20;5;5M",
            vec![mouse(MouseEventKind::Down(MouseButton::Left), 4, 4, CONTROL | SHIFT)],
        ),
        (b"\x1b[32;30;40M", vec![mouse(MouseEventKind::Down(MouseButton::Left), 29, 39, NONE)]),
        (b"\x1b[M !!", vec![mouse(MouseEventKind::Down(MouseButton::Left), 0, 0, NONE)]),
        (b"\x1b[M#\x90\xff", vec![mouse(MouseEventKind::Up(MouseButton::Left), 111, 222, NONE)]),
        (b"\x1b[I", vec![Event::FocusGained]),
        (b"\x1b[O", vec![Event::FocusLost]),
        (b"\x1b[200~one\rtwo\x1b[31m\x1b[201~", vec![Event::Paste("one\ntwo\x1b[31m".into())]),
    ]
}

/// Answers of a terminal to questions that nobody here asked.
fn answers() -> Vec<Example> {
    vec![
        (b"\x1b[?62;22c", vec![]),
        (b"\x1b[>41;354;0c", vec![]),
        (b"\x1b[?2026;2$y", vec![]),
        (b"\x1b[?1u", vec![]),
        (b"\x1b]11;rgb:0000/0000/0000\x07", vec![]),
        (b"\x1b]11;rgb:0000/0000/0000\x1b\\", vec![]),
        (b"\x1bP>|terminal 1.2\x1b\\", vec![]),
        (b"\x1bP1$r0m\x1b\\", vec![]),
        (b"\x1b_Gi=1;OK\x1b\\", vec![]),
    ]
}
