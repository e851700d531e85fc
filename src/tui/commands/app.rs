//! Commands that work everywhere.

use super::{Action, Command, Context};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AppAct {
    Quit,
    Back,
    Help,
    Palette,
    NextTab,
    PreviousTab,
    Tab(u8),
    Refresh,
    Role,
    BecomeProvider,
    SignOut,
    Redraw,
    Suspend,
}

const fn command(
    name: &'static str,
    act: AppAct,
    keys: &'static [&'static str],
    label: &'static str,
    help: &'static str,
) -> Command {
    Command::new(Context::App, name, Action::App(act), keys, label, help)
}

pub const COMMANDS: &[Command] = &[
    command("help", AppAct::Help, &["?", "f1"], "help", "Show every key that works here").bar(12),
    command("palette", AppAct::Palette, &[":", "ctrl-p"], "commands", "Find a command by its name")
        .bar(11),
    command("back", AppAct::Back, &["esc"], "back", "Close what is open, or undo a selection"),
    command("next_tab", AppAct::NextTab, &["]", "ctrl-right"], "next tab", "Go to the next tab"),
    command(
        "previous_tab",
        AppAct::PreviousTab,
        &["[", "ctrl-left"],
        "tab before",
        "Go to the tab before",
    ),
    command("tab_1", AppAct::Tab(0), &["1"], "tab 1", "Go to the first tab"),
    command("tab_2", AppAct::Tab(1), &["2"], "tab 2", "Go to the second tab"),
    command("tab_3", AppAct::Tab(2), &["3"], "tab 3", "Go to the third tab"),
    command("tab_4", AppAct::Tab(3), &["4"], "tab 4", "Go to the fourth tab"),
    command("tab_5", AppAct::Tab(4), &["5"], "tab 5", "Go to the fifth tab"),
    command(
        "refresh",
        AppAct::Refresh,
        &["R", "f5"],
        "refresh",
        "Fetch what is shown again, or try again after a failure",
    ),
    command("role", AppAct::Role, &["@"], "role", "Act in another role of your account"),
    command(
        "become_provider",
        AppAct::BecomeProvider,
        &[],
        "become a provider",
        "Offer services of your own",
    )
    .cli("providers create <NAME> --city <CITY> --country <COUNTRY> --zone <ZONE>"),
    command("sign_out", AppAct::SignOut, &[], "sign out", "Sign out on this terminal")
        .cli("logout"),
    command("redraw", AppAct::Redraw, &["ctrl-l"], "redraw", "Paint the whole screen again"),
    command(
        "suspend",
        AppAct::Suspend,
        &["ctrl-z"],
        "to the shell",
        "Go back to the shell until `fg`",
    ),
    command(
        "quit",
        AppAct::Quit,
        &["q", "ctrl-c"],
        "quit",
        "Leave; answers that still wait are sent",
    )
    .bar(10),
];
