//! `/v1/disputes`.

use serde::Deserialize;

use super::{
    amount::money,
    client::Client,
    form::{Form, path},
    wire::{Malformed, Reference, instant, unexpected},
};
use crate::app::gateway::{Dispute, DisputeId, DisputeStatus, GatewayError, Metadata};

#[derive(Debug, Deserialize)]
struct Wire {
    id: String,
    status: String,
    amount: i64,
    currency: String,
    charge: Reference,
    payment_intent: Option<Reference>,
    reason: String,
    evidence_details: Option<EvidenceDetails>,
    metadata: Option<Metadata>,
    created: i64,
}

#[derive(Debug, Deserialize)]
struct EvidenceDetails {
    due_by: Option<i64>,
}

pub(super) async fn retrieve(client: &Client, id: &DisputeId) -> Result<Dispute, GatewayError> {
    client.get::<Wire, _>(&path("disputes", id.as_str(), "")?, &Form::default()).await
}

impl TryFrom<Wire> for Dispute {
    type Error = Malformed;

    fn try_from(wire: Wire) -> Result<Self, Malformed> {
        let status = match wire.status.as_str() {
            "warning_needs_response" | "warning_under_review" => DisputeStatus::Warning,
            "warning_closed" => DisputeStatus::WarningClosed,
            "needs_response" | "appeal_needs_response" => DisputeStatus::NeedsResponse,
            "under_review" | "appeal_under_review" => DisputeStatus::UnderReview,
            "won" => DisputeStatus::Won,
            "lost" => DisputeStatus::Lost,
            "prevented" => DisputeStatus::Prevented,
            other => return Err(unexpected("status of a dispute", other)),
        };
        // Zero where the bank takes no answer.
        let due_by = wire.evidence_details.and_then(|details| details.due_by);
        let due_by = due_by.filter(|seconds| *seconds > 0);
        Ok(Self {
            id: wire.id.into(),
            status,
            amount: money(wire.amount, &wire.currency)?,
            charge: wire.charge.into_id(),
            intent: wire.payment_intent.map(Reference::into_id),
            reason: wire.reason,
            evidence_due: due_by.map(instant).transpose()?,
            metadata: wire.metadata.unwrap_or_default(),
            created: instant(wire.created)?,
        })
    }
}
