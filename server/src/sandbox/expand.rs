//! `expand[]`: objects in the place of their ids.

use serde_json::{Value, json};

use super::{
    call::Call,
    object::Kind,
    refusal::{Outcome, Refusal},
    store::objects::{self, Filter},
};

/// No path is longer.
const DEEPEST: usize = 4;

/// Puts objects in the place of the ids at these paths, such as `latest_charge.balance_transaction`
/// or, in a list, `data.customer`.
pub(super) async fn expand(call: &mut Call<'_>, doc: &mut Value, paths: &[String]) -> Outcome<()> {
    for path in paths {
        let parts: Vec<&str> = path.split('.').collect();
        if parts.len() > DEEPEST {
            let message = format!("You cannot expand more than {DEEPEST} levels of a property");
            return Err(Refusal::parameter("expand", "parameter_invalid_string", message).into());
        }
        let mut places = vec![String::new()];
        for part in parts {
            let mut next = Vec::new();
            for place in places {
                step(call, doc, &place, part, path, &mut next).await?;
            }
            places = next;
        }
    }
    Ok(())
}

async fn step(
    call: &mut Call<'_>,
    doc: &mut Value,
    place: &str,
    part: &str,
    path: &str,
    next: &mut Vec<String>,
) -> Outcome<()> {
    let at = format!("{place}/{part}");
    if doc.pointer(&at).is_none() && !add_list(call, doc, place, part).await? {
        let message = format!("This property cannot be expanded ({path}).");
        return Err(Refusal::parameter("expand", "parameter_invalid_string", message).into());
    }
    let elements = match doc.pointer(&at) {
        Some(Value::Array(elements)) => elements.len(),
        Some(Value::Null) | None => return Ok(()),
        Some(_) => {
            put_object(call, doc, &at).await?;
            next.push(at);
            return Ok(());
        }
    };
    for index in 0..elements {
        let at = format!("{at}/{index}");
        put_object(call, doc, &at).await?;
        next.push(at);
    }
    Ok(())
}

async fn put_object(call: &mut Call<'_>, doc: &mut Value, at: &str) -> Outcome<()> {
    let Some(slot) = doc.pointer_mut(at) else { return Ok(()) };
    if let Some(id) = slot.as_str()
        && let Some(object) = objects::find(call.db, &call.origin.account, id).await?
    {
        *slot = object.shown();
    }
    Ok(())
}

/// Adds a list that is only shown when it is asked for; says whether there is one of that name.
async fn add_list(call: &mut Call<'_>, doc: &mut Value, place: &str, part: &str) -> Outcome<bool> {
    let Some(parent) = doc.pointer(place) else { return Ok(false) };
    let id = parent.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let kind = parent.get("object").and_then(Value::as_str).and_then(Kind::parse);
    let account = &call.origin.account;
    let (data, url) = match (kind, part) {
        (Some(Kind::CheckoutSession), "line_items") => {
            let session = objects::find(call.db, account, &id).await?;
            let items = session.and_then(|session| session.hidden.get("line_items").cloned());
            let items = items.and_then(|items| items.as_array().cloned()).unwrap_or_default();
            (items, format!("/v1/checkout/sessions/{id}/line_items"))
        }
        (Some(Kind::Charge), "refunds") => {
            let filter = Filter::default().by("charge", &id);
            let found = objects::list(call.db, Kind::Refund, account, &filter, 100).await?;
            let data = found.iter().map(super::object::Object::shown).collect();
            (data, format!("/v1/charges/{id}/refunds"))
        }
        _ => return Ok(false),
    };
    if let Some(Value::Object(parent)) = doc.pointer_mut(place) {
        let list = json!({"object": "list", "data": data, "has_more": false, "url": url});
        parent.insert(part.to_owned(), list);
    }
    Ok(true)
}
