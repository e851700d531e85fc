//! Turns changed cells into bytes for a terminal that is only known by its size.
//!
//! ratatui's own backends ask the terminal of the process for its size and its cursor. A session of
//! the server has no such terminal, so this one is told its size and asks nothing.

use std::convert::Infallible;

use ratatui::{
    backend::{Backend, ClearType, WindowSize},
    buffer::{Cell, CellWidth},
    layout::{Position, Size},
};
use traveloure_core::text::is_refused;

use super::{
    link::Colours,
    moves::{Cursor, control, move_cursor},
    pen::Pen,
};

/// DEC 2026: the terminal shows what is between the two at once. Others ignore it.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// Blanks up to the right edge: erasing them takes three bytes.
const ERASE_LINE_FROM: u16 = 4;
/// Blanks elsewhere: erasing them takes five bytes, and moving on as many again.
const ERASE_FROM: u16 = 11;

/// The longest emoji sequences take 35 bytes; nothing that fits a cell takes more than this.
const LONGEST_SYMBOL: usize = 64;

/// Shown in the place of what a terminal must not get.
const REFUSED: &str = "\u{FFFD}";

/// Collects one frame at a time.
#[derive(Debug)]
pub struct ByteBackend {
    size: Size,
    colours: Colours,
    out: Vec<u8>,
    cursor: Cursor,
    /// `None` when the terminal's style is not known.
    pen: Option<Pen>,
    /// `None` when it is not known whether the terminal shows its cursor.
    shows_cursor: Option<bool>,
    blank: bool,
}

impl ByteBackend {
    /// A backend for a terminal about which nothing but its size is known.
    #[must_use]
    pub fn new(size: Size, colours: Colours) -> Self {
        Self {
            size,
            colours,
            out: Vec::new(),
            cursor: Cursor::Lost,
            pen: None,
            shows_cursor: None,
            blank: false,
        }
    }

    /// Tells the backend the terminal's new size. Takes effect with the next frame.
    pub fn resize(&mut self, size: Size) {
        self.size = size;
    }

    /// Forgets what the terminal was told: a frame got lost, or another program wrote to it.
    pub fn forget(&mut self) {
        self.out.clear();
        self.cursor = Cursor::Lost;
        self.pen = None;
        self.shows_cursor = None;
        self.blank = false;
    }

    /// The frame collected since the last call, as one synchronized update; `None` if nothing
    /// changed.
    pub fn take_frame(&mut self) -> Option<Vec<u8>> {
        if self.out.is_empty() {
            return None;
        }
        let mut frame = std::mem::take(&mut self.out);
        frame.extend_from_slice(END);
        Some(frame)
    }

    /// Where bytes of the current frame go.
    fn frame(&mut self) -> &mut Vec<u8> {
        if self.out.is_empty() {
            self.out.extend_from_slice(BEGIN);
        }
        &mut self.out
    }

    fn move_to(&mut self, to: Position) {
        let from = self.cursor;
        if from != Cursor::At(to) {
            move_cursor(from, to, self.frame());
            self.cursor = Cursor::At(to);
        }
    }

    fn use_pen(&mut self, wanted: Pen) {
        match self.pen.replace(wanted) {
            Some(current) if current == wanted => {}
            Some(current) => current.change(wanted, self.frame()),
            None => Pen::set(wanted, self.frame()),
        }
    }

    fn use_pen_for_blank(&mut self, wanted: Pen) {
        let nearest = self.pen.map_or(wanted, |current| current.for_blank(wanted));
        self.use_pen(nearest);
    }

    fn put(&mut self, at: Position, cell: &Cell) {
        self.move_to(at);
        let wanted = Pen::of(cell, self.colours);
        let symbol = drawable(cell.symbol());
        if symbol == " " {
            self.use_pen_for_blank(wanted);
        } else {
            self.use_pen(wanted);
        }
        let width = symbol.cell_width();
        if has_certain_width(symbol) {
            self.frame().extend_from_slice(symbol.as_bytes());
            self.advance(at, width);
        } else {
            self.put_uncertain(at, symbol, width);
        }
    }

    /// Whatever a terminal thinks of the width of `symbol`, nothing old is left in the columns that we
    /// think it takes. What it may have overwritten behind them is for the painter to draw again.
    fn put_uncertain(&mut self, at: Position, symbol: &str, width: u16) {
        self.frame().extend(std::iter::repeat_n(b' ', width.into()));
        self.cursor = Cursor::InRow(at.y);
        self.move_to(at);
        self.frame().extend_from_slice(symbol.as_bytes());
        let room = self.size.width.saturating_sub(at.x);
        self.cursor = if width + 2 < room { Cursor::InRow(at.y) } else { Cursor::Lost };
    }

    fn advance(&mut self, at: Position, width: u16) {
        let x = at.x.saturating_add(width);
        self.cursor = if x < self.size.width {
            Cursor::At(Position { x, y: at.y })
        } else {
            // A terminal waits at the right edge before it wraps.
            Cursor::InRow(at.y)
        };
    }

