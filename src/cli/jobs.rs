//! `traveloure jobs`: what the clock brings about, and what could not be done.

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use traveloure_core::{
    api::{
        cancel::GivenBack as Said,
        job::{About, JobState, Jobs as Overview, Trouble, WorkerState},
        page::{MAX_LIMIT, Page},
    },
    job::Job,
    text::clean_line,
};
use uuid::Uuid;

use super::{
    context::Context,
    failure::Failure,
    find::short,
    paging::{Paging, more},
    session::Session,
    sheet::Sheet,
    table::Table,
    words::{money, status_of},
};
use crate::client::{Client, Key};

/// What the clock brings about, and what could not be done
#[derive(Debug, Subcommand)]
pub enum Jobs {
    /// List the jobs, how they do, and the servers that run them
    #[command(visible_alias = "ls")]
    List,
    Stuck(Stuck),
    Retry(Retry),
    GivenBack(GivenBack),
}

/// List what has failed for long or waits for you, the oldest first
#[derive(Debug, Args)]
pub struct Stuck {
    /// Also what failed and is tried again by itself
    #[arg(long)]
    all: bool,
    /// Only of this job
    #[arg(long, value_parser = status_of::<Job>)]
    job: Option<Job>,
    #[command(flatten)]
    paging: Paging,
}

/// Have something tried again now
///
/// A refund that waits for you is made anew.
#[derive(Debug, Args)]
pub struct Retry {
    /// The job that could not do it
    #[arg(value_parser = status_of::<Job>)]
    job: Job,
    /// What it could not do: its id, or the end of it
    id: String,
}

/// Write down that you paid a refund in another way, because it cannot go back to its card
///
/// The books have it as paid from your own bank account, the refund is off the list, and it is kept who wrote it down.
#[derive(Debug, Args)]
pub struct GivenBack {
    /// The refund that waits for you: its id, or the end of it
    id: String,
    /// What finds the payment in your bank's books, such as the number of a transfer
    #[arg(long)]
    reference: String,
    /// What there is to say about it
    #[arg(long, default_value = "", hide_default_value = true)]
    note: String,
}

impl Jobs {
    /// # Errors
    /// As the server says.
    pub async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let client = session.admin().await?;
        match self {
            Self::List => {
                let jobs = client.jobs().await?;
                context.output.show(&jobs, |jobs, sheet| overview(jobs, context.now, sheet))
            }
            Self::Stuck(stuck) => stuck.run(context, &client).await,
            Self::Retry(retry) => retry.run(context, &client).await,
            Self::GivenBack(given) => given.run(context, &client).await,
        }
    }
}

impl Stuck {
    async fn run(&self, context: &Context, client: &Client) -> Result<(), Failure> {
        let after = self.paging.after.as_deref();
        let page = client.troubles(self.job, !self.all, after, Some(self.paging.limit)).await?;
        context.output.show(&page, |page, sheet| {
            if page.items.is_empty() {
                sheet.line(nothing(self.all));
            } else {
                troubles(page, context.now, sheet);
            }
        })
    }
}

impl Retry {
    async fn run(&self, context: &Context, client: &Client) -> Result<(), Failure> {
        let subject = find(client, self.job, &self.id).await?;
        let retried = client.retry_job(self.job, &subject, &Key::random()).await?;
        context.output.show(&retried, |retried, sheet| {
            sheet.line("It is tried now. `traveloure jobs stuck --all` says whether it worked.");
            if retried.subject != subject {
                sheet.line(format!("A new one is made in its stead: {}", shown(&retried.subject)));
            }
        })
    }
}

impl GivenBack {
    async fn run(&self, context: &Context, client: &Client) -> Result<(), Failure> {
        let subject = find(client, Job::SettleRefunds, &self.id).await?;
        let id = subject
            .parse()
            .map_err(|_| Failure::Refused(format!("{subject:?} is the id of no refund.")))?;
        let said = Said { reference: self.reference.clone(), note: self.note.clone() };
        let refund = client.refund_given_back(id, &said, &Key::random()).await?;
        context.output.show(&refund, |refund, sheet| {
            let amount = refund.amount;
            sheet.line(format!("{amount} is written down as given back. Nothing is left to do."));
        })
    }
}

/// The subject in trouble that an id, or the end of one, is of.
async fn find(client: &Client, job: Job, id: &str) -> Result<String, Failure> {
    let page = client.troubles(Some(job), false, None, Some(MAX_LIMIT)).await?;
    let fits = |trouble: &&Trouble| {
        trouble.subject == id || trouble.subject.replace('-', "").ends_with(&id.replace('-', ""))
    };
    let mut found = page.items.iter().filter(fits);
    match (found.next(), found.next()) {
        (Some(trouble), None) => Ok(trouble.subject.clone()),
        (None, _) => {
            Err(Failure::Refused(format!("{job} has nothing in trouble that {id:?} fits.")))
        }
        (Some(_), Some(_)) => {
            Err(Failure::Usage(format!("{id:?} fits more than one thing; say more of it.")))
        }
    }
}

