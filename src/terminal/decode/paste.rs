//! Bracketed paste: everything between `CSI 200 ~` and `CSI 201 ~` is text.

use crossterm::event::Event;

const END: &[u8] = b"\x1b[201~";

/// A paste longer than this comes in several pieces, so that it takes no more memory than this.
pub(super) const PIECE: usize = 16 * 1024;

/// A paste that has not ended yet.
#[derive(Debug, Default)]
pub(super) struct Paste {
    text: Vec<u8>,
    /// How much of the end mark came last.
    matched: usize,
}

impl Paste {
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.text.len()
    }

    /// Takes one byte; `true` if it ended the paste.
    pub(super) fn step(&mut self, byte: u8, events: &mut Vec<Event>) -> bool {
        if END.get(self.matched) == Some(&byte) {
            self.matched += 1;
        } else {
            // The mark holds one Esc, at its beginning: no other part of it can begin it again.
            self.text.extend_from_slice(&END[..self.matched]);
            self.matched = usize::from(byte == 0x1b);
            if self.matched == 0 {
                self.text.push(byte);
            }
        }
        if self.matched == END.len() {
            let rest = std::mem::take(&mut self.text);
            events.push(Event::Paste(text(&rest)));
            return true;
        }
        if self.text.len() >= PIECE {
            let kept = self.text.split_off(whole(&self.text));
            let piece = std::mem::replace(&mut self.text, kept);
            events.push(Event::Paste(text(&piece)));
        }
        false
    }
}

/// How much of `bytes` can be taken without cutting a character, or a line end, in two.
fn whole(bytes: &[u8]) -> usize {
    let last_start = bytes.iter().rposition(|byte| byte & 0xC0 != 0x80);
    match last_start {
        Some(start)
            if bytes.len() - start < 4 && (bytes[start] >= 0xC0 || bytes[start] == b'\r') =>
        {
            start
        }
        _ => bytes.len(),
    }
}

/// Terminals send a carriage return for every line end.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\r', "\n")
}
