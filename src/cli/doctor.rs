//! `traveloure doctor`: what this installation has and what it lacks.

use std::{
    io::{self, IsTerminal},
    time::Duration,
};

use serde::Serialize;
use traveloure_server::cluster::{MINIMUM_MAJOR, Search};

use super::{context::Context, failure::Failure, sheet::Sheet, table::Table};
use crate::client::{ApiError, Client, credentials::Credentials};

/// How a finding is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Good,
    /// It works, with less.
    Lacking,
    /// It does not work until this is mended.
    Broken,
}

#[derive(Clone, Debug, Serialize)]
struct Finding {
    subject: &'static str,
    verdict: Verdict,
    found: String,
}

/// # Errors
/// [`Failure::Refused`] if something is broken; the findings are printed all the same.
pub async fn run(context: &Context) -> Result<(), Failure> {
    let mut findings = vec![home(context), configuration(context), log(context)];
    match &context.settings.server {
        Some(_) => findings.push(server(context).await),
        None if context.settings.database_url.is_some() => {
            findings.push(good("database", "the configured one"));
        }
        None => findings.push(postgres(context).await),
    }
    findings.extend([session(context).await, keyring(context).await, terminal()]);
    context.output.show(&findings, |findings, sheet| draw(findings, sheet))?;
    if findings.iter().any(|finding| finding.verdict == Verdict::Broken) {
        return Err(Failure::Refused("Something needs to be mended first.".to_owned()));
    }
    Ok(())
}

const fn finding(subject: &'static str, verdict: Verdict, found: String) -> Finding {
    Finding { subject, verdict, found }
}

fn good(subject: &'static str, found: impl Into<String>) -> Finding {
    finding(subject, Verdict::Good, found.into())
}

fn home(context: &Context) -> Finding {
    let path = context.paths.home.display();
    match context.paths.create() {
        Ok(()) => good("home", path.to_string()),
        Err(error) => finding("home", Verdict::Broken, error.to_string()),
    }
}

// A file that cannot be used has ended the command before this.
fn configuration(context: &Context) -> Finding {
    let path = &context.paths.config_file;
    let is_there = if path.exists() { "" } else { " (none; the defaults count)" };
    good("configuration", format!("{}{is_there}", path.display()))
}

fn log(context: &Context) -> Finding {
    let file = context.settings.log.file.as_ref().unwrap_or(&context.paths.log_file);
    good("log", file.display().to_string())
}

async fn server(context: &Context) -> Finding {
    let Some(server) = &context.settings.server else {
        return good("server", "none; this process carries its own");
    };
    let patience = Duration::from_secs(context.settings.timeout_seconds.into());
    let client = match Client::try_new(server.clone(), patience) {
        Ok(client) => client,
        Err(error) => return finding("server", Verdict::Broken, error.to_string()),
    };
    match client.is_ready().await {
        Ok(()) => good("server", format!("{server} is ready")),
        Err(error @ ApiError::Problem(_)) => finding(
            "server",
            Verdict::Broken,
            format!("{server} answers, but is not ready: {error}"),
        ),
        Err(error) => finding("server", Verdict::Broken, error.to_string()),
    }
}

async fn postgres(context: &Context) -> Finding {
    let search = Search::of_this_machine(context.settings.postgres.bin_dir.clone());
    let installations = search.installations().await;
    if let Some(installation) = installations.first() {
        let place = installation.bin_dir.display();
        return good("PostgreSQL", format!("{} in {place}", installation.version));
    }
    let fetch = context.settings.postgres.fetch;
    finding(
        "PostgreSQL",
        if fetch { Verdict::Lacking } else { Verdict::Broken },
        if fetch {
            format!("none of version {MINIMUM_MAJOR} or newer; the first start downloads one")
        } else {
            format!(
                "none of version {MINIMUM_MAJOR} or newer, and `postgres.fetch` is off; install one"
            )
        },
    )
}

async fn session(context: &Context) -> Finding {
    if context.settings.token.is_some() {
        return good("session", "the configured token");
    }
    match credentials(context).load().await {
        Ok(Some(_)) => good("session", "signed in"),
        Ok(None) => finding(
            "session",
            Verdict::Lacking,
            format!("not signed in; {} login", context.program),
        ),
        Err(error) => finding("session", Verdict::Broken, error.to_string()),
    }
}

async fn keyring(context: &Context) -> Finding {
    if context.paths.is_apart {
        return good("keyring", "not used: this installation keeps everything in its home");
    }
    let credentials = credentials(context);
    if credentials.keyring_answers().await {
        return good("keyring", "answers");
    }
    let file = credentials.file().display();
    finding("keyring", Verdict::Lacking, format!("none answers; sessions are kept in {file}"))
}

fn credentials(context: &Context) -> Credentials {
    Credentials::new(&context.paths, context.settings.server.as_ref())
}

fn terminal() -> Finding {
    let name = std::env::var("TERM").unwrap_or_else(|_| "unknown".to_owned());
    if !io::stdout().is_terminal() {
        return finding("terminal", Verdict::Lacking, "none; commands only".to_owned());
    }
    match crossterm::terminal::size() {
        Ok((columns, rows)) if columns < 40 || rows < 12 => finding(
            "terminal",
            Verdict::Lacking,
            format!("{name}, {columns}x{rows}: too small for the screens, which need 40x12"),
        ),
        Ok((columns, rows)) => good("terminal", format!("{name}, {columns}x{rows}")),
        Err(error) => {
            finding("terminal", Verdict::Lacking, format!("{name}, of unknown size: {error}"))
        }
    }
}

fn draw(findings: &[Finding], sheet: &mut Sheet) {
    let mut table = Table::new().left("").left("WHAT").left("FOUND");
    for finding in findings {
        let mark = match finding.verdict {
            Verdict::Good => "ok",
            Verdict::Lacking => "--",
            Verdict::Broken => "!!",
        };
        table.row([mark.to_owned(), finding.subject.to_owned(), finding.found.clone()]);
    }
    sheet.table(&table);
}
