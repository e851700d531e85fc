//! Looking through bookings.

use super::{Action, Command, Context};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BookingsAct {
    Pay,
    PayBalance,
    Cancel,
    Request,
    Manifest,
    Copy,
    ShowUpcoming,
    ShowPast,
    ShowUnpaid,
    ShowConfirmed,
    ShowCompleted,
    ShowCancelled,
    ShowAll,
}

const fn command(
    name: &'static str,
    act: BookingsAct,
    keys: &'static [&'static str],
    label: &'static str,
    help: &'static str,
) -> Command {
    Command::new(Context::Bookings, name, Action::Bookings(act), keys, label, help)
}

pub const COMMANDS: &[Command] = &[
    command("pay", BookingsAct::Pay, &["p"], "pay", "Pay what waits to be paid")
        .bar(90)
        .cli("pay start <CODE>"),
    command(
        "pay_balance",
        BookingsAct::PayBalance,
        &["b"],
        "pay the rest",
        "Pay what is owed after a deposit",
    )
    .bar(85)
    .cli("pay balance <CODE>"),
    command("cancel", BookingsAct::Cancel, &["x"], "cancel", "Cancel the booking")
        .danger(super::Danger::Asks)
        .bar(38)
        .cli("bookings cancel <CODE>"),
    command(
        "request",
        BookingsAct::Request,
        &["r"],
        "request",
        "Go to the request that the booking came from",
    )
    .bar(70)
    .cli("requests show <ID>"),
    command(
        "manifest",
        BookingsAct::Manifest,
        &["d"],
        "arrivals",
        "Show who comes on a day, to print",
    )
    .bar(55)
    .cli("bookings manifest --date <DATE>"),
    command(
        "copy",
        BookingsAct::Copy,
        &["y"],
        "copy code",
        "Put the confirmation code on the clipboard",
    )
    .bar(60),
    command(
        "show_upcoming",
        BookingsAct::ShowUpcoming,
        &["f u"],
        "upcoming",
        "Show what is still to come, the next one first",
    )
    .cli("bookings list"),
    command(
        "show_past",
        BookingsAct::ShowPast,
        &["f p"],
        "past",
        "Show what is over, the last one first",
    ),
    command(
        "show_unpaid",
        BookingsAct::ShowUnpaid,
        &["f w"],
        "waiting for payment",
        "Show what waits for the traveler to pay",
    ),
    command(
        "show_confirmed",
        BookingsAct::ShowConfirmed,
        &["f c"],
        "confirmed",
        "Show what is paid for and to come",
    ),
    command("show_completed", BookingsAct::ShowCompleted, &["f d"], "done", "Show what took place"),
    command(
        "show_cancelled",
        BookingsAct::ShowCancelled,
        &["f x"],
        "cancelled",
        "Show what was cancelled or refunded",
    ),
    command("show_all", BookingsAct::ShowAll, &["f f"], "all", "Show every booking"),
];
