//! `/v1/setup_intents`: saving a card without charging it.

use serde_json::{Value, json};

use super::{Call, Kind, Object, Outcome, Params, Place, customers, payment_methods};
use crate::sandbox::{
    cards::{Decline, FAILED_AUTHENTICATION, Purpose, Question, Verdict},
    list,
    params::Metadata,
    refusal::Refusal,
};

use super::payments::Attempted;

const OPEN: [&str; 3] = ["requires_payment_method", "requires_confirmation", "requires_action"];

/// What a cardholder who did not pass is told.
const NOT_SET_UP: Decline = Decline {
    code: "setup_intent_authentication_failure",
    message: "The provided PaymentMethod has failed authentication. You can provide another one to \
              attempt to fulfill this SetupIntent again.",
    ..FAILED_AUTHENTICATION
};

pub(in crate::sandbox) async fn create(call: &mut Call<'_>, mut params: Params) -> Outcome {
    let metadata = params.metadata()?;
    let customer = params.text("customer")?;
    let method = params.text("payment_method")?;
    let confirms = params.flag("confirm")?;
    let return_url = params.text("return_url")?;
    let usage = params.one_of("usage", &["off_session", "on_session"])?;
    let description = params.text("description")?;
    payment_methods::take_kinds(&mut params)?;
    params.accept(&["automatic_payment_methods", "payment_method_options", "use_stripe_sdk"]);
    params.finish()?;
    let mut intent = fresh(call, &metadata);
    intent.set("description", description);
    if let Some(usage) = usage {
        intent.set("usage", usage);
    }
    if let Some(customer) = customer {
        let customer = customers::named(call, &customer, "customer").await?;
        intent.set("customer", customer.id);
    }
    if let Some(method) = method {
        choose(call, &mut intent, &method).await?;
    }
    call.insert(&intent).await?;
    call.tell("setup_intent.created", &intent).await?;
    if confirms { confirm_now(call, intent, return_url).await } else { Ok(intent.shown()) }
}

/// One that nobody has confirmed, in no book yet.
pub(super) fn fresh(call: &Call<'_>, metadata: &Metadata) -> Object {
    let mut intent = call.make(
        Kind::SetupIntent,
        json!({
            "application": null, "automatic_payment_methods": null, "cancellation_reason": null,
            "customer": null, "description": null, "last_setup_error": null, "latest_attempt": null,
            "mandate": null, "metadata": metadata.fresh(), "next_action": null, "on_behalf_of": null,
            "payment_method": null, "payment_method_options": {}, "payment_method_types": ["card"],
            "single_use_mandate": null, "status": "requires_payment_method", "usage": "off_session",
        }),
    );
    let secret = format!("{}_secret_{}", intent.id, call.sandbox.letters(25));
    intent.set("client_secret", secret);
    intent
}

async fn choose(call: &mut Call<'_>, intent: &mut Object, id: &str) -> Outcome<()> {
    let method = payment_methods::named(call, id, "payment_method").await?;
    payment_methods::usable_by(&method, intent.text("customer"))?;
    intent.set("payment_method", method.id);
    if intent.is("status", "requires_payment_method") {
        intent.set("status", "requires_confirmation");
    }
    Ok(())
}

async fn confirm_now(
    call: &mut Call<'_>,
    mut intent: Object,
    return_url: Option<String>,
) -> Outcome {
    let Some(method) = intent.owned("payment_method") else {
        let message = "You cannot confirm this SetupIntent because it's missing a payment method.";
        let refusal = Refusal::state("setup_intent_unexpected_state", message);
        return Err(refusal.about(&intent).into());
    };
    let place = Place::Param("payment_method");
    let mut method = call.find_to_change(Kind::PaymentMethod, &method, place).await?;
    intent.hide("return_url", return_url);
    match save_card(call, &mut intent, &mut method, false).await? {
        Attempted::Declined(why) => Err(why.refusal().about(&intent).into()),
        Attempted::Paid | Attempted::AsksCardholder => Ok(intent.shown()),
    }
}

