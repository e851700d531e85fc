//! Aligned columns that fit the terminal.

use traveloure_core::text::clean_line;

use crate::terminal::fit::{pad_end, pad_start, width};

const GAP: &str = "  ";
/// A flexible column is not made narrower than this.
const NARROWEST: usize = 8;

/// On which side a column's cells end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Align {
    Left,
    Right,
}

#[derive(Clone, Debug)]
struct Column {
    title: &'static str,
    align: Align,
    is_flexible: bool,
}

/// Rows under titles. What other people wrote may go in as it is: every cell is cleaned.
#[derive(Clone, Debug, Default)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

impl Table {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A column that is always shown whole.
    #[must_use]
    pub fn left(self, title: &'static str) -> Self {
        self.column(title, Align::Left, false)
    }

    /// A column of numbers, always shown whole.
    #[must_use]
    pub fn right(self, title: &'static str) -> Self {
        self.column(title, Align::Right, false)
    }

    /// A column of text, cut where the terminal is too narrow.
    #[must_use]
    pub fn flexible(self, title: &'static str) -> Self {
        self.column(title, Align::Left, true)
    }

    fn column(mut self, title: &'static str, align: Align, is_flexible: bool) -> Self {
        self.columns.push(Column { title, align, is_flexible });
        self
    }

    /// Adds a row with a cell for each column.
    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        debug_assert_eq!(N, self.columns.len());
        self.rows.push(cells.into_iter().map(|cell| clean_line(&cell).trim().to_owned()).collect());
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table's lines within `limit` columns, or as wide as they are. Columns that are empty in
    /// every row are left out.
    #[must_use]
    pub fn lines(&self, limit: Option<usize>) -> Vec<String> {
        let shown: Vec<usize> = (0..self.columns.len())
            .filter(|index| self.rows.iter().any(|row| !row[*index].is_empty()))
            .collect();
        let widths = self.widths(&shown, limit);
        let titles: Vec<&str> = self.columns.iter().map(|column| column.title).collect();
        std::iter::once(titles)
            .chain(self.rows.iter().map(|row| row.iter().map(String::as_str).collect()))
            .map(|cells| self.line(&shown, &widths, &cells))
            .collect()
    }

    fn widths(&self, shown: &[usize], limit: Option<usize>) -> Vec<usize> {
        let mut widths: Vec<usize> = shown
            .iter()
            .map(|index| {
                let cells = self.rows.iter().map(|row| width(&row[*index]));
                cells.chain([width(self.columns[*index].title)]).max().unwrap_or(0)
            })
            .collect();
        let gaps = GAP.len() * shown.len().saturating_sub(1);
        let mut excess =
            limit.map_or(0, |limit| (widths.iter().sum::<usize>() + gaps).saturating_sub(limit));
        while excess > 0 {
            // The widest gives way first, so that short columns stay whole.
            let widest = (0..shown.len())
                .filter(|at| self.columns[shown[*at]].is_flexible && widths[*at] > NARROWEST)
                .max_by_key(|at| widths[*at]);
            let Some(widest) = widest else { break };
            widths[widest] -= 1;
            excess -= 1;
        }
        widths
    }

    fn line(&self, shown: &[usize], widths: &[usize], cells: &[&str]) -> String {
        let mut line = String::new();
        for (at, index) in shown.iter().enumerate() {
            if at > 0 {
                line.push_str(GAP);
            }
            line.push_str(&match self.columns[*index].align {
                Align::Left => pad_end(cells[*index], widths[at]),
                Align::Right => pad_start(cells[*index], widths[at]),
            });
        }
        line.truncate(line.trim_end().len());
        line
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn table() -> Table {
        let mut table = Table::new().left("ID").flexible("NAME").right("PRICE").left("NOTE");
        table.row(["1".into(), "Sunset over 東京 tower".into(), "9.50 EUR".into(), String::new()]);
        table.row(["22".into(), "Walk\u{1b}[2J".into(), "120.00 EUR".into(), String::new()]);
        table
    }

    #[test]
    fn columns_are_aligned_and_empty_ones_left_out() {
        assert_eq!(
            table().lines(None),
            [
                "ID  NAME                         PRICE",
                "1   Sunset over 東京 tower    9.50 EUR",
                "22  Walk\u{FFFD}[2J                120.00 EUR",
            ]
        );
    }

    #[test]
    fn the_text_gives_way_where_it_is_narrow() {
        assert_eq!(
            table().lines(Some(30)),
            [
                "ID  NAME                 PRICE",
                "1   Sunset over…      9.50 EUR",
                "22  Walk\u{FFFD}[2J        120.00 EUR",
            ]
        );
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_it_may_be(text in "\\PC{0,60}", width in 25_usize..80) {
            let mut table = Table::new().left("ID").flexible("NAME").right("PRICE");
            table.row(["12345678".into(), text, "12.00".into()]);
            for line in table.lines(Some(width)) {
                prop_assert!(super::width(&line) <= width, "{line:?}");
            }
        }
    }
}
