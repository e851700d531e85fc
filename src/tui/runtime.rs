//! The one loop: what happens on the terminal, at the API and in time goes into the app, what the
//! app wants done is done, and a frame is drawn when something may have changed.

use std::{
    future::{Future, pending},
    pin::{Pin, pin},
    time::Duration,
};

use chrono::{DateTime, Utc};
use futures_util::{FutureExt, Stream, StreamExt};
use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{Instant, sleep_until},
};
use traveloure_core::actor::Role;

use super::{
    app::{
        App,
        call::{ApiError, Dispatch, News, Reply},
        desk::Settings,
        message::{Effect, Message, Startup},
        unsent::Unsent,
    },
    journal::Journal,
};
use crate::{
    terminal::{Edited, Link, LinkError, LinkEvent, Screen},
    to_file,
};

/// How many messages may share a frame when they come at once.
const TOGETHER: usize = 64;

/// The API, as the app's effects need it.
pub trait Api: Clone + Send + Sync + 'static {
    /// Carries out a call. With a key it may be repeated after a lost connection until it is
    /// answered or out of patience.
    fn call(&self, dispatch: Dispatch) -> impl Future<Output = Result<Reply, ApiError>> + Send;

    /// The event stream of the signed-in account, from now on or behind the last event of an
    /// earlier one. It reconnects by itself, says so, and ends only when it is dropped.
    /// `role` decides what is heard: what concerns the traveler, or the provider's business.
    fn listen(&self, role: Role) -> impl Stream<Item = News> + Send;
}

/// The private server while it is being started in this process.
#[derive(Debug)]
pub struct PrivateServer {
    /// Its steps, as they come.
    pub steps: mpsc::Receiver<Startup>,
    /// Asks for another try after a failure.
    pub again: mpsc::Sender<()>,
}

/// What a session is run with.
#[derive(Debug)]
pub struct Session<A> {
    pub settings: Settings,
    pub api: A,
    /// None with a server elsewhere.
    pub server: Option<PrivateServer>,
    /// Where unsent answers are kept, and those of an earlier session; none over SSH.
    pub journal: Option<(Journal, Vec<Unsent>)>,
    /// The clock on the wall.
    pub now: fn() -> DateTime<Utc>,
}

/// What is left when a session is over.
#[derive(Debug)]
pub struct Over<L> {
    /// To close it, which gives the terminal back.
    pub link: L,
    /// To be said on the terminal once it is given back.
    pub last_words: Option<String>,
}

/// Runs a session on `link` until the person leaves or the terminal goes away.
pub async fn run<L: Link, A: Api>(link: L, session: Session<A>) -> Over<L> {
    let mut screen = Screen::new(link);
    let now = (session.now)();
    let mut app = App::new(session.settings, screen.size(), now);
    screen.draw(|frame| app.view(frame));
    let (journal, unsent) = session.journal.unzip();
    let mut inner = Inner {
        app,
        api: session.api,
        now: session.now,
        journal,
        server: session.server,
        calls: JoinSet::new(),
        news: None,
        deferred: Vec::new(),
        over: None,
    };
    inner.take(Message::Begin { unsent: unsent.unwrap_or_default() });
    let mut is_open = true;
    loop {
        carry_out(&mut screen, &mut inner).await;
        if let Some(Parting { last_words }) = inner.over.take() {
            return Over { link: screen.into_link(), last_words };
        }
        if is_open {
            screen.draw(|frame| inner.app.view(frame));
        }
        let first = next(&mut screen, &mut inner, is_open).await;
        let mut incoming = Some(first);
        for _ in 0..TOGETHER {
            match incoming.take() {
                Some(Incoming::Message(message)) => inner.take(message),
                Some(Incoming::Closed) => {
                    is_open = false;
                    inner.take(Message::Closing);
                }
                Some(Incoming::Draw) => {}
                None => break,
            }
            if !inner.deferred.is_empty() || inner.over.is_some() {
                break;
            }
            incoming = next(&mut screen, &mut inner, is_open).now_or_never();
        }
        if let Some(Incoming::Message(message)) = incoming {
            inner.take(message);
        }
    }
}

enum Incoming {
    Message(Message),
    /// Nothing happened to the app, but the terminal needs a frame.
    Draw,
    /// The terminal is gone.
    Closed,
}

/// The next thing that happens. Cancel safe.
async fn next<L: Link, A: Api>(
    screen: &mut Screen<L>,
    inner: &mut Inner<A>,
    is_open: bool,
) -> Incoming {
    tokio::select! {
        biased;
        event = screen.next(), if is_open => match event {
            LinkEvent::Input(event) => Incoming::Message(Message::Input(event)),
            LinkEvent::Resize(_) => Incoming::Message(Message::Resize(screen.size())),
            LinkEvent::Ready | LinkEvent::Repaint => Incoming::Draw,
            LinkEvent::Closed(_) => Incoming::Closed,
        },
        message = inner.next() => Incoming::Message(message),
    }
}

