//! What was sold and kept, and whether the books agree.

use super::{Action, Command, Context};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReportsAct {
    ShowRevenue,
    ShowOpen,
    ShowSettled,
    Currency,
    Earlier,
    Later,
    Now,
    Copy,
}

const fn command(
    name: &'static str,
    act: ReportsAct,
    keys: &'static [&'static str],
    label: &'static str,
    help: &'static str,
) -> Command {
    Command::new(Context::Reports, name, Action::Reports(act), keys, label, help)
}

pub const COMMANDS: &[Command] = &[
    command(
        "show_revenue",
        ReportsAct::ShowRevenue,
        &["f r"],
        "revenue",
        "Show what was sold and kept, by month and category",
    )
    .bar(41)
    .cli("reports revenue"),
    command(
        "show_open",
        ReportsAct::ShowOpen,
        &["f d"],
        "differences",
        "Show where our books and the processor's differ",
    )
    .bar(42)
    .cli("reports reconciliation"),
    command(
        "show_settled",
        ReportsAct::ShowSettled,
        &["f s"],
        "settled too",
        "Show also the differences that are settled",
    )
    .cli("reports reconciliation --settled"),
    command(
        "currency",
        ReportsAct::Currency,
        &["c"],
        "currency",
        "Show what was sold in the next currency",
    )
    .bar(60),
    command(
        "earlier",
        ReportsAct::Earlier,
        &["<", "{"],
        "earlier",
        "Show the twelve months before",
    )
    .bar(45)
    .cli("reports revenue --from <DATE> --to <DATE>"),
    command("later", ReportsAct::Later, &[">", "}"], "later", "Show the twelve months after"),
    command("now", ReportsAct::Now, &["t"], "now", "Show the twelve months up to now"),
    command(
        "copy",
        ReportsAct::Copy,
        &["y"],
        "copy",
        "Put the reference of the difference, or the code of the entry's booking, on the clipboard",
    )
    .bar(50),
];
