//! Setting prices: the terms, the price calendar, the draft.

use super::{Action, Command, Context, Danger};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PricesAct {
    Apply,
    Undo,
    Redo,
    Discard,
    Price,
    AddSeason,
    AddDate,
    AddGroup,
    AddEarly,
    AddLastMinute,
    Deposit,
    Remove,
    Text,
    Service,
    Selling,
    AddService,
    Try,
    MorePeople,
    FewerPeople,
    PreviousMonth,
    NextMonth,
    Today,
}

const fn command(
    name: &'static str,
    act: PricesAct,
    keys: &'static [&'static str],
    label: &'static str,
    help: &'static str,
) -> Command {
    Command::new(Context::Prices, name, Action::Prices(act), keys, label, help)
}

pub const COMMANDS: &[Command] = &[
    command(
        "apply",
        PricesAct::Apply,
        &["S"],
        "apply",
        "Show which dates change price, and apply the draft",
    )
    .bar(98)
    .danger(Danger::Asks)
    .cli("prices set <SERVICE>"),
    command("undo", PricesAct::Undo, &["u"], "undo", "Take back the last edit").bar(97),
    command("redo", PricesAct::Redo, &["U", "ctrl-r"], "redo", "Make the edit again").bar(22),
    command("discard", PricesAct::Discard, &["X"], "drop edits", "Take back every edit")
        .danger(Danger::Asks),
    command(
        "price",
        PricesAct::Price,
        &["p"],
        "price",
        "Edit the base price or the range, per person or per party",
    )
    .bar(80),
    command(
        "add_season",
        PricesAct::AddSeason,
        &["a s"],
        "add season",
        "Make a stretch of dates dearer or cheaper",
    )
    .bar(78),
    command(
        "add_date",
        PricesAct::AddDate,
        &["a d"],
        "price of a date",
        "Give a date, or several in a row, a price of its own",
    ),
    command(
        "add_group",
        PricesAct::AddGroup,
        &["a g"],
        "group discount",
        "Take percent off for larger parties",
    ),
    command(
        "add_early",
        PricesAct::AddEarly,
        &["a e"],
        "early discount",
        "Take percent off for booking long before",
    ),
    command(
        "add_last_minute",
        PricesAct::AddLastMinute,
        &["a l"],
        "last-minute discount",
        "Take percent off for booking shortly before",
    ),
    command("deposit", PricesAct::Deposit, &["d"], "deposit", "Edit what is due at once").bar(60),
    command(
        "remove",
        PricesAct::Remove,
        &["x", "delete"],
        "take out",
        "Take out the season, price or discount under the cursor",
    )
    .bar(70),
    command(
        "text",
        PricesAct::Text,
        &["e"],
        "as text",
        "Write the prices as text and see what they make",
    )
    .bar(65)
    .cli("prices set <SERVICE>"),
    command("service", PricesAct::Service, &["s"], "service", "Set the prices of another service")
        .bar(64),
    command(
        "selling",
        PricesAct::Selling,
        &["b"],
        "how it is sold",
        "Edit its name, how it is booked, paid and cancelled, or take it off the market",
    )
    .bar(58)
    .cli("services edit <SERVICE>"),
    command("add_service", PricesAct::AddService, &["a n"], "new service", "Offer another service")
        .cli("services create <NAME> --category <CATEGORY> --availability <TYPE> --currency <CURRENCY>"),
    command(
        "try",
        PricesAct::Try,
        &["="],
        "try",
        "Type a date and a party and see what they would pay, and what you would earn",
    )
    .bar(50)
    .cli("prices quote <SERVICE> <DATE>"),
    command("more_people", PricesAct::MorePeople, &["+"], "more people", "Try a larger party"),
    command("fewer_people", PricesAct::FewerPeople, &["-"], "fewer people", "Try a smaller party"),
    command(
        "previous_month",
        PricesAct::PreviousMonth,
        &["<", "{"],
        "month before",
        "Go to the month before",
    )
    .bar(41),
    command("next_month", PricesAct::NextMonth, &[">", "}"], "next month", "Go to the next month")
        .bar(42),
    command("today", PricesAct::Today, &["t"], "today", "Go to today"),
];
