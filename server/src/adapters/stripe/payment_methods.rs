//! `/v1/payment_methods`.

use serde::Deserialize;

use super::{
    client::Client,
    form::{Form, path},
    wire::{Malformed, Reference},
};
use crate::app::gateway::{
    Card, CustomerId, GatewayError, IdempotencyKey, PaymentMethod, PaymentMethodId,
};

#[derive(Debug, Deserialize)]
pub(super) struct Wire {
    pub(super) id: String,
    customer: Option<Reference>,
    pub(super) card: Option<WireCard>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireCard {
    brand: Option<String>,
    last4: Option<String>,
    exp_month: Option<u32>,
    exp_year: Option<i32>,
}

pub(super) async fn list(
    client: &Client,
    customer: &CustomerId,
) -> Result<Vec<PaymentMethod>, GatewayError> {
    let form = || Form::default().with("customer", customer).with("type", "card");
    let id = |method: &PaymentMethod| method.id.clone().into_string();
    client.list::<Wire, _>("v1/payment_methods", form, id).await
}

pub(super) async fn retrieve(
    client: &Client,
    id: &PaymentMethodId,
) -> Result<PaymentMethod, GatewayError> {
    let path = path("payment_methods", id.as_str(), "")?;
    client.get::<Wire, _>(&path, &Form::default()).await
}

pub(super) async fn detach(
    client: &Client,
    key: &IdempotencyKey,
    id: &PaymentMethodId,
) -> Result<PaymentMethod, GatewayError> {
    let path = path("payment_methods", id.as_str(), "detach")?;
    client.post::<Wire, _>(key, &path, &Form::default()).await
}

impl TryFrom<Wire> for PaymentMethod {
    type Error = Malformed;

    fn try_from(wire: Wire) -> Result<Self, Malformed> {
        Ok(Self {
            id: wire.id.into(),
            customer: wire.customer.map(Reference::into_id),
            card: wire.card.map(Card::from),
        })
    }
}

impl From<WireCard> for Card {
    fn from(wire: WireCard) -> Self {
        let WireCard { brand, last4, exp_month, exp_year } = wire;
        Self {
            brand: brand.unwrap_or_else(|| "unknown".to_owned()),
            last4: last4.unwrap_or_default(),
            expires: exp_month.zip(exp_year),
        }
    }
}
