//! `/v1/setup_intents`.

use serde::Deserialize;

use super::{
    client::Client,
    form::{Form, path},
    intents::{WireFailure, failure_and_card, method_and_card},
    payment_methods,
    wire::{Expandable, Malformed, Reference, unexpected},
};
use crate::app::gateway::{GatewayError, Metadata, SetupIntent, SetupIntentId, SetupStatus};

#[derive(Debug, Deserialize)]
struct Wire {
    id: String,
    status: String,
    customer: Option<Reference>,
    payment_method: Option<Expandable<payment_methods::Wire>>,
    last_setup_error: Option<WireFailure>,
    metadata: Option<Metadata>,
}

pub(super) async fn retrieve(
    client: &Client,
    id: &SetupIntentId,
) -> Result<SetupIntent, GatewayError> {
    let path = path("setup_intents", id.as_str(), "")?;
    let form = Form::default().with_each("expand", ["payment_method"]);
    client.get::<Wire, _>(&path, &form).await
}

impl TryFrom<Wire> for SetupIntent {
    type Error = Malformed;

    fn try_from(wire: Wire) -> Result<Self, Malformed> {
        let status = match wire.status.as_str() {
            "requires_payment_method" => SetupStatus::RequiresPaymentMethod,
            "requires_confirmation" => SetupStatus::RequiresConfirmation,
            "requires_action" => SetupStatus::RequiresAction,
            "processing" => SetupStatus::Processing,
            "succeeded" => SetupStatus::Succeeded,
            "canceled" => SetupStatus::Canceled,
            other => return Err(unexpected("status of a setup intent", other)),
        };
        let (payment_method, card) = method_and_card(wire.payment_method);
        let (last_error, failed_card) = failure_and_card(wire.last_setup_error);
        Ok(Self {
            id: wire.id.into(),
            status,
            customer: wire.customer.map(Reference::into_id),
            payment_method,
            card: card.or(failed_card),
            last_error,
            metadata: wire.metadata.unwrap_or_default(),
        })
    }
}
