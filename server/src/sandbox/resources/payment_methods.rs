//! `/v1/payment_methods`: cards, every one of them a test card.

use chrono::Datelike;
use serde_json::json;

use super::{Call, Kind, Object, Outcome, Params, Place, change_metadata, customers};
use crate::sandbox::{
    cards::{Behaviour, Purpose, Question, TestCard, Verdict},
    list,
    refusal::{Effects, Refusal},
};

pub(in crate::sandbox) async fn create(call: &mut Call<'_>, mut params: Params) -> Outcome {
    params.one_of("type", &["card"])?.ok_or_else(|| params.missing("type"))?;
    let metadata = params.metadata()?;
    let mut card = params.nested("card")?;
    let token = card.text("token")?;
    let number = card.text("number")?;
    card.accept(&["cvc"]);
    let month = card.int("exp_month")?;
    let year = card.int("exp_year")?;
    let missing = card.missing("number");
    card.finish()?;
    params.accept(&["billing_details"]);
    params.finish()?;
    let found = match (token, number) {
        (Some(token), _) => TestCard::by_token(&token)
            .ok_or_else(|| Refusal::missing("token", &token, Place::Param("card[token]"))),
        (None, Some(number)) => TestCard::by_number(&number).ok_or_else(no_test_card),
        (None, None) => Err(missing),
    }?;
    let year = year.map(|year| if year < 100 { 2000 + year } else { year });
    let mut method = fresh(call, found, month.zip(year));
    change_metadata(&mut method, &metadata);
    call.insert(&method).await?;
    Ok(method.shown())
}

/// What Stripe says in test mode of a card that might be somebody's.
pub(in crate::sandbox) fn no_test_card() -> Refusal {
    let mut refusal = Refusal::card(
        "card_declined",
        Some("test_mode_live_card"),
        "Your card was declined. Your request was in test mode, but used a non test card. For a list \
         of valid test cards, see docs/SANDBOX.md.",
    );
    refusal.effects = Effects::Undone;
    refusal
}

/// Takes the kinds of payment that are allowed, under both names that Stripe has for them.
///
/// # Errors
/// Any but cards.
pub(super) fn take_kinds(params: &mut Params) -> Result<(), Refusal> {
    for name in ["payment_method_types", "allowed_payment_method_types"] {
        if params.texts(name)?.iter().any(|kind| kind != "card") {
            let message = "The sandbox knows cards only.";
            return Err(params.invalid(name, "parameter_unknown", message));
        }
    }
    Ok(())
}

/// A card, attached to nobody and in no book yet.
pub(super) fn fresh(call: &Call<'_>, card: &TestCard, expiry: Option<(i64, i64)>) -> Object {
    let expiry = expiry.unwrap_or((12, i64::from(call.now.year()) + 3));
    let mut method = call.make(
        Kind::PaymentMethod,
        json!({
            "type": "card", "customer": null, "metadata": {}, "allow_redisplay": "unspecified",
            "card": card.shown(expiry),
            "billing_details": {"address": null, "email": null, "name": null, "phone": null},
        }),
    );
    method.hide("number", card.number);
    method
}

pub(super) fn behaviour(method: &Object) -> Behaviour {
    let card = method.hidden_text("number").and_then(TestCard::by_number);
    card.map_or(Behaviour::Approves, |card| card.behaviour)
}

/// The card that a parameter names, locked; a name such as `pm_card_visa` makes one.
pub(super) async fn named(call: &mut Call<'_>, id: &str, param: &str) -> Outcome<Object> {
    if let Some(card) = TestCard::by_token(id) {
        let method = fresh(call, card, None);
        call.insert(&method).await?;
        return Ok(method);
    }
    call.find_to_change(Kind::PaymentMethod, id, Place::Param(param)).await
}

