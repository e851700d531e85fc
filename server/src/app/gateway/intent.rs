//! Attempts to take money, and attempts to save a card.

use chrono::{DateTime, Utc};
use traveloure_core::money::Money;

use super::{Card, ChargeId, CustomerId, IntentId, Metadata, PaymentMethodId, SetupIntentId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewIntent {
    /// Positive.
    pub amount: Money,
    pub customer: CustomerId,
    pub payment_method: PaymentMethodId,
    pub confirmation: Confirmation,
    pub metadata: Metadata,
    /// Ties the charge to the transfers made of it.
    pub transfer_group: Option<String>,
    /// Shown in the processor's records and receipts.
    pub description: Option<String>,
}

/// Whether the money is asked for at once, and who is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// Charge now without the cardholder; a bank that insists on them answers
    /// `GatewayError::Card` with the code `authentication_required`.
    OffSession,
    /// Charge now with the cardholder at hand; a bank that insists on a word with them gives
    /// [`IntentStatus::RequiresAction`] and a link, which leads to `return_url` in the end.
    OnSession { return_url: String },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    pub id: IntentId,
    pub status: IntentStatus,
    /// What was to be taken.
    pub amount: Money,
    /// What was taken; refunds do not change it.
    pub received: Money,
    pub customer: Option<CustomerId>,
    pub payment_method: Option<PaymentMethodId>,
    /// The card of the method, or the one that last failed.
    pub card: Option<Card>,
    /// The latest charge, failed ones included.
    pub charge: Option<ChargeId>,
    /// Why the last try failed; gone once another succeeds.
    pub last_error: Option<IntentFailure>,
    /// Where the cardholder speaks with their bank, while that is required.
    pub action_url: Option<String>,
    pub transfer_group: Option<String>,
    pub metadata: Metadata,
    pub created: DateTime<Utc>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntentStatus {
    /// No method yet, or the last one failed.
    RequiresPaymentMethod,
    RequiresConfirmation,
    /// The bank wants a word with the cardholder.
    RequiresAction,
    /// On its way; it will succeed or fail by itself.
    Processing,
    /// Authorised and not taken; we never ask for that.
    RequiresCapture,
    Succeeded,
    Canceled,
}

/// Why a try failed, in the terms of `GatewayError::Card`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntentFailure {
    pub code: String,
    pub decline_code: Option<String>,
    pub message: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetupIntent {
    pub id: SetupIntentId,
    pub status: SetupStatus,
    pub customer: Option<CustomerId>,
    /// The saved card, once it succeeded.
    pub payment_method: Option<PaymentMethodId>,
    pub card: Option<Card>,
    pub last_error: Option<IntentFailure>,
    pub metadata: Metadata,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetupStatus {
    RequiresPaymentMethod,
    RequiresConfirmation,
    RequiresAction,
    Processing,
    Succeeded,
    Canceled,
}
