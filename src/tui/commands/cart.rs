//! The cart, and paying for what became of it.

use super::{Action, Command, Context};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CartAct {
    Process,
    Change,
    Turn,
    Remove,
    Pay,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CheckoutAct {
    Copy,
    Code,
    Keep,
    Forget,
    Next,
}

const fn command(
    name: &'static str,
    act: CartAct,
    keys: &'static [&'static str],
    label: &'static str,
    help: &'static str,
) -> Command {
    Command::new(Context::Cart, name, Action::Cart(act), keys, label, help)
}

pub const COMMANDS: &[Command] = &[
    command(
        "process",
        CartAct::Process,
        &["b"],
        "book all",
        "Book what can be booked at once, and ask for the rest",
    )
    .danger(super::Danger::Asks)
    .bar(90)
    .cli("cart process"),
    command("change", CartAct::Change, &["e"], "change", "Change the date, party or words").bar(70),
    command(
        "turn",
        CartAct::Turn,
        &["t"],
        "ask first or not",
        "Ask the provider first, or book at once",
    )
    .bar(60),
    command(
        "remove",
        CartAct::Remove,
        &["x", "delete"],
        "take out",
        "Take the item out of the cart",
    )
    .bar(65)
    .cli("cart remove <NUMBER>"),
    command("pay", CartAct::Pay, &["p"], "pay", "Go on paying for what was booked")
        .bar(80)
        .cli("pay show <CHECKOUT>"),
];

const fn paying(
    name: &'static str,
    act: CheckoutAct,
    keys: &'static [&'static str],
    label: &'static str,
    help: &'static str,
) -> Command {
    Command::new(Context::Checkout, name, Action::Checkout(act), keys, label, help)
}

pub const CHECKOUT: &[Command] = &[
    paying("copy", CheckoutAct::Copy, &["y"], "copy link", "Put the link to pay on the clipboard")
        .bar(80),
    paying("code", CheckoutAct::Code, &["o"], "QR code", "Show the link to pay as a QR code")
        .bar(70),
    paying(
        "keep",
        CheckoutAct::Keep,
        &["s"],
        "keep card",
        "Have the processor keep the card for later, or not",
    )
    .bar(65),
    paying(
        "forget",
        CheckoutAct::Forget,
        &["x", "delete"],
        "forget card",
        "Have the processor forget the saved card: it can never be charged again",
    )
    .danger(super::Danger::Asks)
    .bar(64)
    .cli("cards forget <CARD>"),
    paying(
        "next",
        CheckoutAct::Next,
        &["n"],
        "next currency",
        "Go to what is paid in another currency",
    )
    .bar(60),
];
