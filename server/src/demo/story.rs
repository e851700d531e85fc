//! What happens in the demo: a request, and how its two sides go on from there.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use traveloure_core::{payment::Method, request::Side};

/// A traveler asks; then what follows, in the order of time. What has become impossible by then (somebody was
/// faster, the time is over) does not happen, as in life.
#[derive(Clone, Debug)]
pub struct Story {
    pub at: DateTime<Utc>,
    /// The traveler's account.
    pub traveler: &'static str,
    /// The service's key.
    pub offer: &'static str,
    pub wish: Wish,
    pub steps: Vec<Step>,
    /// How a booking that comes of it is paid; none: its time to be paid passes.
    pub paying: Option<Paying>,
}

/// How a booking is paid.
#[derive(Clone, Copy, Debug)]
pub struct Paying {
    /// What does not offer it is paid in full.
    pub method: Method,
    /// The processor's names of the cards that are tried, one after the other.
    pub cards: &'static [&'static str],
    /// How long after the booking was made.
    pub after: TimeDelta,
    /// Only what is over by then is paid.
    pub over_by: Option<DateTime<Utc>>,
    /// Somebody thinks better of it afterwards.
    pub cancelling: Option<Cancelling>,
}

/// A booking that was paid is cancelled.
#[derive(Clone, Copy, Debug)]
pub struct Cancelling {
    pub at: DateTime<Utc>,
    pub by: Side,
    pub words: &'static str,
    /// The bank does not take what comes back.
    pub bounces: bool,
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Local to the service.
    pub date: NaiveDate,
    /// Of a stay; 0 for anything else.
    pub nights: u32,
    pub time: Option<NaiveTime>,
    pub party: u32,
    pub words: String,
    /// So many days later would do as well, where the date is closed or full.
    pub or_later: u32,
}

/// One thing that one side does.
#[derive(Clone, Debug)]
pub struct Step {
    pub at: DateTime<Utc>,
    pub by: Side,
    pub act: Act,
}

#[derive(Clone, Debug)]
pub enum Act {
    Accept(&'static str),
    Decline(&'static str),
    Counter(Counter),
    Say(&'static str),
    Withdraw,
    /// The provider blocks the date that is on the table, with a note.
    BlockTheDay(&'static str),
    /// The provider wants to know earlier from now on: so many hours before the start.
    RaiseNotice(u32),
}

/// Other terms.
#[derive(Clone, Debug)]
pub struct Counter {
    /// Percent of the price on the table; of an estimated range, how far into it.
    pub percent: u32,
    pub days_later: i64,
    pub time: Option<NaiveTime>,
    pub hold: bool,
    pub valid: TimeDelta,
    pub words: &'static str,
}

impl Story {
    /// Goes on with what `by` does at `at`.
    #[must_use]
    pub fn then(mut self, at: DateTime<Utc>, by: Side, act: Act) -> Self {
        self.steps.push(Step { at, by, act });
        self
    }

    /// A booking that comes of it is paid that way.
    #[must_use]
    pub const fn paid(mut self, paying: Paying) -> Self {
        self.paying = Some(paying);
        self
    }
}

impl Paying {
    /// With a card that is taken.
    #[must_use]
    pub const fn by(method: Method, after: TimeDelta) -> Self {
        Self { method, cards: cards::GOOD[0], after, over_by: None, cancelling: None }
    }

    /// With other cards.
    #[must_use]
    pub const fn with(self, cards: &'static [&'static str]) -> Self {
        Self { cards, ..self }
    }

    /// And cancelled afterwards.
    #[must_use]
    pub const fn then(self, cancelling: Cancelling) -> Self {
        Self { cancelling: Some(cancelling), ..self }
    }
}

/// What is typed on the processor's page.
pub mod cards {
    /// Each is taken.
    pub const GOOD: &[&[&str]] = &[&["pm_card_visa"], &["pm_card_mastercard"], &["pm_card_amex"]];
    /// Turned down.
    pub const DECLINED: &[&str] = &["pm_card_visa_chargeDeclined"];
    /// The second one is taken.
    pub const SECOND: &[&str] = &["pm_card_visa_chargeDeclinedInsufficientFunds", "pm_card_visa"];
    /// Its bank asks the cardholder every time.
    pub const ASKS: &[&str] = &["pm_card_authenticationRequired"];
    /// Its bank does not take refunds.
    pub const CLOSED: &[&str] = &["pm_card_refundFail"];
}
