//! The entries of the ledger behind the figures of a month, of one category or of all.

use chrono::NaiveDate;
use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Style,
};
use traveloure_core::{
    api::report::{RevenueEntry, RevenueFigure},
    category::Category,
    money::{Currency, Money},
};
use uuid::Uuid;

use super::months::Month;
use crate::tui::{
    app::{
        call::{ApiError, Call, Reply, Ticket},
        cx::Cx,
        desk::Desk,
    },
    commands::ListAct,
    listing::{self, rows::Rows},
    widgets::{
        columns::{Align, Column},
        pane::{self, Blank},
        table, text,
    },
};

const COLUMNS: [Column; 7] = [
    Column { title: "At", min: 12, max: 12, align: Align::Start, importance: 6 },
    Column { title: "What", min: 8, max: 16, align: Align::Start, importance: 5 },
    Column { title: "Booking", min: 12, max: 14, align: Align::Start, importance: 7 },
    Column { title: "For", min: 12, max: 34, align: Align::Start, importance: 3 },
    Column { title: "Provider", min: 9, max: 24, align: Align::Start, importance: 2 },
    Column { title: "GMV", min: 9, max: 12, align: Align::End, importance: 8 },
    Column { title: "Fees", min: 9, max: 12, align: Align::End, importance: 9 },
];

/// Whose entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Of {
    /// The first of the month.
    pub first: NaiveDate,
    /// All of them together without it.
    pub category: Option<Category>,
    pub currency: Currency,
}

/// As a list is asked for; nothing is asked while nothing is traced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter(Option<Of>);

impl listing::Filter for Filter {
    type Row = RevenueEntry;

    fn words(&self) -> &'static str {
        ""
    }

    fn with_words(&self, _: String) -> Self {
        *self
    }

    fn is_apart_from(&self, other: &Self) -> bool {
        self != other
    }

    fn page(&self, after: Option<String>, limit: u32, _: &Desk) -> Option<Call> {
        let Of { first, category, currency } = self.0?;
        let month = first.format("%Y-%m").to_string();
        Some(Call::RevenueEntries { month, category, currency, after, limit })
    }

    fn admits(&self, row: &RevenueEntry, _: &Desk) -> bool {
        self.0.is_some_and(|of| {
            of.category.is_none_or(|category| category == row.category)
                && of.currency == row.entry.amount.currency()
        })
    }

    fn place(&self, row: &RevenueEntry, rows: &[RevenueEntry]) -> usize {
        rows.partition_point(|other| other.entry.created_at <= row.entry.created_at)
    }
}

impl listing::Row for RevenueEntry {
    /// A transaction has one entry for each figure at the most.
    type Id = (Uuid, RevenueFigure);

    fn id(&self) -> Self::Id {
        (self.entry.transaction_id, self.figure)
    }

    fn version(&self) -> i64 {
        0
    }

    fn has(&self, _: &str) -> bool {
        true
    }
}

/// The entries while they are read.
#[derive(Debug)]
pub struct Entries {
    of: Of,
    pub rows: Rows<Filter>,
}

impl Entries {
    pub fn new(of: Of, cx: &mut Cx) -> Self {
        let mut rows = Rows::new(Filter(Some(of)));
        rows.refresh(cx);
        Self { of, rows }
    }

    pub fn came(&mut self, result: Result<Reply, ApiError>, cx: &mut Cx) {
        let page = result.and_then(|reply| match reply {
            Reply::RevenueEntries(page) => Ok(page),
            _ => Err(ApiError::unexpected()),
        });
        self.rows.came(page, cx);
    }

    pub fn waits_for(&self, ticket: Ticket) -> bool {
        self.rows.waits_for(ticket)
    }

    /// Moves; `false` when `act` is no move up or down.
    pub fn go(&mut self, act: ListAct, cx: &mut Cx) -> bool {
        if act == ListAct::Bottom {
            self.rows.go_to_the_end(cx);
            return true;
        }
        let len = self.rows.len();
        let moved = self.rows.list.go(act, len);
        if moved {
            self.rows.moved(cx);
        }
        moved
    }

