//! `/v1/payment_intents`.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{
    amount::{currency_code, minor_units, money},
    client::{Client, created_since},
    form::{Form, path},
    payment_methods,
    wire::{Expandable, Malformed, Reference, instant, unexpected},
};
use crate::app::gateway::{
    Card, Confirmation, CustomerId, GatewayError, IdempotencyKey, Intent, IntentFailure, IntentId,
    IntentStatus, Metadata, NewIntent,
};

#[derive(Debug, Deserialize)]
struct Wire {
    id: String,
    status: String,
    amount: i64,
    #[serde(default)]
    amount_received: i64,
    currency: String,
    customer: Option<Reference>,
    payment_method: Option<Expandable<payment_methods::Wire>>,
    latest_charge: Option<Reference>,
    last_payment_error: Option<WireFailure>,
    next_action: Option<NextAction>,
    transfer_group: Option<String>,
    metadata: Option<Metadata>,
    created: i64,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireFailure {
    code: Option<String>,
    decline_code: Option<String>,
    #[serde(default)]
    message: Option<String>,
    payment_method: Option<payment_methods::Wire>,
}

#[derive(Debug, Deserialize)]
struct NextAction {
    redirect_to_url: Option<RedirectToUrl>,
}

#[derive(Debug, Deserialize)]
struct RedirectToUrl {
    url: Option<String>,
}

pub(super) async fn create(
    client: &Client,
    key: &IdempotencyKey,
    intent: &NewIntent,
) -> Result<Intent, GatewayError> {
    let NewIntent {
        amount,
        customer,
        payment_method,
        confirmation,
        metadata,
        transfer_group,
        description,
    } = intent;
    let form = expanded()
        .with("amount", minor_units(*amount)?)
        .with("currency", currency_code(amount.currency()))
        .with("customer", customer)
        .with("payment_method", payment_method)
        .with_each("allowed_payment_method_types", ["card"])
        .with("confirm", true)
        .with_some("transfer_group", transfer_group.as_ref())
        .with_some("description", description.as_ref())
        .with_metadata("metadata", metadata)?;
    let form = match confirmation {
        Confirmation::OffSession => form.with("off_session", true),
        Confirmation::OnSession { return_url } => form.with("return_url", return_url),
    };
    client.post::<Wire, _>(key, "v1/payment_intents", &form).await
}

pub(super) async fn retrieve(client: &Client, id: &IntentId) -> Result<Intent, GatewayError> {
    client.get::<Wire, _>(&path("payment_intents", id.as_str(), "")?, &expanded()).await
}

pub(super) async fn cancel(
    client: &Client,
    key: &IdempotencyKey,
    id: &IntentId,
) -> Result<Intent, GatewayError> {
    let path = path("payment_intents", id.as_str(), "cancel")?;
    client.post::<Wire, _>(key, &path, &expanded()).await
}

pub(super) async fn list(
    client: &Client,
    customer: &CustomerId,
    since: DateTime<Utc>,
) -> Result<Vec<Intent>, GatewayError> {
    let form = || {
        let form = Form::default().with_each("expand", ["data.payment_method"]);
        created_since(form.with("customer", customer), since)
    };
    let id = |intent: &Intent| intent.id.clone().into_string();
    client.list::<Wire, _>("v1/payment_intents", form, id).await
}

/// With the card, which otherwise is only named.
fn expanded() -> Form {
    Form::default().with_each("expand", ["payment_method"])
}

impl TryFrom<Wire> for Intent {
    type Error = Malformed;

    fn try_from(wire: Wire) -> Result<Self, Malformed> {
        let status = match wire.status.as_str() {
            "requires_payment_method" => IntentStatus::RequiresPaymentMethod,
            "requires_confirmation" => IntentStatus::RequiresConfirmation,
            "requires_action" => IntentStatus::RequiresAction,
            "processing" => IntentStatus::Processing,
            "requires_capture" => IntentStatus::RequiresCapture,
            "succeeded" => IntentStatus::Succeeded,
            "canceled" => IntentStatus::Canceled,
            other => return Err(unexpected("status of a payment intent", other)),
        };
        let (payment_method, card) = method_and_card(wire.payment_method);
        let (last_error, failed_card) = failure_and_card(wire.last_payment_error);
        let action_url = wire.next_action.and_then(|action| action.redirect_to_url?.url);
        Ok(Self {
            id: wire.id.into(),
            status,
            amount: money(wire.amount, &wire.currency)?,
            received: money(wire.amount_received, &wire.currency)?,
            customer: wire.customer.map(Reference::into_id),
            payment_method,
            card: card.or(failed_card),
            charge: wire.latest_charge.map(Reference::into_id),
            last_error,
            action_url,
            transfer_group: wire.transfer_group,
            metadata: wire.metadata.unwrap_or_default(),
            created: instant(wire.created)?,
        })
    }
}

/// The method's id and, where it is expanded, its card.
pub(super) fn method_and_card<I: From<String>>(
    method: Option<Expandable<payment_methods::Wire>>,
) -> (Option<I>, Option<Card>) {
    match method {
        None => (None, None),
        Some(Expandable::Id(id)) => (Some(id.into()), None),
        Some(Expandable::Object(method)) => (Some(method.id.into()), method.card.map(Card::from)),
    }
}

/// Why the last try failed, and the card it was tried with.
pub(super) fn failure_and_card(
    failure: Option<WireFailure>,
) -> (Option<IntentFailure>, Option<Card>) {
    let Some(WireFailure { code, decline_code, message, payment_method }) = failure else {
        return (None, None);
    };
    let failure = IntentFailure {
        code: code.unwrap_or_else(|| "card_declined".to_owned()),
        decline_code,
        message: message.unwrap_or_default(),
    };
    (Some(failure), payment_method.and_then(|method| method.card).map(Card::from))
}
