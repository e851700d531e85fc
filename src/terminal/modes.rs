//! What a terminal is asked to do while an app runs in it, and how that is undone.
//!
//! Nothing here waits for an answer: the first frame must not.

/// What to ask for beside the alternate screen and bracketed paste, which are always used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Modes {
    /// Report the mouse. Selecting text then takes Shift in most terminals.
    pub mouse: bool,
    /// Report when the terminal gains and loses the focus.
    pub focus: bool,
    /// Ask for unambiguous keys (the kitty protocol, level one), so that Esc is known at once.
    /// Terminals without it ignore the request.
    pub keys: bool,
}

/// Aborts a sequence that a frame cut short left unfinished, and ends its synchronized update.
const END_FRAME: &str = "\x18\x1b[?2026l\x1b[m";

impl Modes {
    /// To be written once before the first frame.
    #[must_use]
    pub fn enter(self) -> Vec<u8> {
        // Without autowrap, a character that is wider than we think cannot push the last column
        // into the next line.
        let mut bytes = String::from("\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h");
        if self.mouse {
            bytes.push_str("\x1b[?1000h\x1b[?1002h\x1b[?1006h");
        }
        if self.focus {
            bytes.push_str("\x1b[?1004h");
        }
        if self.keys {
            bytes.push_str("\x1b[>1u");
        }
        bytes.into_bytes()
    }

    /// To be written once after the last frame, whatever became of that.
    #[must_use]
    pub fn leave(self) -> Vec<u8> {
        let mut bytes = String::from(END_FRAME);
        if self.keys {
            bytes.push_str("\x1b[<u");
        }
        if self.focus {
            bytes.push_str("\x1b[?1004l");
        }
        if self.mouse {
            bytes.push_str("\x1b[?1006l\x1b[?1002l\x1b[?1000l");
        }
        bytes.push_str("\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?1049l");
        bytes.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::capture::parser;

    #[test]
    fn everything_asked_for_is_undone() {
        for modes in [Modes::default(), Modes { mouse: true, focus: true, keys: true }] {
            let mut terminal = parser(20, 4);
            terminal.process(b"shell$ ");
            let before = terminal.screen().state_formatted();
            terminal.process(&modes.enter());
            assert!(terminal.screen().alternate_screen());
            assert!(terminal.screen().bracketed_paste());
            // The last frame was cut in the middle of a sequence.
            terminal.process(b"\x1b[?2026h\x1b[31mlost\x1b[3");
            terminal.process(&modes.leave());
            assert_eq!(terminal.screen().state_formatted(), before);
        }
    }
}
