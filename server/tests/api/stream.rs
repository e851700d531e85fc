//! An event stream as a client reads it.

use std::time::Duration;

use axum::{
    body::{Body, BodyDataStream},
    http::{Method, StatusCode, request::Builder},
};
use futures_util::StreamExt;
use tokio::time::timeout;
use traveloure_core::api::event::{Event, Kind};
use traveloure_server::testing::{Backend, Person};

/// Long enough for a slow machine; nothing waits for it unless the test fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// An open stream.
pub struct Stream {
    body: BodyDataStream,
    text: String,
    /// The last id that the server has said.
    pub last_id: String,
}

impl Stream {
    /// Opens a stream that begins now.
    pub async fn open(backend: &Backend, person: &Person) -> Self {
        Self::resume(backend, person, None).await
    }

    /// Opens a stream behind `last_id`.
    pub async fn resume(backend: &Backend, person: &Person, last_id: Option<&str>) -> Self {
        let mut request = backend.request(person, Method::GET, "/api/events/");
        if let Some(id) = last_id {
            request = request.header("last-event-id", id);
        }
        Self::send(backend, request).await
    }

    /// Opens the stream at a path with parameters.
    pub async fn open_at(backend: &Backend, person: &Person, path: &str) -> Self {
        Self::send(backend, backend.request(person, Method::GET, path)).await
    }

    async fn send(backend: &Backend, request: Builder) -> Self {
        let response = backend.respond(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let body = response.into_body().into_data_stream();
        Self { body, text: String::new(), last_id: String::new() }
    }

    /// The next event but for registrations, which may still be on their way when a stream begins; none once the server has ended the stream.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            let block = self.block().await?;
            let field = |name| block.lines().find_map(|line: &str| line.strip_prefix(name));
            if let Some(id) = field("id: ") {
                id.clone_into(&mut self.last_id);
            }
            let Some(data) = field("data: ") else { continue };
            let event: Event = serde_json::from_str(data).unwrap();
            assert_eq!(field("event: "), Some(event.kind.as_str()));
            if event.kind != Kind::AccountCreated {
                return Some(event);
            }
        }
    }

    /// Waits for the first words of the server, which say where the stream begins.
    pub async fn begun(mut self) -> Self {
        let block = self.block().await.unwrap();
        let id = block.lines().find_map(|line| line.strip_prefix("id: ")).unwrap();
        id.clone_into(&mut self.last_id);
        self
    }

    /// The kind of the next event, which there must be.
    pub async fn kind(&mut self) -> Kind {
        self.next().await.expect("an event").kind
    }

    /// The next event of this kind, whatever comes before it.
    pub async fn after(&mut self, kind: Kind) -> Event {
        loop {
            let event = self.next().await.expect("an event");
            if event.kind == kind {
                return event;
            }
        }
    }

    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                return Some(block);
            }
            let piece = timeout(PATIENCE, self.body.next()).await.expect("something in time")?;
            self.text.push_str(std::str::from_utf8(&piece.unwrap()).unwrap());
        }
    }
}