    /// Puts the cursor on the row under the mouse, if there is one.
    pub fn click(&mut self, at: Position) -> bool {
        let index = self.rows.list.at(at, self.rows.len());
        if let Some(index) = index {
            self.rows.select(index);
        }
        index.is_some()
    }

    /// The code of the booking that the entry under the cursor is about.
    pub fn code(&self) -> Option<&str> {
        self.rows.current().map(|row| row.entry.confirmation_code.as_str())
    }

    /// Draws them; above them the figures that they sum to, as the report has them.
    pub fn draw(&mut self, buffer: &mut Buffer, area: Rect, months: &[Month], desk: &Desk) {
        let theme = &desk.look.theme;
        let fresh = pane::freshness(self.rows.load(), desk);
        pane::heading(buffer, area, &self.heading(), fresh, desk);
        let mut top = 1;
        if let Some((gmv, fees)) = self.figures(months) {
            for line in text::wrap(&format!("{gmv} sold, {fees} kept"), area.width) {
                text::put(buffer, text::row(area, top), &line, theme.strong);
                top += 1;
            }
        }
        let top = top.min(area.height);
        let body = Rect { y: area.y + top, height: area.height - top, ..area };
        if self.rows.is_empty() {
            let blank = match self.rows.load().get() {
                Some(()) => Blank::Empty {
                    what: "Nothing was sold or kept of it.",
                    next: "Esc goes back to the months.",
                },
                None => Blank::of(self.rows.load(), desk.now),
            };
            blank.draw(buffer, body, desk);
            return;
        }
        let (mut list, len) = (self.rows.list, self.rows.len());
        let rows = self.rows.items();
        table::draw(buffer, body, &COLUMNS, &mut list, len, true, desk, |index, title, _| {
            cell(title, &rows[index], desk)
        });
        self.rows.list = list;
    }

    fn heading(&self) -> String {
        let what = self.of.category.map_or_else(String::new, |category| format!(", {category}"));
        let heading = format!("{}{what}", self.of.first.format("%B %Y"));
        if self.rows.is_empty() {
            return format!("Entries of {heading}");
        }
        let number = |number: usize| text::grouped(u64::try_from(number).unwrap_or(u64::MAX));
        let total = match self.rows.total() {
            Some(total) => text::grouped(total),
            None => format!("{}+", number(self.rows.len())),
        };
        format!("Entries of {heading}  {} of {total}", number(self.rows.list.cursor() + 1))
    }

    fn figures(&self, months: &[Month]) -> Option<(Money, Money)> {
        let month = months.iter().find(|month| month.first == self.of.first)?;
        if month.gmv.currency() != self.of.currency {
            return None;
        }
        match self.of.category {
            None => Some((month.gmv, month.fees)),
            Some(category) => {
                let row = month.rows.iter().find(|row| row.category == category)?;
                Some((row.gmv, row.fees))
            }
        }
    }
}

fn cell(column: &str, row: &RevenueEntry, desk: &Desk) -> (String, Style) {
    let theme = &desk.look.theme;
    let adds = |figure: RevenueFigure, style: Style| {
        let amount = row.adds().ok().filter(|_| row.figure == figure);
        match amount {
            Some(amount) if amount.is_negative() => (amount.amount().to_string(), theme.warn),
            Some(amount) => (amount.amount().to_string(), style),
            None => (String::new(), style),
        }
    };
    match column {
        // Months of the report are UTC, and so are the moments of its entries.
        "At" => (row.entry.created_at.format("%-d %b %H:%M").to_string(), theme.text),
        "What" => (row.entry.description.clone(), theme.text),
        "Booking" => (row.entry.confirmation_code.clone(), theme.info),
        "For" => (row.entry.title.clone(), theme.dim),
        "Provider" => (row.provider_name.clone(), theme.dim),
        "GMV" => adds(RevenueFigure::Gmv, theme.text),
        _ => adds(RevenueFigure::Fees, theme.good),
    }
}
