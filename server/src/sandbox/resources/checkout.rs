//! What a person does on a checkout's page.

use serde_json::{Value, json};

use super::{
    Call, Kind, Object, Outcome, Place, customers, payment_intents, payment_methods,
    payments::{self, Attempt, Attempted},
    sessions, setup_intents,
};
use crate::sandbox::{
    cards::TestCard,
    params::Metadata,
    refusal::{Effects, Refusal},
};

/// Pays an open checkout with a card, or saves the card. Whoever comes second finds it complete.
pub(in crate::sandbox) async fn pay(
    call: &mut Call<'_>,
    id: &str,
    card: &TestCard,
) -> Outcome<(Object, Attempted)> {
    let mut session = open(call, id).await?;
    let mut method = payment_methods::fresh(call, card, None);
    call.insert(&method).await?;
    let attempted = if session.is("mode", "payment") {
        let mut intent = intent(call, &mut session).await?;
        let attempt = Attempt { off_session: false, has_passed: false };
        payments::attempt(call, &mut intent, &mut method, attempt).await?
    } else {
        let mut intent = setup_intent(call, &session).await?;
        setup_intents::save_card(call, &mut intent, &mut method, false).await?
    };
    finish(call, &mut session, attempted).await?;
    Ok((session, attempted))
}

/// The bank has asked the cardholder, who passed or not.
pub(in crate::sandbox) async fn authenticated(
    call: &mut Call<'_>,
    id: &str,
    passes: bool,
) -> Outcome<(Object, Attempted)> {
    let mut session = open(call, id).await?;
    let attempted = if session.is("mode", "payment") {
        let Some(intent) = session.owned("payment_intent") else {
            let message = "This payment does not wait for you any more.";
            return Err(Refusal::state("payment_intent_unexpected_state", message).into());
        };
        let mut intent = call.find_to_change(Kind::PaymentIntent, &intent, Place::Path).await?;
        payment_intents::authenticated(call, &mut intent, passes).await?
    } else {
        let mut intent = setup_intent(call, &session).await?;
        setup_intents::authenticated(call, &mut intent, passes).await?
    };
    finish(call, &mut session, attempted).await?;
    Ok((session, attempted))
}

/// What a checkout's intent waits for the cardholder to do.
pub(in crate::sandbox) async fn waits_for_cardholder(
    call: &mut Call<'_>,
    session: &Object,
) -> Outcome<bool> {
    let found = match (session.text("payment_intent"), session.text("setup_intent")) {
        (Some(id), _) => call.find(Kind::PaymentIntent, id, Place::Path).await?,
        (None, Some(id)) => call.find(Kind::SetupIntent, id, Place::Path).await?,
        (None, None) => return Ok(false),
    };
    Ok(found.is("status", "requires_action"))
}

async fn open(call: &mut Call<'_>, id: &str) -> Outcome<Object> {
    let session = sessions::current(call, id).await?;
    let message = match session.known("status") {
        "open" => return Ok(session),
        "complete" => "This was paid already; nothing more was charged.",
        _ => "This page has expired; nothing was charged.",
    };
    let mut refusal = Refusal::state("checkout_session_not_open", message);
    // It may have lapsed just now.
    refusal.effects = Effects::Kept;
    Err(refusal.into())
}

/// The checkout's intent: made when somebody first tries to pay, as Stripe does.
async fn intent(call: &mut Call<'_>, session: &mut Object) -> Outcome<Object> {
    if let Some(id) = session.owned("payment_intent") {
        return call.find_to_change(Kind::PaymentIntent, &id, Place::Path).await;
    }
    if session.text("customer").is_none() && session.is("customer_creation", "always") {
        let mut customer = customers::fresh(call, &Metadata::default());
        customer.set("email", session.hidden.get("email").cloned().unwrap_or_default());
        call.insert(&customer).await?;
        call.tell("customer.created", &customer).await?;
        session.set("customer", customer.id);
    }
    let amount = session.int("amount_total");
    let mut intent =
        payment_intents::fresh(call, amount, session.known("currency"), &Metadata::default());
    sessions::copy_intended(session, &mut intent);
    intent.set("customer", session.doc.get("customer").cloned().unwrap_or_default());
    intent.hide("session", session.id.clone());
    call.insert(&intent).await?;
    call.tell("payment_intent.created", &intent).await?;
    session.set("payment_intent", intent.id.clone());
    Ok(intent)
}

async fn setup_intent(call: &mut Call<'_>, session: &Object) -> Outcome<Object> {
    let id = session.known("setup_intent").to_owned();
    call.find_to_change(Kind::SetupIntent, &id, Place::Path).await
}

async fn finish(call: &mut Call<'_>, session: &mut Object, attempted: Attempted) -> Outcome<()> {
    if attempted != Attempted::Paid {
        return call.save(session).await;
    }
    session.set("status", "complete");
    session.set("url", Value::Null);
    if session.is("mode", "payment") {
        session.set("payment_status", "paid");
    }
    let email = session.hidden.get("email").cloned().unwrap_or_default();
    session.set(
        "customer_details",
        json!({
            "address": null, "email": email, "name": null, "phone": null, "tax_exempt": "none",
            "tax_ids": [],
        }),
    );
    call.save(session).await?;
    call.tell("checkout.session.completed", session).await
}
