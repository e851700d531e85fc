//! The shortest way of the cursor from one place to another.

use std::io::Write;

use ratatui::layout::Position;

/// Where the terminal's cursor is, as far as can be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cursor {
    /// Nothing is known: another program wrote, or bytes were lost.
    Lost,
    /// The row is certain, the column is not: at the right edge a terminal waits before it wraps,
    /// and terminals disagree about how wide some characters are.
    InRow(u16),
    At(Position),
}

/// Moves the cursor. Bytes that only a terminal with line-wise output processing would
/// misunderstand (a lone line feed) are not used.
pub(super) fn move_cursor(from: Cursor, to: Position, out: &mut Vec<u8>) {
    if from == Cursor::At(to) {
        return;
    }
    let shortest = candidates(from, to).into_iter().flatten().min_by_key(|way| way.cost());
    if let Some(way) = shortest {
        way.write(out);
    }
}

#[derive(Debug, Clone, Copy)]
enum Way {
    /// `CSI row ; column H`
    Absolute(Position),
    /// `CSI column G`
    Column(u16),
    /// `CSI n C`
    Right(u16),
    /// `CSI n D`
    Left(u16),
    /// `CSI n A`
    Up(u16),
    /// `CSI n B`
    Down(u16),
    /// Carriage return, line feeds, `CSI n C`
    NewLines { down: u16, right: u16 },
}

fn candidates(from: Cursor, to: Position) -> [Option<Way>; 4] {
    let absolute = Some(Way::Absolute(to));
    match from {
        Cursor::Lost => [absolute, None, None, None],
        Cursor::InRow(row) => [absolute, same_row(row, to), new_lines(row, to), None],
        Cursor::At(at) => [absolute, same_row(at.y, to), new_lines(at.y, to), straight(at, to)],
    }
}

fn same_row(row: u16, to: Position) -> Option<Way> {
    (row == to.y).then_some(Way::Column(to.x))
}

fn new_lines(row: u16, to: Position) -> Option<Way> {
    let down = to.y.checked_sub(row)?;
    // Further down than this a position is shorter, whatever the column.
    (down <= 4).then_some(Way::NewLines { down, right: to.x })
}

fn straight(at: Position, to: Position) -> Option<Way> {
    if at.y == to.y {
        Some(if to.x > at.x { Way::Right(to.x - at.x) } else { Way::Left(at.x - to.x) })
    } else if at.x == to.x {
        Some(if to.y > at.y { Way::Down(to.y - at.y) } else { Way::Up(at.y - to.y) })
    } else {
        None
    }
}

impl Way {
    fn cost(self) -> usize {
        match self {
            Self::Absolute(Position { x: 0, y }) => 3 + digits_unless_one(y + 1),
            Self::Absolute(Position { x, y }) => {
                4 + digits_unless_one(y + 1) + digits_unless_one(x + 1)
            }
            Self::Column(x) => 3 + digits_unless_one(x + 1),
            Self::Right(n) | Self::Left(n) | Self::Up(n) | Self::Down(n) => {
                3 + digits_unless_one(n)
            }
            Self::NewLines { down, right: 0 } => 1 + usize::from(down),
            Self::NewLines { down, right } => 4 + usize::from(down) + digits_unless_one(right),
        }
    }

    fn write(self, out: &mut Vec<u8>) {
        match self {
            Self::Absolute(Position { x, y }) => {
                out.extend_from_slice(b"\x1b[");
                number_unless_one(y + 1, out);
                if x > 0 {
                    out.push(b';');
                    number_unless_one(x + 1, out);
                }
                out.push(b'H');
            }
            Self::Column(x) => control(x + 1, b'G', out),
            Self::Right(n) => control(n, b'C', out),
            Self::Left(n) => control(n, b'D', out),
            Self::Up(n) => control(n, b'A', out),
            Self::Down(n) => control(n, b'B', out),
            Self::NewLines { down, right } => {
                out.push(b'\r');
                out.extend(std::iter::repeat_n(b'\n', down.into()));
                if right > 0 {
                    control(right, b'C', out);
                }
            }
        }
    }
}

/// Writes `CSI n final`.
pub(super) fn control(n: u16, last: u8, out: &mut Vec<u8>) {
    out.extend_from_slice(b"\x1b[");
    number_unless_one(n, out);
    out.push(last);
}

/// A missing number means one in every sequence used here.
fn number_unless_one(n: u16, out: &mut Vec<u8>) {
    if n != 1 {
        // Writing to memory cannot fail.
        let _ = write!(out, "{n}");
    }
}

fn digits_unless_one(n: u16) -> usize {
    match n {
        1 => 0,
        0..=9 => 1,
        10..=99 => 2,
        100..=999 => 3,
        1000..=9999 => 4,
        10_000.. => 5,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn way(from: Cursor, to: (u16, u16)) -> String {
        let mut out = Vec::new();
        move_cursor(from, to.into(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_shortest_way_is_taken() {
        let at = |x, y| Cursor::At(Position::new(x, y));
        assert_eq!(way(at(3, 3), (3, 3)), "");
        assert_eq!(way(at(3, 3), (4, 3)), "\x1b[C");
        assert_eq!(way(at(3, 3), (0, 4)), "\r\n");
        assert_eq!(way(Cursor::InRow(3), (0, 3)), "\r");
        assert_eq!(way(at(40, 3), (40, 2)), "\x1b[A");
        assert_eq!(way(Cursor::Lost, (0, 0)), "\x1b[H");
        assert_eq!(way(Cursor::Lost, (0, 9)), "\x1b[10H");
        assert_eq!(way(at(70, 20), (30, 2)), "\x1b[3;31H");
    }

    proptest! {
        #[test]
        fn every_way_leads_there(fx in 0u16..80, fy in 0u16..24, tx in 0u16..80, ty in 0u16..24, known: bool) {
            let size = |n| std::num::NonZeroU16::new(n).unwrap();
            let mut screen = vt100::Parser::new(size(24), size(80), 0);
            screen.process(format!("\x1b[{};{}H", fy + 1, fx + 1).as_bytes());
            let from = if known { Cursor::At(Position::new(fx, fy)) } else { Cursor::InRow(fy) };
            let mut out = Vec::new();
            move_cursor(from, Position::new(tx, ty), &mut out);
            let cost = candidates(from, Position::new(tx, ty)).into_iter().flatten().map(Way::cost).min();
            prop_assert!(out.is_empty() || cost == Some(out.len()));
            screen.process(&out);
            prop_assert_eq!(screen.screen().cursor_position(), (ty, tx));
        }
    }
}
