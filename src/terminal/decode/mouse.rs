//! Mouse reports: the same three numbers in every encoding.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

/// The event for a report. `column` and `row` count from one; `released` is only known in the SGR
/// encoding. `None` for buttons that no event stands for.
pub(super) fn event(buttons: u16, column: u16, row: u16, released: bool) -> Option<MouseEvent> {
    let kind = kind(buttons)?;
    let kind = match kind {
        MouseEventKind::Down(button) if released => MouseEventKind::Up(button),
        kind => kind,
    };
    Some(MouseEvent {
        kind,
        column: column.saturating_sub(1),
        row: row.saturating_sub(1),
        modifiers: modifiers(buttons),
    })
}

/// Bits 0, 1, 6 and 7 number the button, bit 5 says that the mouse moved.
fn kind(buttons: u16) -> Option<MouseEventKind> {
    if buttons > 0xFF {
        return None;
    }
    let button = (buttons & 0b11) | ((buttons & 0b1100_0000) >> 4);
    let moved = buttons & 0b10_0000 != 0;
    Some(match (button, moved) {
        (0, false) => MouseEventKind::Down(MouseButton::Left),
        (1, false) => MouseEventKind::Down(MouseButton::Middle),
        (2, false) => MouseEventKind::Down(MouseButton::Right),
        (0, true) => MouseEventKind::Drag(MouseButton::Left),
        (1, true) => MouseEventKind::Drag(MouseButton::Middle),
        (2, true) => MouseEventKind::Drag(MouseButton::Right),
        (3, false) => MouseEventKind::Up(MouseButton::Left),
        (3..=5, true) => MouseEventKind::Moved,
        (4, false) => MouseEventKind::ScrollUp,
        (5, false) => MouseEventKind::ScrollDown,
        (6, false) => MouseEventKind::ScrollLeft,
        (7, false) => MouseEventKind::ScrollRight,
        _ => return None,
    })
}

fn modifiers(buttons: u16) -> KeyModifiers {
    let mut modifiers = KeyModifiers::NONE;
    modifiers.set(KeyModifiers::SHIFT, buttons & 0b100 != 0);
    modifiers.set(KeyModifiers::ALT, buttons & 0b1000 != 0);
    modifiers.set(KeyModifiers::CONTROL, buttons & 0b1_0000 != 0);
    modifiers
}
