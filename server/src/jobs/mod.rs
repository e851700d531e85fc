//! What the clock brings about, one file per job.
//!
//! Each job is a sweep: it works on what is due, asks when the next thing will be, and sleeps until then or
//! for its longest sleep, whichever is shorter. Several servers on one database share the work: a sweep
//! passes over rows that another has locked. What fails is noted as a trouble and tried again by itself.

mod act_on_webhooks;
mod cancel_unpaid;
mod charge_balances;
mod complete_bookings;
mod expire_holds;
mod expire_requests;
mod forget;
mod heartbeat;
mod pay_out;
mod reconcile;
mod remind;
mod remind_of_balances;
mod settle_payments;
mod settle_refunds;
mod share_out;
mod sweep;
mod take_back;
mod tally;

use std::time::Duration;

use chrono::TimeDelta;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use traveloure_config as config;
use traveloure_core::job::Job;

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
use share_out::ShareOut;
use sweep::Sweep;
use take_back::TakeBack;

pub use tally::{Counts, Tally};

/// Somebody sits before a screen and waits for what the processor says.
const PROMPT: Duration = Duration::from_millis(500);

/// Longer than anything is kept.
const FOR_EVER: TimeDelta = TimeDelta::days(36_500);

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

impl Pace {
    // How long a job sleeps at most.
    fn longest_sleep(self, job: Job) -> Duration {
        match job {
            Job::ActOnWebhooks => PROMPT,
            Job::Remind | Job::RemindOfBalances => self.remind,
            Job::Reconcile => RECONCILE,
            Job::Forget => forget::INTERVAL,
            _ => self.expire,
        }
    }
}

/// Starts every job in `tasks`, to run until `stop`; `tally` counts what they do. Operators know the server as `name`.
pub fn start(
    context: &Context,
    name: String,
    pace: Pace,
    tally: &Tally,
    tasks: &TaskTracker,
    stop: &CancellationToken,
) {
    for job in Job::ALL {
        // Known from the start, so that one that never sweeps is seen.
        tally.begin(*job, pace.longest_sleep(*job));
    }
    let start = Start { context, pace, tally, tasks, stop };
    start.job(ExpireRequests);
    start.job(ExpireHolds);
    start.job(CancelUnpaid);
    start.job(Remind);
    start.job(ActOnWebhooks);
    start.job(SettlePayments);
    start.job(SettleRefunds);
    start.job(ChargeBalances);
    start.job(RemindOfBalances);
    start.job(CompleteBookings);
    start.job(ShareOut);
    start.job(TakeBack);
    start.job(PayOut);
    start.job(Reconcile);
    start.job(Forget { events: pace.keep_events });
    tasks.spawn(heartbeat::run(context.clone(), name, tally.clone(), stop.clone()));
}

/// Does everything that is due now, once: what a server does by itself as time goes by. What fails is noted as a
/// trouble.
///
/// # Errors
/// The first job's that fails itself; a fault only.
pub async fn run_due(context: &Context, pace: Pace) -> AppResult<()> {
    for job in Job::ALL.iter().filter(|job| **job != Job::Forget) {
        run_one(context, *job).await?;
    }
    sweep::all(&Forget { events: pace.keep_events }, context).await?;
    Ok(())
}

/// Does everything of one job that is due now; returns how much. Of [`Job::Forget`] it forgets no events: how long they
/// are kept is a setting.
///
/// # Errors
/// A fault only, of the job itself; what fails is noted as a trouble.
pub async fn run_one(context: &Context, job: Job) -> AppResult<usize> {
    match job {
        Job::ExpireRequests => sweep::all(&ExpireRequests, context).await,
        Job::ExpireHolds => sweep::all(&ExpireHolds, context).await,
        Job::CancelUnpaid => sweep::all(&CancelUnpaid, context).await,
        Job::Remind => sweep::all(&Remind, context).await,
        Job::ActOnWebhooks => sweep::all(&ActOnWebhooks, context).await,
        Job::SettlePayments => sweep::all(&SettlePayments, context).await,
        Job::SettleRefunds => sweep::all(&SettleRefunds, context).await,
        Job::ChargeBalances => sweep::all(&ChargeBalances, context).await,
        Job::RemindOfBalances => sweep::all(&RemindOfBalances, context).await,
        Job::CompleteBookings => sweep::all(&CompleteBookings, context).await,
        Job::ShareOut => sweep::all(&ShareOut, context).await,
        Job::TakeBack => sweep::all(&TakeBack, context).await,
        Job::PayOut => sweep::all(&PayOut, context).await,
        Job::Reconcile => sweep::all(&Reconcile, context).await,
        Job::Forget => sweep::all(&Forget { events: FOR_EVER }, context).await,
    }
}

struct Start<'a> {
    context: &'a Context,
    pace: Pace,
    tally: &'a Tally,
    tasks: &'a TaskTracker,
    stop: &'a CancellationToken,
}

impl Start<'_> {
    fn job<S: Sweep>(&self, sweep: S) {
        let (context, tally, stop) = (self.context.clone(), self.tally.clone(), self.stop.clone());
        let longest_sleep = self.pace.longest_sleep(S::JOB);
        self.tasks.spawn(sweep::run(sweep, context, longest_sleep, tally, stop));
    }
}
