//! What was earned, and where it went.

use super::{Action, Command, Context};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EarningsAct {
    Onboard,
    Statement,
    Copy,
    Earlier,
    Later,
    Now,
    Currency,
    ShowWeeks,
    ShowPayouts,
}

const fn command(
    name: &'static str,
    act: EarningsAct,
    keys: &'static [&'static str],
    label: &'static str,
    help: &'static str,
) -> Command {
    Command::new(Context::Earnings, name, Action::Earnings(act), keys, label, help)
}

pub const COMMANDS: &[Command] = &[
    command(
        "onboard",
        EarningsAct::Onboard,
        &["o"],
        "link to be paid",
        "Get the link on which you tell the payment processor who you are",
    )
    .bar(25)
    .cli("payouts onboard"),
    command(
        "statement",
        EarningsAct::Statement,
        &["s"],
        "statement",
        "Write the statement of a month to a file, as CSV",
    )
    .bar(70)
    .cli("earnings statement --month <MONTH> --out <FILE>"),
    command(
        "copy",
        EarningsAct::Copy,
        &["y"],
        "copy",
        "Put the link, the code or the reference that is shown on the clipboard",
    )
    .bar(50),
    command(
        "earlier",
        EarningsAct::Earlier,
        &["<", "{"],
        "earlier",
        "Show the twelve weeks before",
    )
    .bar(45)
    .cli("earnings --from <DATE> --to <DATE>"),
    command("later", EarningsAct::Later, &[">", "}"], "later", "Show the twelve weeks after"),
    command("now", EarningsAct::Now, &["t"], "now", "Show the twelve weeks up to now")
        .cli("earnings"),
    command(
        "currency",
        EarningsAct::Currency,
        &["c"],
        "currency",
        "Show what was earned in the next currency",
    )
    .bar(60),
    command(
        "show_weeks",
        EarningsAct::ShowWeeks,
        &["f w"],
        "weeks",
        "Show what was earned, week by week",
    ),
    command(
        "show_payouts",
        EarningsAct::ShowPayouts,
        &["f p"],
        "payouts",
        "Show what was paid out and what waits to be",
    )
    .bar(43)
    .cli("payouts list"),
];
