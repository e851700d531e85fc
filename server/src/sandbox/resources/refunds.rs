//! `/v1/refunds`

use chrono::TimeDelta;
use serde_json::json;

use super::{Call, Kind, Object, Outcome, Params, Place};
use crate::sandbox::{
    call::Entry,
    cards::{Behaviour, TestCard},
    currency, list,
    refusal::Refusal,
};

/// How long a refund that is pending, or about to fail, stays as it is.
const SETTLING: TimeDelta = TimeDelta::seconds(10);

pub(in crate::sandbox) async fn create(call: &mut Call<'_>, mut params: Params) -> Outcome {
    let metadata = params.metadata()?;
    let amount = params.int("amount")?;
    let reasons = ["duplicate", "fraudulent", "requested_by_customer"];
    let reason = params.one_of("reason", &reasons)?;
    let charge = params.text("charge")?;
    let intent = params.text("payment_intent")?;
    params.accept(&["instructions_email"]);
    let at = params.clone();
    params.finish()?;
    let charge = match (charge, intent) {
        (Some(charge), None) => charge,
        (None, Some(intent)) => charge_of(call, &intent).await?,
        (Some(_), Some(_)) => {
            let message = "You may only specify one of these parameters: charge, payment_intent.";
            return Err(at.invalid("charge", "parameters_exclusive", message).into());
        }
        (None, None) => {
            let message = "One of the following params should be provided for this request: \
                           payment_intent or charge.";
            return Err(at.invalid("payment_intent", "parameter_missing", message).into());
        }
    };
    let mut charge = call.find_to_change(Kind::Charge, &charge, Place::Param("charge")).await?;
    let amount = refundable(&at, &charge, amount)?;
    let mut refund = call.make(
        Kind::Refund,
        json!({
            "amount": amount, "charge": charge.id, "currency": charge.known("currency"),
            "destination_details": {
                "type": "card", "card": {"reference_status": "pending", "type": "refund"},
            },
            "metadata": metadata.fresh(), "payment_intent": charge.text("payment_intent"),
            "reason": reason, "receipt_number": null, "source_transfer_reversal": null,
            "status": "succeeded", "transfer_reversal": null,
        }),
    );
    settle_later(call, &charge, &mut refund);
    let booked = enter(call, &refund, "refund", -amount).await?;
    refund.set("balance_transaction", booked);
    call.insert(&refund).await?;
    change_refunded(&mut charge, amount);
    call.save(&charge).await?;
    call.tell("refund.created", &refund).await?;
    call.tell("charge.refunded", &charge).await?;
    Ok(refund.shown())
}

async fn charge_of(call: &mut Call<'_>, intent: &str) -> Outcome<String> {
    let place = Place::Param("payment_intent");
    let intent = call.find(Kind::PaymentIntent, intent, place).await?;
    match intent.owned("latest_charge") {
        Some(charge) if intent.is("status", "succeeded") => Ok(charge),
        _ => {
            let message = format!(
                "This PaymentIntent ({}) does not have a successful charge to refund.",
                intent.id
            );
            Err(Refusal::state("", message).into())
        }
    }
}

/// How much is to be given back: what was asked for, or all that is left.
fn refundable(at: &Params, charge: &Object, asked: Option<i64>) -> Result<i64, Refusal> {
    if !charge.is("status", "succeeded") {
        let message = format!("Charge {} was not successful and cannot be refunded.", charge.id);
        return Err(Refusal::state("", message));
    }
    if charge.has("disputed") {
        let message = format!("Charge {} has been charged back.", charge.id);
        return Err(Refusal::state("charge_disputed", message));
    }
    let left = charge.int("amount") - charge.int("amount_refunded");
    if left == 0 {
        let message = format!("Charge {} has already been refunded.", charge.id);
        return Err(Refusal::state("charge_already_refunded", message));
    }
    let amount = asked.unwrap_or(left);
    if amount < 1 {
        let message = "This value must be greater than or equal to 1.";
        return Err(at.invalid("amount", "parameter_invalid_integer", message));
    }
    if amount > left {
        let shown = |amount| currency::shown(amount, charge.known("currency"));
        let message = format!(
            "Refund amount ({}) is greater than unrefunded amount on charge ({})",
            shown(amount),
            shown(left)
        );
        return Err(Refusal::state("", message).with("param", "amount"));
    }
    Ok(amount)
}

