//! The bookings of a service around the month that is looked at.

use std::ops::Range;

use chrono::{Days, NaiveDate};
use traveloure_core::{
    api::{booking::BookingRow, page::Page},
    booking::Status,
    ids::ServiceId,
};

use super::months::Months;
use crate::tui::app::{
    call::{ApiError, BookingFilter, Call, Reply, Ticket},
    cx::Cx,
};

/// Rows of a page.
const PAGE: u32 = 200;
/// A question of more rows than this is given up: nobody reads them day by day.
const MOST: usize = 2_000;
/// How much earlier than a month a stay that reaches into it may begin.
const LONGEST_STAY: u64 = 62;

/// See the module's head.
#[derive(Debug)]
pub struct Booked {
    service: ServiceId,
    by_night: bool,
    months: Months,
    /// By date and time.
    rows: Vec<BookingRow>,
    range: Range<NaiveDate>,
    gathering: Vec<BookingRow>,
}

impl Booked {
    #[must_use]
    pub fn new(service: ServiceId, by_night: bool) -> Self {
        let nothing = NaiveDate::MIN..NaiveDate::MIN;
        Self {
            service,
            by_night,
            months: Months::default(),
            rows: Vec::new(),
            range: nothing,
            gathering: Vec::new(),
        }
    }

    #[must_use]
    pub fn months(&self) -> &Months {
        &self.months
    }

    pub fn months_mut(&mut self) -> &mut Months {
        &mut self.months
    }

    /// Asks for what is missing around `date`.
    pub fn fetch(&mut self, date: NaiveDate, cx: &mut Cx) {
        let Some(range) = self.months.missing(date) else { return };
        if let Some(ticket) = self.ask(&range, None, cx) {
            self.months.asked(ticket, &range, cx);
            self.gathering.clear();
            self.range = range;
        }
    }

    fn ask(&self, range: &Range<NaiveDate>, after: Option<String>, cx: &mut Cx) -> Option<Ticket> {
        let earlier = if self.by_night { Days::new(LONGEST_STAY) } else { Days::new(0) };
        let filter = BookingFilter {
            statuses: Status::ALL.into_iter().filter(|status| status.holds_capacity()).collect(),
            service: Some(self.service),
            from: range.start.checked_sub_days(earlier),
            to: Some(range.end),
            ..BookingFilter::default()
        };
        let provider = cx.desk.provider()?;
        Some(cx.call(Call::Bookings { provider, filter, after, limit: PAGE }))
    }

    /// Takes a page, and asks for the next one. The rows of before stay until all have come.
    pub fn came(&mut self, result: Result<Reply, ApiError>, cx: &mut Cx) {
        let page = result.and_then(|reply| match reply {
            Reply::Bookings(page) => Ok(page),
            _ => Err(ApiError::unexpected()),
        });
        let Page { items, next, .. } = match page {
            Ok(page) => page,
            Err(error) => {
                self.months.came(Err(error), cx.now());
                return;
            }
        };
        self.gathering.extend(items);
        if let Some(after) = next
            && self.gathering.len() < MOST
            && let Some(ticket) = self.ask(&self.range, Some(after), cx)
        {
            self.months.asked_on(ticket, cx);
            return;
        }
        self.months.came(Ok(()), cx.now());
        let range = self.range.clone();
        let reaches = |row: &BookingRow| row.date < range.end && last_day(row) >= range.start;
        self.rows.retain(|row| !reaches(row));
        self.rows.append(&mut self.gathering);
        self.rows.sort_by_key(|row| (row.date, row.time, row.id));
        self.rows.dedup_by_key(|row| row.id);
    }

    /// The bookings that take up `date`.
    pub fn on(&self, date: NaiveDate) -> impl Iterator<Item = &BookingRow> {
        let from = if self.by_night {
            date.checked_sub_days(Days::new(LONGEST_STAY)).unwrap_or(date)
        } else {
            date
        };
        let first = self.rows.partition_point(|row| row.date < from);
        self.rows[first..]
            .iter()
            .take_while(move |row| row.date <= date)
            .filter(move |row| last_day(row) >= date)
    }
}

/// The last day, or the last night of a stay.
fn last_day(row: &BookingRow) -> NaiveDate {
    row.end_date.and_then(|end| end.pred_opt()).unwrap_or(row.date).max(row.date)
}
