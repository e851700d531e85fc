//! Why something cannot be booked: typed, with a stable code and a sentence.

use std::fmt;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::ids::PoolId;

/// One reason why an [`Ask`](super::Ask) is refused. Dates and times are local to the service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AvailabilityReason))]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Reason {
    /// The provider switched the service off.
    Off,
    /// The start has passed.
    Past {
        start: NaiveDateTime,
    },
    /// Bookings for this start closed at `cutoff`.
    TooSoon {
        cutoff: NaiveDateTime,
        notice_minutes: u32,
    },
    /// Further ahead than the provider plans.
    TooFar {
        last: NaiveDate,
    },
    PartyTooSmall {
        min: u32,
    },
    PartyTooLarge {
        max: u32,
    },
    /// A stay needs the date of departure.
    EndNeeded,
    EndNotAfterStart,
    /// An end date was given for something that is not booked by the night.
    NotByNight,
    StayTooLong {
        max_nights: u32,
    },
    /// The service is sold at certain times and none was named.
    TimeNeeded,
    /// There is never a slot at this time.
    NoSuchSlot {
        #[serde(with = "super::hour_minute")]
        #[cfg_attr(feature = "openapi", schema(value_type = String, example = "09:00"))]
        time: NaiveTime,
    },
    /// There is a slot at this time, but not on this date.
    SlotNotRunning {
        date: NaiveDate,
        #[serde(with = "super::hour_minute")]
        #[cfg_attr(feature = "openapi", schema(value_type = String, example = "09:00"))]
        time: NaiveTime,
    },
    /// The provider opened certain dates only, and this is none of them.
    NotOpened {
        date: NaiveDate,
    },
    Blocked {
        date: NaiveDate,
    },
    /// A closure covers the date; `rule` is that closure as a line of text.
    ClosedBy {
        date: NaiveDate,
        rule: String,
    },
    /// No capacity is offered on this date.
    NoCapacity {
        date: NaiveDate,
        #[serde(
            default,
            with = "super::hour_minute::optional",
            skip_serializing_if = "Option::is_none"
        )]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "09:00"))]
        time: Option<NaiveTime>,
    },
    /// Taken by bookings.
    Full {
        date: NaiveDate,
        #[serde(
            default,
            with = "super::hour_minute::optional",
            skip_serializing_if = "Option::is_none"
        )]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "09:00"))]
        time: Option<NaiveTime>,
        left: u32,
        wanted: u32,
    },
    /// Would still fit if what is held were let go.
    Held {
        date: NaiveDate,
        #[serde(
            default,
            with = "super::hour_minute::optional",
            skip_serializing_if = "Option::is_none"
        )]
        #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "09:00"))]
        time: Option<NaiveTime>,
        left: u32,
        wanted: u32,
    },
    /// Another calendar of the provider has something then (buffers included).
    CalendarBusy {
        from: NaiveDateTime,
        to: NaiveDateTime,
    },
    /// A shared resource is taken at that moment (buffers included).
    PoolBusy {
        pool: PoolId,
        name: String,
        at: NaiveDateTime,
    },
    /// The rules were not prepared for this date, so nothing is promised.
    BeyondWindow {
        date: NaiveDate,
    },
}

