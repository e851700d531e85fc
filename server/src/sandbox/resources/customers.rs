//! `/v1/customers`

use serde_json::json;

use super::{Call, Kind, Metadata, Object, Outcome, Params, Place, change_metadata};
use crate::sandbox::{list, refusal::Refusal};

const TEXTS: [&str; 4] = ["email", "name", "phone", "description"];

pub(in crate::sandbox) async fn create(call: &mut Call<'_>, mut params: Params) -> Outcome {
    let metadata = params.metadata()?;
    let mut customer = fresh(call, &metadata);
    for name in TEXTS {
        customer.set(name, params.text(name)?);
    }
    let method = params.text("payment_method")?;
    let mut invoices = params.nested("invoice_settings")?;
    let default = invoices.text("default_payment_method")?;
    invoices.finish()?;
    params.accept(&["address", "shipping", "preferred_locales", "tax_exempt"]);
    params.finish()?;
    call.insert(&customer).await?;
    if let Some(method) = method {
        super::payment_methods::attach_to(call, &method, &customer.id, "payment_method").await?;
    }
    if let Some(default) = default {
        set_default(call, &mut customer, &default).await?;
        call.save(&customer).await?;
    }
    call.tell("customer.created", &customer).await?;
    Ok(customer.shown())
}

/// A customer of whom nothing is known.
pub(super) fn fresh(call: &Call<'_>, metadata: &Metadata) -> Object {
    call.make(
        Kind::Customer,
        json!({
            "email": null, "name": null, "phone": null, "description": null, "address": null,
            "shipping": null, "metadata": metadata.fresh(), "balance": 0, "currency": null,
            "default_source": null, "delinquent": false, "discount": null,
            "invoice_prefix": null, "invoice_settings": {"default_payment_method": null},
            "preferred_locales": [], "tax_exempt": "none",
        }),
    )
}

pub(in crate::sandbox) async fn list(call: &mut Call<'_>, params: Params) -> Outcome {
    list::of(call, params, Kind::Customer, "/v1/customers", &["email"], None).await
}

pub(in crate::sandbox) async fn retrieve(call: &mut Call<'_>, params: Params, id: &str) -> Outcome {
    super::retrieve(call, params, Kind::Customer, id).await
}

pub(in crate::sandbox) async fn update(
    call: &mut Call<'_>,
    mut params: Params,
    id: &str,
) -> Outcome {
    let metadata = params.metadata()?;
    let mut texts = Vec::new();
    for name in TEXTS {
        if params.has(name) {
            texts.push((name, params.text(name)?));
        }
    }
    let mut invoices = params.nested("invoice_settings")?;
    let default = invoices.text("default_payment_method")?;
    invoices.finish()?;
    params.accept(&["address", "shipping", "preferred_locales", "tax_exempt"]);
    params.finish()?;
    let mut customer = call.find_to_change(Kind::Customer, id, Place::Path).await?;
    if customer.has("deleted") {
        return Err(Refusal::missing("customer", id, Place::Path).into());
    }
    change_metadata(&mut customer, &metadata);
    for (name, text) in texts {
        customer.set(name, text);
    }
    if let Some(default) = default {
        set_default(call, &mut customer, &default).await?;
    }
    call.save(&customer).await?;
    call.tell("customer.updated", &customer).await?;
    Ok(customer.shown())
}

async fn set_default(call: &mut Call<'_>, customer: &mut Object, method: &str) -> Outcome<()> {
    let param = "invoice_settings[default_payment_method]";
    let method = call.find(Kind::PaymentMethod, method, Place::Param(param)).await?;
    if !method.is("customer", &customer.id) {
        let message = "The customer does not have this payment method attached.";
        return Err(Refusal::parameter(param, "resource_missing", message).into());
    }
    customer.set("invoice_settings", json!({"default_payment_method": method.id}));
    Ok(())
}

pub(in crate::sandbox) async fn delete(call: &mut Call<'_>, params: Params, id: &str) -> Outcome {
    params.finish()?;
    let mut customer = call.find_to_change(Kind::Customer, id, Place::Path).await?;
    if customer.has("deleted") {
        return Err(Refusal::missing("customer", id, Place::Path).into());
    }
    call.tell("customer.deleted", &customer).await?;
    customer.doc.retain(|name, _| name == "id" || name == "object");
    customer.set("deleted", true);
    call.save(&customer).await?;
    Ok(customer.shown())
}

/// The customer that a parameter names, who is still there.
pub(super) async fn named(call: &mut Call<'_>, id: &str, param: &str) -> Outcome<Object> {
    let customer = call.find(Kind::Customer, id, Place::Param(param)).await?;
    if customer.has("deleted") {
        return Err(Refusal::missing("customer", id, Place::Param(param)).into());
    }
    Ok(customer)
}
