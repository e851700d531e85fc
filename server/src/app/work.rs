//! A use case's transaction: begun, decided in, committed, in a task of its own.
//!
//! A client that goes away cancels its handler, and a cancelled `begin` can hand a connection back
//! to the pool inside a transaction (sqlx issue 4393). So the work runs in a task that nobody
//! cancels: it commits or rolls back whatever became of the caller.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{PgConnection, Postgres, Transaction};
use traveloure_core::{
    api::{
        event::Kind,
        problem::{Code, Problem},
    },
    ids::{ProviderId, RandomBytes, UserId},
};
use uuid::Uuid;

pub use crate::store::idempotency::Key;

use super::Context;
use crate::{
    error::{AppError, AppResult, Fault},
    store::{capacity, idempotency, outbox},
};

/// The inside of one transaction.
pub struct Work<'t> {
    tx: &'t mut PgConnection,
    context: &'t Context,
    /// One moment for the whole transaction.
    pub now: DateTime<Utc>,
    events: Vec<outbox::NewEvent>,
    counters: capacity::Counters,
}

impl Work<'_> {
    /// The connection, inside the transaction.
    pub fn db(&mut self) -> &mut PgConnection {
        self.tx
    }

    /// How long after its end a booking is paid out.
    #[must_use]
    pub const fn payout_hold(&self) -> TimeDelta {
        self.context.payout_hold
    }

    /// The random part of a new id.
    #[must_use]
    pub fn random(&self) -> RandomBytes {
        self.context.entropy.bytes()
    }

    /// So many random bytes.
    #[must_use]
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        self.context.entropy.bytes()
    }

    /// Appends an event to the outbox, to be told once the transaction has committed.
    pub fn tell(
        &mut self,
        kind: Kind,
        subject: impl Into<Uuid>,
        version: Option<i64>,
        user: Option<UserId>,
        provider: Option<ProviderId>,
    ) {
        self.events.push(outbox::NewEvent {
            kind,
            subject: subject.into(),
            version,
            user,
            provider,
        });
    }

    /// The connection, and the counters of capacity to move. They move last, so that a hot row is locked
    /// for the shortest time.
    pub fn db_and_counters(&mut self) -> (&mut PgConnection, &mut capacity::Counters) {
        (self.tx, &mut self.counters)
    }
}

/// What a step leaves to be done at the end of its transaction.
struct Unfinished {
    told: bool,
    counters: capacity::Counters,
}

/// Whether a refusal is kept under its key as an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusals {
    Kept,
    /// It leaves nothing behind, its key neither: asked again, it is looked at anew. Where many are refused at a
    /// time, as when something is sold out, nothing is written then.
    Forgotten,
}

/// Moves the counters of capacity, the last statement before the commit: a row that many want is locked
/// no longer than it must be.
async fn finish(tx: &mut PgConnection, counters: capacity::Counters) -> AppResult<()> {
    capacity::move_counters(tx, counters)
        .await
        .map_err(AppError::from)
        .map_err(|error| if error.violates(capacity::NOT_EXCEEDED) { lost_race() } else { error })
}

// A claim that lost the race for the last of something.
fn lost_race() -> AppError {
    AppError::refused(
        Code::SlotTaken,
        "Somebody took the last of it a moment ago. Nothing was changed; another date or time may do.",
    )
}

/// What a use case does in its transaction.
pub type Step<T> =
    Box<dyn for<'w, 't> FnOnce(&'w mut Work<'t>) -> BoxFuture<'w, AppResult<T>> + Send>;

impl Context {
    /// Runs `step` in one transaction (READ COMMITTED) and commits it, or rolls all of it back.
    ///
    /// # Errors
    /// The step's own, or the database's; nothing is changed then.
    pub async fn transact<T, F>(&self, step: F) -> AppResult<T>
    where
        T: Send + 'static,
        F: for<'w, 't> FnOnce(&'w mut Work<'t>) -> BoxFuture<'w, AppResult<T>> + Send + 'static,
    {
        self.in_own_task(move |context| Box::pin(async move { once(&context, step).await })).await
    }

