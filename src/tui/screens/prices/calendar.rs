//! The price of each date of a month: a grid where it fits, else the dates in runs of one price.

use chrono::{Datelike, NaiveDate};
use ratatui::{buffer::Buffer, layout::Rect};
use traveloure_core::{
    money::Money,
    pricing::{DayReason, PricingTerms, day_price},
    time::{next_day, nights},
};

use super::{figures::range, signs};
use crate::{
    terminal::fit,
    tui::{
        app::desk::Desk,
        widgets::{
            month::{self, Cell, Grid, Month},
            text,
        },
    },
};

/// Rows of a cell: the day, its price.
const CELL: u16 = 2;
/// Rows of a grid with its line of weekdays.
pub const GRID: u16 = 6 * CELL + 1;

/// What is shown of a month.
#[derive(Clone, Copy, Debug)]
pub struct Prices<'a> {
    pub terms: &'a PricingTerms,
    /// The saved terms, to mark the dates that a draft changes.
    pub saved: &'a PricingTerms,
    pub cursor: NaiveDate,
    /// The other end of a range that begins or ends at the cursor.
    pub mark: Option<NaiveDate>,
    pub today: NaiveDate,
    pub has_keys: bool,
}

impl Prices<'_> {
    /// `December 2026, EUR per person`
    #[must_use]
    pub fn title(&self) -> String {
        let (month, year) = (self.cursor.format("%B"), self.cursor.year());
        let each = if self.terms.per_person { "per person" } else { "per party" };
        format!("{month} {year}, {} {each}", self.terms.currency)
    }

    /// The first and the last date that are selected; none without a range.
    #[must_use]
    pub fn range(&self) -> Option<(NaiveDate, NaiveDate)> {
        let mark = self.mark?;
        Some((mark.min(self.cursor), mark.max(self.cursor)))
    }

    /// Draws the month below its title; returns the grid for the mouse and how many rows it took.
    pub fn draw(&self, buffer: &mut Buffer, area: Rect, desk: &Desk) -> (Grid, u16) {
        let window = month::window(self.cursor);
        let prices: Vec<Option<Money>> =
            nights(window.start, window.end).map(|date| self.price(date)).collect();
        let is_whole = prices.iter().flatten().all(|price| price.amount().fract().is_zero());
        let shown: Vec<String> = prices
            .iter()
            .map(|price| price.map_or_else(String::new, |price| short(price, is_whole)))
            .collect();
        let widest = shown.iter().map(|price| fit::width(price)).max().unwrap_or(0);
        let (width, height) = month::cell_size(area.width, area.height.min(GRID));
        // A screen reader gets lines in place of a grid.
        if desk.look.plain || height < CELL || widest >= usize::from(width) {
            return (Grid::default(), self.draw_runs(buffer, area, desk));
        }
        let cell = |date: NaiveDate| {
            let (sign, style) = signs::of(self.terms, date, &desk.look);
            let index = usize::try_from((date - window.start).num_days()).unwrap_or(0);
            let price = shown.get(index).map_or("", String::as_str);
            let style = if date < self.today { desk.look.theme.dim } else { style };
            Cell {
                sign,
                style,
                flag: self.is_changed(date).then_some(("~", desk.look.theme.marked)),
                lines: vec![(fit::pad_start(price, widest), style)],
            }
        };
        let month = Month {
            of: self.cursor,
            cursor: Some(self.cursor),
            range: self.range(),
            today: self.today,
            has_keys: self.has_keys,
        };
        let room = Rect { height: area.height.min(GRID), ..area };
        let grid = month.draw(buffer, room, (width, height.min(CELL)), cell, &desk.look);
        (grid, room.height)
    }

    fn price(&self, date: NaiveDate) -> Option<Money> {
        day_price(self.terms, date).ok().map(|day| day.price)
    }

    fn is_changed(&self, date: NaiveDate) -> bool {
        let before = day_price(self.saved, date).ok().map(|day| day.price);
        before != self.price(date)
    }

    /// The month in lines, the one under the cursor among those that fit.
    fn draw_runs(&self, buffer: &mut Buffer, area: Rect, desk: &Desk) -> u16 {
        let theme = &desk.look.theme;
        let first = self.cursor.with_day(1).unwrap_or(self.cursor);
        let next = month::window(first).end;
        let last = nights(first, next).take_while(|date| date.month() == first.month()).last();
        let runs = runs(self.terms, first, next_day(last.unwrap_or(first)));
        let at = runs.iter().position(|run| self.cursor <= run.1).unwrap_or(0);
        let rows = usize::from(area.height);
        let skip = (at + 1).saturating_sub(rows);
        let mut used = 0;
        for ((index, run), y) in runs.iter().enumerate().skip(skip).zip(0..area.height) {
            let row = text::row(area, y);
            let (sign, own) = signs::of(self.terms, run.0, &desk.look);
            let style = match (index == at, self.has_keys) {
                (true, true) => theme.cursor,
                (true, false) => theme.cursor_idle,
                (false, _) => own,
            };
            if index == at {
                buffer.set_style(row, style);
                text::put(buffer, row, desk.look.symbols.cursor, style);
            }
            let price = self.price(run.0);
            let price = price.map_or_else(String::new, |price| price.amount().to_string());
            let flag = if self.is_changed(run.0) { "~" } else { " " };
            let used_right = text::put_end(buffer, row, &format!("{flag}{price}"), style);
            let rest = row.width.saturating_sub(used_right + 3);
            let left = Rect { x: row.x + 2.min(row.width), width: rest, ..row };
            // The title says the year.
            let dates = range(run.0, run.1, run.0);
            let why = match day_price(self.terms, run.0).map(|day| day.reason) {
                Ok(DayReason::Season(season)) => season.season.as_str(),
                Ok(DayReason::DateOverride(_)) => "own price",
                _ => "",
            };
            text::put(buffer, left, &format!("{sign} {dates}  {why}"), style);
            used = y + 1;
        }
        used
    }

    /// What the signs of the month mean, for where no list beside it says so.
    #[must_use]
    pub fn legend(&self, desk: &Desk) -> String {
        let window = month::window(self.cursor);
        let mut known: Vec<String> = Vec::new();
        let mut has_changes = false;
        for date in nights(window.start, window.end) {
            has_changes |= self.is_changed(date);
            let words = match day_price(self.terms, date).map(|day| day.reason) {
                Ok(DayReason::Season(season)) => {
                    format!("{} {}", signs::letter(self.terms, season), season.season)
                }
                Ok(DayReason::DateOverride(_)) => format!("{} own price", desk.look.symbols.mark),
                _ => continue,
            };
            if !known.contains(&words) {
                known.push(words);
            }
        }
        if has_changes {
            known.push("~ changed by the draft".to_owned());
        }
        known.join("  ")
    }
}

