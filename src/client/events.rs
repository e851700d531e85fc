//! The event stream: what changed elsewhere, without a gap, however often the connection breaks.

use std::time::Duration;

use reqwest::{Response, header};
use tokio::{sync::mpsc, task::JoinHandle, time};
use traveloure_core::api::event::{Event, Kind};

use super::{
    ApiError, Client,
    error::innermost,
    sse::Parser,
    transport::{jittered, refusal},
};

/// How long things may take.
#[derive(Clone, Copy, Debug)]
struct Pace {
    /// The server sends at least a comment every 15 seconds; after this silence the line is dead.
    silence: Duration,
    first_pause: Duration,
    longest_pause: Duration,
}

const PACE: Pace = Pace {
    silence: Duration::from_secs(40),
    first_pause: Duration::from_millis(500),
    longest_pause: Duration::from_secs(30),
};
/// A reader that falls behind by this many stops the reading, and the server holds what follows.
const WAITING: usize = 256;
const LARGEST_REFUSAL: usize = 64 * 1024;

/// What the stream reports.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// Connected: what is fetched from now on misses nothing.
    Online,
    /// Something changed.
    Event(Event),
    /// Something may have been missed: fetch everything that is shown anew.
    Reset,
    /// Not connected; the next attempt is made in about `retry_in`.
    Offline { reason: String, retry_in: Duration },
    /// The server refuses for good, as when the token counts no longer. The last notice.
    Refused(ApiError),
}

/// A running stream. Dropping it ends it.
#[derive(Debug)]
pub struct EventStream {
    notices: mpsc::Receiver<Notice>,
    task: JoinHandle<()>,
}

