//! Whatever is pressed, nothing breaks, and what is applied is what was shown.

use chrono::TimeDelta;
use crossterm::event::{Event as Input, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use proptest::prelude::*;
use traveloure_core::{
    api::event::{Event, Kind},
    availability::Used,
};

use super::scene::{WALK, services, stage};
use crate::tui::{
    app::call::News,
    testing::{Stage, noon},
};

const KEYS: &[&str] = &[
    "h",
    "j",
    "k",
    "l",
    "g",
    "G",
    "<",
    ">",
    "t",
    "s",
    "w",
    "x",
    "space",
    "v",
    "o",
    "+",
    "-",
    "=",
    "C",
    "a",
    "D",
    "r",
    "e",
    "u",
    "U",
    "X",
    "S",
    "b",
    "n",
    "N",
    "enter",
    "tab",
    "esc",
    "ctrl-d",
    "ctrl-u",
    "pagedown",
    "pageup",
    "ctrl-s",
    "ctrl-e",
    "backspace",
    "delete",
    "1",
    "2",
    "3",
    "6",
    "y",
    "R",
    "up",
    "down",
    "left",
    "right",
    "shift-right",
    "ctrl-end",
    "?",
    "q",
];
const LINES: &[&str] = &[
    "closed every tue",
    "open only 1 dec - 5 jan",
    "every sat,sun 10:00, 16:00 cap 3",
    "2026-11-28 09:00 cap 1",
    "closed RRULE:FREQ=MONTHLY;BYDAY=-1SU from 2026-01-01",
    "daily cap 9",
    "7",
    "evrey",
    "closed 31 feb",
    "é 東京 \u{1b}[2J",
];

#[derive(Clone, Debug)]
enum Doing {
    Press(&'static str),
    Type(&'static str),
    Paste(&'static str),
    Resize(u16, u16),
    Wait(i64),
    Serve,
    Break(bool),
    /// The rules change elsewhere.
    Rules(&'static str),
    /// Somebody books elsewhere.
    Book(u32),
    Mouse(MouseEventKind, u16, u16),
}

fn doing() -> impl Strategy<Value = Doing> {
    let rules = ["daily cap 4", "every day 09:00 cap 6\nnotice 2d", WALK];
    let mouse = prop_oneof![
        Just(MouseEventKind::Down(MouseButton::Left)),
        Just(MouseEventKind::Drag(MouseButton::Left)),
        Just(MouseEventKind::ScrollDown),
    ];
    prop_oneof![
        20 => prop::sample::select(KEYS).prop_map(Doing::Press),
        2 => prop::sample::select(LINES).prop_map(Doing::Type),
        1 => prop::sample::select(LINES).prop_map(Doing::Paste),
        1 => (1_u16..140, 1_u16..50).prop_map(|(width, height)| Doing::Resize(width, height)),
        1 => (1_i64..200_000).prop_map(Doing::Wait),
        4 => Just(Doing::Serve),
        1 => any::<bool>().prop_map(Doing::Break),
        1 => prop::sample::select(rules.to_vec()).prop_map(Doing::Rules),
        1 => (0_u32..9).prop_map(Doing::Book),
        2 => (mouse, 0_u16..140, 0_u16..50).prop_map(|(kind, x, y)| Doing::Mouse(kind, x, y)),
    ]
}

fn tell(stage: &mut Stage, kind: Kind, version: Option<i64>) {
    let subject = services()[0].id.as_uuid();
    stage.news(News::Event(Event { kind, subject, version, at: stage.now }));
}

fn perform(stage: &mut Stage, doing: &Doing) {
    let doing = doing.clone();
    match doing {
        Doing::Press(key) => stage.press(key),
        Doing::Type(text) => stage.type_text(text),
        Doing::Paste(text) => stage.event(Input::Paste(text.to_owned())),
        Doing::Resize(width, height) => stage.resize(width, height),
        Doing::Wait(milliseconds) => stage.wait(TimeDelta::milliseconds(milliseconds)),
        Doing::Serve => stage.serve(),
        Doing::Break(down) => stage.server.is_down = down,
        Doing::Rules(lines) => {
            stage.server.calendars.write(&services()[0], lines, noon());
            let version = stage.server.calendars.version(services()[0].id);
            tell(stage, Kind::AvailabilityChanged, Some(version));
        }
        Doing::Book(booked) => {
            let used = Used { booked, held: 1 };
            stage.server.calendars.take(services()[0].id, "2026-11-27", Some("09:00"), used);
            tell(stage, Kind::CapacityChanged, None);
        }
        Doing::Mouse(kind, column, row) => stage.event(Input::Mouse(MouseEvent {
            kind,
            column,
            row,
            modifiers: KeyModifiers::NONE,
        })),
    }
}

fn come_to_rest(stage: &mut Stage) {
    for _ in 0..6 {
        stage.press("esc");
    }
    stage.server.is_down = false;
    stage.server.calendars.loses_answers = false;
    for _ in 0..4 {
        stage.wait(TimeDelta::seconds(15));
        stage.serve();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, ..ProptestConfig::default() })]

    #[test]
    fn nothing_breaks_and_esc_leads_home(
        width in 1_u16..140,
        height in 1_u16..50,
        things in prop::collection::vec(doing(), 1..60),
    ) {
        let mut stage = stage(80, 24);
        stage.resize(width, height);
        for thing in things {
            perform(&mut stage, &thing);
        }
        come_to_rest(&mut stage);
        prop_assert!(stage.app.is_home(), "{}", stage.screen());
        prop_assert!(stage.app.is_idle() || stage.has_left, "{}", stage.screen());
        stage.screen();
    }

    /// Taking everything back leaves what the server has; making it again leaves what there was.
    #[test]
    fn edits_taken_back_and_made_again_are_the_same(
        keys in prop::collection::vec(
            prop::sample::select(vec!["h", "j", "k", "l", "x", "+", "-", "v", "o", "tab"]),
            1..40,
        ),
    ) {
        let mut stage = stage(80, 24);
        stage.press("j l");
        for key in keys {
            stage.press(key);
        }
        stage.press("esc esc esc");
        stage.serve();
        stage.wait(TimeDelta::seconds(20));
        let edited = stage.styled();
        stage.press("X");
        prop_assert!(!stage.screen().contains("not applied"));
        for _ in 0..40 {
            stage.press("U");
        }
        stage.wait(TimeDelta::seconds(20));
        prop_assert_eq!(stage.styled(), edited);
    }
}
