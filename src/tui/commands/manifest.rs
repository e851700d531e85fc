//! Who comes on a day.

use super::{Action, Command, Context};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ManifestAct {
    Save,
    Copy,
    Date,
    NextDay,
    PreviousDay,
    Today,
}

const fn command(
    name: &'static str,
    act: ManifestAct,
    keys: &'static [&'static str],
    label: &'static str,
    help: &'static str,
) -> Command {
    Command::new(Context::Manifest, name, Action::Manifest(act), keys, label, help)
}

pub const COMMANDS: &[Command] = &[
    command(
        "save",
        ManifestAct::Save,
        &["s"],
        "to a file",
        "Write the list to a file, as plain text to print",
    )
    .bar(80)
    .cli("bookings manifest --date <DATE> --out <FILE>"),
    command(
        "copy",
        ManifestAct::Copy,
        &["y"],
        "copy",
        "Put the list on the clipboard, as plain text",
    )
    .bar(70),
    command("date", ManifestAct::Date, &["d"], "another day", "Say which day")
        .bar(60)
        .cli("bookings manifest --date <DATE>"),
    command(
        "next_day",
        ManifestAct::NextDay,
        &["+", ">", "l", "right"],
        "next day",
        "Go to the next day",
    )
    .bar(50),
    command(
        "previous_day",
        ManifestAct::PreviousDay,
        &["-", "<", "h", "left"],
        "day before",
        "Go to the day before",
    )
    .bar(49),
    command("today", ManifestAct::Today, &["t"], "today", "Go to today"),
];
