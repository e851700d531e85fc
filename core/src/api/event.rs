//! The event stream, `GET /api/events/` (Server-Sent Events).
//!
//! An event says that something changed, not how: the client fetches what it shows again. Its SSE
//! `id` is `txid-seq`; sent back as `Last-Event-ID`, the stream goes on behind it. Where that is
//! older than what is kept, the first event is `reset`, and the client fetches everything anew.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:tt;)+) => {
        /// What happened. The text is also the SSE `event` name and the outbox's `kind`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum Kind {
            $($(#[$doc])* #[serde(rename = $text)] $name,)+
        }

        impl Kind {
            pub const ALL: &[Self] = &[$(Self::$name),+];

            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// The kind of that name, if there is one.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
            }
        }
    };
}

kinds! {
    /// A request has come in. Subject: the request.
    RequestSubmitted = "request.submitted";
    RequestAccepted = "request.accepted";
    RequestDeclined = "request.declined";
    RequestCountered = "request.countered";
    RequestWithdrawn = "request.withdrawn";
    RequestExpired = "request.expired";
    RequestMessage = "request.message";
    /// An answer is still owed: half time, or the last hour.
    RequestReminder = "request.reminder";
    /// A booking was made. Subject: the booking.
    BookingCreated = "booking.created";
    BookingConfirmed = "booking.confirmed";
    BookingCancelled = "booking.cancelled";
    /// It took place.
    BookingCompleted = "booking.completed";
    /// Everything that was paid came back.
    BookingRefunded = "booking.refunded";
    /// Money came in, was turned down, or waits for the cardholder. Subject: the payment.
    PaymentChanged = "payment.changed";
    /// What was owed after a deposit is paid. Subject: the booking.
    BalancePaid = "balance.paid";
    /// The balance of a booking is due soon, was turned down, or needs its cardholder. Subject: the booking.
    BalanceReminder = "balance.reminder";
    BalanceFailed = "balance.failed";
    /// Money is on its way back, arrived, or did not. Subject: the refund.
    RefundChanged = "refund.changed";
    /// A cardholder's bank disputes what was paid for a booking, takes the money, or has decided. Subject: the booking.
    DisputeChanged = "dispute.changed";
    /// Money is on its way to a provider. Subject: the payout.
    PayoutChanged = "payout.changed";
    /// Rules were edited. Subject: the service.
    AvailabilityChanged = "availability.changed";
    /// What is booked or held of a service changed. Subject: the service.
    CapacityChanged = "capacity.changed";
    PricingChanged = "pricing.changed";
    /// A service was created or edited. Subject: the service.
    ServiceChanged = "service.changed";
    ProviderCreated = "provider.created";
    ProviderChanged = "provider.changed";
    AccountCreated = "account.created";
    FeeChanged = "fee.changed";
    /// A job could not do something, or can again; a server was lost. Subject: nil.
    JobsChanged = "jobs.changed";
    /// The stream cannot go on where the client stopped; fetch everything anew.
    Reset = "reset";
}

/// One event as its `data` says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Event {
    pub kind: Kind,
    /// The id of what changed; nil for `reset`.
    pub subject: Uuid,
    /// The subject's version after the change, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    pub at: DateTime<Utc>,
}
