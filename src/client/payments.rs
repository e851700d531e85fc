//! Paying: checkouts, payments, balances and the cards that the processor keeps.

use traveloure_core::{
    api::checkout::{
        ChargeBalance, Checkout, ConfirmPayment, PaymentStarted, SavedCard, StartPayment,
    },
    ids::{CheckoutId, PaymentId},
};

use super::{ApiError, Client, Key};

impl Client {
    /// # Errors
    /// `not_found`.
    pub async fn checkout(&self, id: CheckoutId) -> Result<Checkout, ApiError> {
        self.get(format!("api/checkouts/{id}/")).fetch().await
    }

    /// Begins to pay a checkout, or bookings that wait to be paid. A page that is open already for
    /// the same is answered again.
    ///
    /// # Errors
    /// `not_found`, `nothing_due`, `method_not_offered`, `payment_running`, `card_declined`,
    /// `processor_unavailable`.
    pub async fn start_payment(
        &self,
        payment: &StartPayment,
        key: &Key,
    ) -> Result<PaymentStarted, ApiError> {
        self.post("api/bookings/create-payment-intent/").json(payment).key(key).fetch().await
    }

    /// Asks the processor what became of a payment.
    ///
    /// # Errors
    /// `not_found`, `processor_unavailable`.
    pub async fn confirm_payment(&self, payment_id: PaymentId) -> Result<Checkout, ApiError> {
        self.post("api/bookings/confirm/").json(&ConfirmPayment { payment_id }).fetch().await
    }

    /// Pays what is owed after a deposit.
    ///
    /// # Errors
    /// `not_found`, `nothing_due`, `payment_running`, `card_declined`, `processor_unavailable`.
    pub async fn charge_balance(
        &self,
        balance: &ChargeBalance,
        key: &Key,
    ) -> Result<PaymentStarted, ApiError> {
        self.post("api/bookings/charge-balance/").json(balance).key(key).fetch().await
    }

    /// The cards that the processor keeps for the caller.
    ///
    /// # Errors
    /// `processor_unavailable`.
    pub async fn saved_cards(&self) -> Result<Vec<SavedCard>, ApiError> {
        self.get("api/payment-methods/").fetch().await
    }

    /// Has the processor forget a card.
    ///
    /// # Errors
    /// `not_found`, `processor_unavailable`.
    pub async fn forget_card(&self, card: &str) -> Result<(), ApiError> {
        self.delete(format!("api/payment-methods/{card}/")).finish().await
    }
}
