//! The adapter against servers that answer as Stripe does, or as networks do.

mod fake;
mod payments;
mod payouts;
mod records;
mod refunds;
mod refusals;
mod repeats;
mod secrets;

use chrono::{DateTime, Utc};
use traveloure_core::money::Money;

use crate::app::gateway::{GatewayError, IdempotencyKey, Metadata};

fn key() -> IdempotencyKey {
    IdempotencyKey::from("refund:row:1")
}

fn eur(amount: &str) -> Money {
    Money::try_new(amount.parse().unwrap(), "EUR".parse().unwrap()).unwrap()
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn metadata() -> Metadata {
    Metadata::from([("checkout_id".to_owned(), "c-1".to_owned())])
}

fn is_unknown(error: &GatewayError) -> bool {
    matches!(error, GatewayError::Unknown { .. })
}
