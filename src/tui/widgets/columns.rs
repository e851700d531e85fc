//! Columns of a table that give way when there is little room: the least important one goes first.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::text;

/// At which side of its column a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Start,
    /// For numbers, money and what is compared by its end.
    End,
}

/// What a column asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub title: &'static str,
    /// With less than this it is not shown.
    pub min: u16,
    /// It uses no more than this.
    pub max: u16,
    pub align: Align,
    /// Lower ones are left out first.
    pub importance: u8,
}

/// Where each of `columns` stands in `width`, as offset and width; none for those left out. Between
/// columns there is one blank.
#[must_use]
pub fn fit(columns: &[Column], width: u16) -> Vec<Option<(u16, u16)>> {
    let mut kept: Vec<bool> = vec![true; columns.len()];
    while needed(columns, &kept) > u32::from(width) {
        let Some(least) = (0..columns.len())
            .filter(|index| kept[*index])
            .min_by_key(|index| columns[*index].importance)
        else {
            break;
        };
        kept[least] = false;
    }
    let mut spare = u32::from(width).saturating_sub(needed(columns, &kept));
    let mut widths: Vec<u16> = columns.iter().map(|column| column.min).collect();
    // One column each in turn, so that all get their share and none more than it can use.
    loop {
        let before = spare;
        for (index, column) in columns.iter().enumerate() {
            if kept[index] && widths[index] < column.max && spare > 0 {
                widths[index] += 1;
                spare -= 1;
            }
        }
        if spare == before {
            break;
        }
    }
    let mut x = 0;
    columns
        .iter()
        .enumerate()
        .map(|(index, _)| {
            kept[index].then(|| {
                let place = (x, widths[index]);
                x += widths[index] + 1;
                place
            })
        })
        .collect()
}

/// The cell of a row's `area` at `place`.
#[must_use]
pub fn cell(area: Rect, place: (u16, u16)) -> Rect {
    let x = (area.x + place.0).min(area.right());
    Rect { x, width: place.1.min(area.right() - x), ..area }
}

/// Draws the titles of the columns that have a place.
pub fn titles(
    buffer: &mut Buffer,
    area: Rect,
    columns: &[Column],
    places: &[Option<(u16, u16)>],
    style: Style,
) {
    for (column, place) in columns.iter().zip(places) {
        let Some(place) = place else { continue };
        let cell = cell(area, *place);
        match column.align {
            Align::Start => text::put(buffer, cell, column.title, style),
            Align::End => text::put_end(buffer, cell, column.title, style),
        };
    }
}

fn needed(columns: &[Column], kept: &[bool]) -> u32 {
    let widths = columns.iter().zip(kept).filter(|(_, kept)| **kept);
    let (count, sum) = widths
        .fold((0_u32, 0_u32), |(count, sum), (column, _)| (count + 1, sum + u32::from(column.min)));
    sum + count.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn column(min: u16, max: u16, importance: u8) -> Column {
        Column { title: "", min, max, align: Align::Start, importance }
    }

    #[test]
    fn the_least_important_goes_first() {
        let columns = [column(10, 20, 9), column(10, 20, 1), column(5, 5, 5)];
        assert_eq!(fit(&columns, 27), [Some((0, 10)), Some((11, 10)), Some((22, 5))]);
        assert_eq!(fit(&columns, 26), [Some((0, 20)), None, Some((21, 5))]);
        assert_eq!(fit(&columns, 12), [Some((0, 12)), None, None]);
        assert_eq!(fit(&columns, 4), [None, None, None]);
    }

    proptest! {
        #[test]
        fn columns_stay_inside_and_apart(
            wishes in prop::collection::vec((1_u16..20, 0_u16..20, any::<u8>()), 0..8),
            width in 0_u16..200,
        ) {
            let columns: Vec<_> =
                wishes.iter().map(|(min, more, rank)| column(*min, min + more, *rank)).collect();
            let mut free_from = 0;
            for (x, wide) in fit(&columns, width).into_iter().flatten() {
                prop_assert!(x >= free_from);
                prop_assert!(x + wide <= width);
                free_from = x + wide + 1;
            }
        }
    }
}
