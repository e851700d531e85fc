//! Believable jobs and what they could not do, and how the server under test answers about them.

use chrono::{DateTime, TimeDelta, Utc};
use traveloure_core::{
    api::{
        event::{Event, Kind},
        job::{About, JobRow, JobState, Jobs, Retried, Trouble, Worker, WorkerState},
        page::Page,
        problem::Code,
    },
    ids::BookingId,
    job::Job,
    refund::why_failed,
};
use uuid::Uuid;

use super::server::problem;
use crate::tui::app::call::{ApiError, Call, News, Reply};

/// What the server knows of its jobs.
#[derive(Debug)]
pub(crate) struct JobList {
    pub(crate) overview: Jobs,
    pub(crate) troubles: Vec<Trouble>,
    pub(crate) retried: Vec<(Job, String)>,
}

impl Default for JobList {
    fn default() -> Self {
        let overview = Jobs { jobs: Vec::new(), workers: Vec::new() };
        Self { overview, troubles: Vec::new(), retried: Vec::new() }
    }
}

pub(crate) fn subject(number: u128) -> String {
    Uuid::from_u128(0x7_0000 + number).to_string()
}

pub(crate) fn event(kind: Kind, at: DateTime<Utc>) -> News {
    News::Event(Event { kind, subject: Uuid::nil(), version: None, at })
}

/// Jobs in every state, two that are stuck and one that is tried again.
pub(crate) fn some(now: DateTime<Utc>) -> JobList {
    let jobs = Job::ALL.iter().map(|job| row(*job, now)).collect();
    let workers = vec![
        worker(1, WorkerState::Works, now),
        worker(2, WorkerState::Works, now),
        worker(3, WorkerState::Lost, now - TimeDelta::minutes(20)),
    ];
    let refund = format!(
        "The refund did not arrive, 4 times: {}. The money is with us; give it back in another way, or retry.",
        why_failed("lost_or_stolen_card"),
    );
    let payout = "The processor refused the transfer: balance_insufficient: You have insufficient\u{1b}[2J funds";
    let offline = "The payment processor cannot be reached (connection refused). Nothing was \
                   sent; it can be tried again.";
    let troubles = vec![
        Trouble {
            try_at: None,
            is_stuck: true,
            about: concerning("Walk through Alfama", "Ana Silva", "120.00"),
            ..trouble(Job::SettleRefunds, 1, 4, &refund, now)
        },
        Trouble {
            is_stuck: true,
            about: concerning("Sunset\u{202e} sail", "山田 太郎", "340.00"),
            ..trouble(Job::PayOut, 2, 9, payout, now)
        },
        Trouble {
            about: concerning("Port tasting", "Jürgen Groß", "64.00"),
            ..trouble(Job::SettlePayments, 3, 2, offline, now)
        },
    ];
    JobList { overview: Jobs { jobs, workers }, troubles, retried: Vec::new() }
}

fn row(job: Job, now: DateTime<Utc>) -> JobRow {
    let (state, lag) = match job {
        Job::PayOut => (JobState::Fails, 0),
        Job::Reconcile => (JobState::Silent, 0),
        Job::ActOnWebhooks => (JobState::Runs, 90),
        _ => (JobState::Runs, 0),
    };
    JobRow {
        job,
        state,
        last_run: (state != JobState::Silent).then(|| now - TimeDelta::seconds(9)),
        last_worker: (state != JobState::Silent).then(|| "10.0.0.1:8080 (process 4711)".to_owned()),
        next_due: (job == Job::ExpireRequests).then(|| now + TimeDelta::hours(3)),
        lag_seconds: lag,
        done: if job == Job::ExpireRequests { 1_204 } else { 0 },
        failures: 0,
        error: (state == JobState::Fails).then(|| "database: relation does not exist".to_owned()),
        retrying: u64::from(job == Job::SettlePayments),
        stuck: u64::from(matches!(job, Job::SettleRefunds | Job::PayOut)),
    }
}

fn worker(number: u128, state: WorkerState, seen_at: DateTime<Utc>) -> Worker {
    Worker {
        id: Uuid::from_u128(number),
        name: format!("10.0.0.{number}:8080 (process 4711)"),
        state,
        started_at: seen_at - TimeDelta::days(2),
        seen_at,
    }
}

fn trouble(job: Job, number: u128, failures: u32, error: &str, now: DateTime<Utc>) -> Trouble {
    Trouble {
        job,
        subject: subject(number),
        is_stuck: false,
        failures,
        error: error.to_owned(),
        first_failed_at: now - TimeDelta::days(4),
        last_failed_at: now - TimeDelta::minutes(12),
        try_at: Some(now + TimeDelta::minutes(48)),
        about: About::default(),
    }
}

fn concerning(title: &str, traveler: &str, amount: &str) -> About {
    let currency = traveloure_core::money::Currency::EUR;
    About {
        booking_id: Some(BookingId::from(Uuid::from_u128(0x9_0001))),
        title: Some(title.to_owned()),
        traveler: Some(traveler.to_owned()),
        provider: Some("Inês and the Blue Van".to_owned()),
        amount: Some(
            traveloure_core::money::Money::try_new(amount.parse().unwrap(), currency).unwrap(),
        ),
    }
}

impl JobList {
    /// The answer to an administrator's call about jobs; none to any other.
    pub(crate) fn answer(&mut self, call: &Call) -> Option<Result<Reply, ApiError>> {
        Some(match call {
            Call::Jobs => Ok(Reply::Jobs(Box::new(self.overview.clone()))),
            Call::Troubles { only_stuck, limit } => {
                let found = self.troubles.iter().filter(|one| one.is_stuck || !only_stuck);
                let items: Vec<Trouble> = found.take(*limit as usize).cloned().collect();
                let total = Some(items.len() as u64);
                Ok(Reply::Troubles(Page { items, next: None, total }))
            }
            Call::RetryJob { job, subject } => {
                let is_it = |one: &Trouble| (one.job, &one.subject) == (*job, subject);
                let Some(at) = self.troubles.iter().position(is_it) else {
                    return Some(Err(problem(
                        Code::NotFound,
                        "Nothing of that name is in trouble.",
                    )));
                };
                self.retried.push((*job, subject.clone()));
                // A refund is made anew; all else stays in trouble until it is done.
                let now = if *job == Job::SettleRefunds {
                    self.troubles.remove(at);
                    format!("{subject}-anew")
                } else {
                    self.troubles[at].try_at = Some(self.troubles[at].last_failed_at);
                    subject.clone()
                };
                Ok(Reply::Retried(Retried { job: *job, subject: now }))
            }
            _ => return None,
        })
    }
}
