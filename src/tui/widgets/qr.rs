//! A link as a QR code, drawn with half blocks: two rows of modules in one row of letters.

use qrcode::{Color, EcLevel, QrCode};
use ratatui::{buffer::Buffer, layout::Rect, layout::Size};

use super::text;
use crate::tui::theme::Look;

/// Blank modules on each side that a reader needs to find the code (ISO/IEC 18004).
const QUIET: usize = 4;

/// The modules of a code, the quiet zone included; `true` is dark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    side: usize,
    dark: Vec<bool>,
}

impl Code {
    /// The code for `link`; none where the link is too long for one, and where it could not be read:
    /// without colours nothing says which side is dark, and a screen reader reads no picture.
    #[must_use]
    pub fn of(link: &str, look: &Look) -> Option<Self> {
        if look.plain || look.theme.qr.bg.is_none() {
            return None;
        }
        let code = QrCode::with_error_correction_level(link, EcLevel::L).ok()?;
        let (inner, colours) = (code.width(), code.to_colors());
        let side = inner + 2 * QUIET;
        let mut dark = vec![false; side * side];
        for (index, colour) in colours.iter().enumerate() {
            let (x, y) = (index % inner + QUIET, index / inner + QUIET);
            dark[y * side + x] = *colour == Color::Dark;
        }
        Some(Self { side, dark })
    }

    /// The columns and rows that it takes.
    #[must_use]
    pub fn size(&self) -> Size {
        let side = u16::try_from(self.side).unwrap_or(u16::MAX);
        Size::new(side, side.div_ceil(2))
    }

    #[must_use]
    pub fn fits(&self, area: Rect) -> bool {
        let size = self.size();
        size.width <= area.width && size.height <= area.height
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        y < self.side && self.dark[y * self.side + x]
    }

    /// Draws it at the top left of `area`, if it fits.
    pub fn draw(&self, buffer: &mut Buffer, area: Rect, look: &Look) {
        if !self.fits(area) {
            return;
        }
        for (row, at) in (0..self.side).step_by(2).zip(0..) {
            let line: String = (0..self.side)
                .map(|x| match (self.is_dark(x, row), self.is_dark(x, row + 1)) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                })
                .collect();
            let place = Rect { width: self.size().width, ..text::row(area, at) };
            text::put(buffer, place, &line, look.theme.qr);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::Tone;

    const LINK: &str = "https://pay.example/c/0197f3a2";

    #[test]
    fn a_code_has_its_three_corners_and_a_quiet_zone() {
        let code = Code::of(LINK, &Look::new(Tone::Dark, false)).unwrap();
        let edge = code.side - 1;
        for at in 0..code.side {
            for rim in 0..QUIET {
                assert!(!code.is_dark(at, rim) && !code.is_dark(rim, at));
                assert!(!code.is_dark(at, edge - rim) && !code.is_dark(edge - rim, at));
            }
        }
        // A finder pattern: a dark ring of seven, a light one, a dark middle of three.
        let far = code.side - QUIET - 7;
        for (left, top) in [(QUIET, QUIET), (far, QUIET), (QUIET, far)] {
            for step in 0..7 {
                assert!(code.is_dark(left + step, top) && code.is_dark(left, top + step));
            }
            assert!(!code.is_dark(left + 1, top + 1) && code.is_dark(left + 3, top + 3));
        }
    }

    #[test]
    fn it_is_drawn_only_where_it_fits_and_can_be_read() {
        let look = Look::new(Tone::Dark, false);
        let code = Code::of(LINK, &look).unwrap();
        let size = code.size();
        assert_eq!(size.height, size.width.div_ceil(2));
        assert!(code.fits(Rect::new(0, 0, size.width, size.height)));
        assert!(!code.fits(Rect::new(0, 0, size.width, size.height - 1)));
        assert!(Code::of(LINK, &Look::new(Tone::Mono, false)).is_none());
        assert!(Code::of(LINK, &Look::new(Tone::Dark, true)).is_none());
        assert!(Code::of(&"x".repeat(4_000), &look).is_none());
    }
}
