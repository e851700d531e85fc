//! `/v1/checkout/sessions`.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{
    amount::{currency_code, minor_units, money},
    client::{Client, created_since},
    form::{Form, path},
    wire::{Malformed, Reference, instant, unexpected},
};
use crate::app::gateway::{
    CheckoutSession, CheckoutSessionId, CheckoutStatus, CustomerId, GatewayError, IdempotencyKey,
    LineItem, Metadata, NewCheckout, NewCheckoutMode, NewPaymentPage, PaymentState,
};

#[derive(Debug, Deserialize)]
struct Wire {
    id: String,
    url: Option<String>,
    status: String,
    payment_status: String,
    amount_total: Option<i64>,
    currency: Option<String>,
    customer: Option<Reference>,
    payment_intent: Option<Reference>,
    setup_intent: Option<Reference>,
    metadata: Option<Metadata>,
    created: i64,
    expires_at: i64,
}

pub(super) async fn create(
    client: &Client,
    key: &IdempotencyKey,
    checkout: &NewCheckout,
) -> Result<CheckoutSession, GatewayError> {
    client.post::<Wire, _>(key, "v1/checkout/sessions", &form_of(checkout)?).await
}

fn form_of(checkout: &NewCheckout) -> Result<Form, GatewayError> {
    let NewCheckout { customer, mode, metadata, success_url, cancel_url, expires_at } = checkout;
    let form = Form::default()
        .with("customer", customer)
        // Methods that settle days later would outlive the hold, and a balance needs a card.
        .with_each("allowed_payment_method_types", ["card"])
        .with("success_url", success_url)
        .with("cancel_url", cancel_url)
        .with_some("expires_at", expires_at.map(|instant| instant.timestamp()))
        .with_metadata("metadata", metadata)?;
    match mode {
        NewCheckoutMode::Setup => {
            form.with("mode", "setup").with_metadata("setup_intent_data[metadata]", metadata)
        }
        NewCheckoutMode::Payment(page) => {
            let NewPaymentPage { items, save_card, transfer_group } = page;
            let form = form
                .with("mode", "payment")
                // The price shown is the price charged, in the currency of the booking.
                .with("adaptive_pricing[enabled]", false)
                .with_metadata("payment_intent_data[metadata]", metadata)?
                .with_some("payment_intent_data[transfer_group]", transfer_group.as_ref())
                .with_some(
                    "payment_intent_data[setup_future_usage]",
                    save_card.then_some("off_session"),
                );
            items.iter().enumerate().try_fold(form, |form, (index, item)| {
                let LineItem { name, unit_amount, quantity } = item;
                let field = |name: &str| format!("line_items[{index}]{name}");
                Ok(form
                    .with(field("[quantity]"), quantity)
                    .with(field("[price_data][currency]"), currency_code(unit_amount.currency()))
                    .with(field("[price_data][unit_amount]"), minor_units(*unit_amount)?)
                    .with(field("[price_data][product_data][name]"), name))
            })
        }
    }
}

pub(super) async fn retrieve(
    client: &Client,
    id: &CheckoutSessionId,
) -> Result<CheckoutSession, GatewayError> {
    let path = path("checkout/sessions", id.as_str(), "")?;
    client.get::<Wire, _>(&path, &Form::default()).await
}

pub(super) async fn expire(
    client: &Client,
    key: &IdempotencyKey,
    id: &CheckoutSessionId,
) -> Result<CheckoutSession, GatewayError> {
    let path = path("checkout/sessions", id.as_str(), "expire")?;
    client.post::<Wire, _>(key, &path, &Form::default()).await
}

pub(super) async fn list(
    client: &Client,
    customer: &CustomerId,
    since: DateTime<Utc>,
) -> Result<Vec<CheckoutSession>, GatewayError> {
    let form = || created_since(Form::default().with("customer", customer), since);
    let id = |session: &CheckoutSession| session.id.clone().into_string();
    client.list::<Wire, _>("v1/checkout/sessions", form, id).await
}

impl TryFrom<Wire> for CheckoutSession {
    type Error = Malformed;

    fn try_from(wire: Wire) -> Result<Self, Malformed> {
        let status = match wire.status.as_str() {
            "open" => CheckoutStatus::Open,
            "complete" => CheckoutStatus::Complete,
            "expired" => CheckoutStatus::Expired,
            other => return Err(unexpected("status of a checkout session", other)),
        };
        let payment = match wire.payment_status.as_str() {
            "paid" => PaymentState::Paid,
            "unpaid" => PaymentState::Unpaid,
            "no_payment_required" => PaymentState::NotRequired,
            other => return Err(unexpected("payment status of a checkout session", other)),
        };
        let total = wire.amount_total.zip(wire.currency);
        Ok(Self {
            id: wire.id.into(),
            url: wire.url,
            status,
            payment,
            total: total.map(|(minor, currency)| money(minor, &currency)).transpose()?,
            customer: wire.customer.map(Reference::into_id),
            intent: wire.payment_intent.map(Reference::into_id),
            setup_intent: wire.setup_intent.map(Reference::into_id),
            metadata: wire.metadata.unwrap_or_default(),
            created: instant(wire.created)?,
            expires_at: instant(wire.expires_at)?,
        })
    }
}
