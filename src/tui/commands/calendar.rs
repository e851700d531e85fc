//! Looking after a calendar: moving by month, closing and opening days, capacities, rules.

use super::{Action, Command, Context, Danger};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CalendarAct {
    PreviousMonth,
    NextMonth,
    Today,
    Service,
    Why,
    /// Closes the selected days, or opens them if they are closed.
    Turn,
    /// The switch of the whole service.
    Switch,
    Raise,
    Lower,
    SetCapacity,
    UsualCapacity,
    AddSlot,
    DropSlot,
    Rule,
    Text,
    Undo,
    Redo,
    Discard,
    Apply,
    /// Takes in what changed elsewhere, below the edits made here.
    TakeIn,
    NextConflict,
    PreviousConflict,
}

const fn command(
    name: &'static str,
    act: CalendarAct,
    keys: &'static [&'static str],
    label: &'static str,
    help: &'static str,
) -> Command {
    Command::new(Context::Calendar, name, Action::Calendar(act), keys, label, help)
}

pub const COMMANDS: &[Command] = &[
    command(
        "apply",
        CalendarAct::Apply,
        &["S"],
        "apply",
        "Show what the edits change, and apply them",
    )
    .bar(98)
    .danger(Danger::Asks)
    .cli("availability set <SERVICE>"),
    command("undo", CalendarAct::Undo, &["u"], "undo", "Take back the last edit").bar(97),
    command("redo", CalendarAct::Redo, &["U", "ctrl-r"], "redo", "Make the edit again").bar(22),
    command(
        "take_in",
        CalendarAct::TakeIn,
        &["b"],
        "take in",
        "Take in what changed elsewhere; the edits made here stay on top",
    )
    .bar(99),
    command("discard", CalendarAct::Discard, &["X"], "drop edits", "Take back every edit"),
    command(
        "turn",
        CalendarAct::Turn,
        &["x", "space"],
        "close/open",
        "Close the selected days, or open them if they are closed",
    )
    .bar(90)
    .cli("availability block <SERVICE> <DATES>"),
    command("switch", CalendarAct::Switch, &["o"], "on/off", "Switch the whole service on or off")
        .bar(80)
        .cli("availability toggle <SERVICE> <on|off>"),
    command("raise", CalendarAct::Raise, &["+"], "more", "Offer one more of what is selected")
        .bar(86),
    command("lower", CalendarAct::Lower, &["-"], "less", "Offer one less of what is selected")
        .bar(85),
    command(
        "capacity",
        CalendarAct::SetCapacity,
        &["="],
        "capacity",
        "Type the capacity of the selected days",
    )
    .bar(84)
    .cli("availability capacity <SERVICE> <CAPACITY>"),
    command(
        "usual_capacity",
        CalendarAct::UsualCapacity,
        &["C"],
        "usual capacity",
        "Type the capacity of every day that has none of its own",
    ),
    command("add_slot", CalendarAct::AddSlot, &["a"], "add slot", "Sell at another time of day")
        .bar(62),
    command(
        "drop_slot",
        CalendarAct::DropSlot,
        &["D"],
        "drop slot",
        "Stop selling at the selected time, once or for good",
    ),
    command(
        "rule",
        CalendarAct::Rule,
        &["r"],
        "add rule",
        "Close days that repeat, or open certain days only",
    )
    .bar(72),
    command(
        "rules",
        CalendarAct::Text,
        &["e"],
        "rules as text",
        "Write the rules as text and see the month they make",
    )
    .bar(71)
    .cli("availability set <SERVICE>"),
    command(
        "why",
        CalendarAct::Why,
        &["w"],
        "why",
        "Explain rule by rule why the day is open or closed",
    )
    .bar(76)
    .cli("availability check <SERVICE> <DATE>"),
    command("service", CalendarAct::Service, &["s"], "service", "Look after another service")
        .bar(66),
    command(
        "previous_month",
        CalendarAct::PreviousMonth,
        &["<", "{"],
        "month before",
        "Go to the month before",
    )
    .bar(55),
    command(
        "next_month",
        CalendarAct::NextMonth,
        &[">", "}"],
        "next month",
        "Go to the next month",
    )
    .bar(56),
    command("today", CalendarAct::Today, &["t"], "today", "Go to today").bar(54),
    command(
        "next_conflict",
        CalendarAct::NextConflict,
        &["n"],
        "next conflict",
        "Go to the next day on which more is booked than is offered",
    )
    .bar(78),
    command(
        "previous_conflict",
        CalendarAct::PreviousConflict,
        &["N"],
        "conflict before",
        "Go to the last such day before this one",
    ),
];
