//! Paying on the wire.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    booking::Status as BookingStatus,
    ids::{BookingId, CheckoutId, PaymentId},
    money::Money,
    payment::{Balance, Method, Purpose, Status},
};

pub use crate::payment::Offer;

/// Bookings of one traveler in one currency that are paid together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Checkout {
    pub id: CheckoutId,
    /// By their start.
    pub bookings: Vec<CheckoutBooking>,
    /// What all of it costs.
    pub total: Money,
    /// The ways to pay what waits to be paid, with what is due now; empty once nothing does.
    pub offers: Vec<Offer>,
    /// The earliest moment at which a booking of it lapses unpaid.
    pub pay_by: Option<DateTime<Utc>>,
    /// Newest first.
    pub payments: Vec<Payment>,
    pub created_at: DateTime<Utc>,
}

/// A booking within a checkout.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckoutBooking {
    pub booking_id: BookingId,
    pub title: String,
    pub status: BookingStatus,
    pub date: NaiveDate,
    pub total: Money,
    /// None where no deposit is offered.
    pub deposit: Option<Money>,
    /// What was paid and has not come back.
    pub paid: Money,
    pub balance: Option<BalanceDue>,
    pub payment_deadline: Option<DateTime<Utc>>,
}

/// What is still owed after a deposit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BalanceDue {
    pub amount: Money,
    /// Local to the service.
    pub due: NaiveDate,
    pub status: Balance,
}

/// One attempt to take money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Payment {
    pub id: PaymentId,
    pub checkout_id: CheckoutId,
    /// The booking whose balance it is.
    pub booking_id: Option<BookingId>,
    pub purpose: Purpose,
    pub status: Status,
    pub amount: Money,
    /// Where the cardholder pays, or confirms to their bank, while it waits for them.
    pub url: Option<String>,
    /// Until when the page is open.
    pub url_expires_at: Option<DateTime<Utc>>,
    /// Why it failed, in the processor's words.
    pub failure: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// `POST /api/bookings/create-payment-intent/`: exactly one of `checkout_id` and `booking_ids`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StartPayment {
    #[serde(default)]
    pub checkout_id: Option<CheckoutId>,
    /// Bookings of one currency that wait to be paid, such as those of accepted requests.
    #[serde(default)]
    pub booking_ids: Vec<BookingId>,
    pub method: Method,
    /// A saved card to charge at once; without it the processor's page is opened.
    #[serde(default)]
    pub saved_card: Option<String>,
    /// Keep the card for the balance and for later bookings. A deposit always keeps it.
    #[serde(default)]
    pub save_card: bool,
}

/// What paying has begun with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PaymentStarted {
    /// None where nothing is due now (`pay_later`): the bookings are confirmed.
    pub payment: Option<Payment>,
    pub checkout: Checkout,
}

/// `POST /api/bookings/confirm/`: asks the processor what became of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmPayment {
    pub payment_id: PaymentId,
}

/// `POST /api/bookings/charge-balance/`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChargeBalance {
    pub booking_id: BookingId,
    /// A saved card to charge at once; without it the processor's page is opened.
    #[serde(default)]
    pub saved_card: Option<String>,
}

/// A card that the processor keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SavedCard {
    /// The processor's reference.
    pub id: String,
    /// Such as `visa`.
    pub brand: String,
    pub last4: String,
    /// Month and year.
    pub expires: Option<(u32, i32)>,
}
