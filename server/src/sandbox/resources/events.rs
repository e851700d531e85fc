//! `/v1/events`

use super::{Call, Outcome, Params, Place};
use crate::sandbox::{
    list::{page, paging},
    refusal::Refusal,
    store::events,
};

pub(in crate::sandbox) async fn retrieve(call: &mut Call<'_>, params: Params, id: &str) -> Outcome {
    params.finish()?;
    let found = events::find(call.db, &call.origin.account, id).await?;
    Ok(found.ok_or_else(|| Refusal::missing("event", id, Place::Path))?)
}

pub(in crate::sandbox) async fn list(call: &mut Call<'_>, mut params: Params) -> Outcome {
    let (limit, filter) = paging(&mut params)?;
    let mut kinds = params.texts("types")?;
    kinds.extend(params.text("type")?);
    params.accept(&["delivery_success"]);
    if filter.before.is_some() {
        let message = "The sandbox lists events forwards only.";
        return Err(params.invalid("ending_before", "parameter_unknown", message).into());
    }
    params.finish()?;
    let account = &call.origin.account;
    if let Some(after) = &filter.after
        && events::find(call.db, account, after).await?.is_none()
    {
        return Err(Refusal::missing("event", after, Place::Param("starting_after")).into());
    }
    let mut found = events::list(call.db, account, &kinds, &filter, limit + 1).await?;
    let has_more = found.len() > usize::try_from(limit).unwrap_or_default();
    if has_more {
        found.pop();
    }
    Ok(page(&found, has_more, "/v1/events"))
}
