//! Frames drawn by an app, as the bytes that change the last one into the next.

use ratatui::{
    Frame, Terminal,
    buffer::{Buffer, Cell, CellDiffOption, CellWidth},
    layout::Size,
    style::{Color, Modifier},
};

use super::{
    backend::{ByteBackend, drawable, has_certain_width},
    link::Colours,
    pen::INKED_ON_BLANK,
};

/// The largest screen that is painted. A terminal says its own size, over SSH with any two numbers,
/// and every cell is kept twice.
pub const LARGEST: Size = Size { width: 500, height: 200 };

/// Paints one terminal. Drawing the same frame twice gives no byte the second time.
#[derive(Debug)]
pub struct Painter {
    terminal: Terminal<ByteBackend>,
    lost: bool,
    /// As they are on the terminal.
    wide: Vec<WideRow>,
}

impl Painter {
    /// A painter for a terminal whose contents are not known: its first frame paints everything.
    #[must_use]
    pub fn new(size: Size, colours: Colours) -> Self {
        let Ok(terminal) = Terminal::new(ByteBackend::new(bounded(size), colours));
        Self { terminal, lost: true, wide: Vec::new() }
    }

    /// The bytes that show what `view` draws; `None` if the terminal shows it already.
    pub fn draw(&mut self, view: impl FnOnce(&mut Frame)) -> Option<Vec<u8>> {
        if self.lost {
            self.lost = false;
            self.wide.clear();
            self.terminal.backend_mut().forget();
            let Ok(()) = self.terminal.clear();
        }
        let mut wide = Vec::new();
        let Ok(_) = self.terminal.draw(|frame| {
            view(frame);
            wide = settle(frame.buffer_mut());
        });
        let changed = wide.iter().flat_map(|row| row.changed_since(&self.wide));
        self.terminal.backend_mut().draw_more(changed);
        self.wide = wide;
        self.terminal.backend_mut().take_frame()
    }

    /// Says that a frame did not arrive or that something else wrote to the terminal: the next
    /// frame paints everything.
    pub fn mark_lost(&mut self) {
        self.lost = true;
    }

    /// Paints for this size from the next frame on. Where the size did not change, nothing happens.
    pub fn resize(&mut self, size: Size) {
        let size = bounded(size);
        if size != self.size() {
            self.terminal.backend_mut().resize(size);
            // What a terminal keeps on its screen when its size changes is its own affair.
            self.lost = true;
        }
    }

    /// The size that frames have.
    #[must_use]
    pub fn size(&self) -> Size {
        let Ok(size) = self.terminal.size();
        size
    }
}

fn bounded(size: Size) -> Size {
    Size { width: size.width.clamp(1, LARGEST.width), height: size.height.clamp(1, LARGEST.height) }
}

/// A row with characters that take more than one column, or on some terminals might.
///
/// Where such a character comes or goes, terminals differ in what they do to the cells beside it,
/// so that cells which did not change may be wrong nevertheless. ratatui, which only knows the
/// buffer, is told to leave the row alone; it is painted to its end from the first cell that changed.
#[derive(Debug)]
struct WideRow {
    y: u16,
    /// Without those that a wide character covers.
    cells: Vec<(u16, Cell)>,
}

impl WideRow {
    /// Takes the row out of what ratatui paints.
    fn take(y: u16, row: &mut [Cell]) -> Self {
        let mut covered = 0;
        let mut cells = Vec::with_capacity(row.len());
        for (x, cell) in (0_u16..).zip(row) {
            if x >= covered {
                covered = x.saturating_add(cell.cell_width());
                cells.push((x, cell.clone()));
            }
            cell.set_diff_option(CellDiffOption::Skip);
        }
        Self { y, cells }
    }

    fn changed_since(&self, before: &[Self]) -> impl Iterator<Item = (u16, u16, &Cell)> {
        let old = before.iter().find(|old| old.y == self.y);
        let same = old.map_or(0, |old| {
            let pairs = self.cells.iter().zip(&old.cells);
            pairs.take_while(|(new, old)| new == old).count()
        });
        let changed = &self.cells[same..];
        changed.iter().map(|(x, cell)| (*x, self.y, cell))
    }
}

/// Makes cells that look the same be the same, so that they are not sent again, and takes out what
/// must not reach a terminal.
fn settle(buffer: &mut Buffer) -> Vec<WideRow> {
    let width = buffer.area.width.max(1);
    let mut rows = Vec::new();
    for (y, row) in (0..).zip(buffer.content.chunks_mut(width.into())) {
        let mut plain = true;
        for cell in &mut *row {
            if cell.symbol() == " " {
                settle_blank(cell);
                continue;
            }
            let symbol = drawable(cell.symbol());
            plain &= has_certain_width(symbol) && symbol.cell_width() == 1;
            if symbol != cell.symbol() {
                let symbol = symbol.to_owned();
                cell.set_symbol(&symbol);
            }
        }
        if !plain {
            rows.push(WideRow::take(y, row));
        }
    }
    rows
}

fn settle_blank(cell: &mut Cell) {
    cell.modifier -= Modifier::BOLD | Modifier::DIM | Modifier::ITALIC | Modifier::HIDDEN;
    if !cell.modifier.intersects(INKED_ON_BLANK) {
        cell.fg = Color::Reset;
    }
}
