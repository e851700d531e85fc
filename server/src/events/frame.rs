//! Events as they are written on a stream (Server-Sent Events, HTML standard 9.2).

use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio_util::bytes::Bytes;
use traveloure_core::api::event::Kind;
use uuid::Uuid;

use crate::store::outbox::{Position, Stored};

/// The same as `core::api::event::Event`, with the kind as it was stored: one of a newer version goes to
/// the clients all the same, which know what to make of it.
#[derive(Serialize)]
struct Data<'a> {
    kind: &'a str,
    subject: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i64>,
    at: DateTime<Utc>,
}

/// An event.
pub(super) fn of_event(event: &Stored) -> Bytes {
    let data =
        Data { kind: &event.kind, subject: event.subject, version: event.version, at: event.at };
    write(event.position, &data)
}

/// Something may have been missed; the stream goes on from `position`.
pub(super) fn reset(position: Position, now: DateTime<Utc>) -> Bytes {
    let kind = Kind::Reset.as_str();
    write(position, &Data { kind, subject: Uuid::nil(), version: None, at: now })
}

/// No event: everything up to `position` has been told. Also keeps the line from looking dead.
pub(super) fn reached(position: Position) -> Bytes {
    Bytes::from(format!(":\nid: {position}\n\n"))
}

/// No event, and nothing to say of the position.
pub(super) const KEEP_ALIVE: Bytes = Bytes::from_static(b":\n\n");

fn write(position: Position, data: &Data<'_>) -> Bytes {
    // Strings, numbers and times always make JSON, on one line.
    let json = serde_json::to_string(data).unwrap_or_default();
    Bytes::from(format!("id: {position}\nevent: {}\ndata: {json}\n\n", data.kind))
}

#[cfg(test)]
mod tests {
    use traveloure_core::api::event::Event;

    use super::*;

    fn data(frame: &Bytes) -> Event {
        let text = std::str::from_utf8(frame).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
        serde_json::from_str(line).unwrap()
    }

    #[test]
    fn a_frame_says_what_the_contract_says() {
        let at = "2026-07-01T08:00:00Z".parse().unwrap();
        let subject = Uuid::from_u128(7);
        let stored = Stored {
            position: Position { txid: 812, seq: 4071 },
            kind: Kind::RequestSubmitted.as_str().to_owned(),
            subject,
            version: Some(3),
            user: None,
            provider: None,
            at,
        };
        let frame = of_event(&stored);
        assert!(frame.starts_with(b"id: 812-4071\nevent: request.submitted\ndata: {"));
        assert!(frame.ends_with(b"}\n\n"));
        let event = Event { kind: Kind::RequestSubmitted, subject, version: Some(3), at };
        assert_eq!(data(&frame), event);

        let frame = reset(Position::before(9), at);
        assert!(frame.starts_with(b"id: 9-0\nevent: reset\n"));
        assert_eq!(data(&frame).kind, Kind::Reset);
    }
}
