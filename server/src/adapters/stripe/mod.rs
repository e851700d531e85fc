//! The payment gateway by way of Stripe's HTTP API.
//!
//! ```text
//! settings   where, as whom, how patiently
//! client     one call: sent, repeated where that is safe, its answer read
//! error      a refusal of Stripe's as an error of the port
//! form       parameters, with Stripe's brackets
//! amount     money as Stripe counts it
//! signature  whether an event came from Stripe
//! ```
//! and a file for each resource. The sandbox speaks the same API, so it is reached through the same
//! code by another address.

mod accounts;
mod amount;
mod balance;
mod checkouts;
mod client;
mod customers;
mod disputes;
mod error;
mod events;
mod form;
mod intents;
mod payment_methods;
mod refunds;
mod settings;
mod setup_intents;
mod signature;
mod transfers;
mod wire;

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use traveloure_config::Secret;

pub use client::API_VERSION;
pub use settings::{NoSecureConnections, Patience, StripeSettings};

use crate::app::gateway::{
    Account, AccountId, AccountLink, BalanceTransaction, BalanceTransactionId, CheckoutSession,
    CheckoutSessionId, Customer, CustomerId, Dispute, DisputeId, Event, EventId, IdempotencyKey,
    Intent, IntentId, NewAccount, NewCheckout, NewCustomer, NewIntent, NewRefund, NewReversal,
    NewTransfer, Page, PaymentGateway, PaymentMethod, PaymentMethodId, Pending, Period, Refund,
    RefundId, Reversal, SetupIntent, SetupIntentId, SignatureError, Transfer, TransferId,
};
use client::Client;

/// Stripe, or the sandbox that speaks as it does.
#[derive(Debug)]
pub struct Stripe {
    client: Client,
    webhook_secrets: Vec<Secret>,
}

impl Stripe {
    /// # Errors
    /// [`NoSecureConnections`] if this machine has no certificates to check Stripe's by.
    pub fn try_new(settings: StripeSettings) -> Result<Self, NoSecureConnections> {
        let StripeSettings { base_url, api_key, webhook_secrets, patience } = settings;
        let client = Client::try_new(base_url, api_key, patience)?;
        Ok(Self { client, webhook_secrets })
    }
}

