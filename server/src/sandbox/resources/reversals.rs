//! `/v1/transfers/{id}/reversals`: money of a transfer that comes back.

use serde_json::json;

use super::{Call, Kind, Object, Outcome, Params, Place, transfers};
use crate::sandbox::{
    call::Entry,
    currency, list as lists,
    refusal::Refusal,
    store::{
        balances,
        objects::{self, Filter},
    },
};

pub(in crate::sandbox) async fn create(
    call: &mut Call<'_>,
    mut params: Params,
    id: &str,
) -> Outcome {
    let amount = params.int("amount")?;
    let metadata = params.metadata()?;
    params.accept(&["description", "refund_application_fee"]);
    let at = params.clone();
    params.finish()?;
    let mut transfer = call.find_to_change(Kind::Transfer, id, Place::Path).await?;
    let amount = reversible(&at, &transfer, amount)?;
    let currency = transfer.known("currency").to_owned();
    let destination = transfer.known("destination").to_owned();
    let mut reversal = call.make(
        Kind::TransferReversal,
        json!({
            "amount": amount, "currency": currency, "metadata": metadata.fresh(),
            "source_refund": null, "transfer": transfer.id,
        }),
    );
    let mut entry = Entry {
        kind: "transfer_refund",
        category: "transfer_reversal",
        amount,
        fee: 0,
        currency: &currency,
        source: &reversal.id.clone(),
        description: None,
        is_taken: false,
    };
    // The platform's balance first, as a transfer does, or the two could wait for each other.
    let account = call.origin.account.clone();
    let booked = call.book(&account, entry).await?;
    if !balances::take(call.db, &destination, &currency, amount).await? {
        let message = "The connected account has insufficient funds to cover the balance needed for \
                       this reversal.";
        return Err(Refusal::state("balance_insufficient", message).into());
    }
    let payment = transfer.known("destination_payment").to_owned();
    entry = Entry {
        kind: "payment_refund",
        category: "refund",
        amount: -amount,
        source: &payment,
        is_taken: true,
        ..entry
    };
    call.book(&destination, entry).await?;
    reversal.set("balance_transaction", booked.id);
    reversal.set("destination_payment_refund", call.id("pyr_"));
    call.insert(&reversal).await?;
    let reversed = transfer.int("amount_reversed") + amount;
    transfer.set("amount_reversed", reversed);
    transfer.set("reversed", reversed == transfer.int("amount"));
    let all = all_of(call, &transfer.id).await?;
    transfers::show_reversals(&mut transfer, &all);
    call.save(&transfer).await?;
    call.tell("transfer.reversed", &transfer).await?;
    Ok(reversal.shown())
}

fn reversible(at: &Params, transfer: &Object, asked: Option<i64>) -> Result<i64, Refusal> {
    let left = transfer.int("amount") - transfer.int("amount_reversed");
    let amount = asked.unwrap_or(left);
    if left == 0 {
        let message = format!("Transfer {} is already fully reversed.", transfer.id);
        return Err(Refusal::state("", message));
    }
    if amount < 1 {
        let message = "This value must be greater than or equal to 1.";
        return Err(at.invalid("amount", "parameter_invalid_integer", message));
    }
    if amount > left {
        let shown = |amount| currency::shown(amount, transfer.known("currency"));
        let message = format!(
            "Reversal amount ({}) is greater than unreversed amount on transfer ({})",
            shown(amount),
            shown(left)
        );
        return Err(Refusal::state("", message).with("param", "amount"));
    }
    Ok(amount)
}

async fn all_of(call: &mut Call<'_>, transfer: &str) -> Outcome<Vec<Object>> {
    let filter = Filter::default().by("transfer", transfer);
    let account = &call.origin.account;
    Ok(objects::list(call.db, Kind::TransferReversal, account, &filter, 1000).await?)
}

pub(in crate::sandbox) async fn list(call: &mut Call<'_>, params: Params, id: &str) -> Outcome {
    let transfer = call.find(Kind::Transfer, id, Place::Path).await?;
    let url = format!("/v1/transfers/{id}/reversals");
    let of = Some(("transfer", transfer.id.as_str()));
    lists::of(call, params, Kind::TransferReversal, &url, &[], of).await
}

pub(in crate::sandbox) async fn retrieve(
    call: &mut Call<'_>,
    params: Params,
    id: &str,
    reversal: &str,
) -> Outcome {
    params.finish()?;
    let found = call.find(Kind::TransferReversal, reversal, Place::Path).await?;
    if !found.is("transfer", id) {
        return Err(Refusal::missing("transfer_reversal", reversal, Place::Path).into());
    }
    Ok(found.shown())
}
