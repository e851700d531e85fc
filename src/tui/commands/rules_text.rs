//! Writing rules or prices as lines of text.

use super::{Action, Command, Context};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RulesTextAct {
    Done,
    Editor,
    PreviousMonth,
    NextMonth,
}

const fn command(
    name: &'static str,
    act: RulesTextAct,
    keys: &'static [&'static str],
    label: &'static str,
    help: &'static str,
) -> Command {
    Command::new(Context::RulesText, name, Action::RulesText(act), keys, label, help)
}

pub const COMMANDS: &[Command] = &[
    command(
        "done",
        RulesTextAct::Done,
        &["ctrl-s"],
        "take it",
        "Take the text as it is into the edits",
    )
    .bar(60),
    command(
        "editor",
        RulesTextAct::Editor,
        &["ctrl-e"],
        "editor",
        "Write the text in your own editor",
    )
    .bar(58),
    command(
        "next_month",
        RulesTextAct::NextMonth,
        &["pagedown"],
        "next month",
        "Preview the next month",
    )
    .bar(50),
    command(
        "previous_month",
        RulesTextAct::PreviousMonth,
        &["pageup"],
        "month before",
        "Preview the month before",
    )
    .bar(49),
];
