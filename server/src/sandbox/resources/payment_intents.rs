//! `/v1/payment_intents`

use serde_json::{Value, json};

use super::{
    Call, Kind, Object, Outcome, Params, Place, change_metadata, customers, payment_methods,
    payments::{self, Attempt, Attempted},
};
use crate::sandbox::{currency, list, params::Metadata, refusal::Refusal};

const UNPAID: [&str; 3] = ["requires_payment_method", "requires_confirmation", "requires_action"];

/// How an intent is to be confirmed.
#[derive(Debug)]
struct Confirm {
    off_session: bool,
    fails_on_action: bool,
    return_url: Option<String>,
}

impl Confirm {
    fn take(params: &mut Params) -> Result<Self, Refusal> {
        // `off_session` may also be a word that says why.
        let off_session = match params.text("off_session")?.as_deref() {
            None | Some("false") => false,
            Some("true" | "one_off" | "recurring") => true,
            Some(_) => {
                let message = "Invalid off_session";
                return Err(params.invalid("off_session", "parameter_unknown", message));
            }
        };
        params.accept(&["use_stripe_sdk", "mandate_data", "radar_options"]);
        Ok(Self {
            off_session,
            fails_on_action: params.flag("error_on_requires_action")?,
            return_url: params.text("return_url")?,
        })
    }
}

pub(in crate::sandbox) async fn create(call: &mut Call<'_>, mut params: Params) -> Outcome {
    let amount = params.required_int("amount")?;
    let currency = currency::required(&mut params)?;
    currency::check_charge(&params, amount, &currency)?;
    let metadata = params.metadata()?;
    let customer = params.text("customer")?;
    let method = params.text("payment_method")?;
    let confirms = params.flag("confirm")?;
    let confirm = Confirm::take(&mut params)?;
    let mut intent = fresh(call, amount, &currency, &metadata);
    take_texts(&mut params, &mut intent)?;
    take_types(&mut params, &mut intent)?;
    if confirm.off_session && !confirms {
        let message = "off_session can only be set to true when confirm is true.";
        return Err(params.invalid("off_session", "parameter_invalid_string", message).into());
    }
    params.finish()?;
    if let Some(customer) = customer {
        let customer = customers::named(call, &customer, "customer").await?;
        intent.set("customer", customer.id);
    }
    call.insert(&intent).await?;
    if let Some(method) = method {
        choose(call, &mut intent, &method).await?;
    }
    call.save(&intent).await?;
    call.tell("payment_intent.created", &intent).await?;
    if confirms { confirm_now(call, intent, confirm).await } else { Ok(intent.shown()) }
}

/// An intent that nobody has tried to pay, in no book yet.
pub(super) fn fresh(call: &Call<'_>, amount: i64, currency: &str, metadata: &Metadata) -> Object {
    let mut intent = call.make(
        Kind::PaymentIntent,
        json!({
            "allowed_payment_method_types": null, "amount": amount, "amount_capturable": 0, "amount_received": 0,
            "application": null, "application_fee_amount": null, "automatic_payment_methods": null, "canceled_at": null,
            "cancellation_reason": null, "capture_method": "automatic_async",
            "confirmation_method": "automatic", "currency": currency, "customer": null,
            "description": null, "last_payment_error": null, "latest_charge": null,
            "metadata": metadata.fresh(), "next_action": null, "on_behalf_of": null,
            "payment_method": null, "payment_method_options": {}, "payment_method_types": ["card"],
            "processing": null, "receipt_email": null, "review": null, "setup_future_usage": null,
            "shipping": null, "statement_descriptor": null, "statement_descriptor_suffix": null,
            "status": "requires_payment_method", "transfer_data": null, "transfer_group": null,
        }),
    );
    let secret = format!("{}_secret_{}", intent.id, call.sandbox.letters(25));
    intent.set("client_secret", secret);
    intent
}

