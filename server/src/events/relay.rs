//! Reading the outbox behind the commits and handing it on: once per process, from a cursor in memory.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::Hub;
use crate::{
    app::Context,
    error::AppResult,
    store::outbox::{self, Batch},
};

/// How many events are read at once.
const BATCH: u16 = 500;
/// Between two looks, when nobody rings: how late what another server commits can be.
const POLL: Duration = Duration::from_millis(250);
/// Between two looks, however often it rings.
const PAUSE: Duration = Duration::from_millis(5);
/// Between two looks while an older transaction holds events back: nobody rings when it ends.
const HELD_BACK: Duration = Duration::from_millis(25);
/// After a look that failed.
const AFTER_FAILURE: Duration = Duration::from_secs(1);
/// Events that are older before they can be told are worth a line in the log.
const LATE: Duration = Duration::from_secs(5);
/// Without a look for so long, the relay counts as not running.
const NOT_RUNNING: Duration = Duration::from_secs(5);

/// The relay of one process.
#[derive(Debug)]
pub struct Relay {
    context: Context,
    hub: Hub,
    watch: Watch,
}

/// How the relay does, for those who watch over it; cheap to clone.
#[derive(Clone, Debug)]
pub struct Watch(Arc<Mutex<Looked>>);

#[derive(Debug)]
struct Looked {
    at: Instant,
    lag: Duration,
}

impl Watch {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Looked { at: Instant::now(), lag: Duration::ZERO })))
    }

    /// How old the oldest event is that has committed and is not told yet.
    #[must_use]
    pub fn lag(&self) -> Duration {
        let looked = self.looked();
        // What has happened since the last look is unknown; a look is due every quarter of a second.
        looked.lag.max(looked.at.elapsed().saturating_sub(POLL))
    }

    /// Whether it has read the outbox within the last seconds.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.looked().at.elapsed() < NOT_RUNNING
    }

    fn set(&self, lag: Duration) {
        *self.looked() = Looked { at: Instant::now(), lag };
    }

    fn looked(&self) -> MutexGuard<'_, Looked> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Relay {
    /// A relay that tells, once it runs, of everything that commits from now on.
    ///
    /// # Errors
    /// A fault only.
    pub async fn open(context: Context) -> AppResult<Self> {
        let mut db = context.pool.acquire().await?;
        let foreign = outbox::remove_foreign(&mut db).await?;
        if foreign > 0 {
            tracing::warn!(
                events = foreign,
                "removed events that came with another cluster's dump"
            );
        }
        let hub = Hub::new(outbox::begin(&mut db).await?);
        drop(db);
        Ok(Self { context, hub, watch: Watch::new() })
    }

    #[must_use]
    pub fn hub(&self) -> Hub {
        self.hub.clone()
    }

    #[must_use]
    pub fn watch(&self) -> Watch {
        self.watch.clone()
    }

    /// Tells of events until `stop`, then ends every stream. A failure is logged and tried again; nothing
    /// is skipped, for the cursor stays where it is.
    pub async fn run(self, stop: CancellationToken) {
        let mut is_late = false;
        let mut is_failing = false;
        while !stop.is_cancelled() {
            // Asked for before looking, so that a commit during the look is not missed.
            let rung = self.context.committed.notified();
            let wait = match self.look().await {
                Ok(batch) => {
                    is_failing = false;
                    let lag = self.lag(&batch);
                    self.watch.set(lag);
                    if lag >= LATE && !is_late {
                        tracing::warn!(?lag, "an open transaction keeps events from being told");
                    }
                    is_late = lag >= LATE;
                    match batch {
                        Batch { is_full: true, .. } => continue,
                        Batch { held_back: Some(_), .. } => HELD_BACK,
                        _ => POLL,
                    }
                }
                Err(error) => {
                    if !is_failing {
                        tracing::error!(%error, "events cannot be read; trying again");
                    }
                    is_failing = true;
                    AFTER_FAILURE
                }
            };
            tokio::select! {
                () = stop.cancelled() => break,
                () = rung, if !is_failing => sleep(PAUSE).await,
                () = sleep(wait) => {}
            }
        }
        self.hub.close();
    }

    async fn look(&self) -> AppResult<Batch> {
        let mut db = self.context.pool.acquire().await?;
        let batch = outbox::after(&mut db, self.hub.head(), BATCH).await?;
        self.hub.publish(&batch.events);
        Ok(batch)
    }

    fn lag(&self, batch: &Batch) -> Duration {
        batch
            .held_back
            .and_then(|since| (self.context.now() - since).to_std().ok())
            .unwrap_or_default()
    }
}