/// Does what needs the terminal itself; the app goes on meanwhile, unseen.
async fn carry_out<L: Link, A: Api>(screen: &mut Screen<L>, inner: &mut Inner<A>) {
    while let Some(deferred) = inner.deferred.pop() {
        match deferred {
            Deferred::Repaint => screen.repaint(),
            Deferred::Copy(text) => {
                if !screen.copy(&text) {
                    let what = "The terminal was busy; nothing was copied.".to_owned();
                    inner.take(Message::Failed(what));
                }
            }
            Deferred::Suspend => {
                let result = beside(screen.suspend(), inner).await;
                if let Err(error) = result {
                    inner.take(Message::Failed(error.to_string()));
                }
            }
            Deferred::Edit(text) => {
                let result = beside(screen.edit(&text), inner).await;
                inner.take(Message::Edited(edited(result)));
            }
        }
        inner.take(Message::Resize(screen.size()));
    }
}

fn edited(result: Result<Edited, LinkError>) -> Result<Option<String>, String> {
    match result {
        Ok(Edited::Text(text)) => Ok(Some(text)),
        Ok(Edited::Cancelled) => Ok(None),
        Err(error) => Err(format!("The editor could not be used: {error}")),
    }
}

/// Waits for `work` while the app goes on: an answer whose time has come is sent even while the
/// person writes in their editor.
async fn beside<T, A: Api>(work: impl Future<Output = T>, inner: &mut Inner<A>) -> T {
    let mut work = pin!(work);
    loop {
        tokio::select! {
            biased;
            result = &mut work => return result,
            message = inner.next() => inner.take(message),
        }
    }
}

/// An effect that needs the terminal.
enum Deferred {
    Edit(String),
    Copy(String),
    Repaint,
    Suspend,
}

/// The app has left.
struct Parting {
    last_words: Option<String>,
}

/// Everything but the terminal.
struct Inner<A> {
    app: App,
    api: A,
    now: fn() -> DateTime<Utc>,
    journal: Option<Journal>,
    server: Option<PrivateServer>,
    /// What is asked of the API and of the disk, as the message that it ends in.
    calls: JoinSet<Message>,
    news: Option<Pin<Box<dyn Stream<Item = News> + Send>>>,
    deferred: Vec<Deferred>,
    over: Option<Parting>,
}

impl<A: Api> Inner<A> {
    fn take(&mut self, message: Message) {
        let effects = self.app.update(message, (self.now)());
        for effect in effects {
            self.effect(effect);
        }
    }

    fn effect(&mut self, effect: Effect) {
        match effect {
            Effect::Call(dispatch) => {
                let api = self.api.clone();
                let ticket = dispatch.ticket;
                self.calls.spawn(async move {
                    let result = api.call(*dispatch).await;
                    Message::Reply { ticket, result }
                });
            }
            Effect::Write(file) => {
                self.calls.spawn_blocking(move || {
                    let result = to_file::write(&file.path, &file.text, file.overwrite);
                    Message::Written { ticket: file.ticket, result }
                });
            }
            Effect::Listen(false) => self.news = None,
            Effect::Listen(true) => {
                let api = self.api.clone();
                self.news = Some(Box::pin(listen(api, self.app.desk().role)));
            }
            Effect::Keep(list) => {
                if let Some(journal) = &self.journal {
                    journal.keep(list);
                }
            }
            Effect::Edit(text) => self.deferred.push(Deferred::Edit(text)),
            Effect::Copy(text) => self.deferred.push(Deferred::Copy(text)),
            Effect::Repaint => self.deferred.push(Deferred::Repaint),
            Effect::Suspend => self.deferred.push(Deferred::Suspend),
            Effect::StartAgain => {
                if let Some(server) = &self.server {
                    // One try at a time: a full queue means that it is under way.
                    let _ = server.again.try_send(());
                }
            }
            Effect::Quit { last_words } => self.over = Some(Parting { last_words }),
        }
    }

    /// The next message that does not come from the terminal. Cancel safe.
    async fn next(&mut self) -> Message {
        let wake = self.app.next_wake().map(|at| {
            let left = (at - (self.now)()).to_std().unwrap_or(Duration::ZERO);
            Instant::now() + left
        });
        tokio::select! {
            biased;
            Some(done) = self.calls.join_next(), if !self.calls.is_empty() => match done {
                Ok(message) => message,
                Err(error) => Message::Failed(format!("A request broke off: {error}")),
            },
            Some(step) = step(&mut self.server) => Message::Startup(step),
            Some(news) = news(&mut self.news) => Message::News(news),
            () = sleep_until(wake.unwrap_or_else(Instant::now)), if wake.is_some() => Message::Wake,
            () = pending(), if true => Message::Wake,
        }
    }
}

async fn step(server: &mut Option<PrivateServer>) -> Option<Startup> {
    match server {
        Some(server) => server.steps.recv().await,
        None => None,
    }
}

async fn news(stream: &mut Option<Pin<Box<dyn Stream<Item = News> + Send>>>) -> Option<News> {
    match stream {
        Some(stream) => stream.next().await,
        None => None,
    }
}

/// The stream owns the API it comes from, so that it can outlive the call that opened it.
fn listen<A: Api>(api: A, role: Role) -> impl Stream<Item = News> + Send {
    let (sender, receiver) = mpsc::channel(64);
    let task = tokio::spawn(async move {
        let mut stream = pin!(api.listen(role));
        while let Some(news) = stream.next().await {
            if sender.send(news).await.is_err() {
                break;
            }
        }
    });
    let guard = AbortOnDrop(task);
    futures_util::stream::unfold((receiver, guard), |(mut receiver, guard)| async move {
        let news = receiver.recv().await?;
        Some((news, (receiver, guard)))
    })
}

struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests;