fn take_texts(params: &mut Params, intent: &mut Object) -> Result<(), Refusal> {
    if params.has("setup_future_usage") {
        let usage = params.one_of("setup_future_usage", &["off_session", "on_session"])?;
        intent.set("setup_future_usage", usage);
    }
    for name in ["description", "receipt_email", "statement_descriptor_suffix", "transfer_group"] {
        if params.has(name) {
            intent.set(name, params.text(name)?);
        }
    }
    Ok(())
}

fn take_types(params: &mut Params, intent: &mut Object) -> Result<(), Refusal> {
    payment_methods::take_kinds(params)?;
    let mut automatic = params.nested("automatic_payment_methods")?;
    let redirects = automatic.text("allow_redirects")?.unwrap_or_else(|| "always".to_owned());
    if automatic.flag("enabled")? {
        let doc = json!({"enabled": true, "allow_redirects": redirects});
        intent.set("automatic_payment_methods", doc);
    }
    automatic.finish()?;
    params.one_of("capture_method", &["automatic", "automatic_async"])?;
    params.one_of("confirmation_method", &["automatic"])?;
    params.accept(&["payment_method_options"]);
    Ok(())
}

/// Puts a card into an intent.
async fn choose(call: &mut Call<'_>, intent: &mut Object, id: &str) -> Outcome<()> {
    let method = payment_methods::named(call, id, "payment_method").await?;
    payment_methods::usable_by(&method, intent.text("customer"))?;
    intent.set("payment_method", method.id);
    if intent.is("status", "requires_payment_method") {
        intent.set("status", "requires_confirmation");
    }
    Ok(())
}

async fn confirm_now(call: &mut Call<'_>, mut intent: Object, confirm: Confirm) -> Outcome {
    let Some(method) = intent.owned("payment_method") else {
        let message = "You cannot confirm this PaymentIntent because it's missing a payment method. You \
                       can either update the PaymentIntent with a payment method and then confirm it \
                       again, or confirm it again directly with a payment method.";
        let refusal = Refusal::state("payment_intent_unexpected_state", message);
        return Err(refusal.about(&intent).into());
    };
    let mut method =
        call.find_to_change(Kind::PaymentMethod, &method, Place::Param("payment_method")).await?;
    intent.hide("return_url", confirm.return_url);
    let attempt =
        Attempt { off_session: confirm.off_session || confirm.fails_on_action, has_passed: false };
    let attempted = payments::attempt(call, &mut intent, &mut method, attempt).await?;
    attempted.answer(&intent)
}

pub(in crate::sandbox) async fn confirm(
    call: &mut Call<'_>,
    mut params: Params,
    id: &str,
) -> Outcome {
    let confirm = Confirm::take(&mut params)?;
    let method = params.text("payment_method")?;
    let usage = params.one_of("setup_future_usage", &["off_session", "on_session"])?;
    let email = params.text("receipt_email")?;
    params.accept(&["payment_method_options"]);
    params.finish()?;
    let mut intent = unpaid(call, id, "confirm").await?;
    if let Some(usage) = usage {
        intent.set("setup_future_usage", usage);
    }
    if let Some(email) = email {
        intent.set("receipt_email", email);
    }
    if let Some(method) = method {
        choose(call, &mut intent, &method).await?;
    }
    confirm_now(call, intent, confirm).await
}

/// An intent that is to be changed, not paid and no checkout's.
async fn unpaid(call: &mut Call<'_>, id: &str, verb: &str) -> Outcome<Object> {
    let intent = call.find_to_change(Kind::PaymentIntent, id, Place::Path).await?;
    let status = intent.known("status");
    if !UNPAID.contains(&status) {
        let message = format!(
            "You cannot {verb} this PaymentIntent because it has a status of {status}. Only a \
             PaymentIntent with one of the following statuses may be used: {}.",
            UNPAID.join(", ")
        );
        let refusal = Refusal::state("payment_intent_unexpected_state", message);
        return Err(refusal.about(&intent).into());
    }
    if intent.hidden_text("session").is_some() {
        let message = format!(
            "You cannot {verb} this PaymentIntent because it was created by Checkout. Expire the Checkout \
             Session instead."
        );
        let refusal = Refusal::state("payment_intent_unexpected_state", message);
        return Err(refusal.about(&intent).into());
    }
    Ok(intent)
}

