//! `/v1/transfers`: money of the platform's that goes to a connected account.

use serde_json::{Value, json};

use super::{Call, Kind, Object, Outcome, Params, Place, accounts};
use crate::sandbox::{
    call::Entry,
    currency, list,
    refusal::Refusal,
    store::{
        balances,
        objects::{self, Filter},
    },
};

pub(in crate::sandbox) async fn create(call: &mut Call<'_>, mut params: Params) -> Outcome {
    let amount = params.required_int("amount")?;
    let currency = currency::required(&mut params)?;
    let destination = params.required("destination")?;
    let source = params.text("source_transaction")?;
    let mut group = params.text("transfer_group")?;
    let description = params.text("description")?;
    let metadata = params.metadata()?;
    params.one_of("source_type", &["card"])?;
    if !(1..=currency::LARGEST).contains(&amount) {
        let message = "This value must be greater than or equal to 1.";
        return Err(params.invalid("amount", "parameter_invalid_integer", message).into());
    }
    params.finish()?;
    let destination = accounts::named(call, &destination, "destination").await?;
    if !accounts::takes_transfers(&destination) {
        let message = "Your destination account needs to have at least one of the following \
                       capabilities enabled: transfers, crypto_transfers, legacy_payments";
        let refusal = Refusal::state("insufficient_capabilities_for_transfer", message);
        return Err(refusal.into());
    }
    if let Some(source) = &source {
        let charge = check_source(call, source, amount, &currency).await?;
        let fallback = || format!("group_{}", charge.text("payment_intent").unwrap_or(&charge.id));
        group = group.or_else(|| charge.owned("transfer_group")).or_else(|| Some(fallback()));
    }
    let mut transfer = call.make(
        Kind::Transfer,
        json!({
            "amount": amount, "amount_reversed": 0, "currency": currency, "description": description,
            "destination": destination.id, "metadata": metadata.fresh(), "reversed": false,
            "source_transaction": source, "source_type": "card", "transfer_group": group,
        }),
    );
    let account = call.origin.account.clone();
    if !balances::take(call.db, &account, &currency, amount).await? {
        let message = "You have insufficient available funds in your Stripe account. Try adding funds \
                       directly to your available balance by creating Charges using the \
                       4000000000000077 test card.";
        return Err(Refusal::state("balance_insufficient", message).into());
    }
    let entry = Entry {
        kind: "transfer",
        category: "transfer",
        amount: -amount,
        fee: 0,
        currency: &currency,
        source: &transfer.id,
        description: description.as_deref(),
        is_taken: true,
    };
    let booked = call.book(&account, entry).await?;
    let payment = receive(call, &transfer).await?;
    transfer.set("balance_transaction", booked.id);
    transfer.set("destination_payment", payment);
    show_reversals(&mut transfer, &[]);
    call.insert(&transfer).await?;
    call.tell("transfer.created", &transfer).await?;
    Ok(transfer.shown())
}

/// The charge that a transfer is of, locked, if it has that much left to transfer.
async fn check_source(
    call: &mut Call<'_>,
    source: &str,
    amount: i64,
    currency: &str,
) -> Outcome<Object> {
    let place = Place::Param("source_transaction");
    let charge = call.find_to_change(Kind::Charge, source, place).await?;
    if !charge.is("currency", currency) {
        let message = format!(
            "The currency of source_transaction's balance transaction ({}) must be the same as the \
             transfer currency ({currency})",
            charge.known("currency")
        );
        return Err(Refusal::parameter("currency", "parameter_invalid_string", message).into());
    }
    let filter = Filter::default().by("source_transaction", source);
    let others =
        objects::list(call.db, Kind::Transfer, &call.origin.account, &filter, 1000).await?;
    let gone: i64 =
        others.iter().map(|other| other.int("amount") - other.int("amount_reversed")).sum();
    if !charge.is("status", "succeeded") || gone + amount > charge.int("amount") {
        let message =
            "Transfers using this transaction as a source must not exceed the source amount.";
        return Err(Refusal::parameter("amount", "parameter_invalid_integer", message).into());
    }
    Ok(charge)
}

/// The payment by which the connected account receives a transfer.
async fn receive(call: &mut Call<'_>, transfer: &Object) -> Outcome<String> {
    let account = transfer.known("destination").to_owned();
    let mut payment = call.make_for(
        &account,
        Kind::Charge,
        json!({
            "amount": transfer.int("amount"), "amount_captured": transfer.int("amount"),
            "amount_refunded": 0, "captured": true, "currency": transfer.known("currency"),
            "customer": null, "disputed": false, "metadata": {}, "paid": true, "refunded": false,
            "source_transfer": transfer.id, "status": "succeeded",
            "transfer_group": transfer.text("transfer_group"),
        }),
    );
    payment.id = call.id("py_");
    payment.set("id", payment.id.clone());
    let entry = Entry {
        kind: "payment",
        category: "charge",
        amount: transfer.int("amount"),
        fee: 0,
        currency: transfer.known("currency"),
        source: &payment.id,
        description: None,
        is_taken: false,
    };
    let booked = call.book(&account, entry).await?;
    payment.set("balance_transaction", booked.id);
    call.insert(&payment).await?;
    Ok(payment.id)
}

/// Shows the newest ten reversals in the transfer, as Stripe does.
pub(super) fn show_reversals(transfer: &mut Object, reversals: &[Object]) {
    let data: Vec<Value> = reversals.iter().take(10).map(Object::shown).collect();
    let url = format!("/v1/transfers/{}/reversals", transfer.id);
    transfer.set(
        "reversals",
        json!({
            "object": "list", "data": data, "has_more": reversals.len() > 10,
            "total_count": reversals.len(), "url": url,
        }),
    );
}

pub(in crate::sandbox) async fn retrieve(call: &mut Call<'_>, params: Params, id: &str) -> Outcome {
    super::retrieve(call, params, Kind::Transfer, id).await
}

pub(in crate::sandbox) async fn list(call: &mut Call<'_>, params: Params) -> Outcome {
    let by = ["destination", "transfer_group"];
    list::of(call, params, Kind::Transfer, "/v1/transfers", &by, None).await
}

pub(in crate::sandbox) async fn update(call: &mut Call<'_>, params: Params, id: &str) -> Outcome {
    let texts = ["description"];
    let transfer = super::update_texts(call, params, Kind::Transfer, id, &texts).await?;
    call.tell("transfer.updated", &transfer).await?;
    Ok(transfer.shown())
}
