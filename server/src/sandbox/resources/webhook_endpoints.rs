//! `/v1/webhook_endpoints`: other places to send events to than the servers themselves.

use serde_json::{Value, json};

use super::{Call, Outcome, Params, Place};
use crate::sandbox::{
    list::page,
    refusal::Refusal,
    store::endpoints::{self, Endpoint},
};

pub(in crate::sandbox) async fn create(call: &mut Call<'_>, mut params: Params) -> Outcome {
    let url = params.required("url")?;
    let enabled_events = params.texts("enabled_events")?;
    let connect = params.flag("connect")?;
    let metadata = params.metadata()?;
    params.accept(&["api_version", "description"]);
    if enabled_events.is_empty() {
        return Err(params.missing("enabled_events").into());
    }
    // The sandbox speaks to its own machine and network only, without encryption.
    if url::Url::parse(&url).ok().is_none_or(|url| url.scheme() != "http") {
        let message = "Invalid URL: the sandbox sends to http addresses only.";
        return Err(params.invalid("url", "url_invalid", message).into());
    }
    params.finish()?;
    let endpoint = Endpoint {
        id: call.id("we_"),
        connect,
        url: Some(url),
        secret: format!("whsec_{}", call.sandbox.letters(32)),
        enabled_events,
        enabled: true,
        metadata: metadata.fresh(),
        created: call.timestamp(),
    };
    endpoints::offer(call.db, &endpoint).await?;
    let mut shown = shown(&endpoint);
    shown["secret"] = endpoint.secret.into();
    Ok(shown)
}

/// Without its secret, which is said once.
fn shown(endpoint: &Endpoint) -> Value {
    json!({
        "id": endpoint.id, "object": "webhook_endpoint", "api_version": null, "application": null,
        "created": endpoint.created, "description": null, "enabled_events": endpoint.enabled_events,
        "livemode": false, "metadata": endpoint.metadata, "url": endpoint.url,
        "status": if endpoint.enabled { "enabled" } else { "disabled" },
    })
}

pub(in crate::sandbox) async fn retrieve(call: &mut Call<'_>, params: Params, id: &str) -> Outcome {
    params.finish()?;
    let found = endpoints::find(call.db, id).await?.filter(|endpoint| endpoint.url.is_some());
    let missing = || Refusal::missing("webhook_endpoint", id, Place::Path);
    Ok(shown(&found.ok_or_else(missing)?))
}

pub(in crate::sandbox) async fn list(call: &mut Call<'_>, mut params: Params) -> Outcome {
    params.accept(&["limit"]);
    params.finish()?;
    let found = endpoints::registered(call.db).await?;
    let data: Vec<Value> = found.iter().map(shown).collect();
    Ok(page(&data, false, "/v1/webhook_endpoints"))
}

pub(in crate::sandbox) async fn delete(call: &mut Call<'_>, params: Params, id: &str) -> Outcome {
    params.finish()?;
    if !endpoints::delete(call.db, id).await? {
        return Err(Refusal::missing("webhook_endpoint", id, Place::Path).into());
    }
    Ok(json!({"id": id, "object": "webhook_endpoint", "deleted": true}))
}
