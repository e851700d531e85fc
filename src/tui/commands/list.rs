//! Moving through lists, tables and longer texts.

use super::{Action, Command, Context};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListAct {
    Down,
    Up,
    Left,
    Right,
    Top,
    Bottom,
    HalfDown,
    HalfUp,
    PageDown,
    PageUp,
    Open,
    NextPane,
    PreviousPane,
    Mark,
    MarkRange,
    Find,
    NextFound,
    PreviousFound,
}

impl ListAct {
    /// Whether it moves up or down.
    #[must_use]
    pub const fn is_vertical(self) -> bool {
        matches!(
            self,
            Self::Down
                | Self::Up
                | Self::Top
                | Self::Bottom
                | Self::HalfDown
                | Self::HalfUp
                | Self::PageDown
                | Self::PageUp
        )
    }
}

const fn command(
    name: &'static str,
    act: ListAct,
    keys: &'static [&'static str],
    label: &'static str,
    help: &'static str,
) -> Command {
    Command::new(Context::List, name, Action::List(act), keys, label, help)
}

pub const COMMANDS: &[Command] = &[
    command("down", ListAct::Down, &["j", "down"], "down", "Move down"),
    command("up", ListAct::Up, &["k", "up"], "up", "Move up"),
    command("left", ListAct::Left, &["h", "left"], "left", "Move left"),
    command("right", ListAct::Right, &["l", "right"], "right", "Move right"),
    command("top", ListAct::Top, &["g", "home"], "top", "Go to the first row"),
    command("bottom", ListAct::Bottom, &["G", "end"], "end", "Go to the last row"),
    command(
        "half_down",
        ListAct::HalfDown,
        &["ctrl-d"],
        "half a page down",
        "Move down half a page",
    ),
    command("half_up", ListAct::HalfUp, &["ctrl-u"], "half a page up", "Move up half a page"),
    command(
        "page_down",
        ListAct::PageDown,
        &["pagedown", "ctrl-f"],
        "page down",
        "Move down a page",
    ),
    command("page_up", ListAct::PageUp, &["pageup", "ctrl-b"], "page up", "Move up a page"),
    command("open", ListAct::Open, &["enter"], "open", "Open what the cursor is on").bar(40),
    command(
        "next_pane",
        ListAct::NextPane,
        &["tab"],
        "next pane",
        "Let the keys go to the next pane",
    )
    .bar(20),
    command(
        "previous_pane",
        ListAct::PreviousPane,
        &["shift-tab"],
        "pane before",
        "Let the keys go to the pane before",
    ),
    command("mark", ListAct::Mark, &["space"], "mark", "Mark the row, to answer several at once")
        .bar(35),
    command(
        "mark_range",
        ListAct::MarkRange,
        &["v"],
        "mark range",
        "Begin a range of marks, or end it",
    ),
    command("find", ListAct::Find, &["/"], "find", "Narrow the list by words").bar(30),
    command(
        "next_found",
        ListAct::NextFound,
        &["n"],
        "next found",
        "Go to the next row that was found",
    ),
    command(
        "previous_found",
        ListAct::PreviousFound,
        &["N"],
        "found before",
        "Go to the row found before",
    ),
];