    /// The same, with its answer stored under `key`, so that a replay is answered and not done again.
    /// Refusals by the domain are answers too; faults are not stored and may be tried again.
    ///
    /// # Errors
    /// [`Code::StillRunning`] while the first one runs, [`Code::KeyReused`] for another request
    /// under the same key, and all that [`Context::transact`] says.
    pub async fn transact_once<T, F>(&self, key: Option<Key>, step: F) -> AppResult<T>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
        F: for<'w, 't> FnOnce(&'w mut Work<'t>) -> BoxFuture<'w, AppResult<T>> + Send + 'static,
    {
        let Some(key) = key else { return self.transact(step).await };
        self.transact_keyed(key, Refusals::Kept, step).await
    }

    /// The same under a key that must be there, where refusals may be forgotten.
    ///
    /// # Errors
    /// As for [`Context::transact_once`].
    pub async fn transact_keyed<T, F>(&self, key: Key, refusals: Refusals, step: F) -> AppResult<T>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
        F: for<'w, 't> FnOnce(&'w mut Work<'t>) -> BoxFuture<'w, AppResult<T>> + Send + 'static,
    {
        self.in_own_task(move |context| {
            Box::pin(async move { keyed(&context, key, refusals, step).await })
        })
        .await
    }

    /// Reads several things as they are at one moment, which statements of their own would not.
    ///
    /// # Errors
    /// What `read` says, or a fault.
    pub async fn at_one_moment<T, F>(&self, read: F) -> AppResult<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut PgConnection) -> BoxFuture<'c, AppResult<T>> + Send + 'static,
    {
        self.in_own_task(move |context| Box::pin(async move { snapshot(&context, read).await }))
            .await
    }

    async fn in_own_task<T: Send + 'static>(
        &self,
        work: impl FnOnce(Self) -> BoxFuture<'static, AppResult<T>>,
    ) -> AppResult<T> {
        tokio::spawn(work(self.clone())).await.map_err(|error| {
            AppError::from(Fault::Broken(format!("a use case panicked: {error}")))
        })?
    }
}

// The one place that begins: see the module's head.
#[expect(clippy::disallowed_methods, reason = "this runs in a task that nobody cancels")]
async fn once<T, F>(context: &Context, step: F) -> AppResult<T>
where
    F: for<'w, 't> FnOnce(&'w mut Work<'t>) -> BoxFuture<'w, AppResult<T>> + Send,
{
    let mut tx = context.pool.begin().await?;
    match done(context, &mut tx, step).await {
        Ok((value, told)) => {
            commit(context, tx, told).await?;
            Ok(value)
        }
        Err(error) => undo(tx, error).await,
    }
}

#[expect(clippy::disallowed_methods, reason = "this runs in a task that nobody cancels")]
async fn snapshot<T, F>(context: &Context, read: F) -> AppResult<T>
where
    F: for<'c> FnOnce(&'c mut PgConnection) -> BoxFuture<'c, AppResult<T>> + Send,
{
    let mut tx =
        context.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY").await?;
    let found = read(&mut tx).await;
    // Nothing was written: ended at once, so that it holds up no relay and no vacuum.
    tx.rollback().await?;
    found
}

async fn done<T, F>(
    context: &Context,
    tx: &mut Transaction<'_, Postgres>,
    step: F,
) -> AppResult<(T, bool)>
where
    F: for<'w, 't> FnOnce(&'w mut Work<'t>) -> BoxFuture<'w, AppResult<T>> + Send,
{
    let (value, unfinished) = decide(context, tx, step).await?;
    finish(tx, unfinished.counters).await?;
    Ok((value, unfinished.told))
}

// Whoever hears of the error finds nothing locked any more: a transaction that is only dropped is rolled
// back some time later.
async fn undo<T>(tx: Transaction<'_, Postgres>, error: AppError) -> AppResult<T> {
    if let Err(lost) = tx.rollback().await {
        tracing::debug!(%lost, "the connection ended before its rollback");
    }
    Err(error)
}

#[expect(clippy::disallowed_methods, reason = "this runs in a task that nobody cancels")]
async fn keyed<T, F>(context: &Context, key: Key, refusals: Refusals, step: F) -> AppResult<T>
where
    T: Serialize + DeserializeOwned,
    F: for<'w, 't> FnOnce(&'w mut Work<'t>) -> BoxFuture<'w, AppResult<T>> + Send,
{
    let mut tx = context.pool.begin().await?;
    match idempotency::begin(&mut tx, &key).await? {
        idempotency::Begun::New => {}
        idempotency::Begun::Running => return undo(tx, still_running()).await,
        idempotency::Begun::Answered(stored) => {
            commit(context, tx, false).await?;
            return replay(&key, stored);
        }
    }
    match answered(context, &mut tx, &key, step).await {
        Ok((value, told)) => {
            commit(context, tx, told).await?;
            Ok(value)
        }
        Err(error) => match undo::<T>(tx, error).await {
            Err(AppError::Refused(problem)) if refusals == Refusals::Kept => {
                keep_refusal(context, &key, problem).await
            }
            other => other,
        },
    }
}

