//! What a service's own prices say.

use chrono::{DateTime, Utc};
use traveloure_core::{
    availability::Ask,
    pricing::{self, Priced, QuoteError},
    time,
};

use crate::store::bookable::Bookable;

/// The price of `ask`, booked at `now`, or the range of a quote-based service.
///
/// # Errors
/// [`QuoteError`] where no price can be given.
pub fn priced(service: &Bookable, ask: &Ask, now: DateTime<Utc>) -> Result<Priced, QuoteError> {
    let ask = pricing::Ask {
        date: ask.date,
        end_date: ask.end_date,
        time: ask.time,
        party: ask.party,
        booked_on: time::today(now, service.setting.zone),
    };
    pricing::quote(&service.terms, &ask)
}
