//! The port to whoever moves the money: what the use cases ask of a payment processor, in the words
//! of this program. Nothing here knows HTTP or a processor's JSON; `adapters` implements it.
//!
//! Rules that hold for every method:
//!
//! - Whatever changes something takes an [`IdempotencyKey`] derived from the row that intends it.
//!   Asking again with the same key and the same parameters gives the first answer and changes
//!   nothing; with other parameters it is [`GatewayError::KeyReused`].
//! - [`GatewayError::Unknown`] means that it may have happened. Look the object up by its metadata
//!   (the lists below) before asking again under another key.
//! - Amounts are [`Money`]; amounts that the processor cannot express are refused, never rounded.
//! - Lists are complete and newest first; only [`PaymentGateway::balance_transactions`] is paged.
//!
//! [`Money`]: traveloure_core::money::Money

mod account;
mod checkout;
mod customer;
mod error;
mod event;
mod ids;
mod intent;
mod record;
mod refund;
mod transfer;

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;

pub use account::{Account, AccountLink, NewAccount};
pub use checkout::{
    CheckoutSession, CheckoutStatus, LineItem, NewCheckout, NewCheckoutMode, NewPaymentPage,
    PaymentState,
};
pub use customer::{Card, Customer, NewCustomer, PaymentMethod};
pub use error::{GatewayError, SignatureError};
pub use event::Event;
pub use ids::{
    AccountId, BalanceTransactionId, ChargeId, CheckoutSessionId, CustomerId, DisputeId, EventId,
    IdempotencyKey, IntentId, PaymentMethodId, RefundId, ReversalId, SetupIntentId, TransferId,
};
pub use intent::{
    Confirmation, Intent, IntentFailure, IntentStatus, NewIntent, SetupIntent, SetupStatus,
};
pub use record::{BalanceTransaction, Dispute, DisputeStatus, Page, Period};
pub use refund::{NewRefund, Refund, RefundReason, RefundStatus};
pub use transfer::{NewReversal, NewTransfer, Reversal, Transfer};

/// What we attach to the processor's objects to find them again: ids of ours, never words of people.
/// At most 50 entries, names to 40 characters, values to 500.
pub type Metadata = BTreeMap<String, String>;

/// What every method answers.
pub type Pending<'a, T> = BoxFuture<'a, Result<T, GatewayError>>;

