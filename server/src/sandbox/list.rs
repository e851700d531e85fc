//! Lists, a page at a time.

use serde_json::{Value, json};

use super::{
    call::Call,
    object::Kind,
    params::Params,
    refusal::{Outcome, Place, Refusal},
    store::objects::{self, Filter},
};

/// Takes what every list may be asked for: how many, and the filter they stand in.
pub(super) fn paging(params: &mut Params) -> Result<(i64, Filter), Refusal> {
    let limit = params.int("limit")?.unwrap_or(10);
    if !(1..=100).contains(&limit) {
        let message = "Limit must be between 1 and 100";
        return Err(params.invalid("limit", "parameter_invalid_integer", message));
    }
    let (after, before) = (params.text("starting_after")?, params.text("ending_before")?);
    if after.is_some() && before.is_some() {
        let message = "You cannot parameterize both starting_after and ending_before.";
        return Err(params.invalid("ending_before", "parameters_exclusive", message));
    }
    let created = params.range("created")?;
    let mut filter = Filter::default();
    (filter.from, filter.until) = (created.from, created.until);
    (filter.after, filter.before) = (after, before);
    Ok((limit, filter))
}

/// A page of the objects of a kind; `by` are the fields that can be filtered by, `fixed` those that are.
pub(super) async fn of(
    call: &mut Call<'_>,
    mut params: Params,
    kind: Kind,
    url: &str,
    by: &[&str],
    fixed: Option<(&str, &str)>,
) -> Outcome {
    let (limit, mut filter) = paging(&mut params)?;
    if let Some((field, value)) = fixed {
        filter = filter.by(field, value);
    }
    for field in by {
        if let Some(value) = params.text(field)? {
            filter = filter.by(field, &value);
        }
    }
    params.finish()?;
    for (name, cursor) in [("starting_after", &filter.after), ("ending_before", &filter.before)] {
        if let Some(cursor) = cursor {
            call.find(kind, cursor, Place::Param(name)).await?;
        }
    }
    let mut found = objects::list(call.db, kind, &call.origin.account, &filter, limit + 1).await?;
    let has_more = found.len() > usize::try_from(limit).unwrap_or_default();
    if has_more {
        // With `ending_before` the one too many is the newest.
        if filter.before.is_some() {
            found.remove(0);
        } else {
            found.pop();
        }
    }
    let data: Vec<Value> = found.iter().map(super::object::Object::shown).collect();
    Ok(page(&data, has_more, url))
}

pub(super) fn page(data: &[Value], has_more: bool, url: &str) -> Value {
    json!({"object": "list", "data": data, "has_more": has_more, "url": url})
}