impl EventStream {
    /// The next notice; none after [`Notice::Refused`]. Cancel safe.
    pub async fn next(&mut self) -> Option<Notice> {
        self.notices.recv().await
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Client {
    /// Opens the event stream of the signed-in person and keeps it open. Must be called within a
    /// Tokio runtime.
    #[must_use]
    pub fn events(&self) -> EventStream {
        self.events_at(PACE)
    }

    fn events_at(&self, pace: Pace) -> EventStream {
        let (notify, notices) = mpsc::channel(WAITING);
        let stream =
            Stream { client: self.clone(), pace, notify, last_id: None, was_online: false };
        EventStream { notices, task: tokio::spawn(stream.run()) }
    }
}

struct Stream {
    client: Client,
    pace: Pace,
    notify: mpsc::Sender<Notice>,
    last_id: Option<String>,
    was_online: bool,
}

/// Why a connection ended.
enum End {
    Broken {
        reason: String,
        retry: Option<Duration>,
        had_events: bool,
    },
    Refused(ApiError),
    /// Nobody listens any more.
    Unheard,
}

impl End {
    fn broken(reason: impl Into<String>) -> Self {
        Self::Broken { reason: reason.into(), retry: None, had_events: false }
    }
}

impl Stream {
    async fn run(mut self) {
        let mut pause = self.pace.first_pause;
        loop {
            let (reason, retry) = match self.connection().await {
                End::Broken { reason, retry, had_events } => {
                    if had_events {
                        pause = self.pace.first_pause;
                    }
                    (reason, retry)
                }
                End::Refused(error) => {
                    let _ = self.notify.send(Notice::Refused(error)).await;
                    return;
                }
                End::Unheard => return,
            };
            let retry_in =
                jittered(pause.max(retry.unwrap_or_default()).min(self.pace.longest_pause));
            if self.notify.send(Notice::Offline { reason, retry_in }).await.is_err() {
                return;
            }
            time::sleep(retry_in).await;
            pause = (pause * 2).min(self.pace.longest_pause);
        }
    }

    /// One connection, from its beginning to its end.
    async fn connection(&mut self) -> End {
        let response = match self.connect().await {
            Ok(response) => response,
            Err(end) => return end,
        };
        if self.notify.send(Notice::Online).await.is_err() {
            return End::Unheard;
        }
        // Without an id to go on from, whatever happened while the line was down is unknown.
        if self.was_online
            && self.last_id.is_none()
            && self.notify.send(Notice::Reset).await.is_err()
        {
            return End::Unheard;
        }
        self.was_online = true;
        self.read(response).await
    }

    async fn connect(&self) -> Result<Response, End> {
        let Client { http, server, token, role, patience, .. } = &self.client;
        let url =
            server.as_url().join("api/events/").map_err(|error| End::broken(error.to_string()))?;
        let mut request = http.get(url).header(header::ACCEPT, "text/event-stream");
        if let Some(token) = token {
            request = request.bearer_auth(token.expose());
        }
        if let Some(role) = role {
            request = request.header("traveloure-role", role.as_str());
        }
        if let Some(id) = &self.last_id {
            request = request.header("last-event-id", id);
        }
        let mut response = match time::timeout(*patience, request.send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(End::broken(innermost(&error))),
            Err(_) => {
                return Err(End::broken(format!("no answer within {} s", patience.as_secs())));
            }
        };
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let mut body = Vec::new();
        while let Ok(Some(chunk)) = response.chunk().await
            && body.len() < LARGEST_REFUSAL
        {
            body.extend_from_slice(&chunk);
        }
        let error = refusal(status, &body);
        // 408 and 429 pass, as every fault of the server may; what else is wrong stays wrong.
        let stays = status.is_client_error() && !matches!(status.as_u16(), 408 | 429);
        Err(if stays { End::Refused(error) } else { End::broken(error.to_string()) })
    }

    async fn read(&mut self, mut response: Response) -> End {
        let mut parser = Parser::default();
        let mut had_events = false;
        let reason = loop {
            let chunk = match time::timeout(self.pace.silence, response.chunk()).await {
                Ok(Ok(Some(chunk))) => chunk,
                Ok(Ok(None)) => break "the server closed the connection".to_owned(),
                Ok(Err(error)) => break innermost(&error),
                Err(_) => break format!("nothing was heard for {} s", self.pace.silence.as_secs()),
            };
            had_events = true;
            let Ok(events) = parser.push(&chunk) else {
                break "the server sent something that is no event".to_owned();
            };
            for data in events {
                // A kind that this client does not know is about something it does not show.
                let Ok(event) = serde_json::from_str::<Event>(&data) else { continue };
                let notice =
                    if event.kind == Kind::Reset { Notice::Reset } else { Notice::Event(event) };
                if self.notify.send(notice).await.is_err() {
                    return End::Unheard;
                }
            }
            // Only now: what was not handed on is asked for again.
            if let Some(id) = parser.last_id() {
                self.last_id = Some(id.to_owned());
            }
        };
        End::Broken { reason, retry: parser.retry(), had_events }
    }
}

#[cfg(test)]
mod tests {
    use traveloure_core::api::problem::Code;

    use super::{
        super::test_server::{Reply, TestServer},
        *,
    };

    const FAST: Pace = Pace {
        silence: Duration::from_secs(5),
        first_pause: Duration::from_millis(2),
        longest_pause: Duration::from_millis(10),
    };

    fn event(id: &str, kind: &str) -> Vec<u8> {
        let data = format!(
            r#"{{"kind":"{kind}","subject":"00000000-0000-0000-0000-000000000000","at":"2026-07-01T00:00:00Z"}}"#
        );
        format!("event: {kind}\nid: {id}\ndata: {data}\n\n").into_bytes()
    }

    fn stream(pieces: Vec<Vec<u8>>) -> Reply {
        Reply::Pieces("text/event-stream", pieces)
    }

    async fn next(events: &mut EventStream) -> Notice {
        time::timeout(Duration::from_secs(5), events.next()).await.unwrap().unwrap()
    }

    fn kind(notice: &Notice) -> Option<Kind> {
        match notice {
            Notice::Event(event) => Some(event.kind),
            _ => None,
        }
    }

    #[tokio::test]
    async fn after_a_break_it_goes_on_behind_the_last_event() {
        let cut = event("9-1", "request.withdrawn")[..30].to_vec();
        let server = TestServer::start(vec![
            stream(vec![event("7-1", "request.submitted"), event("8-1", "request.accepted"), cut]),
            Reply::HangUp,
            Reply::Open("text/event-stream", vec![event("9-1", "request.withdrawn")]),
        ])
        .await;
        let mut events = server.client().events_at(FAST);
        assert_eq!(next(&mut events).await, Notice::Online);
        assert_eq!(kind(&next(&mut events).await), Some(Kind::RequestSubmitted));
        assert_eq!(kind(&next(&mut events).await), Some(Kind::RequestAccepted));
        assert!(matches!(next(&mut events).await, Notice::Offline { .. }));
        assert!(matches!(next(&mut events).await, Notice::Offline { .. }));
        assert_eq!(next(&mut events).await, Notice::Online);
        assert_eq!(kind(&next(&mut events).await), Some(Kind::RequestWithdrawn));
        let requests = server.requests();
        assert!(!requests[0].contains("last-event-id"));
        for request in &requests[1..3] {
            assert!(request.contains("last-event-id: 8-1"), "{request}");
            assert!(request.contains("authorization: bearer hunter2"), "{request}");
        }
    }

    #[tokio::test]
    async fn what_may_have_been_missed_is_said() {
        let server = TestServer::start(vec![
            stream(vec![b": hello\n\n".to_vec()]),
            Reply::Open(
                "text/event-stream",
                vec![
                    event("7-1", "reset"),
                    event("8-1", "of.the.future"),
                    event("9-1", "fee.changed"),
                ],
            ),
        ])
        .await;
        let mut events = server.client().events_at(FAST);
        assert_eq!(next(&mut events).await, Notice::Online);
        assert!(matches!(next(&mut events).await, Notice::Offline { .. }));
        assert_eq!(next(&mut events).await, Notice::Online);
        // Once because nothing is known of the time between, once because the server says so.
        assert_eq!(next(&mut events).await, Notice::Reset);
        assert_eq!(next(&mut events).await, Notice::Reset);
        assert_eq!(kind(&next(&mut events).await), Some(Kind::FeeChanged));
    }

    #[tokio::test]
    async fn a_refusal_ends_it_and_a_fault_does_not() {
        let server = TestServer::start(vec![
            Reply::refusal(Code::Unavailable, "later"),
            Reply::refusal(Code::NotSignedIn, "Sign in first."),
        ])
        .await;
        let mut events = server.client().events_at(FAST);
        assert!(matches!(next(&mut events).await, Notice::Offline { .. }));
        let Notice::Refused(error) = next(&mut events).await else { panic!("not refused") };
        assert_eq!(error.code(), Some(Code::NotSignedIn));
        assert_eq!(events.next().await, None);
    }

    #[tokio::test]
    async fn a_silent_line_is_given_up() {
        let server = TestServer::start(vec![Reply::Open("text/event-stream", Vec::new())]).await;
        let pace = Pace { silence: Duration::from_millis(20), ..FAST };
        let mut events = server.client().events_at(pace);
        assert_eq!(next(&mut events).await, Notice::Online);
        let Notice::Offline { reason, .. } = next(&mut events).await else {
            panic!("still online")
        };
        assert!(reason.starts_with("nothing was heard"), "{reason}");
    }
}
