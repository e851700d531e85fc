//! An attempt to pay: the card is asked, and intent, charge, balance and events follow from what it says.

use serde_json::{Value, json};

use super::{Call, Kind, Object, Outcome, disputes, payment_methods};
use crate::sandbox::{
    call::Entry,
    cards::{Behaviour, Decline, FAILED_AUTHENTICATION, Purpose, Question, Verdict},
    currency,
    refusal::Refusal,
};

/// How the card is asked.
#[derive(Clone, Copy, Debug)]
pub(in crate::sandbox) struct Attempt {
    pub(in crate::sandbox) off_session: bool,
    /// The cardholder has just been asked, and passed.
    pub(in crate::sandbox) has_passed: bool,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Attempted {
    Paid,
    /// The bank wants a word with the cardholder first.
    AsksCardholder,
    Declined(Decline),
}

impl Attempted {
    /// As the API answers it.
    pub(super) fn answer(self, intent: &Object) -> Outcome {
        match self {
            Self::Paid | Self::AsksCardholder => Ok(intent.shown()),
            Self::Declined(why) => Err(declined(why, intent).into()),
        }
    }
}

fn declined(why: Decline, intent: &Object) -> Refusal {
    let refusal = why.refusal().about(intent);
    let refusal = match intent.doc.get("last_payment_error").and_then(|e| e.get("payment_method")) {
        Some(method) => refusal.with("payment_method", method.clone()),
        None => refusal,
    };
    match intent.text("latest_charge") {
        Some(charge) => refusal.with("charge", charge),
        None => refusal,
    }
}

/// Tries to pay an intent with a card; both are locked.
pub(in crate::sandbox) async fn attempt(
    call: &mut Call<'_>,
    intent: &mut Object,
    method: &mut Object,
    attempt: Attempt,
) -> Outcome<Attempted> {
    payment_methods::usable_by(method, intent.text("customer"))?;
    let question = Question {
        purpose: Purpose::Charge,
        off_session: attempt.off_session,
        is_set_up: method.hides("set_up"),
        has_passed: attempt.has_passed,
    };
    let behaviour = payment_methods::behaviour(method);
    match behaviour.verdict(question) {
        Verdict::Ask => ask_cardholder(call, intent, method).await,
        Verdict::Declined(why) => decline(call, intent, method, why).await,
        Verdict::Approved => approve(call, intent, method, attempt, behaviour).await,
    }
}

async fn ask_cardholder(
    call: &mut Call<'_>,
    intent: &mut Object,
    method: &Object,
) -> Outcome<Attempted> {
    let page = match intent.hidden_text("session") {
        Some(session) => format!("{}/pay/{session}", call.origin.base),
        None => format!(
            "{}/authenticate/{}?secret={}",
            call.origin.base,
            intent.id,
            intent.known("client_secret")
        ),
    };
    let return_url = intent.hidden.get("return_url").cloned().unwrap_or_default();
    intent.set("status", "requires_action");
    intent.set("payment_method", method.id.clone());
    intent.set("last_payment_error", Value::Null);
    intent.set(
        "next_action",
        json!({"type": "redirect_to_url", "redirect_to_url": {"url": page, "return_url": return_url}}),
    );
    call.save(intent).await?;
    call.tell("payment_intent.requires_action", intent).await?;
    Ok(Attempted::AsksCardholder)
}

async fn decline(
    call: &mut Call<'_>,
    intent: &mut Object,
    method: &Object,
    why: Decline,
) -> Outcome<Attempted> {
    let mut charge = charge(call, intent, method);
    charge.set("status", "failed");
    charge.set("paid", false);
    charge.set("captured", false);
    charge.set("amount_captured", 0);
    charge.set("failure_code", why.code);
    charge.set("failure_message", why.message);
    charge.set(
        "outcome",
        json!({
            "network_status": "declined_by_network", "reason": why.reason, "risk_level": "normal",
            "seller_message": "The bank did not return any further details with this decline.",
            "type": "issuer_declined",
        }),
    );
    call.insert(&charge).await?;
    intent.set("latest_charge", charge.id.clone());
    fall_back(intent, method, why);
    call.save(intent).await?;
    call.tell("charge.failed", &charge).await?;
    call.tell("payment_intent.payment_failed", intent).await?;
    Ok(Attempted::Declined(why))
}

/// The cardholder was asked and did not pass: no charge is made.
pub(in crate::sandbox) async fn fail_authentication(
    call: &mut Call<'_>,
    intent: &mut Object,
    method: &Object,
) -> Outcome<Attempted> {
    fall_back(intent, method, FAILED_AUTHENTICATION);
    call.save(intent).await?;
    call.tell("payment_intent.payment_failed", intent).await?;
    Ok(Attempted::Declined(FAILED_AUTHENTICATION))
}

fn fall_back(intent: &mut Object, method: &Object, why: Decline) {
    intent.set("status", "requires_payment_method");
    intent.set("payment_method", Value::Null);
    intent.set("next_action", Value::Null);
    intent.set("last_payment_error", why.error(method));
    if let Some(charge) = intent.owned("latest_charge")
        && let Some(error) = intent.doc.get_mut("last_payment_error")
    {
        error["charge"] = charge.into();
    }
}

async fn approve(
    call: &mut Call<'_>,
    intent: &mut Object,
    method: &mut Object,
    attempt: Attempt,
    behaviour: Behaviour,
) -> Outcome<Attempted> {
    let mut charge = charge(call, intent, method);
    let amount = intent.int("amount");
    let currency = intent.known("currency").to_owned();
    let entry = Entry {
        kind: "charge",
        category: "charge",
        amount,
        fee: currency::fee(amount, &currency),
        currency: &currency,
        source: &charge.id,
        description: intent.text("description"),
        is_taken: false,
    };
    let account = call.origin.account.clone();
    let booked = call.book(&account, entry).await?;
    charge.set("balance_transaction", booked.id);
    call.insert(&charge).await?;
    intent.set("status", "succeeded");
    intent.set("amount_received", amount);
    intent.set("payment_method", method.id.clone());
    intent.set("latest_charge", charge.id.clone());
    intent.set("next_action", Value::Null);
    intent.set("last_payment_error", Value::Null);
    call.save(intent).await?;

    method.hide("used", true);
    let later = intent.text("setup_future_usage");
    match (later, intent.owned("customer")) {
        (Some(usage), Some(customer)) => {
            let is_set_up = usage == "off_session" || attempt.has_passed;
            payment_methods::keep_for(call, method, &customer, is_set_up).await?;
        }
        _ => call.save(method).await?,
    }
    call.tell("charge.succeeded", &charge).await?;
    call.tell("payment_intent.succeeded", intent).await?;
    if behaviour == Behaviour::Disputed {
        disputes::open(call, &mut charge, "fraudulent").await?;
    }
    Ok(Attempted::Paid)
}

/// A charge that succeeds, in no book yet.
fn charge(call: &Call<'_>, intent: &Object, method: &Object) -> Object {
    let amount = intent.int("amount");
    let copy = |field: &str| intent.doc.get(field).cloned().unwrap_or_default();
    let card = method.doc.get("card").cloned().unwrap_or_default();
    let mut charge = call.make(
        Kind::Charge,
        json!({
            "amount": amount, "amount_captured": amount, "amount_refunded": 0,
            "balance_transaction": null, "captured": true, "currency": copy("currency"),
            "customer": copy("customer"), "description": copy("description"), "disputed": false,
            "dispute": null, "failure_code": null, "failure_message": null,
            "failure_balance_transaction": null, "fraud_details": {}, "metadata": copy("metadata"),
            "outcome": {
                "network_status": "approved_by_network", "reason": null, "risk_level": "normal",
                "seller_message": "Payment complete.", "type": "authorized",
            },
            "paid": true, "payment_intent": intent.id, "payment_method": method.id,
            "payment_method_details": {"type": "card", "card": card},
            "receipt_email": copy("receipt_email"), "receipt_url": null, "refunded": false,
            "status": "succeeded", "transfer_group": copy("transfer_group"),
            "billing_details": method.doc.get("billing_details").cloned().unwrap_or_default(),
        }),
    );
    // Refunds ask how the card behaves, and a card may be gone by then.
    charge.hide("number", method.hidden_text("number"));
    charge
}
