//! `/v1/transfers` and their reversals.

use serde::Deserialize;

use super::{
    amount::{currency_code, minor_units, money},
    client::Client,
    form::{Form, path},
    wire::{Malformed, Reference, instant},
};
use crate::app::gateway::{
    GatewayError, IdempotencyKey, Metadata, NewReversal, NewTransfer, Reversal, Transfer,
    TransferId,
};

#[derive(Debug, Deserialize)]
struct Wire {
    id: String,
    amount: i64,
    amount_reversed: i64,
    currency: String,
    destination: Reference,
    transfer_group: Option<String>,
    source_transaction: Option<Reference>,
    balance_transaction: Option<Reference>,
    metadata: Option<Metadata>,
    created: i64,
}

#[derive(Debug, Deserialize)]
struct WireReversal {
    id: String,
    transfer: Reference,
    amount: i64,
    currency: String,
    balance_transaction: Option<Reference>,
    metadata: Option<Metadata>,
    created: i64,
}

pub(super) async fn create(
    client: &Client,
    key: &IdempotencyKey,
    transfer: &NewTransfer,
) -> Result<Transfer, GatewayError> {
    let NewTransfer { amount, destination, transfer_group, source_charge, metadata } = transfer;
    let form = Form::default()
        .with("amount", minor_units(*amount)?)
        .with("currency", currency_code(amount.currency()))
        .with("destination", destination)
        .with_some("transfer_group", transfer_group.as_ref())
        .with_some("source_transaction", source_charge.as_ref())
        .with_metadata("metadata", metadata)?;
    client.post::<Wire, _>(key, "v1/transfers", &form).await
}

pub(super) async fn retrieve(client: &Client, id: &TransferId) -> Result<Transfer, GatewayError> {
    client.get::<Wire, _>(&path("transfers", id.as_str(), "")?, &Form::default()).await
}

pub(super) async fn list(
    client: &Client,
    transfer_group: &str,
) -> Result<Vec<Transfer>, GatewayError> {
    let form = || Form::default().with("transfer_group", transfer_group);
    let id = |transfer: &Transfer| transfer.id.clone().into_string();
    client.list::<Wire, _>("v1/transfers", form, id).await
}

pub(super) async fn reverse(
    client: &Client,
    key: &IdempotencyKey,
    reversal: &NewReversal,
) -> Result<Reversal, GatewayError> {
    let NewReversal { transfer, amount, metadata } = reversal;
    let path = path("transfers", transfer.as_str(), "reversals")?;
    let form = Form::default()
        .with("amount", minor_units(*amount)?)
        .with_metadata("metadata", metadata)?;
    client.post::<WireReversal, _>(key, &path, &form).await
}

pub(super) async fn reversals(
    client: &Client,
    transfer: &TransferId,
) -> Result<Vec<Reversal>, GatewayError> {
    let path = path("transfers", transfer.as_str(), "reversals")?;
    let id = |reversal: &Reversal| reversal.id.clone().into_string();
    client.list::<WireReversal, _>(&path, Form::default, id).await
}

impl TryFrom<Wire> for Transfer {
    type Error = Malformed;

    fn try_from(wire: Wire) -> Result<Self, Malformed> {
        Ok(Self {
            id: wire.id.into(),
            amount: money(wire.amount, &wire.currency)?,
            reversed: money(wire.amount_reversed, &wire.currency)?,
            destination: wire.destination.into_id(),
            transfer_group: wire.transfer_group,
            source_charge: wire.source_transaction.map(Reference::into_id),
            balance_transaction: wire.balance_transaction.map(Reference::into_id),
            metadata: wire.metadata.unwrap_or_default(),
            created: instant(wire.created)?,
        })
    }
}

impl TryFrom<WireReversal> for Reversal {
    type Error = Malformed;

    fn try_from(wire: WireReversal) -> Result<Self, Malformed> {
        Ok(Self {
            id: wire.id.into(),
            transfer: wire.transfer.into_id(),
            amount: money(wire.amount, &wire.currency)?,
            balance_transaction: wire.balance_transaction.map(Reference::into_id),
            metadata: wire.metadata.unwrap_or_default(),
            created: instant(wire.created)?,
        })
    }
}
