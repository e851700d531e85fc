//! `/v1/charges`: made by paying intents, never by themselves.

use super::{Call, Kind, Outcome, Params};
use crate::sandbox::list;

pub(in crate::sandbox) async fn retrieve(call: &mut Call<'_>, params: Params, id: &str) -> Outcome {
    super::retrieve(call, params, Kind::Charge, id).await
}

pub(in crate::sandbox) async fn list(call: &mut Call<'_>, params: Params) -> Outcome {
    let by = ["customer", "payment_intent", "transfer_group"];
    list::of(call, params, Kind::Charge, "/v1/charges", &by, None).await
}

pub(in crate::sandbox) async fn update(call: &mut Call<'_>, params: Params, id: &str) -> Outcome {
    let texts = ["description", "receipt_email", "transfer_group"];
    let charge = super::update_texts(call, params, Kind::Charge, id, &texts).await?;
    Ok(charge.shown())
}