fn overview(overview: &Overview, now: DateTime<Utc>, sheet: &mut Sheet) {
    let mut table = Table::new()
        .left("JOB")
        .left("STATE")
        .right("RAN")
        .right("NEXT")
        .right("LATE")
        .right("DONE")
        .right("STUCK")
        .right("RETRYING")
        .flexible("");
    for row in &overview.jobs {
        let some = |count: u64| if count == 0 { String::new() } else { count.to_string() };
        let late = if row.lag_seconds == 0 { String::new() } else { span(row.lag_seconds) };
        table.row([
            row.job.to_string(),
            match row.state {
                JobState::Runs => "runs".to_owned(),
                other => other.as_str().to_uppercase(),
            },
            row.last_run.map_or_else(|| "never".to_owned(), |at| ago(at, now)),
            row.next_due.map_or_else(String::new, |at| until(at, now)),
            late,
            some(row.done),
            some(row.stuck),
            some(row.retrying),
            row.error.clone().unwrap_or_default(),
        ]);
    }
    sheet.table(&table);
    sheet.gap();
    if overview.workers.is_empty() {
        sheet.line("No server runs them. Start one with `traveloure serve`.");
    }
    for worker in &overview.workers {
        let name = clean_line(&worker.name);
        sheet.line(match worker.state {
            WorkerState::Works => format!("{name} works since {}", day(worker.started_at)),
            WorkerState::Lost => {
                format!("{name} is LOST: last heard of {}", ago(worker.seen_at, now))
            }
            WorkerState::Stopped => format!("{name} stopped {}", ago(worker.seen_at, now)),
        });
    }
}

/// What is said where there is nothing to list.
fn nothing(all: bool) -> &'static str {
    if all {
        "Nothing is in trouble."
    } else {
        "Nothing is stuck. `traveloure jobs stuck --all` also lists what failed and is tried again by itself."
    }
}

fn troubles(page: &Page<Trouble>, now: DateTime<Utc>, sheet: &mut Sheet) {
    let mut table = Table::new()
        .left("JOB")
        .left("ID")
        .flexible("ABOUT")
        .right("FAILED")
        .right("SINCE")
        .left("NEXT TRY")
        .flexible("ERROR");
    for trouble in &page.items {
        table.row([
            trouble.job.to_string(),
            shown(&trouble.subject),
            about(&trouble.about),
            format!("{}x", trouble.failures),
            ago(trouble.first_failed_at, now),
            trouble.try_at.map_or_else(|| "when you say so".to_owned(), |at| until(at, now)),
            trouble.error.clone(),
        ]);
    }
    sheet.table(&table);
    more(page, sheet);
}

fn about(about: &About) -> String {
    let parts = [Some(money(about.amount)), about.title.clone(), about.traveler.clone()];
    let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

/// The end of an id; whole what is none.
fn shown(subject: &str) -> String {
    subject.parse::<Uuid>().map_or_else(|_| subject.to_owned(), short)
}

fn day(at: DateTime<Utc>) -> String {
    at.format("%-d %b %H:%M UTC").to_string()
}

fn ago(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    format!("{} ago", span((now - at).num_seconds().max(0).unsigned_abs()))
}

fn until(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    match (at - now).num_seconds() {
        ..=0 => "now".to_owned(),
        seconds => format!("in {}", span(seconds.unsigned_abs())),
    }
}

fn span(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds}s"),
        120..7_200 => format!("{}m", seconds / 60),
        7_200..172_800 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_list_says_where_there_may_be_more() {
        assert!(nothing(false).contains("jobs stuck --all"));
        assert!(!nothing(true).contains("--all"));
    }

    #[test]
    fn spans_are_as_exact_as_they_need_to_be() {
        let spans: Vec<String> = [0, 119, 120, 7_199, 7_200, 172_800].map(span).into();
        assert_eq!(spans, ["0s", "119s", "2m", "119m", "2h", "2d"]);
    }

    #[test]
    fn an_id_is_named_by_its_end_and_a_day_by_itself() {
        assert_eq!(shown("0197f3a2-1c2b-7d3e-9f40-aabbccddeeff"), "ccddeeff");
        assert_eq!(shown("2026-06-10"), "2026-06-10");
    }
}
