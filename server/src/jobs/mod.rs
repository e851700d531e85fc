//! What the clock brings about, one file per job.
//!
//! Each job is a sweep: it works on what is due, asks when the next thing will be, and sleeps until then or
//! for its longest sleep, whichever is shorter. Several servers on one database share the work: a sweep
//! passes over rows that another has locked.

mod act_on_webhooks;
mod cancel_unpaid;
mod charge_balances;
mod complete_bookings;
mod expire_holds;
mod expire_requests;
mod forget;
mod pay_out;
mod reconcile;
mod remind;
mod remind_of_balances;
mod settle_payments;
mod settle_refunds;
mod sweep;
mod tally;

use std::time::Duration;

use chrono::TimeDelta;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use traveloure_config as config;

use crate::{app::Context, error::AppResult};

use act_on_webhooks::ActOnWebhooks;
use cancel_unpaid::CancelUnpaid;
use charge_balances::ChargeBalances;
use complete_bookings::CompleteBookings;
use expire_holds::ExpireHolds;
use expire_requests::ExpireRequests;
use forget::Forget;
use pay_out::PayOut;
use reconcile::Reconcile;
use remind::Remind;
use remind_of_balances::RemindOfBalances;
use settle_payments::SettlePayments;
use settle_refunds::SettleRefunds;
use sweep::Sweep;

pub use tally::{Counts, Tally};

/// Somebody sits before a screen and waits for what the processor says.
const PROMPT: Duration = Duration::from_millis(500);

/// The longest sleep of the daily comparison.
const RECONCILE: Duration = Duration::from_mins(15);

/// How the jobs are run.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The longest sleep of what closes requests, holds and unpaid bookings.
    pub expire: Duration,
    /// The longest sleep of what sends reminders.
    pub remind: Duration,
    /// How long events are kept.
    pub keep_events: TimeDelta,
}

impl Pace {
    #[must_use]
    pub fn new(jobs: &config::Jobs, events: &config::Events) -> Self {
        Self {
            expire: Duration::from_secs(jobs.expire_seconds.into()),
            remind: Duration::from_secs(jobs.remind_seconds.into()),
            keep_events: TimeDelta::hours(events.retention_hours.into()),
        }
    }
}

/// Starts every job in `tasks`, to run until `stop`; `tally` counts what they do.
pub fn start(
    context: &Context,
    pace: Pace,
    tally: &Tally,
    tasks: &TaskTracker,
    stop: &CancellationToken,
) {
    let start = Start { context, tally, tasks, stop };
    start.job(ExpireRequests, pace.expire);
    start.job(ExpireHolds, pace.expire);
    start.job(CancelUnpaid, pace.expire);
    start.job(Remind, pace.remind);
    start.job(ActOnWebhooks, PROMPT);
    start.job(SettlePayments, pace.expire);
    start.job(SettleRefunds, pace.expire);
    start.job(ChargeBalances, pace.expire);
    start.job(RemindOfBalances, pace.remind);
    start.job(CompleteBookings, pace.expire);
    start.job(PayOut, pace.expire);
    start.job(Reconcile, RECONCILE);
    start.job(Forget { events: pace.keep_events }, forget::INTERVAL);
}

/// Does everything that is due now, once: what a server does by itself as time goes by.
///
/// # Errors
/// The first job's that fails; a fault only.
pub async fn run_due(context: &Context, pace: Pace) -> AppResult<()> {
    sweep::all(&ExpireRequests, context).await?;
    sweep::all(&ExpireHolds, context).await?;
    sweep::all(&CancelUnpaid, context).await?;
    sweep::all(&Remind, context).await?;
    sweep::all(&ActOnWebhooks, context).await?;
    sweep::all(&SettlePayments, context).await?;
    sweep::all(&SettleRefunds, context).await?;
    sweep::all(&ChargeBalances, context).await?;
    sweep::all(&RemindOfBalances, context).await?;
    sweep::all(&CompleteBookings, context).await?;
    sweep::all(&PayOut, context).await?;
    sweep::all(&Reconcile, context).await?;
    sweep::all(&Forget { events: pace.keep_events }, context).await?;
    Ok(())
}

struct Start<'a> {
    context: &'a Context,
    tally: &'a Tally,
    tasks: &'a TaskTracker,
    stop: &'a CancellationToken,
}

impl Start<'_> {
    fn job<S: Sweep>(&self, sweep: S, longest_sleep: Duration) {
        // Known from the start, so that one that never sweeps is seen.
        self.tally.begin(S::NAME);
        let (context, tally, stop) = (self.context.clone(), self.tally.clone(), self.stop.clone());
        self.tasks.spawn(sweep::run(sweep, context, longest_sleep, tally, stop));
    }
}