/// Keeps a refusal for the repeats of its key, after all that led to it was undone. A savepoint around every
/// step would do it in one transaction, and make each success pay for the few that are refused.
///
/// Whoever repeats in between has the key: then their answer is the one that everybody gets.
#[expect(clippy::disallowed_methods, reason = "this runs in a task that nobody cancels")]
async fn keep_refusal<T: DeserializeOwned>(
    context: &Context,
    key: &Key,
    problem: Box<Problem>,
) -> AppResult<T> {
    let mut tx = context.pool.begin().await?;
    match idempotency::begin(&mut tx, key).await? {
        idempotency::Begun::New => {
            let body = to_json(&problem)?;
            idempotency::store(&mut tx, key, problem.status, &body, context.now()).await?;
            commit(context, tx, false).await?;
            Err(AppError::Refused(problem))
        }
        idempotency::Begun::Running => undo(tx, still_running()).await,
        idempotency::Begun::Answered(stored) => {
            commit(context, tx, false).await?;
            replay(key, stored)
        }
    }
}

fn still_running() -> AppError {
    AppError::refused(
        Code::StillRunning,
        "The first request with this key is still being worked on. Ask again in a moment.",
    )
}

async fn answered<T, F>(
    context: &Context,
    tx: &mut Transaction<'_, Postgres>,
    key: &Key,
    step: F,
) -> AppResult<(T, bool)>
where
    T: Serialize,
    F: for<'w, 't> FnOnce(&'w mut Work<'t>) -> BoxFuture<'w, AppResult<T>> + Send,
{
    let (value, unfinished) = decide(context, tx, step).await?;
    idempotency::store(tx, key, 200, &to_json(&value)?, context.now()).await?;
    finish(tx, unfinished.counters).await?;
    Ok((value, unfinished.told))
}

async fn decide<T, F>(
    context: &Context,
    tx: &mut Transaction<'_, Postgres>,
    step: F,
) -> AppResult<(T, Unfinished)>
where
    F: for<'w, 't> FnOnce(&'w mut Work<'t>) -> BoxFuture<'w, AppResult<T>> + Send,
{
    let mut work = Work {
        tx,
        context,
        now: context.now(),
        events: Vec::new(),
        counters: capacity::Counters::default(),
    };
    let value = step(&mut work).await?;
    let Work { tx, now, events, counters, .. } = work;
    outbox::append(tx, &events, now).await?;
    Ok((value, Unfinished { told: !events.is_empty(), counters }))
}

async fn commit(context: &Context, tx: Transaction<'_, Postgres>, told: bool) -> AppResult<()> {
    tx.commit().await?;
    if told {
        context.committed.notify_waiters();
    }
    Ok(())
}

fn replay<T: DeserializeOwned>(key: &Key, stored: idempotency::Stored) -> AppResult<T> {
    if stored.fingerprint != key.fingerprint {
        return Err(AppError::refused(
            Code::KeyReused,
            "This Idempotency-Key was sent with another request before. Nothing was done; use a new key.",
        ));
    }
    let unreadable = |error: serde_json::Error| Fault::Corrupt {
        what: "answer",
        id: key.key.clone(),
        reason: error.to_string(),
    };
    if stored.status < 300 {
        return serde_json::from_value(stored.body).map_err(|error| unreadable(error).into());
    }
    let problem = serde_json::from_value(stored.body).map_err(unreadable)?;
    Err(AppError::Refused(Box::new(problem)))
}

fn to_json<T: Serialize>(value: &T) -> AppResult<serde_json::Value> {
    serde_json::to_value(value)
        .map_err(|error| Fault::Broken(format!("an answer that is no JSON: {error}")).into())
}

impl std::fmt::Debug for Work<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Work").field("now", &self.now).finish_non_exhaustive()
    }
}
