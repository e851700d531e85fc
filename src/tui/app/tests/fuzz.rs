//! Whatever is done in whatever order, nothing breaks.

use chrono::TimeDelta;
use crossterm::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use proptest::prelude::*;
use traveloure_core::{api::event::Kind, request::Status};

use crate::tui::testing::{Stage, sample};

/// Keys that people press, in every context, and some that nobody should.
const KEYS: [&str; 62] = [
    "a",
    "d",
    "c",
    "m",
    ".",
    "u",
    "U",
    "!",
    "j",
    "k",
    "h",
    "l",
    "g",
    "G",
    "ctrl-d",
    "ctrl-u",
    "/",
    "n",
    "N",
    "space",
    "v",
    "tab",
    "shift-tab",
    "enter",
    "esc",
    "?",
    ":",
    "@",
    "f",
    "o",
    "w",
    "y",
    "R",
    "1",
    "2",
    "[",
    "]",
    "ctrl-s",
    "alt-enter",
    "backspace",
    "left",
    "right",
    "up",
    "down",
    "x",
    "+",
    "-",
    "=",
    "3",
    "4",
    "S",
    "X",
    "e",
    "p",
    "s",
    "r",
    "t",
    "<",
    ">",
    "ctrl-e",
    "pagedown",
    "delete",
];

#[derive(Clone, Debug)]
enum Doing {
    Press(&'static str),
    Type(String),
    Paste(String),
    Resize(u16, u16),
    Wait(i64),
    Serve,
    Break(bool),
    Change(u128, Status),
    Click(u16, u16),
}

fn doing() -> impl Strategy<Value = Doing> {
    let status = prop::sample::select(Status::ALL.to_vec());
    prop_oneof![
        12 => prop::sample::select(KEYS.to_vec()).prop_map(Doing::Press),
        1 => "[a-z0-9=*. ]{1,12}".prop_map(Doing::Type),
        1 => "\\PC{0,40}".prop_map(Doing::Paste),
        2 => (1_u16..140, 1_u16..50).prop_map(|(width, height)| Doing::Resize(width, height)),
        1 => (0_i64..90_000).prop_map(Doing::Wait),
        3 => Just(Doing::Serve),
        1 => any::<bool>().prop_map(Doing::Break),
        1 => (0_u128..8, status).prop_map(|(number, status)| Doing::Change(number, status)),
        1 => (0_u16..140, 0_u16..50).prop_map(|(x, y)| Doing::Click(x, y)),
    ]
}

fn perform(stage: &mut Stage, doing: Doing) {
    match doing {
        Doing::Press(key) => stage.press(key),
        Doing::Type(text) => stage.type_text(&text),
        Doing::Paste(text) => stage.event(Event::Paste(text)),
        Doing::Resize(width, height) => stage.resize(width, height),
        Doing::Wait(milliseconds) => stage.wait(TimeDelta::milliseconds(milliseconds)),
        Doing::Serve => stage.serve(),
        Doing::Break(down) => stage.server.is_down = down,
        Doing::Change(number, status) => {
            stage.server.change(number, status);
            stage.news(sample::event(Kind::RequestReminder, number, 9));
        }
        Doing::Click(column, row) => stage.event(Event::Mouse(MouseEvent {
            kind: MouseEventKind::Down(MouseButton::Left),
            column,
            row,
            modifiers: KeyModifiers::NONE,
        })),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_done_nothing_breaks_and_esc_leads_home(
        width in 1_u16..140,
        height in 1_u16..50,
        things in prop::collection::vec(doing(), 1..60),
    ) {
        let mut stage = Stage::at_work(width, height);
        for thing in things {
            perform(&mut stage, thing);
        }
        for _ in 0..8 {
            stage.press("esc");
        }
        prop_assert!(stage.app.is_home(), "{}", stage.screen());
        // What was answered and not taken back arrives once the server can be reached again.
        stage.server.is_down = false;
        for _ in 0..40 {
            stage.wait(TimeDelta::seconds(5));
            stage.serve();
        }
        prop_assert!(stage.app.is_idle() || stage.has_left, "{}", stage.screen());
        prop_assert!(stage.kept.is_empty());
    }
}
