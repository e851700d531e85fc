//! Handing each event to those who watch and may see it.
//!
//! An event is written once and shared. Each watcher has a bounded queue; whoever falls behind by more
//! than it holds loses the queue, not the server its memory, and goes on from the table.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::sync::mpsc::{self, error::TrySendError};
use tokio_util::bytes::Bytes;
use traveloure_core::ids::{TokenId, UserId};

use super::frame;
use crate::store::outbox::{Audience, Position, Stored};

/// How many events wait for one watcher.
const QUEUE: usize = 256;
/// How many streams one account may have open: many terminals and scripts, but not the whole server.
pub(super) const MOST_PER_ACCOUNT: usize = 200;

/// An event, ready to be sent.
#[derive(Clone, Debug)]
pub struct Told {
    pub position: Position,
    pub frame: Bytes,
}

/// The meeting point of the relay and the watchers; cheap to clone.
#[derive(Clone, Debug)]
pub struct Hub(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    /// Everything up to here has been handed out.
    head: Position,
    watchers: HashMap<Audience, Vec<Watcher>>,
    is_closed: bool,
}

#[derive(Debug)]
struct Watcher {
    user: UserId,
    token: TokenId,
    queue: mpsc::Sender<Arc<Told>>,
    fell_behind: Arc<AtomicBool>,
}

/// Why nobody can watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The account has as many streams as it may.
    TooMany,
    /// The server is stopping.
    Closed,
}

/// One watcher's end of the queue.
#[derive(Debug)]
pub(super) struct Subscription {
    hub: Hub,
    audience: Audience,
    queue: mpsc::Receiver<Arc<Told>>,
    fell_behind: Arc<AtomicBool>,
    /// What comes through the queue lies behind this.
    pub(super) since: Position,
}

/// What comes out of a queue.
#[derive(Debug)]
pub(super) enum Next {
    Event(Arc<Told>),
    /// More came than the queue holds; it is at its end.
    FellBehind,
    /// The server stops, or the sign-in has ended.
    Ended,
}

impl Hub {
    /// A hub that hands out what comes after `head`.
    #[must_use]
    pub fn new(head: Position) -> Self {
        let state = State { head, watchers: HashMap::new(), is_closed: false };
        Self(Arc::new(Mutex::new(state)))
    }

    /// How many watch.
    #[must_use]
    pub fn watchers(&self) -> usize {
        self.state().watchers.values().map(Vec::len).sum()
    }

    /// Ends every stream, and lets no more begin.
    pub fn close(&self) {
        let mut state = self.state();
        state.is_closed = true;
        state.watchers.clear();
    }

    pub(super) fn head(&self) -> Position {
        self.state().head
    }

    /// Hands out what the relay has read, in its order.
    pub(super) fn publish(&self, events: &[Stored]) {
        let mut state = self.state();
        for event in events {
            let told = Arc::new(Told { position: event.position, frame: frame::of_event(event) });
            let audiences = [
                event.user.map(Audience::Traveler),
                event.provider.map(Audience::Provider),
                Some(Audience::Admins),
            ];
            for audience in audiences.into_iter().flatten() {
                state.hand_out(audience, &told);
            }
            state.head = event.position;
        }
    }

    pub(super) fn subscribe(
        &self,
        audience: Audience,
        user: UserId,
        token: TokenId,
    ) -> Result<Subscription, Refusal> {
        let mut state = self.state();
        if state.is_closed {
            return Err(Refusal::Closed);
        }
        let watchers = state.watchers.entry(audience).or_default();
        if watchers.iter().filter(|watcher| watcher.user == user).count() >= MOST_PER_ACCOUNT {
            return Err(Refusal::TooMany);
        }
        let (sender, queue) = mpsc::channel(QUEUE);
        let fell_behind = Arc::new(AtomicBool::new(false));
        let watcher = Watcher { user, token, queue: sender, fell_behind: Arc::clone(&fell_behind) };
        watchers.push(watcher);
        let since = state.head;
        Ok(Subscription { hub: self.clone(), audience, queue, fell_behind, since })
    }

    /// The sign-ins of those who watch.
    pub(super) fn tokens(&self) -> Vec<TokenId> {
        let mut tokens: Vec<TokenId> =
            self.state().watchers.values().flatten().map(|watcher| watcher.token).collect();
        tokens.sort_unstable();
        tokens.dedup();
        tokens
    }

    /// Ends the streams of these sign-ins.
    pub(super) fn end(&self, tokens: &[TokenId]) {
        self.state().keep(|watcher| !tokens.contains(&watcher.token));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn hand_out(&mut self, audience: Audience, told: &Arc<Told>) {
        let Some(watchers) = self.watchers.get_mut(&audience) else { return };
        watchers.retain(|watcher| match watcher.queue.try_send(Arc::clone(told)) {
            Ok(()) => true,
            Err(TrySendError::Full(_)) => {
                watcher.fell_behind.store(true, Ordering::Release);
                false
            }
            Err(TrySendError::Closed(_)) => false,
        });
        if watchers.is_empty() {
            self.watchers.remove(&audience);
        }
    }

    fn keep(&mut self, wanted: impl Fn(&Watcher) -> bool) {
        self.watchers.retain(|_, watchers| {
            watchers.retain(&wanted);
            !watchers.is_empty()
        });
    }
}

impl Subscription {
    /// The next event; cancel safe.
    pub(super) async fn next(&mut self) -> Next {
        match self.queue.recv().await {
            Some(told) => Next::Event(told),
            None if self.fell_behind.load(Ordering::Acquire) => Next::FellBehind,
            None => Next::Ended,
        }
    }

    /// How far everything has been told, if nothing waits in the queue.
    pub(super) fn told_up_to(&self) -> Option<Position> {
        // Under the lock nothing is being handed out.
        let state = self.hub.state();
        (self.queue.is_empty() && !self.fell_behind.load(Ordering::Acquire)).then_some(state.head)
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.queue.close();
        let mut state = self.hub.state();
        if let Some(watchers) = state.watchers.get_mut(&self.audience) {
            watchers.retain(|watcher| !watcher.queue.is_closed());
            if watchers.is_empty() {
                state.watchers.remove(&self.audience);
            }
        }
    }
}