/// Neighbouring dates of one price for one reason: the first and the last.
type Run = (NaiveDate, NaiveDate);

fn runs(terms: &PricingTerms, from: NaiveDate, until: NaiveDate) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for date in nights(from, until) {
        let same = |run: &Run| day_price(terms, run.0).ok() == day_price(terms, date).ok();
        match runs.last_mut() {
            Some(run) if next_day(run.1) == date && same(run) => run.1 = date,
            _ => runs.push((date, date)),
        }
    }
    runs
}

/// An amount without its currency, and without decimals where the whole month has none.
fn short(price: Money, is_whole: bool) -> String {
    let amount = if is_whole { price.amount().trunc() } else { price.amount() };
    amount.to_string()
}

#[cfg(test)]
mod tests {
    use traveloure_core::{money::Currency, pricing::text as prices};

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn runs_end_where_the_price_or_its_reason_changes() {
        let terms = prices::parse(
            "base 120 EUR\n\
             season \"Christmas\" 2026-12-20 - 2027-01-02 x1.4\n\
             on 2026-12-31 price 500\n",
            Currency::EUR,
        )
        .unwrap();
        let runs = runs(&terms, date("2026-12-01"), date("2027-01-05"));
        let days: Vec<i64> = runs.iter().map(|run| (run.1 - run.0).num_days() + 1).collect();
        assert_eq!(days, [19, 11, 1, 2, 2]);
    }
}