fn settle_later(call: &Call<'_>, charge: &Object, refund: &mut Object) {
    let card = charge.hidden_text("number").and_then(TestCard::by_number);
    let at = (call.now + SETTLING).timestamp();
    match card.map(|card| card.behaviour) {
        Some(Behaviour::RefundsLate) => {
            refund.set("status", "pending");
            refund.hide("settles_at", at);
        }
        Some(Behaviour::RefundsFail) => {
            refund.hide("fails", true);
            refund.hide("settles_at", at);
        }
        _ => {}
    }
}

async fn enter(call: &mut Call<'_>, refund: &Object, kind: &str, amount: i64) -> Outcome<String> {
    let entry = Entry {
        kind,
        category: kind,
        amount,
        fee: 0,
        currency: refund.known("currency"),
        source: &refund.id,
        description: None,
        is_taken: false,
    };
    Ok(call.book(&refund.account, entry).await?.id)
}

fn change_refunded(charge: &mut Object, amount: i64) {
    let refunded = charge.int("amount_refunded") + amount;
    charge.set("amount_refunded", refunded);
    charge.set("refunded", refunded == charge.int("amount"));
}

/// Lets a refund that was pending succeed, or one that is to fail fail. Says whether it did: another
/// server may have been first.
pub(in crate::sandbox) async fn settle(call: &mut Call<'_>, refund: &Object) -> Outcome<bool> {
    let charge = refund.known("charge").to_owned();
    let mut charge = call.find_to_change(Kind::Charge, &charge, Place::Path).await?;
    let mut refund = call.find_to_change(Kind::Refund, &refund.id, Place::Path).await?;
    if refund.hidden.remove("settles_at").is_none() {
        return Ok(false);
    }
    if refund.hides("fails") {
        let amount = refund.int("amount");
        let booked = enter(call, &refund, "refund_failure", amount).await?;
        refund.set("status", "failed");
        refund.set("failure_reason", "expired_or_canceled_card");
        refund.set("failure_balance_transaction", booked);
        change_refunded(&mut charge, -amount);
        call.save(&charge).await?;
    } else {
        refund.set("status", "succeeded");
    }
    call.save(&refund).await?;
    call.tell("refund.updated", &refund).await?;
    call.tell("charge.refund.updated", &refund).await?;
    if refund.is("status", "failed") {
        call.tell("refund.failed", &refund).await?;
    }
    Ok(true)
}

pub(in crate::sandbox) async fn retrieve(call: &mut Call<'_>, params: Params, id: &str) -> Outcome {
    super::retrieve(call, params, Kind::Refund, id).await
}

pub(in crate::sandbox) async fn list(call: &mut Call<'_>, params: Params) -> Outcome {
    let by = ["charge", "payment_intent"];
    list::of(call, params, Kind::Refund, "/v1/refunds", &by, None).await
}

pub(in crate::sandbox) async fn update(call: &mut Call<'_>, params: Params, id: &str) -> Outcome {
    let refund = super::update_texts(call, params, Kind::Refund, id, &[]).await?;
    call.tell("refund.updated", &refund).await?;
    Ok(refund.shown())
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value};

    use super::*;

    #[test]
    fn a_charge_is_refunded_when_all_of_it_is() {
        let mut charge = Object {
            id: "ch_1".to_owned(),
            kind: Kind::Charge,
            account: String::new(),
            created: 0,
            doc: crate::sandbox::object::fields(json!({"amount": 100, "amount_refunded": 0})),
            hidden: Map::new(),
        };
        change_refunded(&mut charge, 60);
        assert_eq!(charge.doc.get("refunded"), Some(&Value::Bool(false)));
        change_refunded(&mut charge, 40);
        assert!(charge.has("refunded"));
        change_refunded(&mut charge, -40);
        assert_eq!(charge.int("amount_refunded"), 60);
        assert!(!charge.has("refunded"));
    }
}