impl Reason {
    /// The word a program decides by; it is also the `code` on the wire.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Past { .. } => "past",
            Self::TooSoon { .. } => "too_soon",
            Self::TooFar { .. } => "too_far",
            Self::PartyTooSmall { .. } => "party_too_small",
            Self::PartyTooLarge { .. } => "party_too_large",
            Self::EndNeeded => "end_needed",
            Self::EndNotAfterStart => "end_not_after_start",
            Self::NotByNight => "not_by_night",
            Self::StayTooLong { .. } => "stay_too_long",
            Self::TimeNeeded => "time_needed",
            Self::NoSuchSlot { .. } => "no_such_slot",
            Self::SlotNotRunning { .. } => "slot_not_running",
            Self::NotOpened { .. } => "not_opened",
            Self::Blocked { .. } => "blocked",
            Self::ClosedBy { .. } => "closed_by",
            Self::NoCapacity { .. } => "no_capacity",
            Self::Full { .. } => "full",
            Self::Held { .. } => "held",
            Self::CalendarBusy { .. } => "calendar_busy",
            Self::PoolBusy { .. } => "pool_busy",
            Self::BeyondWindow { .. } => "beyond_window",
        }
    }

    /// Whether a provider may accept all the same, when asked first: their own rules give way,
    /// capacity and a question that makes no sense do not.
    #[must_use]
    pub const fn provider_may_overrule(&self) -> bool {
        matches!(
            self,
            Self::Off
                | Self::TooSoon { .. }
                | Self::TooFar { .. }
                | Self::PartyTooSmall { .. }
                | Self::PartyTooLarge { .. }
                | Self::NotOpened { .. }
                | Self::Blocked { .. }
                | Self::ClosedBy { .. }
                | Self::CalendarBusy { .. }
        )
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("the provider has switched this off"),
            Self::Past { start } => write!(f, "{} has passed", Moment(*start)),
            Self::TooSoon { cutoff, notice_minutes } => write!(
                f,
                "needs {} notice: bookings closed on {}",
                Minutes(*notice_minutes),
                Moment(*cutoff)
            ),
            Self::TooFar { last } => write!(f, "can be booked up to {} only", Day(*last)),
            Self::PartyTooSmall { min } => write!(f, "takes parties of {min} or more"),
            Self::PartyTooLarge { max } => write!(f, "takes parties of up to {max}"),
            Self::EndNeeded => f.write_str("a stay needs a date of departure"),
            Self::EndNotAfterStart => f.write_str("departure must be after arrival"),
            Self::NotByNight => f.write_str("is booked for one date, without an end date"),
            Self::StayTooLong { max_nights } => {
                write!(f, "a stay has up to {max_nights} nights")
            }
            Self::TimeNeeded => f.write_str("it is sold at certain times: name one"),
            Self::NoSuchSlot { time } => write!(f, "there is no slot at {}", Clock(*time)),
            Self::SlotNotRunning { date, time } => {
                write!(f, "the {} slot does not run on {}", Clock(*time), Day(*date))
            }
            Self::NotOpened { date } => {
                write!(f, "{} is not among the dates that are open", Day(*date))
            }
            Self::Blocked { date } => write!(f, "{} is blocked", Day(*date)),
            Self::ClosedBy { date, rule } => write!(f, "{} is closed: {rule}", Day(*date)),
            Self::NoCapacity { date, time } => {
                write!(f, "no capacity is offered on {}", Row(*date, *time))
            }
            Self::Full { date, time, left: 0, .. } => {
                write!(f, "{} is fully booked", Row(*date, *time))
            }
            Self::Full { date, time, left, wanted } => {
                write!(f, "{} has {left} left, {wanted} wanted", Row(*date, *time))
            }
            Self::Held { date, time, left, wanted } => write!(
                f,
                "{} has {left} left, {wanted} wanted; more is held and may come free",
                Row(*date, *time)
            ),
            Self::CalendarBusy { from, to } => {
                write!(f, "another calendar is busy from {} to {}", Moment(*from), Moment(*to))
            }
            // The clash begins with the day: what is booked by the day has no time to name.
            Self::PoolBusy { name, at, .. } if at.time() == NaiveTime::MIN => {
                write!(f, "{name} is taken on {}", Day(at.date()))
            }
            Self::PoolBusy { name, at, .. } => write!(f, "{name} is taken at {}", Moment(*at)),
            Self::BeyondWindow { date } => {
                write!(f, "{} was not looked up", Day(*date))
            }
        }
    }
}

/// `Thu 24 Dec 2026`
pub(super) struct Day(pub(super) NaiveDate);

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.format("%a %-d %b %Y").fmt(f)
    }
}

/// `09:00`
pub(super) struct Clock(pub(super) NaiveTime);

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.format("%H:%M").fmt(f)
    }
}

/// `Thu 24 Dec 2026 09:00`
struct Moment(NaiveDateTime);

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", Day(self.0.date()), Clock(self.0.time()))
    }
}

/// A day, or a slot of it.
pub(super) struct Row(pub(super) NaiveDate, pub(super) Option<NaiveTime>);

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Day(self.0).fmt(f)?;
        self.1.map_or(Ok(()), |time| write!(f, " {}", Clock(time)))
    }
}

/// `2d`, `24h`, `90m`: the largest unit that says it without a rest; a single day is 24h.
pub(super) struct Minutes(pub(super) u32);

impl fmt::Display for Minutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            minutes if minutes > 24 * 60 && minutes.is_multiple_of(24 * 60) => {
                write!(f, "{}d", minutes / (24 * 60))
            }
            minutes if minutes > 0 && minutes.is_multiple_of(60) => write!(f, "{}h", minutes / 60),
            minutes => write!(f, "{minutes}m"),
        }
    }
}