impl PaymentGateway for Stripe {
    fn create_customer<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        customer: &'a NewCustomer,
    ) -> Pending<'a, Customer> {
        Box::pin(customers::create(&self.client, key, customer))
    }

    fn customer<'a>(&'a self, id: &'a CustomerId) -> Pending<'a, Customer> {
        Box::pin(customers::retrieve(&self.client, id))
    }

    fn payment_methods<'a>(&'a self, customer: &'a CustomerId) -> Pending<'a, Vec<PaymentMethod>> {
        Box::pin(payment_methods::list(&self.client, customer))
    }

    fn payment_method<'a>(&'a self, id: &'a PaymentMethodId) -> Pending<'a, PaymentMethod> {
        Box::pin(payment_methods::retrieve(&self.client, id))
    }

    fn detach_payment_method<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        id: &'a PaymentMethodId,
    ) -> Pending<'a, PaymentMethod> {
        Box::pin(payment_methods::detach(&self.client, key, id))
    }

    fn create_checkout<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        checkout: &'a NewCheckout,
    ) -> Pending<'a, CheckoutSession> {
        Box::pin(checkouts::create(&self.client, key, checkout))
    }

    fn checkout<'a>(&'a self, id: &'a CheckoutSessionId) -> Pending<'a, CheckoutSession> {
        Box::pin(checkouts::retrieve(&self.client, id))
    }

    fn expire_checkout<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        id: &'a CheckoutSessionId,
    ) -> Pending<'a, CheckoutSession> {
        Box::pin(checkouts::expire(&self.client, key, id))
    }

    fn checkouts<'a>(
        &'a self,
        customer: &'a CustomerId,
        since: DateTime<Utc>,
    ) -> Pending<'a, Vec<CheckoutSession>> {
        Box::pin(checkouts::list(&self.client, customer, since))
    }

    fn create_intent<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        intent: &'a NewIntent,
    ) -> Pending<'a, Intent> {
        Box::pin(intents::create(&self.client, key, intent))
    }

    fn intent<'a>(&'a self, id: &'a IntentId) -> Pending<'a, Intent> {
        Box::pin(intents::retrieve(&self.client, id))
    }

    fn cancel_intent<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        id: &'a IntentId,
    ) -> Pending<'a, Intent> {
        Box::pin(intents::cancel(&self.client, key, id))
    }

    fn intents<'a>(
        &'a self,
        customer: &'a CustomerId,
        since: DateTime<Utc>,
    ) -> Pending<'a, Vec<Intent>> {
        Box::pin(intents::list(&self.client, customer, since))
    }

    fn setup_intent<'a>(&'a self, id: &'a SetupIntentId) -> Pending<'a, SetupIntent> {
        Box::pin(setup_intents::retrieve(&self.client, id))
    }

    fn create_refund<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        refund: &'a NewRefund,
    ) -> Pending<'a, Refund> {
        Box::pin(refunds::create(&self.client, key, refund))
    }

    fn refund<'a>(&'a self, id: &'a RefundId) -> Pending<'a, Refund> {
        Box::pin(refunds::retrieve(&self.client, id))
    }

    fn refunds<'a>(&'a self, intent: &'a IntentId) -> Pending<'a, Vec<Refund>> {
        Box::pin(refunds::list(&self.client, intent))
    }

    fn create_account<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        account: &'a NewAccount,
    ) -> Pending<'a, Account> {
        Box::pin(accounts::create(&self.client, key, account))
    }

    fn account<'a>(&'a self, id: &'a AccountId) -> Pending<'a, Account> {
        Box::pin(accounts::retrieve(&self.client, id))
    }

    fn create_account_link<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        account: &'a AccountId,
        return_url: &'a str,
        refresh_url: &'a str,
    ) -> Pending<'a, AccountLink> {
        Box::pin(accounts::create_link(&self.client, key, account, return_url, refresh_url))
    }

    fn create_transfer<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        transfer: &'a NewTransfer,
    ) -> Pending<'a, Transfer> {
        Box::pin(transfers::create(&self.client, key, transfer))
    }

    fn transfer<'a>(&'a self, id: &'a TransferId) -> Pending<'a, Transfer> {
        Box::pin(transfers::retrieve(&self.client, id))
    }

    fn transfers<'a>(&'a self, transfer_group: &'a str) -> Pending<'a, Vec<Transfer>> {
        Box::pin(transfers::list(&self.client, transfer_group))
    }

    fn create_reversal<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        reversal: &'a NewReversal,
    ) -> Pending<'a, Reversal> {
        Box::pin(transfers::reverse(&self.client, key, reversal))
    }

    fn reversals<'a>(&'a self, transfer: &'a TransferId) -> Pending<'a, Vec<Reversal>> {
        Box::pin(transfers::reversals(&self.client, transfer))
    }

    fn balance_transactions<'a>(
        &'a self,
        period: Period,
        after: Option<&'a BalanceTransactionId>,
    ) -> Pending<'a, Page<BalanceTransaction, BalanceTransactionId>> {
        Box::pin(balance::transactions(&self.client, period, after))
    }

    fn dispute<'a>(&'a self, id: &'a DisputeId) -> Pending<'a, Dispute> {
        Box::pin(disputes::retrieve(&self.client, id))
    }

    fn event<'a>(&'a self, id: &'a EventId, account: Option<&'a AccountId>) -> Pending<'a, Event> {
        Box::pin(events::retrieve(&self.client, id, account))
    }

    fn verify_event(
        &self,
        raw: &[u8],
        signature: &str,
        now: DateTime<Utc>,
    ) -> Result<Event, SignatureError> {
        signature::verify(raw, signature, &self.webhook_secrets, now)
    }
}
