//! `/v1/checkout/sessions`: pages on which a person pays or saves a card.

use chrono::TimeDelta;
use serde_json::{Map, Value, json};

use super::{
    Call, Kind, Object, Outcome, Params, Place, customers, payment_intents, payment_methods,
    setup_intents,
};
use crate::sandbox::{
    currency, list as lists,
    params::Metadata,
    refusal::{Effects, Refusal},
};

/// What is bought: the items as the API shows them, the sum, and its currency.
struct Bought {
    items: Vec<Value>,
    total: i64,
    currency: String,
}

pub(in crate::sandbox) async fn create(call: &mut Call<'_>, mut params: Params) -> Outcome {
    let mode = params.one_of("mode", &["payment", "setup"])?;
    let mode = mode.ok_or_else(|| params.missing("mode"))?;
    let is_payment = mode == "payment";
    let metadata = params.metadata()?;
    let success_url = params.required("success_url")?;
    let cancel_url = params.text("cancel_url")?;
    let customer = params.text("customer")?;
    let mut email = params.text("customer_email")?;
    let creation = params.one_of("customer_creation", &["always", "if_required"])?;
    let reference = params.text("client_reference_id")?;
    let expires_at = take_expiry(call, &mut params)?;
    let bought = if is_payment { Some(take_items(call, &mut params)?) } else { None };
    let setup_currency = match params.text("currency")? {
        Some(code) => Some(currency::check(&params, &code)?),
        None => None,
    };
    let intended = take_intended(&mut params, is_payment)?;
    payment_methods::take_kinds(&mut params)?;
    params.one_of("ui_mode", &["hosted", "hosted_page"])?;
    params.accept(&[
        "adaptive_pricing",
        "billing_address_collection",
        "locale",
        "payment_method_options",
        "phone_number_collection",
        "saved_payment_method_options",
        "submit_type",
    ]);
    if customer.is_some() && email.is_some() {
        let message = "You may only specify one of these parameters: customer, customer_email.";
        return Err(params.invalid("customer_email", "parameters_exclusive", message).into());
    }
    params.finish()?;
    if let Some(id) = &customer {
        email = customers::named(call, id, "customer").await?.owned("email");
    }
    let total = bought.as_ref().map(|bought| bought.total);
    let currency = bought.as_ref().map(|bought| bought.currency.clone()).or(setup_currency);
    let mut session = call.make(
        Kind::CheckoutSession,
        json!({
            "after_expiration": null, "allow_promotion_codes": null, "amount_subtotal": total,
            "amount_total": total, "automatic_tax": {"enabled": false, "status": null},
            "cancel_url": cancel_url, "client_reference_id": reference, "client_secret": null,
            "currency": currency, "customer": customer, "customer_creation": creation,
            "customer_details": null, "customer_email": if customer.is_none() { email.clone() } else { None },
            "custom_fields": [], "custom_text": {}, "expires_at": expires_at, "invoice": null,
            "locale": null, "metadata": metadata.fresh(), "mode": mode, "payment_intent": null,
            "payment_link": null, "payment_method_collection": "if_required",
            "payment_method_options": {}, "payment_method_types": ["card"],
            "payment_status": if is_payment { "unpaid" } else { "no_payment_required" },
            "setup_intent": null, "shipping_options": [], "status": "open", "submit_type": null,
            "subscription": null, "success_url": null, "ui_mode": "hosted_page",
            "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        }),
    );
    session.set("success_url", success_url.replace("{CHECKOUT_SESSION_ID}", &session.id));
    session.set("url", format!("{}/pay/{}", call.origin.base, session.id));
    session.hide("line_items", bought.map(|bought| bought.items).unwrap_or_default());
    session.hide("email", email);
    session.hidden.extend(intended);
    if !is_payment {
        let mut intent = setup_intents::fresh(call, &Metadata::default());
        intent.set("customer", session.doc.get("customer").cloned().unwrap_or_default());
        copy_intended(&session, &mut intent);
        intent.hide("session", session.id.clone());
        call.insert(&intent).await?;
        session.set("setup_intent", intent.id);
    }
    call.insert(&session).await?;
    Ok(session.shown())
}

/// Between half an hour and a day from now; a day unless it is said.
fn take_expiry(call: &Call<'_>, params: &mut Params) -> Result<i64, Refusal> {
    let day = (call.now + TimeDelta::hours(24)).timestamp();
    let Some(at) = params.int("expires_at")? else { return Ok(day) };
    // Stripe forgives what the request took to arrive.
    let soonest = (call.now + TimeDelta::minutes(30)).timestamp() - 10;
    if at < soonest || at > day + 10 {
        let message = "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours from \
                       Checkout Session creation.";
        return Err(params.invalid("expires_at", "parameter_invalid_integer", message));
    }
    Ok(at)
}

fn take_items(call: &Call<'_>, params: &mut Params) -> Result<Bought, Refusal> {
    let mut bought = Bought { items: Vec::new(), total: 0, currency: String::new() };
    for mut item in params.list("line_items")? {
        let quantity = item.int("quantity")?.unwrap_or(1);
        let mut price = item.nested("price_data")?;
        let currency = currency::required(&mut price)?;
        let unit = price.required_int("unit_amount")?;
        let mut product = price.nested("product_data")?;
        let name = product.required("name")?;
        let description = product.text("description")?;
        product.accept(&["images", "metadata", "tax_code"]);
        product.finish()?;
        price.accept(&["tax_behavior"]);
        price.finish()?;
        if !(1..=999_999).contains(&quantity) || !(0..=currency::LARGEST).contains(&unit) {
            let message = "Quantities are at least 1, amounts at least 0.";
            return Err(item.invalid("quantity", "parameter_invalid_integer", message));
        }
        item.finish()?;
        if !bought.currency.is_empty() && bought.currency != currency {
            let message = "All line items must have the same currency.";
            return Err(params.invalid("line_items", "parameter_invalid_string", message));
        }
        let amount = unit * quantity;
        bought.total += amount;
        bought.items.push(json!({
            "id": call.id("li_"), "object": "item", "amount_discount": 0, "amount_subtotal": amount,
            "amount_tax": 0, "amount_total": amount, "currency": currency, "description": name,
            "quantity": quantity,
            "price": {
                "id": call.id("price_"), "object": "price", "currency": currency,
                "unit_amount": unit, "product": call.id("prod_"), "type": "one_time",
                "nickname": description,
            },
        }));
        bought.currency = currency;
    }
    if bought.items.is_empty() {
        return Err(params.missing("line_items"));
    }
    let at = params.clone();
    currency::check_charge(&at, bought.total, &bought.currency)?;
    Ok(bought)
}

/// What the intent behind the page is to have.
fn take_intended(params: &mut Params, is_payment: bool) -> Result<Map<String, Value>, Refusal> {
    let name = if is_payment { "payment_intent_data" } else { "setup_intent_data" };
    let mut data = params.nested(name)?;
    let mut intended = Map::new();
    intended.insert("metadata".to_owned(), data.metadata()?.fresh());
    let texts: &[&str] = if is_payment {
        &["description", "receipt_email", "statement_descriptor_suffix", "transfer_group"]
    } else {
        &["description"]
    };
    for text in texts {
        if let Some(value) = data.text(text)? {
            intended.insert((*text).to_owned(), value.into());
        }
    }
    if is_payment
        && let Some(usage) = data.one_of("setup_future_usage", &["off_session", "on_session"])?
    {
        intended.insert("setup_future_usage".to_owned(), usage.into());
    }
    if is_payment {
        data.one_of("capture_method", &["automatic", "automatic_async"])?;
    }
    data.finish()?;
    Ok([("intended".to_owned(), Value::Object(intended))].into_iter().collect())
}

pub(super) fn copy_intended(session: &Object, intent: &mut Object) {
    if let Some(Value::Object(intended)) = session.hidden.get("intended") {
        intent.doc.extend(intended.clone());
    }
}

/// The checkout, locked, and expired if its time is over.
pub(in crate::sandbox) async fn current(call: &mut Call<'_>, id: &str) -> Outcome<Object> {
    let mut session = call.find_to_change(Kind::CheckoutSession, id, Place::Path).await?;
    lapse(call, &mut session).await?;
    Ok(session)
}

/// Expires a locked checkout if its time is over.
pub(in crate::sandbox) async fn lapse(call: &mut Call<'_>, session: &mut Object) -> Outcome<()> {
    if session.is("status", "open") && session.int("expires_at") <= call.timestamp() {
        expire_now(call, session).await?;
    }
    Ok(())
}

async fn expire_now(call: &mut Call<'_>, session: &mut Object) -> Outcome<()> {
    session.set("status", "expired");
    session.set("url", Value::Null);
    call.save(session).await?;
    // Nobody can pay behind the page's back.
    for (field, kind) in
        [("payment_intent", Kind::PaymentIntent), ("setup_intent", Kind::SetupIntent)]
    {
        let Some(id) = session.owned(field) else { continue };
        let mut intent = call.find_to_change(kind, &id, Place::Path).await?;
        if matches!(intent.known("status"), "succeeded" | "canceled") {
            continue;
        }
        match kind {
            Kind::PaymentIntent => {
                payment_intents::cancel_now(call, &mut intent, Some("abandoned")).await?;
            }
            _ => setup_intents::cancel_now(call, &mut intent, Some("abandoned")).await?,
        }
    }
    call.tell("checkout.session.expired", session).await
}

pub(in crate::sandbox) async fn expire(call: &mut Call<'_>, params: Params, id: &str) -> Outcome {
    params.finish()?;
    let mut session = current(call, id).await?;
    if !session.is("status", "open") {
        let message = format!(
            "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has \
             a status of {}.",
            session.known("status")
        );
        let mut refusal = Refusal::state("", message);
        // It may have lapsed just now.
        refusal.effects = Effects::Kept;
        return Err(refusal.into());
    }
    expire_now(call, &mut session).await?;
    Ok(session.shown())
}

pub(in crate::sandbox) async fn retrieve(call: &mut Call<'_>, params: Params, id: &str) -> Outcome {
    params.finish()?;
    let session = call.find(Kind::CheckoutSession, id, Place::Path).await?;
    if session.is("status", "open") && session.int("expires_at") <= call.timestamp() {
        return Ok(current(call, id).await?.shown());
    }
    Ok(session.shown())
}

pub(in crate::sandbox) async fn list(call: &mut Call<'_>, mut params: Params) -> Outcome {
    let by = ["customer", "payment_intent", "status"];
    let mut details = params.nested("customer_details")?;
    let email = details.text("email")?;
    details.finish()?;
    let fixed = email.as_deref().map(|email| ("customer_details.email", email));
    let url = "/v1/checkout/sessions";
    let mut page = lists::of(call, params, Kind::CheckoutSession, url, &by, fixed).await?;
    let now = call.timestamp();
    for session in page["data"].as_array_mut().into_iter().flatten() {
        let lapsed = session["status"] == "open"
            && session["expires_at"].as_i64().is_some_and(|expires_at| expires_at <= now);
        if lapsed && let Some(id) = session["id"].as_str() {
            *session = current(call, id).await?.shown();
        }
    }
    Ok(page)
}

pub(in crate::sandbox) async fn line_items(
    call: &mut Call<'_>,
    mut params: Params,
    id: &str,
) -> Outcome {
    params.accept(&["limit"]);
    params.finish()?;
    let session = call.find(Kind::CheckoutSession, id, Place::Path).await?;
    let items = session.hidden.get("line_items").and_then(Value::as_array).cloned();
    let url = format!("/v1/checkout/sessions/{id}/line_items");
    Ok(lists::page(&items.unwrap_or_default(), false, &url))
}
