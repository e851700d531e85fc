//! The jobs and what they could not do, on the wire: for administrators.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{ids::BookingId, job::Job, money::Money};

/// `GET /api/jobs/`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Jobs {
    /// Every job, in the order of [`Job::ALL`].
    pub jobs: Vec<JobRow>,
    /// The servers that run them, the ones at work first.
    pub workers: Vec<Worker>,
}

/// How a job does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobRow {
    pub job: Job,
    pub state: JobState,
    /// When it last looked for something to do and was through with it, by whichever server.
    pub last_run: Option<DateTime<Utc>>,
    /// That server's name.
    pub last_worker: Option<String>,
    /// When the next thing is due, as far as it was known then.
    pub next_due: Option<DateTime<Utc>>,
    /// How long the first thing has been due that is not done.
    pub lag_seconds: u64,
    /// Things worked on by the servers at work, since they started.
    pub done: u64,
    /// Things that failed, and times that the job itself did, likewise.
    pub failures: u64,
    /// Why the job itself failed the last time; none if it went through since.
    pub error: Option<String>,
    /// Things that failed and are tried again.
    pub retrying: u64,
    /// Things that have failed for long, or wait for an operator.
    pub stuck: u64,
}

/// Whether a job runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    Runs,
    /// It cannot even look for what is due: see its error.
    Fails,
    /// No server at work has run it for longer than it ever sleeps.
    Silent,
}

impl JobState {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Runs => "runs",
            Self::Fails => "fails",
            Self::Silent => "silent",
        }
    }
}

/// A server process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Worker {
    pub id: Uuid,
    /// Where it listens, and its process.
    pub name: String,
    pub state: WorkerState,
    pub started_at: DateTime<Utc>,
    /// When it was last heard of.
    pub seen_at: DateTime<Utc>,
}

/// Whether a server is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WorkerState {
    Works,
    /// Nothing has been heard of it for a minute: it died, or cannot reach the database. What it was working on is due
    /// still, and others do it.
    Lost,
    /// It said that it stops.
    Stopped,
}

impl WorkerState {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Lost => "lost",
            Self::Stopped => "stopped",
        }
    }
}

/// Something that a job could not do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Trouble {
    pub job: Job,
    /// The id of what it is about: a request, a booking, a refund, as [`Job`] says.
    pub subject: String,
    /// Whether a person should look.
    pub is_stuck: bool,
    /// How often it failed.
    pub failures: u32,
    /// What was said the last time.
    pub error: String,
    pub first_failed_at: DateTime<Utc>,
    pub last_failed_at: DateTime<Utc>,
    /// When it is tried again; none: not before an operator says so.
    pub try_at: Option<DateTime<Utc>>,
    pub about: About,
}

/// What a trouble is about, as far as it can be told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct About {
    pub booking_id: Option<BookingId>,
    /// The service's name.
    pub title: Option<String>,
    pub traveler: Option<String>,
    pub provider: Option<String>,
    /// Of the payment, the refund, the payout.
    pub amount: Option<Money>,
}

/// `POST /api/jobs/{job}/{subject}/retry/`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Retried {
    pub job: Job,
    /// What is tried now; another than was asked for where a refund that failed is made anew.
    pub subject: String,
}
