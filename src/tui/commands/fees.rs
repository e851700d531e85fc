//! What the platform keeps.

use super::{Action, Command, Context, Danger};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FeesAct {
    Edit,
    Add,
    Provider,
    Turn,
    Simulate,
}

const fn command(
    name: &'static str,
    act: FeesAct,
    keys: &'static [&'static str],
    label: &'static str,
    help: &'static str,
) -> Command {
    Command::new(Context::Fees, name, Action::Fees(act), keys, label, help)
}

pub const COMMANDS: &[Command] = &[
    command(
        "edit",
        FeesAct::Edit,
        &["e"],
        "edit",
        "Change the rule: what it would have kept of past bookings is shown before it is saved",
    )
    .danger(Danger::Asks)
    .bar(80)
    .cli("fees edit <ID>"),
    command(
        "add",
        FeesAct::Add,
        &["a"],
        "add",
        "Add a rule: for everything, for a category, or for a provider",
    )
    .danger(Danger::Asks)
    .bar(70)
    .cli("fees create"),
    command(
        "provider",
        FeesAct::Provider,
        &["p"],
        "for a provider",
        "Add a rule for one provider, which counts before all others",
    )
    .danger(Danger::Asks)
    .bar(65)
    .cli("fees create --provider <PROVIDER>"),
    command("turn", FeesAct::Turn, &["x"], "on or off", "Switch the rule off, or on again")
        .danger(Danger::Asks)
        .bar(60)
        .cli("fees edit <ID> --active <true|false>"),
    command(
        "simulate",
        FeesAct::Simulate,
        &["s"],
        "try",
        "Try other figures on past bookings; nothing is saved",
    )
    .bar(75)
    .cli("fees simulate"),
];
