//! A painter beside an independent terminal that gets all it paints.

use proptest::prelude::*;
use ratatui::{
    Frame,
    buffer::{Buffer, Cell},
    layout::Size,
    style::{Color, Modifier},
    text::Span,
};

use crate::terminal::{Colours, Painter, backend::has_certain_width};

/// Records everything that a terminal would do beside showing text.
#[derive(Debug, Default)]
pub(super) struct Effects(pub(super) Vec<String>);

impl vt100::Callbacks for Effects {
    fn audible_bell(&mut self, _: &mut vt100::Screen) {
        self.0.push("bell".into());
    }
    fn visual_bell(&mut self, _: &mut vt100::Screen) {
        self.0.push("flash".into());
    }
    fn resize(&mut self, _: &mut vt100::Screen, size: (u16, u16)) {
        self.0.push(format!("resize {size:?}"));
    }
    fn set_window_title(&mut self, _: &mut vt100::Screen, title: &[u8]) {
        self.0.push(format!("title {title:?}"));
    }
    fn set_window_icon_name(&mut self, _: &mut vt100::Screen, name: &[u8]) {
        self.0.push(format!("icon {name:?}"));
    }
    fn copy_to_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8], data: &[u8]) {
        self.0.push(format!("copy {data:?}"));
    }
    fn paste_from_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8]) {
        self.0.push("paste".into());
    }
    fn unhandled_char(&mut self, _: &mut vt100::Screen, c: char) {
        // This emulator draws nothing where others draw the replacement character.
        if c != '\u{FFFD}' {
            self.0.push(format!("character {c:?}"));
        }
    }
    fn unhandled_control(&mut self, _: &mut vt100::Screen, byte: u8) {
        self.0.push(format!("control {byte}"));
    }
    fn unhandled_escape(
        &mut self,
        _: &mut vt100::Screen,
        i1: Option<u8>,
        i2: Option<u8>,
        byte: u8,
    ) {
        self.0.push(format!("escape {i1:?} {i2:?} {byte}"));
    }
    fn unhandled_csi(
        &mut self,
        _: &mut vt100::Screen,
        i1: Option<u8>,
        i2: Option<u8>,
        parameters: &[&[u16]],
        last: char,
    ) {
        let synchronized = i1 == Some(b'?') && parameters == [&[2026_u16][..]];
        let attributes = last == 'm' && i1.is_none();
        if !synchronized && !attributes {
            self.0.push(format!("csi {i1:?} {i2:?} {parameters:?} {last}"));
        }
    }
    fn unhandled_osc(&mut self, _: &mut vt100::Screen, parameters: &[&[u8]]) {
        self.0.push(format!("osc {parameters:?}"));
    }
}

/// A painter and a terminal that gets all it paints.
pub(super) struct Pair {
    pub(super) painter: Painter,
    pub(super) terminal: vt100::Parser<Effects>,
}

impl Pair {
    pub(super) fn new(width: u16, height: u16) -> Self {
        let rows = height.try_into().unwrap();
        let columns = width.try_into().unwrap();
        let terminal = vt100::Parser::new_with_callbacks(rows, columns, 0, Effects::default());
        let painter = Painter::new(Size { width, height }, Colours::Full);
        Self { painter, terminal }
    }

    pub(super) fn resize(&mut self, width: u16, height: u16) {
        let rows = height.try_into().unwrap();
        let columns = width.try_into().unwrap();
        self.terminal.screen_mut().set_size(rows, columns);
        self.painter.resize(Size { width, height });
    }

    /// Draws, and returns how many bytes that took.
    pub(super) fn draw(&mut self, view: impl FnOnce(&mut Frame)) -> usize {
        let frame = self.painter.draw(view).unwrap_or_default();
        self.terminal.process(&frame);
        frame.len()
    }

    pub(super) fn shows(&self, wanted: &Buffer) -> Result<(), TestCaseError> {
        let mut covered = 0;
        for y in 0..wanted.area.height {
            for x in 0..wanted.area.width {
                if covered > 0 {
                    covered -= 1;
                    continue;
                }
                let cell = &wanted[(x, y)];
                covered = Span::raw(cell.symbol()).width().saturating_sub(1);
                if !has_certain_width(cell.symbol()) {
                    continue;
                }
                let shown = self.terminal.screen().cell(y, x).unwrap();
                let (shown, cell) = (look_of_shown(shown), look_of(cell));
                prop_assert_eq!(shown, cell, "at column {}, row {}", x, y);
            }
        }
        prop_assert!(self.terminal.callbacks().0.is_empty(), "{:?}", self.terminal.callbacks());
        Ok(())
    }
}

/// What can be seen of a cell.
#[derive(Debug, PartialEq)]
struct Look {
    symbol: String,
    fg: Option<vt100::Color>,
    bg: vt100::Color,
    /// Bold, dim and italic; not for a blank.
    letters: Option<[bool; 3]>,
    underlined: bool,
    reversed: bool,
}

fn look_of_shown(cell: &vt100::Cell) -> Look {
    let blank = !cell.has_contents() || cell.contents() == " ";
    let inked = cell.underline() || cell.inverse();
    Look {
        symbol: if blank { " ".into() } else { cell.contents().into() },
        fg: (!blank || inked).then(|| cell.fgcolor()),
        bg: cell.bgcolor(),
        letters: (!blank).then(|| [cell.bold(), cell.dim(), cell.italic()]),
        underlined: cell.underline(),
        reversed: cell.inverse(),
    }
}

fn look_of(cell: &Cell) -> Look {
    let has = |modifier| cell.modifier.contains(modifier);
    let blank = cell.symbol() == " ";
    let inked = has(Modifier::UNDERLINED) || has(Modifier::REVERSED);
    Look {
        symbol: cell.symbol().into(),
        fg: (!blank || inked).then(|| colour_of(cell.fg)),
        bg: colour_of(cell.bg),
        letters: (!blank).then(|| [has(Modifier::BOLD), has(Modifier::DIM), has(Modifier::ITALIC)]),
        underlined: has(Modifier::UNDERLINED),
        reversed: has(Modifier::REVERSED),
    }
}

fn colour_of(colour: Color) -> vt100::Color {
    match colour {
        Color::Rgb(r, g, b) => vt100::Color::Rgb(r, g, b),
        Color::Indexed(index) => vt100::Color::Idx(index),
        Color::Red => vt100::Color::Idx(1),
        Color::Gray => vt100::Color::Idx(7),
        Color::DarkGray => vt100::Color::Idx(8),
        Color::LightBlue => vt100::Color::Idx(12),
        Color::White => vt100::Color::Idx(15),
        Color::Reset => vt100::Color::Default,
        other => panic!("not used here: {other}"),
    }
}
