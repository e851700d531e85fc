//! Answering booking requests.

use super::{Action, Command, Context, Danger};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InboxAct {
    Accept,
    Decline,
    Counter,
    Message,
    Repeat,
    TakeBack,
    UnmarkAll,
    Leftovers,
    ShowToAnswer,
    ShowWaiting,
    ShowAccepted,
    ShowDeclined,
    ShowLapsed,
    ShowAll,
}

const fn command(
    name: &'static str,
    act: InboxAct,
    keys: &'static [&'static str],
    label: &'static str,
    help: &'static str,
) -> Command {
    Command::new(Context::Inbox, name, Action::Inbox(act), keys, label, help)
}

pub const COMMANDS: &[Command] = &[
    command(
        "accept",
        InboxAct::Accept,
        &["a"],
        "accept",
        "Accept the request, after showing what it uses up and pays",
    )
    .bar(90)
    .danger(Danger::Asks)
    .cli("requests accept <ID>"),
    command(
        "decline",
        InboxAct::Decline,
        &["d"],
        "decline",
        "Decline the request, with or without a word",
    )
    .bar(89)
    .danger(Danger::Sends)
    .cli("requests decline <ID>"),
    command("counter", InboxAct::Counter, &["c"], "counter", "Offer another date, time or price")
        .bar(88)
        .danger(Danger::Sends)
        .cli("requests counter <ID>"),
    command(
        "message",
        InboxAct::Message,
        &["m"],
        "message",
        "Write to the traveler without deciding",
    )
    .bar(60)
    .danger(Danger::Sends)
    .cli("requests message <ID> <TEXT>"),
    command("repeat", InboxAct::Repeat, &["."], "repeat", "Give the last answer once more")
        .bar(70)
        .danger(Danger::Sends),
    command(
        "take_back",
        InboxAct::TakeBack,
        &["u"],
        "take back",
        "Take back the newest answer that still waits",
    )
    .bar(95),
    command("unmark", InboxAct::UnmarkAll, &["U"], "unmark all", "Take all marks away"),
    command(
        "not_sent",
        InboxAct::Leftovers,
        &["!"],
        "not sent",
        "Show answers that an earlier session could not send",
    )
    .bar(94),
    command(
        "show_to_answer",
        InboxAct::ShowToAnswer,
        &["f o"],
        "to answer",
        "Show what waits for your answer",
    ),
    command(
        "show_waiting",
        InboxAct::ShowWaiting,
        &["f w"],
        "waiting",
        "Show your offers that wait for the traveler",
    ),
    command(
        "show_accepted",
        InboxAct::ShowAccepted,
        &["f a"],
        "accepted",
        "Show what was accepted",
    ),
    command(
        "show_declined",
        InboxAct::ShowDeclined,
        &["f d"],
        "declined",
        "Show what was declined",
    ),
    command(
        "show_lapsed",
        InboxAct::ShowLapsed,
        &["f e"],
        "lapsed",
        "Show what expired or was withdrawn",
    ),
    command("show_all", InboxAct::ShowAll, &["f f"], "all", "Show every request"),
];
