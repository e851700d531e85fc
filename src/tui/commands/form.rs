//! Filling in fields.

use super::{Action, Command, Context};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FormAct {
    Next,
    Previous,
    /// The next field, or from the last one, send.
    Enter,
    Submit,
    NewLine,
    Editor,
}

const fn command(
    name: &'static str,
    act: FormAct,
    keys: &'static [&'static str],
    label: &'static str,
    help: &'static str,
) -> Command {
    Command::new(Context::Form, name, Action::Form(act), keys, label, help)
}

pub const COMMANDS: &[Command] = &[
    command(
        "enter",
        FormAct::Enter,
        &["enter"],
        "next, at the end send",
        "Go to the next field; on the last one, send",
    )
    .bar(50),
    command("submit", FormAct::Submit, &["ctrl-s"], "send", "Send the form from any field").bar(49),
    command("next", FormAct::Next, &["tab", "down"], "next field", "Go to the next field").bar(48),
    command(
        "previous",
        FormAct::Previous,
        &["shift-tab", "up"],
        "field before",
        "Go to the field before",
    ),
    command(
        "new_line",
        FormAct::NewLine,
        &["alt-enter", "ctrl-j"],
        "new line",
        "Begin a new line in a longer text",
    )
    .bar(20),
    command(
        "editor",
        FormAct::Editor,
        &["ctrl-e"],
        "editor",
        "Write a longer text in your own editor",
    ),
];
