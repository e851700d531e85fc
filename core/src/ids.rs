//! Identifiers: UUID version 7 in one newtype for each kind of thing, so that a booking's id
//! cannot be passed where a request's is meant.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The random part of a UUID version 7; the caller brings it, the domain draws no random numbers.
pub type RandomBytes = [u8; 10];

/// A UUID version 7 (RFC 9562): milliseconds of `now`, then `random`. Ids sort by creation time.
#[must_use]
pub fn uuid_v7(now: DateTime<Utc>, random: RandomBytes) -> Uuid {
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id that carries the moment it was made.
            #[must_use]
            pub fn new(now: DateTime<Utc>, random: RandomBytes) -> Self {
                Self(uuid_v7(now, random))
            }

            #[must_use]
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    )+};
}

ids! {
    /// A person's account.
    UserId,
    /// A bearer token, as its owner sees it in the list of sign-ins.
    TokenId,
    /// Someone who offers services: a guide, a stay, a restaurant, a driver.
    ProviderId,
    /// A local expert.
    ExpertId,
    /// One thing that can be booked.
    ServiceId,
    /// A resource (one guide, one van) that several services draw from.
    PoolId,
    /// A traveler's question whether a provider takes them.
    RequestId,
    /// One offer within a request.
    RoundId,
    /// A booking.
    BookingId,
    /// One rule about what the platform keeps.
    FeeId,
    /// A hold on capacity.
    ClaimId,
    /// A row of capacity: a day, a slot of a day, or a quarter of an hour of a pool.
    CapacityId,
    /// A trip.
    TripId,
    /// One item of a trip.
    TripItemId,
    /// A trip given into an expert's hands.
    HandoffId,
    /// Bookings that are paid for together.
    CheckoutId,
    /// One attempt to take money.
    PaymentId,
    /// Money on its way back.
    RefundId,
    /// Money on its way to a provider or expert.
    PayoutId,
    /// Money of a payout on its way back.
    ReversalId,
    /// Where our books and the processor's differ.
    DifferenceId,
    /// Entries of the ledger that sum to zero.
    LedgerTransactionId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_version_7_and_sort_by_time() {
        let early = DateTime::from_timestamp_millis(1_767_225_600_000).unwrap();
        let late = DateTime::from_timestamp_millis(1_767_225_600_001).unwrap();
        let first = BookingId::new(early, [0xff; 10]);
        let second = BookingId::new(late, [0; 10]);
        assert_eq!(first.as_uuid().get_version_num(), 7);
        assert!(first < second);
        assert_eq!(first.to_string().parse::<BookingId>().unwrap(), first);
    }
}
