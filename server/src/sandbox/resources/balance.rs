//! `/v1/balance` and `/v1/balance_transactions`

use serde_json::{Value, json};

use super::{Call, Kind, Outcome, Params};
use crate::sandbox::{list, store::balances};

pub(in crate::sandbox) async fn retrieve(call: &mut Call<'_>, params: Params) -> Outcome {
    params.finish()?;
    let found = balances::of(call.db, &call.origin.account).await?;
    let amounts = |zero: bool| -> Vec<Value> {
        let amount = |amount: i64| if zero { 0 } else { amount };
        found
            .iter()
            .map(|(currency, available)| {
                let amount = amount(*available);
                json!({"amount": amount, "currency": currency, "source_types": {"card": amount}})
            })
            .collect()
    };
    // Money is available as soon as it is charged.
    Ok(json!({
        "object": "balance", "available": amounts(false), "pending": amounts(true),
        "livemode": false,
    }))
}

pub(in crate::sandbox) async fn list(call: &mut Call<'_>, params: Params) -> Outcome {
    let url = "/v1/balance_transactions";
    let by = ["currency", "source", "type"];
    list::of(call, params, Kind::BalanceTransaction, url, &by, None).await
}

pub(in crate::sandbox) async fn transaction(
    call: &mut Call<'_>,
    params: Params,
    id: &str,
) -> Outcome {
    super::retrieve(call, params, Kind::BalanceTransaction, id).await
}
