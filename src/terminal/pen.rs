//! The style that the terminal writes with, and the shortest way from one to another.

use std::io::Write;

use ratatui::{
    buffer::Cell,
    style::{Color, Modifier},
};

use super::link::Colours;

/// What can be seen on a cell without a character in it.
const SEEN_ON_BLANK: Modifier = Modifier::REVERSED
    .union(Modifier::UNDERLINED)
    .union(Modifier::CROSSED_OUT)
    .union(Modifier::SLOW_BLINK)
    .union(Modifier::RAPID_BLINK);

/// What makes the foreground colour visible on a cell without a character in it.
pub(super) const INKED_ON_BLANK: Modifier =
    Modifier::REVERSED.union(Modifier::UNDERLINED).union(Modifier::CROSSED_OUT);

/// Attributes with the number that turns them on and the one that turns them off.
const ATTRIBUTES: [(Modifier, u8, u8); 9] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::RAPID_BLINK, 6, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

/// Colours and attributes, as the terminal is told them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pen {
    pub(super) fg: Color,
    pub(super) bg: Color,
    pub(super) modifier: Modifier,
}

impl Pen {
    pub(super) const PLAIN: Self =
        Self { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

    /// The style of `cell` in the colours that the terminal is given.
    pub(super) fn of(cell: &Cell, colours: Colours) -> Self {
        Self { fg: reduce(cell.fg, colours), bg: reduce(cell.bg, colours), modifier: cell.modifier }
    }

    /// The style nearest to this one that makes a blank cell look as `wanted` would: what cannot be
    /// seen on a blank cell is not worth a byte.
    pub(super) fn for_blank(self, wanted: Self) -> Self {
        let inked = wanted.modifier.intersects(INKED_ON_BLANK);
        Self {
            fg: if inked { wanted.fg } else { self.fg },
            bg: wanted.bg,
            modifier: (self.modifier - SEEN_ON_BLANK) | (wanted.modifier & SEEN_ON_BLANK),
        }
    }

    /// Whether a blank cell in this style looks like an erased one.
    pub(super) fn is_plain_on_blank(self) -> bool {
        self.bg == Color::Reset && !self.modifier.intersects(SEEN_ON_BLANK)
    }

    /// Tells the terminal to go on in style `to`, from this one.
    pub(super) fn change(self, to: Self, out: &mut Vec<u8>) {
        if self == to {
            return;
        }
        let mut step = Parameters::new();
        step.difference(self, to);
        let mut fresh = Parameters::new();
        fresh.whole(to);
        let shorter = if fresh.0.len() < step.0.len() { fresh } else { step };
        shorter.write(out);
    }

    /// Tells the terminal to go on in style `to`, whatever it used before.
    pub(super) fn set(to: Self, out: &mut Vec<u8>) {
        let mut fresh = Parameters::new();
        fresh.whole(to);
        fresh.write(out);
    }
}

/// What is between `CSI` and `m`.
struct Parameters(Vec<u8>);

impl Parameters {
    fn new() -> Self {
        Self(Vec::with_capacity(24))
    }

    fn difference(&mut self, from: Pen, to: Pen) {
        let removed = from.modifier - to.modifier;
        let mut kept = from.modifier & to.modifier;
        let mut last_off = 0;
        for (attribute, _, off) in ATTRIBUTES {
            if removed.contains(attribute) && off != last_off {
                self.number(off);
                last_off = off;
            }
        }
        // Bold and dim, and the two kinds of blinking, share the number that turns them off.
        for (attribute, _, off) in ATTRIBUTES {
            let lost = ATTRIBUTES
                .iter()
                .any(|&(other, _, its_off)| its_off == off && removed.contains(other));
            if lost {
                kept -= attribute;
            }
        }
        self.attributes(to.modifier - kept);
        if from.fg != to.fg {
            self.colour(to.fg, 30);
        }
        if from.bg != to.bg {
            self.colour(to.bg, 40);
        }
    }

    fn whole(&mut self, to: Pen) {
        if to == Pen::PLAIN {
            return;
        }
        self.number(0);
        self.attributes(to.modifier);
        if to.fg != Color::Reset {
            self.colour(to.fg, 30);
        }
        if to.bg != Color::Reset {
            self.colour(to.bg, 40);
        }
    }

