//! `/v1/events`, and the form in which they are also sent to us.

use serde::Deserialize;

use super::{
    client::Client,
    form::{Form, path},
    wire::{Malformed, instant},
};
use crate::app::gateway::{AccountId, Event, EventId, GatewayError};

/// Read leniently, and of the object only its name: a message may be of another version of the API
/// than our calls, and is never believed anyway.
#[derive(Debug, Deserialize)]
pub(super) struct Wire {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    created: i64,
    #[serde(default)]
    livemode: bool,
    account: Option<String>,
    data: Data,
}

#[derive(Debug, Deserialize)]
struct Data {
    object: Object,
}

#[derive(Debug, Deserialize)]
struct Object {
    id: Option<String>,
    #[serde(default)]
    object: String,
}

pub(super) async fn retrieve(
    client: &Client,
    id: &EventId,
    account: Option<&AccountId>,
) -> Result<Event, GatewayError> {
    let path = path("events", id.as_str(), "")?;
    client.get_of::<Wire, _>(account, &path, &Form::default()).await
}

impl TryFrom<Wire> for Event {
    type Error = Malformed;

    fn try_from(wire: Wire) -> Result<Self, Malformed> {
        Ok(Self {
            id: wire.id.into(),
            kind: wire.kind,
            created: instant(wire.created)?,
            livemode: wire.livemode,
            account: wire.account.map(AccountId::from),
            object_kind: wire.data.object.object,
            object_id: wire.data.object.id,
        })
    }
}