/// A payment processor.
///
/// Every method may answer every [`GatewayError`] that says so of itself: the network's
/// (`Unreachable`, `Unknown`), the processor's refusals and its limits. What is particular to a
/// method stands beside it.
pub trait PaymentGateway: fmt::Debug + Send + Sync {
    fn create_customer<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        customer: &'a NewCustomer,
    ) -> Pending<'a, Customer>;

    /// `NotFound` also for a customer that was deleted.
    fn customer<'a>(&'a self, id: &'a CustomerId) -> Pending<'a, Customer>;

    /// The cards a customer saved.
    fn payment_methods<'a>(&'a self, customer: &'a CustomerId) -> Pending<'a, Vec<PaymentMethod>>;

    fn payment_method<'a>(&'a self, id: &'a PaymentMethodId) -> Pending<'a, PaymentMethod>;

    /// Forgets a saved card; it can never be charged or attached again.
    fn detach_payment_method<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        id: &'a PaymentMethodId,
    ) -> Pending<'a, PaymentMethod>;

    /// Opens a page of the processor's on which a person pays or saves a card. The metadata is set on
    /// the page and on the intent that it makes.
    fn create_checkout<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        checkout: &'a NewCheckout,
    ) -> Pending<'a, CheckoutSession>;

    fn checkout<'a>(&'a self, id: &'a CheckoutSessionId) -> Pending<'a, CheckoutSession>;

    /// Closes an open page. `Refused` when it is no longer open: it may have been paid, so retrieve
    /// it then.
    fn expire_checkout<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        id: &'a CheckoutSessionId,
    ) -> Pending<'a, CheckoutSession>;

    /// The pages made for a customer at or after `since`.
    fn checkouts<'a>(
        &'a self,
        customer: &'a CustomerId,
        since: DateTime<Utc>,
    ) -> Pending<'a, Vec<CheckoutSession>>;

    /// Charges a saved card, or prepares to. A charge that the bank turns down is
    /// [`GatewayError::Card`], which names the intent that was made.
    fn create_intent<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        intent: &'a NewIntent,
    ) -> Pending<'a, Intent>;

    fn intent<'a>(&'a self, id: &'a IntentId) -> Pending<'a, Intent>;

    /// Cancels an intent that has not taken money. `Refused` when it has, or is about to.
    fn cancel_intent<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        id: &'a IntentId,
    ) -> Pending<'a, Intent>;

    /// The intents made for a customer at or after `since`, those of checkout pages included.
    fn intents<'a>(
        &'a self,
        customer: &'a CustomerId,
        since: DateTime<Utc>,
    ) -> Pending<'a, Vec<Intent>>;

    fn setup_intent<'a>(&'a self, id: &'a SetupIntentId) -> Pending<'a, SetupIntent>;

    /// Gives money of a succeeded intent back to the card. `Refused` with the code
    /// `charge_already_refunded`, or when it is more than is left.
    fn create_refund<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        refund: &'a NewRefund,
    ) -> Pending<'a, Refund>;

    fn refund<'a>(&'a self, id: &'a RefundId) -> Pending<'a, Refund>;

    fn refunds<'a>(&'a self, intent: &'a IntentId) -> Pending<'a, Vec<Refund>>;

    /// Makes the account to which a provider or expert is paid. They finish it themselves, behind an
    /// [`AccountLink`].
    fn create_account<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        account: &'a NewAccount,
    ) -> Pending<'a, Account>;

    fn account<'a>(&'a self, id: &'a AccountId) -> Pending<'a, Account>;

    /// A link to the processor's own form, good once and for minutes: `return_url` is where the
    /// person lands behind it (finished or not), `refresh_url` where they land with a stale link.
    fn create_account_link<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        account: &'a AccountId,
        return_url: &'a str,
        refresh_url: &'a str,
    ) -> Pending<'a, AccountLink>;

    /// Moves money from our balance to an account. `Refused` with the code `balance_insufficient`
    /// when there is not enough of it.
    fn create_transfer<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        transfer: &'a NewTransfer,
    ) -> Pending<'a, Transfer>;

    fn transfer<'a>(&'a self, id: &'a TransferId) -> Pending<'a, Transfer>;

    fn transfers<'a>(&'a self, transfer_group: &'a str) -> Pending<'a, Vec<Transfer>>;

    /// Takes money of a transfer back. `Refused` when it is more than is left of the transfer, or
    /// than the account can give.
    fn create_reversal<'a>(
        &'a self,
        key: &'a IdempotencyKey,
        reversal: &'a NewReversal,
    ) -> Pending<'a, Reversal>;

    fn reversals<'a>(&'a self, transfer: &'a TransferId) -> Pending<'a, Vec<Reversal>>;

    /// What moved our balance in the period, newest first, a page at a time: hand the last page's
    /// `next` back in as `after`.
    fn balance_transactions<'a>(
        &'a self,
        period: Period,
        after: Option<&'a BalanceTransactionId>,
    ) -> Pending<'a, Page<BalanceTransaction, BalanceTransactionId>>;

    fn dispute<'a>(&'a self, id: &'a DisputeId) -> Pending<'a, Dispute>;

    /// An event of ours, or of an account connected to us. The processor keeps them for 30 days.
    fn event<'a>(&'a self, id: &'a EventId, account: Option<&'a AccountId>) -> Pending<'a, Event>;

    /// Checks that the processor sent this message, and when: within five minutes of `now`, either
    /// way. `raw` are the bytes as they came; text that was parsed and written again has another
    /// signature. Events may come twice, late and in any order, so remember the id, and fetch the
    /// object again instead of believing the message.
    ///
    /// # Errors
    /// What is wrong with the signature; never part of a secret.
    fn verify_event(
        &self,
        raw: &[u8],
        signature: &str,
        now: DateTime<Utc>,
    ) -> Result<Event, SignatureError>;
}
