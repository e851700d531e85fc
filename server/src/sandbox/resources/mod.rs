//! One file per resource of the API. Each operation takes its parameters first and refuses what is left
//! over before it changes anything.

pub(super) mod account_links;
pub(super) mod accounts;
pub(super) mod balance;
pub(super) mod charges;
pub(super) mod checkout;
pub(super) mod customers;
pub(super) mod disputes;
pub(super) mod events;
pub(super) mod payment_intents;
pub(super) mod payment_methods;
pub(super) mod payments;
pub(super) mod refunds;
pub(super) mod reversals;
pub(super) mod sessions;
pub(super) mod setup_intents;
pub(super) mod transfers;
pub(super) mod webhook_endpoints;

use serde_json::{Value, json};

use super::{
    call::Call,
    object::{Kind, Object, fields},
    params::{Metadata, Params},
    refusal::{Outcome, Place},
};

/// Retrieves an object and nothing else.
async fn retrieve(call: &mut Call<'_>, params: Params, kind: Kind, id: &str) -> Outcome {
    params.finish()?;
    Ok(call.find(kind, id, Place::Path).await?.shown())
}

/// Changes nothing but texts of these names and metadata.
async fn update_texts(
    call: &mut Call<'_>,
    mut params: Params,
    kind: Kind,
    id: &str,
    texts: &[&str],
) -> Outcome<Object> {
    let metadata = params.metadata()?;
    let mut changes = Vec::new();
    for name in texts {
        if params.has(name) {
            changes.push((*name, params.text(name)?));
        }
    }
    params.finish()?;
    let mut object = call.find_to_change(kind, id, Place::Path).await?;
    change_metadata(&mut object, &metadata);
    for (name, text) in changes {
        object.set(name, text);
    }
    call.save(&object).await?;
    Ok(object)
}

fn change_metadata(object: &mut Object, metadata: &Metadata) {
    let mut values = fields(object.doc.remove("metadata").unwrap_or_else(|| json!({})));
    metadata.change(&mut values);
    object.set("metadata", Value::Object(values));
}