    /// Draws `cells` after the frame's own, and puts a visible cursor back where the frame has it.
    pub(super) fn draw_more<'a>(&mut self, cells: impl Iterator<Item = (u16, u16, &'a Cell)>) {
        let cursor = self.cursor;
        let Ok(()) = self.draw(cells);
        if let (Some(true), Cursor::At(position)) = (self.shows_cursor, cursor) {
            self.move_to(position);
        }
    }

    fn put_blanks(&mut self, run: Blanks) {
        let Blanks { start, length } = run;
        self.move_to(start);
        self.use_pen_for_blank(Pen::PLAIN);
        if start.x + length >= self.size.width && length >= ERASE_LINE_FROM {
            self.frame().extend_from_slice(b"\x1b[K");
        } else if length >= ERASE_FROM {
            control(length, b'X', self.frame());
        } else {
            self.frame().extend(std::iter::repeat_n(b' ', length.into()));
            self.advance(start, length);
        }
    }
}

/// Neighbouring cells that look erased.
#[derive(Clone, Copy)]
struct Blanks {
    start: Position,
    length: u16,
}

impl Blanks {
    fn ends_before(self, at: Position) -> bool {
        self.start.y == at.y && self.start.x + self.length == at.x
    }
}

/// `symbol` if it can be handed to a terminal: nothing in it that a terminal or the reader could
/// take for something else, and no more of it than one cell needs.
pub(super) fn drawable(symbol: &str) -> &str {
    let safe = match symbol.as_bytes() {
        [byte] => matches!(byte, b' '..=b'~'),
        bytes => bytes.len() <= LONGEST_SYMBOL && !symbol.chars().any(is_refused),
    };
    match symbol {
        "" => " ",
        symbol if safe => symbol,
        _ => REFUSED,
    }
}

/// Whether every terminal moves its cursor as far as we think: not for emoji, whose width changed
/// from one edition of Unicode to the next, nor for clusters beyond a letter with accents.
pub(super) fn has_certain_width(symbol: &str) -> bool {
    let mut characters = symbol.chars();
    let first = characters.next();
    first.is_some_and(|c| c < '\u{1F000}' && c != '\u{FFFD}')
        && characters
            .all(|c| ('\u{300}'..='\u{34E}').contains(&c) || ('\u{350}'..='\u{36F}').contains(&c))
}

impl Backend for ByteBackend {
    type Error = Infallible;

    fn draw<'a, I>(&mut self, content: I) -> Result<(), Infallible>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut blanks: Option<Blanks> = None;
        let mut covered = (0, 0);
        for (x, y, cell) in content {
            let at = Position { x, y };
            self.blank = false;
            // ratatui also reports the columns that an emoji covers; a terminal that has drawn it
            // there would lose it again.
            if (y, x) < covered {
                continue;
            }
            covered = (y, x.saturating_add(drawable(cell.symbol()).cell_width()));
            let erased = cell.symbol() == " " && Pen::of(cell, self.colours).is_plain_on_blank();
            blanks = match blanks {
                Some(run) if erased && run.ends_before(at) => {
                    Some(Blanks { length: run.length + 1, ..run })
                }
                ended => {
                    if let Some(run) = ended {
                        self.put_blanks(run);
                    }
                    erased.then_some(Blanks { start: at, length: 1 })
                }
            };
            if !erased {
                self.put(at, cell);
            }
        }
        if let Some(run) = blanks {
            self.put_blanks(run);
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> Result<(), Infallible> {
        if self.shows_cursor.replace(false) != Some(false) {
            self.frame().extend_from_slice(b"\x1b[?25l");
        }
        Ok(())
    }

    fn show_cursor(&mut self) -> Result<(), Infallible> {
        if self.shows_cursor.replace(true) != Some(true) {
            self.frame().extend_from_slice(b"\x1b[?25h");
        }
        Ok(())
    }

    fn get_cursor_position(&mut self) -> Result<Position, Infallible> {
        Ok(match self.cursor {
            Cursor::At(position) => position,
            Cursor::InRow(y) => Position { x: 0, y },
            Cursor::Lost => Position::ORIGIN,
        })
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Infallible> {
        self.move_to(position.into());
        Ok(())
    }

    fn clear(&mut self) -> Result<(), Infallible> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> Result<(), Infallible> {
        let sequence: &[u8] = match clear_type {
            ClearType::All if self.blank => return Ok(()),
            ClearType::All => b"\x1b[2J",
            ClearType::AfterCursor => b"\x1b[J",
            ClearType::BeforeCursor => b"\x1b[1J",
            ClearType::CurrentLine => b"\x1b[2K",
            ClearType::UntilNewLine => b"\x1b[K",
        };
        self.blank = clear_type == ClearType::All;
        // Erased cells take the background colour in force.
        self.use_pen(Pen::PLAIN);
        self.frame().extend_from_slice(sequence);
        Ok(())
    }

    fn size(&self) -> Result<Size, Infallible> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> Result<WindowSize, Infallible> {
        Ok(WindowSize { columns_rows: self.size, pixels: Size::ZERO })
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}
