//! Looking for something to book.

use super::{Action, Command, Context};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SearchAct {
    Ask,
    Add,
    NextDay,
    PreviousDay,
}

const fn command(
    name: &'static str,
    act: SearchAct,
    keys: &'static [&'static str],
    label: &'static str,
    help: &'static str,
) -> Command {
    Command::new(Context::Search, name, Action::Search(act), keys, label, help)
}

pub const COMMANDS: &[Command] = &[
    command(
        "ask",
        SearchAct::Ask,
        &["s"],
        "where and when",
        "Say where, when and for how many you are looking",
    )
    .bar(90)
    .cli("services list --all --city <CITY> --date <DATE> --party <N>"),
    command("add", SearchAct::Add, &["a"], "to the cart", "Put the service into the cart")
        .bar(80)
        .cli("cart add <SERVICE> <DATE>"),
    command(
        "next_day",
        SearchAct::NextDay,
        &["+"],
        "day after",
        "Show what can be booked the day after",
    )
    .bar(15),
    command(
        "previous_day",
        SearchAct::PreviousDay,
        &["-"],
        "day before",
        "Show what can be booked the day before",
    ),
];
