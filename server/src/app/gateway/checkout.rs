//! Pages of the processor's on which a person pays or saves a card: card data never reaches us.

use chrono::{DateTime, Utc};
use traveloure_core::money::Money;

use super::{CheckoutSessionId, CustomerId, IntentId, Metadata, SetupIntentId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCheckout {
    pub customer: CustomerId,
    pub mode: NewCheckoutMode,
    /// Set on the page and on the intent behind it.
    pub metadata: Metadata,
    pub success_url: String,
    pub cancel_url: String,
    /// 30 minutes to 24 hours from now; the processor's 24 hours if none. A hold that ends sooner
    /// must expire the page itself.
    pub expires_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewCheckoutMode {
    Payment(NewPaymentPage),
    /// Saves a card for later charges and takes no money.
    Setup,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPaymentPage {
    /// At least one, all of one currency.
    pub items: Vec<LineItem>,
    /// Keeps the card for charges without the cardholder, such as the balance.
    pub save_card: bool,
    /// Ties the charge to the transfers made of it.
    pub transfer_group: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineItem {
    pub name: String,
    /// Of one; positive.
    pub unit_amount: Money,
    pub quantity: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckoutSession {
    pub id: CheckoutSessionId,
    /// Where the person goes; none once the page is closed.
    pub url: Option<String>,
    pub status: CheckoutStatus,
    pub payment: PaymentState,
    /// None in setup mode.
    pub total: Option<Money>,
    pub customer: Option<CustomerId>,
    /// The intent behind the page; none before the person first tries to pay.
    pub intent: Option<IntentId>,
    pub setup_intent: Option<SetupIntentId>,
    pub metadata: Metadata,
    pub created: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckoutStatus {
    Open,
    /// The person is through; whether the money is there says [`PaymentState`].
    Complete,
    Expired,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentState {
    Paid,
    Unpaid,
    /// Nothing was to be paid: setup mode.
    NotRequired,
}