/// # Errors
/// A card that is somebody else's, or was used up: without a customer it is good for one payment.
pub(super) fn usable_by(method: &Object, customer: Option<&str>) -> Result<(), Refusal> {
    match (method.text("customer"), customer) {
        (Some(owner), Some(customer)) if owner == customer => Ok(()),
        (Some(_), Some(_)) => Err(Refusal::state(
            "payment_method_unexpected_state",
            "The payment method you provided is attached to another customer. Please use one that \
             belongs to this customer.",
        )),
        (Some(_), None) => Err(Refusal::state(
            "payment_method_unexpected_state",
            "The payment method you provided is attached to a customer so for security purposes you \
             must provide the customer in the request.",
        )),
        (None, _) if method.hides("used") => Err(Refusal::state(
            "payment_method_unexpected_state",
            "The provided PaymentMethod was previously used without being attached to a Customer or was \
             detached from a Customer, and may not be used again.",
        )),
        (None, _) => Ok(()),
    }
}

pub(in crate::sandbox) async fn retrieve(call: &mut Call<'_>, params: Params, id: &str) -> Outcome {
    super::retrieve(call, params, Kind::PaymentMethod, id).await
}

pub(in crate::sandbox) async fn list(
    call: &mut Call<'_>,
    mut params: Params,
    customer: Option<&str>,
) -> Outcome {
    let asked = params.text("customer")?;
    let customer = match customer {
        Some(id) => call.find(Kind::Customer, id, Place::Path).await?.id,
        None => asked.ok_or_else(|| params.missing("customer"))?,
    };
    params.one_of("type", &["card"])?;
    params.accept(&["allow_redisplay"]);
    let owner = Some(("customer", customer.as_str()));
    list::of(call, params, Kind::PaymentMethod, "/v1/payment_methods", &[], owner).await
}

pub(in crate::sandbox) async fn attach(
    call: &mut Call<'_>,
    mut params: Params,
    id: &str,
) -> Outcome {
    let customer = params.required("customer")?;
    params.finish()?;
    let method = attach_to(call, id, &customer, "id").await?;
    Ok(method.shown())
}

/// Attaches a card to a customer, if its bank lets it be saved.
pub(super) async fn attach_to(
    call: &mut Call<'_>,
    id: &str,
    customer: &str,
    param: &str,
) -> Outcome<Object> {
    let customer = customers::named(call, customer, "customer").await?;
    let mut method = named(call, id, param).await?;
    if method.is("customer", &customer.id) {
        return Ok(method);
    }
    usable_by(&method, None)?;
    // Whoever attaches a card has no cardholder at hand to be asked.
    let question =
        Question { purpose: Purpose::Save, off_session: false, is_set_up: false, has_passed: true };
    if let Verdict::Declined(why) = behaviour(&method).verdict(question) {
        return Err(why.refusal().about(&method).into());
    }
    keep_for(call, &mut method, &customer.id, false).await?;
    Ok(method)
}

/// Attaches a card; `is_set_up` where its bank agreed to later payments.
pub(super) async fn keep_for(
    call: &mut Call<'_>,
    method: &mut Object,
    customer: &str,
    is_set_up: bool,
) -> Outcome<()> {
    let is_new = !method.is("customer", customer);
    method.set("customer", customer);
    if is_set_up {
        method.hide("set_up", true);
    }
    call.save(method).await?;
    if is_new {
        call.tell("payment_method.attached", method).await?;
    }
    Ok(())
}

pub(in crate::sandbox) async fn detach(call: &mut Call<'_>, params: Params, id: &str) -> Outcome {
    params.finish()?;
    let mut method = call.find_to_change(Kind::PaymentMethod, id, Place::Path).await?;
    if method.text("customer").is_none() {
        let message = "The payment method you provided is not attached to a customer so detachment is \
                       impossible.";
        return Err(Refusal::state("", message).with("param", "payment_method").into());
    }
    method.set("customer", serde_json::Value::Null);
    method.hide("used", true);
    call.save(&method).await?;
    call.tell("payment_method.detached", &method).await?;
    Ok(method.shown())
}
