//! A price with every step that led to it, as it is shown, charged and frozen into a booking.

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::money::{Currency, Money, MoneyError};

/// What is to be priced. Dates and times are local to the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// The day, or the first night of a stay.
    pub date: NaiveDate,
    /// The day of departure of a stay: its nights are half-open. None for anything that is one date.
    #[serde(default)]
    pub end_date: Option<NaiveDate>,
    /// The slot asked for. No term depends on it so far; the price of a date is that of its slots.
    #[serde(default)]
    pub time: Option<NaiveTime>,
    pub party: u32,
    /// The date at the service when the booking is made: early and last-minute are counted from it.
    pub booked_on: NaiveDate,
}

/// Which step of the calculation a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// The base price of all dates, for one person or the party.
    Base,
    /// What a date's own price adds to or takes off the base price.
    DateOverride,
    /// What a season adds to or takes off the base price.
    Season,
    /// The same again for everyone but the first person.
    PerPerson,
    GroupDiscount,
    EarlyDiscount,
    LastMinuteDiscount,
    /// A price named by the provider in an offer, in place of all other steps.
    Offer,
}

/// One step of a quote: what it adds (or, negative, takes off) and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Line {
    pub kind: LineKind,
    /// The reason, in words for the traveler. Names of seasons in it are the provider's text.
    pub label: String,
    pub amount: Money,
    /// The first date that the step is about, where it is about some dates only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<NaiveDate>,
}

/// A price and its trace. The amounts of the lines sum to `total`, `deposit` (or nothing) and
/// `balance` sum to `total`, all in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Quote {
    pub lines: Vec<Line>,
    /// The service amount: what the service costs, before any expert fee.
    pub total: Money,
    /// What is due at once when the traveler pays by deposit; None if the terms ask for none.
    pub deposit: Option<Money>,
    /// What is due later when the traveler pays by deposit; the total if the terms ask for none.
    pub balance: Money,
}

impl Quote {
    /// The currency of every amount in the quote.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.total.currency()
    }
}

/// Between what a quote-based service is expected to cost, for the whole party. The range of the
/// terms is for one booking however many nights it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    pub min: Money,
    pub max: Money,
}

/// The answer to an [`Ask`]: a price, or for a quote-based service a range until an offer is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Priced {
    Quote(Quote),
    Estimate(Estimate),
}

/// Why no price could be given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuoteError {
    #[error("a party needs at least one person")]
    EmptyParty,
    #[error("the stay ends on {end_date}, not after it begins on {date}")]
    EndsBeforeItBegins { date: NaiveDate, end_date: NaiveDate },
    #[error("a stay of {nights} nights is longer than the {max} that can be priced at once")]
    StayTooLong { nights: i64, max: i64 },
    /// The terms lack what their type needs; saved terms never do.
    #[error("the service has no price yet")]
    NoPrice,
    #[error("an offer cannot be below zero; {0} is")]
    NegativeOffer(Money),
    #[error(transparent)]
    Money(#[from] MoneyError),
}