    fn attributes(&mut self, modifier: Modifier) {
        for (attribute, on, _) in ATTRIBUTES {
            if modifier.contains(attribute) {
                self.number(on);
            }
        }
    }

    /// `base` is 30 for the foreground and 40 for the background.
    fn colour(&mut self, colour: Color, base: u8) {
        match colour {
            Color::Reset => self.number(base + 9),
            Color::Indexed(index) => {
                self.number(base + 8);
                self.number(5);
                self.number(index);
            }
            Color::Rgb(red, green, blue) => {
                self.number(base + 8);
                self.number(2);
                self.number(red);
                self.number(green);
                self.number(blue);
            }
            named => {
                let index = sixteen(named).unwrap_or(7);
                self.number(if index < 8 { base + index } else { base + 60 + index - 8 });
            }
        }
    }

    fn number(&mut self, number: u8) {
        if !self.0.is_empty() {
            self.0.push(b';');
        }
        // Writing to memory cannot fail.
        let _ = write!(self.0, "{number}");
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\x1b[");
        out.extend_from_slice(&self.0);
        out.push(b'm');
    }
}

fn reduce(colour: Color, colours: Colours) -> Color {
    match colours {
        Colours::Full => colour,
        Colours::Sixteen if sixteen(colour).is_some() => colour,
        Colours::Mono | Colours::Sixteen => Color::Reset,
    }
}

/// The place of a colour among the sixteen.
fn sixteen(colour: Color) -> Option<u8> {
    Some(match colour {
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
        Color::Indexed(index @ 0..=15) => index,
        Color::Reset | Color::Indexed(_) | Color::Rgb(..) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(from: Pen, to: Pen) -> String {
        let mut out = Vec::new();
        from.change(to, &mut out);
        String::from_utf8(out).unwrap()
    }

    fn pen(fg: Color, bg: Color, modifier: Modifier) -> Pen {
        Pen { fg, bg, modifier }
    }

    #[test]
    fn only_the_difference_is_told() {
        let red = pen(Color::Red, Color::Reset, Modifier::BOLD);
        assert_eq!(bytes(red, red), "");
        assert_eq!(bytes(Pen::PLAIN, red), "\x1b[1;31m");
        assert_eq!(bytes(red, Pen { fg: Color::LightGreen, ..red }), "\x1b[92m");
        assert_eq!(bytes(red, Pen::PLAIN), "\x1b[m");
    }

    #[test]
    fn bold_survives_the_end_of_dim() {
        let both = pen(Color::Red, Color::Blue, Modifier::BOLD | Modifier::DIM);
        let bold = Pen { modifier: Modifier::BOLD, ..both };
        assert_eq!(bytes(both, bold), "\x1b[22;1m");
        assert_eq!(bytes(bold, both), "\x1b[2m");
    }

    #[test]
    fn a_blank_needs_no_ink() {
        let text = pen(Color::Red, Color::Reset, Modifier::BOLD);
        assert_eq!(text.for_blank(Pen::PLAIN), text);
        let bar = pen(Color::White, Color::Blue, Modifier::empty());
        assert_eq!(bytes(text, text.for_blank(bar)), "\x1b[44m");
        let reversed = pen(Color::White, Color::Reset, Modifier::REVERSED);
        assert_eq!(text.for_blank(reversed).fg, Color::White);
    }

    #[test]
    fn colours_that_a_terminal_is_not_given_become_the_default() {
        let mut cell = Cell::EMPTY;
        cell.set_fg(Color::Rgb(1, 2, 3)).set_bg(Color::Green);
        assert_eq!(Pen::of(&cell, Colours::Mono), Pen::PLAIN);
        assert_eq!(Pen::of(&cell, Colours::Sixteen).fg, Color::Reset);
        assert_eq!(Pen::of(&cell, Colours::Sixteen).bg, Color::Green);
        assert_eq!(Pen::of(&cell, Colours::Full).fg, Color::Rgb(1, 2, 3));
    }
}
