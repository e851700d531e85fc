//! `/v1/customers`.

use serde::Deserialize;

use super::{
    client::Client,
    form::{Form, path},
    wire::Malformed,
};
use crate::app::gateway::{
    Customer, CustomerId, GatewayError, IdempotencyKey, Metadata, NewCustomer,
};

#[derive(Debug, Deserialize)]
struct Wire {
    id: String,
    #[serde(default)]
    deleted: bool,
    email: Option<String>,
    metadata: Option<Metadata>,
}

pub(super) async fn create(
    client: &Client,
    key: &IdempotencyKey,
    customer: &NewCustomer,
) -> Result<Customer, GatewayError> {
    let NewCustomer { email, name, metadata } = customer;
    let form = Form::default()
        .with("email", email)
        .with_some("name", name.as_ref())
        .with_metadata("metadata", metadata)?;
    let created = client.post::<Wire, Found>(key, "v1/customers", &form).await?;
    created.0.ok_or(GatewayError::NotFound)
}

pub(super) async fn retrieve(client: &Client, id: &CustomerId) -> Result<Customer, GatewayError> {
    let path = path("customers", id.as_str(), "")?;
    let found = client.get::<Wire, Found>(&path, &Form::default()).await?;
    found.0.ok_or(GatewayError::NotFound)
}

/// Stripe goes on answering for a deleted customer, with little more than that it is deleted.
struct Found(Option<Customer>);

impl TryFrom<Wire> for Found {
    type Error = Malformed;

    fn try_from(wire: Wire) -> Result<Self, Malformed> {
        let Wire { id, deleted, email, metadata } = wire;
        let metadata = metadata.unwrap_or_default();
        Ok(Self((!deleted).then(|| Customer { id: id.into(), email, metadata })))
    }
}
