//! One watcher's stream: what they missed, then what happens, without a gap and without a repetition.

use std::{collections::VecDeque, time::Duration};

use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use tokio_util::bytes::Bytes;
use traveloure_core::{
    actor::{Actor, Role},
    api::problem::Code,
    ids::TokenId,
};

use super::{
    Hub, frame,
    hub::{Next, Refusal, Subscription},
};
use crate::{
    app::{Context, accounts::SignedIn},
    error::{AppError, AppResult},
    store::outbox::{self, Audience, Position},
};

/// Something is sent at least this often, so that both ends and whatever is between them know that the
/// line is alive.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Whoever missed more events than this is told to fetch everything anew: that is less work than to hear
/// of each.
const MOST_MISSED: u16 = 256;

/// The stream of one watcher.
#[derive(Debug)]
pub struct Follower {
    context: Context,
    hub: Hub,
    actor: Actor,
    token: TokenId,
    subscription: Subscription,
    /// Everything up to here has been told.
    told: Position,
    ready: VecDeque<Bytes>,
    keep_alive: Interval,
}

impl Follower {
    /// A stream of what `signed_in` may see in the role they act in: a traveler what concerns them, a
    /// provider what concerns their business, an administrator everything. It goes on behind `last`, the
    /// id of an event; without one it begins now; with one that cannot be read, or is older than what is
    /// kept, it begins with `reset`.
    ///
    /// # Errors
    /// [`Code::RateLimited`] for an account with very many streams, [`Code::Unavailable`] while stopping.
    pub async fn open(
        context: Context,
        hub: Hub,
        signed_in: SignedIn,
        last: Option<&str>,
    ) -> AppResult<Self> {
        let SignedIn { actor, token } = signed_in;
        let subscription = subscribe(&hub, &actor, token)?;
        let told = subscription.since;
        let mut keep_alive = interval_at(Instant::now() + KEEP_ALIVE, KEEP_ALIVE);
        keep_alive.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let ready = VecDeque::new();
        let mut follower =
            Self { context, hub, actor, token, subscription, told, ready, keep_alive };
        match last.map(str::parse) {
            None => follower.ready.push_back(frame::reached(told)),
            Some(Ok(last)) => follower.go_on_from(last).await?,
            Some(Err(_)) => follower.reset(),
        }
        Ok(follower)
    }

    /// The next piece of the stream; none when the server stops, the sign-in has ended, or the database
    /// does not answer. Whoever wants more comes back with the last id.
    pub async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(frame) = self.ready.pop_front() {
                return Some(frame);
            }
            tokio::select! {
                next = self.subscription.next() => match next {
                    // Known already, from a server that was ahead of this one.
                    Next::Event(told) if told.position <= self.told => {}
                    Next::Event(told) => {
                        self.told = told.position;
                        return Some(told.frame.clone());
                    }
                    Next::FellBehind => self.catch_up().await?,
                    Next::Ended => return None,
                },
                _ = self.keep_alive.tick() => return Some(self.alive()),
            }
        }
    }

    async fn catch_up(&mut self) -> Option<()> {
        self.subscription = subscribe(&self.hub, &self.actor, self.token).ok()?;
        self.go_on_from(self.told)
            .await
            .inspect_err(|error| tracing::warn!(%error, "a stream could not go on"))
            .ok()
    }

    // The subscription comes first and the reading second, up to where the subscription begins: what
    // happens in between is in the queue, and in it alone.
    async fn go_on_from(&mut self, last: Position) -> AppResult<()> {
        let since = self.subscription.since;
        let audience = audience(&self.actor);
        let mut db = self.context.pool.acquire().await?;
        let missed = if last < since {
            outbox::missed(&mut db, last, since, audience, MOST_MISSED + 1).await?
        } else {
            Vec::new()
        };
        let kept = outbox::kept(&mut db).await?;
        drop(db);
        let is_too_old = kept.forgotten.is_some_and(|forgotten| last < forgotten);
        // From another database, or from before a restored backup.
        let is_unknown = last.txid >= kept.next_txid && last > since;
        if is_too_old || is_unknown || missed.len() > usize::from(MOST_MISSED) {
            self.reset();
            return Ok(());
        }
        self.told = last.max(since);
        self.ready.extend(missed.iter().map(frame::of_event));
        self.ready.push_back(frame::reached(self.told));
        Ok(())
    }

    fn reset(&mut self) {
        self.told = self.subscription.since;
        self.ready.push_back(frame::reset(self.told, self.context.now()));
    }

    // With the position where it is known, so that someone of whom nothing happens for a week does not
    // come back with an id from before what is kept.
    fn alive(&mut self) -> Bytes {
        match self.subscription.told_up_to() {
            Some(position) if position > self.told => {
                self.told = position;
                frame::reached(position)
            }
            _ => frame::KEEP_ALIVE,
        }
    }
}

fn subscribe(hub: &Hub, actor: &Actor, token: TokenId) -> AppResult<Subscription> {
    hub.subscribe(audience(actor), actor.user, token).map_err(|refusal| match refusal {
        Refusal::TooMany => AppError::refused(
            Code::RateLimited,
            "This account has very many event streams open. Close some of them, then try again.",
        ),
        Refusal::Closed => AppError::refused(
            Code::Unavailable,
            "The server is stopping. Connect again in a moment; nothing is missed.",
        ),
    })
}

fn audience(actor: &Actor) -> Audience {
    match (actor.role, actor.provider) {
        (Role::Admin, _) if actor.is_admin => Audience::Admins,
        (Role::Provider, Some(provider)) => Audience::Provider(provider),
        _ => Audience::Traveler(actor.user),
    }
}
