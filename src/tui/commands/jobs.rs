//! What the clock brings about, and what could not be done.

use super::{Action, Command, Context, Danger};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobsAct {
    Retry,
    ShowJobs,
    ShowStuck,
    ShowAll,
    ShowServers,
}

const fn command(
    name: &'static str,
    act: JobsAct,
    keys: &'static [&'static str],
    label: &'static str,
    help: &'static str,
) -> Command {
    Command::new(Context::Jobs, name, Action::Jobs(act), keys, label, help)
}

pub const COMMANDS: &[Command] = &[
    command("retry", JobsAct::Retry, &["r"], "try now", "Have what failed tried again now")
        .danger(Danger::Asks)
        .bar(90)
        .cli("jobs retry <JOB> <ID>"),
    command(
        "show_stuck",
        JobsAct::ShowStuck,
        &["f s"],
        "stuck",
        "Show what has failed for long or waits for you",
    )
    .bar(80)
    .cli("jobs stuck"),
    command(
        "show_all",
        JobsAct::ShowAll,
        &["f f"],
        "everything that failed",
        "Show what failed, also what is tried again by itself",
    )
    .cli("jobs stuck --all"),
    command("show_jobs", JobsAct::ShowJobs, &["f j"], "jobs", "Show the jobs and how they do")
        .cli("jobs list"),
    command(
        "show_servers",
        JobsAct::ShowServers,
        &["f w"],
        "servers",
        "Show the servers that run the jobs",
    )
    .cli("jobs list"),
];
