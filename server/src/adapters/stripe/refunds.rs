//! `/v1/refunds`.

use serde::Deserialize;

use super::{
    amount::{minor_units, money},
    client::Client,
    form::{Form, path},
    wire::{Malformed, Reference, instant, unexpected},
};
use crate::app::gateway::{
    GatewayError, IdempotencyKey, IntentId, Metadata, NewRefund, Refund, RefundId, RefundReason,
    RefundStatus,
};

#[derive(Debug, Deserialize)]
struct Wire {
    id: String,
    status: Option<String>,
    amount: i64,
    currency: String,
    payment_intent: Option<Reference>,
    charge: Option<Reference>,
    balance_transaction: Option<Reference>,
    failure_reason: Option<String>,
    metadata: Option<Metadata>,
    created: i64,
}

pub(super) async fn create(
    client: &Client,
    key: &IdempotencyKey,
    refund: &NewRefund,
) -> Result<Refund, GatewayError> {
    let NewRefund { intent, amount, reason, metadata } = refund;
    let reason = reason.map(|reason| match reason {
        RefundReason::Duplicate => "duplicate",
        RefundReason::Fraudulent => "fraudulent",
        RefundReason::RequestedByCustomer => "requested_by_customer",
    });
    let form = Form::default()
        .with("payment_intent", intent)
        // Stripe takes no currency here: it is the intent's.
        .with("amount", minor_units(*amount)?)
        .with_some("reason", reason)
        .with_metadata("metadata", metadata)?;
    client.post::<Wire, _>(key, "v1/refunds", &form).await
}

pub(super) async fn retrieve(client: &Client, id: &RefundId) -> Result<Refund, GatewayError> {
    client.get::<Wire, _>(&path("refunds", id.as_str(), "")?, &Form::default()).await
}

pub(super) async fn list(client: &Client, intent: &IntentId) -> Result<Vec<Refund>, GatewayError> {
    let form = || Form::default().with("payment_intent", intent);
    let id = |refund: &Refund| refund.id.clone().into_string();
    client.list::<Wire, _>("v1/refunds", form, id).await
}

impl TryFrom<Wire> for Refund {
    type Error = Malformed;

    fn try_from(wire: Wire) -> Result<Self, Malformed> {
        let status = match wire.status.as_deref() {
            // Stripe leaves it out while the bank has not spoken.
            None | Some("pending") => RefundStatus::Pending,
            Some("requires_action") => RefundStatus::RequiresAction,
            Some("succeeded") => RefundStatus::Succeeded,
            Some("failed") => RefundStatus::Failed,
            Some("canceled") => RefundStatus::Canceled,
            Some(other) => return Err(unexpected("status of a refund", other)),
        };
        Ok(Self {
            id: wire.id.into(),
            status,
            amount: money(wire.amount, &wire.currency)?,
            intent: wire.payment_intent.map(Reference::into_id),
            charge: wire.charge.map(Reference::into_id),
            balance_transaction: wire.balance_transaction.map(Reference::into_id),
            failure_reason: wire.failure_reason,
            metadata: wire.metadata.unwrap_or_default(),
            created: instant(wire.created)?,
        })
    }
}
