//! `/v1/balance_transactions`.

use serde::Deserialize;

use super::{
    amount::money,
    client::Client,
    form::Form,
    wire::{Malformed, Reference, instant},
};
use crate::app::gateway::{BalanceTransaction, BalanceTransactionId, GatewayError, Page, Period};

#[derive(Debug, Deserialize)]
struct Wire {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    amount: i64,
    fee: i64,
    net: i64,
    currency: String,
    source: Option<Reference>,
    created: i64,
    available_on: i64,
}

pub(super) async fn transactions(
    client: &Client,
    period: Period,
    after: Option<&BalanceTransactionId>,
) -> Result<Page<BalanceTransaction, BalanceTransactionId>, GatewayError> {
    let form = Form::default()
        .with("created[gte]", period.from.timestamp())
        .with("created[lt]", period.until.timestamp());
    let after = after.map(BalanceTransactionId::as_str);
    let (items, has_more) = client.page::<Wire, _>("v1/balance_transactions", form, after).await?;
    let last = items.last().map(|item: &BalanceTransaction| item.id.clone());
    Ok(Page { items, next: last.filter(|_| has_more) })
}

impl TryFrom<Wire> for BalanceTransaction {
    type Error = Malformed;

    fn try_from(wire: Wire) -> Result<Self, Malformed> {
        Ok(Self {
            id: wire.id.into(),
            kind: wire.kind,
            amount: money(wire.amount, &wire.currency)?,
            fee: money(wire.fee, &wire.currency)?,
            net: money(wire.net, &wire.currency)?,
            source: wire.source.map(Reference::into_id),
            created: instant(wire.created)?,
            available_on: instant(wire.available_on)?,
        })
    }
}
