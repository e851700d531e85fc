//! The loop on a terminal in memory. The clock of these tests stands still and jumps ahead when
//! everybody waits for it, so that nothing sleeps.

use std::sync::{Arc, Mutex, OnceLock};

use chrono::TimeDelta;
use crossterm::event::KeyCode;
use futures_util::stream;
use tokio::task::JoinHandle;
use traveloure_core::{actor::Role, api::page::Page, request::Status};

use super::*;
use crate::{
    terminal::capture::{Capture, CaptureLink, capture},
    tui::{
        app::{call::Call, desk::Start},
        testing::{noon, sample, server::Server, settings},
    },
};

/// The server in memory as an API; every call is noted.
#[derive(Clone, Debug)]
struct Memory {
    server: Arc<Mutex<Server>>,
    called: mpsc::UnboundedSender<Call>,
}

impl Api for Memory {
    async fn call(&self, dispatch: Dispatch) -> Result<Reply, ApiError> {
        let _ = self.called.send(dispatch.call.clone());
        // Lists of nothing are enough where the test is not about them.
        let mut server = self.server.lock().unwrap();
        if let Call::Requests { .. } = dispatch.call
            && server.requests.is_empty()
        {
            return Ok(Reply::Requests(Page { items: Vec::new(), next: None, total: Some(0) }));
        }
        server.answer(&dispatch)
    }

    fn listen(&self, _: Role) -> impl Stream<Item = News> + Send {
        stream::iter([News::Online]).chain(stream::pending())
    }
}

struct Running {
    far: Capture,
    server: Arc<Mutex<Server>>,
    calls: mpsc::UnboundedReceiver<Call>,
    task: JoinHandle<Over<CaptureLink>>,
}

/// Noon, and as much later as the paused clock says.
fn clock() -> DateTime<Utc> {
    static START: OnceLock<Instant> = OnceLock::new();
    let start = *START.get_or_init(Instant::now);
    noon() + TimeDelta::from_std(Instant::now().saturating_duration_since(start)).unwrap()
}

fn start(settings: Settings, private: Option<PrivateServer>) -> Running {
    let (link, far) = capture(80, 24);
    let mut server = Server::new(clock());
    server.is_signed_in = true;
    server.requests = sample::requests(clock());
    let server = Arc::new(Mutex::new(server));
    let (called, calls) = mpsc::unbounded_channel();
    let api = Memory { server: Arc::clone(&server), called };
    let session = Session { settings, api, server: private, journal: None, now: clock };
    Running { far, server, calls, task: tokio::spawn(run(link, session)) }
}

impl Running {
    /// Lets everybody work until the screen shows `words`.
    async fn shows(&self, words: &str) {
        for _ in 0..1_000 {
            if self.far.rows().iter().any(|row| row.contains(words)) {
                return;
            }
            tokio::task::yield_now().await;
        }
        panic!("{words:?} does not appear:\n{}", self.far.rows().join("\n"));
    }

    /// Lets time pass, and everybody do what is due.
    async fn pass(&self, time: Duration) {
        tokio::time::advance(time).await;
        for _ in 0..200 {
            tokio::task::yield_now().await;
        }
    }

    /// Waits for the next call that changes something.
    async fn act(&mut self) -> Call {
        loop {
            let call = self.calls.recv().await.unwrap();
            if call.changes_something() {
                return call;
            }
        }
    }

    fn status(&self, number: usize) -> Status {
        self.server.lock().unwrap().requests[number].row.status
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_goes_through_the_server_and_comes_back_to_the_screen() {
    let mut running = start(settings(), None);
    running.shows("Ana Silva").await;
    running.far.press(KeyCode::Char('d'));
    running.far.press(KeyCode::Enter);
    running.shows("Declining Ana Silva").await;
    assert_eq!(running.status(0), Status::PendingProvider);
    let begin = Instant::now();
    assert!(matches!(running.act().await, Call::Decline { .. }));
    assert!(begin.elapsed() >= Duration::from_secs(4), "{:?}", begin.elapsed());
    running.shows("Declined Ana Silva.").await;
    running.far.press(KeyCode::Char('q'));
    assert_eq!(running.task.await.unwrap().last_words, None);
}

#[tokio::test(start_paused = true)]
async fn the_first_frame_waits_for_nobody() {
    let (steps, receiver) = mpsc::channel(8);
    let (again, mut asked_again) = mpsc::channel(1);
    let private = PrivateServer { steps: receiver, again };
    let running = start(Settings { start: Start::Private, ..settings() }, Some(private));
    running.shows("Getting ready").await;
    steps.send(Startup::Creating).await.unwrap();
    running.shows("Creating a private database").await;
    let failed = Startup::Failed { what: "The disk is full.".into(), remedy: "Make room.".into() };
    steps.send(failed).await.unwrap();
    running.shows("Make room.").await;
    running.far.press(KeyCode::Char('R'));
    asked_again.recv().await.unwrap();
    steps.send(Startup::Ready { is_new: false }).await.unwrap();
    running.shows("Ana Silva").await;
}

#[tokio::test(start_paused = true)]
async fn a_terminal_that_hangs_up_sends_what_waits() {
    let mut running = start(settings(), None);
    running.shows("Ana Silva").await;
    running.far.press(KeyCode::Char('d'));
    running.far.press(KeyCode::Enter);
    running.shows("Declining Ana Silva").await;
    running.far.close();
    assert!(matches!(running.act().await, Call::Decline { .. }));
    running.task.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn at_rest_no_byte_is_written() {
    let running = start(settings(), None);
    running.shows("Ana Silva").await;
    // All countdowns begin at whole minutes: they change in the first second, then for a minute not.
    running.pass(Duration::from_secs(5)).await;
    let frames = running.far.frames().len();
    running.pass(Duration::from_secs(50)).await;
    assert_eq!(running.far.frames().len(), frames);
    running.pass(Duration::from_secs(10)).await;
    assert_eq!(running.far.frames().len(), frames + 1);
}

#[tokio::test(start_paused = true)]
async fn a_terminal_that_stops_reading_is_painted_anew_when_it_reads_again() {
    let running = start(settings(), None);
    running.shows("Ana Silva").await;
    running.far.stall();
    for _ in 0..3 {
        running.far.press(KeyCode::Char('j'));
    }
    running.pass(Duration::ZERO).await;
    running.far.resume();
    running.shows("4 of 8").await;
}
