//! Which bookings the list shows.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use traveloure_core::{
    actor::Role,
    api::booking::{Booking, BookingRow},
    booking::Status,
    ids::BookingId,
    time,
};

use crate::tui::{
    app::{
        call::{BookingFilter, Call},
        desk::Desk,
    },
    commands::BookingsAct,
    listing,
};

/// One of the views that a chord chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum View {
    #[default]
    Upcoming,
    Past,
    Unpaid,
    Confirmed,
    Completed,
    Cancelled,
    All,
}

impl View {
    /// The view that a command asks for.
    #[must_use]
    pub const fn of(act: BookingsAct) -> Option<Self> {
        Some(match act {
            BookingsAct::ShowUpcoming => Self::Upcoming,
            BookingsAct::ShowPast => Self::Past,
            BookingsAct::ShowUnpaid => Self::Unpaid,
            BookingsAct::ShowConfirmed => Self::Confirmed,
            BookingsAct::ShowCompleted => Self::Completed,
            BookingsAct::ShowCancelled => Self::Cancelled,
            BookingsAct::ShowAll => Self::All,
            BookingsAct::Request
            | BookingsAct::Manifest
            | BookingsAct::Copy
            | BookingsAct::Pay
            | BookingsAct::PayBalance
            | BookingsAct::Cancel => return None,
        })
    }

    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Upcoming => "Upcoming",
            Self::Past => "Past",
            Self::Unpaid => "Waiting for payment",
            Self::Confirmed => "Confirmed",
            Self::Completed => "Completed",
            Self::Cancelled => "Cancelled",
            Self::All => "All bookings",
        }
    }

    /// What is said when there is none.
    #[must_use]
    pub const fn none_words(self) -> &'static str {
        match self {
            Self::Upcoming => "Nothing is booked for the days to come.",
            Self::Past => "Nothing has taken place yet.",
            Self::Unpaid => "Nothing waits for payment.",
            Self::Confirmed => "Nothing is confirmed for the days to come.",
            Self::Completed => "Nothing has been completed yet.",
            Self::Cancelled => "Nothing was cancelled.",
            Self::All => "There is no booking yet.",
        }
    }

    const fn statuses(self) -> &'static [Status] {
        match self {
            Self::Upcoming => &[Status::Pending, Status::PendingPayment, Status::Confirmed],
            Self::Unpaid => &[Status::Pending, Status::PendingPayment],
            Self::Confirmed => &[Status::Confirmed],
            Self::Completed => &[Status::Completed],
            Self::Cancelled => &[Status::Cancelled, Status::Refunded],
            Self::Past | Self::All => &[],
        }
    }

    /// Whether the latest start comes first.
    const fn is_descending(self) -> bool {
        matches!(self, Self::Past | Self::Completed | Self::Cancelled | Self::All)
    }

    const fn is_to_come(self) -> bool {
        matches!(self, Self::Upcoming | Self::Confirmed)
    }
}

/// A view, narrowed by words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub view: View,
    pub words: String,
}

impl Filter {
    /// As the API is asked; `today` parts what is to come from what is past.
    #[must_use]
    pub fn to_api(&self, today: NaiveDate) -> BookingFilter {
        BookingFilter {
            statuses: self.view.statuses().to_vec(),
            words: self.words.trim().to_owned(),
            service: None,
            descending: self.view.is_descending(),
            from: self.view.is_to_come().then_some(today),
            to: (self.view == View::Past).then_some(today),
        }
    }
}

impl listing::Filter for Filter {
    type Row = BookingRow;

    fn words(&self) -> &str {
        &self.words
    }

    fn with_words(&self, words: String) -> Self {
        Self { words, ..*self }
    }

    fn is_apart_from(&self, other: &Self) -> bool {
        self.view != other.view
    }

    fn page(&self, after: Option<String>, limit: u32, desk: &Desk) -> Option<Call> {
        let filter = self.to_api(today(desk));
        if desk.role == Role::Provider {
            let provider = desk.provider()?;
            return Some(Call::Bookings { provider, filter, after, limit });
        }
        let user = desk.user.as_ref()?.id;
        Some(Call::Journeys { user, filter, after, limit })
    }

    fn admits(&self, row: &BookingRow, desk: &Desk) -> bool {
        let asked = self.to_api(today(desk));
        (asked.statuses.is_empty() || asked.statuses.contains(&row.status))
            && asked.from.is_none_or(|from| row.date >= from)
            && asked.to.is_none_or(|to| row.date < to)
            && listing::Row::has(row, &self.words)
    }

    fn place(&self, row: &BookingRow, rows: &[BookingRow]) -> usize {
        if self.view.is_descending() {
            rows.partition_point(|other| start(other) > start(row))
        } else {
            rows.partition_point(|other| start(other) < start(row))
        }
    }
}

/// The day on which upcoming begins: today where it is earliest among the provider's services, or
/// anywhere where a traveler may be.
#[must_use]
pub fn today(desk: &Desk) -> NaiveDate {
    if desk.role != Role::Provider {
        return time::today(desk.now, Tz::Etc__GMTPlus12);
    }
    let services = desk.services.iter().map(|service| service.zone);
    let days = services.map(|zone| time::today(desk.now, zone));
    days.min().unwrap_or_else(|| time::today(desk.now, desk.settings.zone))
}

/// When a booking begins, as the server orders it; what has no time begins with its day.
fn start(row: &BookingRow) -> (DateTime<Utc>, BookingId) {
    let begin = row.time.unwrap_or(NaiveTime::MIN);
    (time::instant(row.date, begin, row.zone), row.id)
}

impl listing::Row for BookingRow {
    type Id = BookingId;

    fn id(&self) -> BookingId {
        self.id
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn has(&self, words: &str) -> bool {
        let words = words.trim().to_lowercase();
        words.is_empty()
            || [&self.traveler_name, &self.title, &self.provider_name, &self.confirmation_code]
                .iter()
                .any(|name| name.to_lowercase().contains(&words))
    }
}

impl listing::Whole for Booking {
    type Id = BookingId;

    fn id(&self) -> BookingId {
        self.row.id
    }

    fn version(&self) -> i64 {
        self.row.version
    }

    fn fetch(id: BookingId) -> Call {
        Call::Booking(id)
    }
}