/// Tries to save a card; intent and card are locked. What is paid is nothing: [`Attempted::Paid`] says
/// that it is saved.
pub(super) async fn save_card(
    call: &mut Call<'_>,
    intent: &mut Object,
    method: &mut Object,
    has_passed: bool,
) -> Outcome<Attempted> {
    payment_methods::usable_by(method, intent.text("customer"))?;
    let question =
        Question { purpose: Purpose::Save, off_session: false, is_set_up: false, has_passed };
    match payment_methods::behaviour(method).verdict(question) {
        Verdict::Ask => {
            let page = match intent.hidden_text("session") {
                Some(session) => format!("{}/pay/{session}", call.origin.base),
                None => format!(
                    "{}/authenticate/{}?secret={}",
                    call.origin.base,
                    intent.id,
                    intent.known("client_secret")
                ),
            };
            let back = intent.hidden.get("return_url").cloned().unwrap_or_default();
            let redirect = json!({"url": page, "return_url": back});
            intent.set("status", "requires_action");
            intent.set("payment_method", method.id.clone());
            intent.set(
                "next_action",
                json!({"type": "redirect_to_url", "redirect_to_url": redirect}),
            );
            call.save(intent).await?;
            call.tell("setup_intent.requires_action", intent).await?;
            Ok(Attempted::AsksCardholder)
        }
        Verdict::Declined(why) => fail(call, intent, method, why).await,
        Verdict::Approved => {
            intent.set("status", "succeeded");
            intent.set("payment_method", method.id.clone());
            intent.set("next_action", Value::Null);
            intent.set("last_setup_error", Value::Null);
            call.save(intent).await?;
            if let Some(customer) = intent.owned("customer") {
                payment_methods::keep_for(call, method, &customer, true).await?;
            } else {
                method.hide("set_up", true);
                call.save(method).await?;
            }
            call.tell("setup_intent.succeeded", intent).await?;
            Ok(Attempted::Paid)
        }
    }
}

async fn fail(
    call: &mut Call<'_>,
    intent: &mut Object,
    method: &Object,
    why: Decline,
) -> Outcome<Attempted> {
    intent.set("status", "requires_payment_method");
    intent.set("payment_method", Value::Null);
    intent.set("next_action", Value::Null);
    intent.set("last_setup_error", why.error(method));
    call.save(intent).await?;
    call.tell("setup_intent.setup_failed", intent).await?;
    Ok(Attempted::Declined(why))
}

/// The bank has asked the cardholder, who passed or not. The intent is locked.
pub(in crate::sandbox) async fn authenticated(
    call: &mut Call<'_>,
    intent: &mut Object,
    passes: bool,
) -> Outcome<Attempted> {
    let (true, Some(method)) =
        (intent.is("status", "requires_action"), intent.owned("payment_method"))
    else {
        let message = "This card does not wait for you any more.";
        return Err(Refusal::state("setup_intent_unexpected_state", message).into());
    };
    let mut method = call.find_to_change(Kind::PaymentMethod, &method, Place::Path).await?;
    if passes {
        save_card(call, intent, &mut method, true).await
    } else {
        fail(call, intent, &method, NOT_SET_UP).await
    }
}

pub(in crate::sandbox) async fn confirm(
    call: &mut Call<'_>,
    mut params: Params,
    id: &str,
) -> Outcome {
    let method = params.text("payment_method")?;
    let return_url = params.text("return_url")?;
    params.accept(&["mandate_data", "payment_method_options", "use_stripe_sdk"]);
    params.finish()?;
    let mut intent = open(call, id, "confirm").await?;
    if let Some(method) = method {
        choose(call, &mut intent, &method).await?;
    }
    confirm_now(call, intent, return_url).await
}

pub(in crate::sandbox) async fn cancel(
    call: &mut Call<'_>,
    mut params: Params,
    id: &str,
) -> Outcome {
    let reasons = ["abandoned", "duplicate", "requested_by_customer"];
    let reason = params.one_of("cancellation_reason", &reasons)?;
    params.finish()?;
    let mut intent = open(call, id, "cancel").await?;
    cancel_now(call, &mut intent, reason.as_deref()).await?;
    Ok(intent.shown())
}

pub(super) async fn cancel_now(
    call: &mut Call<'_>,
    intent: &mut Object,
    reason: Option<&str>,
) -> Outcome<()> {
    intent.set("status", "canceled");
    intent.set("cancellation_reason", reason);
    intent.set("next_action", Value::Null);
    call.save(intent).await?;
    call.tell("setup_intent.canceled", intent).await
}

async fn open(call: &mut Call<'_>, id: &str, verb: &str) -> Outcome<Object> {
    let intent = call.find_to_change(Kind::SetupIntent, id, Place::Path).await?;
    let status = intent.known("status");
    if !OPEN.contains(&status) || intent.hidden_text("session").is_some() {
        let message = format!(
            "You cannot {verb} this SetupIntent because it has a status of {status}, or was created by \
             Checkout."
        );
        let refusal = Refusal::state("setup_intent_unexpected_state", message);
        return Err(refusal.about(&intent).into());
    }
    Ok(intent)
}

pub(in crate::sandbox) async fn list(call: &mut Call<'_>, params: Params) -> Outcome {
    let by = ["customer", "payment_method"];
    list::of(call, params, Kind::SetupIntent, "/v1/setup_intents", &by, None).await
}

pub(in crate::sandbox) async fn retrieve(
    call: &mut Call<'_>,
    mut params: Params,
    id: &str,
) -> Outcome {
    params.accept(&["client_secret"]);
    super::retrieve(call, params, Kind::SetupIntent, id).await
}
