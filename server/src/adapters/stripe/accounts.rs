//! `/v1/accounts` and `/v1/account_links`.

use serde::Deserialize;

use super::{
    client::Client,
    form::{Form, path},
    wire::{Malformed, instant},
};
use crate::app::gateway::{
    Account, AccountId, AccountLink, GatewayError, IdempotencyKey, Metadata, NewAccount,
};

#[derive(Debug, Deserialize)]
struct Wire {
    id: String,
    #[serde(default)]
    details_submitted: bool,
    #[serde(default)]
    charges_enabled: bool,
    #[serde(default)]
    payouts_enabled: bool,
    #[serde(default)]
    capabilities: Capabilities,
    #[serde(default)]
    requirements: Option<Requirements>,
    metadata: Option<Metadata>,
}

#[derive(Debug, Default, Deserialize)]
struct Capabilities {
    transfers: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Requirements {
    #[serde(default)]
    currently_due: Option<Vec<String>>,
    disabled_reason: Option<String>,
}

#[derive(Debug, Deserialize)]
struct WireLink {
    url: String,
    expires_at: i64,
}

/// What Stripe once called an Express account, said by what it means: we answer for losses and fees,
/// Stripe asks for the papers and gives the person a dashboard.
const CONTROLLER: [(&str, &str); 4] = [
    ("controller[losses][payments]", "application"),
    ("controller[fees][payer]", "application"),
    ("controller[requirement_collection]", "stripe"),
    ("controller[stripe_dashboard][type]", "express"),
];

pub(super) async fn create(
    client: &Client,
    key: &IdempotencyKey,
    account: &NewAccount,
) -> Result<Account, GatewayError> {
    let NewAccount { email, country, metadata } = account;
    let form = Form::default()
        .with("country", country)
        .with("email", email)
        .with("capabilities[transfers][requested]", true)
        .with_metadata("metadata", metadata)?;
    let form = CONTROLLER.into_iter().fold(form, |form, (name, value)| form.with(name, value));
    client.post::<Wire, _>(key, "v1/accounts", &form).await
}

pub(super) async fn retrieve(client: &Client, id: &AccountId) -> Result<Account, GatewayError> {
    client.get::<Wire, _>(&path("accounts", id.as_str(), "")?, &Form::default()).await
}

pub(super) async fn create_link(
    client: &Client,
    key: &IdempotencyKey,
    account: &AccountId,
    return_url: &str,
    refresh_url: &str,
) -> Result<AccountLink, GatewayError> {
    let form = Form::default()
        .with("account", account)
        .with("type", "account_onboarding")
        .with("return_url", return_url)
        .with("refresh_url", refresh_url);
    client.post::<WireLink, _>(key, "v1/account_links", &form).await
}

impl TryFrom<Wire> for Account {
    type Error = Malformed;

    fn try_from(wire: Wire) -> Result<Self, Malformed> {
        let requirements = wire.requirements.unwrap_or_default();
        Ok(Self {
            id: wire.id.into(),
            details_submitted: wire.details_submitted,
            charges_enabled: wire.charges_enabled,
            payouts_enabled: wire.payouts_enabled,
            transfers_enabled: wire.capabilities.transfers.as_deref() == Some("active"),
            requirements_due: requirements.currently_due.unwrap_or_default(),
            disabled_reason: requirements.disabled_reason,
            metadata: wire.metadata.unwrap_or_default(),
        })
    }
}

impl TryFrom<WireLink> for AccountLink {
    type Error = Malformed;

    fn try_from(wire: WireLink) -> Result<Self, Malformed> {
        Ok(Self { url: wire.url, expires_at: instant(wire.expires_at)? })
    }
}
