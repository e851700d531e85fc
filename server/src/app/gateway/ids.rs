//! The processor's ids, a type each, so that a charge is never taken for an intent.

use std::fmt;

use uuid::Uuid;

macro_rules! processor_ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            #[must_use]
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    )*};
}

processor_ids! {
    /// An account connected to ours, to which a provider or expert is paid.
    AccountId
    BalanceTransactionId
    ChargeId
    CheckoutSessionId
    CustomerId
    DisputeId
    EventId
    /// An attempt to take money (a `PaymentIntent`).
    IntentId
    PaymentMethodId
    RefundId
    /// Money of a transfer taken back.
    ReversalId
    /// An attempt to save a card without taking money.
    SetupIntentId
    TransferId
    /// Names one intended change, so that asking twice changes once. To 255 visible ASCII characters.
    IdempotencyKey
}

impl IdempotencyKey {
    /// The key of the `attempt`-th time that the row `id` intends `what` (`refund`,
    /// `balance-charge`). A new attempt begins only when the last one is known not to have happened.
    #[must_use]
    pub fn of(what: &str, id: Uuid, attempt: u32) -> Self {
        Self(format!("{what}:{id}:{attempt}"))
    }
}
