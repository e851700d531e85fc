//! Keys inside a text that is being typed, the same in every field and editor.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_textarea::TextArea;

use crate::tui::keymap::Key;

/// Edits `area` as `key` says; `true` when that changed the text.
///
/// The editor's own keys (those of Emacs), except that `ctrl-u` clears to the beginning of the line as
/// shells have it. What the editor has there, taking the last edit back, is on `ctrl-_`.
pub fn edit(area: &mut TextArea<'_>, key: Key) -> bool {
    match (key.code, key.modifiers) {
        (KeyCode::Char('u'), KeyModifiers::CONTROL) => area.delete_line_by_head(),
        // Terminals send the same byte for all three.
        (KeyCode::Char('_' | '/' | '7'), KeyModifiers::CONTROL) => area.undo(),
        _ => area.input(KeyEvent::new(key.code, key.modifiers)),
    }
}
