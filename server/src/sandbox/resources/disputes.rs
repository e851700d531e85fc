//! `/v1/disputes`: a cardholder's objection at their bank.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Call, Kind, Object, Outcome, Params, Place, change_metadata};
use crate::sandbox::{call::Entry, list, refusal::Refusal};

/// What a dispute costs, in minor units, and keeps costing when it is lost.
const FEE: i64 = 1500;
/// How long there is to answer.
const TIME_TO_ANSWER: TimeDelta = TimeDelta::days(9);
/// What evidence has to say for the dispute to be won; anything else loses it.
const WINNING: &str = "winning_evidence";

/// How a dispute ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Verdict {
    Won,
    Lost,
}

/// Opens a dispute over what is left of a charge, which is locked: the bank takes the money at once.
pub(in crate::sandbox) async fn open(
    call: &mut Call<'_>,
    charge: &mut Object,
    reason: &str,
) -> Outcome<Object> {
    let amount = charge.int("amount") - charge.int("amount_refunded");
    if !charge.is("status", "succeeded") || charge.has("disputed") || amount == 0 {
        let message = format!("Charge {} cannot be disputed (any more).", charge.id);
        return Err(Refusal::state("charge_disputed", message).into());
    }
    let due_by = (call.now + TIME_TO_ANSWER).timestamp();
    let mut dispute = call.make_for(
        &charge.account,
        Kind::Dispute,
        json!({
            "amount": amount, "balance_transactions": [], "charge": charge.id,
            "currency": charge.known("currency"), "enhanced_eligibility_types": [], "evidence": {},
            "evidence_details": {
                "due_by": due_by, "has_evidence": false, "past_due": false, "submission_count": 0,
            },
            "is_charge_refundable": false, "metadata": {}, "network_reason_code": "10.4",
            "payment_intent": charge.text("payment_intent"), "reason": reason,
            "status": "needs_response",
        }),
    );
    let description = format!("Chargeback withdrawal for {}", charge.id);
    let booked = enter(call, &dispute, "dispute", -amount, FEE, &description).await?;
    dispute.set("balance_transactions", json!([booked]));
    call.insert(&dispute).await?;
    charge.set("disputed", true);
    charge.set("dispute", dispute.id.clone());
    call.save(charge).await?;
    call.tell("charge.dispute.created", &dispute).await?;
    call.tell("charge.dispute.funds_withdrawn", &dispute).await?;
    Ok(dispute)
}

async fn enter(
    call: &mut Call<'_>,
    dispute: &Object,
    category: &str,
    amount: i64,
    fee: i64,
    description: &str,
) -> Outcome<Value> {
    let entry = Entry {
        kind: "adjustment",
        category,
        amount,
        fee,
        currency: dispute.known("currency"),
        source: &dispute.id,
        description: Some(description),
        is_taken: false,
    };
    Ok(call.book(&dispute.account, entry).await?.shown())
}

/// Ends a dispute, which is locked.
pub(in crate::sandbox) async fn end(
    call: &mut Call<'_>,
    dispute: &mut Object,
    verdict: Verdict,
) -> Outcome<()> {
    if !matches!(dispute.known("status"), "needs_response" | "under_review") {
        let message = "This dispute is already closed";
        return Err(Refusal::state("", message).into());
    }
    if verdict == Verdict::Won {
        let description = format!("Chargeback reversal for {}", dispute.known("charge"));
        let amount = dispute.int("amount");
        let booked = enter(call, dispute, "dispute_reversal", amount, -FEE, &description).await?;
        if let Some(Value::Array(entries)) = dispute.doc.get_mut("balance_transactions") {
            entries.push(booked);
        }
    }
    dispute.set("status", if verdict == Verdict::Won { "won" } else { "lost" });
    call.save(dispute).await?;
    call.tell("charge.dispute.closed", dispute).await?;
    if verdict == Verdict::Won {
        call.tell("charge.dispute.funds_reinstated", dispute).await?;
    }
    Ok(())
}

/// Submitting evidence decides a dispute at once, as with Stripe's test cards.
pub(in crate::sandbox) async fn update(
    call: &mut Call<'_>,
    mut params: Params,
    id: &str,
) -> Outcome {
    let metadata = params.metadata()?;
    let evidence = params.document("evidence")?;
    let submits = params.text("submit")?.as_deref() != Some("false");
    params.finish()?;
    let mut dispute = call.find_to_change(Kind::Dispute, id, Place::Path).await?;
    change_metadata(&mut dispute, &metadata);
    if evidence.is_empty() {
        call.save(&dispute).await?;
        return Ok(dispute.shown());
    }
    let wins = evidence.get("uncategorized_text").is_some_and(|text| text == WINNING);
    dispute.set("evidence", Value::Object(evidence));
    if let Some(details) = dispute.doc.get_mut("evidence_details") {
        details["has_evidence"] = true.into();
        details["submission_count"] = i64::from(submits).into();
    }
    if submits {
        let verdict = if wins { Verdict::Won } else { Verdict::Lost };
        end(call, &mut dispute, verdict).await?;
    } else {
        call.save(&dispute).await?;
        call.tell("charge.dispute.updated", &dispute).await?;
    }
    Ok(dispute.shown())
}

pub(in crate::sandbox) async fn close(call: &mut Call<'_>, params: Params, id: &str) -> Outcome {
    params.finish()?;
    let mut dispute = call.find_to_change(Kind::Dispute, id, Place::Path).await?;
    end(call, &mut dispute, Verdict::Lost).await?;
    Ok(dispute.shown())
}

pub(in crate::sandbox) async fn retrieve(call: &mut Call<'_>, params: Params, id: &str) -> Outcome {
    super::retrieve(call, params, Kind::Dispute, id).await
}

pub(in crate::sandbox) async fn list(call: &mut Call<'_>, params: Params) -> Outcome {
    let by = ["charge", "payment_intent"];
    list::of(call, params, Kind::Dispute, "/v1/disputes", &by, None).await
}
