//! `traveloure admin`: for whoever runs the server.

use chrono::{DateTime, Utc};
use clap::Subcommand;
use serde::Serialize;
use traveloure_server::app::invariants::{ELSEWHERE, Finding, Findings};

use super::{context::Context, failure::Failure, sheet::Sheet, stop::StopSignal, table::Table};
use crate::examine;

/// How many broken rows of one rule are shown to a person.
const SHOWN: usize = 10;

/// For whoever runs the server
#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Check the books and bookings in the database against the rules that must always hold
    ///
    /// Reads only, and all of one moment: a server may be at work meanwhile. The database is the private one of
    /// the home, or the one that DATABASE_URL, TRAVELOURE_DATABASE_URL or the configuration names. Fails with exit
    /// code 3 if a rule is broken.
    Check,
}

impl Admin {
    /// # Errors
    /// [`Failure::Refused`] if a rule is broken; the report is printed all the same.
    pub(super) async fn run(&self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Check => check(context).await,
        }
    }
}

#[derive(Debug, Serialize)]
struct Report {
    holds: bool,
    /// Whether a server was at work.
    is_served: bool,
    as_of: DateTime<Utc>,
    rules: Vec<Rule>,
}

#[derive(Debug, Serialize)]
struct Rule {
    number: u8,
    says: &'static str,
    looked_at: u64,
    holds: bool,
    broken: Vec<Broken>,
}

#[derive(Debug, Serialize)]
struct Broken {
    row: String,
    how: String,
}

async fn check(context: &Context) -> Result<(), Failure> {
    if let (Some(server), None) = (&context.settings.server, &context.settings.database_url) {
        return Err(Failure::Usage(format!(
            "This looks into the database itself, which {server} does not show. Run it where that server runs, or \
             name the database with DATABASE_URL."
        )));
    }
    let mut stop = StopSignal::try_new()?;
    let found = tokio::select! {
        found = examine::examine(&context.paths, &context.settings, context.now) => {
            found.map_err(|error| Failure::NoBackend(error.to_string()))?
        }
        () = stop.received() => return Err(Failure::Interrupted),
    };
    let report = report(found);
    context.output.show(&report, draw)?;
    match report.rules.iter().filter(|rule| !rule.holds).count() {
        0 => Ok(()),
        1 => Err(broken("1 rule is")),
        several => Err(broken(&format!("{several} rules are"))),
    }
}

fn broken(rules: &str) -> Failure {
    Failure::Refused(format!(
        "{rules} broken. Nothing was changed; make a backup before anything is mended."
    ))
}

fn report(found: Findings) -> Report {
    let Findings { is_served, as_of, all } = found;
    let rules: Vec<Rule> = all.into_iter().map(rule).collect();
    Report { holds: rules.iter().all(|rule| rule.holds), is_served, as_of, rules }
}

fn rule(found: Finding) -> Rule {
    let Finding { invariant, looked_at, broken } = found;
    Rule {
        number: invariant.number(),
        says: invariant.says(),
        looked_at,
        holds: broken.is_empty(),
        broken: broken.into_iter().map(|one| Broken { row: one.row, how: one.how }).collect(),
    }
}

fn draw(report: &Report, sheet: &mut Sheet) {
    let mut table = Table::new().right("NO").left("STATE").right("ROWS").flexible("RULE");
    for rule in &report.rules {
        let state = if rule.holds { "holds" } else { "BROKEN" };
        table.row([
            rule.number.to_string(),
            state.to_owned(),
            rule.looked_at.to_string(),
            rule.says.to_owned(),
        ]);
    }
    sheet.table(&table);
    let elsewhere = ELSEWHERE.map(|(number, why)| format!("{number} {why}"));
    sheet.line(format!("Not looked at here: {}.", elsewhere.join("; ")));
    for rule in report.rules.iter().filter(|rule| !rule.holds) {
        sheet.gap();
        sheet.line(format!("Rule {} is broken by", rule.number));
        for one in rule.broken.iter().take(SHOWN) {
            sheet.line(format!("  {}  {}", one.row, one.how));
        }
        let more = rule.broken.len().saturating_sub(SHOWN);
        if more > 0 {
            sheet.line(format!("  … and {more} more; --json has all"));
        }
    }
    if !report.is_served {
        sheet.gap();
        sheet.line(format!(
            "No server is at work here: what became due after {} is not counted as late.",
            report.as_of.format("%Y-%m-%d %H:%M:%S UTC")
        ));
    }
}
