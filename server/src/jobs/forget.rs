//! Deletes what is of no more use.

use std::{fmt, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use traveloure_core::job::Job;

use super::sweep::{Sweep, Worked};
use crate::{
    app::{Context, retention, troubles, workers},
    error::AppResult,
};

/// Nothing waits for it.
pub(super) const INTERVAL: Duration = Duration::from_mins(10);

#[derive(Clone, Copy, Debug)]
pub(super) struct Forget {
    /// How long events are kept.
    pub(super) events: TimeDelta,
}

/// What is forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Rows {
    Events,
    Answers,
    SignIns,
    Holds,
    Workers,
}

impl Rows {
    const ALL: [Self; 5] = [Self::Events, Self::Answers, Self::SignIns, Self::Holds, Self::Workers];
}

impl fmt::Display for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Events => "events",
            Self::Answers => "answers",
            Self::SignIns => "sign_ins",
            Self::Holds => "holds",
            Self::Workers => "workers",
        })
    }
}

impl Sweep for Forget {
    const JOB: Job = Job::Forget;
    type Subject = Rows;

    // Looking for what is too old is the work itself: every kind is due at every turn.
    async fn due(&self, context: &Context, _: i64) -> AppResult<Vec<Rows>> {
        let mut due = Vec::new();
        for rows in Rows::ALL {
            if !troubles::is_put_off(context, Job::Forget, &rows.to_string()).await? {
                due.push(rows);
            }
        }
        Ok(due)
    }

    async fn work(&self, context: &Context, rows: &Rows) -> AppResult<Worked> {
        let mut total = 0;
        loop {
            let forgotten = match rows {
                Rows::Events => retention::forget_events(context, self.events).await?,
                Rows::Answers => retention::forget_answers(context).await?,
                Rows::SignIns => retention::forget_sign_ins(context).await?,
                Rows::Holds => retention::forget_holds(context).await?,
                Rows::Workers => workers::forget(context).await?,
            };
            if forgotten == 0 {
                return Ok(Worked::Routine(total));
            }
            total += forgotten;
        }
    }

    async fn next_due(&self, _: &Context) -> AppResult<Option<DateTime<Utc>>> {
        Ok(None)
    }
}
