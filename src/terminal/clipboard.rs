//! The person's clipboard, through the terminal (OSC 52), so that it works over SSH as well. Many
//! terminals take it, some ask the person first, some ignore it; none answers.

use crossterm::{Command, clipboard::CopyToClipboard};

/// The bytes that put `text` on the clipboard.
#[must_use]
pub fn set(text: &str) -> Vec<u8> {
    let mut bytes = String::new();
    // A String takes everything that is written to it.
    let _ = CopyToClipboard::to_clipboard_from(text).write_ansi(&mut bytes);
    bytes.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_the_text_and_shows_nothing() {
        #[derive(Default)]
        struct Clipboard(Vec<u8>);
        impl vt100::Callbacks for Clipboard {
            fn copy_to_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8], data: &[u8]) {
                self.0 = data.to_vec();
            }
        }
        let mut terminal = vt100::Parser::new_with_callbacks(
            4.try_into().unwrap(),
            40.try_into().unwrap(),
            0,
            Clipboard::default(),
        );
        terminal.process(&set("TRV-7K3M9QXA"));
        assert_eq!(terminal.callbacks().0, b"VFJWLTdLM005UVhB");
        assert_eq!(terminal.screen().contents(), "");
    }
}