pub(in crate::sandbox) async fn update(
    call: &mut Call<'_>,
    mut params: Params,
    id: &str,
) -> Outcome {
    let metadata = params.metadata()?;
    let amount = params.int("amount")?;
    let customer = params.text("customer")?;
    let method = params.text("payment_method")?;
    let mut changes = call.make(Kind::PaymentIntent, json!({}));
    take_texts(&mut params, &mut changes)?;
    let currency = match params.text("currency")? {
        Some(code) => Some(currency::check(&params, &code)?),
        None => None,
    };
    params.accept(&["payment_method_options"]);
    let only_words = amount.is_none()
        && customer.is_none()
        && method.is_none()
        && currency.is_none()
        && !params.has("payment_method_types");
    let at = params.clone();
    params.finish()?;
    for name in ["id", "object", "created", "livemode"] {
        changes.doc.remove(name);
    }
    let mut intent = if only_words {
        call.find_to_change(Kind::PaymentIntent, id, Place::Path).await?
    } else {
        unpaid(call, id, "update").await?
    };
    change_metadata(&mut intent, &metadata);
    intent.doc.extend(changes.doc);
    if let Some(currency) = currency {
        intent.set("currency", currency);
    }
    if let Some(amount) = amount {
        currency::check_charge(&at, amount, intent.known("currency"))?;
        intent.set("amount", amount);
    }
    if let Some(customer) = customer {
        let customer = customers::named(call, &customer, "customer").await?;
        intent.set("customer", customer.id);
    }
    if let Some(method) = method {
        choose(call, &mut intent, &method).await?;
    }
    call.save(&intent).await?;
    Ok(intent.shown())
}

pub(in crate::sandbox) async fn cancel(
    call: &mut Call<'_>,
    mut params: Params,
    id: &str,
) -> Outcome {
    let reasons = ["abandoned", "duplicate", "fraudulent", "requested_by_customer"];
    let reason = params.one_of("cancellation_reason", &reasons)?;
    params.finish()?;
    let mut intent = unpaid(call, id, "cancel").await?;
    cancel_now(call, &mut intent, reason.as_deref()).await?;
    Ok(intent.shown())
}

pub(super) async fn cancel_now(
    call: &mut Call<'_>,
    intent: &mut Object,
    reason: Option<&str>,
) -> Outcome<()> {
    intent.set("status", "canceled");
    intent.set("canceled_at", call.timestamp());
    intent.set("cancellation_reason", reason);
    intent.set("next_action", Value::Null);
    call.save(intent).await?;
    call.tell("payment_intent.canceled", intent).await
}

pub(in crate::sandbox) async fn list(call: &mut Call<'_>, params: Params) -> Outcome {
    let url = "/v1/payment_intents";
    list::of(call, params, Kind::PaymentIntent, url, &["customer"], None).await
}

pub(in crate::sandbox) async fn retrieve(
    call: &mut Call<'_>,
    mut params: Params,
    id: &str,
) -> Outcome {
    params.accept(&["client_secret"]);
    super::retrieve(call, params, Kind::PaymentIntent, id).await
}

/// The bank has asked the cardholder of an intent, who passed or not. The intent is locked.
pub(in crate::sandbox) async fn authenticated(
    call: &mut Call<'_>,
    intent: &mut Object,
    passes: bool,
) -> Outcome<Attempted> {
    let (true, Some(method)) =
        (intent.is("status", "requires_action"), intent.owned("payment_method"))
    else {
        let message = "This payment does not wait for you any more.";
        return Err(Refusal::state("payment_intent_unexpected_state", message).into());
    };
    let mut method = call.find_to_change(Kind::PaymentMethod, &method, Place::Path).await?;
    if passes {
        let attempt = Attempt { off_session: false, has_passed: true };
        payments::attempt(call, intent, &mut method, attempt).await
    } else {
        payments::fail_authentication(call, intent, &method).await
    }
}
